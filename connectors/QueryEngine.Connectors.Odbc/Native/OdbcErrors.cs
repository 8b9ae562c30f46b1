using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Native;

/// <summary>A diagnostic record of the driver.</summary>
internal readonly record struct OdbcDiagnostic(string State, int Native, string Message);

/// <summary>Turns diagnostics of drivers into the engine's errors, once, at the connector's edge.</summary>
internal static unsafe class OdbcErrors
{
    private const int LongestMessage = 4096;
    private static readonly ErrorCode _authentication = new("REMOTE_AUTHENTICATION_FAILED", "28000", ErrorKind.External);

    /// <summary>The first record of a handle.</summary>
    public static OdbcDiagnostic Read(short handleType, nint handle)
    {
        char* state = stackalloc char[6];
        char* message = stackalloc char[LongestMessage];
        short code = OdbcLibrary.GetDiagnostic(handleType, handle, 1, state, out int native, message, LongestMessage, out short length);
        return OdbcLibrary.IsSuccess(code)
            ? new OdbcDiagnostic(new string(state, 0, 5), native, new string(message, 0, Math.Clamp((int)length, 0, LongestMessage - 1)))
            : new OdbcDiagnostic("HY000", 0, "the driver gives no reason");
    }

    /// <summary>The engine's error; a canceled statement is an OperationCanceledException.</summary>
    /// <param name="source">What to call the source in the message.</param>
    /// <param name="diagnostic">What the driver says.</param>
    /// <param name="codeOfNative">The source's own numbers, where it has any.</param>
    public static Exception Translate(string source, OdbcDiagnostic diagnostic, Func<int, ErrorCode?> codeOfNative)
    {
        string message = $"{source} says: {Clean(diagnostic.Message)} ({diagnostic.State}, {diagnostic.Native})";
        if (diagnostic.State is "HY008")
            return new OperationCanceledException(message);
        if (codeOfNative(diagnostic.Native) is { } known)
            return known == ErrorCode.QueryCanceled ? new OperationCanceledException(message) : new QueryException(known, message);
        return diagnostic.State switch
        {
            "28000" => new QueryException(_authentication, message, "Check user and password of the catalog."),
            "IM002" or "IM003" or "01000" => new QueryException(
                ErrorCode.ConnectionFailure, message, "The ODBC driver is not installed, or has another name: see odbcinst -q -d."),
            "42S02" or "42P01" or "S0002" => new QueryException(ErrorCode.UndefinedTable, message),
            "42S01" or "42P07" or "S0001" => new QueryException(ErrorCode.DuplicateTable, message),
            "42S22" or "S0022" => new QueryException(ErrorCode.UndefinedColumn, message),
            "42501" => new QueryException(ErrorCode.AccessDenied, message),
            "22012" => new QueryException(ErrorCode.DivisionByZero, message),
            "22003" => new QueryException(ErrorCode.NumericValueOutOfRange, message),
            "22001" => new QueryException(ErrorCode.StringTooLong, message),
            "23502" => new QueryException(ErrorCode.NotNullViolation, message),
            "23505" => new QueryException(ErrorCode.UniqueViolation, message),
            "23514" => new QueryException(ErrorCode.CheckViolation, message),
            "40001" or "40P01" => new QueryException(ErrorCode.SerializationFailure, message, "Run the statement again."),
            _ when diagnostic.State.StartsWith("08", StringComparison.Ordinal) => new QueryException(
                ErrorCode.ConnectionFailure, message, "Is the server running and reachable?"),
            _ => new QueryException(ErrorCode.RemoteError, message),
        };
    }

    // "[unixODBC][vendor][driver]text": the text.
    private static string Clean(string message)
    {
        int start = 0;
        while (start < message.Length && message[start] == '[' && message.IndexOf(']', start) is > 0 and var end)
            start = end + 1;
        return start == message.Length ? message : message[start..].Trim();
    }
}
