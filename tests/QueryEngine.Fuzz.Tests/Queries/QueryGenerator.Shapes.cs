using static QueryEngine.Fuzz.Tests.Queries.SqlTree;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>The shapes that not every system has: lateral relations, recursion, values, rows chosen in an order, windows over numbered rows.</summary>
internal sealed partial class QueryGenerator
{
    // UNION, UNION ALL, INTERSECT, EXCEPT.
    private const int SetOperationsOfAll = 4;

    private static readonly string[] _frames =
    [
        "ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        "ROWS UNBOUNDED PRECEDING",
        "ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING EXCLUDE CURRENT ROW",
        "ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING",
        "GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW",
        "GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES",
        "RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP",
    ];

    private FuzzType[] SomeTypes() => [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _expressions.AnyType())];

    private SqlTree MakeSet(FuzzType[] outputs)
    {
        string Operation() => _setOperations[_random.Next(_isWide ? _setOperations.Length : SetOperationsOfAll)];
        SqlTree Arm() => MakeSelect(outputs, Scope.None);
        return _isWide && _random.Next(3) == 0
            ? Fixed($"{{0}} {Operation()} ({{1}} {Operation()} {{2}})", Arm(), Arm(), Arm())
            : Fixed($"{{0}} {Operation()} {{1}}", Arm(), Arm());
    }

    private (SqlTree From, IReadOnlyList<ScopeColumn> Columns) MakeLateral(SqlTree from, Scope left)
    {
        string alias = $"r{_aliases++}";
        ScopeColumn number = new($"{alias}.x0", FuzzType.Integer);
        if (_random.Next(3) == 0)
        {
            SqlTree bound = _expressions.Make(FuzzType.Integer, left, 1);
            return (Fixed($"{{0}} CROSS JOIN LATERAL generate_series(1, ({{1}} % 4)) AS {alias}(x0)", from, bound), [number with { Type = FuzzType.BigInt }]);
        }

        if (_expressions.Has(FuzzType.IntArray) && _random.Next(2) == 0)
        {
            SqlTree array = _expressions.Make(FuzzType.IntArray, left, 1);
            return _random.Next(2) == 0
                ? (Fixed($"{{0}} CROSS JOIN LATERAL unnest({{1}}) AS {alias}(x0)", from, array), [number])
                : (Fixed($"{{0}} LEFT JOIN LATERAL unnest({{1}}) WITH ORDINALITY AS {alias}(x0, x1) ON true", from, array), [number, new($"{alias}.x1", FuzzType.BigInt)]);
        }

        if (_expressions.Has(FuzzType.Json) && _random.Next(3) == 0)
        {
            SqlTree document = _expressions.Make(FuzzType.Json, left, 1);
            return _random.Next(2) == 0
                ? (Fixed($"{{0}} CROSS JOIN LATERAL jsonb_array_elements(jsonb_build_array({{1}}, {{1}})) AS {alias}(x0)", from, document), [new($"{alias}.x0", FuzzType.Json)])
                : (Fixed($"{{0}} CROSS JOIN LATERAL jsonb_each(jsonb_build_object('a', {{1}}, 'b', 1)) AS {alias}(x0, x1)", from, document), [new($"{alias}.x0", FuzzType.Text), new($"{alias}.x1", FuzzType.Json)]);
        }

        FuzzType[] types = SomeTypes();
        _budget--;
        SqlTree query = MakeSelect(types, left);
        string template = _random.Next(2) == 0 ? $"{{0}} CROSS JOIN LATERAL ({{1}}) AS {alias}" : $"{{0}} LEFT JOIN LATERAL ({{1}}) AS {alias} ON true";
        return (Fixed(template, from, query), [.. types.Select((type, column) => new ScopeColumn($"{alias}.o{column}", type))]);
    }

    // The first rows, or the first of each value: ordered by every output, so that rows that tie are the same.
    private (SqlTree Relation, IReadOnlyList<ScopeColumn> Columns) MakeOrderedRelation(string alias)
    {
        FuzzType[] types = SomeTypes();
        SqlTree query = MakeSelect(types, Scope.None);
        string order = string.Join(", ", types.Select((_, column) => $"{column + 1}{(_random.Next(3) == 0 ? " DESC" : "")}"));
        SqlTree relation = _random.Next(4) == 0 ? Fixed($"(SELECT * FROM ({{0}}) AS d ORDER BY 1 FETCH FIRST {_random.Next(1, 4)} ROWS WITH TIES) AS {alias}", query)
            : _random.Next(3) == 0
            ? Fixed($"(SELECT DISTINCT ON (o0) * FROM ({{0}}) AS d ORDER BY {order.Replace("1", "o0", StringComparison.Ordinal).Replace("2", "o1", StringComparison.Ordinal).Replace("3", "o2", StringComparison.Ordinal)}) AS {alias}", query)
            : Fixed($"(SELECT * FROM ({{0}}) AS d ORDER BY {order} LIMIT {_random.Next(1, 6)}) AS {alias}", query);
        return (relation, [.. types.Select((type, column) => new ScopeColumn($"{alias}.o{column}", type))]);
    }

    private (SqlTree Relation, IReadOnlyList<ScopeColumn> Columns) MakeValues(string alias)
    {
        FuzzType[] types = SomeTypes();
        IEnumerable<SqlTree> rows = Enumerable.Range(0, _random.Next(1, 4))
            .Select(_ => Fixed("({0})", Fixed(string.Join(", ", types.Select((_, column) => $"{{{column}}}")), [.. types.Select(type => _expressions.Make(type, Scope.None, 1))])));
        string names = string.Join(", ", types.Select((_, column) => $"x{column}"));
        return (Fixed($"(VALUES {{0}}) AS {alias}({names})", List(", ", rows)), [.. types.Select((type, column) => new ScopeColumn($"{alias}.x{column}", type))]);
    }

    // The first output is the key, by its place or written again.
    private SqlTree MakeGroupedByExpression(FuzzType[] outputs, SqlTree from, SqlTree where, Scope scope)
    {
        SqlTree key = _expressions.Make(outputs[0], scope, Shallow);
        IEnumerable<SqlTree> items = outputs.Skip(1).Select((type, number) => Fixed($"{{0}} AS o{number + 1}", MakeAggregate(type, scope, false)));
        string by = _random.Next(2) == 0 ? "GROUP BY 1" : "GROUP BY o0";
        return Query($"SELECT {{0}} AS o0, {{1}} FROM {{2}}{{3}} {by}", key, List(", ", items), from, where);
    }

    // What can be reached over a column of small numbers: UNION ends it.
    private SqlTree? MakeReachable()
    {
        FuzzTable table = _tables[_random.Next(_tables.Count)];
        FuzzColumn[] numbers = [.. table.Columns.Skip(1).Where(column => column.Type == FuzzType.Integer)];
        if (numbers.Length == 0)
            return null;
        string name = $"w{_aliases++}";
        string first = $"r{_aliases++}";
        string next = $"r{_aliases++}";
        string to = numbers[_random.Next(numbers.Length)].Name;
        var scope = new Scope([.. table.Columns.Select(column => new ScopeColumn($"{first}.{column.Name}", column.Type))]);
        SqlTree where = Optional(" WHERE {0}", _expressions.Condition(scope, 1));
        _common.Add((name, [new("x0", FuzzType.Integer)]));
        return Optional(
            $"WITH RECURSIVE {name}(x0) AS (SELECT {first}.id FROM {table.Name} AS {first}{{0}} UNION SELECT {next}.{to} FROM {name} JOIN {table.Name} AS {next} ON ({next}.id = {name}.x0)) ",
            where);
    }

    private SqlTree MakeRecursion()
    {
        if (_random.Next(2) == 0 && MakeReachable() is { } reachable)
            return reachable;
        FuzzType type = _expressions.AnyType();
        string name = $"w{_aliases++}";
        string cast = $"cast({{0}} as {FuzzTypes.Name(type)})";
        var step = new Scope([new($"{name}.x1", type), new($"{name}.x0", FuzzType.Integer)]);
        _common.Add((name, [new("x0", FuzzType.Integer), new("x1", type)]));
        SqlTree first = Value(type, cast, _expressions.Make(type, Scope.None, 1));
        SqlTree next = Value(type, cast, _expressions.Make(type, step, Shallow));
        return Optional(
            $"WITH RECURSIVE {name}(x0, x1) AS (SELECT 1, {{0}} UNION{(_random.Next(2) == 0 ? " ALL" : "")} SELECT ({name}.x0 + 1), {{1}} FROM {name} WHERE ({name}.x0 < {_random.Next(1, 5)})) ",
            first, next);
    }

    // Windows over one table in the order of its key: every function has one answer.
    private SqlTree MakeNumbered(FuzzType[] outputs, Scope outer)
    {
        FuzzTable table = _tables[_random.Next(_tables.Count)];
        string alias = $"r{_aliases++}";
        var scope = new Scope([.. table.Columns.Select(column => new ScopeColumn($"{alias}.{column.Name}", column.Type))], outer == Scope.None ? null : outer);
        SqlTree where = _random.Next(3) == 0 ? Optional(" WHERE {0}", _expressions.Condition(scope, Shallow)) : Empty;
        IEnumerable<SqlTree> items = outputs.Select((type, number) => Fixed($"{{0}} AS o{number}", MakeNumberedWindow(type, scope, alias)));
        return Query($"SELECT {{0}} FROM {table.Name} AS {alias}{{1}}", List(", ", items), where);
    }

    private SqlTree MakeNumberedWindow(FuzzType type, Scope scope, string alias)
    {
        SqlTree partition = _random.Next(2) == 0 ? Optional("PARTITION BY {0} ", _expressions.Make(_expressions.AnyType(), scope, 1)) : Empty;
        SqlTree first = _random.Next(2) == 0 ? Optional("{0}, ", _expressions.Make(_expressions.AnyType(), scope, 1)) : Empty;
        string over = $"OVER ({{0}}ORDER BY {{1}}{alias}.id{(_random.Next(3) == 0 ? " DESC" : "")}";
        string frame = _frames[_random.Next(_frames.Length)];
        SqlTree Of(string call, SqlTree argument, bool isFramed = false) => Value(type, $"{call} {over}{(isFramed ? " " + frame : "")})", partition, first, argument);
        switch (_random.Next(5))
        {
            case 0 when type == FuzzType.BigInt:
                return Of(_random.Next(2) == 0 ? "row_number()" : "count({2})", _expressions.Make(_expressions.AnyType(), scope, 1));
            case 1 when type == FuzzType.BigInt:
                return Of("sum({2})", _expressions.Make(FuzzType.SmallInt, scope, 1), isFramed: true);
            case 0 when type == FuzzType.Integer:
                // A bigint in Trino and here, an integer in PostgreSQL, which has no sum of a date and a bigint.
                return Value(type, $"cast(ntile({_random.Next(1, 5)}) {over}) as integer)", partition, first);
            case 1 when type == FuzzType.Integer:
                return Value(type, $"cast(count({{1}}) OVER ({{0}}ORDER BY {alias}.id RANGE BETWEEN {_random.Next(3)} PRECEDING AND {_random.Next(3)} FOLLOWING) as integer)", partition, _expressions.Make(_expressions.AnyType(), scope, 1));
            case 0 when type == FuzzType.Text && _isWide:
                return Of("string_agg({2}, ',')", _expressions.Make(type, scope, 1), isFramed: true);
            case 0 when type == FuzzType.IntArray:
                return Of("array_agg({2})", _expressions.Make(FuzzType.Integer, scope, 1), isFramed: true);
            case 1 when type == FuzzType.Date:
                return Of("lag({2}, 1, date '2000-01-01')", _expressions.Make(type, scope, 1));
            case 0 when type == FuzzType.Double:
                return Of(_random.Next(2) == 0 ? "percent_rank()" : "cume_dist()", Empty);
            case 1 when type == FuzzType.Decimal:
                return Value(type, $"cast(sum({{2}}) {over} {frame}) as decimal(12,2))", partition, first, _expressions.Make(type, scope, 1));
            case 2:
                return Of($"{(_random.Next(2) == 0 ? "lag" : "lead")}({{2}}, {_random.Next(0, 3)})", _expressions.Make(type, scope, 1));
            case 3 when FuzzTypes.HasExtremes(type):
                return Of($"{(_random.Next(2) == 0 ? "min" : "max")}({{2}})", _expressions.Make(type, scope, 1), isFramed: true);
            default:
                string call = _random.Next(3) switch { 0 => "first_value({2})", 1 => "last_value({2})", _ => $"nth_value({{2}}, {_random.Next(1, 4)})" };
                return Of(call, _expressions.Make(type, scope, 1), isFramed: true);
        }
    }
}
