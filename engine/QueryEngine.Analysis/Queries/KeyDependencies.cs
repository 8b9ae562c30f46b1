using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;

namespace QueryEngine.Analysis.Queries;

/// <summary>The primary key of a table, as columns of one reading of it.</summary>
internal sealed record TableKey(ImmutableArray<Column> Columns);

/// <summary>
/// Lets a grouped query name columns of a table whose primary key is grouped by, as in the standard and PostgreSQL: a group has one value of each.
/// Those that are named become keys too, which makes no more groups.
/// </summary>
internal static class KeyDependencies
{
    /// <summary>Adds the columns that are named outside of aggregates and that the keys of every set determine.</summary>
    public static void AddTo(Grouping grouping, ImmutableArray<Field> fields, IEnumerable<Column> named)
    {
        if (grouping.Sets.Count == 0 || !fields.Any(field => field.TableKey is not null))
            return;
        HashSet<int> inAllSets = [.. grouping.Sets[0]];
        foreach (int[] set in grouping.Sets)
            inAllSets.IntersectWith(set);
        HashSet<Column> keys = [.. inAllSets.Select(key => grouping.Keys[key]).OfType<ColumnExpression>().Select(key => key.Column)];
        Dictionary<Column, TableKey> keyOf = [];
        foreach (Field field in fields)
            if (field.TableKey is { } key)
                keyOf[field.Column] = key;

        List<int> added = [];
        foreach (Column column in named.Distinct())
            if (!keys.Contains(column) && keyOf.TryGetValue(column, out TableKey? key) && key.Columns.All(keys.Contains))
                added.Add(grouping.Add(column.Ref()));
        if (added.Count > 0)
            grouping.Sets = [.. grouping.Sets.Select(set => set.Union(added).ToArray())];
    }

    /// <summary>The columns that an expression names, in its subqueries too.</summary>
    public static IEnumerable<Column> NamedBy(AnalyzedExpression? expression) => expression is null
        ? []
        : expression.Raw.References()
            .Concat(NamedBy(expression.Subqueries))
            .Concat(expression.Unnests.SelectMany(unnest => unnest.Array.References()));

    /// <summary>The columns that window functions name.</summary>
    public static IEnumerable<Column> NamedBy(WindowCollector windows) => windows.Windows
        .SelectMany(window => window.Use.Arguments.Concat(window.Use.PartitionBy).Concat(window.Use.OrderBy.Select(key => key.Expression)))
        .Concat(windows.Windows.Select(window => window.Use.Filter).OfType<Expression>())
        .SelectMany(expression => expression.References())
        .Concat(NamedBy(windows.Subqueries));

    private static IEnumerable<Column> NamedBy(List<Expressions.SubqueryUse> subqueries) => subqueries.SelectMany(subquery =>
        PlanRewriter.References(subquery.Subquery).Concat(subquery.Comparison?.References() ?? []));
}
