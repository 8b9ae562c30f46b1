using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Grouping;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// From keys to build rows: the first row of a key, and from each row the next of the same key. Built once, then read by all drivers.
/// </summary>
internal abstract class JoinIndex(MemoryContext memory) : IDisposable
{
    // A directly indexed table may have so many places a row, or this many in any case.
    private const int DirectPlacesPerRow = 16;
    private const long MinDirectPlaces = 1 << 20;
    private const long MaxDirectPlaces = 1 << 27;

    private NativeBuffer? _next;

    /// <summary>Where the index is counted.</summary>
    protected MemoryContext Memory { get; } = memory;

    /// <summary>Whether every key has one row: <see cref="Next"/> is empty.</summary>
    public bool IsUnique => _next is null;

    /// <summary>For each build row the next row of the same key, or -1; empty where keys are unique.</summary>
    public ReadOnlySpan<int> Next => _next is null ? default : _next.Span<int>(RowCount);

    /// <summary>Build rows, those without a key counted.</summary>
    protected int RowCount { get; private init; }

    /// <summary>
    /// Indexes rows by keys. Rows that are null in a key that is not null-safe are left out. Without chains only some row of each key is found:
    /// enough to know that there is one.
    /// </summary>
    public static JoinIndex Build(ColumnVector[] keys, ReadOnlySpan<bool> isNullSafe, int rowCount, bool needsChains, MemoryContext memory)
    {
        if (keys.Length == 0)
            return new EveryRowIndex(rowCount, memory);

        int[]? rows = RowsWithKeys(keys, isNullSafe, rowCount);
        if (keys.Length == 1 && !isNullSafe[0] && LongKeys.Fits(keys[0].Type) && keys[0].Type.Physical != PhysicalType.Float64
            && DirectIndex.TryBuild(keys[0], rows, rowCount, needsChains, memory) is { } direct)
            return direct;
        return HashIndex.Build(keys, rows, rowCount, needsChains, memory);
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

    /// <summary>Whole numbers of a small range: an array from the number to the row.</summary>
    private sealed class DirectIndex : JoinIndex
    {
        private readonly NativeBuffer _firstRows;
        private readonly long _low;
        private readonly int _places;

        private DirectIndex(NativeBuffer firstRows, long low, int places, int rowCount, MemoryContext memory)
            : base(memory) => (_firstRows, _low, _places, RowCount) = (firstRows, low, places, rowCount);

        public static DirectIndex? TryBuild(ColumnVector key, int[]? rows, int rowCount, bool needsChains, MemoryContext memory)
        {
            using var scratch = new GrowingBuffer<long>(memory);
            ReadOnlySpan<long> values = LongKeys.Read(key, scratch);
            (long low, long high) = (long.MaxValue, long.MinValue);
            int count = rows?.Length ?? rowCount;
            for (int at = 0; at < count; at++)
            {
                long value = values[rows is null ? at : rows[at]];
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }

            if (count == 0 || (UInt128)((Int128)high - low) >= (UInt128)Math.Min(MaxDirectPlaces, Math.Max(MinDirectPlaces, (long)count * DirectPlacesPerRow)))
                return null;

            int places = (int)(high - low) + 1;
            NativeBuffer firstRows = memory.Allocate((long)places * sizeof(int));
            firstRows.Span<int>(places).Fill(-1);
            var index = new DirectIndex(firstRows, low, places, rowCount, memory);
            Span<int> first = firstRows.Span<int>(places);
            Span<int> next = default;

            // Backwards, so that each chain is in the order of the rows.
            for (int at = count - 1; at >= 0; at--)
            {
                int row = rows is null ? at : rows[at];
                ref int head = ref first[(int)(values[row] - low)];
                if (head >= 0 && needsChains)
                {
                    if (next.IsEmpty)
                        next = index.StartChains();
                    next[row] = head;
                }

                head = row;
            }

            return index;
        }

        public override KeyFinder NewFinder() => new DirectFinder(this);

        protected override void Release() => _firstRows.Dispose();

        private sealed class DirectFinder(DirectIndex index) : KeyFinder
        {
            private readonly GrowingBuffer<long> _values = new(index.Memory);

            public override void Find(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
            {
                ReadOnlySpan<int> first = index._firstRows.Span<int>(index._places);
                using ColumnVector flat = Gather.Flatten(keys[0], index.Memory);
                if (flat is FixedWidthVector<long> longs)
                {
                    FindLongs(longs.Values, first, groups);
                }
                else
                {
                    _values.Ensure(rowCount);
                    Span<long> values = _values.Span[..rowCount];
                    LongKeys.ToLongs(flat, values);
                    FindLongs(values, first, groups);
                }
            }

            protected override void Release() => _values.Dispose();

            private void FindLongs(ReadOnlySpan<long> values, ReadOnlySpan<int> first, Span<int> groups)
            {
                long low = index._low;
                for (int row = 0; row < values.Length; row++)
                {
                    ulong place = (ulong)values[row] - (ulong)low;
                    groups[row] = place < (ulong)first.Length ? first[(int)place] : -1;
                }
            }
        }
    }

    /// <summary>Keys of any kind: a hash table from the key to its number, and from there to the first row.</summary>
    private sealed class HashIndex : JoinIndex
    {
        private readonly GroupKeys _keys;
        private NativeBuffer? _firstRows;

        private HashIndex(GroupKeys keys, int rowCount, MemoryContext memory)
            : base(memory) => (_keys, RowCount) = (keys, rowCount);

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
            : base(memory)
        {
            RowCount = rowCount;
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
