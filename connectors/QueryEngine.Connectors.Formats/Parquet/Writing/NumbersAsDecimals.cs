using System.Numerics;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Numbers of any size as the widest decimals that Parquet files commonly have; a value that would lose digits is an error.</summary>
internal static class NumbersAsDecimals
{
    /// <summary>The type in the file.</summary>
    public static readonly DecimalType Type = SqlType.Decimal(DecimalType.MaxPrecision, 10);

    private static readonly BigInteger _limit = BigNumber.PowerOfTen(DecimalType.MaxPrecision);

    /// <summary>The decimals; the caller owns them.</summary>
    /// <exception cref="QueryException">NUMERIC_VALUE_OUT_OF_RANGE.</exception>
    public static ColumnVector Convert(ColumnVector numbers, MemoryContext memory)
    {
        using var builder = (FixedWidthBuilder<Int128>)VectorBuilder.Create(Type, memory, Math.Max(1, numbers.Length));
        for (int row = 0; row < numbers.Length; row++)
        {
            if (numbers.GetValue(row) is not BigNumber number)
            {
                builder.AppendNull();
                continue;
            }

            BigInteger unscaled = number.IsFinite && number.Normalize().Scale <= Type.Scale ? number.UnscaledAt(Type.Scale) : _limit;
            if (BigInteger.Abs(unscaled) >= _limit)
                throw new QueryException(
                    ErrorCode.NumericValueOutOfRange, $"a parquet file keeps numeric as {Type}, which does not hold {number}", "Cast the column to varchar, or to a decimal that holds it.");
            builder.Append((Int128)unscaled);
        }

        return builder.Build();
    }
}
