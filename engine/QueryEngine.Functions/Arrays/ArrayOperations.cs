using System.Numerics;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("array_contains", "Whether a value is among the elements.", Aliases = ["list_contains", "array_has", "list_has"])]
[Example("array_contains(ARRAY[1, 2], 2)", "true")]
[Example("array_contains(ARRAY[1, NULL], 2)", "false")]
internal sealed class ArrayHasOverload() : RowOverload("array(T), T -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        call.Append(ArraySets.Find(call[1], call.Row, array.Elements, array.Start, array.End) >= 0);
    }
}

[ScalarFunction("array_position", "The place of the first element that is a value, NULL included, from a place on; NULL when there is none.", Aliases = ["list_position", "array_indexof", "list_indexof"])]
[Example("array_position(ARRAY['a', 'b'], 'b')", "2")]
[Example("array_position(ARRAY[1], 5)", "NULL")]
[Example("array_position(ARRAY[ARRAY[2], ARRAY[1, NULL]], ARRAY[1, 2])", "error 0A000")]
[Example("array_position(ARRAY[1, 2, 1], 1, 2)", "3")]
internal sealed class ArrayPositionOverload() : RowOverload("array(T), T -> bigint | array(T), T, bigint -> bigint", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0) || (call.Count > 2 && call.IsNull(2)))
        {
            call.AppendNull();
            return;
        }

        ArrayRow array = call.Array(0);
        long start = call.Count > 2 ? call.Long(2) : 1;
        if (start < 1 || start > array.Length + 1L)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a search that begins at {start} of {array.Length} elements");
        int at = array.Start + (int)start - 1;
        while (at < array.End && !ArraySets.KnownEqual(array.Elements, at, call[1], call.Row))
            at++;
        if (at == array.End)
            call.AppendNull();
        else
            call.Append(at - array.Start + 1L);
    }
}

[ScalarFunction("array_positions", "The places of all elements that are a value, NULL included.", Aliases = ["list_positions"])]
[Example("array_positions(ARRAY[1, 2, 1], 1)", "[1, 3]")]
internal sealed class ArrayPositionsOverload() : RowOverload("array(T), T -> array(bigint)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0))
        {
            call.AppendNull();
            return;
        }

        ArrayRow array = call.Array(0);
        for (int at = array.Start; at < array.End; at++)
            if (RowComparer.Equal(array.Elements, at, call[1], call.Row))
                ((FixedWidthBuilder<long>)ArrayBuilding.Elements(call)).Append(at - array.Start + 1L);
        ArrayBuilding.End(call);
    }
}

/// <summary>Elements that are a value, replaced by another: so many of them.</summary>
internal abstract class ArrayReplaceBase(string signature) : RowOverload(signature, isStrict: false)
{
    /// <summary>How many are replaced.</summary>
    protected abstract long LimitOf(in RowCall call);

    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0))
        {
            call.AppendNull();
            return;
        }

        ArrayRow array = call.Array(0);
        long left = LimitOf(call);
        for (int at = array.Start; at < array.End; at++)
        {
            if (left > 0 && RowComparer.Equal(array.Elements, at, call[1], call.Row))
            {
                left--;
                ArrayBuilding.Elements(call).AppendFrom(call[2], call.Row);
            }
            else
            {
                ArrayBuilding.Elements(call).AppendFrom(array.Elements, at);
            }
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_replace", "All elements that are a value, NULL included, replaced by another.", Aliases = ["array_replace_all", "list_replace_all"])]
[Example("array_replace(ARRAY[1, 2, 1], 1, 5)", "[5, 2, 5]")]
internal sealed class ArrayReplaceOverload() : ArrayReplaceBase("array(T), T, T -> array(T)")
{
    protected override long LimitOf(in RowCall call) => long.MaxValue;
}

[ScalarFunction("array_replace_n", "The first elements that are a value replaced by another.", Aliases = ["list_replace_n"])]
[Example("array_replace_n(ARRAY[1, 2, 1], 1, 5, 1)", "[5, 2, 1]")]
internal sealed class ArrayReplaceSomeOverload() : ArrayReplaceBase("array(T), T, T, bigint -> array(T)")
{
    protected override long LimitOf(in RowCall call) => call.IsNull(3) ? 0 : call.Long(3);
}

[ScalarFunction("array_resize", "The array cut or filled up, with NULL or a value, to so many elements.", Aliases = ["list_resize"])]
[Example("array_resize(ARRAY[1, 2, 3], 2)", "[1, 2]")]
[Example("array_resize(ARRAY[1], 3, 7)", "[1, 7, 7]")]
internal sealed class ArrayResizeOverload() : RowOverload("array(T), bigint -> array(T) | array(T), bigint, T -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0))
        {
            call.AppendNull();
            return;
        }

        long size = call.IsNull(1) ? 0 : call.Long(1);
        if (size < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"an array of {size} elements");
        ArraySets.CheckSize(size);
        ArrayRow array = call.Array(0);
        for (long at = 0; at < size; at++)
        {
            if (at < array.Length)
                ArrayBuilding.Elements(call).AppendFrom(array.Elements, array.Start + (int)at);
            else if (call.Count > 2)
                ArrayBuilding.Elements(call).AppendFrom(call[2], call.Row);
            else
                ArrayBuilding.Elements(call).AppendNull();
        }

        ArrayBuilding.End(call);
    }
}

/// <summary>A range of the elements.</summary>
internal abstract class ArrayPartBase(string signature) : RowOverload(signature)
{
    /// <summary>The places of the part, from 0, the end left out.</summary>
    protected abstract (long Start, long End) PartOf(in RowCall call, int length);

    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        (long start, long end) = PartOf(call, array.Length);
        for (long at = Math.Max(0, start); at < Math.Min(array.Length, end); at++)
            ArrayBuilding.Elements(call).AppendFrom(array.Elements, array.Start + (int)at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_pop_back", "The array without its last element.")]
[Example("array_pop_back(ARRAY[1, 2])", "[1]")]
internal sealed class ArrayPopBackOverload() : ArrayPartBase("array(T) -> array(T)")
{
    protected override (long Start, long End) PartOf(in RowCall call, int length) => (0, length - 1);
}

[ScalarFunction("array_pop_front", "The array without its first element.")]
[Example("array_pop_front(ARRAY[1, 2])", "[2]")]
internal sealed class ArrayPopFrontOverload() : ArrayPartBase("array(T) -> array(T)")
{
    protected override (long Start, long End) PartOf(in RowCall call, int length) => (1, length);
}

[ScalarFunction("trim_array", "The array without so many of its last elements.")]
[Example("trim_array(ARRAY[1, 2, 3], 2)", "[1]")]
[Example("trim_array(ARRAY[1], 2)", "error 2202E")]
internal sealed class TrimArrayOverload() : ArrayPartBase("array(T), bigint -> array(T)")
{
    protected override (long Start, long End) PartOf(in RowCall call, int length) => call.Long(1) >= 0 && call.Long(1) <= length
        ? (0, length - call.Long(1))
        : throw new QueryException(ErrorCode.ArraySubscript, $"number of elements to trim must be between 0 and {length}");
}

[ScalarFunction("array_lower", "The place of the first element of a dimension; NULL when there is none.")]
[Example("array_lower(ARRAY[1, 2], 1)", "1")]
internal sealed class ArrayLowerOverload() : RowOverload("array(T), bigint -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (ArrayShapes.LengthOf(call, call.Long(1)) is > 0)
            call.Append(1L);
        else
            call.AppendNull();
    }
}

[ScalarFunction("array_length", "The number of elements of a dimension, 1 being the array itself; NULL when there is none.", Aliases = ["array_upper"])]
[Example("array_length(ARRAY[1, 2], 1)", "2")]
[Example("array_length(ARRAY[ARRAY[1, 2], ARRAY[3, 4], ARRAY[5, 6]], 2)", "2")]
[Example("array_length(ARRAY[1], 2)", "NULL")]
internal sealed class ArrayLengthOverload() : RowOverload("array(T), bigint -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (ArrayShapes.LengthOf(call, call.Long(1)) is > 0 and var length)
            call.Append(length);
        else
            call.AppendNull();
    }
}

[ScalarFunction("array_ndims", "The number of dimensions: how deep arrays are in one another.")]
[Example("array_ndims(ARRAY[ARRAY[1]])", "2")]
internal sealed class ArrayDimensionsOverload() : RowOverload("array(T) -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.Array(0).Length == 0 && call[0].Type is ArrayType { Element: UnknownType })
            call.AppendNull();
        else
            call.Append(ArrayShapes.DepthOf(call[0].Type));
    }
}

[ScalarFunction("array_dims", "The numbers of elements of all dimensions, those of the first element inside.")]
[Example("array_dims(ARRAY[ARRAY[1, 2, 3]])", "[1, 3]")]
internal sealed class ArrayDimsOverload() : RowOverload("array(T) -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call)
    {
        for (long dimension = 1; dimension <= ArrayShapes.DepthOf(call[0].Type); dimension++)
            if (ArrayShapes.LengthOf(call, dimension) is { } length)
                ((FixedWidthBuilder<long>)ArrayBuilding.Elements(call)).Append(length);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("empty", "Whether an array has no elements.", Aliases = ["array_empty"])]
[Example("empty(ARRAY[1])", "false")]
internal sealed class ArrayEmptyOverload() : RowOverload("array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(call.Array(0).Length == 0);
}

[ScalarFunction("array_any_value", "The first element that is not NULL.", Aliases = ["list_any_value"])]
[Example("array_any_value(ARRAY[NULL, 2, 3])", "2")]
internal sealed class ArrayAnyValueOverload() : RowOverload("array(T) -> T")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        for (int at = array.Start; at < array.End; at++)
        {
            if (array.Elements.IsNull(at))
                continue;
            call.Result.AppendFrom(array.Elements, at);
            return;
        }

        call.AppendNull();
    }
}

/// <summary>A number of the elements of two arrays of one length.</summary>
internal abstract class VectorPairBase() : RowOverload("array(double), array(double) -> double")
{
    /// <summary>The number; NULL for none.</summary>
    protected abstract double? Compute(ReadOnlySpan<double> left, ReadOnlySpan<double> right);

    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow left = call.Array(0), right = call.Array(1);
        if (left.Length != right.Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"arrays of {left.Length} and {right.Length} elements");
        if (HasNull(left) || HasNull(right))
        {
            call.AppendNull();
            return;
        }

        double? result = Compute(
            ((FixedWidthVector<double>)left.Elements).Values.Slice(left.Start, left.Length), ((FixedWidthVector<double>)right.Elements).Values.Slice(right.Start, right.Length));
        if (result is { } number)
            call.Append(number);
        else
            call.AppendNull();
    }

    private static bool HasNull(ArrayRow array)
    {
        for (int at = array.Start; at < array.End; at++)
            if (array.Elements.IsNull(at))
                return true;
        return false;
    }
}

[ScalarFunction("array_distance", "The Euclidean distance of two arrays of numbers.", Aliases = ["list_distance", "euclidean_distance"])]
[Example("array_distance(ARRAY[0, 0], ARRAY[3, 4])", "5")]
internal sealed class ArrayDistanceOverload : VectorPairBase
{
    protected override double? Compute(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int at = 0; at < left.Length; at++)
            sum += (left[at] - right[at]) * (left[at] - right[at]);
        return Math.Sqrt(sum);
    }
}

[ScalarFunction("dot_product", "The sum of the products of the elements of two arrays of numbers.", Aliases = ["array_inner_product", "list_inner_product", "array_dot_product", "list_dot_product"])]
[Example("dot_product(ARRAY[1, 2], ARRAY[3, 4])", "11")]
internal sealed class DotProductOverload : VectorPairBase
{
    protected override double? Compute(ReadOnlySpan<double> left, ReadOnlySpan<double> right) => ArrayShapes.Dot(left, right);
}

[ScalarFunction("cosine_similarity", "The cosine of the angle between two arrays of numbers; NULL when one of them has no direction.", Aliases = ["array_cosine_similarity", "list_cosine_similarity"])]
[Example("cosine_similarity(ARRAY[1, 0], ARRAY[1, 0])", "1")]
internal sealed class CosineSimilarityOverload : VectorPairBase
{
    protected override double? Compute(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double norms = Math.Sqrt(ArrayShapes.Dot(left, left)) * Math.Sqrt(ArrayShapes.Dot(right, right));
        return norms == 0 ? null : ArrayShapes.Dot(left, right) / norms;
    }
}

/// <summary>Dimensions of arrays.</summary>
internal static class ArrayShapes
{
    /// <summary>How deep arrays are in one another.</summary>
    public static long DepthOf(SqlType type) => type is ArrayType array ? 1 + DepthOf(array.Element) : 0;

    /// <summary>The number of elements of a dimension, of the first element inside; null when there is no such dimension.</summary>
    public static long? LengthOf(in RowCall call, long dimension)
    {
        ColumnVector vector = call[0];
        int row = call.Row;
        for (long depth = 1; depth <= dimension && depth > 0; depth++)
        {
            if (vector is not ArrayVector array || array.IsNull(row))
                return null;
            int start = array.Offsets[row], length = array.Offsets[row + 1] - start;
            if (depth == dimension)
                return length;
            if (length == 0)
                return null;
            (vector, row) = (array.Elements, start);
        }

        return null;
    }

    /// <summary>The sum of the products.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        int at = 0;
        var sums = Vector<double>.Zero;
        for (; at <= left.Length - Vector<double>.Count; at += Vector<double>.Count)
            sums += new Vector<double>(left[at..]) * new Vector<double>(right[at..]);
        sum += Vector.Sum(sums);
        for (; at < left.Length; at++)
            sum += left[at] * right[at];
        return sum;
    }
}
