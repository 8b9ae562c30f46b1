using System.Collections.Frozen;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Temporal;

/// <summary>A field of a date or timestamp by its name in EXTRACT, date_part and date_trunc.</summary>
internal static class Fields
{
    private static readonly FrozenDictionary<string, string> _canonical = new Dictionary<string, string[]>
    {
        ["microsecond"] = ["microseconds", "us", "usec", "usecs", "usecond", "useconds", "microsecon"],
        ["millisecond"] = ["milliseconds", "ms", "msec", "msecs", "msecond", "mseconds", "millisecon"],
        ["second"] = ["seconds", "s", "sec", "secs"],
        ["minute"] = ["minutes", "m", "min", "mins"],
        ["hour"] = ["hours", "h", "hr", "hrs"],
        ["day"] = ["days", "d", "day_of_month", "dayofmonth", "dom"],
        ["week"] = ["weeks", "w", "week_of_year", "weekofyear"],
        ["month"] = ["months", "mon", "mons"],
        ["quarter"] = ["quarters", "qtr"],
        ["year"] = ["years", "y", "yr", "yrs"],
        ["decade"] = ["decades", "dec", "decs"],
        ["century"] = ["centuries", "cent", "c"],
        ["millennium"] = ["millennia", "millenniums", "mil", "mils"],
        ["dow"] = ["dayofweek", "day_of_week", "weekday"],
        ["doy"] = ["dayofyear", "day_of_year"],
        ["isoyear"] = ["year_of_week", "yow"],
    }.SelectMany(field => field.Value.Select(alias => (alias, field.Key))).ToFrozenDictionary(pair => pair.alias, pair => pair.Key);

    /// <summary>The one name of a field that has several.</summary>
    public static string Canonical(string field) => _canonical.GetValueOrDefault(field, field);

    /// <summary>The value of a field of a local timestamp; fractions only of seconds and the epoch. NULL of an infinite one where the field goes around.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static double? Extract(string field, long micros)
    {
        field = Canonical(field);
        if (!DateMath.IsFinite(micros))
            return OfInfinity(field, micros > 0 ? double.PositiveInfinity : double.NegativeInfinity);
        long day = DateMath.DayOf(micros, out long time);
        if (IsOfTime(field))
            return OfTime(field, time);
        (long year, int month, int dayOfMonth) = DateMath.Civil(day);
        return field switch
        {
            "year" => year > 0 ? year : year - 1,
            "quarter" => ((month - 1) / 3) + 1,
            "month" => month,
            "week" => DateMath.IsoWeek(day).Week,
            "day" => dayOfMonth,
            "dow" => DateMath.DayOfWeek(day),
            "isodow" => DateMath.DayOfWeek(day) == 0 ? 7 : DateMath.DayOfWeek(day),
            "doy" => DateMath.DayOfYear(day),
            "isoyear" => DateMath.IsoWeek(day).Year is var isoYear && isoYear > 0 ? isoYear : isoYear - 1,
            "decade" => Math.Floor(year / 10.0),
            "century" => year > 0 ? ((year - 1) / 100) + 1 : (year / 100) - 1,
            "millennium" => year > 0 ? ((year - 1) / 1000) + 1 : (year / 1000) - 1,
            "era" => year > 0 ? 1 : 0,
            "yearweek" => (DateMath.IsoWeek(day).Year * 100) + DateMath.IsoWeek(day).Week,
            "julian" => day + 2_440_588 + (time / (double)DateMath.MicrosPerDay),
            "epoch" => micros / (double)DateMath.MicrosPerSecond,
            _ => throw Unknown(field, "year, quarter, month, week, day, dow, isodow, doy, hour, minute, second, millisecond, microsecond, epoch"),
        };
    }

    /// <summary>The value of a field of a time of day.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static double ExtractTime(string field, long micros)
    {
        field = Canonical(field);
        return IsOfTime(field) ? OfTime(field, micros)
            : field == "epoch" ? micros / (double)DateMath.MicrosPerSecond
            : throw Unknown(field, "hour, minute, second, millisecond, microsecond, epoch");
    }

    /// <summary>The value of a field of an interval.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static double ExtractInterval(string field, Interval interval)
    {
        field = Canonical(field);
        int months = interval.Months;
        return field switch
        {
            "microsecond" or "millisecond" or "second" or "minute" => OfTime(field, interval.Micros),
            "hour" => interval.Micros / TimeParts.Hour,
            "day" => interval.Days,
            "week" => interval.Days / 7,
            "month" => months % 12,
            "quarter" => months % 12 >= 0 ? (months % 12 / 3) + 1 : -((-(months % 12) / 3) + 1),
            "year" => months / 12,
            "decade" => months / 120,
            "century" => months / 1200,
            "millennium" => months / 12_000,
            "epoch" => ((months / 12 * 365.25) + (months % 12 * 30) + interval.Days) * 86_400 + (interval.Micros / (double)DateMath.MicrosPerSecond),
            _ => throw Unknown(field, "year, quarter, month, week, day, hour, minute, second, millisecond, microsecond, epoch"),
        };
    }

    /// <summary>The beginning of the field's span that a local timestamp is in.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static long Truncate(string field, long micros)
    {
        field = Canonical(field);
        long day = DateMath.DayOf(DateMath.IsFinite(micros) ? micros : 0, out long time);
        (long year, int month, _) = DateMath.Civil(day);
        long start = field switch
        {
            "microsecond" => micros,
            "millisecond" => micros - (time % 1000),
            "second" => micros - (time % DateMath.MicrosPerSecond),
            "minute" => micros - (time % TimeParts.Minute),
            "hour" => micros - (time % TimeParts.Hour),
            "day" => Start(day),
            "week" => Start(day - ((DateMath.DayOfWeek(day) + 6) % 7)),
            "month" => Start(SqlValueText.DayNumber(year, month, 1)),
            "quarter" => Start(SqlValueText.DayNumber(year, month - ((month - 1) % 3), 1)),
            "year" => Start(SqlValueText.DayNumber(year, 1, 1)),
            "isoyear" => IsoYearStart(day),
            "decade" => Start(SqlValueText.DayNumber((long)Math.Floor(year / 10.0) * 10, 1, 1)),
            "century" => Start(SqlValueText.DayNumber(((long)Math.Floor((year - 1) / 100.0) * 100) + 1, 1, 1)),
            "millennium" => Start(SqlValueText.DayNumber(((long)Math.Floor((year - 1) / 1000.0) * 1000) + 1, 1, 1)),
            _ => throw Unknown(field, "microsecond, millisecond, second, minute, hour, day, week, month, quarter, year, decade, century, millennium"),
        };
        return DateMath.IsFinite(micros) ? start : micros;
    }

    /// <summary>An interval without what is smaller than a field.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static Interval Truncate(string field, Interval value)
    {
        long micros = value.Micros;
        return Canonical(field) switch
        {
            "microsecond" => value,
            "millisecond" => new Interval(value.Months, value.Days, micros - (micros % 1000)),
            "second" => new Interval(value.Months, value.Days, micros - (micros % DateMath.MicrosPerSecond)),
            "minute" => new Interval(value.Months, value.Days, micros - (micros % TimeParts.Minute)),
            "hour" => new Interval(value.Months, value.Days, micros - (micros % TimeParts.Hour)),
            "day" => new Interval(value.Months, value.Days, 0),
            "month" => new Interval(value.Months, 0, 0),
            "quarter" => new Interval(value.Months / 3 * 3, 0, 0),
            "year" => new Interval(value.Months / 12 * 12, 0, 0),
            "decade" => new Interval(value.Months / 120 * 120, 0, 0),
            "century" => new Interval(value.Months / 1200 * 1200, 0, 0),
            "millennium" => new Interval(value.Months / 12_000 * 12_000, 0, 0),
            _ => throw Unknown(field, "microsecond, millisecond, second, minute, hour, day, month, quarter, year, decade, century, millennium"),
        };
    }

    /// <summary>The error of a field that there is not.</summary>
    public static QueryException Unknown(string field, string known) =>
        new(ErrorCode.InvalidParameterValue, $"'{field}' is not a field of a date or time", $"Use {known}.");

    private static bool IsOfTime(string field) => field is "hour" or "minute" or "second" or "millisecond" or "microsecond";

    private static double OfTime(string field, long time) => field switch
    {
        "hour" => time / TimeParts.Hour,
        "minute" => time / TimeParts.Minute % 60,
        "second" => time % TimeParts.Minute / (double)DateMath.MicrosPerSecond,
        "millisecond" => time % TimeParts.Minute / 1000.0,
        _ => time % TimeParts.Minute,
    };

    private static double? OfInfinity(string field, double infinity) => field switch
    {
        "year" or "isoyear" or "decade" or "century" or "millennium" or "julian" or "epoch" => infinity,
        _ when Extract(field, 0) is null => infinity,
        _ => null,
    };

    private static long IsoYearStart(long day)
    {
        long january4 = SqlValueText.DayNumber(DateMath.IsoWeek(day).Year, 1, 4);
        return Start(january4 - ((DateMath.DayOfWeek(january4) + 6) % 7));
    }

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
