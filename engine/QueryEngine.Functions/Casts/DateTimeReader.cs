using System.Collections.Frozen;
using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>
/// Reads dates and times in the many forms that PostgreSQL takes: <c>January 8, 1999</c>, <c>1/8/1999</c> (month first), <c>19990108</c>, <c>1999.008</c>,
/// <c>J2451187</c>, <c>Mon Feb 10 17:32:01 1997 PST</c>, <c>04:05 PM</c>, <c>44-03-15 BC</c>, <c>now</c>, <c>today</c>, <c>infinity</c>.
/// </summary>
internal sealed partial class DateTimeReader
{
    private const long NanosPerSecond = 1_000_000_000;

    private static readonly FrozenDictionary<string, int> _months = new[]
    {
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    }.SelectMany((name, at) => (IEnumerable<(string Name, int Month)>)[(name, at + 1), (name[..3], at + 1)]).Append(("sept", 9))
        .DistinctBy(pair => pair.Item1).ToFrozenDictionary(pair => pair.Item1, pair => pair.Item2);

    private static readonly FrozenSet<string> _ignored = new[]
    {
        "at", "on", "sunday", "sun", "monday", "mon", "tuesday", "tue", "tues", "wednesday", "wed", "weds", "thursday", "thu", "thur", "thurs", "friday",
        "fri", "saturday", "sat",
    }.ToFrozenSet();

    private readonly ConnectorSession _session;
    private readonly List<Token> _tokens;
    private TemporalParts _parts;
    private int? _year;
    private int? _month;
    private int? _day;
    private bool _isYearShort;
    private bool _hasTextMonth;
    private bool _isBeforeChrist;
    private bool? _isAfternoon;
    private int? _dayOfYear;
    private bool _isDateDone;
    private char _prefix;

    private DateTimeReader(ConnectorSession session, List<Token> tokens) => (_session, _tokens) = (session, tokens);

    private enum TokenKind
    {
        Number,
        Word,
        Date,
        Time,
        Zone,
        Special,
    }

    private bool HasDate => _isDateDone || (_year is not null && _month is not null && _day is not null);

    /// <summary>Reads a text; false when it is no date or time.</summary>
    public static bool TryRead(string text, ConnectorSession session, out TemporalParts parts)
    {
        parts = default;
        if (Split(text) is not { Count: > 0 } tokens)
            return false;
        var reader = new DateTimeReader(session, tokens);
        bool isRead = reader.TryReadTokens() && reader.TryFinish();
        parts = reader._parts;
        return isRead;
    }

    private bool TryReadTokens()
    {
        foreach (Token token in _tokens)
        {
            bool isRead = token.Kind switch
            {
                TokenKind.Date => TryReadDateToken(token.Text),
                TokenKind.Time => TryReadClock(token.Text),
                TokenKind.Zone => TryReadOffset(token.Text),
                TokenKind.Number => TryReadNumberToken(token.Text),
                TokenKind.Special => TryReadWord(token.Text),
                _ => TryReadWord(token.Text),
            };
            if (!isRead)
                return false;
        }

        return _prefix == default;
    }

    private bool TryReadDateToken(string text)
    {
        if (_prefix == 't' || HasDate)
        {
            // A run-together time with an offset (040506-08), or the name of a zone.
            if (!char.IsAsciiDigit(text[0]))
                return TryReadZoneName(text);
            int sign = text.IndexOf('-', StringComparison.Ordinal);
            _prefix = default;
            return sign > 0 && TryReadRunTogether(text[..sign]) && TryReadOffset(text[sign..]);
        }

        if (char.IsLetter(text[0]) && Zones.Find(text) is not null)
            return TryReadZoneName(text);
        string[] parts = text.Split(['-', '/', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 3)
            return false;
        var numbers = new List<string>();
        foreach (string part in parts)
        {
            if (char.IsLetter(part[0]))
            {
                if (!_months.TryGetValue(part, out int month) || _month is not null)
                    return false;
                (_month, _hasTextMonth) = (month, true);
            }
            else
            {
                numbers.Add(part);
            }
        }

        return numbers.TrueForAll(number => number.All(char.IsAsciiDigit) && TryReadDateNumber(number)) && HasDate;
    }

    private bool TryReadNumberToken(string text)
    {
        if (_prefix is 'j')
        {
            _prefix = default;
            return TryReadJulian(text);
        }

        if (_prefix is 't')
        {
            _prefix = default;
            return TryReadRunTogether(text);
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0 && !HasDate && point > 4)
            return TryReadRunTogether(text);
        if (point >= 0 && !HasDate)
        {
            // 1999.008: the day of the year.
            return TryReadDateNumber(text[..point]) && TryReadDateNumber(text[(point + 1)..]);
        }

        if (point > 2 || (point < 0 && text.Length >= 6 && (!HasAnyDate || _parts.Nanos is null)))
            return TryReadRunTogether(text);
        return point < 0 && TryReadDateNumber(text);
    }

    private bool HasAnyDate => _isDateDone || _year is not null || _month is not null || _day is not null;

    // Which field a bare number is depends on those that are known; month comes before day where nothing else tells.
    private bool TryReadDateNumber(string text)
    {
        if (text.Length is 0 or > 7 || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value))
            return false;
        if (text.Length == 3 && _year is not null && _month is null && _day is null && value is >= 1 and <= 366)
        {
            (_dayOfYear, _isDateDone) = (value, true);
            return true;
        }

        switch (_year is not null, _month is not null, _day is not null)
        {
            case (false, false, false) when text.Length >= 3:
            case (false, true, false) when _hasTextMonth && text.Length >= 3:
            case (false, true, true):
            case (false, false, true) when text.Length >= 3:
                (_year, _isYearShort) = (value, text.Length <= 2);
                return true;
            case (false, false, false) or (true, false, false) or (false, false, true) or (true, false, true):
                _month = value;
                return true;
            case (true, true, false) when _hasTextMonth && text.Length >= 3 && _isYearShort:
                // 08 Jan 1999 was read as year 08.
                (_day, _year, _isYearShort) = (_year, value, false);
                return true;
            case (_, true, false):
                _day = value;
                return true;
            default:
                return text.Length is 4 or 6 && TryReadRunTogether(text);
        }
    }

    // 19990108, 990108, 040506.789, 0405
    private bool TryReadRunTogether(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? text : text[..point];
        if (!digits.All(char.IsAsciiDigit))
            return false;
        if (point < 0 && !HasAnyDate && digits.Length >= 6 && _parts.Nanos is null)
        {
            _day = Number(digits[^2..]);
            _month = Number(digits[^4..^2]);
            string year = digits[..^4];
            if (year.Length > 6)
                return false;
            (_year, _isYearShort) = (Number(year), year.Length == 2);
            return true;
        }

        if (_parts.Nanos is not null || digits.Length is not (2 or 4 or 6))
            return false;

        int minute = digits.Length >= 4 ? Number(digits[2..4]) : 0, second = digits.Length == 6 ? Number(digits[4..]) : 0;
        return TrySetTime(Number(digits[..2]), minute, second, point < 0 ? string.Empty : text[(point + 1)..]);
    }

    private bool TryReadJulian(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal julian) || julian > 2_150_000_000)
            return false;
        decimal whole = decimal.Floor(julian);
        (_parts.Days, _isDateDone) = ((long)whole - 2_440_588, true);
        if (whole != julian)
            _parts.Nanos = (long)((julian - whole) * 86_400 * NanosPerSecond);
        return true;
    }

    private bool TryReadClock(string text)
    {
        string[] parts = text.Split(':');
        if (parts[^1].Length == 0)
            parts = parts[..^1];
        if (parts.Length == 1)
            parts = [parts[0], "0"];
        if (parts.Length > 3 || parts[0].Length is 0 or > 2 || !parts[0].All(char.IsAsciiDigit))
            return false;
        string[] second = parts.Length == 3 ? parts[2].Split('.') : ["0"];
        if (second.Length > 2 || parts[1].Length is 0 or > 2 || !parts[1].All(char.IsAsciiDigit) || second[0].Length is 0 or > 2 || !second[0].All(char.IsAsciiDigit))
            return false;
        return TrySetTime(Number(parts[0]), Number(parts[1]), Number(second[0]), second.Length == 2 ? second[1] : string.Empty);
    }

    private bool TrySetTime(int hour, int minute, int second, string fraction)
    {
        if (_parts.Nanos is not null || !fraction.All(char.IsAsciiDigit))
            return false;
        long nanos = fraction.Length == 0 ? 0 : Number((fraction + "000000000")[..9]);
        if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0 || nanos > 0)))
        {
            _parts.IsOutOfRange = true;
            return false;
        }

        _parts.Nanos = (((((hour * 60L) + minute) * 60) + second) * NanosPerSecond) + nanos;
        return true;
    }

    private bool TryReadOffset(string text) =>
        _parts.OffsetSeconds is null && TemporalText.TryReadZone(System.Text.Encoding.UTF8.GetBytes(text), ref _parts);

    private bool TryReadZoneName(string name)
    {
        if (_parts.Zone is not null || _parts.OffsetSeconds is not null || Zones.Find(name) is not { } zone)
            return false;
        (_parts.Zone, _parts.Abbreviation) = (zone, name);
        return true;
    }

    private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
}
