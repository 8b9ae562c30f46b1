using System.Runtime.CompilerServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Operators;

/// <summary>One of the decimal operators, on unscaled numbers.</summary>
internal interface IDecimalOperation
{
    /// <summary>The result, to be checked against the result type's digits unless it cannot leave them.</summary>
    static abstract Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales);
}

/// <summary>The scales of an operation, and what brings the operands to a common one.</summary>
internal readonly record struct DecimalScales(DecimalType Left, DecimalType Right, DecimalType Result)
{
    public Int128 LeftFactor { get; } = DecimalMath.PowerOfTen(Math.Max(0, Math.Max(Left.Scale, Right.Scale) - Left.Scale));

    public Int128 RightFactor { get; } = DecimalMath.PowerOfTen(Math.Max(0, Math.Max(Left.Scale, Right.Scale) - Right.Scale));
}

/// <summary>A decimal operator on operands of any width, with the result checked row by row.</summary>
internal sealed class WideDecimalFunction<TLeft, TRight, TResult, TOperation>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool canOverflow)
    : VectorFunction(name, parameterTypes, returnType)
    where TLeft : unmanaged
    where TRight : unmanaged
    where TResult : unmanaged
    where TOperation : struct, IDecimalOperation
{
    private readonly DecimalScales _scales = new((DecimalType)parameterTypes[0], (DecimalType)parameterTypes[1], (DecimalType)returnType);

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<TResult>());
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            var left = new FixedReader<TLeft>(arguments[0]);
            var right = new FixedReader<TRight>(arguments[1]);
            Span<TResult> result = values.Span<TResult>(rowCount);
            DecimalScales scales = _scales;
            for (int row = 0; row < result.Length; row++)
            {
                if (!valid[row])
                {
                    result[row] = default;
                    continue;
                }

                Int128 value = TOperation.Invoke(Wide.From(left[row]), Wide.From(right[row]), scales);
                if (canOverflow)
                    DecimalMath.Check(value, scales.Result);
                result[row] = Wide.To<TResult>(value);
            }
        }
        catch
        {
            validity?.Dispose();
            values.Dispose();
            throw;
        }

        return new FixedWidthVector<TResult>(ReturnType, rowCount, values, validity);
    }
}

/// <summary>Short decimals of one scale whose result is a short decimal that cannot overflow: plain int64 arithmetic.</summary>
internal sealed class ShortDecimalFunction<TOperation>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, long leftFactor, long rightFactor)
    : VectorFunction(name, parameterTypes, returnType)
    where TOperation : struct, IArithmetic<long>
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate((long)rowCount * sizeof(long));
        using NativeBuffer? leftScaled = Scale(arguments[0], leftFactor, context.Memory);
        using NativeBuffer? rightScaled = Scale(arguments[1], rightFactor, context.Memory);
        ReadOnlySpan<long> left = Values(arguments[0], leftScaled);
        ReadOnlySpan<long> right = Values(arguments[1], rightScaled);
        ArithmeticKernel.Compute<long, TOperation>(left, right, values.Span<long>(rowCount));
        return new FixedWidthVector<long>(ReturnType, rowCount, values, ValidityBitmap.And(arguments, rowCount, context.Memory));
    }

    private static ReadOnlySpan<long> Values(ColumnVector argument, NativeBuffer? scaled)
    {
        ReadOnlySpan<long> values = new FixedReader<long>(argument).Values;
        return scaled is null ? values : scaled.Span<long>(values.Length);
    }

    private static NativeBuffer? Scale(ColumnVector argument, long factor, MemoryContext memory)
    {
        if (factor == 1)
            return null;

        ReadOnlySpan<long> values = new FixedReader<long>(argument).Values;
        NativeBuffer scaled = memory.Allocate((long)values.Length * sizeof(long));
        ArithmeticKernel.Compute<long, MultiplyUnchecked>(values, [factor], scaled.Span<long>(values.Length));
        return scaled;
    }
}

/// <summary>The product of two short decimals as a long one: exact, cannot overflow below 37 digits.</summary>
internal sealed class WideningMultiplyFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        NativeBuffer values = context.Memory.Allocate(rowCount * 16L);
        Span<Int128> result = values.Span<Int128>(rowCount);
        var left = new FixedReader<long>(arguments[0]);
        var right = new FixedReader<long>(arguments[1]);
        for (int row = 0; row < result.Length; row++)
            result[row] = DecimalMath.BigMul(left[row], right[row]);
        return new FixedWidthVector<Int128>(ReturnType, rowCount, values, ValidityBitmap.And(arguments, rowCount, context.Memory));
    }
}

/// <summary>Between the physical types of decimals.</summary>
internal static class Wide
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 From<T>(T value)
        where T : unmanaged => typeof(T) == typeof(long) ? Unsafe.BitCast<T, long>(value) : Unsafe.BitCast<T, Int128>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T To<T>(Int128 value)
        where T : unmanaged => typeof(T) == typeof(long) ? Unsafe.BitCast<long, T>((long)value) : Unsafe.BitCast<Int128, T>(value);
}

internal readonly struct AddDecimals : IDecimalOperation
{
    public static Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales) =>
        DecimalMath.Add(DecimalOperands.Scale(left, scales.LeftFactor), DecimalOperands.Scale(right, scales.RightFactor));
}

internal readonly struct SubtractDecimals : IDecimalOperation
{
    public static Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales) =>
        DecimalMath.Add(DecimalOperands.Scale(left, scales.LeftFactor), -DecimalOperands.Scale(right, scales.RightFactor));
}

internal readonly struct MultiplyDecimals : IDecimalOperation
{
    public static Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales)
    {
        int excess = scales.Left.Scale + scales.Right.Scale - scales.Result.Scale;
        if (excess <= 0)
            return DecimalMath.Multiply(left, right);

        // More than 38 digits after the point: the product has up to 76 digits before it is rounded.
        return left == 0 || right == 0 ? 0 : DecimalMath.MultiplyRounded(left, right, excess);
    }
}

internal readonly struct DivideDecimals : IDecimalOperation
{
    public static Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales)
    {
        int exponent = scales.Result.Scale - scales.Left.Scale + scales.Right.Scale;
        return exponent >= 0
            ? DecimalMath.Divide(left, exponent, right)
            : DecimalMath.DivideRounded(left, DecimalMath.Multiply(right == 0 ? throw DecimalMath.DivisionByZero() : right, DecimalMath.PowerOfTen(-exponent)));
    }
}

internal readonly struct ModulusDecimals : IDecimalOperation
{
    public static Int128 Invoke(Int128 left, Int128 right, in DecimalScales scales)
    {
        if (right == 0)
            throw DecimalMath.DivisionByZero();
        return (Int128)((System.Numerics.BigInteger)left * scales.LeftFactor % ((System.Numerics.BigInteger)right * scales.RightFactor));
    }
}

/// <summary>Operands of one scale.</summary>
internal static class DecimalOperands
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Scale(Int128 value, Int128 factor) => factor == 1 ? value : DecimalMath.Multiply(value, factor);
}
