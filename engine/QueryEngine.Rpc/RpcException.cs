namespace QueryEngine.Rpc;

/// <summary>
/// A call that ended with a status other than OK. A handler throws it to choose the status; a client call throws it with
/// the status and the trailing metadata that the server sent, or with the status that stands for the transport's failure.
/// </summary>
public sealed class RpcException : Exception
{
    public RpcException(RpcStatusCode status, string detail, RpcMetadata? trailers = null, Exception? inner = null)
        : base($"{status}: {detail}", inner) => (Status, Detail, Trailers) = (status, detail, trailers ?? []);

    /// <summary>Why the call ended, for programs.</summary>
    public RpcStatusCode Status { get; }

    /// <summary>Why the call ended, for people: the text of <c>grpc-message</c>.</summary>
    public string Detail { get; }

    /// <summary>Metadata that came, or will go, with the status.</summary>
    public RpcMetadata Trailers { get; }
}
