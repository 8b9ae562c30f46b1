using System.Runtime.InteropServices;
using QueryEngine.Arrow.FlatBuffers;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Lays vectors out as a body: nodes, and buffers each at a multiple of 8 bytes.</summary>
internal sealed class BodyWriter : IDisposable
{
    private readonly MemoryContext _memory;
    private readonly List<FieldNode> _nodes = [];
    private readonly List<BufferSpan> _buffers = [];
    private NativeBuffer? _body;
    private long _length;

    public BodyWriter(MemoryContext memory, long expectedBytes)
    {
        _memory = memory;
        _body = memory.Allocate(expectedBytes + 256);
    }

    public ReadOnlySpan<FieldNode> Nodes => CollectionsMarshal.AsSpan(_nodes);

    public ReadOnlySpan<BufferSpan> Buffers => CollectionsMarshal.AsSpan(_buffers);

    public int Length => (int)_length;

    /// <summary>Adds a node.</summary>
    public void AddNode(long length, long nullCount) => _nodes.Add(new(length, nullCount));

    /// <summary>Adds a buffer of a copy of these elements.</summary>
    public void AddBuffer<T>(ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(elements);
        bytes.CopyTo(AddBuffer(bytes.Length));
    }

    /// <summary>Adds a buffer for the caller to fill at once.</summary>
    public Span<byte> AddBuffer(int bytes)
    {
        long padded = ArrowFormat.Pad(bytes);
        long end = _length + padded;
        if (end > int.MaxValue)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a batch has more than {int.MaxValue} bytes");
        if (_body!.Capacity < end)
        {
            NativeBuffer larger = _memory.Allocate(Math.Min(Math.Max(end, _body.Capacity * 2), int.MaxValue));
            _body.Span<byte>((int)_length).CopyTo(larger.Bytes);
            _body.Dispose();
            _body = larger;
        }

        Span<byte> room = _body.Span<byte>((int)_length, (int)padded);
        room[bytes..].Clear();
        _buffers.Add(new(_length, bytes));
        _length = end;
        return room[..bytes];
    }

    /// <summary>The body, which the caller owns from here on.</summary>
    public NativeBuffer Take()
    {
        NativeBuffer body = _body!;
        _body = null;
        return body;
    }

    public void Dispose() => _body?.Dispose();
}
