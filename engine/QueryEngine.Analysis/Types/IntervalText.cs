using System.Globalization;
using System.Text.RegularExpressions;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Field = QueryEngine.Sql.Tree.IntervalField;

namespace QueryEngine.Analysis.Types;

/// <summary>
/// Reads the text of interval literals: <c>'3' MONTH</c>, <c>'1-2' YEAR TO MONTH</c>, <c>'1 10:20:30.5' DAY TO SECOND</c>, <c>'1 day 2 hours'</c>.
/// An interval is months or microseconds, not both.
/// </summary>
internal static partial class IntervalText
{
    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;

    /// <summary>The constant that a literal says.</summary>
    /// <exception cref="QueryException">INVALID_DATETIME_FORMAT, DATETIME_FIELD_OVERFLOW, NOT_SUPPORTED for months together with days.</exception>
    public static ConstantExpression Parse(Tree.IntervalLiteral literal)
    {
        Field? unit = literal.End ?? literal.Start;
        (decimal months, decimal micros) = Read(literal.Text, unit, literal.Position);
        if (literal.IsNegative)
            (months, micros) = (-months, -micros);
        if (months != 0 && micros != 0)
            throw QueryException.NotSupported("an interval of months together with days or time", literal.Position, "Add two intervals one after the other.");

        bool inMonths = months != 0 || (micros == 0 && TypeResolver.ResolveInterval(unit) == SqlType.IntervalYearToMonth)
            || (micros == 0 && unit is null && MonthWords().IsMatch(literal.Text));
        if (decimal.Abs(months) > int.MaxValue || decimal.Abs(micros) > long.MaxValue)
            throw new QueryException(ErrorCode.DateTimeOverflow, $"interval '{literal.Text}' is out of range", literal.Position);
        return inMonths
            ? new ConstantExpression((int)decimal.Round(months), SqlType.IntervalYearToMonth)
            : new ConstantExpression((long)decimal.Round(micros), SqlType.IntervalDayToSecond);
    }

    /// <summary>How many microseconds, or months, one of a unit is.</summary>
    public static (int Months, long Micros) SizeOf(Field unit) => unit switch
    {
        Field.Year => (12, 0),
        Field.Quarter => (3, 0),
        Field.Month => (1, 0),
        Field.Week => (0, 7 * MicrosPerDay),
        Field.Day => (0, MicrosPerDay),
        Field.Hour => (0, 3600 * MicrosPerSecond),
        Field.Minute => (0, 60 * MicrosPerSecond),
        Field.Second => (0, MicrosPerSecond),
        Field.Millisecond => (0, 1000),
        _ => (0, 1),
    };

    private static (decimal Months, decimal Micros) Read(string text, Field? unit, SourcePosition position)
    {
        string trimmed = text.Trim();
        decimal months = 0, micros = 0;
        if (trimmed.Length == 0)
            throw Invalid(text, position);
        if (trimmed.StartsWith('P'))
            throw QueryException.NotSupported("an interval in ISO 8601 form", position);
        bool isAgo = trimmed.EndsWith(" ago", StringComparison.OrdinalIgnoreCase);
        if (isAgo)
            trimmed = trimmed[..^4].TrimEnd();

        int at = 0;
        while (at < trimmed.Length)
        {
            Match match = Part().Match(trimmed, at);
            if (!match.Success || match.Length == 0)
                throw Invalid(text, position);
            at += match.Length;
            try
            {
                if (match.Groups["ym"].Success)
                    months += Sign(match) * ((12 * Number(match, "y")) + Number(match, "m"));
                else if (match.Groups["clock"].Success)
                    micros += Sign(match) * Clock(match, unit);
                else
                    Add(match, match.Groups["unit"].Success ? Unit(match.Groups["unit"].Value) ?? throw Invalid(text, position) : BareUnit(unit, trimmed, at));
            }
            catch (OverflowException)
            {
                throw new QueryException(ErrorCode.DateTimeOverflow, $"interval '{text}' is out of range", position);
            }
        }

        return isAgo ? (-months, -micros) : (months, micros);

        void Add(Match match, Field field)
        {
            decimal number = Sign(match) * Number(match, "n");
            (int unitMonths, long unitMicros) = SizeOf(field);
            months += number * unitMonths;
            micros += number * unitMicros;
        }
    }

    // A number without a unit: days before a clock, else the literal's unit, else seconds.
    private static Field BareUnit(Field? unit, string text, int at) =>
        at < text.Length && text.IndexOf(':', at) >= 0 ? Field.Day : unit ?? Field.Second;

    private static decimal Clock(Match match, Field? unit)
    {
        decimal first = Number(match, "h"), second = Number(match, "mi");
        if (match.Groups["s"].Success)
            return ((first * 3600) + (second * 60) + Number(match, "s")) * MicrosPerSecond;
        return unit == Field.Second ? ((first * 60) + second) * MicrosPerSecond : ((first * 60) + second) * 60 * MicrosPerSecond;
    }

    private static int Sign(Match match) => match.Groups["sign"].Value == "-" ? -1 : 1;

    private static decimal Number(Match match, string group) => decimal.Parse(match.Groups[group].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);

    private static Field? Unit(string word)
    {
        string unit = word.ToLowerInvariant();
        return unit switch
        {
            "y" or "yr" or "yrs" or "year" or "years" => Field.Year,
            "quarter" or "quarters" => Field.Quarter,
            "mon" or "mons" or "month" or "months" => Field.Month,
            "w" or "week" or "weeks" => Field.Week,
            "d" or "day" or "days" => Field.Day,
            "h" or "hr" or "hrs" or "hour" or "hours" => Field.Hour,
            "m" or "min" or "mins" or "minute" or "minutes" => Field.Minute,
            "s" or "sec" or "secs" or "second" or "seconds" => Field.Second,
            "ms" or "msec" or "msecs" or "millisecond" or "milliseconds" => Field.Millisecond,
            "us" or "usec" or "usecs" or "microsecond" or "microseconds" => Field.Microsecond,
            _ => null,
        };
    }

    private static QueryException Invalid(string text, SourcePosition position) =>
        new(ErrorCode.InvalidDateTime, $"'{text}' is not an interval", position, "Write INTERVAL '1' DAY or INTERVAL '1 day 2 hours'.");

    [GeneratedRegex(@"\G\s*(?<sign>[+-])?(?:(?<ym>(?<y>\d+)-(?<m>\d+))|(?<clock>(?<h>\d+):(?<mi>\d+)(?::(?<s>\d+(?:\.\d+)?))?)|(?<n>\d+(?:\.\d*)?|\.\d+)\s*(?<unit>[A-Za-z]+)?)\s*", RegexOptions.ExplicitCapture)]
    private static partial Regex Part();

    [GeneratedRegex(@"year|mon|quarter|\d\s*y", RegexOptions.IgnoreCase)]
    private static partial Regex MonthWords();
}
