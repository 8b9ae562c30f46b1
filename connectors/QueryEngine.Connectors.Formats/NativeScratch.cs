using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats;

/// <summary>
/// Growable native memory that a reader reuses from page to page. <see cref="Padding"/> bytes after the requested length
/// may be read and overwritten by anyone, which lets decoders move whole vectors without looking at the end.
/// </summary>
/// <param name="memory">Where the bytes are counted; null for buffers too small to count.</param>
internal sealed unsafe class NativeScratch(MemoryContext? memory = null) : IDisposable
{
    /// <summary>Bytes past the capacity that may be touched.</summary>
    public const int Padding = 128;

    private byte* _pointer;
    private long _capacity;

    ~NativeScratch() => Release();

    /// <summary>The start of the memory; changes when the buffer grows.</summary>
    public byte* Pointer => _pointer;

    /// <summary>Bytes that may be used, padding not counted.</summary>
    public long Capacity => _capacity;

    /// <summary>Makes room for <paramref name="length"/> bytes; what was there is lost when the buffer has to grow.</summary>
    public byte* Ensure(long length)
    {
        if (length > _capacity || _pointer is null)
        {
            Release();
            long capacity = Math.Max(length + (length >> 2), 1024);
            _pointer = Allocate(capacity);
            _capacity = capacity;
        }
        return _pointer;
    }

    /// <summary>Makes room for <paramref name="length"/> bytes and keeps the first <paramref name="used"/>.</summary>
    public byte* Grow(long length, long used)
    {
        if (length <= _capacity && _pointer is not null)
            return _pointer;

        long capacity = Math.Max(length, _capacity * 2) + 1024;
        byte* grown = Allocate(capacity);
        if (used > 0 && _pointer is not null)
            NativeMemory.Copy(_pointer, grown, (nuint)used);
        Release();
        _pointer = grown;
        _capacity = capacity;
        return grown;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private byte* Allocate(long capacity)
    {
        memory?.Reserve(capacity);
        try
        {
            var pointer = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity + Padding), 64);
            NativeMemory.Clear(pointer + capacity, Padding);
            return pointer;
        }
        catch (OutOfMemoryException error)
        {
            memory?.Free(capacity);
            throw new QueryException(ErrorCode.OutOfMemory, $"the machine has no {capacity} bytes of memory left to read a file", inner: error);
        }
    }

    private void Release()
    {
        if (_pointer is null)
            return;
        memory?.Free(_capacity);
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
        _capacity = 0;
    }
}
