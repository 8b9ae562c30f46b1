using System.Globalization;
using System.Text;
using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Templates;

/// <summary>Writes a time after a template, as PostgreSQL's to_char.</summary>
internal static class TimeWriter
{
    private static readonly string[] _roman = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    /// <summary>The text of the fields.</summary>
    public static string Write(TimeTemplate template, in TimeFields fields)
    {
        var output = new StringBuilder();
        foreach (TimeTemplate.Element element in template.Elements)
        {
            if (element.Keyword.Length == 0)
            {
                output.Append(element.Written);
                continue;
            }

            string text = Field(element, fields);
            output.Append(text);
            if (element.IsOrdinal && text.Length > 0 && char.IsAsciiDigit(text[^1]))
                output.Append(Ordinals.Suffix(text, element.IsUpperOrdinal));
        }

        return output.ToString();
    }

    private static string Field(TimeTemplate.Element element, in TimeFields fields)
    {
        (bool fill, bool isInterval) = (element.IsFill, fields.IsInterval);
        long year = isInterval || fields.Year > 0 ? fields.Year : 1 - fields.Year;
        switch (element.Keyword)
        {
            case "A.M." or "P.M.": return Cased(element, fields.Hour % 24 >= 12 ? "P.M." : "A.M.");
            case "AM" or "PM": return Cased(element, fields.Hour % 24 >= 12 ? "PM" : "AM");
            case "HH" or "HH12": return Number(fields.Hour % 12 == 0 ? 12 : fields.Hour % 12, 2, fill);
            case "HH24": return Number(fields.Hour, 2, fill);
            case "MI": return Number(fields.Minute, 2, fill);
            case "SS": return Number(fields.Second, 2, fill);
            case "MS" or "FF3": return Number(fields.Micros / 1000, 3, isFill: false);
            case "US" or "FF6": return Number(fields.Micros, 6, isFill: false);
            case "FF1": return Number(fields.Micros / 100_000, 1, isFill: false);
            case "FF2": return Number(fields.Micros / 10_000, 2, isFill: false);
            case "FF4": return Number(fields.Micros / 100, 4, isFill: false);
            case "FF5": return Number(fields.Micros / 10, 5, isFill: false);
            case "SSSS" or "SSSSS": return ((fields.Hour * 3600) + (fields.Minute * 60) + fields.Second).ToString(CultureInfo.InvariantCulture);
            case "Y,YYY": return string.Create(CultureInfo.InvariantCulture, $"{year / 1000},{year % 1000:D3}");
            case "YYYY": return Number(year, 4, fill);
            case "YYY": return Number(year % 1000, 3, fill);
            case "YY": return Number(year % 100, 2, fill);
            case "Y": return Number(year % 10, 1, fill);
            case "MM": return Number(fields.Month, 2, fill);
            case "DD": return Number(fields.Day, 2, fill);
            case "Q": return isInterval && fields.Month == 0 ? string.Empty : Number(((fields.Month - 1) / 3) + 1, 1, fill);
            case "CC":
                long century = isInterval ? fields.Year / 100 : fields.Year > 0 ? ((fields.Year - 1) / 100) + 1 : (fields.Year / 100) - 1;
                return century is >= -99 and <= 99 ? Number(century, 2, fill) : Number(century, 4, fill);
            case "RM":
                if (fields is { Month: 0, Year: 0 })
                    return string.Empty;
                string roman = _roman[fields.Month > 0 ? fields.Month - 1 : fields.Month < 0 ? fields.Month + 12 : fields.Year < 0 ? 0 : 11];
                roman = element.Written[0] == 'r' ? roman.ToLowerInvariant() : roman;
                return fill ? roman : roman.PadRight(4);
            case "DDD": return isInterval ? Number((fields.Year * 365) + (fields.Month * 30) + fields.Day, 3, fill) : Number(DateMath.DayOfYear(fields.DayNumber), 3, fill);
            case "WW": return Number(isInterval ? fields.Day / 7 : ((DateMath.DayOfYear(fields.DayNumber) - 1) / 7) + 1, 2, fill);
            case "W": return Number(((fields.Day - 1) / 7) + 1, 1, fill);
            case "J": return (fields.DayNumber + 2_440_588).ToString(CultureInfo.InvariantCulture);
        }

        if (isInterval)
            throw new QueryException(ErrorCode.InvalidDateTime, $"an interval has no {element.Written}", "Intervals are not tied to dates.");
        return DateField(element, fields);
    }

    private static string DateField(TimeTemplate.Element element, in TimeFields fields)
    {
        bool fill = element.IsFill;
        (long isoYear, int isoWeek) = DateMath.IsoWeek(fields.DayNumber);
        isoYear = isoYear > 0 ? isoYear : 1 - isoYear;
        int weekday = DateMath.DayOfWeek(fields.DayNumber), isoDay = weekday == 0 ? 7 : weekday;
        DateTimeFormatInfo names = CultureInfo.InvariantCulture.DateTimeFormat;
        switch (element.Keyword)
        {
            case "A.D." or "B.C.": return Cased(element, fields.Year <= 0 ? "B.C." : "A.D.");
            case "AD" or "BC": return Cased(element, fields.Year <= 0 ? "BC" : "AD");
            case "MONTH": return Name(element, names.GetMonthName(fields.Month), 9);
            case "MON": return Name(element, names.GetAbbreviatedMonthName(fields.Month), 3);
            case "DAY": return Name(element, names.GetDayName((DayOfWeek)weekday), 9);
            case "DY": return Name(element, names.GetAbbreviatedDayName((DayOfWeek)weekday), 3);
            case "D": return Number(weekday + 1, 1, fill);
            case "ID": return Number(isoDay, 1, fill);
            case "IDDD": return Number(((isoWeek - 1) * 7) + isoDay, 3, fill);
            case "IW": return Number(isoWeek, 2, fill);
            case "IYYY": return Number(isoYear, 4, fill);
            case "IYY": return Number(isoYear % 1000, 3, fill);
            case "IY": return Number(isoYear % 100, 2, fill);
            case "I": return Number(isoYear % 10, 1, fill);
            case "TZ": return char.IsLower(element.Written[0]) ? fields.ZoneName.ToLowerInvariant() : fields.ZoneName;
            case "TZH": return Sign(fields.OffsetSeconds) + Number(Math.Abs(fields.OffsetSeconds) / 3600, 2, isFill: false);
            case "TZM": return Number(Math.Abs(fields.OffsetSeconds) / 60 % 60, 2, isFill: false);
            default:
                long offset = Math.Abs(fields.OffsetSeconds);
                string minutes = offset % 3600 == 0 ? string.Empty : ":" + Number(offset / 60 % 60, 2, isFill: false);
                return Sign(fields.OffsetSeconds) + Number(offset / 3600, fill ? 1 : 2, isFill: false) + minutes;
        }
    }

    private static string Sign(long seconds) => seconds < 0 ? "-" : "+";

    private static string Number(long number, int width, bool isFill)
    {
        string digits = Math.Abs(number).ToString(CultureInfo.InvariantCulture);
        return (number < 0 ? "-" : string.Empty) + (isFill ? digits : digits.PadLeft(width, '0'));
    }

    private static string Cased(TimeTemplate.Element element, string text) => char.IsLower(element.Written[0]) ? text.ToLowerInvariant() : text;

    private static string Name(TimeTemplate.Element element, string name, int width)
    {
        string cased = char.IsLower(element.Written[0]) ? name.ToLowerInvariant() : element.Written.Length > 1 && char.IsLower(element.Written[1]) ? name : name.ToUpperInvariant();
        return element.IsFill ? cased : cased.PadRight(width);
    }
}
