using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>A streaming histogram of at most so many buckets (Ben-Haim and Tom-Tov, "A streaming parallel decision tree algorithm", 2010).</summary>
internal abstract class NumericHistogramAggregate(string signature, bool isWeighted) : CollectingAggregate(signature, skipsNulls: false)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        if (columns[0].GetValue(rows[0]) is not long most || most < 2)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the number of buckets of numeric_histogram is less than 2");

        var buckets = new List<(double Value, double Weight)>();
        foreach (int row in rows)
        {
            if (columns[1].GetValue(row) is not double value || (isWeighted && columns[2].IsNull(row)))
                continue;
            Add(buckets, value, isWeighted ? (double)columns[2].GetValue(row)! : 1);
            if (buckets.Count > most)
                MergeNearest(buckets);
        }

        if (buckets.Count == 0)
        {
            result.AppendNull();
            return;
        }

        var builder = (MapBuilder)result;
        foreach ((double value, double weight) in buckets)
        {
            ((FixedWidthBuilder<double>)builder.Keys).Append(value);
            ((FixedWidthBuilder<double>)builder.Values).Append(weight);
        }

        builder.EndRow();
    }

    private static void Add(List<(double Value, double Weight)> buckets, double value, double weight)
    {
        int at = buckets.BinarySearch((value, 0), Comparer<(double Value, double Weight)>.Create((left, right) => left.Value.CompareTo(right.Value)));
        if (at >= 0)
            buckets[at] = (value, buckets[at].Weight + weight);
        else
            buckets.Insert(~at, (value, weight));
    }

    private static void MergeNearest(List<(double Value, double Weight)> buckets)
    {
        int nearest = 1;
        for (int at = 2; at < buckets.Count; at++)
            if (buckets[at].Value - buckets[at - 1].Value < buckets[nearest].Value - buckets[nearest - 1].Value)
                nearest = at;
        (double left, double leftWeight) = buckets[nearest - 1];
        (double right, double rightWeight) = buckets[nearest];
        double weight = leftWeight + rightWeight;
        buckets[nearest - 1] = (((left * leftWeight) + (right * rightWeight)) / weight, weight);
        buckets.RemoveAt(nearest);
    }
}

[AggregateFunction("numeric_histogram", "A map of bucket centres to the number of values near them: at most so many buckets.")]
internal sealed class PlainHistogramAggregate() : NumericHistogramAggregate("bigint, double -> map(double, double)", isWeighted: false);

[AggregateFunction("numeric_histogram", "A map of bucket centres to the weight of the values near them: at most so many buckets.")]
internal sealed class WeightedHistogramAggregate() : NumericHistogramAggregate("bigint, double, double -> map(double, double)", isWeighted: true);

[AggregateFunction("map_union", "The entries of all maps; of equal keys the first one counts.")]
internal sealed class MapUnionAggregate() : CollectingAggregate("map(K, V) -> map(K, V)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        using ColumnVector flat = Columnar.Gather.Flatten(columns[0], context.Memory);
        var maps = (MapVector)flat;
        var kept = new List<int>();
        foreach (int row in rows)
            for (int at = maps.Offsets[row]; at < maps.Offsets[row + 1]; at++)
                if (!kept.Exists(before => Columnar.RowComparer.Equal(maps.Keys, at, maps.Keys, before)))
                    kept.Add(at);
        var builder = (MapBuilder)result;
        foreach (int at in kept)
        {
            builder.Keys.AppendFrom(maps.Keys, at);
            builder.Values.AppendFrom(maps.Values, at);
        }

        builder.EndRow();
    }
}
