using System.Buffers;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Shows a native buffer as <see cref="Memory{T}"/> for streams. Holds the buffer while it lives.</summary>
internal sealed unsafe class NativeMemoryManager : MemoryManager<byte>
{
    private readonly NativeBuffer _buffer;
    private readonly int _length;

    public NativeMemoryManager(NativeBuffer buffer, int length)
    {
        buffer.Retain();
        (_buffer, _length) = (buffer, length);
    }

    public override Span<byte> GetSpan() => _buffer.Span<byte>(_length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length);
        return new MemoryHandle(_buffer.Pointer + elementIndex); // inside: checked above; native memory does not move
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _buffer.Dispose();
    }
}
