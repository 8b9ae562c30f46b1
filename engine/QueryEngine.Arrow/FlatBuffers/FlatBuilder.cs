using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace QueryEngine.Arrow.FlatBuffers;

/// <summary>
/// Writes FlatBuffers, from the last byte to the first: children before parents. An offset counts from the end of the buffer.
/// Fields of default value are left out.
/// </summary>
internal sealed class FlatBuilder
{
    private byte[] _buffer = new byte[1024];
    private int _head = 1024;
    private int _minAlignment = 1;
    private int[] _slots = new int[8];
    private int _slotCount;
    private int _tableEnd;

    private int Offset => _buffer.Length - _head;

    /// <summary>Begins a table of at most <paramref name="slots"/> fields. Tables do not nest: write children first.</summary>
    public void StartTable(int slots)
    {
        if (_slots.Length < slots)
            _slots = new int[slots];
        Array.Clear(_slots);
        _slotCount = slots;
        _tableEnd = Offset;
    }

    /// <summary>Adds a scalar field.</summary>
    public void Add<T>(int slot, T value, T absent = default)
        where T : unmanaged, IEquatable<T>
    {
        if (value.Equals(absent))
            return;

        Push(value);
        _slots[slot] = Offset;
    }

    /// <summary>Adds a field that is somewhere else; 0 for none.</summary>
    public void AddOffset(int slot, int target)
    {
        if (target == 0)
            return;

        PushOffset(target);
        _slots[slot] = Offset;
    }

    /// <summary>Ends the table and gives its offset.</summary>
    public int EndTable()
    {
        Push(0);
        int table = Offset;
        int used = _slotCount;
        while (used > 0 && _slots[used - 1] == 0)
            used--;

        for (int slot = used - 1; slot >= 0; slot--)
            Push((short)(_slots[slot] == 0 ? 0 : table - _slots[slot]));
        Push((short)(table - _tableEnd));
        Push((short)((used + 2) * sizeof(short)));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffer.Length - table), Offset - table);
        return table;
    }

    /// <summary>Writes text.</summary>
    public int CreateString(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Prepare(sizeof(int), utf8.Length + 1);
        Push((byte)0);
        PushBytes(utf8);
        Push(utf8.Length);
        return Offset;
    }

    /// <summary>Writes a vector of tables or strings.</summary>
    public int CreateVector(ReadOnlySpan<int> targets)
    {
        Prepare(sizeof(int), targets.Length * sizeof(int));
        for (int index = targets.Length - 1; index >= 0; index--)
            PushOffset(targets[index]);
        Push(targets.Length);
        return Offset;
    }

    /// <summary>Writes a vector of structs, 8-byte aligned, given by their bytes.</summary>
    public int CreateStructs<T>(ReadOnlySpan<T> structs)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(structs);
        Prepare(sizeof(int), bytes.Length);
        Prepare(sizeof(long), bytes.Length);
        PushBytes(bytes);
        Push(structs.Length);
        return Offset;
    }

    /// <summary>Ends the buffer with its root table and gives its bytes.</summary>
    public byte[] Finish(int root)
    {
        Prepare(_minAlignment, sizeof(int));
        PushOffset(root);
        return _buffer.AsSpan(_head).ToArray();
    }

    private void Push<T>(T value)
        where T : unmanaged
    {
        int size = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        Prepare(size, 0);
        _head -= size;
        MemoryMarshal.Write(_buffer.AsSpan(_head), in value);
    }

    private void PushOffset(int target)
    {
        Prepare(sizeof(int), 0);
        Push(Offset - target + sizeof(int));
    }

    private void PushBytes(ReadOnlySpan<byte> bytes)
    {
        _head -= bytes.Length;
        bytes.CopyTo(_buffer.AsSpan(_head));
    }

    /// <summary>Pads so that after <paramref name="additional"/> more bytes the position is a multiple of <paramref name="alignment"/>.</summary>
    private void Prepare(int alignment, int additional)
    {
        _minAlignment = Math.Max(_minAlignment, alignment);
        int padding = -(Offset + additional) & (alignment - 1);
        int needed = padding + additional + alignment;
        if (_head < needed)
            Grow(needed);
        _buffer.AsSpan(_head - padding, padding).Clear();
        _head -= padding;
    }

    private void Grow(int needed)
    {
        byte[] larger = new byte[Math.Max(_buffer.Length * 2, _buffer.Length + needed)];
        _buffer.AsSpan(_head).CopyTo(larger.AsSpan(larger.Length - Offset));
        _head = larger.Length - Offset;
        _buffer = larger;
    }
}
