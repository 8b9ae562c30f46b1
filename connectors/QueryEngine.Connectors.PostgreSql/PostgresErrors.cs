using System.Net.Sockets;
using Npgsql;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Turns errors of the server and of the network into the engine's, once, at the connector's edge.</summary>
internal static class PostgresErrors
{
    private static readonly ErrorCode _authentication = new("REMOTE_AUTHENTICATION_FAILED", "28000", ErrorKind.External);

    /// <summary>Whether an exception is one to translate.</summary>
    public static bool IsForeign(Exception exception) => exception is NpgsqlException or IOException or SocketException or TimeoutException;

    /// <summary>The engine's error for a foreign one; a canceled query is an OperationCanceledException.</summary>
    public static Exception Translate(Exception exception, PostgresOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException("the query was canceled", exception, cancellationToken);
        if (exception is not PostgresException remote)
            return new QueryException(
                ErrorCode.ConnectionFailure, $"PostgreSQL server {options.Address}: {exception.Message}", "Is the server running and reachable?", exception);

        string message = $"PostgreSQL server {options.Address} says: {remote.MessageText} ({remote.SqlState})";
        return remote.SqlState switch
        {
            "28000" or "28P01" => new QueryException(_authentication, message, "Check user and password of the catalog.", exception),
            "25006" => new QueryException(ErrorCode.ReadOnly, message, inner: exception),
            "42501" => new QueryException(ErrorCode.AccessDenied, message, inner: exception),
            "42P01" => new QueryException(ErrorCode.UndefinedTable, message, inner: exception),
            "22012" => new QueryException(ErrorCode.DivisionByZero, message, inner: exception),
            "22003" => new QueryException(ErrorCode.NumericValueOutOfRange, message, inner: exception),
            "23502" => new QueryException(ErrorCode.NotNullViolation, message, inner: exception),
            "23505" => new QueryException(ErrorCode.UniqueViolation, message, inner: exception),
            "3F000" => new QueryException(ErrorCode.UndefinedSchema, message, inner: exception),
            "42P06" => new QueryException(ErrorCode.DuplicateSchema, message, inner: exception),
            "42701" => new QueryException(ErrorCode.DuplicateColumn, message, inner: exception),
            "22001" => new QueryException(ErrorCode.StringTooLong, message, inner: exception),
            "22P02" => new QueryException(ErrorCode.InvalidText, message, inner: exception),
            "53100" => new QueryException(ErrorCode.DiskFull, message, inner: exception),
            "40001" or "40P01" => new QueryException(ErrorCode.SerializationFailure, message, "Run the statement again.", exception),
            "23514" => new QueryException(ErrorCode.CheckViolation, message, inner: exception),
            "42P07" => new QueryException(ErrorCode.DuplicateTable, message, inner: exception),
            _ => new QueryException(ErrorCode.RemoteError, message, inner: exception),
        };
    }
}
