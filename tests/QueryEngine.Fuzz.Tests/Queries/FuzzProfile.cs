namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>What the tables and queries of a seed may hold.</summary>
internal sealed record FuzzProfile(FuzzType[] Types, bool HasSqlite, bool HasDuckDb)
{
    private static readonly FuzzProfile _common = new(FuzzTypes.OfColumns, HasSqlite: false, HasDuckDb: true);

    // DuckDB's C API fails to show values of some of these types.
    private static readonly FuzzProfile _all = new(FuzzTypes.All, HasSqlite: false, HasDuckDb: false);

    private static readonly FuzzProfile _sqlite = new([FuzzType.Integer, FuzzType.BigInt, FuzzType.Text], HasSqlite: true, HasDuckDb: true);

    /// <summary>The profile of a seed: every fifth has the types that SQLite has too, of the others every second all types.</summary>
    public static FuzzProfile Of(int seed) => seed % 5 == 0 ? _sqlite : seed % 2 == 0 ? _common : _all;
}
