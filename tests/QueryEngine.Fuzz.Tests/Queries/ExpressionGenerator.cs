using static QueryEngine.Fuzz.Tests.Queries.SqlTree;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>
/// Makes random expressions whose value every system agrees on: divisors are never zero, numbers stay small, what systems define differently is left out.
/// </summary>
internal sealed class ExpressionGenerator(Random random, FuzzType[] types)
{
    private static readonly string[] _comparisons = ["=", "<>", "<", "<=", ">", ">="];
    private static readonly string[] _patterns = ["a%", "%b", "%b%", "_", "a_", "%", "", "A%", "%\u00e9%"];
    private static readonly string[] _units = ["year", "month", "day", "hour"];

    // What SQLite has is less: its queries keep to what OfType gives.
    private readonly Dictionary<FuzzType, FunctionTemplate[]> _templates = types.ToDictionary(
        type => type, type => FunctionTemplate.All.Where(template => types.Contains(FuzzType.Boolean) && template.Type == type && template.Arguments.All(types.Contains)).ToArray());

    // PostgreSQL has an order of documents, by size before content, which nobody else has: documents come only inside other values.
    private readonly FuzzType[] _ordered = [.. types.Where(type => type != FuzzType.Json)];

    // SQLite has few types, and few of the functions.
    private readonly bool _isWide = types.Contains(FuzzType.Boolean);

    private SubqueryMaker? _subqueries;
    private RowsMaker? _rows;

    /// <summary>Makes a query inside an expression: of one column of a type, or of one row too.</summary>
    public delegate SqlTree SubqueryMaker(FuzzType type, bool isScalar, Scope outer);

    /// <summary>Makes a query of several columns inside an expression.</summary>
    public delegate SqlTree RowsMaker(FuzzType[] types, Scope outer);

    /// <summary>Lets expressions hold queries.</summary>
    public void AllowSubqueries(SubqueryMaker maker, RowsMaker rows) => (_subqueries, _rows) = (maker, rows);

    /// <summary>A type that expressions of this run may have.</summary>
    public FuzzType AnyType() => _ordered[random.Next(_ordered.Length)];

    /// <summary>A value of a type.</summary>
    public SqlTree Make(FuzzType type, Scope scope, int depth)
    {
        if (depth <= 0 || random.Next(5) == 0)
            return Leaf(type, scope);
        switch (random.Next(12))
        {
            case 0:
                return Value(type, "CASE WHEN {0} THEN {1} ELSE {2} END", Condition(scope, depth - 1), Make(type, scope, depth - 1), Make(type, scope, depth - 1));
            case 1:
                return Value(type, "coalesce({0}, {1})", Make(type, scope, depth - 1), Make(type, scope, depth - 1));
            case 2:
                return Value(type, "nullif({0}, {1})", Make(type, scope, depth - 1), Make(type, scope, depth - 1));
            case 3 when _isWide && type is not (FuzzType.Boolean or FuzzType.Json):
                return Value(type, random.Next(2) == 0 ? "greatest({0}, {1})" : "least({0}, {1})", Make(type, scope, depth - 1), Make(type, scope, depth - 1));
            case 4 when _subqueries is not null && type != FuzzType.Json && random.Next(3) == 0:
                return Value(type, "({0})", _subqueries(type, true, scope));
            case 5:
                return Value(type, "CASE {0} WHEN {1} THEN {2} END", Same(scope, depth, out FuzzType compared), Make(compared, scope, depth - 1), Make(type, scope, depth - 1));
            case 6 or 7 or 8 when _templates.GetValueOrDefault(type) is { Length: > 0 } fitting:
                FunctionTemplate template = fitting[random.Next(fitting.Length)];
                return Value(type, template.Sql, [.. template.Arguments.Select(argument => Make(argument, scope, depth - 1))]);
            default:
                return OfType(type, scope, depth);
        }
    }

    /// <summary>A condition.</summary>
    public SqlTree Condition(Scope scope, int depth)
    {
        if (depth <= 0)
            return _isWide ? Leaf(FuzzType.Boolean, scope) : Truth("({0} < {1})", Leaf(FuzzType.Integer, scope), Leaf(FuzzType.Integer, scope));
        FuzzType type = AnyType();
        SqlTree Operand() => Make(type, scope, depth - 1);
        switch (random.Next(18))
        {
            case 0:
            case 1:
                return Truth("({0} AND {1})", Condition(scope, depth - 1), Condition(scope, depth - 1));
            case 2:
            case 3:
                return Truth("({0} OR {1})", Condition(scope, depth - 1), Condition(scope, depth - 1));
            case 4:
                return Truth("(NOT {0})", Condition(scope, depth - 1));
            case 5:
                return Truth(random.Next(2) == 0 ? "({0} IS NULL)" : "({0} IS NOT NULL)", Operand());
            case 6:
                return Truth(random.Next(2) == 0 ? "({0} IS DISTINCT FROM {1})" : "({0} IS NOT DISTINCT FROM {1})", Operand(), Operand());
            case 7:
                return Truth(random.Next(3) == 0 ? "({0} NOT BETWEEN {1} AND {2})" : "({0} BETWEEN {1} AND {2})", Operand(), Operand(), Operand());
            case 8:
                SqlTree list = List(", ", Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3) == 0 ? Operand() : Leaf(type, Scope.None)));
                return Truth(random.Next(3) == 0 ? "({0} NOT IN ({1}))" : "({0} IN ({1}))", Operand(), list);
            case 9:
                SqlTree pattern = Text($"'{_patterns[random.Next(_patterns.Length)]}'");
                return Truth(random.Next(3) == 0 ? "({0} NOT LIKE {1})" : "({0} LIKE {1})", Make(FuzzType.Text, scope, depth - 1), pattern);
            case 10 when _subqueries is not null:
                return Truth(random.Next(3) == 0 ? "(NOT EXISTS ({0}))" : "(EXISTS ({0}))", _subqueries(type, false, scope));
            case 11 when _subqueries is not null:
                return Truth(random.Next(3) == 0 ? "({0} NOT IN ({1}))" : "({0} IN ({1}))", Operand(), _subqueries(type, false, scope));
            case 14 when _templates.GetValueOrDefault(FuzzType.Boolean) is { Length: > 0 } fitting:
                FunctionTemplate template = fitting[random.Next(fitting.Length)];
                return Truth(template.Sql, [.. template.Arguments.Select(argument => Make(argument, scope, depth - 1))]);
            case 12 when _isWide && _subqueries is not null && random.Next(2) == 0:
                return Truth($"({{0}} {_comparisons[random.Next(6)]} {(random.Next(2) == 0 ? "ANY" : "ALL")} ({{1}}))", Operand(), _subqueries(type, false, scope));
            case 15 when _isWide && _rows is not null && random.Next(2) == 0:
                FuzzType second = AnyType();
                return Truth(
                    random.Next(3) == 0 ? "(({0}, {1}) NOT IN ({2}))" : "(({0}, {1}) IN ({2}))", Operand(), Make(second, scope, depth - 1), _rows([type, second], scope));
            case 13:
                return Truth($"({{0}} IS {(random.Next(2) == 0 ? "NOT " : "")}{(random.Next(2) == 0 ? "TRUE" : "FALSE")})", Condition(scope, depth - 1));
            default:
                return Truth($"({{0}} {_comparisons[random.Next(6)]} {{1}})", Operand(), Operand());
        }
    }

    private SqlTree Same(Scope scope, int depth, out FuzzType type) => Make(type = AnyType(), scope, depth - 1);

    private static SqlTree Truth(string template, params System.Collections.Immutable.ImmutableArray<SqlTree> children) => Value(FuzzType.Boolean, template, children);

    private SqlTree Leaf(FuzzType type, Scope scope)
    {
        if (random.Next(4) != 0 && scope.Find(type, random) is { } column)
            return Value(type, column.Reference);
        return Value(type, random.Next(12) == 0 ? $"cast(null as {FuzzTypes.Name(type)})" : FuzzTypes.Literal(type, random));
    }

    private SqlTree OfType(FuzzType type, Scope scope, int depth)
    {
        SqlTree Of(FuzzType inner) => Make(inner, scope, depth - 1);
        switch (type)
        {
            case FuzzType.SmallInt:
                return Value(type, "cast({0} as smallint)", Value(FuzzType.Integer, "({0} % 1000)", Of(FuzzType.Integer)));
            case FuzzType.Integer:
                return random.Next(9) switch
                {
                    0 => Value(type, "({0} / nullif({1}, 0))", Of(type), Of(type)),
                    1 => Value(type, "({0} % nullif({1}, 0))", Of(type), Of(type)),
                    2 => Value(type, "cast(length({0}) as integer)", Of(FuzzType.Text)),
                    3 => Value(type, "abs({0})", Of(type)),
                    4 => Value(type, "(- {0})", Of(type)),
                    5 when Has(FuzzType.Date) => Value(type, $"cast(extract({_units[random.Next(3)]} from {{0}}) as integer)", Of(FuzzType.Date)),
                    6 when Has(FuzzType.Date) => Value(type, "cast(({0} - {1}) as integer)", Of(FuzzType.Date), Of(FuzzType.Date)),
                    7 => Value(type, "cast({0} as integer)", Of(FuzzType.SmallInt)),
                    _ => Value(type, $"({{0}} {"+-*"[random.Next(3)]} {{1}})", Of(type), Of(type)),
                };
            case FuzzType.BigInt:
                return random.Next(4) switch
                {
                    0 => Value(type, "cast({0} as bigint)", Of(FuzzType.Integer)),
                    1 => Value(type, $"({{0}} {"+-"[random.Next(2)]} {{1}})", Of(type), Of(FuzzType.Integer)),
                    2 when Has(FuzzType.Decimal) => Value(type, "cast({0} as bigint)", Of(FuzzType.Decimal)),
                    _ => Value(type, $"({{0}} {"+-*"[random.Next(3)]} {{1}})", Of(type), Of(type)),
                };
            case FuzzType.Decimal:
                return random.Next(6) switch
                {
                    0 => Value(type, "cast({0} as decimal(12,2))", Of(FuzzType.SmallInt)),
                    1 => Value(type, "cast(({0} * {1}) as decimal(12,2))", Of(type), Of(type)),
                    2 => Value(type, "abs({0})", Of(type)),
                    3 => Value(type, "round({0}, 1)", Of(type)),
                    4 => Value(type, "(- {0})", Of(type)),
                    _ => Value(type, $"cast(({{0}} {"+-"[random.Next(2)]} {{1}}) as decimal(12,2))", Of(type), Of(type)),
                };
            case FuzzType.Double:
                return random.Next(7) switch
                {
                    0 => Value(type, "({0} / nullif({1}, 0))", Of(type), Of(type)),
                    1 => Value(type, "cast({0} as double precision)", Of(FuzzType.Integer)),
                    2 when Has(FuzzType.Decimal) => Value(type, "cast({0} as double precision)", Of(FuzzType.Decimal)),
                    3 => Value(type, "sqrt(abs({0}))", Of(type)),
                    4 => Value(type, random.Next(2) == 0 ? "floor({0})" : "ceil({0})", Of(type)),
                    _ => Value(type, $"({{0}} {"+-*"[random.Next(3)]} {{1}})", Of(type), Of(type)),
                };
            case FuzzType.Text:
                return random.Next(10) switch
                {
                    0 when _isWide => Value(type, random.Next(2) == 0 ? "upper({0})" : "lower({0})", Of(type)),
                    1 => Value(type, $"substr({{0}}, {random.Next(1, 4)}, {random.Next(4)})", Of(type)),
                    2 => Value(type, "trim({0})", Of(type)),
                    3 => Value(type, "replace({0}, {1}, {2})", Of(type), Value(type, "'b'"), Of(type)),
                    4 => Value(type, "cast({0} as varchar)", Of(FuzzType.Integer)),
                    5 when Has(FuzzType.Date) => Value(type, "cast({0} as varchar)", Of(FuzzType.Date)),
                    6 when Has(FuzzType.Boolean) => Value(type, "cast({0} as varchar)", Of(FuzzType.Boolean)),
                    7 when _isWide => Value(type, $"left({{0}}, {random.Next(4)})", Of(type)),
                    8 when _isWide => Value(type, "concat({0}, {1})", Of(type), Of(type)),
                    _ => Value(type, "({0} || {1})", Of(type), Of(type)),
                };
            case FuzzType.Boolean:
                return Condition(scope, depth);
            case FuzzType.Date:
                return random.Next(3) switch
                {
                    0 => Value(type, "cast({0} as date)", Of(FuzzType.Timestamp)),
                    _ => Value(type, $"({{0}} {"+-"[random.Next(2)]} {{1}})", Of(type), Value(FuzzType.Integer, "({0} % 1000)", Of(FuzzType.Integer))),
                };
            case FuzzType.Real or FuzzType.Time or FuzzType.Char or FuzzType.TimestampTz or FuzzType.Interval or FuzzType.Uuid or FuzzType.Bytes or FuzzType.IntArray or FuzzType.Json:
                return Leaf(type, scope);
            default:
                return random.Next(4) switch
                {
                    0 => Value(type, "cast({0} as timestamp)", Of(FuzzType.Date)),
                    1 => Value(type, $"date_trunc('{_units[random.Next(4)]}', {{0}})", Of(type)),
                    _ => Value(type, $"({{0}} {"+-"[random.Next(2)]} interval '{random.Next(1, 40)}' {_units[random.Next(4)]})", Of(type)),
                };
        }
    }

    /// <summary>Whether expressions of this run may have a type.</summary>
    public bool Has(FuzzType type) => types.Contains(type);
}
