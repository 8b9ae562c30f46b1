namespace QueryEngine.Fuzz.Tests.Peers;

/// <summary>What a system said: rows as texts, or an error.</summary>
internal sealed record Answer(IReadOnlyList<string?[]> Rows, AnswerError? Error)
{
    public static Answer Of(IReadOnlyList<string?[]> rows) => new(rows, null);

    public static Answer Failed(string sqlState, string message) => new([], new AnswerError(sqlState, message));

    public override string ToString() =>
        Error?.ToString() ?? $"{Rows.Count} rows: {string.Join(" | ", Rows.Take(8).Select(row => string.Join(", ", row.Select(value => value ?? "NULL"))))}";
}

/// <summary>An error as a system gave it.</summary>
internal sealed record AnswerError(string SqlState, string Message)
{
    /// <summary>The SQLSTATE of what took too long.</summary>
    public const string OfTime = "57014";

    /// <summary>Whether a value was at fault: systems may meet such a value or leave its row out earlier.</summary>
    public bool IsOfData => SqlState.StartsWith("22", StringComparison.Ordinal);

    public override string ToString() => $"{SqlState}: {Message}";
}

/// <summary>A system that queries are put to.</summary>
internal interface IPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Runs a statement. Errors of the statement are answers.</summary>
    Task<Answer> RunAsync(string sql);
}
