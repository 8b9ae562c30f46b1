using System.Globalization;
using NodaTime;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>Reads a time that was written after a template, as PostgreSQL's to_timestamp and to_date do.</summary>
internal sealed class TimeReader
{
    // Longer numbers first: VI is also the beginning of VII.
    private static readonly string[] _roman = ["xii", "xi", "ix", "x", "viii", "vii", "vi", "iv", "v", "iii", "ii", "i"];
    private static readonly int[] _romanMonths = [12, 11, 9, 10, 8, 7, 6, 4, 5, 3, 2, 1];
    private readonly string _text;
    private readonly TimeTemplate _template;
    private readonly Dictionary<string, long> _fields = [];
    private int _at;
    private int _skipped;
    private bool _isBeforeChrist;
    private bool _isYearNegative;
    private bool? _isAfternoon;
    private bool _isIsoYear;
    private int? _offsetSeconds;
    private DateTimeZone? _zone;

    private TimeReader(TimeTemplate template, string text) => (_template, _text) = (template, text);

    /// <summary>The local time, and the offset or zone where one was written.</summary>
    /// <exception cref="QueryException">INVALID_DATETIME_FORMAT or DATETIME_FIELD_OVERFLOW.</exception>
    public static (long Micros, int? OffsetSeconds, DateTimeZone? Zone) Read(TimeTemplate template, string text)
    {
        var reader = new TimeReader(template, text);
        if (template.IsStrict)
            reader.ReadStrictly();
        else
            reader.ReadElements();
        return (reader.Combine(), reader._offsetSeconds, reader._zone);
    }

    private void ReadStrictly()
    {
        for (int index = 0; index < _template.Elements.Count; index++)
        {
            TimeTemplate.Element element = _template.Elements[index];
            if (_at >= _text.Length || (element.Keyword.Length == 0 && _text[_at] != element.Written[0]))
                throw Unfit();
            if (element.Keyword.Length == 0)
                _at++;
            else
                ReadField(element, index);
        }

        if (_at < _text.Length)
            throw Unfit();
    }

    private QueryException Unfit() => new(ErrorCode.InvalidDateTime, $"'{_text}' does not have the form of the pattern from character {_at + 1} on");

    private void ReadElements()
    {
        for (int index = 0; index < _template.Elements.Count; index++)
        {
            TimeTemplate.Element element = _template.Elements[index];
            if (!_template.IsExact && (!element.IsSeparator || index == 0))
                _skipped += SkipBlanks();
            if (_at >= _text.Length)
                return;
            if (element.IsSeparator)
            {
                if (_template.IsExact)
                    _at++;
                else if (!char.IsLetterOrDigit(_text[_at]))
                    _at++;
                else
                    _skipped--;
            }
            else if (element.Keyword.Length == 0)
            {
                if (_template.IsExact || _skipped <= 0)
                    _at++;
                else
                    _skipped--;
            }
            else
            {
                ReadField(element, index);
                if (!_template.IsExact)
                    _skipped = SkipBlanks();
            }
        }
    }

    private void ReadField(TimeTemplate.Element element, int index)
    {
        string keyword = element.Keyword;
        switch (keyword)
        {
            case "AM" or "PM" or "A.M." or "P.M.":
                _isAfternoon = Word(["a.m.", "p.m.", "am", "pm"], element) % 2 == 1;
                return;
            case "AD" or "BC" or "A.D." or "B.C.":
                _isBeforeChrist = Word(["a.d.", "b.c.", "ad", "bc"], element) % 2 == 1;
                return;
            case "MONTH":
                Set("MM", Word([.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames[..12].Select(name => name.ToLowerInvariant())], element) + 1);
                return;
            case "MON":
                Set("MM", Word([.. CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames[..12].Select(name => name.ToLowerInvariant())], element) + 1);
                return;
            case "DAY":
                Word([.. CultureInfo.InvariantCulture.DateTimeFormat.DayNames.Select(name => name.ToLowerInvariant())], element);
                return;
            case "DY":
                Word([.. CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedDayNames.Select(name => name.ToLowerInvariant())], element);
                return;
            case "RM":
                Set("MM", _romanMonths[Word(_roman, element)]);
                return;
            case "TZ" or "OF":
                ReadZone();
                return;
            case "TZH":
                // The minus may have been passed over as a separator.
                int sign = _text[_at] == '-' || (_skipped > 0 && _at > 0 && _text[_at - 1] == '-') ? -1 : 1;
                if (_text[_at] is '-' or '+')
                    _at++;
                _offsetSeconds = sign * (int)Digits(element, index, 2, out _) * 3600;
                return;
            case "TZM":
                int minutes = (int)Digits(element, index, 2, out _) * 60;
                _offsetSeconds = _offsetSeconds is < 0 ? _offsetSeconds - minutes : (_offsetSeconds ?? 0) + minutes;
                return;
            case "MS":
                long milliseconds = Digits(element, index, 3, out int digits);
                Set("US", Fraction(milliseconds * (digits == 1 ? 100_000 : digits == 2 ? 10_000 : 1000)));
                return;
            case "US" or "FF1" or "FF2" or "FF3" or "FF4" or "FF5" or "FF6":
                int most = keyword == "US" ? 6 : keyword[2] - '0';
                long fraction = Digits(element, index, most, out int length);
                long micros = Fraction((long)(fraction * Math.Pow(10, 6 - Math.Min(6, length))));
                long unit = (long)Math.Pow(10, 6 - most);
                Set("US", (micros + (unit / 2)) / unit * unit);
                return;
            case "Y,YYY":
                long thousands = Digits(element, index, 9, out _);
                if (_at < _text.Length && _text[_at] == ',')
                    _at++;
                Set("YYYY", (thousands * 1000) + Digits(element, index, 3, out _));
                break;
            case "YYYY" or "IYYY":
                bool isNegative = _text[_at] == '-';
                _at += isNegative ? 1 : 0;
                long year = Digits(element, index, 4, out _);
                Set("YYYY", year);
                _isYearNegative = isNegative;
                break;
            case "YYY" or "YY" or "Y" or "IYY" or "IY" or "I":
                long partial = Digits(element, index, keyword.Length, out int partialDigits);
                Set("YYYY", partialDigits < 4 ? Nearest2020(partial) : partial);
                break;
            case "HH" or "HH12":
                Set("HH", Digits(element, index, 2, out _));
                _fields["12"] = 1;
                break;
            case "HH24": Set("HH", Digits(element, index, 2, out _)); break;
            case "SSSS" or "SSSSS": Set("SSSS", Digits(element, index, 5, out _)); break;
            case "DDD" or "IDDD" or "J" or "CC" or "Q" or "WW" or "W" or "IW" or "D" or "ID" or "MM" or "DD" or "MI" or "SS":
                Set(keyword, Digits(element, index, keyword switch { "DDD" or "IDDD" => 3, "J" => 7, "Q" or "W" or "D" or "ID" => 1, _ => 2 }, out _));
                break;
        }

        _isIsoYear |= keyword[0] == 'I';
        if (element.IsOrdinal)
            _at = Math.Min(_text.Length, _at + 2);
    }

    private long Fraction(long micros) => micros < DateMath.MicrosPerSecond ? micros
        : throw new QueryException(ErrorCode.DateTimeOverflow, $"the fraction of a second of '{_text}' is out of range");

    private void Set(string field, long value)
    {
        if (_fields.TryGetValue(field, out long before) && before != value)
            throw new QueryException(ErrorCode.InvalidDateTime, $"two values for '{field}' in '{_text}': {before} and {value}");
        _fields[field] = value;
    }

    // A field is as long as its keyword where digits follow at once, else as long as there are digits.
    private long Digits(TimeTemplate.Element element, int index, int width, out int length)
    {
        int start = _at;
        if (_at < _text.Length && _text[_at] is '+' or '-' && !element.Keyword.StartsWith('Y'))
            _at++;
        bool isFollowedByDigit = index + 1 < _template.Elements.Count && _template.Elements[index + 1] is var next
            && (next.IsNumber || (next.Keyword.Length == 0 && char.IsAsciiDigit(next.Written[0])));
        int most = element.IsFill || !isFollowedByDigit ? 18 : width;
        while (_at < _text.Length && _at - start < most && char.IsAsciiDigit(_text[_at]))
            _at++;
        length = _at - start;
        if (length < most && most != 18)
            throw new QueryException(
                ErrorCode.InvalidDateTime, $"'{_text}' has {length} characters for '{element.Written}', which takes {width} where digits follow",
                "Write FM before what has no fixed width.");
        return long.TryParse(_text.AsSpan(start, length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
            : throw new QueryException(ErrorCode.InvalidDateTime, $"'{_text}' has no value for '{element.Written}' at character {start + 1}");
    }

    private int Word(string[] words, TimeTemplate.Element element)
    {
        for (int word = 0; word < words.Length; word++)
        {
            if (string.Compare(_text, _at, words[word], 0, words[word].Length, StringComparison.OrdinalIgnoreCase) != 0)
                continue;
            _at += words[word].Length;
            return word;
        }

        throw new QueryException(ErrorCode.InvalidDateTime, $"'{_text}' has no value for '{element.Written}' at character {_at + 1}");
    }

    private void ReadZone()
    {
        int start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or ':' or '/' or '_'))
            _at++;
        _zone = Zones.Find(_text[start.._at]) ?? throw new QueryException(ErrorCode.InvalidDateTime, $"'{_text[start.._at]}' is not a time zone");
    }

    private int SkipBlanks()
    {
        int start = _at;
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at - start;
    }

    private static long Nearest2020(long year) => year switch
    {
        < 70 => year + 2000,
        < 100 => year + 1900,
        < 520 => year + 2000,
        < 1000 => year + 1000,
        _ => year,
    };

    private long Combine()
    {
        long hour = Get("HH", 0), minute = Get("MI", 0), second = Get("SS", 0);
        if (_fields.TryGetValue("SSSS", out long seconds))
            (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if (_fields.ContainsKey("12"))
        {
            if (hour is < 1 or > 12)
                throw new QueryException(ErrorCode.InvalidDateTime, $"hour {hour} is not on a clock of 12 hours", "Use HH24, or hours from 1 to 12.");
            hour = _isAfternoon == true && hour < 12 ? hour + 12 : _isAfternoon == false && hour == 12 ? 0 : hour;
        }

        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59 || seconds > 86_399)
            throw new QueryException(ErrorCode.DateTimeOverflow, $"the time of '{_text}' is out of range");
        return DateMath.ToMicros(Day(), (hour * TimeParts.Hour) + (minute * TimeParts.Minute) + (second * DateMath.MicrosPerSecond) + Get("US", 0));
    }

    private long Day()
    {
        // A negative year is before Christ; with BC it is the other one twice.
        _isBeforeChrist ^= _isYearNegative;
        if (_fields.TryGetValue("J", out long julian))
            return julian - 2_440_588;
        bool hasYear = _fields.TryGetValue("YYYY", out long year);
        if (_fields.TryGetValue("CC", out long century))
            year = hasYear ? (year % 100 == 0 ? century : century - 1) * 100 + (year % 100) : (century - 1) * 100 + 1;
        else if (!hasYear)
            year = _isBeforeChrist ? 1 : 0;
        if (_isBeforeChrist || (year == 0 && !hasYear && century == 0))
            year = 1 - year;
        if (!hasYear && century == 0)
            year = 0;
        if (_isIsoYear && hasYear)
            return IsoDay(year);
        if (_fields.TryGetValue("DDD", out long dayOfYear) && !_fields.ContainsKey("MM"))
            return InRange(SqlValueText.DayNumber(year, 1, 1) + dayOfYear - 1, dayOfYear is >= 1 && dayOfYear <= (Casts.Calendar.IsLeap(year) ? 366 : 365));
        if (_fields.TryGetValue("WW", out long week) && !_fields.ContainsKey("MM"))
            return SqlValueText.DayNumber(year, 1, 1) + ((week - 1) * 7);
        long month = Get("MM", 1), day = Get("DD", _fields.TryGetValue("W", out long weekOfMonth) ? ((weekOfMonth - 1) * 7) + 1 : 1);
        bool isDate = month is >= 1 and <= 12 && day >= 1 && day <= Casts.Calendar.DaysInMonth(year, (int)Math.Clamp(month, 1, 12));
        return InRange(isDate ? SqlValueText.DayNumber(year, (int)month, (int)day) : 0, isDate);
    }

    private long IsoDay(long year)
    {
        long january4 = SqlValueText.DayNumber(year, 1, 4);
        long start = january4 - ((DateMath.DayOfWeek(january4) + 6) % 7);
        if (_fields.TryGetValue("IDDD", out long dayOfYear))
            return start + dayOfYear - 1;
        return start + ((Get("IW", 1) - 1) * 7) + Get("ID", 1) - 1;
    }

    private long InRange(long day, bool isInRange) =>
        isInRange ? day : throw new QueryException(ErrorCode.DateTimeOverflow, $"the date of '{_text}' is out of range");

    private long Get(string field, long otherwise) => _fields.GetValueOrDefault(field, otherwise);
}
