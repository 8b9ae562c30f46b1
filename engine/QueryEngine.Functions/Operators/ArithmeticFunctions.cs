using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>Checked arithmetic on numbers of one type: the whole vector at once, and only when something overflowed, row by row.</summary>
internal sealed class ArithmeticFunction<T, TOperation>(string name, string symbol, SqlType type) : VectorFunction(name, [type, type], type)
    where T : unmanaged, INumberBase<T>
    where TOperation : struct, IArithmetic<T>
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var left = new FixedReader<T>(arguments[0]);
        var right = new FixedReader<T>(arguments[1]);
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<T>());
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        if (!ArithmeticKernel.Compute<T, TOperation>(left.Values, right.Values, values.Span<T>(rowCount)))
        {
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            if (FirstFailed(left, right, valid, rowCount) is { } row)
            {
                validity?.Dispose();
                values.Dispose();
                throw new QueryException(
                    ErrorCode.NumericValueOutOfRange,
                    string.Create(CultureInfo.InvariantCulture, $"{left[row]} {symbol} {right[row]} is out of range for {ReturnType}"));
            }
        }

        return new FixedWidthVector<T>(ReturnType, rowCount, values, validity);
    }

    // Null rows may have failed, and so have infinite operands, whose results are rightly infinite.
    private static int? FirstFailed(FixedReader<T> left, FixedReader<T> right, Validity valid, int rowCount)
    {
        for (int row = 0; row < rowCount; row++)
        {
            T failed = T.Zero;
            TOperation.Invoke(left[row], right[row], ref failed);
            if (T.IsNegative(failed) && valid[row] && T.IsFinite(left[row]) && T.IsFinite(right[row]))
                return row;
        }

        return null;
    }
}

/// <summary>A division or remainder.</summary>
internal interface IDivision<T>
{
    /// <summary>The result of a divisor that is not zero.</summary>
    static abstract T Invoke(T left, T right);
}

/// <summary>Division, where zero raises.</summary>
internal sealed class DivisionFunction<T, TOperation>(string name, SqlType type) : VectorFunction(name, [type, type], type)
    where T : unmanaged, INumberBase<T>
    where TOperation : struct, IDivision<T>
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<T>());
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var left = new FixedReader<T>(arguments[0]);
            var right = new FixedReader<T>(arguments[1]);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            Span<T> result = values.Span<T>(rowCount);
            for (int row = 0; row < result.Length; row++)
            {
                T divisor = right[row];
                if (T.IsZero(divisor))
                {
                    if (valid[row] && T.IsNaN(left[row]))
                    {
                        result[row] = left[row];
                        continue;
                    }

                    if (valid[row])
                        throw DecimalMath.DivisionByZero();
                    result[row] = default;
                    continue;
                }

                result[row] = valid[row] ? TOperation.Invoke(left[row], divisor) : default;
            }
        }
        catch
        {
            validity?.Dispose();
            values.Dispose();
            throw;
        }

        return new FixedWidthVector<T>(ReturnType, rowCount, values, validity);
    }
}

internal readonly struct DivideIntegers<T> : IDivision<T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
{
    public static T Invoke(T left, T right)
    {
        if (right == T.NegativeOne)
        {
            if (left == T.MinValue)
                throw new QueryException(ErrorCode.NumericValueOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{left} / -1 is out of range"));
            return -left;
        }

        return left / right;
    }
}

internal readonly struct ModulusIntegers<T> : IDivision<T>
    where T : unmanaged, IBinaryInteger<T>, ISignedNumber<T>, IMinMaxValue<T>
{
    public static T Invoke(T left, T right) => right == T.NegativeOne ? T.Zero : left % right;
}

internal readonly struct DivideFloats<T> : IDivision<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static T Invoke(T left, T right)
    {
        T quotient = left / right;
        if (T.IsInfinity(quotient) && T.IsFinite(left))
            throw new QueryException(ErrorCode.NumericValueOutOfRange, string.Create(CultureInfo.InvariantCulture, $"{left} / {right} is out of range"));
        return quotient;
    }
}

internal readonly struct ModulusFloats<T> : IDivision<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static T Invoke(T left, T right) => left % right;
}

[ScalarFunction("$negate", "The number with the other sign.")]
[ForTypes(typeof(sbyte), typeof(short), typeof(int), typeof(long))]
[Example("-(5)", "-5")]
internal readonly struct NegateFunction<T> : IFunction<T, T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public static T Invoke(T first) => first == T.MinValue
        ? throw new QueryException(ErrorCode.NumericValueOutOfRange, string.Create(CultureInfo.InvariantCulture, $"-({first}) is out of range"))
        : -first;
}

[ScalarFunction("$negate", "The number with the other sign.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct NegateFloatFunction<T> : IFunction<T, T>
    where T : unmanaged, IFloatingPoint<T>
{
    public static T Invoke(T first) => -first;
}

[ScalarFunction("$negate", "The interval with the other sign.")]
[Example("-(INTERVAL '1 day 2 hours')", "-1 days -02:00:00")]
internal readonly struct NegateIntervalFunction : IFunction<Interval, Interval>
{
    public static Interval Invoke(Interval first) => -first;
}
