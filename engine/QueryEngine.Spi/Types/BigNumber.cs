using System.Globalization;
using System.Numerics;

namespace QueryEngine.Spi;

/// <summary>
/// A value of <see cref="NumberType"/>: a decimal number of any size, NaN, or plus or minus infinity. Compares as PostgreSQL's <c>numeric</c>: NaN equals
/// itself and is largest; 1.5 equals 1.50.
/// </summary>
public readonly struct BigNumber : IEquatable<BigNumber>, IComparable<BigNumber>, IComparable
{
    /// <summary>The most digits before the point.</summary>
    public const int MaxWholeDigits = 131_072;

    /// <summary>The most digits after the point.</summary>
    public const int MaxScale = 16_383;

    /// <summary>Not a number.</summary>
    public static readonly BigNumber NaN = new(default, 0, Form.NaN);

    /// <summary>Above all numbers but NaN.</summary>
    public static readonly BigNumber PositiveInfinity = new(default, 0, Form.PositiveInfinity);

    /// <summary>Below all numbers.</summary>
    public static readonly BigNumber NegativeInfinity = new(default, 0, Form.NegativeInfinity);

    private readonly Form _form;

    /// <summary><paramref name="unscaled"/> divided by ten to the power of <paramref name="scale"/>, which may be negative.</summary>
    public BigNumber(BigInteger unscaled, int scale = 0)
        : this(unscaled, scale, Form.Finite)
    {
    }

    private BigNumber(BigInteger unscaled, int scale, Form form) => (Unscaled, Scale, _form) = (unscaled, scale, form);

    private enum Form : byte
    {
        Finite,
        NaN,
        PositiveInfinity,
        NegativeInfinity,
    }

    /// <summary>The digits; 0 of what is not finite.</summary>
    public BigInteger Unscaled { get; }

    /// <summary>How many of the digits stand after the point; negative where zeros follow them.</summary>
    public int Scale { get; }

    /// <summary>Whether it is a number.</summary>
    public bool IsFinite => _form == Form.Finite;

    /// <summary>Whether it is NaN.</summary>
    public bool IsNaN => _form == Form.NaN;

    /// <summary>Whether it is plus or minus infinity.</summary>
    public bool IsInfinity => _form is Form.PositiveInfinity or Form.NegativeInfinity;

    /// <summary>-1, 0 or 1; 0 of NaN.</summary>
    public int Sign => _form switch
    {
        Form.Finite => Unscaled.Sign,
        Form.PositiveInfinity => 1,
        Form.NegativeInfinity => -1,
        _ => 0,
    };

    public static BigNumber operator -(BigNumber value) => value._form switch
    {
        Form.Finite => new BigNumber(-value.Unscaled, value.Scale),
        Form.PositiveInfinity => NegativeInfinity,
        Form.NegativeInfinity => PositiveInfinity,
        _ => NaN,
    };

    public static bool operator ==(BigNumber left, BigNumber right) => left.CompareTo(right) == 0;

    public static bool operator !=(BigNumber left, BigNumber right) => left.CompareTo(right) != 0;

    public static bool operator <(BigNumber left, BigNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(BigNumber left, BigNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(BigNumber left, BigNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BigNumber left, BigNumber right) => left.CompareTo(right) >= 0;

    /// <summary>Ten to a power that is not negative.</summary>
    public static BigInteger PowerOfTen(int exponent) => BigInteger.Pow(10, exponent);

    /// <summary>The digits it has with another number of digits after the point, halves away from zero. The value must be finite.</summary>
    public BigInteger UnscaledAt(int scale)
    {
        if (scale >= Scale)
            return scale == Scale || Unscaled.IsZero ? Unscaled : Unscaled * PowerOfTen(scale - Scale);
        BigInteger divisor = PowerOfTen(Scale - scale);
        BigInteger quotient = BigInteger.DivRem(Unscaled, divisor, out BigInteger rest);
        return BigInteger.Abs(rest) * 2 >= divisor ? quotient + Unscaled.Sign : quotient;
    }

    /// <summary>The nearest value with at most so many digits after the point, halves away from zero; what is not finite stays.</summary>
    public BigNumber Round(int scale) => !IsFinite || Scale <= scale ? this : new BigNumber(UnscaledAt(scale), scale);

    /// <summary>The value without its digits beyond so many after the point; what is not finite stays.</summary>
    public BigNumber Truncate(int scale) => !IsFinite || Scale <= scale ? this : new BigNumber(Unscaled / PowerOfTen(Scale - scale), scale);

    /// <summary>The value with the fewest digits.</summary>
    public BigNumber Normalize()
    {
        if (!IsFinite || Unscaled.IsZero)
            return IsFinite ? default : this;
        string digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        int zeros = digits.Length - digits.AsSpan().TrimEnd('0').Length;
        return zeros == 0 ? this : new BigNumber(Unscaled / PowerOfTen(zeros), Scale - zeros);
    }

    /// <inheritdoc/>
    public int CompareTo(BigNumber other)
    {
        if (!IsFinite || !other.IsFinite)
            return Rank(this).CompareTo(Rank(other));
        if (Unscaled.Sign != other.Unscaled.Sign || Scale == other.Scale)
            return Unscaled.CompareTo(other.Unscaled);
        return Scale < other.Scale ? UnscaledAt(other.Scale).CompareTo(other.Unscaled) : Unscaled.CompareTo(other.UnscaledAt(Scale));

        static int Rank(BigNumber value) => value._form switch
        {
            Form.NegativeInfinity => 0,
            Form.Finite => 1,
            Form.PositiveInfinity => 2,
            _ => 3,
        };
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj is BigNumber other ? CompareTo(other) : 1;

    /// <inheritdoc/>
    public bool Equals(BigNumber other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BigNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        BigNumber least = Normalize();
        return HashCode.Combine(least._form, least.Unscaled, least.Scale);
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble() => _form switch
    {
        Form.Finite when BigInteger.Abs(Unscaled) <= 9_007_199_254_740_992 && Scale is >= -22 and <= 22 =>
            Scale >= 0 ? (double)(long)Unscaled / Math.Pow(10, Scale) : (double)(long)Unscaled * Math.Pow(10, -Scale),
        Form.Finite => double.Parse($"{Unscaled}E{-Scale}", NumberStyles.Float, CultureInfo.InvariantCulture),
        Form.PositiveInfinity => double.PositiveInfinity,
        Form.NegativeInfinity => double.NegativeInfinity,
        _ => double.NaN,
    };

    /// <summary>All digits, without an exponent, as PostgreSQL; or NaN, Infinity, -Infinity.</summary>
    public override string ToString()
    {
        switch (_form)
        {
            case Form.NaN: return "NaN";
            case Form.PositiveInfinity: return "Infinity";
            case Form.NegativeInfinity: return "-Infinity";
        }

        string digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture);
        if (Scale < 0 && !Unscaled.IsZero)
            digits += new string('0', -Scale);
        if (Scale > 0)
        {
            digits = digits.PadLeft(Scale + 1, '0');
            digits = $"{digits[..^Scale]}.{digits[^Scale..]}";
        }

        return Unscaled.Sign < 0 ? "-" + digits : digits;
    }
}
