namespace QueryEngine.Rpc.Client;

/// <summary>What one call wants beside its request.</summary>
public sealed record RpcCallOptions
{
    /// <summary>Metadata to send.</summary>
    public RpcMetadata? Headers { get; init; }

    /// <summary>How long the whole call may take; the server learns it too. After it the call fails with DEADLINE_EXCEEDED.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Gets the metadata that the server sent ahead of its first response.</summary>
    public Action<RpcMetadata>? OnHeaders { get; init; }

    /// <summary>Gets the metadata that came with status OK; with another status it is on the exception.</summary>
    public Action<RpcMetadata>? OnTrailers { get; init; }
}
