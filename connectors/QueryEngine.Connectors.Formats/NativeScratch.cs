using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats;

/// <summary>
/// Growable pooled native memory that a reader reuses from page to page. <see cref="Padding"/> bytes after the requested length
/// may be read and overwritten by anyone, which lets decoders move whole vectors without looking at the end.
/// </summary>
/// <param name="memory">Where the bytes are counted; null for buffers too small to count.</param>
internal sealed unsafe class NativeScratch(MemoryContext? memory = null) : IDisposable
{
    /// <summary>Bytes past the capacity that may be touched.</summary>
    public const int Padding = 128;

    private readonly MemoryContext _memory = memory ?? MemoryContext.Unlimited;
    private NativeBuffer? _buffer;
    private byte* _pointer;

    /// <summary>The start of the memory; changes when the buffer grows.</summary>
    public byte* Pointer => _pointer;

    /// <summary>Bytes that may be used, padding not counted.</summary>
    public long Capacity { get; private set; }

    /// <summary>Makes room for <paramref name="length"/> bytes; what was there is lost when the buffer has to grow.</summary>
    public byte* Ensure(long length)
    {
        if (length > Capacity || _pointer is null)
        {
            Dispose();
            Replace(_memory.Allocate(Math.Max(length, 1024) + Padding));
        }
        return _pointer;
    }

    /// <summary>Makes room for <paramref name="length"/> bytes and keeps the first <paramref name="used"/>.</summary>
    public byte* Grow(long length, long used)
    {
        if (length <= Capacity && _pointer is not null)
            return _pointer;

        NativeBuffer larger = _memory.Allocate(Math.Max(length, Capacity * 2) + 1024 + Padding);
        if (_pointer is not null)
            Buffer.MemoryCopy(_pointer, larger.Pointer, larger.Capacity, Math.Min(used, Capacity));
        Dispose();
        Replace(larger);
        return _pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
        _pointer = null;
        Capacity = 0;
    }

    private void Replace(NativeBuffer buffer)
    {
        _buffer = buffer;
        _pointer = buffer.Pointer;
        Capacity = buffer.Capacity - Padding;
    }
}
