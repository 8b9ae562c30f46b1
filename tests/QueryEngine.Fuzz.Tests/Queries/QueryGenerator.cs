using static QueryEngine.Fuzz.Tests.Queries.SqlTree;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>A statement, and whether its rows come in a fixed order.</summary>
internal sealed record FuzzQuery(SqlTree Tree, bool IsOrdered)
{
    /// <summary>The query made smaller; it may have lost its order.</summary>
    public FuzzQuery With(SqlTree tree) => new(tree, IsOrdered && tree.Template == Tree.Template);
}

/// <summary>Makes random queries over tables: every clause, any depth within a budget, and an answer that does not depend on luck.</summary>
internal sealed partial class QueryGenerator
{
    private static readonly string[] _joins = ["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"];
    private static readonly string[] _setOperations = ["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"];

    private readonly Random _random;

    // SQLite lacks many shapes of queries.
    private readonly bool _isWide;
    private readonly IReadOnlyList<FuzzTable> _tables;
    private readonly ExpressionGenerator _expressions;
    private readonly List<(string Name, IReadOnlyList<ScopeColumn> Columns)> _common = [];

    // How deep expressions go at most, how many tables a join has, and how many queries may still stand inside.
    private readonly int _depth;
    private readonly int _joinsAtMost;
    private int _budget;

    // Changes repeat keys: an order by them is none any more.
    private bool _isChanged;
    private int _aliases;

    public QueryGenerator(Random random, IReadOnlyList<FuzzTable> tables, FuzzType[] types)
    {
        _random = random;
        _tables = tables;
        _isWide = types.Contains(FuzzType.Boolean);

        // What is wrong shows in small queries as well, and a large one takes as long as ten of them.
        (_depth, _joinsAtMost, _budget) = random.Next(10) switch { < 5 => (1, 1, 1), < 9 => (2, 2, 2), _ => (3, 2, 4) };
        _expressions = new ExpressionGenerator(random, types);
        _expressions.AllowSubqueries(MakeSubquery, MakeSubqueryRows);
    }

    private int Shallow => Math.Min(2, _depth);

    /// <summary>A whole statement.</summary>
    public FuzzQuery Make()
    {
        SqlTree with = _random.Next(6) == 0 ? MakeCommon() : Empty;
        FuzzType[] outputs = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => _expressions.AnyType())];
        bool isSet = _random.Next(8) == 0;
        SqlTree body = isSet
            ? MakeSet(outputs)
            : MakeSelect(outputs, Scope.None, allowsInexact: true);

        // Rows that tie in an order by every output are the same rows, so a limit is certain too.
        if (_random.Next(3) != 0 || body.ToString().Contains("avg(", StringComparison.Ordinal))
            return new FuzzQuery(Query("{0}{1}", with, body), false);
        string order = string.Join(", ", Enumerable.Range(1, outputs.Length).Select(MakeSortKey));
        SqlTree limit = _random.Next(2) == 0 ? Optional($" LIMIT {_random.Next(0, 12)}{(_random.Next(3) == 0 ? $" OFFSET {_random.Next(0, 5)}" : "")}") : Empty;
        return new FuzzQuery(Query("{0}{1} ORDER BY {2}{3}", with, body, Text(order), limit), true);
    }

    /// <summary>A condition over one table, and the table, for checks that split a query in three.</summary>
    public (string Table, SqlTree Condition) MakeFiltered()
    {
        FuzzTable table = _tables[_random.Next(_tables.Count)];
        var scope = new Scope([.. table.Columns.Select(column => new ScopeColumn($"{table.Name}.{column.Name}", column.Type))]);
        return (table.Name, _expressions.Condition(scope, _depth));
    }

    private string MakeSortKey(int number)
    {
        string nulls = _random.Next(_isWide ? 6 : 2) switch { 0 => " NULLS FIRST", 1 => " NULLS LAST", _ => "" };
        return $"{number}{(_random.Next(3) == 0 ? " DESC" : "")}{nulls}";
    }

    private SqlTree MakeCommon()
    {
        if (_isWide && _random.Next(4) == 0)
            return MakeRecursion();
        FuzzType[] outputs = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _expressions.AnyType())];
        SqlTree query = MakeSelect(outputs, Scope.None);
        string name = $"w{_aliases++}";
        _common.Add((name, [.. outputs.Select((type, column) => new ScopeColumn($"x{column}", type))]));
        return Optional($"WITH {name}({string.Join(", ", outputs.Select((_, column) => $"x{column}"))}) AS ({{0}}) ", query);
    }

    private SqlTree MakeSubquery(FuzzType type, bool isScalar, Scope outer)
    {
        if (_budget-- <= 0)
            return Query("SELECT {0}", _expressions.Make(type, new Scope([], outer), 0));
        if (!isScalar)
            return MakeSelect([type], outer);
        (SqlTree from, Scope scope) = MakeFrom(outer, 1);
        SqlTree where = _random.Next(3) != 0 ? Optional(" WHERE {0}", _expressions.Condition(scope, Shallow)) : Empty;
        if (_random.Next(4) == 0)
            return Query($"SELECT {{0}} FROM {{1}}{{2}} ORDER BY 1{(_isWide ? "" : " NULLS LAST")} LIMIT 1", _expressions.Make(type, scope, 1), from, where);
        string aggregate = type == FuzzType.Boolean ? (_random.Next(2) == 0 ? "bool_and({0})" : "bool_or({0})")
            : !FuzzTypes.HasExtremes(type) ? "(array_agg({0} ORDER BY {0}))[1]"
            : _random.Next(2) == 0 ? "min({0})" : "max({0})";
        return Query($"SELECT {aggregate} FROM {{1}}{{2}}", _expressions.Make(type, new Scope(scope.Columns), 1), from, where);
    }

    private SqlTree MakeSubqueryRows(FuzzType[] types, Scope outer) => _budget-- > 0
        ? MakeSelect(types, outer)
        : Query("SELECT {0}", List(", ", types.Select(type => _expressions.Make(type, new Scope([], outer), 0))));

    private SqlTree MakeSelect(FuzzType[] outputs, Scope outer, bool allowsInexact = false)
    {
        if (_isWide && !_isChanged && _random.Next(12) == 0)
            return MakeNumbered(outputs, outer);
        (SqlTree from, Scope scope) = MakeFrom(outer, _joinsAtMost);
        SqlTree where = _random.Next(3) != 0 ? Optional(" WHERE {0}", _expressions.Condition(scope, _depth)) : Empty;
        if (_random.Next(3) == 0)
            return MakeGrouped(outputs, from, where, scope, allowsInexact);
        string distinct = _random.Next(6) == 0 ? "DISTINCT " : "";
        IEnumerable<SqlTree> items = outputs.Select((type, number) => Fixed(
            $"{{0}} AS o{number}", _random.Next(10) == 0 ? MakeWindow(type, scope) : _expressions.Make(type, scope, _depth)));
        return Query("SELECT {0}{1} FROM {2}{3}", Optional(distinct), List(", ", items), from, where);
    }

    private SqlTree MakeGrouped(FuzzType[] outputs, SqlTree from, SqlTree where, Scope scope, bool allowsInexact)
    {
        if (_isWide && outputs.Length > 1 && _random.Next(4) == 0)
            return MakeGroupedByExpression(outputs, from, where, scope);
        ScopeColumn[] keys = [.. scope.Columns.OrderBy(_ => _random.Next()).Take(_random.Next(0, 3))];
        string[] names = [.. keys.Select(key => key.Reference)];
        string grouping = keys.Length == 0 ? "" : " GROUP BY " + ((_isWide ? _random.Next(7) : 6) switch
        {
            0 => $"ROLLUP ({string.Join(", ", names)})",
            1 => $"CUBE ({string.Join(", ", names)})",
            2 => $"GROUPING SETS (({string.Join(", ", names)}), ({names[0]}), ())",
            3 => $"{names[0]}, ROLLUP ({names[^1]})",
            _ => string.Join(", ", names),
        });
        string[] groups = _isWide ? names : [];
        var grouped = new Scope(keys, null);
        IEnumerable<SqlTree> items = outputs.Select((type, number) => Fixed(
            $"{{0}} AS o{number}",
            grouped.Columns.Any(key => key.Type == type) && _random.Next(2) == 0
                ? Value(type, grouped.Columns.First(key => key.Type == type).Reference)
                : MakeAggregate(type, scope, allowsInexact, groups)));
        SqlTree having = _random.Next(4) == 0 ? MakeHaving(scope) : Empty;
        return Query("SELECT {0} FROM {1}{2}{3}{4}", List(", ", items), from, where, Text(grouping), having);
    }

    private SqlTree MakeHaving(Scope scope)
    {
        if (_random.Next(4) == 0)
            return Optional(" HAVING {0}", Value(FuzzType.Boolean, "(EXISTS ({0}))", MakeSubquery(FuzzType.Integer, false, Scope.None)));
        string comparison = _random.Next(2) == 0 ? ">" : "<=";
        SqlTree bound = Value(FuzzType.BigInt, $"{_random.Next(0, 4)}");
        return Optional(" HAVING {0}", Value(FuzzType.Boolean, $"({{0}} {comparison} {{1}})", MakeAggregate(FuzzType.BigInt, scope, false), bound));
    }

    // Arguments name columns of this query only: an aggregate of outer columns alone belongs to the outer query.
    private SqlTree MakeAggregate(FuzzType type, Scope visible, bool allowsInexact, params string[] groups)
    {
        var scope = new Scope(visible.Columns);
        SqlTree filter = _random.Next(6) == 0 ? Optional(" FILTER (WHERE {0})", _expressions.Condition(scope, 1)) : Empty;
        SqlTree Of(string template, FuzzType inner) => Value(type, template + "{1}", _expressions.Make(inner, scope, Shallow), filter);
        switch (type)
        {
            case FuzzType.BigInt:
                return _random.Next(5) switch
                {
                    0 => Value(type, "count(*){0}", filter),
                    1 => Of("count(DISTINCT {0})", _expressions.AnyType()),
                    2 => Of("count({0})", _expressions.AnyType()),
                    3 => Of("sum({0})", FuzzType.SmallInt),
                    _ => Of("max({0})", type),
                };
            case FuzzType.Double when allowsInexact && _random.Next(3) == 0:
                return Value(FuzzType.Inexact, "avg({0}){1}", _expressions.Make(FuzzType.Double, scope, 1), filter);
            case FuzzType.Boolean:
                return Of(_random.Next(2) == 0 ? "bool_and({0})" : "bool_or({0})", type);
            case FuzzType.Decimal when _random.Next(2) == 0:
                return Value(type, "cast(sum({0}){1} as decimal(12,2))", _expressions.Make(type, scope, 1), filter);
            case FuzzType.Text when _isWide && _random.Next(3) == 0:
                return Value(type, "string_agg({0}, ',' ORDER BY {0}){1}", _expressions.Make(type, scope, 1), filter);
            case FuzzType.IntArray when _random.Next(2) == 0:
                return Value(type, "array_agg({0} ORDER BY {0}){1}", _expressions.Make(FuzzType.Integer, scope, 1), filter);
            case FuzzType.Integer when _isWide && _random.Next(5) == 0:
                return Value(type, $"cast({(_random.Next(2) == 0 ? "bit_and" : "bit_or")}({{0}}){{1}} as integer)", _expressions.Make(type, scope, 1), filter);
            case FuzzType.Date or FuzzType.Integer or FuzzType.Timestamp when _isWide && _random.Next(6) == 0:
                return Value(type, "percentile_disc(0.5) WITHIN GROUP (ORDER BY {0}){1}", _expressions.Make(type, scope, 1), filter);
            case FuzzType.Text when _expressions.Has(FuzzType.Json) && _random.Next(6) == 0:
                return Value(type, "cast(jsonb_agg({0} ORDER BY {0}){1} as varchar)", _expressions.Make(_random.Next(2) == 0 ? FuzzType.Integer : FuzzType.Date, scope, 1), filter);
            case FuzzType.Integer when groups.Length > 0 && _random.Next(3) == 0:
                return Value(type, $"cast(grouping({string.Join(", ", groups)}) as integer)");
            case FuzzType.Json:
                return Value(type, "cast(min(cast({0} as varchar)){1} as jsonb)", _expressions.Make(type, scope, 1), filter);
            case FuzzType.Uuid or FuzzType.Bytes:
                return Value(type, "(array_agg({0} ORDER BY {0}){1})[1]", _expressions.Make(type, scope, 1), filter);
            default:
                return Of(_random.Next(2) == 0 ? "min({0})" : "max({0})", type);
        }
    }

    // Only functions that give equal rows equal values: a rank, or an aggregate over a frame that ends with the last peer.
    private SqlTree MakeWindow(FuzzType type, Scope scope)
    {
        SqlTree partition = _random.Next(2) == 0 ? Optional("PARTITION BY {0} ", _expressions.Make(_expressions.AnyType(), scope, 1)) : Empty;
        SqlTree order = Fixed($"ORDER BY {{0}}{(_random.Next(2) == 0 ? " DESC" : "")}{(_isWide ? "" : " NULLS LAST")}", _expressions.Make(_expressions.AnyType(), scope, 1));
        if (type == FuzzType.BigInt)
        {
            string function = _random.Next(4) switch { 0 => "rank()", 1 => "dense_rank()", 2 => "count(*)", _ => "count({2})" };
            SqlTree filter = function.StartsWith("count", StringComparison.Ordinal) && _random.Next(3) == 0 ? Optional(" FILTER (WHERE {0})", _expressions.Condition(scope, 1)) : Empty;
            return Value(type, $"{function}{{3}} OVER ({{0}}{{1}})", partition, order, _expressions.Make(_expressions.AnyType(), scope, 1), filter);
        }

        if (type == FuzzType.Json)
            return _expressions.Make(type, scope, 1);
        if (type is FuzzType.Uuid or FuzzType.Bytes)
            return Value(type, "first_value({1}) OVER ({0}ORDER BY {1})", partition, _expressions.Make(type, scope, 1));
        if (type == FuzzType.Boolean)
            return Value(type, "bool_or({2}) OVER ({0}{1})", partition, order, _expressions.Make(type, scope, 1));
        string frame = _random.Next(3) switch
        {
            0 => " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            1 => " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
            _ => "",
        };
        return Value(type, $"{(_random.Next(2) == 0 ? "min" : "max")}({{2}}) OVER ({{0}}{{1}}{frame})", partition, order, _expressions.Make(type, scope, 1));
    }

    private (SqlTree From, Scope Scope) MakeFrom(Scope outer, int joins)
    {
        (SqlTree from, IReadOnlyList<ScopeColumn> columns) = MakeRelation(outer);
        for (int i = _random.Next(joins + 1); i > 0; i--)
        {
            if (_isWide && _random.Next(7) == 0)
            {
                (from, IReadOnlyList<ScopeColumn> lateral) = MakeLateral(from, new Scope(columns, outer == Scope.None ? null : outer));
                columns = [.. columns, .. lateral];
                continue;
            }

            (SqlTree right, IReadOnlyList<ScopeColumn> added) = MakeRelation(outer);
            bool isFirst = from.Children.Length == 0;
            ScopeColumn[] all = [.. columns, .. added];
            if (_random.Next(10) == 0)
            {
                from = Fixed("{0} CROSS JOIN {1}", from, right);
            }
            else if (isFirst && _random.Next(8) == 0 && columns.Count(IsKey) == 1 && added.Count(IsKey) == 1)
            {
                from = Fixed($"{{0}} {_joins[_random.Next(_joins.Length)]} {{1}} USING (id)", from, right);
            }
            else
            {
                string join = _joins[_random.Next(_joins.Length)];
                (ScopeColumn Left, ScopeColumn Right)[] pairs = [.. columns.SelectMany(left => added.Where(column => column.Type == left.Type).Select(column => (left, column)))];
                SqlTree equality = pairs.Length > 0 && pairs[_random.Next(pairs.Length)] is var pair
                    ? Value(FuzzType.Boolean, "({0} = {1})", Value(pair.Left.Type, pair.Left.Reference), Value(pair.Left.Type, pair.Right.Reference))
                    : Value(FuzzType.Boolean, "true");

                // Systems join fully on equalities only.
                SqlTree condition = join != "FULL JOIN" && _random.Next(3) == 0
                    ? Value(FuzzType.Boolean, "({0} AND {1})", equality, _expressions.Condition(new Scope(all, outer), 1))
                    : equality;
                from = Fixed($"{{0}} {join} {{1}} ON {{2}}", from, right, condition);
            }

            columns = all;
        }

        return (from, new Scope(columns, outer == Scope.None ? null : outer));
    }

    private static bool IsKey(ScopeColumn column) => column.Reference.EndsWith(".id", StringComparison.Ordinal);

    private (SqlTree Relation, IReadOnlyList<ScopeColumn> Columns) MakeRelation(Scope outer)
    {
        string alias = $"r{_aliases++}";
        if (_common.Count > 0 && _random.Next(2) == 0)
        {
            (string name, IReadOnlyList<ScopeColumn> columns) = _common[_random.Next(_common.Count)];
            return (Text($"{name} AS {alias}"), [.. columns.Select(column => column with { Reference = $"{alias}.{column.Reference}" })]);
        }

        if (_isWide && _budget > 0 && _random.Next(9) == 0)
        {
            _budget--;
            return MakeOrderedRelation(alias);
        }

        if (_isWide && _random.Next(12) == 0)
            return MakeValues(alias);
        if (_budget > 0 && _random.Next(6) == 0)
        {
            _budget--;
            FuzzType[] types = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _expressions.AnyType())];
            return (Fixed($"({{0}}) AS {alias}", MakeSelect(types, Scope.None)), [.. types.Select((type, number) => new ScopeColumn($"{alias}.o{number}", type))]);
        }

        FuzzTable table = _tables[_random.Next(_tables.Count)];
        return (Text($"{table.Name} AS {alias}"), [.. table.Columns.Select(column => new ScopeColumn($"{alias}.{column.Name}", column.Type))]);
    }
}
