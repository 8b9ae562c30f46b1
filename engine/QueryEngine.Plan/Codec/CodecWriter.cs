using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Plan.Codec;

/// <summary>Writes values by their declared types. Names, types and columns that come again are written as their number.</summary>
internal sealed class CodecWriter(Func<string, IReadOnlyList<Type>> handleTypesOf, HandleSet? handles)
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly Dictionary<string, int> _strings = [];
    private readonly Dictionary<(ColumnId Id, string Name, SqlType Type), int> _columns = [];
    private HandleSet? _handles = handles;

    /// <summary>All that was written.</summary>
    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    /// <summary>Writes a value of a declared type.</summary>
    public void WriteValue(Type declared, object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (Nullable.GetUnderlyingType(declared) is { } underlying)
        {
            WriteByte(value is null ? (byte)0 : (byte)1);
            if (value is not null)
                WriteValue(underlying, value);
        }
        else if (declared == typeof(string))
        {
            WriteString((string?)value);
        }
        else if (declared == typeof(object))
        {
            WriteBoxed(value);
        }
        else if (declared.IsAssignableTo(typeof(SqlType)))
        {
            WriteString(value?.ToString());
        }
        else if (declared.IsEnum)
        {
            WriteVarint(Convert.ToInt64(value, null));
        }
        else if (declared.IsValueType)
        {
            WriteStruct(declared, value!);
        }
        else
        {
            WriteRecord(declared, value);
        }
    }

    private void WriteStruct(Type declared, object value)
    {
        switch (value)
        {
            case bool flag:
                WriteByte(flag ? (byte)1 : (byte)0);
                break;
            case int number:
                WriteVarint(number);
                break;
            case long number:
                WriteVarint(number);
                break;
            case byte or sbyte or short or ushort or uint:
                WriteVarint(Convert.ToInt64(value, null));
                break;
            case double number:
                BinaryPrimitives.WriteDoubleLittleEndian(Room(8), number);
                break;
            case float number:
                BinaryPrimitives.WriteSingleLittleEndian(Room(4), number);
                break;
            case Int128 number:
                BinaryPrimitives.WriteInt128LittleEndian(Room(16), number);
                break;
            case UInt128 number:
                BinaryPrimitives.WriteUInt128LittleEndian(Room(16), number);
                break;
            case Guid id:
                id.TryWriteBytes(Room(16));
                break;
            case DateTimeOffset time:
                WriteVarint(time.UtcTicks);
                break;
            case TimeSpan span:
                WriteVarint(span.Ticks);
                break;
            default:
                if (declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueList<>))
                    WriteList(declared.GenericTypeArguments[0], (IEnumerable)value);
                else
                    WriteMembers(RecordShape.Of(declared), value);
                break;
        }
    }

    private void WriteList(Type item, IEnumerable values)
    {
        object?[] all = [.. values.Cast<object?>()];
        WriteVarint(all.Length);
        foreach (object? value in all)
            WriteValue(item, value);
    }

    private void WriteRecord(Type declared, object? value)
    {
        if (value is null)
        {
            WriteString(null);
            return;
        }

        if (value is Column column)
        {
            WriteColumn(column);
            return;
        }

        Type type = value.GetType();
        if (!declared.IsSealed || declared != type)
            WriteString(NameOf(type));
        else
            WriteString("");

        RecordShape shape = RecordShape.Of(type);
        if (type == typeof(TableScanNode) || type == typeof(TableWriteNode))
            WriteScoped(shape, value);
        else
            WriteMembers(shape, value);
    }

    /// <summary>Writes a node whose first member is the catalog that its handles belong to.</summary>
    private void WriteScoped(RecordShape shape, object value)
    {
        PropertyInfo catalog = shape.Members.Single(member => member.Name == "Catalog");
        HandleSet? outer = _handles;
        string name = (string)catalog.GetValue(value)!;
        WriteString(name);
        _handles = new HandleSet(handleTypesOf(name));
        WriteMembers(shape, value);
        _handles = outer;
    }

    private void WriteMembers(RecordShape shape, object value)
    {
        foreach (PropertyInfo member in shape.Members)
            WriteValue(member.PropertyType, member.GetValue(value));
    }

    private string NameOf(Type type)
    {
        if (RecordRegistry.Contains(type))
            return type.Name;
        return _handles?.PlaceOf(type) is { } place
            ? string.Create(null, $"@{place}")
            : throw new QueryException(ErrorCode.Internal, $"record {type.Name} is not among the handle types of its connector");
    }

    private void WriteColumn(Column column)
    {
        // Columns compare by id; a rule may have renamed one of two occurrences.
        var key = (column.Id, column.Name, column.Type);
        if (_columns.TryGetValue(key, out int known))
        {
            WriteString("#");
            WriteVarint(known);
            return;
        }

        _columns.Add(key, _columns.Count);
        WriteString("");
        WriteVarint(column.Id.Value);
        WriteString(column.Name);
        WriteString(column.Type.ToString());
    }

    private void WriteBoxed(object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case null:
                WriteTag(BoxedTag.Null);
                break;
            case bool flag:
                WriteTag(flag ? BoxedTag.True : BoxedTag.False);
                break;
            case sbyte number:
                WriteTag(BoxedTag.Int8);
                WriteVarint(number);
                break;
            case short number:
                WriteTag(BoxedTag.Int16);
                WriteVarint(number);
                break;
            case int number:
                WriteTag(BoxedTag.Int32);
                WriteVarint(number);
                break;
            case long number:
                WriteTag(BoxedTag.Int64);
                WriteVarint(number);
                break;
            case Int128:
                WriteTag(BoxedTag.Int128);
                WriteStruct(typeof(Int128), value);
                break;
            case UInt128:
                WriteTag(BoxedTag.UInt128);
                WriteStruct(typeof(UInt128), value);
                break;
            case float:
                WriteTag(BoxedTag.Float32);
                WriteStruct(typeof(float), value);
                break;
            case double:
                WriteTag(BoxedTag.Float64);
                WriteStruct(typeof(double), value);
                break;
            case string text:
                WriteTag(BoxedTag.Text);
                WriteString(text);
                break;
            case BigNumber number:
                WriteTag(BoxedTag.Number);
                byte[] encoded = BigNumberBytes.Write(number);
                WriteVarint(encoded.Length);
                _output.Write(encoded);
                break;
            case ValueList<byte> bytes:
                WriteTag(BoxedTag.Bytes);
                WriteVarint(bytes.Count);
                _output.Write(bytes.AsSpan());
                break;
            case ValueList<object?> list:
                WriteTag(BoxedTag.List);
                WriteVarint(list.Count);
                foreach (object? item in list)
                    WriteBoxed(item);
                break;
            case ValueList<KeyValuePair<object, object?>> map:
                WriteTag(BoxedTag.Map);
                WriteVarint(map.Count);
                foreach ((object key, object? item) in map)
                {
                    WriteBoxed(key);
                    WriteBoxed(item);
                }

                break;
            default:
                throw new QueryException(ErrorCode.Internal, $"a value of {value.GetType().Name} is no boxed value");
        }
    }

    private void WriteTag(BoxedTag tag) => WriteByte((byte)tag);

    /// <summary>0 for null; the number of a string that came before, plus 2; or 1 and the new string.</summary>
    private void WriteString(string? text)
    {
        if (text is null)
        {
            WriteUnsigned(0);
            return;
        }

        if (_strings.TryGetValue(text, out int known))
        {
            WriteUnsigned((ulong)known + 2);
            return;
        }

        _strings.Add(text, _strings.Count);
        WriteUnsigned(1);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteUnsigned((ulong)bytes.Length);
        _output.Write(bytes);
    }

    private void WriteByte(byte value) => Room(1)[0] = value;

    private void WriteVarint(long value) => WriteUnsigned((ulong)((value << 1) ^ (value >> 63)));

    private void WriteUnsigned(ulong value)
    {
        Span<byte> span = _output.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _output.Advance(length);
    }

    private Span<byte> Room(int bytes)
    {
        Span<byte> room = _output.GetSpan(bytes)[..bytes];
        _output.Advance(bytes);
        return room;
    }
}
