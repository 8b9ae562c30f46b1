namespace QueryEngine.Fuzz.Tests;

/// <summary>The parts of SQL that a query has, told by its text.</summary>
internal static class FuzzFeatures
{
    private static readonly (string Feature, string Mark)[] _marks =
    [
        ("inner join", " JOIN "), ("left join", "LEFT JOIN "), ("right join", "RIGHT JOIN "), ("full join", "FULL JOIN "), ("cross join", "CROSS JOIN "),
        ("join using", " USING (id)"), ("lateral", "LATERAL "), ("unnest", "unnest("), ("where", " WHERE "), ("group by", " GROUP BY "), ("rollup", "ROLLUP ("),
        ("cube", "CUBE ("), ("grouping sets", "GROUPING SETS ("), ("grouping()", "grouping("), ("having", " HAVING "), ("filter", " FILTER ("), ("within group", "WITHIN GROUP"),
        ("window", " OVER ("), ("rows frame", "ROWS "), ("groups frame", "GROUPS "), ("range frame", "RANGE "), ("exclude", " EXCLUDE "), ("common table", "WITH "),
        ("recursion", "WITH RECURSIVE"), ("union", "UNION"), ("intersect", "INTERSECT"), ("except", "EXCEPT"), ("in query", " IN (SELECT"), ("exists", "EXISTS ("),
        ("any", " ANY ("), ("all", " ALL (SELECT"), ("scalar query", "(SELECT "), ("distinct", "DISTINCT "), ("distinct on", "DISTINCT ON"), ("limit", " LIMIT "),
        ("with ties", "WITH TIES"), ("values", "(VALUES "), ("case", "CASE "), ("like", " LIKE "), ("array", "array"), ("json", "json"), ("interval", "interval"), ("row values", "row("),
        ("text functions", "substr"), ("dates", "date"), ("decimals", "decimal("), ("time zones", "time zone"), ("bytes", "decode("), ("uuid", "uuid"), ("documents", "jsonb"),
    ];

    /// <summary>All that are looked for.</summary>
    public static IEnumerable<string> All => _marks.Select(mark => mark.Feature);

    /// <summary>Those of one query.</summary>
    public static IEnumerable<string> In(string sql)
    {
        foreach ((string feature, string mark) in _marks)
            if (sql.Contains(mark, StringComparison.Ordinal))
                yield return feature;
    }
}
