using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Sorting;

/// <summary>
/// Orders rows: by 64-bit prefixes of their normalized keys, then equal prefixes by comparing whole rows. Few rows with equal keys stay in the order
/// in which they came, which people see in small tables; for many that would cost more than it is worth.
/// </summary>
internal static class RowSorter
{
    private const int FewRows = 2 * RecordBatch.MaxRows;

    /// <summary>The numbers of the rows in order. The keys may be of any encoding and stay the caller's.</summary>
    public static int[] Sort(IReadOnlyList<ColumnVector> keys, IReadOnlyList<SortKey> order, int rowCount)
    {
        ColumnVector[] flat = [.. keys.Select(key => Gather.Flatten(key, MemoryContext.Unlimited))];
        try
        {
            var prefixes = new ulong[rowCount];
            int[] rows = new int[rowCount];
            int exact = SortPrefix.Write(flat, order, [.. flat.Select(key => key.MayHaveNulls)], prefixes);
            for (int row = 0; row < rowCount; row++)
                rows[row] = row;
            SortRun(prefixes, rows, new SortComparer(flat, order), exact, exact == keys.Count);
            return rows;
        }
        finally
        {
            Compaction.DisposeAll(flat);
        }
    }

    /// <summary>The numbers of the rows in order, as a buffer that the caller owns. The keys are flat.</summary>
    public static NativeBuffer Sort(IReadOnlyList<ColumnVector> keys, IReadOnlyList<SortKey> order, int rowCount, MemoryContext memory)
    {
        using NativeBuffer prefixes = memory.Allocate((long)rowCount * sizeof(ulong));
        NativeBuffer numbers = memory.Allocate((long)rowCount * sizeof(int));
        try
        {
            Span<ulong> prefixOfRow = prefixes.Span<ulong>(rowCount);
            Span<int> rows = numbers.Span<int>(rowCount);
            int exact = SortPrefix.Write(keys, order, [.. keys.Select(key => key.MayHaveNulls)], prefixOfRow);
            for (int row = 0; row < rowCount; row++)
                rows[row] = row;
            SortRun(prefixOfRow, rows, new SortComparer(keys, order), exact, exact == keys.Count);
            return numbers;
        }
        catch
        {
            numbers.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The numbers of the rows in order, as a buffer that the caller owns. Runs of rows are sorted in parallel, then merged. The keys are flat.
    /// </summary>
    public static async Task<NativeBuffer> SortAsync(
        IReadOnlyList<ColumnVector> keys, IReadOnlyList<SortKey> order, int rowCount, MemoryContext memory, ParallelWork work, CancellationToken cancellationToken)
    {
        using NativeBuffer prefixes = memory.Allocate((long)rowCount * sizeof(ulong));
        NativeBuffer rows = memory.Allocate((long)rowCount * sizeof(int));
        try
        {
            bool[] mayHaveNulls = [.. keys.Select(key => key.MayHaveNulls)];
            var comparer = new SortComparer(keys, order);
            int exact = 0;
            int runs = rowCount < FewRows ? 1 : work.Threads;
            int runLength = (rowCount + runs - 1) / Math.Max(runs, 1);
            await work.ForEachAsync(
                runs,
                run =>
                {
                    int start = Math.Min(run * runLength, rowCount);
                    int length = Math.Min(runLength, rowCount - start);
                    ColumnVector[] slices = [.. keys.Select(key => key.Slice(start, length))];
                    try
                    {
                        Span<ulong> runPrefixes = prefixes.Span<ulong>(start, length);
                        Span<int> runRows = rows.Span<int>(start, length);
                        int exactHere = SortPrefix.Write(slices, order, mayHaveNulls, runPrefixes);
                        Volatile.Write(ref exact, exactHere);
                        for (int row = 0; row < length; row++)
                            runRows[row] = start + row;
                        SortRun(runPrefixes, runRows, comparer, exactHere, exactHere == keys.Count);
                    }
                    finally
                    {
                        Compaction.DisposeAll(slices);
                    }
                },
                cancellationToken);
            if (runs == 1)
                return rows;

            NativeBuffer merged = memory.Allocate((long)rowCount * sizeof(int));
            Merge(prefixes.Span<ulong>(rowCount), rows.Span<int>(rowCount), merged.Span<int>(rowCount), runLength, comparer, exact);
            rows.Dispose();
            return merged;
        }
        catch
        {
            if (!rows.IsReleased)
                rows.Dispose();
            throw;
        }
    }

    private static void SortRun(Span<ulong> prefixes, Span<int> rows, SortComparer comparer, int exactKeys, bool isExact)
    {
        prefixes.Sort(rows);
        bool isStable = rows.Length <= FewRows;
        if (isExact && !isStable)
            return;

        int start = 0;
        while (start < rows.Length)
        {
            int end = start + 1;
            while (end < rows.Length && prefixes[end] == prefixes[start])
                end++;
            if (end - start > 1 && isExact)
                rows[start..end].Sort();
            else if (end - start > 1)
                rows[start..end].Sort((left, right) => comparer.Compare(left, right, exactKeys) is var order && order == 0 && isStable ? left.CompareTo(right) : order);
            start = end;
        }
    }

    // Few runs (one a driver): the least head is looked for one by one.
    private static void Merge(
        ReadOnlySpan<ulong> prefixes, ReadOnlySpan<int> rows, Span<int> merged, int runLength, SortComparer comparer, int exactKeys)
    {
        int runs = (rows.Length + runLength - 1) / runLength;
        Span<int> heads = new int[runs];
        for (int run = 0; run < runs; run++)
            heads[run] = run * runLength;
        for (int at = 0; at < merged.Length; at++)
        {
            int best = -1;
            for (int run = 0; run < runs; run++)
            {
                if (heads[run] >= Math.Min((run + 1) * runLength, rows.Length))
                    continue;
                if (best < 0 || Precedes(heads[run], heads[best], prefixes, rows, comparer, exactKeys))
                    best = run;
            }

            merged[at] = rows[heads[best]++];
        }
    }

    private static bool Precedes(
        int left, int right, ReadOnlySpan<ulong> prefixes, ReadOnlySpan<int> rows, SortComparer comparer, int exactKeys) =>
        prefixes[left] != prefixes[right]
            ? prefixes[left] < prefixes[right]
            : comparer.Compare(rows[left], rows[right], exactKeys) < 0;
}
