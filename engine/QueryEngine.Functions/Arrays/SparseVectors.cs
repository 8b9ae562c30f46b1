using System.Text;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("cosine_similarity", "The cosine of the angle between two sparse vectors; NULL when one has no direction or a NULL in it.")]
[Example("cosine_similarity(MAP(ARRAY['a', 'b'], ARRAY[1, 0]), MAP(ARRAY['a'], ARRAY[2]))", "1")]
[Example("cosine_similarity(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[1]))", "0")]
internal sealed class SparseSimilarityOverload() : RowOverload("map(varchar, double), map(varchar, double) -> double")
{
    protected internal override void Invoke(in RowCall call) => SparseVectors.Append(call, SparseVectors.Similarity(call));
}

[ScalarFunction("cosine_distance", "One less the cosine of the angle between two sparse vectors; NULL when one has no direction or a NULL in it.")]
[Example("cosine_distance(MAP(ARRAY['a'], ARRAY[1]), MAP(ARRAY['b'], ARRAY[1]))", "1")]
internal sealed class SparseDistanceOverload() : RowOverload("map(varchar, double), map(varchar, double) -> double")
{
    protected internal override void Invoke(in RowCall call) => SparseVectors.Append(call, 1 - SparseVectors.Similarity(call));
}

[ScalarFunction("contains_sequence", "Whether the elements of the second array stand one after the other in the first.")]
[Example("contains_sequence(ARRAY[1, 2, 3, 4], ARRAY[2, 3])", "true")]
[Example("contains_sequence(ARRAY[1, 2, 3], ARRAY[1, 3])", "false")]
[Example("contains_sequence(ARRAY[1, 2], ARRAY[])", "true")]
internal sealed class ContainsSequenceOverload() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0), sought = call.Array(1);
        for (int start = 0; start + sought.Length <= array.Length; start++)
        {
            int same = 0;
            while (same < sought.Length && RowComparer.Compare(array.Elements, array.Start + start + same, sought.Elements, sought.Start + same) == 0)
                same++;
            if (same == sought.Length)
            {
                call.Append(true);
                return;
            }
        }

        call.Append(false);
    }
}

[ScalarFunction("shuffle", "The elements in a random order.", IsVolatile = true)]
[Example("array_sort(shuffle(ARRAY[1, 2, 3]))", "[1, 2, 3]")]
internal sealed class ShuffleOverload() : RowOverload("array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        int[] places = [.. Enumerable.Range(array.Start, array.Length)];
        Random.Shared.Shuffle(places);
        foreach (int at in places)
            ArrayBuilding.Elements(call).AppendFrom(array.Elements, at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_product", "The product of the elements that are not NULL; NULL of none.", Aliases = ["list_product"])]
[Example("array_product(ARRAY[2, 3.5])", "7")]
[Example("array_product(ARRAY[CAST(NULL AS double)])", "NULL")]
internal sealed class ArrayProductOverload() : RowOverload("array(double) -> double")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        double? product = null;
        for (int at = array.Start; at < array.End; at++)
            if (array.Elements.GetValue(at) is double value)
                product = (product ?? 1) * value;
        SparseVectors.Append(call, product);
    }
}

[ScalarFunction("array_histogram", "A map of each element that is not NULL to the number of its occurrences.")]
[Example("array_histogram(ARRAY[1, 2, 1, NULL])", "{1: 2, 2: 1}")]
internal sealed class ArrayHistogramOverload() : RowOverload("array(T) -> map(T, bigint)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        ColumnVector elements = array.Elements;
        int[] sorted = [.. Enumerable.Range(array.Start, array.Length).Where(at => !elements.IsNull(at))];
        Array.Sort(sorted, (left, right) => RowComparer.Compare(elements, left, elements, right));
        var builder = (MapBuilder)call.Result;
        for (int start = 0, at = 1; at <= sorted.Length; at++)
        {
            if (at < sorted.Length && RowComparer.Equal(elements, sorted[at], elements, sorted[start]))
                continue;
            builder.Keys.AppendFrom(elements, sorted[start]);
            ((FixedWidthBuilder<long>)builder.Values).Append(at - start);
            start = at;
        }

        builder.EndRow();
    }
}

/// <summary>Maps of names to numbers as vectors; a name that is not there is zero.</summary>
internal static class SparseVectors
{
    /// <summary>The cosine of the angle between the two arguments.</summary>
    public static double? Similarity(in RowCall call)
    {
        if (Read((MapVector)call[0], call.Row) is not { } left || Read((MapVector)call[1], call.Row) is not { } right)
            return null;
        double norms = Math.Sqrt(left.Values.Sum(value => value * value)) * Math.Sqrt(right.Values.Sum(value => value * value));
        return norms == 0 ? null : left.Sum(entry => entry.Value * right.GetValueOrDefault(entry.Key)) / norms;
    }

    /// <summary>Appends a number or NULL.</summary>
    public static void Append(in RowCall call, double? value)
    {
        if (value is { } known)
            call.Append(known);
        else
            call.AppendNull();
    }

    private static Dictionary<string, double>? Read(MapVector map, int row)
    {
        var vector = new Dictionary<string, double>();
        var names = new BytesReader(map.Keys);
        for (int at = map.Offsets[row]; at < map.Offsets[row + 1]; at++)
        {
            if (map.Values.IsNull(at))
                return null;
            vector[Encoding.UTF8.GetString(names[at])] = ((FixedWidthVector<double>)map.Values).Values[at];
        }

        return vector;
    }
}
