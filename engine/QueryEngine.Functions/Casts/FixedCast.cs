using System.Runtime.CompilerServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Converts one value. A struct, so that the loop is compiled for it.</summary>
internal interface IConversion<TFrom, TTo>
{
    /// <summary>The error of a value that does not convert.</summary>
    ErrorCode Error { get; }

    /// <summary>Converts; false when the value has no counterpart.</summary>
    bool TryConvert(TFrom value, out TTo result);
}

/// <summary>A cast between fixed-width types.</summary>
internal sealed class FixedCast<TFrom, TTo, TConversion>(SqlType from, SqlType to, bool isTry, Func<FunctionContext, TConversion> create)
    : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
    where TFrom : unmanaged
    where TTo : unmanaged
    where TConversion : struct, IConversion<TFrom, TTo>
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        ColumnVector argument = arguments[0];
        NativeBuffer values = context.Memory.Allocate((long)rowCount * Unsafe.SizeOf<TTo>());
        NativeBuffer? validity = null;
        try
        {
            ReadOnlySpan<TFrom> source = new FixedReader<TFrom>(argument).Values;
            Span<TTo> result = values.Span<TTo>(rowCount);
            source = source[..result.Length];
            TConversion conversion = create(context);
            bool allConverted = true;
            for (int row = 0; row < result.Length; row++)
                allConverted &= conversion.TryConvert(source[row], out result[row]);

            validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
            if (!allConverted)
                LookAgain(argument, source, result, conversion, context, ref validity);
        }
        catch
        {
            validity?.Dispose();
            values.Dispose();
            throw;
        }

        return new FixedWidthVector<TTo>(ReturnType, rowCount, values, validity);
    }

    // What did not convert may have been the slot of a null row. Else it raises, or is null.
    private void LookAgain(
        ColumnVector argument, ReadOnlySpan<TFrom> source, Span<TTo> result, TConversion conversion, FunctionContext context, ref NativeBuffer? validity)
    {
        bool[] valid = new bool[result.Length];
        ValidityBitmap.Unpack(argument.Validity, valid);
        for (int row = 0; row < result.Length; row++)
        {
            if (!valid[row] || conversion.TryConvert(source[row], out result[row]))
                continue;
            if (!isTry)
                throw CastErrors.Create(argument, row, ReturnType, conversion.Error);
            (valid[row], result[row]) = (false, default);
        }

        validity?.Dispose();
        validity = ValidityBitmap.FromBools(valid, context.Memory);
    }
}

/// <summary>What casts say when they fail.</summary>
internal static class CastErrors
{
    /// <summary>The error of a row.</summary>
    public static QueryException Create(ColumnVector argument, int row, SqlType to, ErrorCode code)
    {
        string text = SqlValueText.Format(argument.Type, argument.GetValue(row)!);
        string shown = text.Length > 100 ? text[..100] + "..." : text;
        return new QueryException(
            code, code == ErrorCode.NumericValueOutOfRange ? $"{shown} is out of range for {to}" : $"'{shown}' is not a valid {to}");
    }
}
