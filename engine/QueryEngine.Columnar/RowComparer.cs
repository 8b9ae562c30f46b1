using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>
/// Orders and compares single rows of vectors of one type and any encoding. NULLs are equal and the largest, within nested values too; NaN is equal
/// to itself and the largest number; text is ordered by code point.
/// </summary>
public static class RowComparer
{
    /// <summary>Whether two rows are equal in every column; NULLs are.</summary>
    public static bool Equal(ReadOnlySpan<ColumnVector> left, int leftRow, ReadOnlySpan<ColumnVector> right, int rightRow)
    {
        for (int column = 0; column < left.Length; column++)
            if (!Equal(left[column], leftRow, right[column], rightRow))
                return false;
        return true;
    }

    /// <summary>Whether two values are equal; NULLs are.</summary>
    public static bool Equal(ColumnVector left, int leftRow, ColumnVector right, int rightRow)
    {
        if (left is MapVector or DictionaryVector { Dictionary: MapVector } or ConstantVector { Value: MapVector })
            return MapsEqual(left, leftRow, right, rightRow);
        return Compare(left, leftRow, right, rightRow) == 0;
    }

    /// <summary>Whether two values are equal where a NULL, inside of arrays and rows too, is unknown: null when it decides.</summary>
    public static bool? IsKnownEqual(ColumnVector left, int leftRow, ColumnVector right, int rightRow)
    {
        if (left.IsNull(leftRow) || right.IsNull(rightRow))
            return null;
        (left, leftRow) = Resolve(left, leftRow);
        (right, rightRow) = Resolve(right, rightRow);
        bool? isEqual = true;
        if (left is ArrayVector l && right is ArrayVector r)
        {
            int length = l.Offsets[leftRow + 1] - l.Offsets[leftRow];
            if (length != r.Offsets[rightRow + 1] - r.Offsets[rightRow])
                return false;
            for (int at = 0; at < length && isEqual != false; at++)
                isEqual &= IsKnownEqual(l.Elements, l.Offsets[leftRow] + at, r.Elements, r.Offsets[rightRow] + at);
            return isEqual;
        }

        if (left is not RowVector leftFields || right is not RowVector rightFields)
            return Equal(left, leftRow, right, rightRow);
        for (int field = 0; field < leftFields.Fields.Length && isEqual != false; field++)
            isEqual &= IsKnownEqual(leftFields.Fields[field], leftRow, rightFields.Fields[field], rightRow);
        return isEqual;
    }

    /// <summary>Less than, equal to or greater than zero.</summary>
    public static int Compare(ColumnVector left, int leftRow, ColumnVector right, int rightRow)
    {
        bool leftNull = left.IsNull(leftRow), rightNull = right.IsNull(rightRow);
        if (leftNull || rightNull)
            return leftNull.CompareTo(rightNull);

        (left, leftRow) = Resolve(left, leftRow);
        (right, rightRow) = Resolve(right, rightRow);
        return (left, right) switch
        {
            (FixedWidthVector<bool> l, FixedWidthVector<bool> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<sbyte> l, FixedWidthVector<sbyte> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<short> l, FixedWidthVector<short> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<int> l, FixedWidthVector<int> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<long> l, FixedWidthVector<long> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<Int128> l, FixedWidthVector<Int128> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<UInt128> l, FixedWidthVector<UInt128> r) => l.Values[leftRow].CompareTo(r.Values[rightRow]),
            (FixedWidthVector<float> l, FixedWidthVector<float> r) => ComparisonKernel.OrderWithNaN(l.Values[leftRow], r.Values[rightRow]),
            (FixedWidthVector<double> l, FixedWidthVector<double> r) => ComparisonKernel.OrderWithNaN(l.Values[leftRow], r.Values[rightRow]),
            (BytesVector l, BytesVector r) => l[leftRow].SequenceCompareTo(r[rightRow]),
            (ArrayVector l, ArrayVector r) => CompareArrays(l, leftRow, r, rightRow),
            (RowVector l, RowVector r) => CompareRows(l, leftRow, r, rightRow),
            (MapVector, MapVector) => throw QueryException.NotSupported("an order of maps"),
            _ => throw new ArgumentException($"{left.Type} and {right.Type} have different layouts", nameof(right)),
        };
    }

    private static (ColumnVector Vector, int Row) Resolve(ColumnVector vector, int row) => vector switch
    {
        ConstantVector constant => (constant.Value, 0),
        DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
        _ => (vector, row),
    };

    private static int CompareArrays(ArrayVector left, int leftRow, ArrayVector right, int rightRow)
    {
        (int l, int leftEnd) = (left.Offsets[leftRow], left.Offsets[leftRow + 1]);
        (int r, int rightEnd) = (right.Offsets[rightRow], right.Offsets[rightRow + 1]);
        for (; l < leftEnd && r < rightEnd; l++, r++)
        {
            int order = Compare(left.Elements, l, right.Elements, r);
            if (order != 0)
                return order;
        }

        return (leftEnd - l).CompareTo(rightEnd - r);
    }

    private static int CompareRows(RowVector left, int leftRow, RowVector right, int rightRow)
    {
        for (int column = 0; column < left.Fields.Length; column++)
        {
            int order = Compare(left.Fields[column], leftRow, right.Fields[column], rightRow);
            if (order != 0)
                return order;
        }

        return 0;
    }

    private static bool MapsEqual(ColumnVector left, int leftRow, ColumnVector right, int rightRow)
    {
        if (left.IsNull(leftRow) || right.IsNull(rightRow))
            return left.IsNull(leftRow) == right.IsNull(rightRow);

        (left, leftRow) = Resolve(left, leftRow);
        (right, rightRow) = Resolve(right, rightRow);
        var (l, r) = ((MapVector)left, (MapVector)right);
        (int leftStart, int leftEnd) = (l.Offsets[leftRow], l.Offsets[leftRow + 1]);
        (int rightStart, int rightEnd) = (r.Offsets[rightRow], r.Offsets[rightRow + 1]);
        if (leftEnd - leftStart != rightEnd - rightStart)
            return false;

        for (int entry = leftStart; entry < leftEnd; entry++)
        {
            int other = rightStart;
            while (other < rightEnd && !Equal(l.Keys, entry, r.Keys, other))
                other++;
            if (other == rightEnd || !Equal(l.Values, entry, r.Values, other))
                return false;
        }

        return true;
    }
}
