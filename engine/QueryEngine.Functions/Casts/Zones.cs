using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text;
using NodaTime;
using NodaTime.TimeZones;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Time zones by name, abbreviation or offset.</summary>
internal static class Zones
{
    private const long FirstMicros = -377_673_580_800_000_000;
    private const long LastMicros = 253_402_214_400_000_000;
    private const long CycleMicros = 146_097L * 86_400_000_000;

    // PostgreSQL's default abbreviations of fixed offsets, in minutes east of UTC.
    private static readonly FrozenDictionary<string, int> _abbreviations = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["UT"] = 0,
        ["Z"] = 0,
        ["ZULU"] = 0,
        ["UCT"] = 0,
        ["WET"] = 0,
        ["WETDST"] = 60,
        ["BST"] = 60,
        ["BDST"] = 120,
        ["CET"] = 60,
        ["CEST"] = 120,
        ["CETDST"] = 120,
        ["MET"] = 60,
        ["MEST"] = 120,
        ["METDST"] = 120,
        ["MEZ"] = 60,
        ["MESZ"] = 120,
        ["EET"] = 120,
        ["EEST"] = 180,
        ["EETDST"] = 180,
        ["IST"] = 120,
        ["IDT"] = 180,
        ["MSD"] = 240,
        ["PKT"] = 300,
        ["PKST"] = 360,
        ["EST"] = -300,
        ["EDT"] = -240,
        ["CST"] = -360,
        ["CDT"] = -300,
        ["MST"] = -420,
        ["MDT"] = -360,
        ["PST"] = -480,
        ["PDT"] = -420,
        ["AKST"] = -540,
        ["AKDT"] = -480,
        ["HST"] = -600,
        ["AST"] = -240,
        ["ADT"] = -180,
        ["NST"] = -210,
        ["NDT"] = -150,
        ["NFT"] = -210,
        ["JST"] = 540,
        ["KST"] = 540,
        ["KDT"] = 600,
        ["CCT"] = 480,
        ["PHT"] = 480,
        ["SGT"] = 480,
        ["HKT"] = 480,
        ["ICT"] = 420,
        ["MMT"] = 390,
        ["AEST"] = 600,
        ["AEDT"] = 660,
        ["ACST"] = 570,
        ["ACDT"] = 630,
        ["AWST"] = 480,
        ["AWSST"] = 540,
        ["NZST"] = 720,
        ["NZDT"] = 780,
        ["NZT"] = 720,
        ["SAST"] = 120,
        ["EAT"] = 180,
        ["CAT"] = 120,
        ["WAT"] = 60,
        ["CHADT"] = 825,
        ["CHAST"] = 765,
        ["NPT"] = 345,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    // Abbreviations whose meaning changed over the years are looked up in their zone's history.
    private static readonly FrozenDictionary<string, string> _dynamicAbbreviations = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["MSK"] = "Europe/Moscow",
        ["ALMT"] = "Asia/Almaty",
        ["YEKT"] = "Asia/Yekaterinburg",
        ["NOVT"] = "Asia/Novosibirsk",
        ["IRKT"] = "Asia/Irkutsk",
        ["VLAT"] = "Asia/Vladivostok",
        ["VET"] = "America/Caracas",
        ["ART"] = "America/Argentina/Buenos_Aires",
        ["BRT"] = "America/Sao_Paulo",
        ["TRT"] = "Europe/Istanbul",
        ["FET"] = "Europe/Minsk",
        ["GET"] = "Asia/Tbilisi",
        ["LKT"] = "Asia/Colombo",
        ["UYT"] = "America/Montevideo",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly ConcurrentDictionary<string, DateTimeZone?> _found = new();

    /// <summary>The session's zone.</summary>
    public static DateTimeZone Of(ConnectorSession session) => Get(session.TimeZone);

    /// <summary>The zone of a name.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static DateTimeZone Get(string name) =>
        Find(name) ?? throw new QueryException(ErrorCode.InvalidParameterValue, $"time zone '{name}' does not exist", "Use a name such as 'Europe/Berlin' or an offset such as '+02:00'.");

    /// <summary>The zone of a name, an abbreviation or an offset, or null.</summary>
    public static DateTimeZone? Find(string name)
    {
        if (_found.TryGetValue(name, out DateTimeZone? known))
            return known;
        DateTimeZone? found = FindAnew(name.Trim());

        // Names come from queries: only the ones that exist, and not too many offsets, are kept.
        if (found is not null && _found.Count < 2000)
            _found.TryAdd(name, found);
        return found;
    }

    /// <summary>The offset of a zone at an instant, in microseconds.</summary>
    public static long OffsetAt(DateTimeZone zone, long instantMicros) =>
        ReferenceEquals(zone, DateTimeZone.Utc) ? 0 : zone.GetUtcOffset(InstantOf(instantMicros)).Seconds * 1_000_000L;

    /// <summary>The abbreviation that a zone has at an instant.</summary>
    public static string NameAt(DateTimeZone zone, long instantMicros) => zone.GetZoneInterval(InstantOf(instantMicros)).Name;

    /// <summary>The wall clock of a zone at an instant.</summary>
    public static long ToLocal(DateTimeZone zone, long instantMicros) =>
        instantMicros is long.MaxValue or long.MinValue ? instantMicros : instantMicros + OffsetAt(zone, instantMicros);

    /// <summary>
    /// The instant at which a zone's clock shows a time: the later of two in autumn; what is in the gap in spring is as the clock was before.
    /// </summary>
    public static long ToInstant(DateTimeZone zone, long localMicros)
    {
        if (ReferenceEquals(zone, DateTimeZone.Utc) || localMicros is long.MaxValue or long.MinValue)
            return localMicros;
        ZoneLocalMapping mapping = zone.MapLocal(InstantOf(localMicros).InUtc().LocalDateTime);
        ZoneInterval interval = mapping.Count == 0 ? mapping.EarlyInterval : mapping.LateInterval;
        return localMicros - (interval.WallOffset.Seconds * 1_000_000L);
    }

    /// <summary>As <see cref="ToInstant(DateTimeZone, long)"/>, for an abbreviation that says which of a zone's offsets is meant.</summary>
    public static long ToInstant(string abbreviation, DateTimeZone zone, long localMicros)
    {
        if (localMicros is long.MaxValue or long.MinValue || !_dynamicAbbreviations.ContainsKey(abbreviation))
            return ToInstant(zone, localMicros);
        Instant about = InstantOf(ToInstant(zone, localMicros));
        ZoneInterval? meant = null;
        foreach (ZoneInterval interval in zone.GetZoneIntervals(Instant.MinValue, Instant.MaxValue).TakeWhile(interval => meant is null || !interval.HasStart || interval.Start <= about))
            if (interval.Name.Equals(abbreviation, StringComparison.OrdinalIgnoreCase))
                meant = interval;
        return meant is null ? ToInstant(zone, localMicros) : localMicros - (meant.WallOffset.Seconds * 1_000_000L);
    }

    private static DateTimeZone? FindAnew(string name)
    {
        if (name.Length == 0)
            return null;
        if (_abbreviations.TryGetValue(name, out int minutes))
            return minutes == 0 ? DateTimeZone.Utc : DateTimeZone.ForOffset(Offset.FromSeconds(minutes * 60));
        if (_dynamicAbbreviations.TryGetValue(name, out string? dynamicZone))
            return DateTimeZoneProviders.Tzdb.GetZoneOrNull(dynamicZone);
        if (name[0] is '+' or '-')
            return OfOffset(name, isPosix: false);
        DateTimeZone? zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(name)
            ?? (DateTimeZoneProviders.Tzdb.Ids.FirstOrDefault(id => id.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } id
                ? DateTimeZoneProviders.Tzdb[id] : null);
        int sign = name.IndexOfAny(['+', '-']);
        return zone ?? (sign is >= 3 and <= 5 && name.AsSpan(0, sign).IndexOfAnyExceptInRange('A', 'z') < 0 ? OfOffset(name[sign..], isPosix: true) : null);
    }

    // In POSIX names (UTC+3) positive is west of Greenwich.
    private static DateTimeZone? OfOffset(string text, bool isPosix)
    {
        TemporalParts parts = default;
        if (!TemporalText.TryReadZone(Encoding.UTF8.GetBytes(text), ref parts) || parts.OffsetSeconds is not { } seconds)
            return null;
        return seconds == 0 ? DateTimeZone.Utc : DateTimeZone.ForOffset(Offset.FromSeconds(isPosix ? -seconds : seconds));
    }

    // NodaTime covers the years -9998 to 9999. The calendar repeats every 400 years, and so do the rules that are in force last.
    private static Instant InstantOf(long micros)
    {
        if (micros > LastMicros)
            micros -= ((micros - LastMicros) / CycleMicros + 1) * CycleMicros;
        return Instant.FromUnixTimeTicks(Math.Max(micros, FirstMicros) * 10);
    }
}
