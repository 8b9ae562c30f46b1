using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("epoch", "The seconds from 1970-01-01 to a timestamp.", Signature = "timestamp -> double")]
[Example("epoch(TIMESTAMP '1970-01-02 00:00:01.5')", "86401.5")]
internal readonly struct EpochFunction : IFunction<SqlTimestamp, double>
{
    public static double Invoke(SqlTimestamp first) => (double)first.Micros / DateMath.MicrosPerSecond;
}

[ScalarFunction("epoch", "The seconds from 1970-01-01 UTC to an instant.", Signature = "timestamp with time zone -> double")]
internal readonly struct EpochOfInstantFunction : IFunction<SqlInstant, double>
{
    public static double Invoke(SqlInstant first) => (double)first.Micros / DateMath.MicrosPerSecond;
}

[ScalarFunction("epoch_ms", "The milliseconds from 1970-01-01 to a timestamp.", Signature = "timestamp -> bigint")]
[Example("epoch_ms(TIMESTAMP '1970-01-01 00:00:01.5')", "1500")]
[Example("epoch_ms(TIMESTAMP '1969-12-31 23:59:59.9999')", "-1")]
internal readonly struct EpochMillisFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => Epochs.Floor(first.Micros, 1000);
}

[ScalarFunction("epoch_ms", "The timestamp so many milliseconds after 1970-01-01.", Signature = "bigint -> timestamp")]
[Example("epoch_ms(1500)", "1970-01-01 00:00:01.5")]
[Example("epoch_ms(9223372036854775807)", "error 22008")]
internal readonly struct TimestampOfMillisFunction : IFunction<long, SqlTimestamp>
{
    public static SqlTimestamp Invoke(long first) => Int128.Abs((Int128)first) * 1000 <= 9_000_000_000_000_000_000
        ? new SqlTimestamp(first * 1000)
        : throw new QueryException(ErrorCode.DateTimeOverflow, $"{first} milliseconds after 1970 are out of the range of timestamps");
}

[ScalarFunction("epoch_us", "The microseconds from 1970-01-01 to a timestamp.", Signature = "timestamp -> bigint")]
[Example("epoch_us(TIMESTAMP '1970-01-01 00:00:01.5')", "1500000")]
internal readonly struct EpochMicrosFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => first.Micros;
}

[ScalarFunction("epoch_ns", "The nanoseconds from 1970-01-01 to a timestamp.", Signature = "timestamp -> bigint")]
[Example("epoch_ns(TIMESTAMP '1970-01-01 00:00:01.5')", "1500000000")]
[Example("epoch_ns(TIMESTAMP '5000-01-01 00:00:00')", "error 22003")]
internal readonly struct EpochNanosFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => Int128.Abs((Int128)first.Micros) * 1000 <= long.MaxValue
        ? first.Micros * 1000
        : throw new QueryException(ErrorCode.NumericValueOutOfRange, "the nanoseconds since 1970 are out of the range of bigint");
}

[ScalarFunction("to_millennia", "An interval of so many thousands of years.")]
[Example("to_millennia(2)", "2000 years")]
internal readonly struct ToMillenniaFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 12_000, 0, 0);
}

[ScalarFunction("to_centuries", "An interval of so many hundreds of years.")]
[Example("to_centuries(2)", "200 years")]
internal readonly struct ToCenturiesFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 1_200, 0, 0);
}

[ScalarFunction("to_decades", "An interval of so many tens of years.")]
[Example("to_decades(2)", "20 years")]
internal readonly struct ToDecadesFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 120, 0, 0);
}

[ScalarFunction("to_quarters", "An interval of so many quarters of a year.")]
[Example("to_quarters(5)", "1 year 3 mons")]
internal readonly struct ToQuartersFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 3, 0, 0);
}

[ScalarFunction("to_years", "An interval of so many years.")]
[Example("to_years(2)", "2 years")]
internal readonly struct ToYearsFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 12, 0, 0);
}

[ScalarFunction("to_months", "An interval of so many months.")]
[Example("to_months(14)", "1 year 2 mons")]
internal readonly struct ToMonthsFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 1, 0, 0);
}

[ScalarFunction("to_weeks", "An interval of so many weeks.")]
[Example("to_weeks(2)", "14 days")]
internal readonly struct ToWeeksFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 0, 7, 0);
}

[ScalarFunction("to_days", "An interval of so many days.")]
[Example("to_days(3)", "3 days")]
[Example("to_days(9223372036854775807)", "error 22008")]
internal readonly struct ToDaysFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 0, 1, 0);
}

[ScalarFunction("to_hours", "An interval of so many hours.")]
[Example("to_hours(25)", "25:00:00")]
internal readonly struct ToHoursFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 0, 0, 3600 * DateMath.MicrosPerSecond);
}

[ScalarFunction("to_minutes", "An interval of so many minutes.")]
[Example("to_minutes(5)", "00:05:00")]
internal readonly struct ToMinutesFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 0, 0, 60 * DateMath.MicrosPerSecond);
}

[ScalarFunction("to_seconds", "An interval of so many seconds.")]
[Example("to_seconds(5)", "00:00:05")]
internal readonly struct ToSecondsFunction : IFunction<long, Interval>
{
    public static Interval Invoke(long first) => Epochs.Interval(first, 0, 0, DateMath.MicrosPerSecond);
}

[ScalarFunction("uuidv7", "A UUID that begins with the time, so that later ones are greater.", IsVolatile = true)]
[Example("substring(CAST(uuidv7() AS varchar), 15, 1)", "7")]
internal readonly struct UuidVersion7Function : IFunction<UInt128>
{
    public static UInt128 Invoke()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}

/// <summary>Numbers as times.</summary>
internal static class Epochs
{
    /// <summary>The quotient, rounded down.</summary>
    public static long Floor(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);

    /// <summary>So many times an interval of one unit.</summary>
    /// <exception cref="QueryException">DATETIME_FIELD_OVERFLOW.</exception>
    public static Interval Interval(long count, long months, long days, long micros)
    {
        try
        {
            return checked(new Interval(count * months, count * days, count * micros));
        }
        catch (OverflowException)
        {
            throw new QueryException(ErrorCode.DateTimeOverflow, "the interval is out of range");
        }
    }
}
