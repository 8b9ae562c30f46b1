using System.Runtime.CompilerServices;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Turns a stored value into the value of a vector; a struct, so that the loop around it has no call in it.</summary>
internal interface IConverter<TIn, TOut>
{
    /// <summary>Converts one value.</summary>
    static abstract TOut Convert(TIn value);
}

/// <summary>The stored value as it is.</summary>
internal readonly struct Same<T> : IConverter<T, T>
{
    public static T Convert(T value) => value;
}

/// <summary>The low bits of an integer: the small types are stored in 32 bits.</summary>
internal readonly struct Narrow<TOut> : IConverter<int, TOut>
    where TOut : unmanaged, System.Numerics.INumberBase<TOut>
{
    public static TOut Convert(int value) => TOut.CreateTruncating(value);
}

/// <summary>An unsigned byte as a smallint.</summary>
internal readonly struct ByteToShort : IConverter<int, short>
{
    public static short Convert(int value) => (byte)value;
}

/// <summary>An unsigned 16-bit number as an integer.</summary>
internal readonly struct UShortToInt : IConverter<int, int>
{
    public static int Convert(int value) => (ushort)value;
}

/// <summary>An unsigned 32-bit number as a bigint.</summary>
internal readonly struct UIntToLong : IConverter<int, long>
{
    public static long Convert(int value) => (uint)value;
}

/// <summary>An unsigned 64-bit number as a decimal(20, 0).</summary>
internal readonly struct ULongToInt128 : IConverter<long, Int128>
{
    public static Int128 Convert(long value) => (ulong)value;
}

/// <summary>A signed 32-bit number, sign kept: decimals.</summary>
internal readonly struct IntToLong : IConverter<int, long>
{
    public static long Convert(int value) => value;
}

/// <summary>A signed 32-bit number, sign kept: decimals that were declared wide.</summary>
internal readonly struct IntToInt128 : IConverter<int, Int128>
{
    public static Int128 Convert(int value) => value;
}

/// <summary>A signed 64-bit number, sign kept: decimals that were declared wide.</summary>
internal readonly struct LongToInt128 : IConverter<long, Int128>
{
    public static Int128 Convert(long value) => value;
}

/// <summary>Milliseconds of a day as microseconds.</summary>
internal readonly struct IntMillisToMicros : IConverter<int, long>
{
    public static long Convert(int value) => value * 1000L;
}

/// <summary>Milliseconds as microseconds; far beyond the year 290,000 they wrap.</summary>
internal readonly struct LongMillisToMicros : IConverter<long, long>
{
    public static long Convert(long value) => value * 1000;
}

/// <summary>A value that is stored in bytes of some length.</summary>
internal unsafe interface IBytesConverter<TOut>
{
    /// <summary>Converts one value of <paramref name="length"/> bytes; may read up to 16 bytes.</summary>
    static abstract TOut Convert(byte* data, int length);
}

/// <summary>A big-endian two's complement number as a short decimal.</summary>
internal readonly unsafe struct BigEndianToLong : IBytesConverter<long>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Convert(byte* data, int length)
    {
        if (length <= 8)
        {
            // The first bytes to the top, then down again with the sign.
            return length == 0
                ? 0
                : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<long>(data)) >> (64 - 8 * length);
        }
        return (long)BigEndianToInt128.Convert(data, length);
    }
}

/// <summary>A big-endian two's complement number as a long decimal.</summary>
internal readonly unsafe struct BigEndianToInt128 : IBytesConverter<Int128>
{
    public static Int128 Convert(byte* data, int length)
    {
        if (length > 16)
        {
            // More bytes than 38 digits need: what is left of them is only sign.
            data += length - 16;
            length = 16;
        }
        if (length == 0)
            return 0;
        ulong high = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(data));
        ulong low = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(data + 8));
        return new Int128(high, low) >> (128 - 8 * length);
    }
}

/// <summary>Sixteen big-endian bytes as a uuid.</summary>
internal readonly unsafe struct BytesToUuid : IBytesConverter<UInt128>
{
    public static UInt128 Convert(byte* data, int length) => new(
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(data)),
        System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(data + 8)));
}

/// <summary>A half-precision number as a real.</summary>
internal readonly unsafe struct HalfToSingle : IBytesConverter<float>
{
    public static float Convert(byte* data, int length) => (float)Unsafe.ReadUnaligned<Half>(data);
}

/// <summary>Months, days and milliseconds as a day-time interval in microseconds.</summary>
internal readonly unsafe struct IntervalToMicros : IBytesConverter<long>
{
    private const long MicrosPerDay = 86_400_000_000;

    public static long Convert(byte* data, int length)
    {
        uint months = Unsafe.ReadUnaligned<uint>(data);
        if (months != 0)
            throw ParquetErrors.NotSupported($"an interval of {months} months and some days");
        return Unsafe.ReadUnaligned<uint>(data + 4) * MicrosPerDay + Unsafe.ReadUnaligned<uint>(data + 8) * 1000L;
    }
}

/// <summary>The deprecated 96-bit timestamps (nanoseconds of a day and a Julian day) in microseconds.</summary>
internal readonly unsafe struct Int96ToMicros : IBytesConverter<long>
{
    private const long JulianDayOfEpoch = 2_440_588;
    private const long MicrosPerDay = 86_400_000_000;

    public static long Convert(byte* data, int length)
    {
        long nanos = Unsafe.ReadUnaligned<long>(data);
        int day = Unsafe.ReadUnaligned<int>(data + 8);
        long micros = nanos / 1000;
        if (nanos % 1000 < 0)
            micros--;
        return (day - JulianDayOfEpoch) * MicrosPerDay + micros;
    }
}

/// <summary>The low bits of an integer that was stored wider than declared.</summary>
internal readonly struct NarrowLong<TOut> : IConverter<long, TOut>
    where TOut : unmanaged, System.Numerics.INumberBase<TOut>
{
    public static TOut Convert(long value) => TOut.CreateTruncating(value);
}

/// <summary>The values of a column that is declared to be null in every row.</summary>
internal readonly struct ToFalse<TIn> : IConverter<TIn, bool>
{
    public static bool Convert(TIn value) => false;
}

/// <inheritdoc cref="ToFalse{TIn}"/>
internal readonly unsafe struct BytesToFalse : IBytesConverter<bool>
{
    public static bool Convert(byte* data, int length) => false;
}
