using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Reading;

/// <summary>duckdb_interval.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct DuckDbInterval(int Months, int Days, long Micros);

/// <summary>Whose values are read, for errors, and how.</summary>
internal sealed record Place(string Where, DuckDbOptions Options)
{
    /// <summary>NULL for an infinite date, where the catalog says so.</summary>
    public T? Infinity<T>(string kind)
        where T : struct => Options.InfinityIsNull ? null : throw new QueryException(
            ErrorCode.DateTimeOverflow, $"{Where} holds the {kind} infinity", "Set special-dates=null to read it as NULL.");

    /// <summary>An error about a number that is too large for its type here.</summary>
    public QueryException TooLarge(string type) => new(
        ErrorCode.NumericValueOutOfRange, $"{Where} holds a number of too many digits for {type}", "Cast the column to VARCHAR in a view of the source.");
}

/// <summary>Turns values of DuckDB into the engine's; null is NULL.</summary>
internal static class Values
{
    private const int InfiniteDay = int.MaxValue;
    private const int MaxOffset = (16 * 60 * 60) - 1;
    private const int OffsetBits = 24;

    private static readonly Int128 _limit = Int128.Parse("1" + new string('0', DecimalType.MaxPrecision), System.Globalization.CultureInfo.InvariantCulture);

    public static short? Widen(byte value, Place place) => value;

    public static int? Widen(ushort value, Place place) => value;

    public static long? Widen(uint value, Place place) => value;

    public static Int128? Widen(ulong value, Place place) => value;

    public static long? Widen(short value, Place place) => value;

    public static long? Widen(int value, Place place) => value;

    public static Int128? Huge(Int128 value, Place place) => value < _limit && value > -_limit ? value : throw place.TooLarge("decimal(38,0)");

    public static Int128? Huge(UInt128 value, Place place) => value < (UInt128)_limit ? (Int128)value : throw place.TooLarge("decimal(38,0)");

    public static int? Date(int days, Place place) => days == InfiniteDay || days == -InfiniteDay ? place.Infinity<int>("date") : days;

    public static long? Instant(long value, Place place) => value == long.MaxValue || value == -long.MaxValue ? place.Infinity<long>("timestamp") : value;

    public static long? Seconds(long value, Place place) => Scaled(value, 1_000_000, place);

    public static long? Milliseconds(long value, Place place) => Scaled(value, 1000, place);

    /// <summary>The time in the upper bits; below, how far the clock is behind the most that it can be ahead.</summary>
    public static long? TimeWithZone(ulong bits, Place place) =>
        new TimeWithTimeZone((long)(bits >> OffsetBits), MaxOffset - (int)(bits & ((1 << OffsetBits) - 1))).Bits;

    public static Int128? Interval(DuckDbInterval value, Place place) => new Interval(value.Months, value.Days, value.Micros).Bits;

    /// <summary>A uuid is a signed number there, with its highest bit turned.</summary>
    public static UInt128? Uuid(UInt128 value, Place place) => value ^ (UInt128.One << 127);

    private static long? Scaled(long value, long unit, Place place)
    {
        if (value == long.MaxValue || value == -long.MaxValue)
            return place.Infinity<long>("timestamp");
        Int128 scaled = (Int128)value * unit;
        return scaled < long.MaxValue && scaled > long.MinValue ? (long)scaled : throw new QueryException(
            ErrorCode.DateTimeOverflow, $"{place.Where} holds a timestamp beyond the years that timestamps have here");
    }
}
