using NodaTime;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Functions.Temporal;
using Interval = QueryEngine.Spi.Interval;

namespace QueryEngine.Functions.Templates;

[ScalarFunction("to_char", "A timestamp after a template of PostgreSQL: YYYY, MM, DD, HH24, MI, SS, Month, Day and more; FM drops blanks and zeros.")]
[Example("to_char(TIMESTAMP '2002-04-20 17:31:12.66', 'HH12:MI:SS')", "05:31:12")]
[Example("to_char(TIMESTAMP '2002-04-20 17:31:12.66', 'FMDay, FMDDth FMMonth YYYY')", "Saturday, 20th April 2002")]
[Example("to_char(DATE '2002-04-20', 'YYYY-MM-DD IYYY-IW-ID DDD Q')", "2002-04-20 2002-16-6 110 2")]
[Example("to_char(TIMESTAMP 'infinity', 'YYYY')", "NULL")]
internal readonly struct TimestampToCharFunction : IFunction<SqlTimestamp, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(SqlTimestamp first, Utf8 second, TemplateCache third, TextOutput fourth) =>
        DateMath.IsFinite(first.Micros) ? fourth.Write(TimeWriter.Write(third.Time(second.Bytes), TimeFields.Of(first.Micros))) : Text.Null;
}

[ScalarFunction("to_char", "An instant on the session's clock after a template of PostgreSQL.")]
[Example("to_char(TIMESTAMPTZ '2020-07-01 10:00:00Z', 'YYYY-MM-DD HH24:MI OF TZ')", "2020-07-01 12:00 +02 CEST")]
internal readonly struct InstantToCharFunction : IFunction<SqlInstant, Utf8, FunctionContext, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(SqlInstant first, Utf8 second, FunctionContext third, TemplateCache fourth, TextOutput fifth)
    {
        if (!DateMath.IsFinite(first.Micros))
            return Text.Null;
        DateTimeZone zone = Zones.Of(third.Session);
        long offset = Zones.OffsetAt(zone, first.Micros);
        return fifth.Write(TimeWriter.Write(fourth.Time(second.Bytes), TimeFields.Of(first.Micros + offset, offset, Zones.NameAt(zone, first.Micros))));
    }
}

[ScalarFunction("to_char", "An interval after a template of PostgreSQL.")]
[Example("to_char(INTERVAL '15h 2m 12s', 'HH24:MI:SS')", "15:02:12")]
[Example("to_char(INTERVAL '1 day', 'Month')", "error 22007")]
internal readonly struct IntervalToCharFunction : IFunction<Interval, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(Interval first, Utf8 second, TemplateCache third, TextOutput fourth) =>
        fourth.Write(TimeWriter.Write(third.Time(second.Bytes), TimeFields.Of(first)));
}

[ScalarFunction("to_char", "A time of day after a template of PostgreSQL.")]
[Example("to_char(TIME '15:02:12', 'HH12:MI AM')", "03:02 PM")]
internal readonly struct TimeToCharFunction : IFunction<SqlTime, Utf8, TemplateCache, TextOutput, Text>
{
    public static Text Invoke(SqlTime first, Utf8 second, TemplateCache third, TextOutput fourth) =>
        fourth.Write(TimeWriter.Write(third.Time(second.Bytes), TimeFields.Of(new Interval(0, 0, first.Micros))));
}

[ScalarFunction("to_timestamp", "The instant that a text written after a template of PostgreSQL says, on the session's clock where it names no zone.")]
[Example("to_timestamp('05 Dec 2000', 'DD Mon YYYY')", "2000-12-05 00:00:00+01")]
[Example("to_timestamp('2011-12-18 11:38 -05', 'YYYY-MM-DD HH12:MI TZH')", "2011-12-18 17:38:00+01")]
[Example("to_timestamp('2011-12-18 25:00', 'YYYY-MM-DD HH24:MI')", "error 22008")]
[Example("to_timestamp('12:34:56.123456789', 'HH24:MI:SS.FF6')", "error 22008")]
[Example("to_timestamp('19971', 'YYYYMMDD')", "error 22007")]
internal readonly struct ToTimestampFunction : IFunction<Utf8, Utf8, FunctionContext, TemplateCache, SqlInstant>
{
    public static SqlInstant Invoke(Utf8 first, Utf8 second, FunctionContext third, TemplateCache fourth)
    {
        (long micros, int? offset, DateTimeZone? zone) = TimeReader.Read(fourth.Time(second.Bytes), first.ToString());
        return new(offset is { } seconds ? micros - (seconds * DateMath.MicrosPerSecond) : Zones.ToInstant(zone ?? Zones.Of(third.Session), micros));
    }
}

[ScalarFunction("to_date", "The date that a text written after a template of PostgreSQL says.")]
[Example("to_date('05 Dec 2000', 'DD Mon YYYY')", "2000-12-05")]
[Example("to_date('2015 365', 'YYYY DDD')", "2015-12-31")]
[Example("to_date('2016-02-30', 'YYYY-MM-DD')", "error 22008")]
internal readonly struct ToDateFunction : IFunction<Utf8, Utf8, TemplateCache, SqlDate>
{
    public static SqlDate Invoke(Utf8 first, Utf8 second, TemplateCache third) =>
        DateMath.DateOf(TimeReader.Read(third.Time(second.Bytes), first.ToString()).Micros);
}
