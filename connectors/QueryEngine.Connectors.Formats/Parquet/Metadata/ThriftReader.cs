using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Metadata;

/// <summary>The wire types of Thrift's compact protocol.</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>Reads Thrift's compact protocol from bytes nobody vouches for: every length is checked before it is used.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int MaximumDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _position;

    /// <summary>Moves to the next field of a struct. <paramref name="id"/> starts at 0 for each struct.</summary>
    /// <returns>False at the end of the struct.</returns>
    public bool NextField(ref int id, out ThriftType type)
    {
        byte header = ReadByte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
            return false;

        int delta = header >> 4;
        id = delta == 0 ? ReadI32() : id + delta;
        return true;
    }

    /// <summary>Reads the header of a list or set; the elements follow.</summary>
    public int ReadListHeader(out ThriftType elementType)
    {
        byte header = ReadByte();
        elementType = (ThriftType)(header & 0x0F);
        ulong count = (uint)(header >> 4);
        if (count == 15)
            count = ReadVarint();

        // Each element takes at least one byte, so a count beyond what is left is a lie that must not size an array.
        if (count > (ulong)(_data.Length - _position))
            throw Corrupt("a list is longer than the metadata");
        return (int)count;
    }

    public byte ReadByte() => _position < _data.Length ? _data[_position++] : throw Corrupt("the metadata ends early");

    public static bool ReadBoolean(ThriftType type) => type == ThriftType.True;

    public bool ReadBooleanElement() => ReadByte() == 1;

    public int ReadI32() => (int)ReadI64();

    public long ReadI64()
    {
        ulong raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public ReadOnlySpan<byte> ReadBinary()
    {
        ulong length = ReadVarint();
        return length <= int.MaxValue ? Take((int)length) : throw Corrupt("a value is longer than the metadata");
    }

    public string ReadString() => System.Text.Encoding.UTF8.GetString(ReadBinary());

    /// <summary>Passes over a value of a field this reader does not know.</summary>
    public void Skip(ThriftType type, int depth = 0)
    {
        if (depth > MaximumDepth)
            throw Corrupt("the metadata is nested too deeply");

        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Take(1);
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Take(8);
                break;
            case ThriftType.Uuid:
                Take(16);
                break;
            case ThriftType.Binary:
                ReadBinary();
                break;
            case ThriftType.Struct:
                int id = 0;
                while (NextField(ref id, out ThriftType fieldType))
                    Skip(fieldType, depth + 1);
                break;
            case ThriftType.List or ThriftType.Set:
                int count = ReadListHeader(out ThriftType elementType);
                for (int element = 0; element < count; element++)
                    SkipElement(elementType, depth + 1);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Stop:
            default:
                throw Corrupt($"unknown type {(int)type} in the metadata");
        }
    }

    private void SkipMap(int depth)
    {
        ulong entries = ReadVarint();
        if (entries == 0)
            return;

        byte types = ReadByte();
        if (entries > (ulong)(_data.Length - _position))
            throw Corrupt("a map is longer than the metadata");
        for (ulong entry = 0; entry < entries; entry++)
        {
            SkipElement((ThriftType)(types >> 4), depth + 1);
            SkipElement((ThriftType)(types & 0x0F), depth + 1);
        }
    }

    private void SkipElement(ThriftType type, int depth)
    {
        // Booleans of a collection take a byte; those of a field live in its header.
        if (type is ThriftType.True or ThriftType.False)
            ReadByte();
        else
            Skip(type, depth);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Corrupt("a number is longer than 64 bits");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _position)
            throw Corrupt("the metadata ends early");
        ReadOnlySpan<byte> taken = _data.Slice(_position, length);
        _position += length;
        return taken;
    }

    private static QueryException Corrupt(string what) => ParquetErrors.Corrupt(what);
}
