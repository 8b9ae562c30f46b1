using QueryEngine.Functions.Temporal;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>The frame of each row, as places in the ordered rows.</summary>
internal sealed class WindowFrames
{
    private readonly WindowRows _rows;
    private readonly WindowFrame _frame;
    private readonly ColumnVector? _startOffset;
    private readonly ColumnVector? _endOffset;
    private readonly RangeKey? _range;

    public WindowFrames(WindowFrame frame, WindowRows rows, WindowInputs inputs)
    {
        (_frame, _rows, _startOffset, _endOffset) = (frame, rows, inputs.StartOffset, inputs.EndOffset);
        if (frame.Unit == FrameUnit.Range && (_startOffset ?? _endOffset) is not null)
            _range = RangeKey.Create(rows);
    }

    /// <summary>Whether the frame is always the whole partition.</summary>
    public bool IsWholePartition => _frame is { Start.Kind: FrameBoundKind.UnboundedPreceding, End.Kind: FrameBoundKind.UnboundedFollowing, Exclusion: FrameExclusion.NoOthers }
        || (_rows.Order.Length == 0 && _frame is { Unit: FrameUnit.Range, Start.Kind: FrameBoundKind.UnboundedPreceding, End.Kind: FrameBoundKind.CurrentRow, Exclusion: FrameExclusion.NoOthers });

    /// <summary>Whether the frame begins at the partition's start and only ever grows within it.</summary>
    public bool IsGrowing => _frame is { Start.Kind: FrameBoundKind.UnboundedPreceding, End.Kind: FrameBoundKind.CurrentRow, Exclusion: FrameExclusion.NoOthers };

    /// <summary>What is left out of the frame.</summary>
    public FrameExclusion Exclusion => _frame.Exclusion;

    /// <summary>The first row of the frame and the row behind it; equal when it is empty.</summary>
    public (int Start, int End) Of(int row)
    {
        int low = _rows.PartitionStart[row];
        int high = _rows.PartitionEnd[row];
        int start = Math.Clamp(Bound(_frame.Start, _startOffset, row, isStart: true), low, high);
        int end = Math.Clamp(Bound(_frame.End, _endOffset, row, isStart: false), low, high);
        return start < end ? (start, end) : (start, start);
    }

    /// <summary>The rows of a frame that are left out: none, or from a row to the row behind the last; a row between may stay.</summary>
    public (int Start, int End, int Kept) Excluded(int row) => _frame.Exclusion switch
    {
        FrameExclusion.CurrentRow => (row, row + 1, -1),
        FrameExclusion.Group => (_rows.PeerStart[row], _rows.PeerEnd[row], -1),
        FrameExclusion.Ties => (_rows.PeerStart[row], _rows.PeerEnd[row], row),
        _ => (0, 0, -1),
    };

    private int Bound(FrameBound bound, ColumnVector? offset, int row, bool isStart)
    {
        switch (bound.Kind)
        {
            case FrameBoundKind.UnboundedPreceding:
                return _rows.PartitionStart[row];
            case FrameBoundKind.UnboundedFollowing:
                return _rows.PartitionEnd[row];
            case FrameBoundKind.CurrentRow:
                return _frame.Unit == FrameUnit.Rows ? row + (isStart ? 0 : 1) : isStart ? _rows.PeerStart[row] : _rows.PeerEnd[row];
        }

        int sign = bound.Kind == FrameBoundKind.Preceding ? -1 : 1;
        if (_frame.Unit == FrameUnit.Range)
            return _range!.Find(row, offset!, sign, isStart);

        long distance = CountOf(offset!, row);
        if (_frame.Unit == FrameUnit.Rows)
            return (int)Math.Clamp(row + (sign * Math.Min(distance, int.MaxValue)) + (isStart ? 0 : 1), 0, _rows.RowCount);
        return GroupBound(row, sign * Math.Min(distance, int.MaxValue), isStart);
    }

    private int GroupBound(int row, long distance, bool isStart)
    {
        long wanted = _rows.PeerGroup[row] + distance;
        int low = _rows.PartitionStart[row];
        int high = _rows.PartitionEnd[row];

        // The first row of the group, or of the one behind it for an end.
        long first = isStart ? wanted : wanted + 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_rows.PeerGroup[middle] < first)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static long CountOf(ColumnVector offset, int row)
    {
        object? value = offset.GetValue(row);
        long count = value switch
        {
            long whole => whole,
            int whole => whole,
            short whole => whole,
            sbyte whole => whole,
            null => throw new QueryException(ErrorCode.NullNotAllowed, "a frame's offset is NULL"),
            _ => throw QueryException.NotSupported($"a frame's offset of type {offset.Type}"),
        };
        return count >= 0 ? count : throw new QueryException(ErrorCode.InvalidParameterValue, $"a frame's offset is {count}, below zero");
    }

    /// <summary>RANGE with an offset: the single order key as numbers, looked up by binary search.</summary>
    private sealed class RangeKey(WindowRows rows, ColumnVector key, SortKey order)
    {
        private const long MicrosPerDay = 86_400_000_000;

        public static RangeKey Create(WindowRows rows) => rows.Order.Length == 1
            ? new RangeKey(rows, rows.OrderKeys[0], rows.Order[0])
            : throw new QueryException(ErrorCode.WindowingError, $"a RANGE frame with an offset needs one order key, not {rows.Order.Length}");

        public int Find(int row, ColumnVector offset, int sign, bool isStart)
        {
            // The peers of NULL are all NULLs, whatever the offset.
            if (key.IsNull(row))
                return isStart ? rows.PeerStart[row] : rows.PeerEnd[row];

            object distance = offset.GetValue(row) ?? throw new QueryException(ErrorCode.NullNotAllowed, "a frame's offset is NULL");
            bool isFloat = key.Type.Physical is PhysicalType.Float32 or PhysicalType.Float64;
            int low = rows.PartitionStart[row];
            int high = rows.PartitionEnd[row];
            int direction = order.Descending ? -sign : sign;
            double floatBound = isFloat ? Number(key.GetValue(row)!) + (direction * CheckedFloat(distance)) : 0;
            Int128 bound = isFloat ? 0 : offset.Type.Kind == TypeKind.Interval ? IntervalBound(key.GetValue(row)!, distance, direction)
                : Whole(key.GetValue(row)!) + (direction * CheckedWhole(distance, offset.Type));
            long unit = offset.Type.Kind == TypeKind.Interval && key.Type is DateType ? MicrosPerDay : 1;
            while (low < high)
            {
                int middle = (low + high) >>> 1;
                int comparison = isFloat ? CompareFloat(middle, floatBound) : CompareWhole(middle, bound, unit);
                if (comparison < 0 || (comparison == 0 && !isStart))
                    low = middle + 1;
                else
                    high = middle;
            }

            return low;
        }

        // Months and days move on the calendar; a date may be compared with a time within a day.
        private Int128 IntervalBound(object value, object distance, int direction)
        {
            var interval = new Interval((Int128)distance);
            if (interval.Length < 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"a frame's offset is {SqlValueText.Format(SqlType.Interval, distance)}, below zero");
            if (direction < 0)
                interval = -interval;
            switch (key.Type)
            {
                case DateType:
                    return IntervalMath.Add((int)value * MicrosPerDay, interval);
                case TimestampType { Precision: > 6 } or TimestampWithTimeZoneType { Precision: > 6 }:
                    long nanos = (long)value;
                    long whole = nanos / 1000;
                    return ((Int128)IntervalMath.Add(whole, interval) * 1000) + (nanos % 1000);
                case IntervalType { Kind: TypeKind.Interval }:
                    return (Int128)new Interval((Int128)value).Length + interval.Length;
                default:
                    return IntervalMath.Add((long)value, interval);
            }
        }

        private int CompareFloat(int row, double bound) => key.GetValue(row) is { } value
            ? Number(value).CompareTo(bound) * (order.Descending ? -1 : 1)
            : order.NullsFirst ? -1 : 1;

        private int CompareWhole(int row, Int128 bound, long unit) => key.GetValue(row) is { } value
            ? ((key.Type.Kind == TypeKind.Interval ? new Interval((Int128)value).Length : Whole(value)) * unit).CompareTo(bound) * (order.Descending ? -1 : 1)
            : order.NullsFirst ? -1 : 1;

        private static double Number(object value) => value is float single ? single : value is double number ? number : (double)Whole(value);

        private static double CheckedFloat(object distance) => Number(distance) is var number && number >= 0
            ? number
            : throw new QueryException(ErrorCode.InvalidParameterValue, $"a frame's offset is {distance}, below zero");

        private static Int128 Whole(object value) => value switch
        {
            long whole => whole,
            int whole => whole,
            short whole => whole,
            sbyte whole => whole,
            Int128 whole => whole,
            _ => throw QueryException.NotSupported($"a RANGE frame with an offset over {value.GetType().Name}"),
        };

        private Int128 CheckedWhole(object distance, SqlType type)
        {
            Int128 whole = Whole(distance);
            if (whole < 0)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"a frame's offset is {whole}, below zero");
            switch (type.Kind)
            {
                case TypeKind.IntervalYearToMonth:
                    throw QueryException.NotSupported("a RANGE frame with an offset of months");
                case TypeKind.IntervalDayToSecond when key.Type.Kind == TypeKind.Date:
                    return whole / MicrosPerDay;
                case TypeKind.IntervalDayToSecond when key.Type is TimestampType { Precision: > 6 } or TimestampWithTimeZoneType { Precision: > 6 }:
                    return whole * 1000;
                case TypeKind.Decimal when key.Type is DecimalType decimalKey && type is DecimalType decimalOffset && decimalKey.Scale > decimalOffset.Scale:
                    for (int digit = decimalOffset.Scale; digit < decimalKey.Scale; digit++)
                        whole *= 10;
                    return whole;
                default:
                    return whole;
            }
        }
    }
}
