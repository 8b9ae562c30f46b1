using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// From keys to build rows: the first row of a key, and from each row the next of the same key. Built once, then read by all drivers.
/// </summary>
internal abstract class JoinIndex(int rowCount, MemoryContext memory) : IDisposable
{
    private NativeBuffer? _next;

    /// <summary>Where the index is counted.</summary>
    protected MemoryContext Memory { get; } = memory;

    /// <summary>Whether every key has one row: <see cref="Next"/> is empty.</summary>
    public bool IsUnique => _next is null;

    /// <summary>For each build row the next row of the same key, or -1; empty where keys are unique.</summary>
    public ReadOnlySpan<int> Next => _next is null ? default : _next.Span<int>(RowCount);

    /// <summary>Build rows, those without a key counted.</summary>
    protected int RowCount { get; } = rowCount;

    /// <summary>The chains while they are built.</summary>
    protected Span<int> Chains => _next!.Span<int>(RowCount);

    /// <summary>
    /// Indexes rows by keys. Rows that are null in a key that is not null-safe are left out. Without chains only some row of each key is found:
    /// enough to know that there is one.
    /// </summary>
    public static async Task<JoinIndex> BuildAsync(
        ColumnVector[] keys, bool[] isNullSafe, int rowCount, bool needsChains, ParallelWork work, MemoryContext memory, CancellationToken cancellationToken)
    {
        if (keys.Length == 0)
            return new EveryRowIndex(rowCount, memory);

        int[]? rows = RowsWithKeys(keys, isNullSafe, rowCount);
        if (isNullSafe.Contains(true) || KeyNumbers.TryCreate(keys, rows, rowCount, memory) is not { } numbers)
            return HashIndex.Build(keys, rows, rowCount, needsChains, memory);

        NumberIndex? index = null;
        try
        {
            index = DirectIndex.Fits(numbers, rows?.Length ?? rowCount)
                ? new DirectIndex(numbers, rows, rowCount, needsChains, memory)
                : new HashedNumberIndex(numbers, rows, rowCount, needsChains, memory);
            await index.BuildAsync(work, cancellationToken);
            return index;
        }
        catch
        {
            if (index is null)
                numbers.Dispose();
            index?.Dispose();
            throw;
        }
    }

    /// <summary>Looks keys up; one a driver.</summary>
    public abstract KeyFinder NewFinder();

    /// <inheritdoc/>
    public void Dispose()
    {
        _next?.Dispose();
        _next = null;
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected abstract void Release();

    /// <summary>Makes room for chains, all ends.</summary>
    protected Span<int> StartChains()
    {
        if (_next is null)
        {
            _next = Memory.Allocate((long)RowCount * sizeof(int));
            _next.Span<int>(RowCount).Fill(-1);
        }

        return _next.Span<int>(RowCount);
    }

    /// <summary>Gives the chains back where no key has several rows.</summary>
    protected void DropChains()
    {
        _next?.Dispose();
        _next = null;
    }

    // The rows that have a value in every key that needs one; null when all do.
    private static int[]? RowsWithKeys(ColumnVector[] keys, ReadOnlySpan<bool> isNullSafe, int rowCount)
    {
        int[]? rows = null;
        for (int key = 0; key < keys.Length; key++)
        {
            if (isNullSafe[key] || !keys[key].MayHaveNulls)
                continue;
            rows ??= Enumerable.Range(0, rowCount).ToArray();
            ColumnVector column = keys[key];
            rows = Array.FindAll(rows, row => !column.IsNull(row));
        }

        return rows;
    }

    /// <summary>Keys of any kind: a hash table from the key to its number, and from there to the first row.</summary>
    private sealed class HashIndex : JoinIndex
    {
        private readonly GroupKeys _keys;
        private NativeBuffer? _firstRows;

        private HashIndex(GroupKeys keys, int rowCount, MemoryContext memory)
            : base(rowCount, memory) => _keys = keys;

        public static HashIndex Build(ColumnVector[] keys, int[]? rows, int rowCount, bool needsChains, MemoryContext memory)
        {
            var index = new HashIndex(GroupKeys.CreateTable([.. keys.Select(key => key.Type)], memory), rowCount, memory);
            try
            {
                index.Fill(keys, rows, needsChains);
            }
            catch
            {
                index.Dispose();
                throw;
            }

            return index;
        }

        public override KeyFinder NewFinder() => new HashFinder(_keys.NewFinder(), this);

        protected override void Release()
        {
            _keys.Dispose();
            _firstRows?.Dispose();
            _firstRows = null;
        }

        private void Fill(ColumnVector[] keys, int[]? rows, bool needsChains)
        {
            int count = rows?.Length ?? RowCount;
            using NativeBuffer numbers = Memory.Allocate((long)count * sizeof(int));
            Span<int> groups = numbers.Span<int>(count);
            var some = new ColumnVector[keys.Length];
            for (int start = 0; start < count; start += RecordBatch.MaxRows)
            {
                int length = Math.Min(RecordBatch.MaxRows, count - start);
                try
                {
                    for (int key = 0; key < some.Length; key++)
                        some[key] = rows is null ? keys[key].Slice(start, length) : Gather.Take(keys[key], rows.AsSpan(start, length), Memory);
                    _keys.Resolve(some, length, groups.Slice(start, length));
                }
                finally
                {
                    Compaction.DisposeAll(some);
                    some.AsSpan().Clear();
                }
            }

            // Unique keys of all rows: the number of the key is the row.
            if (_keys.Count == RowCount)
                return;

            _firstRows = Memory.Allocate((long)_keys.Count * sizeof(int));
            Span<int> first = _firstRows.Span<int>(_keys.Count);
            first.Fill(-1);
            Span<int> next = default;
            for (int at = count - 1; at >= 0; at--)
            {
                int row = rows is null ? at : rows[at];
                ref int head = ref first[groups[at]];
                if (head >= 0 && needsChains)
                {
                    if (next.IsEmpty)
                        next = StartChains();
                    next[row] = head;
                }

                head = row;
            }
        }

        private sealed class HashFinder(KeyFinder keys, HashIndex index) : KeyFinder
        {
            public override void Find(ReadOnlySpan<ColumnVector> keyColumns, int rowCount, Span<int> groups)
            {
                keys.Find(keyColumns, rowCount, groups);
                if (index._firstRows is null)
                    return;

                ReadOnlySpan<int> first = index._firstRows.Span<int>(index._keys.Count);
                for (int row = 0; row < groups.Length; row++)
                {
                    int group = groups[row];
                    groups[row] = group < 0 ? -1 : first[group];
                }
            }

            protected override void Release() => keys.Dispose();
        }
    }

    /// <summary>No keys: all rows are one chain.</summary>
    private sealed class EveryRowIndex : JoinIndex
    {
        public EveryRowIndex(int rowCount, MemoryContext memory)
            : base(rowCount, memory)
        {
            if (rowCount < 2)
                return;
            Span<int> next = StartChains();
            for (int row = 0; row + 1 < rowCount; row++)
                next[row] = row + 1;
        }

        public override KeyFinder NewFinder() => new FirstRowFinder(this);

        protected override void Release()
        {
        }

        private sealed class FirstRowFinder(EveryRowIndex index) : KeyFinder
        {
            public override void Find(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups) => groups.Fill(index.RowCount > 0 ? 0 : -1);

            protected override void Release()
            {
            }
        }
    }
}
