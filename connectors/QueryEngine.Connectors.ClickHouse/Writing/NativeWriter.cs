using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Writing;

/// <summary>Writes batches as blocks of columns, in the types of the table that takes them.</summary>
internal sealed class NativeWriter
{
    private readonly ArrayBufferWriter<byte> _out = new(64 * 1024);

    /// <summary>What is written and not yet taken.</summary>
    public int Length => _out.WrittenCount;

    /// <summary>Takes what is written.</summary>
    public byte[] Take()
    {
        byte[] written = _out.WrittenSpan.ToArray();
        _out.ResetWrittenCount();
        return written;
    }

    /// <summary>Writes a block.</summary>
    public void Write(IReadOnlyList<(string Name, ClickHouseType Type)> columns, RecordBatch batch)
    {
        if (batch.RowCount == 0)
            return;
        WriteNumber(columns.Count);
        WriteNumber(batch.RowCount);
        for (int column = 0; column < columns.Count; column++)
        {
            WriteText(Encoding.UTF8.GetBytes(columns[column].Name));
            WriteText(Encoding.UTF8.GetBytes(columns[column].Type.Text));
            using ColumnVector flat = Flatten(batch[column]);
            WriteColumn(columns[column].Type, flat, columns[column].Name, parentNulls: false);
        }
    }

    // The values of dictionaries and constants one by one.
    private static ColumnVector Flatten(ColumnVector vector)
    {
        if (vector is not (ConstantVector or DictionaryVector))
        {
            vector.Retain();
            return vector;
        }

        using VectorBuilder builder = VectorBuilder.Create(vector.Type, MemoryContext.Unlimited, vector.Length);
        for (int row = 0; row < vector.Length; row++)
            builder.AppendFrom(vector, row);
        return builder.Build();
    }

    // Where a row above is NULL, what is in it does not matter.
    private void WriteColumn(ClickHouseType type, ColumnVector vector, string column, bool parentNulls)
    {
        if (type.IsNullable)
        {
            Span<byte> nulls = _out.GetSpan(Math.Max(vector.Length, 1));
            for (int row = 0; row < vector.Length; row++)
                nulls[row] = vector.IsNull(row) ? (byte)1 : (byte)0;
            _out.Advance(vector.Length);
        }
        else if (!parentNulls && vector.MayHaveNulls && vector.Validity.CountNulls(vector.Length) > 0)
        {
            throw new QueryException(ErrorCode.NotNullViolation, $"column {column} of type {type.Text} cannot be NULL in ClickHouse");
        }

        WriteValues(type.WithoutNull, vector, column);
    }

    private void WriteValues(ClickHouseType type, ColumnVector vector, string column)
    {
        switch (type.Name)
        {
            case "Int8": WriteNumbers<sbyte>(vector, column, sbyte.MinValue, sbyte.MaxValue); return;
            case "Int16": WriteNumbers<short>(vector, column, short.MinValue, short.MaxValue); return;
            case "Int32": WriteNumbers<int>(vector, column, int.MinValue, int.MaxValue); return;
            case "Int64": WriteNumbers<long>(vector, column, long.MinValue, long.MaxValue); return;
            case "UInt8": WriteNumbers<byte>(vector, column, 0, byte.MaxValue); return;
            case "UInt16": WriteNumbers<ushort>(vector, column, 0, ushort.MaxValue); return;
            case "UInt32": WriteNumbers<uint>(vector, column, 0, uint.MaxValue); return;
            case "UInt64": WriteNumbers<ulong>(vector, column, 0, ulong.MaxValue); return;
            case "Decimal" when type.Number(0) <= 9: WriteNumbers<int>(vector, column, int.MinValue, int.MaxValue); return;
            case "Decimal" when type.Number(0) <= 18: WriteNumbers<long>(vector, column, long.MinValue, long.MaxValue); return;
            case "Decimal": WriteNumbers<Int128>(vector, column, Int128.MinValue, Int128.MaxValue); return;
            case "Bool": WriteRaw(((FixedWidthVector<bool>)vector).Values); return;
            case "Float32": WriteRaw(((FixedWidthVector<float>)vector).Values); return;
            case "Float64": WriteRaw(((FixedWidthVector<double>)vector).Values); return;
            case "Date32": WriteRaw(((FixedWidthVector<int>)vector).Values); return;
            case "Date": WriteNumbers<ushort>(vector, column, 0, ushort.MaxValue); return;
            case "DateTime": WriteInstants<uint>(vector, column, unitsPerSecond: 1, 0, uint.MaxValue); return;
            case "DateTime64": WriteInstants<long>(vector, column, Reading.TimeColumns.PowerOfTen(type.Number(0)), long.MinValue, long.MaxValue); return;
            case "UUID": WriteUuids(((FixedWidthVector<UInt128>)vector).Values); return;
            case "String": WriteTexts((BytesVector)vector); return;
            case "FixedString": WriteFixedTexts((BytesVector)vector, type.Number(0), column); return;
            case "Enum8": WriteEnum<sbyte>((BytesVector)vector, type, column); return;
            case "Enum16": WriteEnum<short>((BytesVector)vector, type, column); return;
            case "Array":
                var array = (ArrayVector)vector;
                WriteList(array.Offsets, array, (element, chosen) => WriteChild(element, chosen, column), (ClickHouseType.Parse(type.Arguments[0]), array.Elements));
                return;
            case "Map":
                var map = (MapVector)vector;
                WriteList(map.Offsets, map, (element, chosen) => WriteChild(element, chosen, column), (ClickHouseType.Parse(type.Arguments[0]), map.Keys), (ClickHouseType.Parse(type.Arguments[1]), map.Values));
                return;
            case "Tuple":
                ReadOnlySpan<ColumnVector> members = ((RowVector)vector).Fields;
                int place = 0;
                foreach ((_, ClickHouseType member) in type.Members())
                    WriteChild(member, members[place++], column, vector.MayHaveNulls);
                return;
            default:
                throw QueryException.NotSupported($"writing a column of type {type.Text} in ClickHouse (column '{column}')");
        }
    }

    private void WriteChild(ClickHouseType type, ColumnVector child, string column, bool parentNulls = false)
    {
        using ColumnVector flat = Flatten(child);
        WriteColumn(type, flat, column, parentNulls);
    }

    // Where each row ends among the elements that follow: those of rows that are NULL are left out.
    private void WriteList(ReadOnlySpan<int> offsets, ColumnVector lists, Action<ClickHouseType, ColumnVector> write, params ReadOnlySpan<(ClickHouseType Type, ColumnVector Vector)> children)
    {
        ulong end = 0;
        for (int row = 0; row < lists.Length; row++)
        {
            end += (ulong)(offsets[row + 1] - offsets[row]);
            WriteValue(end);
        }

        foreach ((ClickHouseType type, ColumnVector vector) in children)
        {
            using ColumnVector part = vector is ConstantVector or DictionaryVector || offsets[0] > 0 || offsets[lists.Length] < vector.Length
                ? vector.Slice(offsets[0], offsets[lists.Length] - offsets[0]) : Flatten(vector);
            write(type, part);
        }
    }

    private void WriteNumbers<T>(ColumnVector vector, string column, Int128 min, Int128 max)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        switch (vector)
        {
            case FixedWidthVector<T> same: WriteRaw(same.Values); break;
            case FixedWidthVector<sbyte> numbers: Convert<sbyte, T>(numbers, column, min, max); break;
            case FixedWidthVector<short> numbers: Convert<short, T>(numbers, column, min, max); break;
            case FixedWidthVector<int> numbers: Convert<int, T>(numbers, column, min, max); break;
            case FixedWidthVector<long> numbers: Convert<long, T>(numbers, column, min, max); break;
            case FixedWidthVector<Int128> numbers: Convert<Int128, T>(numbers, column, min, max); break;
            default: throw QueryException.NotSupported($"writing {vector.Type} as numbers in ClickHouse (column '{column}')");
        }
    }

    private void Convert<TFrom, TTo>(FixedWidthVector<TFrom> vector, string column, Int128 min, Int128 max)
        where TFrom : unmanaged, System.Numerics.IBinaryInteger<TFrom>
        where TTo : unmanaged, System.Numerics.IBinaryInteger<TTo>
    {
        ReadOnlySpan<TFrom> values = vector.Values;
        for (int row = 0; row < values.Length; row++)
        {
            Int128 value = vector.IsNull(row) ? 0 : Int128.CreateTruncating(values[row]);
            if (value < min || value > max)
                throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{SqlValueText.Format(vector.Type, vector.GetValue(row)!)} is out of range for column {column} in ClickHouse");
            WriteValue(TTo.CreateTruncating(value));
        }
    }

    private void WriteInstants<T>(ColumnVector vector, string column, long unitsPerSecond, Int128 min, Int128 max)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        int precision = vector.Type switch { TimestampType timestamp => timestamp.Precision, TimestampWithTimeZoneType zoned => zoned.Precision, _ => throw QueryException.NotSupported($"writing {vector.Type} as a time in ClickHouse (column '{column}')") };
        long oursPerSecond = Reading.TimeColumns.PowerOfTen(precision > 6 ? 9 : 6);
        ReadOnlySpan<long> values = ((FixedWidthVector<long>)vector).Values;
        for (int row = 0; row < values.Length; row++)
        {
            Int128 scaled = vector.IsNull(row) ? 0 : (Int128)values[row] * unitsPerSecond;
            Int128 value = scaled >= 0 ? scaled / oursPerSecond : ((scaled + 1) / oursPerSecond) - 1;
            if (value < min || value > max)
                throw new QueryException(ErrorCode.DateTimeOverflow, $"{SqlValueText.Format(vector.Type, vector.GetValue(row)!)} is out of range for column {column} in ClickHouse");
            WriteValue(T.CreateTruncating(value));
        }
    }

    private void WriteUuids(ReadOnlySpan<UInt128> values)
    {
        foreach (UInt128 value in values)
            WriteValue((value << 64) | (value >> 64));
    }

    private void WriteTexts(BytesVector vector)
    {
        for (int row = 0; row < vector.Length; row++)
            WriteText(vector.IsNull(row) ? default : vector[row]);
    }

    private void WriteFixedTexts(BytesVector vector, int length, string column)
    {
        for (int row = 0; row < vector.Length; row++)
        {
            ReadOnlySpan<byte> value = vector.IsNull(row) ? default : vector[row];
            if (value.Length > length)
                throw new QueryException(ErrorCode.StringTooLong, $"a value of {value.Length} bytes does not fit into column {column} of type FixedString({length})");
            Span<byte> room = _out.GetSpan(length)[..length];
            room.Clear();
            value.CopyTo(room);
            _out.Advance(length);
        }
    }

    private void WriteEnum<T>(BytesVector vector, ClickHouseType type, string column)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        Dictionary<string, int> numbers = type.Values().ToDictionary(value => value.Text, value => value.Number, StringComparer.Ordinal);
        int none = numbers.Values.First();
        for (int row = 0; row < vector.Length; row++)
        {
            string? text = (string?)vector.GetValue(row);
            WriteValue(T.CreateTruncating(text is null ? none : numbers.TryGetValue(text, out int number)
                ? number : throw new QueryException(ErrorCode.InvalidText, $"'{text}' is not one of the values of column {column} in ClickHouse")));
        }
    }

    private void WriteRaw<T>(ReadOnlySpan<T> values)
        where T : unmanaged => _out.Write(MemoryMarshal.AsBytes(values));

    private void WriteValue<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_out.GetSpan(Unsafe.SizeOf<T>()), value);
        _out.Advance(Unsafe.SizeOf<T>());
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        WriteNumber(text.Length);
        _out.Write(text);
    }

    private void WriteNumber(int number)
    {
        Span<byte> room = _out.GetSpan(5);
        int count = 0;
        for (uint left = (uint)number; ; left >>= 7)
        {
            room[count++] = (byte)(left >= 0x80 ? left | 0x80 : left);
            if (left < 0x80)
                break;
        }

        _out.Advance(count);
    }
}
