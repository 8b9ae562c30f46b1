namespace QueryEngine.Rpc;

/// <summary>How large one message may be, in bytes, either way.</summary>
public sealed record RpcLimits
{
    /// <summary>The limits used where nothing else is said: 64 MiB either way, enough for a batch of wide rows.</summary>
    public static RpcLimits Default { get; } = new();

    /// <summary>Larger incoming messages end the call with RESOURCE_EXHAUSTED before they are read.</summary>
    public int MaxReceiveSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>Larger outgoing messages end the call with RESOURCE_EXHAUSTED before they are sent.</summary>
    public int MaxSendSize { get; init; } = 64 * 1024 * 1024;
}
