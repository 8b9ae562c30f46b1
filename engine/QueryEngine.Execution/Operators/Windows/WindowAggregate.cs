using System.Text;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Evaluation;
using QueryEngine.Functions;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Windows;

/// <summary>
/// Aggregates over frames. A frame that is the whole partition is computed once a partition; one that only grows takes every row in once; all
/// others are taken in row by row, once for neighbours that share one: rows times the length of frames, so it looks whether it is canceled.
/// </summary>
internal static class WindowAggregate
{
    /// <summary>The result for every row, which the caller owns.</summary>
    public static ColumnVector Compute(
        AggregateFunction function, WindowCall call, WindowRows rows, WindowFrames frames, WindowInputs inputs, FunctionContext functions, CancellationToken cancellationToken)
    {
        bool isDistinct = call.IsDistinct && !function.IgnoresDuplicates;
        if (isDistinct && frames.Exclusion != FrameExclusion.NoOthers)
            throw QueryException.NotSupported($"{call.Function}(DISTINCT ...) with OVER and EXCLUDE");

        using var passing = new PassingRows(inputs, rows.RowCount, isDistinct, functions.Memory);
        if (isDistinct)
            return ByFrame(function, rows, frames, passing, functions, cancellationToken);
        if (frames.IsWholePartition)
            return ByPartition(function, rows, passing, functions);
        return frames.IsGrowing
            ? Growing(function, rows, frames, passing, functions)
            : ByFrame(function, rows, frames, passing, functions, cancellationToken);
    }

    private static ColumnVector ByPartition(AggregateFunction function, WindowRows rows, PassingRows passing, FunctionContext functions)
    {
        int[] partitions = new int[rows.RowCount];
        int count = 0;
        for (int row = 0; row < partitions.Length; row++)
            partitions[row] = rows.PartitionStart[row] == row ? count++ : count - 1;

        using Accumulator states = function.CreateAccumulator(functions);
        states.EnsureGroups(count);
        states.Add(passing.Arguments, passing.Choose(partitions));
        using ColumnVector results = states.BuildResults(0, count);
        return Gather.Take(results, partitions, functions.Memory);
    }

    private static ColumnVector Growing(
        AggregateFunction function, WindowRows rows, WindowFrames frames, PassingRows passing, FunctionContext functions)
    {
        using VectorBuilder results = VectorBuilder.Create(function.ReturnType, functions.Memory, rows.RowCount);
        int[] places = new int[rows.RowCount];
        int built = 0;
        Accumulator? state = null;
        int taken = 0;
        try
        {
            for (int row = 0; row < rows.RowCount; row++)
            {
                if (rows.PartitionStart[row] == row)
                {
                    state?.Dispose();
                    state = function.CreateAccumulator(functions);
                    state.EnsureGroups(1);
                    taken = row;
                }

                int end = frames.Of(row).End;
                if (end > taken || rows.PartitionStart[row] == row)
                {
                    passing.AddTo(state!, taken, end, group: 0);
                    taken = end;
                    using ColumnVector result = state!.BuildResults(0, 1);
                    results.AppendFrom(result, 0);
                    built++;
                }

                places[row] = built - 1;
            }
        }
        finally
        {
            state?.Dispose();
        }

        using ColumnVector values = results.Build();
        return Gather.Take(values, places, functions.Memory);
    }

    private static ColumnVector ByFrame(
        AggregateFunction function, WindowRows rows, WindowFrames frames, PassingRows passing, FunctionContext functions, CancellationToken cancellationToken)
    {
        bool isShared = frames.Exclusion == FrameExclusion.NoOthers;
        var parts = new List<ColumnVector>();
        try
        {
            for (int first = 0; first < rows.RowCount; first += RecordBatch.MaxRows)
            {
                int count = Math.Min(RecordBatch.MaxRows, rows.RowCount - first);
                using Accumulator states = function.CreateAccumulator(functions);
                states.EnsureGroups(count);
                int[] places = new int[count];
                int groups = 0;
                (int Start, int End) before = (-1, -1);
                for (int row = first; row < first + count; row++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (int Start, int End) frame = frames.Of(row);
                    if (!isShared || frame != before)
                        AddFrame(states, groups++, row, frame, frames, passing);
                    places[row - first] = groups - 1;
                    before = frame;
                }

                using ColumnVector results = states.BuildResults(0, groups);
                parts.Add(groups == count ? results.Slice(0, count) : Gather.Take(results, places, functions.Memory));
            }

            return Concat.Vectors(parts, functions.Memory);
        }
        finally
        {
            Compaction.DisposeAll([.. parts]);
        }
    }

    private static void AddFrame(Accumulator states, int group, int row, (int Start, int End) frame, WindowFrames frames, PassingRows passing)
    {
        (int start, int end) = frame;
        (int excludedStart, int excludedEnd, int kept) = frames.Excluded(row);
        if (excludedStart == excludedEnd)
        {
            passing.AddTo(states, start, end, group);
            return;
        }

        passing.AddTo(states, start, Math.Clamp(excludedStart, start, end), group);
        if (kept >= start && kept < end)
            passing.AddTo(states, kept, kept + 1, group);
        passing.AddTo(states, Math.Clamp(excludedEnd, start, end), end, group);
    }

    /// <summary>The arguments of the rows that the FILTER clause lets pass.</summary>
    private sealed class PassingRows : IDisposable
    {
        private readonly int[]? _passing;
        private readonly int[]? _before;
        private readonly int[]? _twins;
        private readonly int _rowCount;

        public PassingRows(WindowInputs inputs, int rowCount, bool isDistinct, MemoryContext memory)
        {
            _rowCount = rowCount;
            if (inputs.Filter is null)
                Arguments = [.. inputs.Arguments.Select(argument => argument.Slice(0, rowCount))];
            else
                (Arguments, _passing, _before) = Filtered(inputs, inputs.Filter, rowCount, memory);
            if (isDistinct)
                _twins = FindTwins(Arguments, _passing?.Length ?? rowCount, memory);
        }

        public ColumnVector[] Arguments { get; }

        public int[] Choose(int[] ofRows) => _passing is null ? ofRows[.._rowCount] : [.. _passing.Select(row => ofRows[row])];

        public void AddTo(Accumulator states, int start, int end, int group)
        {
            if (_before is not null)
                (start, end) = (_before[start], _before[end]);
            if (_twins is null)
            {
                AddRun(states, start, end, group);
                return;
            }

            // DISTINCT: a row counts where its twin is before the frame.
            int from = start;
            for (int row = start; row < end; row++)
            {
                if (_twins[row] < start)
                    continue;
                AddRun(states, from, row, group);
                from = row + 1;
            }

            AddRun(states, from, end, group);
        }

        public void Dispose() => Compaction.DisposeAll(Arguments);

        private static (ColumnVector[] Arguments, int[] Passing, int[] Before) Filtered(WindowInputs inputs, ColumnVector filter, int rowCount, MemoryContext memory)
        {
            int[] rows = new int[rowCount];
            int count = Booleans.TrueRows(filter, RowNumbers.UpTo(rowCount), rows);
            int[] passing = rows[..count];
            int[] before = new int[rowCount + 1];
            for (int row = 0, next = 0; row < rowCount; row++)
            {
                bool passes = next < count && rows[next] == row;
                next += passes ? 1 : 0;
                before[row + 1] = next;
            }

            return ([.. inputs.Arguments.Select(argument => Gather.Take(argument, passing, memory))], passing, before);
        }

        // For each row the last one before it with the same arguments, or -1.
        private static int[] FindTwins(ColumnVector[] arguments, int rowCount, MemoryContext memory)
        {
            using BytesVector keys = SortKeys.Encode(arguments, new SortKeyOrder[arguments.Length], rowCount, memory);
            Dictionary<string, int> last = [];
            int[] twins = new int[rowCount];
            for (int row = 0; row < rowCount; row++)
            {
                string key = Encoding.Latin1.GetString(keys[row]);
                twins[row] = last.GetValueOrDefault(key, -1);
                last[key] = row;
            }

            return twins;
        }

        private void AddRun(Accumulator states, int start, int end, int group)
        {
            if (start >= end)
                return;

            var slices = new ColumnVector[Arguments.Length];
            try
            {
                for (int argument = 0; argument < slices.Length; argument++)
                    slices[argument] = Arguments[argument].Slice(start, end - start);
                states.AddToOne(slices, end - start, group);
            }
            finally
            {
                Compaction.DisposeAll(slices);
            }
        }
    }
}
