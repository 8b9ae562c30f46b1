using System.Numerics;
using QueryEngine.Columnar;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Sorting;

/// <summary>Compares rows of flat columns by sort keys, one key after another.</summary>
internal sealed class SortComparer(IReadOnlyList<ColumnVector> keys, IReadOnlyList<SortKey> order)
{
    private readonly KeyComparer[] _keys = [.. keys.Zip(order, KeyComparer.Create)];

    /// <summary>Less than, equal to or greater than zero, by the keys from <paramref name="firstKey"/> on.</summary>
    public int Compare(int left, int right, int firstKey = 0)
    {
        for (int key = firstKey; key < _keys.Length; key++)
        {
            int result = _keys[key].Compare(left, right);
            if (result != 0)
                return result;
        }

        return 0;
    }

    /// <summary>Compares rows of two flat columns by one key.</summary>
    public static int Compare(ColumnVector left, int leftRow, ColumnVector right, int rightRow, SortKey order)
    {
        bool leftNull = left.IsNull(leftRow), rightNull = right.IsNull(rightRow);
        if (leftNull || rightNull)
            return leftNull == rightNull ? 0 : leftNull == order.NullsFirst ? -1 : 1;
        int result = RowComparer.Compare(left, leftRow, right, rightRow);
        return order.Descending ? -result : result;
    }

    private abstract class KeyComparer(ColumnVector column, SortKey order)
    {
        private readonly bool _hasNulls = column.MayHaveNulls;
        private readonly int _sign = order.Descending ? -1 : 1;

        protected ColumnVector Column => column;

        public static KeyComparer Create(ColumnVector column, SortKey order) => column switch
        {
            FixedWidthVector<bool> v => new BoolKey(v, order),
            FixedWidthVector<sbyte> v => new FixedKey<sbyte>(v, order),
            FixedWidthVector<short> v => new FixedKey<short>(v, order),
            FixedWidthVector<int> v => new FixedKey<int>(v, order),
            FixedWidthVector<long> v => new FixedKey<long>(v, order),
            FixedWidthVector<Int128> v => new FixedKey<Int128>(v, order),
            FixedWidthVector<UInt128> v => new FixedKey<UInt128>(v, order),
            FixedWidthVector<float> v => new FloatKey<float>(v, order),
            FixedWidthVector<double> v => new FloatKey<double>(v, order),
            BytesVector v => new BytesKey(v, order),
            _ => new BoxedKey(column, order),
        };

        public int Compare(int left, int right)
        {
            if (_hasNulls)
            {
                bool leftNull = column.IsNull(left);
                bool rightNull = column.IsNull(right);
                if (leftNull || rightNull)
                    return leftNull == rightNull ? 0 : leftNull == order.NullsFirst ? -1 : 1;
            }

            return CompareValues(left, right) * _sign;
        }

        protected abstract int CompareValues(int left, int right);
    }

    private sealed class BoolKey(FixedWidthVector<bool> column, SortKey order) : KeyComparer(column, order)
    {
        protected override int CompareValues(int left, int right) => column.Values[left].CompareTo(column.Values[right]);
    }

    private sealed class FixedKey<T>(FixedWidthVector<T> column, SortKey order) : KeyComparer(column, order)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        protected override int CompareValues(int left, int right)
        {
            ReadOnlySpan<T> values = column.Values;
            return values[left] < values[right] ? -1 : values[left] > values[right] ? 1 : 0;
        }
    }

    // NaN is the largest number and equal to itself.
    private sealed class FloatKey<T>(FixedWidthVector<T> column, SortKey order) : KeyComparer(column, order)
        where T : unmanaged, IFloatingPoint<T>
    {
        protected override int CompareValues(int left, int right)
        {
            T l = column.Values[left], r = column.Values[right];
            if (T.IsNaN(l) || T.IsNaN(r))
                return T.IsNaN(l) == T.IsNaN(r) ? 0 : T.IsNaN(l) ? 1 : -1;
            return l < r ? -1 : l > r ? 1 : 0;
        }
    }

    private sealed class BytesKey(BytesVector column, SortKey order) : KeyComparer(column, order)
    {
        protected override int CompareValues(int left, int right) => Math.Sign(column[left].SequenceCompareTo(column[right]));
    }

    private sealed class BoxedKey(ColumnVector column, SortKey order) : KeyComparer(column, order)
    {
        protected override int CompareValues(int left, int right) =>
            Math.Sign(BoxedValue.Compare(Column.GetValue(left)!, Column.GetValue(right)!));
    }
}
