using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>How a value of a vector is stored; a struct, so that the loop around it has no call in it.</summary>
internal interface IStoredValue<T>
{
    /// <summary>Bytes of a stored value.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the format has an order for the stored values.</summary>
    static virtual bool HasOrder => true;

    /// <summary>Writes the plain encoding of a value.</summary>
    static abstract void Write(T value, Span<byte> target);
}

/// <summary>tinyint in 32 bits.</summary>
internal readonly struct StoredTinyInt : IStoredValue<sbyte>
{
    public static int Size => sizeof(int);

    public static void Write(sbyte value, Span<byte> target) => BinaryPrimitives.WriteInt32LittleEndian(target, value);
}

/// <summary>smallint in 32 bits.</summary>
internal readonly struct StoredSmallInt : IStoredValue<short>
{
    public static int Size => sizeof(int);

    public static void Write(short value, Span<byte> target) => BinaryPrimitives.WriteInt32LittleEndian(target, value);
}

/// <summary>integer and date.</summary>
internal readonly struct StoredInteger : IStoredValue<int>
{
    public static int Size => sizeof(int);

    public static void Write(int value, Span<byte> target) => BinaryPrimitives.WriteInt32LittleEndian(target, value);
}

/// <summary>bigint, decimals of up to 18 digits, times and timestamps in the vector's own unit.</summary>
internal readonly struct StoredBigInt : IStoredValue<long>
{
    public static int Size => sizeof(long);

    public static void Write(long value, Span<byte> target) => BinaryPrimitives.WriteInt64LittleEndian(target, value);
}

/// <summary>Decimals of up to 9 digits in 32 bits.</summary>
internal readonly struct StoredSmallDecimal : IStoredValue<long>
{
    public static int Size => sizeof(int);

    public static void Write(long value, Span<byte> target) => BinaryPrimitives.WriteInt32LittleEndian(target, checked((int)value));
}

/// <summary>Times of up to 3 digits: milliseconds in 32 bits.</summary>
internal readonly struct StoredTimeMillis : IStoredValue<long>
{
    public static int Size => sizeof(int);

    public static void Write(long value, Span<byte> target) => BinaryPrimitives.WriteInt32LittleEndian(target, (int)(value / 1000));
}

/// <summary>Timestamps of up to 3 digits: milliseconds.</summary>
internal readonly struct StoredTimestampMillis : IStoredValue<long>
{
    public static int Size => sizeof(long);

    public static void Write(long value, Span<byte> target)
    {
        if (value is long.MaxValue or long.MinValue)
            throw new QueryException(ErrorCode.DateTimeOverflow, "a parquet file cannot hold infinity as milliseconds", "Cast the column to timestamp(6).");
        BinaryPrimitives.WriteInt64LittleEndian(target, value / 1000);
    }
}

/// <summary>real.</summary>
internal readonly struct StoredReal : IStoredValue<float>
{
    public static int Size => sizeof(float);

    public static void Write(float value, Span<byte> target) => BinaryPrimitives.WriteSingleLittleEndian(target, value);
}

/// <summary>double.</summary>
internal readonly struct StoredDouble : IStoredValue<double>
{
    public static int Size => sizeof(double);

    public static void Write(double value, Span<byte> target) => BinaryPrimitives.WriteDoubleLittleEndian(target, value);
}

/// <summary>Decimals of up to 38 digits: 16 big-endian bytes.</summary>
internal readonly struct StoredLongDecimal : IStoredValue<Int128>
{
    public static int Size => 16;

    public static void Write(Int128 value, Span<byte> target) => BinaryPrimitives.WriteInt128BigEndian(target, value);
}

/// <summary>uuid: 16 big-endian bytes.</summary>
internal readonly struct StoredUuid : IStoredValue<UInt128>
{
    public static int Size => 16;

    public static void Write(UInt128 value, Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, value);
}

/// <summary>interval day to second: months, days and milliseconds, none of them below zero.</summary>
internal readonly struct StoredInterval : IStoredValue<long>
{
    private const long MicrosPerDay = 86_400_000_000;

    public static int Size => 12;

    public static bool HasOrder => false;

    public static void Write(long value, Span<byte> target)
    {
        if (value < 0 || value % 1000 != 0 || value / MicrosPerDay > uint.MaxValue)
        {
            throw new QueryException(
                ErrorCode.NumericValueOutOfRange,
                $"a parquet file cannot hold an interval of {value} microseconds",
                "Its intervals are whole milliseconds and not negative; cast the column to varchar.");
        }
        BinaryPrimitives.WriteUInt32LittleEndian(target, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)(value / MicrosPerDay));
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], (uint)(value % MicrosPerDay / 1000));
    }
}

/// <summary>A column whose only value is NULL: there is never one to store.</summary>
internal readonly struct StoredUnknown : IStoredValue<bool>
{
    public static int Size => sizeof(int);

    public static bool HasOrder => false;

    public static void Write(bool value, Span<byte> target) => target[..sizeof(int)].Clear();
}
