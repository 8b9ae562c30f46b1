using System.Buffers;
using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>Encodes rows in the format of a binary COPY.</summary>
internal sealed class PostgresEncoder
{
    // 2000-01-01, the day that PostgreSQL counts from, in days since 1970.
    private const int Epoch = 10_957;
    private const long EpochMicros = Epoch * 86_400_000_000L;
    private static readonly byte[] _header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly ArrayBufferWriter<byte> _bytes = new(256 * 1024);

    public PostgresEncoder() => _bytes.Write(_header);

    /// <summary>What is encoded and not taken yet.</summary>
    public ReadOnlyMemory<byte> Pending => _bytes.WrittenMemory;

    /// <summary>Forgets what was taken.</summary>
    public void Clear() => _bytes.ResetWrittenCount();

    /// <summary>Adds a row of a batch.</summary>
    public void AddRow(RecordBatch batch, int row)
    {
        WriteInt16((short)batch.ColumnCount);
        foreach (ColumnVector column in batch.Columns)
            WriteField(column, row);
    }

    /// <summary>Ends the data.</summary>
    public void AddEnd() => WriteInt16(-1);

    private void WriteField(ColumnVector vector, int row)
    {
        if (vector.IsNull(row))
        {
            WriteInt32(-1);
            return;
        }
        (ColumnVector flat, int place) = vector switch
        {
            ConstantVector constant => (constant.Value, 0),
            DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
            _ => (vector, row),
        };
        switch (flat)
        {
            case BytesVector { Type: NumberType } numbers:
                WriteNumeric(BigNumberBytes.Read(numbers[place]));
                break;
            case BytesVector bytes:
                WriteBytes(bytes[place], vector.Type);
                break;
            case FixedWidthVector<bool> booleans:
                WriteInt32(1);
                Take(1)[0] = booleans.Values[place] ? (byte)1 : (byte)0;
                break;
            case FixedWidthVector<sbyte> numbers:
                WriteInt32(sizeof(short));
                WriteInt16(numbers.Values[place]);
                break;
            case FixedWidthVector<short> numbers:
                WriteInt32(sizeof(short));
                WriteInt16(numbers.Values[place]);
                break;
            case FixedWidthVector<int> numbers:
                WriteInt(numbers.Values[place], vector.Type);
                break;
            case FixedWidthVector<long> numbers:
                WriteLong(numbers.Values[place], vector.Type);
                break;
            case FixedWidthVector<float> numbers:
                WriteInt32(sizeof(float));
                BinaryPrimitives.WriteSingleBigEndian(Take(sizeof(float)), numbers.Values[place]);
                break;
            case FixedWidthVector<double> numbers:
                WriteInt32(sizeof(double));
                BinaryPrimitives.WriteDoubleBigEndian(Take(sizeof(double)), numbers.Values[place]);
                break;
            case FixedWidthVector<Int128> intervals when vector.Type.Kind == TypeKind.Interval:
                var interval = new Interval(intervals.Values[place]);
                WriteInt32(16);
                WriteInt64(interval.Micros);
                WriteInt32(interval.Days);
                WriteInt32(interval.Months);
                break;
            case FixedWidthVector<Int128> numbers:
                WriteNumeric(numbers.Values[place], ((DecimalType)vector.Type).Scale);
                break;
            case FixedWidthVector<UInt128> uuids:
                WriteInt32(16);
                BinaryPrimitives.WriteUInt128BigEndian(Take(16), uuids.Values[place]);
                break;
            case ArrayVector array:
                WriteArray(array, place, ((ArrayType)vector.Type).Element);
                break;
            default:
                throw QueryException.NotSupported($"writing {vector.Type} to PostgreSQL");
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> value, SqlType type)
    {
        if (type.Kind != TypeKind.Varbinary && value.Contains((byte)0))
            throw new QueryException(ErrorCode.InvalidText, "PostgreSQL keeps no text with a zero character");
        WriteInt32(value.Length);
        value.CopyTo(Take(value.Length));
    }

    private void WriteInt(int value, SqlType type)
    {
        switch (type.Kind)
        {
            case TypeKind.Date:
                WriteInt32(sizeof(int));
                WriteInt32(value is int.MaxValue or int.MinValue ? value : checked(value - Epoch)); // infinity is the same in both
                break;
            case TypeKind.IntervalYearToMonth:
                WriteInt32(16);
                Take(12).Clear();
                WriteInt32(value);
                break;
            default:
                WriteInt32(sizeof(int));
                WriteInt32(value);
                break;
        }
    }

    private void WriteLong(long value, SqlType type)
    {
        switch (type.Kind)
        {
            case TypeKind.Decimal:
                WriteNumeric(value, ((DecimalType)type).Scale);
                break;
            case TypeKind.Timestamp:
            case TypeKind.TimestampWithTimeZone:
                WriteInt32(sizeof(long));
                WriteInt64(value is long.MaxValue or long.MinValue ? value : checked(value - EpochMicros)); // infinity is the same in both
                break;
            case TypeKind.IntervalDayToSecond:
                WriteInt32(16);
                WriteInt64(value);
                Take(8).Clear();
                break;
            default:
                WriteInt32(sizeof(long));
                WriteInt64(value);
                break;
        }
    }

    /// <summary>Words of four decimal digits, the weight of the first, the sign, the digits after the point.</summary>
    private void WriteNumeric(Int128 value, int scale)
    {
        Span<short> words = stackalloc short[24];
        UInt128 magnitude = (UInt128)Int128.Abs(value);
        UInt128 power = (UInt128)PostgresNumeric.PowerOfTen(scale);
        UInt128 whole = magnitude / power;
        UInt128 fraction = magnitude % power;

        int wholeWords = 0;
        for (UInt128 rest = whole; rest > 0; rest /= 10_000)
            wholeWords++;
        for (int word = wholeWords - 1; word >= 0; word--, whole /= 10_000)
            words[word] = (short)(whole % 10_000);
        int count = wholeWords;
        for (int digits = scale; digits > 0; digits -= 4)
        {
            if (digits >= 4)
            {
                UInt128 unit = (UInt128)PostgresNumeric.PowerOfTen(digits - 4);
                words[count++] = (short)(fraction / unit);
                fraction %= unit;
            }
            else
            {
                words[count++] = (short)(fraction * (UInt128)PostgresNumeric.PowerOfTen(4 - digits));
            }
        }

        // Neither end may have words of zero.
        int first = 0;
        while (first < count && words[first] == 0)
            first++;
        while (count > first && words[count - 1] == 0)
            count--;
        int kept = count - first;
        WriteInt32(8 + (2 * kept));
        WriteInt16((short)kept);
        WriteInt16((short)(kept == 0 ? 0 : wholeWords - 1 - first));
        WriteInt16(value < 0 ? (short)0x4000 : (short)0);
        WriteInt16((short)scale);
        for (int word = first; word < count; word++)
            WriteInt16(words[word]);
    }

    /// <summary>As the other; NaN and the infinities are signs without words.</summary>
    private void WriteNumeric(BigNumber value)
    {
        int scale = Math.Max(0, value.Scale);
        int fractionWords = (scale + 3) / 4;
        var words = new List<short>();
        for (System.Numerics.BigInteger rest = System.Numerics.BigInteger.Abs(value.UnscaledAt(fractionWords * 4)); !rest.IsZero; rest /= 10_000)
            words.Add((short)(rest % 10_000));
        int zeros = 0;
        while (zeros < words.Count && words[zeros] == 0)
            zeros++;
        WriteInt32(8 + (2 * (words.Count - zeros)));
        WriteInt16((short)(words.Count - zeros));
        WriteInt16((short)(words.Count == 0 ? 0 : words.Count - 1 - fractionWords));
        WriteInt16(unchecked((short)(value.IsNaN ? 0xC000 : value.IsInfinity ? value.Sign > 0 ? 0xD000 : 0xF000 : value.Sign < 0 ? 0x4000 : 0)));
        WriteInt16((short)scale);
        for (int word = words.Count - 1; word >= zeros; word--)
            WriteInt16(words[word]);
    }

    private void WriteArray(ArrayVector array, int row, SqlType element)
    {
        int start = array.Offsets[row];
        int end = array.Offsets[row + 1];
        int lengthAt = _bytes.WrittenCount;
        WriteInt32(0);
        WriteInt32(start == end ? 0 : 1);
        WriteInt32(1);
        WriteInt32(PostgresWireType.Of(element, "element").Oid);
        if (start < end)
        {
            WriteInt32(end - start);
            WriteInt32(1);
        }
        for (int item = start; item < end; item++)
            WriteField(array.Elements, item);
        Patch(lengthAt, _bytes.WrittenCount - lengthAt - sizeof(int));
    }

    private void Patch(int at, int value)
    {
        bool isArray = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(_bytes.WrittenMemory, out ArraySegment<byte> written);
        System.Diagnostics.Debug.Assert(isArray, "an array buffer writer writes into an array");
        BinaryPrimitives.WriteInt32BigEndian(written.AsSpan(at), value);
    }

    private void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    private void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(sizeof(int)), value);

    private void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(sizeof(long)), value);

    private Span<byte> Take(int bytes)
    {
        Span<byte> room = _bytes.GetSpan(bytes)[..bytes];
        _bytes.Advance(bytes);
        return room;
    }
}
