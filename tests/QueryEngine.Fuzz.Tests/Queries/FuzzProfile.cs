namespace QueryEngine.Fuzz.Tests.Queries;

/// <summary>What the tables and queries of a seed may hold.</summary>
internal sealed record FuzzProfile(FuzzType[] Types, bool HasSqlite)
{
    private static readonly FuzzProfile _everything = new(FuzzTypes.OfColumns, HasSqlite: false);
    private static readonly FuzzProfile _sqlite = new([FuzzType.Integer, FuzzType.BigInt, FuzzType.Text], HasSqlite: true);

    /// <summary>The profile of a seed: every fifth has the types that SQLite has too.</summary>
    public static FuzzProfile Of(int seed) => seed % 5 == 0 ? _sqlite : _everything;
}
