using System.Globalization;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Types;

/// <summary>Constants of numbers as written.</summary>
internal static class Literals
{
    /// <summary>A text literal that has no type yet.</summary>
    public static ConstantExpression Text(string value) => new(value, SqlType.Unknown);

    /// <summary>A whole number: integer where it fits, else bigint, else decimal, beyond 38 digits numeric.</summary>
    public static ConstantExpression Integer(string digits, bool isNegative, SourcePosition position)
    {
        if (!Int128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out Int128 value) || value > _maxDecimal)
            return Number(digits, isNegative, position);
        if (isNegative)
            value = -value;
        if (value >= int.MinValue && value <= int.MaxValue)
            return new ConstantExpression((int)value, SqlType.Integer);
        if (value >= long.MinValue && value <= long.MaxValue)
            return new ConstantExpression((long)value, SqlType.BigInt);
        return Decimal(value, Int128.Abs(value).ToString(CultureInfo.InvariantCulture).Length, scale: 0);
    }

    /// <summary>A number with a point: decimal of just its digits, beyond 38 digits numeric.</summary>
    public static ConstantExpression Decimal(string text, bool isNegative, SourcePosition position) =>
        TryParseDecimal(isNegative ? "-" + text : text) ?? Number(text, isNegative, position);

    /// <summary>An interval with the fields behind it.</summary>
    /// <exception cref="QueryException">INVALID_DATETIME_FORMAT or DATETIME_FIELD_OVERFLOW.</exception>
    public static ConstantExpression Interval(string text, bool isNegative, Tree.IntervalField? start, Tree.IntervalField? end, SourcePosition position)
    {
        try
        {
            Interval interval = Functions.Casts.IntervalText.Parse(text, NameOf(start), NameOf(end));
            return new ConstantExpression((isNegative ? -interval : interval).Bits, SqlType.Interval);
        }
        catch (QueryException error)
        {
            throw error.At(position);
        }

        static string? NameOf(Tree.IntervalField? field) => field?.ToString().ToLowerInvariant();
    }

    /// <summary>The decimal that a text with optional sign and point says, or null when it is none or too long.</summary>
    public static ConstantExpression? TryParseDecimal(string text)
    {
        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("+-");
        int point = digits.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? digits : digits[..point];
        ReadOnlySpan<char> fraction = point < 0 ? [] : digits[(point + 1)..];
        whole = whole.TrimStart('0');
        if (digits.Length - (point < 0 ? 0 : 1) == 0 || text.Length - digits.Length > 1 || whole.Length + fraction.Length > DecimalType.MaxPrecision)
            return null;
        string all = string.Concat(whole, fraction);
        Int128 value = 0;
        if (all.Length > 0 && !Int128.TryParse(all, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            return null;
        return Decimal(isNegative ? -value : value, Math.Max(1, all.Length), fraction.Length);
    }

    /// <summary>A number with an exponent: double, numeric where no double comes near.</summary>
    public static ConstantExpression Double(string text, bool isNegative, SourcePosition position)
    {
        double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(value) || (!double.IsNormal(value) && Number(text, isNegative, position) is { Value: BigNumber { Sign: not 0 } }))
            return Number(text, isNegative, position);
        return new ConstantExpression(isNegative ? -value : value, SqlType.Double);
    }

    private static ConstantExpression Number(string text, bool isNegative, SourcePosition position) =>
        BigNumberText.TryParse(text, out BigNumber value, out _)
            ? new ConstantExpression(isNegative ? -value : value, SqlType.Number)
            : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{text} is out of the range of numeric", position);

    private static readonly Int128 _maxDecimal = Int128.Parse(new string('9', DecimalType.MaxPrecision), CultureInfo.InvariantCulture);

    private static ConstantExpression Decimal(Int128 unscaled, int precision, int scale)
    {
        DecimalType type = SqlType.Decimal(precision, scale);
        return new ConstantExpression(type.IsShort ? (object)(long)unscaled : unscaled, type);
    }
}
