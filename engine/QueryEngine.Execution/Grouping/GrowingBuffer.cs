using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>Native elements that grow. Not thread-safe.</summary>
internal sealed class GrowingBuffer<T>(MemoryContext memory) : IDisposable
    where T : unmanaged
{
    private NativeBuffer? _buffer;

    /// <summary>Elements that there is room for.</summary>
    public int Capacity { get; private set; }

    /// <summary>All the room; valid until it grows.</summary>
    public Span<T> Span => _buffer is null ? default : _buffer.Span<T>(Capacity);

    /// <summary>Makes room, keeping what was there; at least doubles when it grows.</summary>
    public void Ensure(long count)
    {
        if (count <= Capacity)
            return;

        long wanted = Math.Max(count, Math.Max(64, Capacity * 2L));
        if (count > int.MaxValue)
            throw new QueryException(ErrorCode.OutOfMemory, $"a hash table asked for {count} entries, over its limit of {int.MaxValue}");
        NativeBuffer larger = memory.Allocate(Math.Min(wanted, int.MaxValue) * Unsafe.SizeOf<T>());
        if (_buffer is not null)
        {
            _buffer.Span<T>(Capacity).CopyTo(larger.Span<T>(Capacity));
            _buffer.Dispose();
        }

        _buffer = larger;
        Capacity = (int)Math.Min(larger.Capacity / Unsafe.SizeOf<T>(), int.MaxValue);
    }

    /// <summary>Replaces the elements by so many zero ones.</summary>
    public void Reset(int count)
    {
        if (count > Capacity)
        {
            Dispose();
            Ensure(count);
        }

        Span[..count].Clear();
    }

    /// <summary>Hands the buffer over; the room starts again at none.</summary>
    public NativeBuffer Take()
    {
        NativeBuffer taken = _buffer ?? memory.Allocate(0);
        (_buffer, Capacity) = (null, 0);
        return taken;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffer?.Dispose();
        (_buffer, Capacity) = (null, 0);
    }
}
