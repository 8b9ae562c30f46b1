using NodaTime;
using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

internal readonly struct TimeWithZoneParser : ITextParser<long>
{
    public bool TryParse(ReadOnlySpan<byte> text, ConnectorSession session, out long value, ref ErrorCode error)
    {
        bool isParsed = ValueText.TryParseTimeWithZone(text, session, out TimeWithTimeZone time, out bool isTooLarge);
        error = isTooLarge ? ErrorCode.DateTimeOverflow : ErrorCode.InvalidDateTime;
        value = time.Bits;
        return isParsed;
    }
}

/// <summary>A time of day on the session's clock.</summary>
internal readonly struct TimeToTimeWithZone(ConnectorSession session, int precision) : IConversion<long, long>
{
    private readonly int _offset = TimesWithZone.OffsetNow(Zones.Of(session), session);

    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        result = new TimeWithTimeZone(precision > 6 ? value / 1000 : value, _offset).Bits;
        return true;
    }
}

/// <summary>What the clock shows.</summary>
internal readonly struct TimeWithZoneToTime(int precision) : IConversion<long, long>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        result = new TimeWithTimeZone(value).LocalMicros * (precision > 6 ? 1000 : 1);
        return true;
    }
}

/// <summary>What the session's clock shows at an instant.</summary>
internal readonly struct InstantToTimeWithZone(DateTimeZone zone, int precision) : IConversion<long, long>
{
    public ErrorCode Error => ErrorCode.DateTimeOverflow;

    public bool TryConvert(long value, out long result)
    {
        result = 0;
        if (value is long.MaxValue or long.MinValue)
            return false;
        long micros = precision > 6 ? value / 1000 : value;
        int offset = (int)(Zones.OffsetAt(zone, micros) / 1_000_000);
        result = new TimeWithTimeZone(TimeParts.Of(micros + (offset * 1_000_000L)), offset).Bits;
        return true;
    }
}
