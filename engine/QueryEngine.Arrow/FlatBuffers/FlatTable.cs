using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.FlatBuffers;

/// <summary>
/// A table within a FlatBuffer. Every access is checked against the buffer: bytes of a stranger give INVALID_DATA and never more.
/// </summary>
internal readonly ref struct FlatTable
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly int _table;
    private readonly int _vtable;
    private readonly int _vtableLength;

    private FlatTable(ReadOnlySpan<byte> buffer, int table)
    {
        _buffer = buffer;
        _table = table;
        _vtable = table - Read<int>(table);
        _vtableLength = Read<ushort>(_vtable);
        if (_vtable + _vtableLength > buffer.Length)
            throw Broken();
    }

    /// <summary>Whether the field that this table was read from is there.</summary>
    public bool Exists => !_buffer.IsEmpty;

    /// <summary>The root table of a buffer.</summary>
    public static FlatTable Root(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length < sizeof(int))
            throw Broken();
        return new(buffer, Follow(buffer, 0));
    }

    /// <summary>A scalar field.</summary>
    public T Get<T>(int slot, T absent = default)
        where T : unmanaged => Position(slot) is var position && position == 0 ? absent : Read<T>(position);

    /// <summary>A table field; one that does not exist where it is left out.</summary>
    public FlatTable GetTable(int slot) => Position(slot) is var position && position == 0 ? default : new(_buffer, Follow(_buffer, position));

    /// <summary>A text field, or null.</summary>
    public string? GetString(int slot)
    {
        int position = Position(slot);
        if (position == 0)
            return null;

        int start = Follow(_buffer, position);
        int length = Read<int>(start);
        return Encoding.UTF8.GetString(Slice(start + sizeof(int), length));
    }

    /// <summary>The number of items of a vector field; 0 where it is left out.</summary>
    public int GetCount(int slot, int itemSize = sizeof(int))
    {
        int position = Position(slot);
        if (position == 0)
            return 0;

        int start = Follow(_buffer, position);
        int count = Read<int>(start);
        if (count < 0 || (long)count * itemSize > _buffer.Length - start - sizeof(int))
            throw Broken();
        return count;
    }

    /// <summary>An item of a vector of tables.</summary>
    public FlatTable GetItem(int slot, int index)
    {
        int start = Follow(_buffer, Position(slot));
        return new(_buffer, Follow(_buffer, start + sizeof(int) + (index * sizeof(int))));
    }

    /// <summary>A vector of structs or scalars.</summary>
    public ReadOnlySpan<T> GetStructs<T>(int slot)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        int count = GetCount(slot, size);
        if (count == 0)
            return default;

        int start = Follow(_buffer, Position(slot)) + sizeof(int);
        return MemoryMarshal.Cast<byte, T>(_buffer.Slice(start, count * size));
    }

    private int Position(int slot)
    {
        int entry = (slot + 2) * sizeof(ushort);
        if (_buffer.IsEmpty || entry + sizeof(ushort) > _vtableLength)
            return 0;
        int offset = Read<ushort>(_vtable + entry);
        return offset == 0 ? 0 : _table + offset;
    }

    private ReadOnlySpan<byte> Slice(int start, int length) =>
        (start | length) < 0 || length > _buffer.Length - start ? throw Broken() : _buffer.Slice(start, length);

    private T Read<T>(int position)
        where T : unmanaged => MemoryMarshal.Read<T>(Slice(position, Unsafe.SizeOf<T>()));

    private static int Follow(ReadOnlySpan<byte> buffer, int position)
    {
        if (position < 0 || position > buffer.Length - sizeof(int))
            throw Broken();
        long target = position + (long)MemoryMarshal.Read<uint>(buffer[position..]);
        return target <= buffer.Length - sizeof(int) ? (int)target : throw Broken();
    }

    private static QueryException Broken() => new(ErrorCode.InvalidData, "the Arrow metadata is damaged");
}
