using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>What leaves the engine is a query error, whatever was thrown inside.</summary>
internal static class Errors
{
    /// <summary>The error that a client is told.</summary>
    public static QueryException Translate(Exception error) => error switch
    {
        QueryException known => known,
        OperationCanceledException => new QueryException(ErrorCode.QueryCanceled, "the query was canceled", hint: null, error),
        InsufficientExecutionStackException => new QueryException(ErrorCode.StatementTooComplex, "the statement is nested too deeply", hint: null, error),
        AggregateException { InnerExceptions: [var only] } => Translate(only),
        IOException or UnauthorizedAccessException => new QueryException(ErrorCode.IoError, error.Message, hint: null, error),
        _ => new QueryException(ErrorCode.Internal, $"{error.GetType().Name}: {error.Message}", "This is a bug of the engine.", error),
    };
}
