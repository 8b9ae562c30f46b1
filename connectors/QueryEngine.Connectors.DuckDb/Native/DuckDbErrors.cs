using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Native;

/// <summary>Errors of DuckDB, which come as messages.</summary>
internal static class DuckDbErrors
{
    // By what the message has; the first that fits.
    private static readonly (string Part, ErrorCode Code)[] _codes =
    [
        ("violates primary key constraint", ErrorCode.UniqueViolation),
        ("violates unique constraint", ErrorCode.UniqueViolation),
        ("PRIMARY KEY or UNIQUE constraint", ErrorCode.UniqueViolation),
        ("NOT NULL constraint failed", ErrorCode.NotNullViolation),
        ("CHECK constraint failed", ErrorCode.CheckViolation),
        ("foreign key constraint", ErrorCode.ForeignKeyViolation),
        ("TransactionContext Error: Conflict", ErrorCode.SerializationFailure),
        ("Conflict on ", ErrorCode.SerializationFailure),
        ("write-write conflict", ErrorCode.SerializationFailure),
        ("Out of Range Error", ErrorCode.NumericValueOutOfRange),
        ("is out of range", ErrorCode.NumericValueOutOfRange),
        ("Out of Memory Error", ErrorCode.OutOfMemory),
        ("Permission Error", ErrorCode.AccessDenied),
        ("Could not set lock on file", ErrorCode.ConnectionFailure),
    ];

    /// <summary>The error of a message; an interrupt is an OperationCanceledException.</summary>
    public static Exception Of(string path, string message)
    {
        if (message.StartsWith("INTERRUPT Error", StringComparison.Ordinal))
            return new OperationCanceledException("the query of DuckDB was interrupted");
        foreach ((string part, ErrorCode code) in _codes)
            if (message.Contains(part, StringComparison.Ordinal))
                return new QueryException(code, Text(path, message), Hint(code));
        return new QueryException(ErrorCode.RemoteError, Text(path, message));
    }

    private static string Text(string path, string message) => $"DuckDB database {path}: {message.TrimEnd()}";

    private static string? Hint(ErrorCode code) =>
        code == ErrorCode.SerializationFailure ? "Run the statement again."
        : code == ErrorCode.ConnectionFailure ? "One process at a time may write a file of DuckDB; set read-only=true where several only read it."
        : null;
}
