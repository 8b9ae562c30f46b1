using System.Globalization;
using System.Numerics;
using System.Text;
using QueryEngine.Columnar;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Numbers;

/// <summary>Casts between numeric and the other numbers.</summary>
internal sealed class BigNumberCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <summary>The cast, or null when there is none.</summary>
    public static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry) => from.IsNumeric && to.IsNumeric ? new BigNumberCast(from, to, isTry) : null;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using ColumnVector argument = Gather.Flatten(arguments[0], context.Memory);
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (argument.IsNull(row))
                builder.AppendNull();
            else if (Convert(BigNumbers.Read(argument, row), ReturnType) is { } value)
                builder.AppendBoxed(value);
            else if (isTry)
                builder.AppendNull();
            else
                throw CastErrors.Create(argument, row, ReturnType, ErrorCode.NumericValueOutOfRange);
        }

        return builder.Build();
    }

    // The boxed value of the type, or null when it is out of range.
    private static object? Convert(BigNumber value, SqlType to)
    {
        switch (to)
        {
            case NumberType number:
                return BigNumbers.Fit(value, number);
            case FloatType { Kind: TypeKind.Real }:
                double wide = value.ToDouble();
                return value.IsFinite && !float.IsFinite((float)wide) ? null : (float)wide;
            case FloatType:
                double result = value.ToDouble();
                return value.IsFinite && !double.IsFinite(result) ? null : result;
        }

        var type = to as DecimalType;
        if (!value.IsFinite || BigMath.Magnitude(value) > DecimalType.MaxPrecision)
            return null;
        BigInteger unscaled = value.UnscaledAt(type?.Scale ?? 0);
        return to.Kind switch
        {
            TypeKind.TinyInt => unscaled >= sbyte.MinValue && unscaled <= sbyte.MaxValue ? (object)(sbyte)unscaled : null,
            TypeKind.SmallInt => unscaled >= short.MinValue && unscaled <= short.MaxValue ? (short)unscaled : null,
            TypeKind.Integer => unscaled >= int.MinValue && unscaled <= int.MaxValue ? (int)unscaled : null,
            TypeKind.BigInt => unscaled >= long.MinValue && unscaled <= long.MaxValue ? (long)unscaled : null,
            _ when BigInteger.Abs(unscaled) >= BigNumber.PowerOfTen(type!.Precision) => null,
            _ => type.IsShort ? (object)(long)unscaled : (Int128)unscaled,
        };
    }
}

/// <summary>A cast from text to numeric.</summary>
internal sealed class TextToNumberCast(SqlType from, NumberType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var builder = new BytesBuilder(to, context.Memory, rowCount);
        ColumnVector argument = arguments[0];
        var reader = new BytesReader(argument);
        Validity validity = argument.Validity;
        for (int row = 0; row < rowCount; row++)
        {
            bool isTooLarge = false;
            if (!validity[row])
                builder.AppendNull();
            else if (BigNumberText.TryParse(Encoding.UTF8.GetString(reader[row]), out BigNumber value, out isTooLarge) && BigNumbers.Fit(value, to) is { } fitting)
                builder.Append(BigNumberBytes.Write(fitting));
            else if (isTry)
                builder.AppendNull();
            else
                throw CastErrors.Create(argument, row, to, isTooLarge || value != default ? ErrorCode.NumericValueOutOfRange : ErrorCode.InvalidText);
        }

        return builder.Build();
    }
}

/// <summary>Numbers of all types as numbers of any size.</summary>
internal static class BigNumbers
{
    /// <summary>The number of a row, not null, of a flat vector of numbers of any type.</summary>
    public static BigNumber Read(ColumnVector vector, int row) => vector switch
    {
        BytesVector bytes => BigNumberBytes.Read(bytes[row]),
        FixedWidthVector<long> longs => new BigNumber(longs.Values[row], ScaleOf(vector.Type)),
        FixedWidthVector<Int128> wide => new BigNumber((BigInteger)wide.Values[row], ScaleOf(vector.Type)),
        FixedWidthVector<int> ints => new BigNumber(ints.Values[row]),
        FixedWidthVector<short> shorts => new BigNumber(shorts.Values[row]),
        FixedWidthVector<sbyte> small => new BigNumber(small.Values[row]),
        FixedWidthVector<double> doubles => OfFloat(doubles.Values[row], "E14"),
        FixedWidthVector<float> floats => OfFloat(floats.Values[row], "E5"),
        _ => throw new ArgumentException($"{vector.Type} is no number", nameof(vector)),
    };

    /// <summary>The number rounded to the digits of a type, or null when it has more before the point than the type.</summary>
    public static BigNumber? Fit(BigNumber value, NumberType type)
    {
        if (type.Precision is not { } precision || value.IsNaN)
            return value;
        if (value.IsInfinity)
            return null;
        BigNumber rounded = value.Round(type.Scale);
        return rounded.Sign != 0 && BigMath.Magnitude(rounded) > precision - type.Scale ? null : rounded;
    }

    /// <summary>A double by its fifteen digits, a real by its six, as PostgreSQL takes them.</summary>
    public static BigNumber OfFloat(double value, string format)
    {
        if (double.IsNaN(value))
            return BigNumber.NaN;
        if (double.IsInfinity(value))
            return value > 0 ? BigNumber.PositiveInfinity : BigNumber.NegativeInfinity;
        return BigNumberText.TryParse(value.ToString(format, CultureInfo.InvariantCulture), out BigNumber number, out _) ? number : default;
    }

    private static int ScaleOf(SqlType type) => type is DecimalType number ? number.Scale : 0;
}
