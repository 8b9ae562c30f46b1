using QueryEngine.Sql.Parsing;

namespace QueryEngine.Sql;

/// <summary>The words of the grammar: for completion and for clients that quote names.</summary>
public static class SqlWords
{
    /// <summary>Words that are names only in double quotes.</summary>
    public static IReadOnlyList<string> Reserved => [.. Words(Keywords.IsReserved)];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> All => [.. Words(static keyword => keyword != Keyword.None)];

    private static IEnumerable<string> Words(Func<Keyword, bool> isWanted) =>
        Enum.GetValues<Keyword>().Distinct().Where(isWanted).Select(Keywords.Text).Where(word => word is { Length: > 0 });
}
