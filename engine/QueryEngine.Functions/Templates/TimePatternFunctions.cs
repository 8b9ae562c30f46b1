using NodaTime;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Functions.Temporal;

namespace QueryEngine.Functions.Templates;

[ScalarFunction("date_format", "A timestamp after a pattern of MySQL.")]
[Example("date_format(TIMESTAMP '2001-08-22 03:04:05.321', '%Y-%m-%d %H:%i:%s.%f')", "2001-08-22 03:04:05.321000")]
[Example("date_format(TIMESTAMP '2001-08-22 03:04:05', '%W, %e. %M %y %l:%i %p')", "Wednesday, 22. August 01 3:04 AM")]
[Example("date_format(TIMESTAMP '2001-08-22 03:04:05', '%U')", "error 0A000")]
internal readonly struct DateFormatFunction : IFunction<SqlTimestamp, Utf8, PatternCache, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, Utf8 second, PatternCache third, TextOutput fourth) => third.Write(first.Micros, second, TimePatterns.MySql, fourth);
}

[ScalarFunction("strftime", "A timestamp after a pattern of C's strftime.")]
[Example("strftime(TIMESTAMP '2001-08-02 03:04:05', '%a, %-d %B %Y - %I:%M:%S %p')", "Thu, 2 August 2001 - 03:04:05 AM")]
internal readonly struct StrftimeFunction : IFunction<SqlTimestamp, Utf8, PatternCache, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, Utf8 second, PatternCache third, TextOutput fourth) => third.Write(first.Micros, second, TimePatterns.C, fourth);
}

[ScalarFunction("format_datetime", "A timestamp after a pattern of Joda-Time.")]
[Example("format_datetime(TIMESTAMP '2001-08-22 03:04:05.321', 'yyyy-MM-dd''T''HH:mm:ss.SSS')", "2001-08-22T03:04:05.321")]
[Example("format_datetime(DATE '2001-08-22', 'EEEE d MMMM yy')", "Wednesday 22 August 01")]
internal readonly struct FormatDateTimeFunction : IFunction<SqlTimestamp, Utf8, PatternCache, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, Utf8 second, PatternCache third, TextOutput fourth) => third.Write(first.Micros, second, TimePatterns.Joda, fourth);
}

[ScalarFunction("format_datetime", "An instant on the session's clock after a pattern of Joda-Time.")]
[Example("format_datetime(TIMESTAMPTZ '2020-07-01 10:00:00Z', 'HH:mm ZZ')", "12:00 +02:00")]
internal readonly struct FormatInstantFunction : IFunction<SqlInstant, Utf8, FunctionContext, PatternCache, TextOutput, Text>
{
    public static Text Invoke(SqlInstant first, Utf8 second, FunctionContext third, PatternCache fourth, TextOutput fifth)
    {
        if (!DateMath.IsFinite(first.Micros))
            return Text.Null;
        DateTimeZone zone = Zones.Of(third.Session);
        long offset = Zones.OffsetAt(zone, first.Micros);
        return fifth.Write(TimeWriter.Write(fourth.Get(second, TimePatterns.Joda), TimeFields.Of(first.Micros + offset, offset, Zones.NameAt(zone, first.Micros))));
    }
}

[ScalarFunction("date_parse", "The timestamp that a text written after a pattern of MySQL says.", Aliases = ["str_to_date"])]
[Example("date_parse('2013-05-17 12:35:10', '%Y-%m-%d %H:%i:%s')", "2013-05-17 12:35:10")]
[Example("date_parse('2013-05-17 x', '%Y-%m-%d')", "error 22007")]
internal readonly struct DateParseFunction : IFunction<Utf8, Utf8, PatternCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, Utf8 second, PatternCache third) => new(TimeReader.Read(third.Get(second, TimePatterns.MySql), first.ToString()).Micros);
}

[ScalarFunction("strptime", "The timestamp that a text written after a pattern of C's strptime says.")]
[Example("strptime('Wed, 1 January 1992 - 08:38:40 PM', '%a, %-d %B %Y - %I:%M:%S %p')", "1992-01-01 20:38:40")]
internal readonly struct StrptimeFunction : IFunction<Utf8, Utf8, PatternCache, SqlTimestamp>
{
    public static SqlTimestamp Invoke(Utf8 first, Utf8 second, PatternCache third) => new(TimeReader.Read(third.Get(second, TimePatterns.C), first.ToString()).Micros);
}

[ScalarFunction("parse_datetime", "The instant that a text written after a pattern of Joda-Time says, on the session's clock where it names no zone.")]
[Example("parse_datetime('1960/01/22 03:04', 'yyyy/MM/dd HH:mm')", "1960-01-22 03:04:00+01")]
[Example("parse_datetime('1960/01/22 03:04 +0400', 'yyyy/MM/dd HH:mm Z')", "1960-01-22 00:04:00+01")]
[Example("parse_datetime('1960/13/22', 'yyyy/MM/dd')", "error 22008")]
internal readonly struct ParseDateTimeFunction : IFunction<Utf8, Utf8, FunctionContext, PatternCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, Utf8 second, FunctionContext third, PatternCache fourth)
    {
        (long micros, int? offset, DateTimeZone? zone) = TimeReader.Read(fourth.Get(second, TimePatterns.Joda), first.ToString());
        return new(offset is { } seconds ? micros - (seconds * DateMath.MicrosPerSecond) : Zones.ToInstant(zone ?? Zones.Of(third.Session), micros));
    }
}

/// <summary>Remembers the template of a pattern while it stays the same.</summary>
internal sealed class PatternCache
{
    private byte[]? _text;
    private TimeTemplate? _template;

    /// <summary>The template.</summary>
    public TimeTemplate Get(Utf8 pattern, Func<string, TimeTemplate> parse)
    {
        if (_text is null || !pattern.Bytes.SequenceEqual(_text))
            (_text, _template) = (pattern.Bytes.ToArray(), parse(pattern.ToString()));
        return _template!;
    }

    /// <summary>Writes a local timestamp.</summary>
    public Text Write(long micros, Utf8 pattern, Func<string, TimeTemplate> parse, TextOutput output) =>
        DateMath.IsFinite(micros) ? output.Write(TimeWriter.Write(Get(pattern, parse), TimeFields.Of(micros))) : Text.Null;
}
