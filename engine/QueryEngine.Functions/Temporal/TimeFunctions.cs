using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Temporal;

[ScalarFunction("hour", "The hour, 0 to 23.")]
[Example("hour(TIMESTAMP '2020-03-31 10:20:30')", "10")]
internal readonly struct HourFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / TimeParts.Hour;
}

[ScalarFunction("hour", "The hour, 0 to 23.")]
internal readonly struct HourOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / TimeParts.Hour;
}

[ScalarFunction("hour", "The hour in the session's zone, 0 to 23.")]
internal readonly struct HourOfInstantFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) =>
        TimeParts.Of(Zones.ToLocal(third.GetZone(second), first.Micros)) / TimeParts.Hour;
}

[ScalarFunction("minute", "The minute, 0 to 59.")]
[Example("minute(TIMESTAMP '2020-03-31 10:20:30')", "20")]
internal readonly struct MinuteFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / TimeParts.Minute % 60;
}

[ScalarFunction("minute", "The minute, 0 to 59.")]
internal readonly struct MinuteOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / TimeParts.Minute % 60;
}

[ScalarFunction("minute", "The minute in the session's zone, 0 to 59.")]
internal readonly struct MinuteOfInstantFunction : IFunction<SqlInstant, FunctionContext, NameCache, long>
{
    public static long Invoke(SqlInstant first, FunctionContext second, NameCache third) =>
        TimeParts.Of(Zones.ToLocal(third.GetZone(second), first.Micros)) / TimeParts.Minute % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
[Example("second(TIMESTAMP '2020-03-31 10:20:30.5')", "30")]
internal readonly struct SecondFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
internal readonly struct SecondOfTimeFunction : IFunction<SqlTime, long>
{
    public static long Invoke(SqlTime first) => first.Micros / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("second", "The second, 0 to 59.")]
internal readonly struct SecondOfInstantFunction : IFunction<SqlInstant, long>
{
    public static long Invoke(SqlInstant first) => TimeParts.Of(first.Micros) / DateMath.MicrosPerSecond % 60;
}

[ScalarFunction("millisecond", "The milliseconds of the second, 0 to 999.")]
[Example("millisecond(TIMESTAMP '2020-03-31 10:20:30.5')", "500")]
internal readonly struct MillisecondFunction : IFunction<SqlTimestamp, long>
{
    public static long Invoke(SqlTimestamp first) => TimeParts.Of(first.Micros) / 1000 % 1000;
}

/// <summary>Parts of a day in microseconds.</summary>
internal static class TimeParts
{
    public const long Minute = 60 * DateMath.MicrosPerSecond;
    public const long Hour = 60 * Minute;

    /// <summary>Microseconds since midnight.</summary>
    public static long Of(long micros)
    {
        DateMath.DayOf(micros, out long time);
        return time;
    }
}
