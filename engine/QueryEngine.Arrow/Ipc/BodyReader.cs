using System.Runtime.InteropServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Spi;
using Slots = QueryEngine.Arrow.FlatBuffers.ArrowFormat;

namespace QueryEngine.Arrow.Ipc;

/// <summary>
/// Hands out the nodes and buffers of a batch in order. Buffers are windows into the body where they are aligned, else copies; all are
/// checked against the body's length.
/// </summary>
internal ref struct BodyReader
{
    private readonly ReadOnlySpan<FieldNode> _nodes;
    private readonly ReadOnlySpan<BufferSpan> _buffers;
    private readonly NativeBuffer? _body;
    private readonly int _bodyLength;
    private int _node;
    private int _buffer;

    public BodyReader(FlatTable batch, NativeBuffer? body, int bodyLength, MemoryContext memory)
    {
        if (batch.GetTable(Slots.RecordBatch.Compression).Exists)
            throw QueryException.NotSupported("compressed Arrow data");

        _nodes = batch.GetStructs<FieldNode>(Slots.RecordBatch.Nodes);
        _buffers = batch.GetStructs<BufferSpan>(Slots.RecordBatch.Buffers);
        (_body, _bodyLength, Memory) = (body, bodyLength, memory);
        long length = batch.Get<long>(Slots.RecordBatch.Length);
        RowCount = length is >= 0 and < int.MaxValue ? (int)length : throw Broken("a batch's length");
    }

    /// <summary>Rows of the batch.</summary>
    public int RowCount { get; }

    /// <summary>Where copies are counted.</summary>
    public MemoryContext Memory { get; }

    /// <summary>The error for data that contradicts itself.</summary>
    public static QueryException Broken(string what) => new(ErrorCode.InvalidData, $"the Arrow data is damaged: {what}");

    /// <summary>The next node: rows and nulls of a vector.</summary>
    public (int Length, int NullCount) NextNode()
    {
        if (_node >= _nodes.Length)
            throw Broken("it has too few vectors");
        FieldNode node = _nodes[_node++];
        if (node.Length is < 0 or >= int.MaxValue || node.NullCount < 0 || node.NullCount > node.Length)
            throw Broken("a vector's length");
        return ((int)node.Length, (int)node.NullCount);
    }

    /// <summary>Passes over a buffer.</summary>
    public void SkipBuffer() => Next();

    /// <summary>The bytes of the next buffer, at least so many.</summary>
    public ReadOnlySpan<byte> NextSpan(long required)
    {
        BufferSpan place = Next();
        if (place.Length < required)
            throw Broken($"a buffer of {place.Length} bytes where {required} are needed");
        return _body is null || place.Length == 0 ? default : _body.Span<byte>((int)place.Offset, (int)place.Length);
    }

    /// <summary>The next buffer, of at least so many elements. The caller owns it.</summary>
    public NativeBuffer NextBuffer<T>(int elements)
        where T : unmanaged
    {
        long required = (long)elements * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        BufferSpan place = Next();
        if (place.Length < required)
            throw Broken($"a buffer of {place.Length} bytes where {required} are needed");
        if (_body is null || place.Length == 0)
            return Memory.Allocate(0);
        if (place.Offset % Slots.Alignment == 0)
            return _body.Window(place.Offset, place.Length);

        NativeBuffer copy = Memory.Allocate(place.Length);
        _body.Span<byte>((int)place.Offset, (int)place.Length).CopyTo(copy.Bytes);
        return copy;
    }

    /// <summary>The next buffer as a bitmap; null where no row is null. The caller owns it.</summary>
    public NativeBuffer? NextValidity(int length, int nullCount)
    {
        if (nullCount == 0)
        {
            SkipBuffer();
            return null;
        }

        return NextBuffer<byte>(Validity.BytesFor(length));
    }

    /// <summary>The next buffer as <c>length + 1</c> rising int32 offsets, and the last of them. The caller owns it.</summary>
    public (NativeBuffer Offsets, int End) NextOffsets(int length, bool isLarge)
    {
        NativeBuffer offsets;
        if (length == 0)
        {
            SkipBuffer();
            offsets = Memory.AllocateCleared(sizeof(int));
        }
        else if (!isLarge)
        {
            offsets = NextBuffer<int>(length + 1);
        }
        else
        {
            ReadOnlySpan<long> wide = MemoryMarshal.Cast<byte, long>(NextSpan((length + 1L) * sizeof(long)));
            if (wide[length] > int.MaxValue)
                throw QueryException.NotSupported($"an Arrow column of {wide[length]} bytes in one batch");
            offsets = Memory.Allocate((length + 1L) * sizeof(int));
            Span<int> narrow = offsets.Span<int>(length + 1);
            for (int row = 0; row <= length; row++)
                narrow[row] = (int)wide[row];
        }

        ReadOnlySpan<int> all = offsets.Span<int>(length + 1);
        int last = 0;
        foreach (int offset in all)
        {
            if (offset < last)
            {
                offsets.Dispose();
                throw Broken("offsets that fall");
            }

            last = offset;
        }

        return (offsets, last);
    }

    private BufferSpan Next()
    {
        if (_buffer >= _buffers.Length)
            throw Broken("it has too few buffers");
        BufferSpan place = _buffers[_buffer++];
        return place.Offset >= 0 && place.Length >= 0 && place.Offset <= _bodyLength && place.Length <= _bodyLength - place.Offset
            ? place
            : throw Broken("a buffer outside the body");
    }
}
