using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

[ScalarFunction("array_sort", "The elements in an order: 'ASC' or 'DESC', and 'NULLS FIRST' or 'NULLS LAST'.", Aliases = ["list_sort"])]
[Example("array_sort(ARRAY[1, 3, NULL], 'DESC')", "[NULL, 3, 1]")]
[Example("array_sort(ARRAY[1, 3, NULL], 'DESC', 'NULLS LAST')", "[3, 1, NULL]")]
[Example("array_sort(ARRAY[1], 'UP')", "error 22023")]
internal sealed class ArraySortOrderOverload() : RowOverload("array(T), varchar -> array(T) | array(T), varchar, varchar -> array(T)")
{
    protected internal override void Invoke(in RowCall call)
    {
        bool isDescending = call.Text(1).Trim().ToUpperInvariant() switch
        {
            "ASC" => false,
            "DESC" => true,
            var other => throw new QueryException(ErrorCode.InvalidParameterValue, $"'{other}' is no order of an array", "Use ASC or DESC."),
        };
        bool nullsFirst = call.Count < 3 ? isDescending : call.Text(2).Trim().ToUpperInvariant() switch
        {
            "NULLS FIRST" => true,
            "NULLS LAST" => false,
            var other => throw new QueryException(ErrorCode.InvalidParameterValue, $"'{other}' is no place of NULLs", "Use NULLS FIRST or NULLS LAST."),
        };
        ArraySorting.Append(call, isDescending, nullsFirst);
    }
}

[ScalarFunction("array_reverse_sort", "The elements in descending order.", Aliases = ["list_reverse_sort", "array_sort_desc"])]
[Example("array_reverse_sort(ARRAY[1, 3, 2])", "[3, 2, 1]")]
internal sealed class ArrayReverseSortOverload() : RowOverload("array(T) -> array(T)")
{
    protected internal override void Invoke(in RowCall call) => ArraySorting.Append(call, isDescending: true, nullsFirst: true);
}

[ScalarFunction("list_has_any", "Whether two arrays have an element that is not NULL in common: the operator &&.", Aliases = ["array_has_any"])]
[Example("list_has_any(ARRAY[1, 2], ARRAY[2, 3])", "true")]
[Example("list_has_any(ARRAY[1, NULL], ARRAY[NULL, 3])", "false")]
internal sealed class ListHasAnyOverload() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow left = call.Array(0), right = call.Array(1);
        bool overlaps = false;
        for (int at = left.Start; at < left.End && !overlaps; at++)
            overlaps = !left.Elements.IsNull(at) && ArraySets.Find(left.Elements, at, right.Elements, right.Start, right.End) >= 0;
        call.Append(overlaps);
    }
}

/// <summary>Sorting elements.</summary>
internal static class ArraySorting
{
    /// <summary>Ends the row with the elements of the first argument in an order.</summary>
    public static void Append(in RowCall call, bool isDescending, bool nullsFirst)
    {
        ArrayRow array = call.Array(0);
        ColumnVector elements = array.Elements;
        int[] places = [.. Enumerable.Range(array.Start, array.Length)];
        Array.Sort(places, (left, right) =>
        {
            (bool leftNull, bool rightNull) = (elements.IsNull(left), elements.IsNull(right));
            if (leftNull != rightNull)
                return leftNull == nullsFirst ? -1 : 1;
            int order = leftNull ? 0 : RowComparer.Compare(elements, left, elements, right);
            return order == 0 ? left.CompareTo(right) : isDescending ? -order : order;
        });
        foreach (int place in places)
            ArrayBuilding.Elements(call).AppendFrom(elements, place);
        ArrayBuilding.End(call);
    }
}
