using System.Buffers;
using System.Text;
using QueryEngine.Connectors.Formats.Parquet.Metadata;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Writes Thrift's compact protocol. Fields must come in the order of their ids.</summary>
internal sealed class ThriftWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Stack<int> _outer = new();
    private int _lastField;

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Starts again.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _outer.Clear();
        _lastField = 0;
    }

    /// <summary>Begins a struct that is the value of a field.</summary>
    public void BeginStruct(int field)
    {
        WriteField(field, ThriftType.Struct);
        BeginElement();
    }

    /// <summary>Begins a struct that is an element of a list.</summary>
    public void BeginElement()
    {
        _outer.Push(_lastField);
        _lastField = 0;
    }

    /// <summary>Ends the innermost struct, or the outermost one.</summary>
    public void EndStruct()
    {
        WriteByte((byte)ThriftType.Stop);
        _lastField = _outer.Count > 0 ? _outer.Pop() : 0;
    }

    /// <summary>A struct without fields: a member of a union that has no parameters.</summary>
    public void WriteEmptyStruct(int field)
    {
        BeginStruct(field);
        EndStruct();
    }

    public void Write(int field, int value)
    {
        WriteField(field, ThriftType.I32);
        WriteZigZag(value);
    }

    public void Write(int field, long value)
    {
        WriteField(field, ThriftType.I64);
        WriteZigZag(value);
    }

    public void WriteI8(int field, sbyte value)
    {
        WriteField(field, ThriftType.Byte);
        WriteByte((byte)value);
    }

    public void WriteI16(int field, short value)
    {
        WriteField(field, ThriftType.I16);
        WriteZigZag(value);
    }

    public void Write(int field, bool value) => WriteField(field, value ? ThriftType.True : ThriftType.False);

    public void Write(int field, string value) => Write(field, Encoding.UTF8.GetBytes(value));

    public void Write(int field, ReadOnlySpan<byte> value)
    {
        WriteField(field, ThriftType.Binary);
        WriteBinaryElement(value);
    }

    public void BeginList(int field, ThriftType elementType, int count)
    {
        WriteField(field, ThriftType.List);
        if (count < 15)
        {
            WriteByte((byte)((count << 4) | (int)elementType));
            return;
        }
        WriteByte((byte)(0xF0 | (int)elementType));
        WriteVarint((uint)count);
    }

    public void WriteI32Element(int value) => WriteZigZag(value);

    public void WriteI64Element(long value) => WriteZigZag(value);

    public void WriteBooleanElement(bool value) => WriteByte(value ? (byte)1 : (byte)2);

    public void WriteBinaryElement(ReadOnlySpan<byte> value)
    {
        WriteVarint((uint)value.Length);
        _bytes.Write(value);
    }

    private void WriteField(int field, ThriftType type)
    {
        int delta = field - _lastField;
        if (delta is > 0 and <= 15)
        {
            WriteByte((byte)((delta << 4) | (int)type));
        }
        else
        {
            WriteByte((byte)type);
            WriteZigZag(field);
        }
        _lastField = field;
    }

    private void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    private void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        WriteByte((byte)value);
    }

    private void WriteByte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
