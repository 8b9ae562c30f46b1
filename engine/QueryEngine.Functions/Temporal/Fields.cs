using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>A field of a date or timestamp by its name in EXTRACT, date_part and date_trunc.</summary>
internal static class Fields
{
    /// <summary>The value of a field of a local timestamp; fractions only of seconds and the epoch.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static double Extract(string field, long micros)
    {
        long day = DateMath.DayOf(micros, out long time);
        (long year, int month, int dayOfMonth) = DateMath.Civil(day);
        return field switch
        {
            "year" or "years" or "y" => year,
            "quarter" => ((month - 1) / 3) + 1,
            "month" or "months" or "mon" => month,
            "week" or "weeks" => DateMath.IsoWeek(day).Week,
            "day" or "days" or "d" or "day_of_month" or "dom" => dayOfMonth,
            "dow" or "dayofweek" or "day_of_week" => DateMath.DayOfWeek(day),
            "isodow" => DateMath.DayOfWeek(day) == 0 ? 7 : DateMath.DayOfWeek(day),
            "doy" or "day_of_year" or "dayofyear" => DateMath.DayOfYear(day),
            "isoyear" or "year_of_week" or "yow" => DateMath.IsoWeek(day).Year,
            "decade" => Math.Floor(year / 10.0),
            "century" => year > 0 ? ((year - 1) / 100) + 1 : (year / 100) - 1,
            "millennium" => year > 0 ? ((year - 1) / 1000) + 1 : (year / 1000) - 1,
            "julian" => day + 2_440_588 + (time / (double)DateMath.MicrosPerDay),
            "hour" or "hours" or "h" => time / (3600 * DateMath.MicrosPerSecond),
            "minute" or "minutes" => time / (60 * DateMath.MicrosPerSecond) % 60,
            "second" or "seconds" => time % (60 * DateMath.MicrosPerSecond) / (double)DateMath.MicrosPerSecond,
            "millisecond" or "milliseconds" => time % (60 * DateMath.MicrosPerSecond) / 1000.0,
            "microsecond" or "microseconds" => time % (60 * DateMath.MicrosPerSecond),
            "epoch" => micros / (double)DateMath.MicrosPerSecond,
            _ => throw Unknown(field, "year, quarter, month, week, day, dow, isodow, doy, hour, minute, second, millisecond, microsecond, epoch"),
        };
    }

    /// <summary>The beginning of the field's span that a local timestamp is in.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static long Truncate(string field, long micros)
    {
        long day = DateMath.DayOf(micros, out long time);
        (long year, int month, _) = DateMath.Civil(day);
        return field switch
        {
            "microsecond" or "microseconds" => micros,
            "millisecond" or "milliseconds" => micros - Modulo(time, 1000),
            "second" or "seconds" => micros - Modulo(time, DateMath.MicrosPerSecond),
            "minute" or "minutes" => micros - Modulo(time, 60 * DateMath.MicrosPerSecond),
            "hour" or "hours" => micros - Modulo(time, 3600 * DateMath.MicrosPerSecond),
            "day" or "days" => Start(day),
            "week" or "weeks" => Start(day - ((DateMath.DayOfWeek(day) + 6) % 7)),
            "month" or "months" => Start(SqlValueText.DayNumber(year, month, 1)),
            "quarter" => Start(SqlValueText.DayNumber(year, month - ((month - 1) % 3), 1)),
            "year" or "years" => Start(SqlValueText.DayNumber(year, 1, 1)),
            "decade" => Start(SqlValueText.DayNumber((long)Math.Floor(year / 10.0) * 10, 1, 1)),
            "century" => Start(SqlValueText.DayNumber(((long)Math.Floor((year - 1) / 100.0) * 100) + 1, 1, 1)),
            "millennium" => Start(SqlValueText.DayNumber(((long)Math.Floor((year - 1) / 1000.0) * 1000) + 1, 1, 1)),
            _ => throw Unknown(field, "microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century, millennium"),
        };
    }

    /// <summary>The error of a field that there is not.</summary>
    public static QueryException Unknown(string field, string known) =>
        new(ErrorCode.InvalidParameterValue, $"'{field}' is not a field of a date or time", $"Use {known}.");

    private static long Modulo(long time, long unit) => time % unit;

    private static long Start(long day) => DateMath.ToMicros(day, 0);
}

/// <summary>Remembers a name in lower case while it stays the same.</summary>
internal sealed class NameCache
{
    private byte[] _utf8 = [];
    private string _name = string.Empty;
    private NodaTime.DateTimeZone? _zone;

    /// <summary>The name in lower case.</summary>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.SequenceEqual(_utf8))
            (_utf8, _name) = (utf8.ToArray(), System.Text.Encoding.UTF8.GetString(utf8).Trim().ToLowerInvariant());
        return _name;
    }

    /// <summary>The zone of that name.</summary>
    public NodaTime.DateTimeZone GetZone(ReadOnlySpan<byte> utf8)
    {
        if (_zone is null || !utf8.SequenceEqual(_utf8))
            (_utf8, _zone) = (utf8.ToArray(), Zones.Get(System.Text.Encoding.UTF8.GetString(utf8).Trim()));
        return _zone;
    }

    /// <summary>The session's zone.</summary>
    public NodaTime.DateTimeZone GetZone(FunctionContext context) => _zone ??= Zones.Of(context.Session);
}
