using QueryEngine.Columnar;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>Functions that give the argument of another row: lag, lead, and the first, last and n-th of the frame.</summary>
internal static class WindowValues
{
    private const int Default = -2;
    private const int None = -1;

    /// <summary>The result for every row, which the caller owns; null when the function is none of these.</summary>
    public static ColumnVector? TryCompute(WindowCall call, WindowRows rows, WindowFrames frames, WindowInputs inputs, MemoryContext memory)
    {
        Func<int, int>? place = call.Function switch
        {
            "lag" => row => Shifted(row, OffsetOf(inputs, row) is { } offset ? -offset : null, call, rows, inputs),
            "lead" => row => Shifted(row, OffsetOf(inputs, row), call, rows, inputs),
            "first_value" => row => InFrame(row, 1, isFromEnd: false, call, frames, inputs),
            "last_value" => row => InFrame(row, 1, isFromEnd: true, call, frames, inputs),
            "nth_value" => row => InFrame(row, NumberOf(inputs, row), isFromEnd: false, call, frames, inputs),
            _ => null,
        };
        if (place is null)
            return null;

        int[] places = new int[rows.RowCount];
        bool usesDefault = false;
        for (int row = 0; row < places.Length; row++)
        {
            places[row] = place(row);
            usesDefault |= places[row] == Default;
        }

        if (!usesDefault)
            return Gather.TakeOrNull(inputs.Arguments[0], places, memory);

        // The defaults stand behind the values.
        ColumnVector? defaults = inputs.Arguments.Length > 2 ? inputs.Arguments[2] : null;
        for (int row = 0; row < places.Length; row++)
            if (places[row] == Default)
                places[row] = defaults is null ? None : rows.RowCount + row;
        if (defaults is null)
            return Gather.TakeOrNull(inputs.Arguments[0], places, memory);
        using ColumnVector both = Concat.Vectors([inputs.Arguments[0], defaults], memory);
        return Gather.TakeOrNull(both, places, memory);
    }

    private static long? OffsetOf(WindowInputs inputs, int row)
    {
        if (inputs.Arguments.Length < 2)
            return 1;
        return inputs.Arguments[1].GetValue(row) is long offset ? offset : null;
    }

    private static long NumberOf(WindowInputs inputs, int row)
    {
        if (inputs.Arguments[1].GetValue(row) is not long number)
            return 0;
        return number > 0 ? number : throw new QueryException(ErrorCode.InvalidParameterValue, $"nth_value was asked for value {number}");
    }

    private static int Shifted(int row, long? offset, WindowCall call, WindowRows rows, WindowInputs inputs)
    {
        if (offset is not { } distance)
            return None;
        if (!call.IgnoreNulls || distance == 0)
        {
            Int128 target = (Int128)row + distance;
            return target >= rows.PartitionStart[row] && target < rows.PartitionEnd[row] ? (int)target : Default;
        }

        int step = Math.Sign(distance);
        for (int other = row + step; other >= rows.PartitionStart[row] && other < rows.PartitionEnd[row]; other += step)
        {
            if (!inputs.Arguments[0].IsNull(other) && (distance -= step) == 0)
                return other;
        }

        return Default;
    }

    private static int InFrame(int row, long number, bool isFromEnd, WindowCall call, WindowFrames frames, WindowInputs inputs)
    {
        if (number == 0)
            return None;

        (int start, int end) = frames.Of(row);
        (int excludedStart, int excludedEnd, int kept) = frames.Excluded(row);
        if (!call.IgnoreNulls && frames.Exclusion == FrameExclusion.NoOthers)
            return number > end - start ? None : isFromEnd ? end - (int)number : start + (int)number - 1;

        int step = isFromEnd ? -1 : 1;
        for (int other = isFromEnd ? end - 1 : start; other >= start && other < end; other += step)
        {
            bool isExcluded = other >= excludedStart && other < excludedEnd && other != kept;
            if (!isExcluded && !(call.IgnoreNulls && inputs.Arguments[0].IsNull(other)) && --number == 0)
                return other;
        }

        return None;
    }
}
