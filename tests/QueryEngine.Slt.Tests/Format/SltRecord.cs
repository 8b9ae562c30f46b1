namespace QueryEngine.Slt.Tests.Format;

/// <summary>How rows are brought into an order before they are compared.</summary>
internal enum SortMode
{
    None,
    Rows,
    Values,
}

/// <summary>One record of a sqllogictest file.</summary>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Sql">The statement.</param>
internal abstract record SltRecord(int Line, string Sql)
{
    /// <summary>The tier in the comment before the record; empty where there is none.</summary>
    public string Tier { get; init; } = string.Empty;
}

/// <summary><c>statement ok</c>, or <c>statement error</c> with the SQLSTATE where one is given.</summary>
internal sealed record SltStatement(int Line, string Sql, bool Fails, string? SqlState) : SltRecord(Line, Sql);

/// <summary><c>query</c>: types, order, and the expected lines or their hash.</summary>
internal sealed record SltQuery(int Line, string Sql, string Types, SortMode Sort, string[] Expected) : SltRecord(Line, Sql);

/// <summary><c>include</c>: runs another file first.</summary>
internal sealed record SltInclude(int Line, string Path) : SltRecord(Line, string.Empty);

/// <summary>A file: one row a line with tabs (canon), or one value a line (SQLite's).</summary>
internal sealed record SltFile(string Path, bool IsCanon, IReadOnlyList<SltRecord> Records);
