using QueryEngine.Spi;

namespace QueryEngine.Arrow;

/// <summary>
/// One message of Arrow's IPC format: a FlatBuffer that describes a schema, a dictionary or a batch, and the bytes of its vectors.
/// Owns its body; whoever receives a message disposes it.
/// </summary>
public sealed class ArrowMessage(ReadOnlyMemory<byte> header, NativeBuffer? body, int bodyLength) : IDisposable
{
    /// <summary>The FlatBuffer, without length and padding.</summary>
    public ReadOnlyMemory<byte> Header { get; } = header;

    /// <summary>The buffer of the body, still owned by the message; null for a schema.</summary>
    public NativeBuffer? BodyBuffer { get; } = body;

    /// <summary>The bytes of the body, a multiple of 8.</summary>
    public int BodyLength { get; } = bodyLength;

    /// <summary>The body.</summary>
    public ReadOnlySpan<byte> Body => BodyBuffer is null ? default : BodyBuffer.Span<byte>(BodyLength);

    /// <inheritdoc/>
    public void Dispose() => BodyBuffer?.Dispose();
}
