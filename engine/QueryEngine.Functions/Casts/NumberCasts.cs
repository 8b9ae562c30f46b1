using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using QueryEngine.Functions.Operators;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Casts between numbers, booleans and json.</summary>
internal static class NumberCasts
{
    /// <summary>The cast, or null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry)
    {
        if (from is NumberType || to is NumberType)
            return Numbers.BigNumberCast.TryBind(from, to, isTry);
        return from.Kind switch
        {
            TypeKind.Boolean => FromBoolean(from, to, isTry),
            TypeKind.TinyInt => FromInteger<sbyte>(from, to, isTry),
            TypeKind.SmallInt => FromInteger<short>(from, to, isTry),
            TypeKind.Integer => FromInteger<int>(from, to, isTry),
            TypeKind.BigInt => FromInteger<long>(from, to, isTry),
            TypeKind.Real => FromFloat<float>(from, to, isTry),
            TypeKind.Double => FromFloat<double>(from, to, isTry),
            TypeKind.Decimal when ((DecimalType)from).IsShort => FromDecimal<long>((DecimalType)from, to, isTry),
            TypeKind.Decimal => FromDecimal<Int128>((DecimalType)from, to, isTry),
            _ => null,
        };
    }

    private static ScalarFunction? FromBoolean(SqlType from, SqlType to, bool isTry) => to.Kind switch
    {
        TypeKind.TinyInt => Make<bool, sbyte, BoolToNumber<sbyte>>(from, to, isTry, default),
        TypeKind.SmallInt => Make<bool, short, BoolToNumber<short>>(from, to, isTry, default),
        TypeKind.Integer => Make<bool, int, BoolToNumber<int>>(from, to, isTry, default),
        TypeKind.BigInt => Make<bool, long, BoolToNumber<long>>(from, to, isTry, default),
        TypeKind.Real => Make<bool, float, BoolToNumber<float>>(from, to, isTry, default),
        TypeKind.Double => Make<bool, double, BoolToNumber<double>>(from, to, isTry, default),
        TypeKind.Decimal when ((DecimalType)to).IsShort => Make<bool, long, BoolToDecimal<long>>(from, to, isTry, new((DecimalType)to)),
        TypeKind.Decimal => Make<bool, Int128, BoolToDecimal<Int128>>(from, to, isTry, new((DecimalType)to)),
        _ => null,
    };

    private static ScalarFunction? FromInteger<T>(SqlType from, SqlType to, bool isTry)
        where T : unmanaged, IBinaryInteger<T> => to.Kind switch
        {
            TypeKind.Boolean => Make<T, bool, NumberToBool<T>>(from, to, isTry, default),
            TypeKind.TinyInt => Make<T, sbyte, IntegerToInteger<T, sbyte>>(from, to, isTry, default),
            TypeKind.SmallInt => Make<T, short, IntegerToInteger<T, short>>(from, to, isTry, default),
            TypeKind.Integer => Make<T, int, IntegerToInteger<T, int>>(from, to, isTry, default),
            TypeKind.BigInt => Make<T, long, IntegerToInteger<T, long>>(from, to, isTry, default),
            TypeKind.Real => Make<T, float, IntegerToFloat<T, float>>(from, to, isTry, default),
            TypeKind.Double => Make<T, double, IntegerToFloat<T, double>>(from, to, isTry, default),
            TypeKind.Decimal when ((DecimalType)to).IsShort => Make<T, long, IntegerToDecimal<T, long>>(from, to, isTry, new((DecimalType)to)),
            TypeKind.Decimal => Make<T, Int128, IntegerToDecimal<T, Int128>>(from, to, isTry, new((DecimalType)to)),
            _ => null,
        };

    private static ScalarFunction? FromFloat<T>(SqlType from, SqlType to, bool isTry)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => to.Kind switch
        {
            TypeKind.Boolean => Make<T, bool, NumberToBool<T>>(from, to, isTry, default),
            TypeKind.TinyInt => Make<T, sbyte, FloatToInteger<T, sbyte>>(from, to, isTry, default),
            TypeKind.SmallInt => Make<T, short, FloatToInteger<T, short>>(from, to, isTry, default),
            TypeKind.Integer => Make<T, int, FloatToInteger<T, int>>(from, to, isTry, default),
            TypeKind.BigInt => Make<T, long, FloatToInteger<T, long>>(from, to, isTry, default),
            TypeKind.Real => Make<T, float, FloatToFloat<T, float>>(from, to, isTry, default),
            TypeKind.Double => Make<T, double, FloatToFloat<T, double>>(from, to, isTry, default),
            TypeKind.Decimal when ((DecimalType)to).IsShort => Make<T, long, FloatToDecimal<T, long>>(from, to, isTry, new((DecimalType)to)),
            TypeKind.Decimal => Make<T, Int128, FloatToDecimal<T, Int128>>(from, to, isTry, new((DecimalType)to)),
            _ => null,
        };

    private static ScalarFunction? FromDecimal<T>(DecimalType from, SqlType to, bool isTry)
        where T : unmanaged, IBinaryInteger<T> => to.Kind switch
        {
            TypeKind.Boolean => Make<T, bool, NumberToBool<T>>(from, to, isTry, default),
            TypeKind.TinyInt => Make<T, sbyte, DecimalToInteger<T, sbyte>>(from, to, isTry, new(from.Scale)),
            TypeKind.SmallInt => Make<T, short, DecimalToInteger<T, short>>(from, to, isTry, new(from.Scale)),
            TypeKind.Integer => Make<T, int, DecimalToInteger<T, int>>(from, to, isTry, new(from.Scale)),
            TypeKind.BigInt => Make<T, long, DecimalToInteger<T, long>>(from, to, isTry, new(from.Scale)),
            TypeKind.Real => Make<T, float, DecimalToFloat<T, float>>(from, to, isTry, new(from.Scale)),
            TypeKind.Double => Make<T, double, DecimalToFloat<T, double>>(from, to, isTry, new(from.Scale)),
            TypeKind.Decimal when ((DecimalType)to).IsShort => Make<T, long, DecimalToDecimal<T, long>>(from, to, isTry, new(from, (DecimalType)to)),
            TypeKind.Decimal => Make<T, Int128, DecimalToDecimal<T, Int128>>(from, to, isTry, new(from, (DecimalType)to)),
            _ => null,
        };

    private static FixedCast<TFrom, TTo, TConversion> Make<TFrom, TTo, TConversion>(SqlType from, SqlType to, bool isTry, TConversion conversion)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TConversion : struct, IConversion<TFrom, TTo> => new(from, to, isTry, _ => conversion);
}

internal readonly struct BoolToNumber<TTo> : IConversion<bool, TTo>
    where TTo : INumberBase<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(bool value, out TTo result)
    {
        result = value ? TTo.One : TTo.Zero;
        return true;
    }
}

internal readonly struct BoolToDecimal<TTo>(DecimalType type) : IConversion<bool, TTo>
    where TTo : unmanaged, IBinaryInteger<TTo>
{
    private readonly IntegerToDecimal<int, TTo> _number = new(type);

    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(bool value, out TTo result) => _number.TryConvert(value ? 1 : 0, out result);
}

internal readonly struct NumberToBool<TFrom> : IConversion<TFrom, bool>
    where TFrom : INumberBase<TFrom>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out bool result)
    {
        result = !TFrom.IsZero(value);
        return true;
    }
}

internal readonly struct IntegerToInteger<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : IBinaryInteger<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryConvert(TFrom value, out TTo result)
    {
        result = TTo.CreateTruncating(value);
        return TFrom.CreateTruncating(result) == value;
    }
}

internal readonly struct IntegerToFloat<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : INumberBase<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryConvert(TFrom value, out TTo result)
    {
        result = TTo.CreateTruncating(value);
        return true;
    }
}

internal readonly struct IntegerToDecimal<TFrom, TTo>(DecimalType type) : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : unmanaged, IBinaryInteger<TTo>
{
    private readonly TTo _factor = TTo.CreateTruncating(DecimalMath.PowerOfTen(type.Scale));
    private readonly Int128 _limit = DecimalMath.PowerOfTen(type.Precision - type.Scale);
    private readonly long _shortLimit = (long)Int128.Min(long.MaxValue, DecimalMath.PowerOfTen(type.Precision - type.Scale));

    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryConvert(TFrom value, out TTo result)
    {
        long number = long.CreateTruncating(value);
        result = unchecked(TTo.CreateTruncating(number) * _factor);
        return (number < _shortLimit && number > -_shortLimit) || (Int128)number < _limit && (Int128)number > -_limit;
    }
}

internal readonly struct FloatToInteger<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : IBinaryFloatingPointIeee754<TFrom>
    where TTo : IBinaryInteger<TTo>, IMinMaxValue<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out TTo result)
    {
        double rounded = Math.Round(double.CreateTruncating(value), MidpointRounding.ToEven);

        // Both bounds are exact as doubles: the minimum is a power of two, and so is the maximum plus one.
        double minimum = double.CreateTruncating(TTo.MinValue);
        bool fits = rounded >= minimum && rounded < -minimum;
        result = fits ? TTo.CreateTruncating(rounded) : TTo.Zero;
        return fits;
    }
}

internal readonly struct FloatToFloat<TFrom, TTo> : IConversion<TFrom, TTo>
    where TFrom : INumberBase<TFrom>
    where TTo : INumberBase<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryConvert(TFrom value, out TTo result)
    {
        result = TTo.CreateTruncating(value);
        return TTo.IsFinite(result) || !TFrom.IsFinite(value);
    }
}

/// <summary>By the shortest text of the double, as people read it: 1.005 is 1.01 in decimal(3, 2), though the double lies below.</summary>
internal readonly struct FloatToDecimal<TFrom, TTo>(DecimalType type) : IConversion<TFrom, TTo>
    where TFrom : IBinaryFloatingPointIeee754<TFrom>
    where TTo : IBinaryInteger<TTo>
{
    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out TTo result)
    {
        Span<byte> text = stackalloc byte[64];
        result = TTo.Zero;
        if (!TFrom.IsFinite(value) || !((IUtf8SpanFormattable)value).TryFormat(text, out int length, "R", CultureInfo.InvariantCulture))
            return false;
        if (!NumberText.TryParseDecimal(text[..length], type, out Int128 number, out _))
            return false;
        result = TTo.CreateTruncating(number);
        return true;
    }
}

internal readonly struct DecimalToInteger<TFrom, TTo>(int scale) : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : IBinaryInteger<TTo>
{
    private readonly Int128 _factor = DecimalMath.PowerOfTen(scale);

    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out TTo result)
    {
        Int128 rounded = DecimalMath.DivideRounded(Int128.CreateTruncating(value), _factor);
        result = TTo.CreateTruncating(rounded);
        return Int128.CreateTruncating(result) == rounded;
    }
}

internal readonly struct DecimalToFloat<TFrom, TTo>(int scale) : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : INumberBase<TTo>
{
    private readonly double _divisor = Math.Pow(10, scale);

    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out TTo result)
    {
        // Correctly rounded while both numbers are exact doubles; else by way of text.
        Int128 number = Int128.CreateTruncating(value);
        if (scale <= 22 && number > -9_007_199_254_740_992 && number < 9_007_199_254_740_992)
            result = TTo.CreateTruncating((double)(long)number / _divisor);
        else
            result = TTo.CreateTruncating(double.Parse(Encoding.ASCII.GetBytes(SqlValueText.FormatDecimal(number, scale)), NumberStyles.Float, CultureInfo.InvariantCulture));
        return true;
    }
}

internal readonly struct DecimalToDecimal<TFrom, TTo>(DecimalType from, DecimalType to) : IConversion<TFrom, TTo>
    where TFrom : IBinaryInteger<TFrom>
    where TTo : IBinaryInteger<TTo>
{
    private readonly Int128 _limit = DecimalMath.PowerOfTen(to.Precision);
    private readonly Int128 _factor = DecimalMath.PowerOfTen(Math.Abs(to.Scale - from.Scale));
    private readonly Int128 _most = DecimalMath.Limit / DecimalMath.PowerOfTen(Math.Max(0, to.Scale - from.Scale));

    public ErrorCode Error => ErrorCode.NumericValueOutOfRange;

    public bool TryConvert(TFrom value, out TTo result)
    {
        Int128 number = Int128.CreateTruncating(value);
        bool isSmall = number < _most && number > -_most;
        Int128 scaled = to.Scale < from.Scale ? DecimalMath.DivideRounded(number, _factor) : isSmall ? number * _factor : 0;
        result = TTo.CreateTruncating(scaled);
        return (isSmall || to.Scale < from.Scale) && scaled < _limit && scaled > -_limit;
    }
}
