using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>The result types of decimal operators. Scales: <c>+ -</c> the larger one, <c>*</c> their sum, <c>/</c> max(6, s1 + p2 + 1); at most 38 digits.</summary>
internal static class DecimalTypes
{
    /// <summary>The type of a sum or difference.</summary>
    public static DecimalType Add(DecimalType left, DecimalType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return Capped(Math.Max(left.Precision - left.Scale, right.Precision - right.Scale) + scale + 1, scale);
    }

    /// <summary>The type of a product.</summary>
    public static DecimalType Multiply(DecimalType left, DecimalType right) => Capped(left.Precision + right.Precision, left.Scale + right.Scale);

    /// <summary>The type of a quotient. Where 38 digits are too few, digits before the point win, but sixteen after it are kept.</summary>
    public static DecimalType Divide(DecimalType left, DecimalType right)
    {
        int scale = Math.Max(6, left.Scale + right.Precision + 1);
        int whole = left.Precision - left.Scale + right.Scale;
        if (whole + scale > DecimalType.MaxPrecision)
            scale = Math.Min(DecimalType.MaxPrecision, Math.Max(DecimalType.MaxPrecision - whole, Math.Min(scale, Math.Max(16, left.Scale))));
        return Capped(whole + scale, scale);
    }

    /// <summary>The type of a remainder.</summary>
    public static DecimalType Modulus(DecimalType left, DecimalType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return Capped(Math.Min(left.Precision - left.Scale, right.Precision - right.Scale) + scale, scale);
    }

    private static DecimalType Capped(int precision, int scale)
    {
        scale = Math.Min(scale, DecimalType.MaxPrecision);
        return SqlType.Decimal(Math.Clamp(precision, Math.Max(1, scale), DecimalType.MaxPrecision), scale);
    }
}
