using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("array_distinct", "The elements without repetitions, in the order of their first occurrence.", Aliases = ["list_distinct"])]
[Example("array_distinct(ARRAY[2, 1, 2, NULL, NULL])", "[2, 1, NULL]")]
internal sealed class ArrayDistinctOverload() : RowOverload("array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        for (int at = array.Start; at < array.End; at++)
            if (ArraySets.Find(array.Elements, at, array.Elements, array.Start, at) < 0)
                ArrayBuilding.Elements(call).AppendFrom(array.Elements, at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_sort", "The elements in ascending order, NULLs last.", Aliases = ["list_sort"])]
[Example("array_sort(ARRAY[3, NULL, 1])", "[1, 3, NULL]")]
internal sealed class ArraySortOverload() : RowOverload("array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        ColumnVector elements = array.Elements;
        int[] places = [.. Enumerable.Range(array.Start, array.Length)];
        Array.Sort(places, (left, right) =>
        {
            int order = RowComparer.Compare(elements, left, elements, right);
            return order != 0 ? order : left.CompareTo(right);
        });
        foreach (int at in places)
            ArrayBuilding.Elements(call).AppendFrom(elements, at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("reverse", "The elements in reverse order.", Aliases = ["array_reverse", "list_reverse"])]
[Example("reverse(ARRAY[1, 2])", "[2, 1]")]
internal sealed class ArrayReverseOverload() : RowOverload("array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        for (int at = array.End - 1; at >= array.Start; at--)
            ArrayBuilding.Elements(call).AppendFrom(array.Elements, at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_remove", "The elements that are not a value, which may be NULL.", Aliases = ["array_remove_all", "list_remove"])]
[Example("array_remove(ARRAY[1, 2, 1], 1)", "[2]")]
[Example("array_remove(ARRAY[1, NULL], NULL)", "[1]")]
[Example("array_remove(ARRAY[ARRAY[1]], ARRAY[NULL])", "error 0A000")]
internal sealed class ArrayRemoveOverload() : RowOverload("array(T), T -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call[0].IsNull(call.Row))
        {
            call.AppendNull();
            return;
        }

        ArrayRow array = call.Array(0);
        bool removesNull = call[1].IsNull(call.Row);
        for (int at = array.Start; at < array.End; at++)
            if (removesNull ? !array.Elements.IsNull(at) : !ArraySets.KnownEqual(array.Elements, at, call[1], call.Row))
                ArrayBuilding.Elements(call).AppendFrom(array.Elements, at);
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_union", "The elements of both arrays, without repetitions.", Aliases = ["list_union"])]
[Example("array_union(ARRAY[1, 2], ARRAY[2, 3])", "[1, 2, 3]")]
internal sealed class ArrayUnionOverload() : RowOverload("array(T), array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow left = call.Array(0), right = call.Array(1);
        for (int at = left.Start; at < left.End; at++)
            if (ArraySets.Find(left.Elements, at, left.Elements, left.Start, at) < 0)
                ArrayBuilding.Elements(call).AppendFrom(left.Elements, at);
        for (int at = right.Start; at < right.End; at++)
            if (ArraySets.Find(right.Elements, at, left.Elements, left.Start, left.End) < 0 && ArraySets.Find(right.Elements, at, right.Elements, right.Start, at) < 0)
                ArrayBuilding.Elements(call).AppendFrom(right.Elements, at);
        ArrayBuilding.End(call);
    }
}

/// <summary>The elements of the left array that are, or are not, in the right one.</summary>
internal abstract class ArraySelectOverload(bool wantsFound) : RowOverload("array(T), array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow left = call.Array(0), right = call.Array(1);
        for (int at = left.Start; at < left.End; at++)
        {
            bool isFound = ArraySets.Find(left.Elements, at, right.Elements, right.Start, right.End) >= 0;
            if (isFound == wantsFound && ArraySets.Find(left.Elements, at, left.Elements, left.Start, at) < 0)
                ArrayBuilding.Elements(call).AppendFrom(left.Elements, at);
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("array_intersect", "The elements that both arrays have, without repetitions.", Aliases = ["list_intersect"])]
[Example("array_intersect(ARRAY[1, 2, 2], ARRAY[2, 3])", "[2]")]
internal sealed class ArrayIntersectOverload() : ArraySelectOverload(wantsFound: true);

[ScalarFunction("array_except", "The elements of the left array that the right one has not, without repetitions.", Aliases = ["list_except"])]
[Example("array_except(ARRAY[1, 2, 2], ARRAY[2, 3])", "[1]")]
internal sealed class ArrayExceptOverload() : ArraySelectOverload(wantsFound: false);

[ScalarFunction("arrays_overlap", "Whether two arrays have an element that is not NULL in common; NULL when they have none but one of them has a NULL.")]
[Example("arrays_overlap(ARRAY[1, NULL], ARRAY[2])", "NULL")]
[Example("arrays_overlap(ARRAY[1, 2], ARRAY[2, 3])", "true")]
internal sealed class ArraysOverlapOverload() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow left = call.Array(0), right = call.Array(1);
        bool overlaps = false, hasNull = false;
        for (int at = left.Start; at < left.End && !overlaps; at++)
        {
            hasNull |= left.Elements.IsNull(at);
            overlaps = !left.Elements.IsNull(at) && ArraySets.Find(left.Elements, at, right.Elements, right.Start, right.End) >= 0;
        }

        for (int at = right.Start; at < right.End; at++)
            hasNull |= right.Elements.IsNull(at);
        if (!overlaps && hasNull && left.Length > 0 && right.Length > 0)
            call.AppendNull();
        else
            call.Append(overlaps);
    }
}

[ScalarFunction("array_contains_all", "Whether the left array has all elements of the right one; a NULL is equal to none.", Aliases = ["list_has_all", "array_has_all"])]
[Example("array_contains_all(ARRAY[1, 2, 3], ARRAY[3, 1])", "true")]
[Example("array_contains_all(ARRAY[1, NULL], ARRAY[NULL])", "false")]
internal sealed class ArrayContainsAllOverload() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(ArraySets.HasAll(call.Array(0), call.Array(1)));
}

[ScalarFunction("array_contained_by", "Whether the right array has all elements of the left one.")]
[Example("array_contained_by(ARRAY[4], ARRAY[3, 1])", "false")]
internal sealed class ArrayContainedByOverload() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call) => call.Append(ArraySets.HasAll(call.Array(1), call.Array(0)));
}

/// <summary>The least or the greatest element.</summary>
internal abstract class ArrayExtremeOverload(int direction, bool skipsNulls) : RowOverload("array(T) -> T")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        int best = -1;
        bool hasNull = false;
        for (int at = array.Start; at < array.End; at++)
            hasNull |= array.Elements.IsNull(at);
        for (int at = array.Start; at < array.End && (skipsNulls || !hasNull); at++)
            if (!array.Elements.IsNull(at) && (best < 0 || RowComparer.Compare(array.Elements, at, array.Elements, best) * direction > 0))
                best = at;
        if (best < 0)
            call.AppendNull();
        else
            call.Result.AppendFrom(array.Elements, best);
    }
}

[ScalarFunction("array_max", "The greatest element; NULL when some element is.")]
[Example("array_max(ARRAY[1, 3])", "3")]
[Example("array_max(ARRAY[1, NULL])", "NULL")]
internal sealed class ArrayMaxOverload() : ArrayExtremeOverload(1, skipsNulls: false);

[ScalarFunction("list_max", "The greatest element; NULLs are skipped.")]
[Example("list_max(ARRAY[1, 3, NULL])", "3")]
internal sealed class ListMaxOverload() : ArrayExtremeOverload(1, skipsNulls: true);

[ScalarFunction("array_min", "The least element; NULL when some element is.")]
[Example("array_min(ARRAY[2, 1])", "1")]
[Example("array_min(ARRAY[1, NULL])", "NULL")]
internal sealed class ArrayMinOverload() : ArrayExtremeOverload(-1, skipsNulls: false);

[ScalarFunction("list_min", "The least element; NULLs are skipped.")]
[Example("list_min(ARRAY[2, 1, NULL])", "1")]
internal sealed class ListMinOverload() : ArrayExtremeOverload(-1, skipsNulls: true);

[ScalarFunction("array_sum", "The sum of the elements.", Aliases = ["list_sum"])]
[Example("array_sum(ARRAY[1, 2, NULL])", "3")]
internal sealed class ArraySumOverload() : RowOverload("array(bigint) -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        Int128 sum = 0;
        ArrayRow array = call.Array(0);
        for (int at = array.Start; at < array.End; at++)
            sum += array.Elements.GetValue(at) is long value ? value : 0;
        call.Append(sum == (long)sum ? (long)sum : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"the sum {sum} is out of range for bigint"));
    }
}

[ScalarFunction("array_sum", "The sum of the elements.", Aliases = ["list_sum"])]
[Example("array_sum(ARRAY[1.5e0, 2])", "3.5")]
internal sealed class ArraySumDoubleOverload() : RowOverload("array(double) -> double")
{
    protected internal override void Invoke(in RowCall call)
    {
        double sum = 0;
        ArrayRow array = call.Array(0);
        for (int at = array.Start; at < array.End; at++)
            sum += array.Elements.GetValue(at) is double value ? value : 0;
        call.Append(sum);
    }
}

[ScalarFunction("sequence", "At most 10000 numbers from one to another, both included.")]
[Example("sequence(1, 4)", "[1, 2, 3, 4]")]
[Example("sequence(1, 1000000)", "error 22023")]
internal sealed class SequenceOverload() : RowOverload("bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Sequence(call, call.Long(0) <= call.Long(1) ? 1 : -1, ArraySets.MaxSequence);
}

[ScalarFunction("generate_series", "The numbers from one to another, both included.")]
[Example("generate_series(1, 4)", "[1, 2, 3, 4]")]
internal sealed class GenerateSeriesOverload() : RowOverload("bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Sequence(call, call.Long(0) <= call.Long(1) ? 1 : -1);
}

[ScalarFunction("sequence", "At most 10000 numbers from one to another, both included, some apart in the direction of the second.")]
[Example("sequence(1, 10, 4)", "[1, 5, 9]")]
[Example("sequence(1, 10, 0)", "error 22023")]
[Example("sequence(2, -1, 1)", "error 22023")]
internal sealed class SequenceStepOverload() : RowOverload("bigint, bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArraySets.CheckDirection(call.Long(1).CompareTo(call.Long(0)), Math.Sign(call.Long(2)));
        ArraySets.Sequence(call, call.Long(2), ArraySets.MaxSequence);
    }
}

[ScalarFunction("generate_series", "The numbers from one to another, both included, some apart; none where the step leads away.")]
[Example("generate_series(1, 10, 4)", "[1, 5, 9]")]
[Example("generate_series(2, -1, 1)", "[]")]
internal sealed class GenerateSeriesStepOverload() : RowOverload("bigint, bigint, bigint -> array(bigint)")
{
    protected internal override void Invoke(in RowCall call) => ArraySets.Sequence(call, call.Long(2));
}

[ScalarFunction("generate_series", "The numbers from one to another, both included, one or some apart; none where the step leads away.", Aliases = ["sequence"])]
[Example("generate_series(0.1, 4.0, 1.3)", "[0.1, 1.4, 2.7, 4]")]
[Example("generate_series(numeric '1', 3)", "[1, 2, 3]")]
[Example("generate_series(1.5, 3, 0)", "error 22023")]
[Example("generate_series(numeric 'NaN', 3)", "error 22023")]
internal sealed class GenerateNumberSeriesOverload() : RowOverload("numeric, numeric -> array(numeric)|numeric, numeric, numeric -> array(numeric)")
{
    protected internal override void Invoke(in RowCall call)
    {
        BigNumber next = BigNumberBytes.Read(call.Bytes(0)), end = BigNumberBytes.Read(call.Bytes(1));
        BigNumber step = call.Count == 3 ? BigNumberBytes.Read(call.Bytes(2)) : Numbers.BigMath.One;
        if (!next.IsFinite || !end.IsFinite || !step.IsFinite || step.Sign == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a series from {next} to {end} by {step} has no end");
        long count = 0;
        for (; step.Sign > 0 ? next <= end : next >= end; next = Numbers.BigMath.Add(next, step))
        {
            ArraySets.CheckSize(++count);
            ((BytesBuilder)ArrayBuilding.Elements(call)).Append(BigNumberBytes.Write(next));
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("repeat", "An array of a value so many times, of at most 10000 elements, those inside counted.")]
[Example("repeat(7, 3)", "[7, 7, 7]")]
[Example("repeat(7, 1000000)", "error 22023")]
[Example("repeat(sequence(1, 20), 9999)", "error 22023")]
internal sealed class RepeatElementOverload() : RowOverload("T, bigint -> array(T)", isStrict: false)
{
    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        arguments.Count == 2 && (arguments[0].IsUntypedLiteral || arguments[0].Type.IsText) ? null : base.Resolve(name, arguments);

    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(1))
        {
            call.AppendNull();
            return;
        }

        if (call.Long(1) < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"an array of {call.Long(1)} elements");
        long size = call[0] is ArrayVector && !call.IsNull(0) ? Math.Max(1, call.Array(0).Length) : 1;
        ArraySets.CheckSize((long)Int128.Min((Int128)call.Long(1) * size, long.MaxValue), ArraySets.MaxSequence);
        for (long round = 0; round < call.Long(1); round++)
            ArrayBuilding.Elements(call).AppendFrom(call[0], call.Row);
        ArrayBuilding.End(call);
    }
}

/// <summary>Searching arrays.</summary>
internal static class ArraySets
{
    /// <summary>The most elements that an array built by counting has.</summary>
    public const int MaxElements = 10_000_000;

    /// <summary>The most elements of Trino's own functions that count.</summary>
    public const int MaxSequence = 10_000;

    /// <summary>The place of a value among elements, NULLs being equal; -1 when it is not there.</summary>
    public static int Find(ColumnVector values, int row, ColumnVector elements, int start, int end)
    {
        for (int at = start; at < end; at++)
            if (RowComparer.Equal(values, row, elements, at))
                return at;
        return -1;
    }

    /// <summary>
    /// Whether two values are equal, or both NULL. Where only a NULL inside of them keeps that open, as of ARRAY[1, NULL] and ARRAY[1, 2], it is an error.
    /// </summary>
    public static bool KnownEqual(ColumnVector left, int leftRow, ColumnVector right, int rightRow) =>
        left.IsNull(leftRow) || right.IsNull(rightRow) ? left.IsNull(leftRow) == right.IsNull(rightRow)
        : left.Type is ArrayType or RowType ? RowComparer.IsKnownEqual(left, leftRow, right, rightRow)
            ?? throw QueryException.NotSupported("comparing elements that contain NULL")
        : RowComparer.Equal(left, leftRow, right, rightRow);

    /// <summary>Whether an array has all elements of another.</summary>
    public static bool HasAll(ArrayRow array, ArrayRow wanted)
    {
        for (int at = wanted.Start; at < wanted.End; at++)
            if (wanted.Elements.IsNull(at) || Find(wanted.Elements, at, array.Elements, array.Start, array.End) < 0)
                return false;
        return true;
    }

    /// <summary>Refuses a step that leads away from the end.</summary>
    public static void CheckDirection(int direction, int step)
    {
        if (direction * step < 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a sequence leads away from its end");
    }

    /// <summary>Appends numbers some apart.</summary>
    public static void Sequence(in RowCall call, long step, int most = MaxElements)
    {
        if (step == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a sequence is not zero");
        Fill(call, call.Long(0), call.Long(1), step, most);
    }

    /// <summary>Appends numbers some apart; the end is left out.</summary>
    public static void Range(in RowCall call, long first, long end, long step)
    {
        if (step == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a range is not zero");
        Fill(call, first, (Int128)end - Math.Sign(step), step);
    }

    /// <summary>A place, negative ones counted from the end.</summary>
    public static long FromEnd(in RowCall call, long place) => place < 0 ? call.Array(0).Length + place + 1 : place;

    /// <summary>Appends elements from one place to another, each so many places after the last.</summary>
    public static void Slice(in RowCall call, long lower, long upper, long step)
    {
        if (step == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the step of a slice is not zero");
        ArrayRow array = call.Array(0);
        (long first, long last) = step > 0
            ? (Math.Max(1, lower), Math.Min(array.Length, upper))
            : (Math.Min(array.Length, lower), Math.Max(1, upper));
        for (Int128 at = first; step > 0 ? at <= last : at >= last; at += step)
            ArrayBuilding.Elements(call).AppendFrom(array.Elements, array.Start + (int)at - 1);
        ArrayBuilding.End(call);
    }

    private static void Fill(in RowCall call, long first, Int128 last, long step, int most = MaxElements)
    {
        CheckSize((long)Int128.Clamp(((last - first) / step) + 1, 0, long.MaxValue), most);
        var elements = (FixedWidthBuilder<long>)ArrayBuilding.Elements(call);
        for (Int128 at = first; step > 0 ? at <= last : at >= last; at += step)
            elements.Append((long)at);
        ArrayBuilding.End(call);
    }

    /// <summary>Refuses arrays that no machine should build.</summary>
    public static void CheckSize(long elements, int most = MaxElements)
    {
        if (elements > most)
            throw new QueryException(
                ErrorCode.InvalidParameterValue, $"an array of {elements} elements has more than {most}",
                most == MaxSequence ? "In FROM, generate_series makes rows without an array." : null);
    }
}
