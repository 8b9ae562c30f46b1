using System.Globalization;
using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>A decimal number of any length, as JSON has them: <see cref="Digits"/> / 10^<see cref="Scale"/>.</summary>
internal readonly record struct JsonNumber(BigInteger Digits, int Scale) : IComparable<JsonNumber>
{
    private const int MaxExponent = 100_000;

    /// <summary>Reads the text of a JSON number.</summary>
    public static JsonNumber Parse(string text) =>
        TryParse(text, out JsonNumber number) ? number : throw new QueryException(ErrorCode.InvalidText, $"'{text}' is not a number");

    /// <summary>Reads a number; false when it is none.</summary>
    public static bool TryParse(string text, out JsonNumber number)
    {
        number = default;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int exponent = 0;
        int e = rest.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(rest[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                return false;
            rest = rest[..e];
        }

        int point = rest.IndexOf('.');
        string digits = point < 0 ? rest.ToString() : string.Concat(rest[..point], rest[(point + 1)..]);
        int scale = (point < 0 ? 0 : rest.Length - point - 1) - exponent;
        if (Math.Abs(scale) > MaxExponent || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value))
            return Math.Abs(scale) > MaxExponent ? throw OutOfRange(text) : false;
        number = scale >= 0 ? new JsonNumber(value, scale) : new JsonNumber(value * BigInteger.Pow(10, -scale), 0);
        return true;
    }

    /// <summary>The number of a double, with the digits that tell it apart.</summary>
    public static JsonNumber Of(double value) => Parse(value.ToString("R", CultureInfo.InvariantCulture));

    public double ToDouble() => double.Parse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    public int CompareTo(JsonNumber other)
    {
        int scale = Math.Max(Scale, other.Scale);
        return At(scale).CompareTo(other.At(scale));
    }

    public JsonNumber Add(JsonNumber other)
    {
        int scale = Math.Max(Scale, other.Scale);
        return new JsonNumber(At(scale) + other.At(scale), scale);
    }

    public JsonNumber Negate() => new(-Digits, Scale);

    public JsonNumber Multiply(JsonNumber other) => new(Digits * other.Digits, Scale + other.Scale);

    /// <summary>The quotient with as many digits as PostgreSQL's numeric has: at least 16 that count.</summary>
    public JsonNumber Divide(JsonNumber other)
    {
        if (other.Digits.IsZero)
            throw new QueryException(ErrorCode.DivisionByZero, "division by zero");
        int weight = Whole(this) - Whole(other);
        int scale = Math.Max(Math.Max(Scale, other.Scale), 4 * (int)Math.Ceiling((16 - weight) / 4.0));
        BigInteger numerator = Digits * BigInteger.Pow(10, scale + other.Scale + 1), denominator = other.Digits * BigInteger.Pow(10, Scale);
        return Round(BigInteger.Divide(numerator, denominator), scale);

        static int Whole(JsonNumber number) => BigInteger.Abs(number.Digits).ToString(CultureInfo.InvariantCulture).Length - number.Scale;

        static JsonNumber Round(BigInteger tenfold, int scale) => new((tenfold + (tenfold.Sign * 5)) / 10, scale);
    }

    public JsonNumber Modulo(JsonNumber other)
    {
        if (other.Digits.IsZero)
            throw new QueryException(ErrorCode.DivisionByZero, "division by zero");
        int scale = Math.Max(Scale, other.Scale);
        return new JsonNumber(BigInteger.Remainder(At(scale), other.At(scale)), scale);
    }

    public JsonNumber Abs() => new(BigInteger.Abs(Digits), Scale);

    public JsonNumber Floor()
    {
        BigInteger whole = BigInteger.DivRem(Digits, BigInteger.Pow(10, Scale), out BigInteger rest);
        return new JsonNumber(rest.Sign < 0 ? whole - 1 : whole, 0);
    }

    public JsonNumber Ceiling() => Negate().Floor().Negate();

    /// <summary>The number cut to a whole one.</summary>
    public BigInteger Truncate() => Digits / BigInteger.Pow(10, Scale);

    /// <summary>Rounded half away from zero to so many digits after the point.</summary>
    public JsonNumber RoundTo(int scale)
    {
        if (Scale <= scale)
            return new JsonNumber(At(scale), scale);
        BigInteger divisor = BigInteger.Pow(10, Scale - scale);
        BigInteger whole = BigInteger.DivRem(Digits, divisor, out BigInteger rest);
        return new JsonNumber(BigInteger.Abs(rest) * 2 >= divisor ? whole + Digits.Sign : whole, scale);
    }

    public override string ToString()
    {
        string digits = BigInteger.Abs(Digits).ToString(CultureInfo.InvariantCulture);
        if (Scale > 0)
        {
            digits = digits.PadLeft(Scale + 1, '0');
            digits = string.Concat(digits.AsSpan(0, digits.Length - Scale), ".", digits.AsSpan(digits.Length - Scale));
        }

        return Digits.Sign < 0 ? "-" + digits : digits;
    }

    private BigInteger At(int scale) => Digits * BigInteger.Pow(10, scale - Scale);

    private static QueryException OutOfRange(string text) => new(ErrorCode.NumericValueOutOfRange, $"{text} is out of range for a number of JSON");
}
