using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Maths;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

[AggregateFunction("percentile_cont", "The values at several fractions of the ordered values, between two of them if need be.", Aliases = ["quantile_cont"])]
internal sealed class PercentilesContAggregate() : CollectingAggregate("double, array(double) -> array(double)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        int[] sorted = Sorted(columns[0], rows);
        var builder = (ArrayBuilder)result;
        foreach (double? fraction in Percentiles.Of(columns[1], rows[0]))
        {
            if (fraction is { } known)
                ((FixedWidthBuilder<double>)builder.Elements).Append(PercentileContAggregate.Interpolate((FixedWidthVector<double>)columns[0], sorted, known));
            else
                builder.Elements.AppendNull();
        }

        builder.EndRow();
    }
}

[AggregateFunction("percentile_disc", "For several fractions, the first of the ordered values at which the fraction of them is reached.", Aliases = ["quantile_disc", "quantile"])]
internal sealed class PercentilesDiscAggregate() : CollectingAggregate("T, array(double) -> array(T)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        int[] sorted = Sorted(columns[0], rows);
        var builder = (ArrayBuilder)result;
        foreach (double? fraction in Percentiles.Of(columns[1], rows[0]))
        {
            if (fraction is { } known)
                builder.Elements.AppendFrom(columns[0], sorted[Percentiles.Place(known, sorted.Length)]);
            else
                builder.Elements.AppendNull();
        }

        builder.EndRow();
    }
}

/// <summary>The first arguments of the rows with the least or greatest second ones, as many as the third one says.</summary>
internal abstract class PickManyByAggregate(int direction) : CollectingAggregate("T, K, bigint -> array(T)", skipsNulls: false)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        ColumnVector keys = columns[1];
        int[] sorted = [.. Sorted(keys, rows).Where(row => !keys.IsNull(row))];
        Picks.Append(columns[0], direction < 0 ? sorted : [.. sorted.Reverse()], columns[2].GetValue(rows[0]), result);
    }
}

[AggregateFunction("min_by", "The first arguments of the rows with the least second ones, in their order.", Aliases = ["arg_min", "argmin"])]
internal sealed class MinManyByAggregate() : PickManyByAggregate(-1);

[AggregateFunction("max_by", "The first arguments of the rows with the greatest second ones, in their order.", Aliases = ["arg_max", "argmax"])]
internal sealed class MaxManyByAggregate() : PickManyByAggregate(1);

[AggregateFunction("min", "The least values, in their order.")]
internal sealed class MinManyAggregate() : CollectingAggregate("T, bigint -> array(T)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        Picks.Append(columns[0], Sorted(columns[0], rows), columns[1].GetValue(rows[0]), result);
}

[AggregateFunction("max", "The greatest values, in their order.")]
internal sealed class MaxManyAggregate() : CollectingAggregate("T, bigint -> array(T)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        Picks.Append(columns[0], [.. Sorted(columns[0], rows).Reverse()], columns[1].GetValue(rows[0]), result);
}

[AggregateFunction("product", "The product of the values.")]
internal sealed class ProductAggregate() : CollectingAggregate("double -> double")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        double product = 1;
        foreach (int row in rows)
            product *= ((FixedWidthVector<double>)columns[0]).Values[row];
        ((FixedWidthBuilder<double>)result).Append(product);
    }
}

[AggregateFunction("first", "The value of the first row, NULL or not.")]
internal sealed class FirstAggregate() : CollectingAggregate("T -> T", skipsNulls: false, isOrderSensitive: true)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        result.AppendFrom(columns[0], rows[0]);
}

[AggregateFunction("last", "The value of the last row, NULL or not.")]
internal sealed class LastAggregate() : CollectingAggregate("T -> T", skipsNulls: false, isOrderSensitive: true)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        result.AppendFrom(columns[0], rows[^1]);
}

[AggregateFunction("entropy", "The entropy, in bits, of counts.")]
internal sealed class EntropyAggregate() : CollectingAggregate("double -> double")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        double total = 0, entropy = 0;
        ReadOnlySpan<double> counts = ((FixedWidthVector<double>)columns[0]).Values;
        foreach (int row in rows)
            total += counts[row] >= 0 ? counts[row] : throw new QueryException(ErrorCode.InvalidParameterValue, "the counts of entropy are not negative");
        foreach (int row in rows)
            entropy -= counts[row] == 0 ? 0 : counts[row] / total * Math.Log2(counts[row] / total);
        ((FixedWidthBuilder<double>)result).Append(entropy);
    }
}

[AggregateFunction("mad", "The median of the distances from the median.")]
internal sealed class MedianDeviationAggregate() : CollectingAggregate("double -> double")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        double[] values = new double[rows.Length];
        for (int at = 0; at < values.Length; at++)
            values[at] = ((FixedWidthVector<double>)columns[0]).Values[rows[at]];
        double median = Median(values);
        for (int at = 0; at < values.Length; at++)
            values[at] = Math.Abs(values[at] - median);
        ((FixedWidthBuilder<double>)result).Append(Median(values));
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

[AggregateFunction("checksum", "A number of eight bytes that depends on the values, NULLs among them, but not on their order.")]
internal sealed class ChecksumAggregate() : CollectingAggregate("T -> varbinary", skipsNulls: false)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        ulong sum = 0;
        foreach (int row in rows)
            sum += columns[0].GetValue(row) is { } value
                ? XxHash.Hash64(Encoding.UTF8.GetBytes(SqlValueText.Format(columns[0].Type, value))) * 0x9E3779B185EBCA87
                : 0x9E3779B185EBCA87;
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sum);
        ((BytesBuilder)result).Append(bytes);
    }
}

[AggregateFunction("multimap_agg", "A map of each key to the array of its values.")]
internal sealed class MultimapAggregate() : CollectingAggregate("K, V -> map(K, array(V))")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        // Sorting is not stable: the row breaks ties, so that values keep their order.
        ColumnVector keys = columns[0];
        int[] sorted = rows.ToArray();
        Array.Sort(sorted, (left, right) => RowComparer.Compare(keys, left, keys, right) is var order && order != 0 ? order : left.CompareTo(right));
        var builder = (MapBuilder)result;
        var values = (ArrayBuilder)builder.Values;
        for (int at = 0; at < sorted.Length; at++)
        {
            if (at == 0 || !RowComparer.Equal(keys, sorted[at], keys, sorted[at - 1]))
            {
                if (at > 0)
                    values.EndRow();
                builder.Keys.AppendFrom(keys, sorted[at]);
            }

            values.Elements.AppendFrom(columns[1], sorted[at]);
        }

        values.EndRow();
        builder.EndRow();
    }
}

[AggregateFunction("set_agg", "The array of the different values, in their order.", Aliases = ["array_unique_agg"])]
internal sealed class SetAggregate() : CollectingAggregate("T -> array(T)", skipsNulls: false)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        int[] sorted = Sorted(columns[0], rows);
        var builder = (ArrayBuilder)result;
        for (int at = 0; at < sorted.Length; at++)
            if (at == 0 || RowComparer.Compare(columns[0], sorted[at], columns[0], sorted[at - 1]) != 0)
                builder.Elements.AppendFrom(columns[0], sorted[at]);
        builder.EndRow();
    }
}

[AggregateFunction("approx_most_frequent", "A map of the most frequent values to their counts: how many, the values, a capacity that is not needed here.")]
internal sealed class MostFrequentAggregate() : CollectingAggregate("bigint, T, bigint -> map(T, bigint)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        ColumnVector values = columns[1];
        long wanted = (long)columns[0].GetValue(rows[0])!;
        int[] sorted = [.. Sorted(values, rows).Where(row => !values.IsNull(row))];
        var groups = new List<(int Row, int Count)>();
        foreach (int row in sorted)
        {
            if (groups.Count > 0 && RowComparer.Equal(values, row, values, groups[^1].Row))
                groups[^1] = (groups[^1].Row, groups[^1].Count + 1);
            else
                groups.Add((row, 1));
        }

        var builder = (MapBuilder)result;
        foreach ((int row, int count) in groups.OrderByDescending(group => group.Count).Take((int)Math.Clamp(wanted, 0, int.MaxValue)))
        {
            builder.Keys.AppendFrom(values, row);
            ((FixedWidthBuilder<long>)builder.Values).Append(count);
        }

        builder.EndRow();
    }
}

/// <summary>As many values as wanted.</summary>
internal static class Picks
{
    public static void Append(ColumnVector values, int[] sorted, object? count, VectorBuilder result)
    {
        if (count is not long wanted || wanted <= 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, string.Create(CultureInfo.InvariantCulture, $"the number of values to keep is {count ?? "NULL"}, not above zero"));
        var builder = (ArrayBuilder)result;
        foreach (int row in sorted.Take((int)Math.Min(wanted, int.MaxValue)))
            builder.Elements.AppendFrom(values, row);
        builder.EndRow();
    }
}
