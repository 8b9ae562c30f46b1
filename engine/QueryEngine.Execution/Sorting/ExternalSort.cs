using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Sorting;

/// <summary>
/// Orders more rows than fit in memory: runs of rows are sorted and written to disk, then merged, a few blocks of each run in memory at a time. Runs are added
/// by one driver at a time.
/// </summary>
internal sealed class ExternalSort(IReadOnlyList<SortKey> order, int[] keyPlaces, IReadOnlyList<SqlType> types, Spiller spiller)
{
    // Of each run that is merged a block is in memory, a 64th of the budget.
    private const int MaxRuns = 16;

    private List<IReadOnlyList<SpillBlock>> _runs = [];

    /// <summary>Whether nothing was written.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>Sorts rows and writes them as one run. The batch stays the caller's.</summary>
    public void AddRun(RecordBatch rows, CancellationToken cancellationToken)
    {
        MemoryContext memory = spiller.Memory;
        ColumnVector[] keys = FlatKeys(rows, keyPlaces, memory);
        try
        {
            using NativeBuffer numbers = RowSorter.Sort(keys, order, rows.RowCount, memory);
            var blocks = new List<SpillBlock>();
            int length = spiller.RowsOfBlock(rows);
            for (int start = 0; start < rows.RowCount; start += length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<int> some = numbers.Span<int>(start, Math.Min(length, rows.RowCount - start));
                using RecordBatch block = Compaction.Taken(rows, some, memory);
                spiller.Write(block, blocks);
            }

            _runs.Add(blocks);
        }
        finally
        {
            Compaction.DisposeAll(keys);
        }
    }

    /// <summary>All rows in order; the caller owns each batch. Many runs are first merged into fewer.</summary>
    public IEnumerable<RecordBatch> Merge(CancellationToken cancellationToken)
    {
        while (_runs.Count > MaxRuns)
        {
            var longer = new List<IReadOnlyList<SpillBlock>>();
            foreach (IReadOnlyList<SpillBlock>[] some in _runs.Chunk(MaxRuns))
            {
                var blocks = new List<SpillBlock>();
                foreach (RecordBatch batch in Merge(some, cancellationToken))
                    using (batch)
                        spiller.Write(batch, blocks);
                longer.Add(blocks);
            }

            _runs = longer;
        }

        return Merge(_runs, cancellationToken);
    }

    /// <summary>The keys of rows as flat columns, which the caller owns.</summary>
    public static ColumnVector[] FlatKeys(RecordBatch rows, int[] places, MemoryContext memory)
    {
        var keys = new ColumnVector[places.Length];
        try
        {
            for (int key = 0; key < keys.Length; key++)
                keys[key] = Gather.Flatten(rows[places[key]], memory);
        }
        catch
        {
            Compaction.DisposeAll(keys);
            throw;
        }

        return keys;
    }

    private IEnumerable<RecordBatch> Merge(IReadOnlyList<IReadOnlyList<SpillBlock>> runs, CancellationToken cancellationToken)
    {
        using var merger = new RunMerger([.. runs.Select(run => new RunReader(run, types, order, keyPlaces, spiller))], order, spiller.Memory);
        while (merger.Next() is { } batch)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                batch.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            yield return batch;
        }
    }
}

/// <summary>Reads a sorted run block by block, with the prefixes of its keys.</summary>
internal sealed class RunReader(
    IReadOnlyList<SpillBlock> blocks, IReadOnlyList<SqlType> types, IReadOnlyList<SortKey> order, int[] keyPlaces, Spiller spiller) : IDisposable
{
    private int _next;

    /// <summary>The block that is read; null at the end.</summary>
    public RecordBatch? Block { get; private set; }

    /// <summary>The keys of the block.</summary>
    public ColumnVector[] Keys { get; private set; } = [];

    /// <summary>One prefix a row of the block.</summary>
    public ulong[] Prefixes { get; private set; } = [];

    /// <summary>How many keys are in the prefixes completely.</summary>
    public int ExactKeys { get; private set; }

    /// <summary>The first row that was not given on.</summary>
    public int Row { get; set; }

    /// <summary>Reads the next block; false at the end.</summary>
    public bool MoveNext()
    {
        Dispose();
        if (_next == blocks.Count)
            return false;

        Block = spiller.Read(blocks[_next++], types);
        Keys = [.. keyPlaces.Select(place => Block[place])];
        if (Prefixes.Length < Block.RowCount)
            Prefixes = new ulong[Block.RowCount];

        // Every run must have its prefixes cut alike, whether a block has NULLs or not.
        ExactKeys = SortPrefix.Write(Keys, order, [.. Keys.Select(_ => true)], Prefixes.AsSpan(0, Block.RowCount));
        Row = 0;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Block?.Dispose();
        Block = null;
    }
}

/// <summary>Merges sorted runs into batches of usual size. Takes the readers over.</summary>
internal sealed class RunMerger : IDisposable
{
    private readonly RunReader[] _runs;
    private readonly IReadOnlyList<SortKey> _order;
    private readonly MemoryContext _memory;
    private readonly int[] _heap;
    private readonly List<RecordBatch> _parts = [];
    private readonly int[] _partOfRun;
    private readonly int[] _chosenPart = new int[RecordBatch.MaxRows];
    private readonly int[] _chosenRow = new int[RecordBatch.MaxRows];
    private int _size;
    private bool _isStarted;

    public RunMerger(RunReader[] runs, IReadOnlyList<SortKey> order, MemoryContext memory)
    {
        (_runs, _order, _memory) = (runs, order, memory);
        (_heap, _partOfRun) = (new int[runs.Length], new int[runs.Length]);
    }

    /// <summary>The next rows in order, which the caller owns; null at the end.</summary>
    public RecordBatch? Next()
    {
        if (!_isStarted)
            Start();
        int count = 0;
        _partOfRun.AsSpan().Fill(-1);
        while (count < RecordBatch.MaxRows && _size > 0)
        {
            int least = _heap[0];
            RunReader run = _runs[least];
            if (_partOfRun[least] < 0)
            {
                run.Block!.Retain();
                _partOfRun[least] = _parts.Count;
                _parts.Add(run.Block);
            }

            _chosenPart[count] = _partOfRun[least];
            _chosenRow[count++] = run.Row++;
            if (run.Row == run.Block!.RowCount)
            {
                _partOfRun[least] = -1;
                if (!run.MoveNext())
                    _heap[0] = _heap[--_size];
            }

            SiftDown(0);
        }

        return count == 0 ? null : Join(count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropParts();
        foreach (RunReader run in _runs)
            run.Dispose();
    }

    private void Start()
    {
        _isStarted = true;
        for (int run = 0; run < _runs.Length; run++)
            if (_runs[run].MoveNext())
                _heap[_size++] = run;
        for (int at = (_size / 2) - 1; at >= 0; at--)
            SiftDown(at);
    }

    private void SiftDown(int at)
    {
        while (true)
        {
            int least = at;
            int left = (2 * at) + 1;
            if (left < _size && Precedes(_heap[left], _heap[least]))
                least = left;
            if (left + 1 < _size && Precedes(_heap[left + 1], _heap[least]))
                least = left + 1;
            if (least == at)
                return;
            (_heap[at], _heap[least]) = (_heap[least], _heap[at]);
            at = least;
        }
    }

    private bool Precedes(int left, int right)
    {
        RunReader l = _runs[left], r = _runs[right];
        ulong leftPrefix = l.Prefixes[l.Row], rightPrefix = r.Prefixes[r.Row];
        if (leftPrefix != rightPrefix)
            return leftPrefix < rightPrefix;
        for (int key = l.ExactKeys; key < _order.Count; key++)
        {
            int order = SortComparer.Compare(l.Keys[key], l.Row, r.Keys[key], r.Row, _order[key]);
            if (order != 0)
                return order < 0;
        }

        return left < right;
    }

    // The rows of each block are next to one another: the blocks' parts are joined, then put in order.
    private RecordBatch Join(int count)
    {
        Span<int> first = stackalloc int[_parts.Count];
        Span<int> length = stackalloc int[_parts.Count];
        first.Fill(int.MaxValue);
        for (int row = 0; row < count; row++)
        {
            int part = _chosenPart[row];
            first[part] = Math.Min(first[part], _chosenRow[row]);
            length[part]++;
        }

        var slices = new List<RecordBatch>();
        try
        {
            int[] rows = new int[count];
            int start = 0;
            for (int part = 0; part < _parts.Count; part++)
            {
                slices.Add(_parts[part].Slice(first[part], length[part]));
                first[part] -= start;
                start += length[part];
            }

            for (int row = 0; row < count; row++)
                rows[row] = _chosenRow[row] - first[_chosenPart[row]];
            using RecordBatch joined = Concat.Batches(slices, _memory);
            return Compaction.Taken(joined, rows, _memory);
        }
        finally
        {
            foreach (RecordBatch slice in slices)
                slice.Dispose();
            DropParts();
        }
    }

    private void DropParts()
    {
        foreach (RecordBatch part in _parts)
            part.Dispose();
        _parts.Clear();
    }
}
