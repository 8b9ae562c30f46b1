using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>One element a group, in counted native memory. New elements are zero.</summary>
internal sealed class GroupArray<T>(MemoryContext memory) : IDisposable
    where T : unmanaged
{
    private NativeBuffer? _buffer;

    /// <summary>Elements in use.</summary>
    public int Count { get; private set; }

    /// <summary>The elements. Valid until the next <see cref="Resize"/>.</summary>
    public Span<T> Items => _buffer is null ? default : _buffer.Span<T>(Count);

    /// <summary>Makes room for so many elements; never shrinks.</summary>
    public void Resize(int count)
    {
        if (count <= Count)
            return;

        long bytes = (long)count * Unsafe.SizeOf<T>();
        if (_buffer is null || _buffer.Capacity < bytes)
        {
            NativeBuffer larger = memory.Allocate(Math.Max(bytes, _buffer is null ? 64 : _buffer.Capacity * 2));
            Items.CopyTo(larger.Span<T>(Count));
            _buffer?.Dispose();
            _buffer = larger;
        }

        _buffer.Span<T>(Count, count - Count).Clear();
        Count = count;
    }

    /// <summary>Copies elements into a new buffer that the caller owns.</summary>
    public NativeBuffer Copy(int first, int count)
    {
        NativeBuffer copy = memory.Allocate((long)count * Unsafe.SizeOf<T>());
        Items.Slice(first, count).CopyTo(copy.Span<T>(count));
        return copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
        Count = 0;
    }
}
