using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Rpc.Errors;

/// <summary>
/// Query errors as statuses of calls and back. The error's name, SQLSTATE, kind, position and hint travel in trailing
/// metadata, so that a client of ours shows the error that the server had; other clients see a fitting status and the text.
/// </summary>
public static class RpcErrors
{
    private const string NameKey = "qe-error-name";
    private const string SqlStateKey = "qe-error-sqlstate";
    private const string KindKey = "qe-error-kind";
    private const string LineKey = "qe-error-line";
    private const string ColumnKey = "qe-error-column";
    private const string MessageKey = "qe-error-message-bin";
    private const string HintKey = "qe-error-hint-bin";
    private const int MaxTextLength = 4000;

    /// <summary>The error as it goes to a client.</summary>
    public static RpcException ToRpcException(QueryException exception)
    {
        ErrorCode code = exception.Code;
        var trailers = new RpcMetadata
        {
            { NameKey, code.Name },
            { SqlStateKey, code.SqlState },
            { KindKey, code.Kind.ToString() },
        };
        trailers.AddText(MessageKey, Shorten(exception.Message));
        if (exception.Position is { } position)
        {
            trailers.Add(LineKey, position.Line.ToString(CultureInfo.InvariantCulture));
            trailers.Add(ColumnKey, position.Column.ToString(CultureInfo.InvariantCulture));
        }

        if (exception.Hint is { } hint)
            trailers.AddText(HintKey, Shorten(hint));
        return new RpcException(StatusOf(code), Shorten(exception.Message), trailers, exception);
    }

    /// <summary>
    /// The error that a client shows: the server's own where it came with the status, else one that stands for the status
    /// and names the peer.
    /// </summary>
    public static QueryException ToQueryException(RpcException exception, string peer)
    {
        RpcMetadata trailers = exception.Trailers;
        if (trailers.Get(NameKey) is { } name
            && trailers.Get(SqlStateKey) is { } sqlState
            && Enum.TryParse(trailers.Get(KindKey), out ErrorKind kind))
        {
            SourcePosition? position = TryInt(trailers.Get(LineKey)) is { } line && TryInt(trailers.Get(ColumnKey)) is { } column
                ? new SourcePosition(line, column)
                : null;
            string message = trailers.GetText(MessageKey) ?? exception.Detail;
            return new QueryException(new ErrorCode(name, sqlState, kind), message, position, trailers.GetText(HintKey), exception);
        }

        ErrorCode code = exception.Status switch
        {
            RpcStatusCode.Unavailable => ErrorCode.ConnectionFailure,
            RpcStatusCode.Cancelled => ErrorCode.QueryCanceled,
            RpcStatusCode.DeadlineExceeded => ErrorCode.ConnectionFailure,
            RpcStatusCode.Unauthenticated or RpcStatusCode.PermissionDenied => ErrorCode.AccessDenied,
            RpcStatusCode.Unimplemented or RpcStatusCode.Internal or RpcStatusCode.DataLoss => ErrorCode.ProtocolViolation,
            _ => ErrorCode.RemoteError,
        };
        return new QueryException(code, $"{peer} answered {exception.Status}: {exception.Detail}", inner: exception);
    }

    private static RpcStatusCode StatusOf(ErrorCode code)
    {
        if (code == ErrorCode.NotSupported)
            return RpcStatusCode.Unimplemented;
        if (code == ErrorCode.AccessDenied)
            return RpcStatusCode.PermissionDenied;
        if (code == ErrorCode.QueryCanceled)
            return RpcStatusCode.Cancelled;
        if (code == ErrorCode.ConnectionFailure || code == ErrorCode.WorkerFailed || code == ErrorCode.ShuttingDown)
            return RpcStatusCode.Unavailable;

        return code.Kind switch
        {
            ErrorKind.User => RpcStatusCode.InvalidArgument,
            ErrorKind.External => RpcStatusCode.FailedPrecondition,
            ErrorKind.InsufficientResources => RpcStatusCode.ResourceExhausted,
            ErrorKind.Internal => RpcStatusCode.Internal,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static int? TryInt(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    /// <summary>Keeps the trailers under the size of headers that peers accept.</summary>
    private static string Shorten(string text) =>
        text.Length <= MaxTextLength ? text : string.Concat(text.AsSpan(0, MaxTextLength), "...");
}
