using static QueryEngine.Fuzz.Tests.Queries.SqlTree;

namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>Statements that change a table, and leave the same rows wherever they run.</summary>
internal sealed partial class QueryGenerator
{
    /// <summary>A statement that changes a table, and the table.</summary>
    public (FuzzTable Table, SqlTree Statement) MakeWrite()
    {
        _isChanged = true;
        FuzzTable table = _tables[_random.Next(_tables.Count)];
        string alias = $"r{_aliases++}";
        var scope = new Scope([.. table.Columns.Select(column => new ScopeColumn($"{alias}.{column.Name}", column.Type))]);
        FuzzColumn[] settable = [.. table.Columns.Skip(1).Where(column => column.Type != FuzzType.Json)];
        FuzzColumn set = settable.Length == 0 ? table.Columns[1] : settable[_random.Next(settable.Length)];
        FuzzType[] types = [.. table.Columns.Select(column => column.Type)];
        SqlTree where = Optional(" WHERE {0}", _expressions.Condition(scope, Shallow));
        string returning = _random.Next(3) == 0 ? $" RETURNING {alias}.id, {alias}.{set.Name}" : "";
        switch (_random.Next(settable.Length == 0 ? 3 : 6))
        {
            case 0:
                return (table, Fixed($"UPDATE {table.Name} AS {alias} SET {set.Name} = {{0}}{{1}}{returning}", _expressions.Make(set.Type, scope, Shallow), where));
            case 1:
                return (table, Fixed($"DELETE FROM {table.Name} AS {alias}{{0}}{returning}", where));
            case 2:
                return (table, Fixed($"INSERT INTO {table.Name} {{0}}{(returning.Length > 0 ? " RETURNING *" : "")}", MakeSelect(types, Scope.None)));
            case 3:
                return (table, MakeChange(set, scope, $"UPDATE {table.Name} AS {alias} SET {set.Name} = {{0}}.o1 FROM {{1}} WHERE {alias}.id = {{0}}.o0 AND {{2}}{returning}"));
            case 4:
                return (table, MakeChange(set, scope, $"DELETE FROM {table.Name} AS {alias} USING {{1}} WHERE {alias}.id = {{0}}.o0 AND {{2}}{returning}"));
            default:
                return (table, MakeChange(
                    set,
                    scope,
                    $"MERGE INTO {table.Name} AS {alias} USING {{1}} ON {alias}.id = {{0}}.o0 WHEN MATCHED AND {{2}} THEN DELETE "
                    + $"WHEN MATCHED THEN UPDATE SET {set.Name} = {{0}}.o1 WHEN NOT MATCHED THEN INSERT (id, {set.Name}) VALUES ({{0}}.o0, {{0}}.o1)"));
        }
    }

    // Each row of the table meets one row of the source at most: the source's keys are distinct. {0} is the source's name, {1} the source, {2} a condition over both.
    private SqlTree MakeChange(FuzzColumn set, Scope changed, string template)
    {
        string source = $"r{_aliases++}";
        Scope both = new([.. changed.Columns, new($"{source}.o0", FuzzType.Integer), new($"{source}.o1", set.Type)]);
        SqlTree rows = Fixed($"(SELECT DISTINCT ON (o0) o0, o1 FROM ({{0}}) AS d ORDER BY o0, o1) AS {source}", MakeSelect([FuzzType.Integer, set.Type], Scope.None));
        return Fixed(template, Text(source), rows, _expressions.Condition(both, 1));
    }
}
