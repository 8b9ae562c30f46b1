using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>PostgreSQL's template of a date or time: <c>YYYY-MM-DD HH24:MI:SS</c>, as its elements.</summary>
internal sealed class TimeTemplate
{
    // The longest keyword that fits wins, so the order is by length within a letter.
    private static readonly string[] _keywords =
    [
        "A.D.", "A.M.", "AD", "AM", "B.C.", "BC", "CC", "DAY", "DDD", "DD", "DY", "D", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "FX", "HH24", "HH12", "HH",
        "IDDD", "ID", "IW", "IYYY", "IYY", "IY", "I", "J", "MI", "MM", "MONTH", "MON", "MS", "OF", "P.M.", "PM", "Q", "RM", "SSSSS", "SSSS", "SS", "TZH",
        "TZM", "TZ", "US", "WW", "W", "Y,YYY", "YYYY", "YYY", "YY", "Y",
    ];

    private readonly List<Element> _elements = [];

    private TimeTemplate(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            bool isFill = false, isTranslated = false;
            int start = at;
            while (IsAt(text, at, "FM") || IsAt(text, at, "TM"))
            {
                isFill |= char.ToUpperInvariant(text[at]) == 'F';
                isTranslated |= char.ToUpperInvariant(text[at]) == 'T';
                at += 2;
            }

            if (Array.Find(_keywords, keyword => IsAt(text, at, keyword)) is { } found)
            {
                string written = text.Substring(at, found.Length);
                at += found.Length;
                if (found == "FX")
                {
                    IsExact = true;
                    continue;
                }

                bool isOrdinal = IsAt(text, at, "TH");
                bool isUpper = isOrdinal && text[at] == 'T';
                at += isOrdinal || IsAt(text, at, "SP") ? 2 : 0;
                _elements.Add(new Element(found, written, isFill || isTranslated, isOrdinal, isUpper));
                continue;
            }

            at = start;
            if (text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                    _elements.Add(Literal(text[at] == '\\' && at + 1 < text.Length ? text[++at] : text[at], isQuoted: true));
                at++;
            }
            else
            {
                if (text[at] == '\\' && at + 1 < text.Length)
                    at++;
                _elements.Add(Literal(text[at++], isQuoted: false));
            }
        }
    }

    /// <summary>Whether FX was written: blanks count when a text is read.</summary>
    public bool IsExact { get; }

    /// <summary>Whether a text that is read has nothing that the template does not have.</summary>
    public bool IsStrict { get; }

    /// <summary>The elements in order.</summary>
    public IReadOnlyList<Element> Elements => _elements;

    /// <summary>Reads a template.</summary>
    public static TimeTemplate Parse(string text) => new(text);

    /// <summary>A strict template of elements.</summary>
    public static TimeTemplate Of(IEnumerable<Element> elements) => new(elements);

    /// <summary>A character that stands for itself.</summary>
    public static Element Literal(char literal) => Literal(literal, isQuoted: true);

    private TimeTemplate(IEnumerable<Element> elements)
    {
        _elements.AddRange(elements);
        IsStrict = true;
    }

    private static Element Literal(char literal, bool isQuoted) => new(string.Empty, literal.ToString(), IsFill: isQuoted, IsOrdinal: false, IsUpperOrdinal: false);

    private static bool IsAt(string text, int at, string keyword) =>
        string.Compare(text, at, keyword, 0, keyword.Length, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>
    /// A keyword in upper case with how it was written, or a literal character (no keyword; <see cref="IsFill"/> then tells that it was quoted).
    /// </summary>
    public readonly record struct Element(string Keyword, string Written, bool IsFill, bool IsOrdinal, bool IsUpperOrdinal)
    {
        /// <summary>Whether it is a field of digits.</summary>
        public bool IsNumber => Keyword.Length > 0 && Keyword is not ("A.D." or "A.M." or "AD" or "AM" or "B.C." or "BC" or "DAY" or "DY" or "MONTH" or "MON"
            or "OF" or "P.M." or "PM" or "RM" or "TZ" or "TZH");

        /// <summary>Whether it is a literal that is neither a letter nor a digit.</summary>
        public bool IsSeparator => Keyword.Length == 0 && !IsFill && !char.IsLetterOrDigit(Written[0]);
    }
}

/// <summary>What a template shows: a local time and its zone, or an interval.</summary>
internal readonly record struct TimeFields(
    long Year, int Month, int Day, long Hour, int Minute, int Second, int Micros, long DayNumber, bool IsInterval, long OffsetSeconds, string ZoneName)
{
    /// <summary>The fields of a local timestamp.</summary>
    public static TimeFields Of(long micros, long offsetMicros = 0, string zone = "")
    {
        long day = Temporal.DateMath.DayOf(micros, out long time);
        (long year, int month, int dayOfMonth) = Temporal.DateMath.Civil(day);
        return new TimeFields(
            year, month, dayOfMonth, time / Temporal.TimeParts.Hour, (int)(time / Temporal.TimeParts.Minute % 60), (int)(time / 1_000_000 % 60),
            (int)(time % 1_000_000), day, IsInterval: false, offsetMicros / 1_000_000, zone);
    }

    /// <summary>The fields of an interval.</summary>
    public static TimeFields Of(Interval interval)
    {
        long time = interval.Micros;
        return new TimeFields(
            interval.Months / 12, interval.Months % 12, interval.Days, time / Temporal.TimeParts.Hour, (int)(time / Temporal.TimeParts.Minute % 60),
            (int)(time / 1_000_000 % 60), (int)(time % 1_000_000), interval.Days, IsInterval: true, 0, string.Empty);
    }
}
