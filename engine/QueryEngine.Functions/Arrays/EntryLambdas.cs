using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

/// <summary>A function with lambdas that are evaluated over all rows at once.</summary>
internal sealed class LambdaFunction(
    string name, ValueList<SqlType> parameterTypes, SqlType returnType, LambdaFunction.Body body) : HigherOrderFunction
{
    /// <summary>Computes the rows.</summary>
    internal delegate ColumnVector Body(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context);

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => parameterTypes;

    /// <inheritdoc/>
    public override SqlType ReturnType => returnType;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, FunctionContext context) =>
        body(arguments, lambdas, rowCount, returnType, context);
}

/// <summary>An overload that runs as a <see cref="LambdaFunction"/>.</summary>
internal abstract class LambdaOverload(string signature) : PatternOverload(signature)
{
    /// <inheritdoc/>
    protected override ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        new LambdaFunction(name, parameterTypes, returnType, Invoke);

    /// <summary>Computes the rows.</summary>
    protected abstract ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context);

    /// <summary>The rows of an argument one after the other: no dictionaries or constants, offsets from 0 on.</summary>
    protected static ColumnVector Rows(ColumnVector argument, int rowCount, FunctionContext context) =>
        Gather.Take(argument, [.. Enumerable.Range(0, rowCount)], context.Memory);

    /// <summary>For each element the row that it belongs to.</summary>
    protected static int[] OuterRows(ReadOnlySpan<int> offsets)
    {
        int[] rows = new int[offsets[^1]];
        for (int row = 0; row + 1 < offsets.Length; row++)
            rows.AsSpan(offsets[row]..offsets[row + 1]).Fill(row);
        return rows;
    }
}

[ScalarFunction("apply", "What the lambda gives for a value.")]
[Example("apply(5, x -> x + 1)", "6")]
[Example("apply('abc', x -> upper(x))", "ABC")]
internal sealed class ApplyOverload() : LambdaOverload("T, lambda(T -> U) -> U")
{
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context)
    {
        using ColumnVector values = Rows(arguments[0]!, rowCount, context);
        return lambdas[1]!.Invoke([values], [.. Enumerable.Range(0, rowCount)]);
    }
}

[ScalarFunction("invoke", "What a lambda without parameters gives.")]
[Example("invoke(() -> 42)", "42")]
internal sealed class InvokeOverload() : LambdaOverload("lambda(-> U) -> U")
{
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context) =>
        lambdas[0]!.Invoke([], [.. Enumerable.Range(0, rowCount)]);
}

[ScalarFunction("zip_with", "What the lambda gives for the elements of two arrays side by side; what is missing in the shorter one is NULL.")]
[Example("zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x * y)", "[3, 8]")]
[Example("zip_with(ARRAY['a'], ARRAY['d', 'e'], (x, y) -> concat(x, y))", "[ad, e]")]
internal sealed class ZipWithOverload() : LambdaOverload("array(T), array(U), lambda(T, U -> R) -> array(R)")
{
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context)
    {
        using ColumnVector leftRows = Rows(arguments[0]!, rowCount, context), rightRows = Rows(arguments[1]!, rowCount, context);
        var left = (ArrayVector)leftRows;
        var right = (ArrayVector)rightRows;
        int[] offsets = new int[rowCount + 1];
        for (int row = 0; row < rowCount; row++)
            offsets[row + 1] = offsets[row] + (left.IsNull(row) || right.IsNull(row) ? 0 : Math.Max(LengthOf(left, row), LengthOf(right, row)));
        using ColumnVector leftElements = Padded(left, offsets, context), rightElements = Padded(right, offsets, context);
        using ColumnVector values = lambdas[2]!.Invoke([leftElements, rightElements], OuterRows(offsets));
        using var builder = new ArrayBuilder((ArrayType)returnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (left.IsNull(row) || right.IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            for (int at = offsets[row]; at < offsets[row + 1]; at++)
                builder.Elements.AppendFrom(values, at);
            builder.EndRow();
        }

        return builder.Build();
    }

    private static int LengthOf(ArrayVector array, int row) => array.Offsets[row + 1] - array.Offsets[row];

    private static ColumnVector Padded(ArrayVector array, int[] offsets, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(((ArrayType)array.Type).Element, context.Memory, offsets[^1]);
        for (int row = 0; row + 1 < offsets.Length; row++)
        {
            for (int at = 0; at < offsets[row + 1] - offsets[row]; at++)
            {
                if (at < LengthOf(array, row))
                    builder.AppendFrom(array.Elements, array.Offsets[row] + at);
                else
                    builder.AppendNull();
            }
        }

        return builder.Build();
    }
}

/// <summary>A lambda of the key and the value of each entry of a map.</summary>
internal abstract class EntryLambdaOverload(string signature) : LambdaOverload(signature)
{
    /// <summary>Takes an entry whose lambda gave a value, into the builder.</summary>
    protected abstract void Append(MapBuilder builder, MapVector map, int entry, ColumnVector values);

    /// <inheritdoc/>
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context)
    {
        using ColumnVector rows = Rows(arguments[0]!, rowCount, context);
        var map = (MapVector)rows;
        using ColumnVector values = lambdas[1]!.Invoke([map.Keys, map.Values], OuterRows(map.Offsets));
        using ColumnVector flat = Gather.Flatten(values, context.Memory);
        using var builder = new MapBuilder((MapType)returnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (map.IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            CheckKeys(map, row, flat);
            for (int entry = map.Offsets[row]; entry < map.Offsets[row + 1]; entry++)
                Append(builder, map, entry, flat);
            builder.EndRow();
        }

        return builder.Build();
    }

    /// <summary>Refuses values that would be keys twice.</summary>
    protected virtual void CheckKeys(MapVector map, int row, ColumnVector values)
    {
    }
}

[ScalarFunction("map_filter", "The entries for which the lambda of key and value is true.")]
[Example("map_filter(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> k > 1)", "{2: b}")]
internal sealed class MapFilterOverload() : EntryLambdaOverload("map(K, V), lambda(K, V -> boolean) -> map(K, V)")
{
    protected override void Append(MapBuilder builder, MapVector map, int entry, ColumnVector values)
    {
        if (values.GetValue(entry) is not true)
            return;
        builder.Keys.AppendFrom(map.Keys, entry);
        builder.Values.AppendFrom(map.Values, entry);
    }
}

[ScalarFunction("transform_values", "The map with what the lambda of key and value gives as values.")]
[Example("transform_values(map(ARRAY[1, 2], ARRAY[10, 20]), (k, v) -> k + v)", "{1: 11, 2: 22}")]
internal sealed class TransformValuesOverload() : EntryLambdaOverload("map(K, V), lambda(K, V -> U) -> map(K, U)")
{
    protected override void Append(MapBuilder builder, MapVector map, int entry, ColumnVector values)
    {
        builder.Keys.AppendFrom(map.Keys, entry);
        builder.Values.AppendFrom(values, entry);
    }
}

[ScalarFunction("transform_keys", "The map with what the lambda of key and value gives as keys.")]
[Example("transform_keys(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> k + 1)", "{2: a, 3: b}")]
[Example("transform_keys(map(ARRAY[1, 2], ARRAY['a', 'b']), (k, v) -> 0)", "error 22023")]
internal sealed class TransformKeysOverload() : EntryLambdaOverload("map(K, V), lambda(K, V -> U) -> map(U, V)")
{
    protected override void Append(MapBuilder builder, MapVector map, int entry, ColumnVector values)
    {
        builder.Keys.AppendFrom(values, entry);
        builder.Values.AppendFrom(map.Values, entry);
    }

    protected override void CheckKeys(MapVector map, int row, ColumnVector values)
    {
        for (int entry = map.Offsets[row]; entry < map.Offsets[row + 1]; entry++)
        {
            if (values.IsNull(entry))
                throw new QueryException(ErrorCode.InvalidParameterValue, "a key of a map is not NULL");
            if (ArraySets.Find(values, entry, values, map.Offsets[row], entry) >= 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"the key {values.GetValue(entry)} is twice in a map");
        }
    }
}

[ScalarFunction("array_sort", "The elements in the order of a lambda that compares two: it gives -1, 0 or 1.")]
[Example("array_sort(ARRAY[3, 2, 5], (x, y) -> sign(y - x))", "[5, 3, 2]")]
[Example("array_sort(ARRAY[1, 5], (x, y) -> y - x)", "error 22023")]
internal sealed class ArraySortByOverload() : LambdaOverload("array(T), lambda(T, T -> bigint) -> array(T)")
{
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context)
    {
        using ColumnVector rows = Rows(arguments[0]!, rowCount, context);
        var arrays = (ArrayVector)rows;
        using var builder = new ArrayBuilder((ArrayType)returnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (arrays.IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            foreach (int place in Sorted(arrays, row, lambdas[1]!, context))
                builder.Elements.AppendFrom(arrays.Elements, place);
            builder.EndRow();
        }

        return builder.Build();
    }

    // Merges halves: a lambda that contradicts itself gives some order, never an endless loop.
    private static int[] Sorted(ArrayVector arrays, int row, ILambda compare, FunctionContext context)
    {
        int[] places = [.. Enumerable.Range(arrays.Offsets[row], arrays.Offsets[row + 1] - arrays.Offsets[row])];
        for (int width = 1; width < places.Length; width *= 2)
        {
            int[] merged = new int[places.Length];
            for (int start = 0; start < places.Length; start += 2 * width)
            {
                int left = start, middle = Math.Min(start + width, places.Length), right = middle, end = Math.Min(start + (2 * width), places.Length);
                for (int at = start; at < end; at++)
                    merged[at] = right >= end || (left < middle && Compare(places[right], places[left]) >= 0) ? places[left++] : places[right++];
            }

            places = merged;
        }

        return places;

        long Compare(int left, int right)
        {
            using ColumnVector l = arrays.Elements.Slice(left, 1), r = arrays.Elements.Slice(right, 1);
            using ColumnVector order = compare.Invoke([l, r], [row]);
            using ColumnVector flat = Gather.Flatten(order, context.Memory);
            return flat.GetValue(0) is long value and >= -1 and <= 1
                ? value
                : throw new QueryException(ErrorCode.InvalidParameterValue, "a lambda that compares elements gives -1, 0 or 1");
        }
    }
}

[ScalarFunction("map_zip_with", "The map of the keys of both maps with what the lambda of key and both values gives; a missing value is NULL.")]
[Example("map_zip_with(map(ARRAY[1, 2], ARRAY[10, 20]), map(ARRAY[2, 3], ARRAY[5, 6]), (k, x, y) -> concat(x, '-', y))", "{1: 10-, 2: 20-5, 3: -6}")]
internal sealed class MapZipWithOverload() : LambdaOverload("map(K, V), map(K, W), lambda(K, V, W -> R) -> map(K, R)")
{
    protected override ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, SqlType returnType, FunctionContext context)
    {
        using ColumnVector leftRows = Rows(arguments[0]!, rowCount, context), rightRows = Rows(arguments[1]!, rowCount, context);
        var left = (MapVector)leftRows;
        var right = (MapVector)rightRows;
        using VectorBuilder keyBuilder = VectorBuilder.Create(((MapType)left.Type).Key, context.Memory, rowCount);
        using VectorBuilder leftBuilder = VectorBuilder.Create(((MapType)left.Type).Value, context.Memory, rowCount);
        using VectorBuilder rightBuilder = VectorBuilder.Create(((MapType)right.Type).Value, context.Memory, rowCount);
        int[] offsets = new int[rowCount + 1];
        for (int row = 0; row < rowCount; row++)
        {
            if (!left.IsNull(row) && !right.IsNull(row))
                Join(left, right, row, keyBuilder, leftBuilder, rightBuilder);
            offsets[row + 1] = keyBuilder.Count;
        }

        using ColumnVector keys = keyBuilder.Build(), leftValues = leftBuilder.Build(), rightValues = rightBuilder.Build();
        using ColumnVector values = lambdas[2]!.Invoke([keys, leftValues, rightValues], OuterRows(offsets));
        using var builder = new MapBuilder((MapType)returnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            if (left.IsNull(row) || right.IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            for (int at = offsets[row]; at < offsets[row + 1]; at++)
            {
                builder.Keys.AppendFrom(keys, at);
                builder.Values.AppendFrom(values, at);
            }

            builder.EndRow();
        }

        return builder.Build();
    }

    private static void Join(MapVector left, MapVector right, int row, VectorBuilder keys, VectorBuilder leftValues, VectorBuilder rightValues)
    {
        for (int at = left.Offsets[row]; at < left.Offsets[row + 1]; at++)
        {
            int other = ArraySets.Find(left.Keys, at, right.Keys, right.Offsets[row], right.Offsets[row + 1]);
            keys.AppendFrom(left.Keys, at);
            leftValues.AppendFrom(left.Values, at);
            if (other < 0)
                rightValues.AppendNull();
            else
                rightValues.AppendFrom(right.Values, other);
        }

        for (int at = right.Offsets[row]; at < right.Offsets[row + 1]; at++)
        {
            if (ArraySets.Find(right.Keys, at, left.Keys, left.Offsets[row], left.Offsets[row + 1]) >= 0)
                continue;
            keys.AppendFrom(right.Keys, at);
            leftValues.AppendNull();
            rightValues.AppendFrom(right.Values, at);
        }
    }
}
