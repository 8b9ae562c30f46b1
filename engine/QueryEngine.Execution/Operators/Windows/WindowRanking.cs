using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Functions of a row's place in its partition alone.</summary>
internal static class WindowRanking
{
    /// <summary>The result for every row, which the caller owns; null when the function is none of these.</summary>
    public static ColumnVector? TryCompute(WindowCall call, WindowRows rows, WindowInputs inputs, MemoryContext memory) => call.Function switch
    {
        "row_number" => Count(rows, memory, row => row - rows.PartitionStart[row] + 1),
        "rank" => Count(rows, memory, row => rows.PeerStart[row] - rows.PartitionStart[row] + 1),
        "dense_rank" => Count(rows, memory, row => rows.PeerGroup[row] + 1),
        "ntile" => NTile(rows, inputs.Arguments[0], memory),
        "percent_rank" => Fraction(rows, memory, row => SizeOf(rows, row) == 1 ? 0 : (double)(rows.PeerStart[row] - rows.PartitionStart[row]) / (SizeOf(rows, row) - 1)),
        "cume_dist" => Fraction(rows, memory, row => (double)(rows.PeerEnd[row] - rows.PartitionStart[row]) / SizeOf(rows, row)),
        _ => null,
    };

    private static int SizeOf(WindowRows rows, int row) => rows.PartitionEnd[row] - rows.PartitionStart[row];

    private static FixedWidthVector<long> Count(WindowRows rows, MemoryContext memory, Func<int, long> number)
    {
        NativeBuffer values = memory.Allocate((long)rows.RowCount * sizeof(long));
        Span<long> numbers = values.Span<long>(rows.RowCount);
        for (int row = 0; row < numbers.Length; row++)
            numbers[row] = number(row);
        return new FixedWidthVector<long>(SqlType.BigInt, rows.RowCount, values);
    }

    private static FixedWidthVector<double> Fraction(WindowRows rows, MemoryContext memory, Func<int, double> fraction)
    {
        NativeBuffer values = memory.Allocate((long)rows.RowCount * sizeof(double));
        Span<double> numbers = values.Span<double>(rows.RowCount);
        for (int row = 0; row < numbers.Length; row++)
            numbers[row] = fraction(row);
        return new FixedWidthVector<double>(SqlType.Double, rows.RowCount, values);
    }

    // The first buckets have one row more where the rows do not divide evenly.
    private static ColumnVector NTile(WindowRows rows, ColumnVector argument, MemoryContext memory)
    {
        using var builder = new FixedWidthBuilder<long>(SqlType.BigInt, memory, rows.RowCount);
        for (int row = 0; row < rows.RowCount; row++)
        {
            if (argument.GetValue(row) is not long buckets)
            {
                builder.AppendNull();
                continue;
            }

            if (buckets <= 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"ntile was asked for {buckets} buckets");
            long size = SizeOf(rows, row);
            long place = row - rows.PartitionStart[row];
            long small = size / buckets;
            long larger = size % buckets;
            long inLarger = larger * (small + 1);
            builder.Append(place < inLarger ? (place / (small + 1)) + 1 : larger + ((place - inLarger) / Math.Max(small, 1)) + 1);
        }

        return builder.Build();
    }
}
