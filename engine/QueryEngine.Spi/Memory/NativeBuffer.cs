using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QueryEngine.Spi;

/// <summary>
/// Bytes outside the managed heap, from a pool, 64-byte aligned, counted in a <see cref="MemoryContext"/>, not cleared unless asked;
/// or a window into such memory, or memory of a foreign library.
/// Shared by counting owners; a finalizer is the net under a forgotten owner.
/// </summary>
public sealed unsafe class NativeBuffer : RefCounted
{
    private readonly MemoryContext? _context;
    private IDisposable? _owner;
    private byte* _pointer;

    private NativeBuffer(MemoryContext? context, byte* pointer, long capacity, IDisposable? owner = null)
    {
        _context = context;
        _owner = owner;
        _pointer = pointer;
        Capacity = capacity;
    }

    ~NativeBuffer() => Release();

    /// <summary>Usable bytes; at least what was asked for.</summary>
    public long Capacity { get; }

    /// <summary>The first byte. Valid while an owner holds on.</summary>
    public byte* Pointer => _pointer;

    /// <summary>All bytes (at most 2 GiB of them).</summary>
    public Span<byte> Bytes => new(_pointer, (int)Math.Min(Capacity, int.MaxValue));

    /// <summary>Elements <paramref name="start"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span<T>(int start, int length)
        where T : unmanaged
    {
        if ((start | length) < 0 || ((long)start + length) * sizeof(T) > Capacity || _pointer == null)
            ThrowOutOfRange(start, length);
        return new Span<T>(_pointer + ((long)start * sizeof(T)), length); // inside: checked above
    }

    /// <summary>The first <paramref name="length"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span<T>(int length)
        where T : unmanaged => Span<T>(0, length);

    /// <summary>
    /// Memory that somebody else allocated and counts. Takes over one ownership of <paramref name="owner"/>, disposed of with the last
    /// owner of the buffer; the memory must live until then.
    /// </summary>
    public static NativeBuffer Wrap(byte* pointer, long length, IDisposable owner) => new(context: null, pointer, length, owner);

    /// <summary>A part of this buffer, sharing and retaining its memory. The caller owns the result.</summary>
    public NativeBuffer Window(long start, long length)
    {
        if ((start | length) < 0 || length > Capacity - start || _pointer == null)
            ThrowOutOfRange((int)start, (int)length);
        Retain();
        return Wrap(_pointer + start, length, this); // inside: checked above
    }

    internal static NativeBuffer Allocate(MemoryContext context, long bytes, bool clear)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        long capacity = NativeMemoryPool.SizeOf(bytes);
        context.Reserve(capacity);
        byte* pointer = NativeMemoryPool.Rent(capacity);
        if (pointer == null)
        {
            context.Free(capacity);
            throw new QueryException(ErrorCode.OutOfMemory, $"the machine has no {capacity} bytes of memory left for {context.Name}");
        }

        if (clear)
            NativeMemory.Clear(pointer, (nuint)capacity);
        return new NativeBuffer(context, pointer, capacity);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        byte* pointer = _pointer;
        _pointer = null;
        if (pointer == null)
            return;

        if (_context is null)
        {
            _owner?.Dispose();
            _owner = null;
            return;
        }

        NativeMemoryPool.Return(pointer, Capacity);
        _context.Free(Capacity);
    }

    private void ThrowOutOfRange(int start, int length) => throw (_pointer == null
        ? new ObjectDisposedException(nameof(NativeBuffer))
        : new ArgumentOutOfRangeException(nameof(length), $"elements {start} to {start + (long)length} of a buffer of {Capacity} bytes"));
}
