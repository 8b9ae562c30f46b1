using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("map", "The map of an array of keys to an array of values.", Aliases = ["map_from_arrays"])]
[Example("map(ARRAY['a', 'b'], ARRAY[1, 2])", "{a: 1, b: 2}")]
[Example("map(ARRAY['a', 'a'], ARRAY[1, 2])", "error 22023")]
internal sealed class MapOverload() : RowOverload("array(K), array(V) -> map(K, V)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow keys = call.Array(0), values = call.Array(1);
        if (keys.Length != values.Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a map of {keys.Length} keys and {values.Length} values");
        var builder = (MapBuilder)call.Result;
        for (int at = 0; at < keys.Length; at++)
        {
            if (keys.Elements.IsNull(keys.Start + at))
                throw new QueryException(ErrorCode.InvalidParameterValue, "a key of a map is not NULL");
            if (ArraySets.Find(keys.Elements, keys.Start + at, keys.Elements, keys.Start, keys.Start + at) >= 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"the key {keys.Elements.GetValue(keys.Start + at)} is twice in a map");
            builder.Keys.AppendFrom(keys.Elements, keys.Start + at);
            builder.Values.AppendFrom(values.Elements, values.Start + at);
        }

        builder.EndRow();
    }
}

[ScalarFunction("map_keys", "The keys of a map.")]
[Example("map_keys(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[a, b]")]
internal sealed class MapKeysOverload() : RowOverload("map(K, V) -> array(K)")
{
    protected internal override void Invoke(in RowCall call) => MapRows.AppendPart(call, ((MapVector)call[0]).Keys);
}

[ScalarFunction("map_values", "The values of a map.")]
[Example("map_values(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "[1, 2]")]
internal sealed class MapValuesOverload() : RowOverload("map(K, V) -> array(V)")
{
    protected internal override void Invoke(in RowCall call) => MapRows.AppendPart(call, ((MapVector)call[0]).Values);
}

[ScalarFunction("cardinality", "The number of entries.")]
[Example("cardinality(map(ARRAY['a', 'b'], ARRAY[1, 2]))", "2")]
internal sealed class MapCardinalityOverload() : RowOverload("map(K, V) -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        ReadOnlySpan<int> offsets = ((MapVector)call[0]).Offsets;
        call.Append((long)(offsets[call.Row + 1] - offsets[call.Row]));
    }
}

[ScalarFunction("element_at", "The value of a key; NULL when the map has not got it.", Aliases = ["$subscript", "map_extract_value"])]
[Example("element_at(map(ARRAY['a', 'b'], ARRAY[1, 2]), 'b')", "2")]
[Example("map(ARRAY['a'], ARRAY[1])['x']", "NULL")]
internal sealed class MapElementOverload() : RowOverload("map(K, V), K -> V")
{
    protected internal override void Invoke(in RowCall call)
    {
        var map = (MapVector)call[0];
        int at = ArraySets.Find(call[1], call.Row, map.Keys, map.Offsets[call.Row], map.Offsets[call.Row + 1]);
        if (at < 0)
            call.AppendNull();
        else
            call.Result.AppendFrom(map.Values, at);
    }
}

[ScalarFunction("map_contains_key", "Whether a map has a key.", Aliases = ["map_contains"])]
[Example("map_contains_key(map(ARRAY['a'], ARRAY[1]), 'a')", "true")]
internal sealed class MapContainsKeyOverload() : RowOverload("map(K, V), K -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        var map = (MapVector)call[0];
        call.Append(ArraySets.Find(call[1], call.Row, map.Keys, map.Offsets[call.Row], map.Offsets[call.Row + 1]) >= 0);
    }
}

[ScalarFunction("map_concat", "The entries of two maps; of a key in both the right one's.")]
[Example("map_concat(map(ARRAY['a'], ARRAY[1]), map(ARRAY['a', 'b'], ARRAY[2, 3]))", "{a: 2, b: 3}")]
internal sealed class MapConcatOverload() : RowOverload("map(K, V), map(K, V) -> map(K, V)")
{
    protected internal override void Invoke(in RowCall call)
    {
        var left = (MapVector)call[0];
        var right = (MapVector)call[1];
        var builder = (MapBuilder)call.Result;
        (int rightStart, int rightEnd) = (right.Offsets[call.Row], right.Offsets[call.Row + 1]);
        for (int at = left.Offsets[call.Row]; at < left.Offsets[call.Row + 1]; at++)
        {
            if (ArraySets.Find(left.Keys, at, right.Keys, rightStart, rightEnd) >= 0)
                continue;
            builder.Keys.AppendFrom(left.Keys, at);
            builder.Values.AppendFrom(left.Values, at);
        }

        for (int at = rightStart; at < rightEnd; at++)
        {
            builder.Keys.AppendFrom(right.Keys, at);
            builder.Values.AppendFrom(right.Values, at);
        }

        builder.EndRow();
    }
}

/// <summary>Parts of maps.</summary>
internal static class MapRows
{
    /// <summary>Appends the keys or the values of a row as an array.</summary>
    public static void AppendPart(in RowCall call, ColumnVector part)
    {
        ReadOnlySpan<int> offsets = ((MapVector)call[0]).Offsets;
        for (int at = offsets[call.Row]; at < offsets[call.Row + 1]; at++)
            ArrayBuilding.Elements(call).AppendFrom(part, at);
        ArrayBuilding.End(call);
    }
}
