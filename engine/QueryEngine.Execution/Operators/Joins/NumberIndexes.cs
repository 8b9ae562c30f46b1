using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Execution.Grouping;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// From the number of a row's keys to the first such build row. Built by all drivers at once: each takes the numbers that fall into its part of the
/// places, so that no place is written by two.
/// </summary>
internal abstract class NumberIndex(KeyNumbers keys, int[]? rows, int rowCount, bool needsChains, MemoryContext memory) : JoinIndex(rowCount, memory)
{
    // Fewer rows are not worth waking other threads.
    private const int MinRowsToShare = 1 << 16;

    private int _hasDuplicates;

    /// <summary>The numbers of the build rows.</summary>
    protected KeyNumbers Keys => keys;

    /// <summary>How many rows have keys.</summary>
    protected int KeyedRows => rows?.Length ?? RowCount;

    /// <summary>Whether rows of the same key are chained.</summary>
    protected bool NeedsChains => needsChains;

    /// <summary>Fills the index.</summary>
    public async Task BuildAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        int parts = KeyedRows < MinRowsToShare ? 1 : work.Threads;
        if (needsChains)
            StartChains();
        await work.ForEachAsync(parts, part => Fill(part, parts), cancellationToken);
        Complete();
        if (needsChains && _hasDuplicates == 0)
            DropChains();
    }

    /// <summary>The row with keys that comes at a place in their order.</summary>
    protected int RowAt(int place) => rows is null ? place : rows[place];

    /// <summary>Puts the rows of one part of the places in, the last row first, so that each chain is in the order of the rows.</summary>
    protected abstract void Fill(int part, int parts);

    /// <summary>Ends what the parts could not do on their own.</summary>
    protected virtual void Complete()
    {
    }

    /// <summary>Notes that some key has several rows.</summary>
    protected void NoteDuplicates() => Volatile.Write(ref _hasDuplicates, 1);

    /// <inheritdoc/>
    protected override void Release() => keys.Dispose();
}

/// <summary>Numbers of a small range: an array from the number to the row.</summary>
internal sealed class DirectIndex(KeyNumbers keys, int[]? rows, int rowCount, bool needsChains, MemoryContext memory)
    : NumberIndex(keys, rows, rowCount, needsChains, memory)
{
    // The table may have so many places a row, or this many in any case.
    private const int PlacesPerRow = 16;
    private const long MinPlaces = 1 << 20;
    private const long MaxPlaces = 1 << 27;

    private readonly int _places = (int)(keys.High - keys.Low) + 1;
    private readonly NativeBuffer _firstRows = memory.Allocate((keys.High - keys.Low + 1) * sizeof(int));

    /// <summary>Whether the numbers of so many rows lie close enough together.</summary>
    public static bool Fits(KeyNumbers keys, int rows) =>
        (UInt128)((Int128)keys.High - keys.Low) < (UInt128)Math.Min(MaxPlaces, Math.Max(MinPlaces, (long)rows * PlacesPerRow));

    /// <inheritdoc/>
    public override KeyFinder NewFinder() => new DirectFinder(this);

    /// <inheritdoc/>
    protected override void Fill(int part, int parts)
    {
        int start = (int)((long)_places * part / parts);
        Span<int> first = _firstRows.Span<int>(start, (int)((long)_places * (part + 1) / parts) - start);
        first.Fill(-1);
        ReadOnlySpan<long> numbers = Keys.Values;
        long low = Keys.Low + start;
        Span<int> next = NeedsChains ? Chains : default;
        bool hasDuplicates = false;
        for (int at = KeyedRows - 1; at >= 0; at--)
        {
            int row = RowAt(at);
            ulong place = (ulong)numbers[row] - (ulong)low;
            if (place >= (ulong)first.Length)
                continue;
            ref int head = ref first[(int)place];
            if (head >= 0 && !next.IsEmpty)
            {
                next[row] = head;
                hasDuplicates = true;
            }

            head = row;
        }

        if (hasDuplicates)
            NoteDuplicates();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _firstRows.Dispose();
    }

    private sealed class DirectFinder(DirectIndex index) : NumberFinder(index.Keys, index.Memory)
    {
        protected override void FindNumbers(ReadOnlySpan<long> numbers, Span<int> rows)
        {
            ReadOnlySpan<int> first = index._firstRows.Span<int>(index._places);
            long low = index.Keys.Low;
            for (int row = 0; row < numbers.Length; row++)
            {
                ulong place = (ulong)numbers[row] - (ulong)low;
                rows[row] = place < (ulong)first.Length ? first[(int)place] : -1;
            }
        }
    }
}

/// <summary>
/// Numbers of any range: a hash table, the number beside the row. A row whose slots up to the end of the part are taken is left for the end, when the
/// parts are one table.
/// </summary>
internal sealed class HashedNumberIndex : NumberIndex
{
    private const int MinSlots = 1024;
    private readonly int _mask;
    private readonly NativeBuffer _slots;
    private readonly List<List<int>> _left = [];

    public HashedNumberIndex(KeyNumbers keys, int[]? rows, int rowCount, bool needsChains, MemoryContext memory)
        : base(keys, rows, rowCount, needsChains, memory)
    {
        // At most half of the slots are ever taken, so every probe ends at a free one.
        long slots = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(MinSlots, KeyedRows * 2L));
        if (slots > 1 << 30)
            throw new QueryException(ErrorCode.OutOfMemory, $"the build side of a join has {KeyedRows} rows, over the limit of {1 << 29}");
        _mask = (int)slots - 1;
        _slots = memory.Allocate(slots * Unsafe.SizeOf<Slot>());
    }

    /// <inheritdoc/>
    public override KeyFinder NewFinder() => new SlotFinder(this);

    /// <inheritdoc/>
    protected override void Fill(int part, int parts)
    {
        int start = (int)((_mask + 1L) * part / parts);
        int end = (int)((_mask + 1L) * (part + 1) / parts);
        _slots.Span<Slot>(start, end - start).Clear();
        ReadOnlySpan<long> numbers = Keys.Values;
        var left = new List<int>();
        for (int at = KeyedRows - 1; at >= 0; at--)
        {
            int row = RowAt(at);
            int slot = SlotOf(numbers[row], _mask);
            if (slot >= start && slot < end && !TryPut(row, numbers[row], slot, end))
                left.Add(row);
        }

        lock (_left)
            _left.Add(left);
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        ReadOnlySpan<long> numbers = Keys.Values;
        foreach (int row in _left.SelectMany(rows => rows))
            if (!TryPut(row, numbers[row], SlotOf(numbers[row], _mask), _mask + 1))
                TryPut(row, numbers[row], 0, _mask + 1);
        _left.Clear();
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _slots.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SlotOf(long number, int mask)
    {
        ulong high = Math.BigMul((ulong)number ^ 0x8EBC6AF09C88C6E3, 0x9E3779B97F4A7C15, out ulong low);
        return (int)(high ^ low) & mask;
    }

    private bool TryPut(int row, long number, int from, int end)
    {
        Span<Slot> slots = _slots.Span<Slot>(_mask + 1);
        for (int at = from; at < end; at++)
        {
            ref Slot slot = ref slots[at];
            if (slot.Row == 0)
            {
                (slot.Number, slot.Row) = (number, row + 1);
                return true;
            }

            if (slot.Number != number)
                continue;
            if (NeedsChains)
            {
                Chains[row] = slot.Row - 1;
                NoteDuplicates();
                slot.Row = row + 1;
            }

            return true;
        }

        return false;
    }

    private sealed class SlotFinder(HashedNumberIndex index) : NumberFinder(index.Keys, index.Memory)
    {
        protected override void FindNumbers(ReadOnlySpan<long> numbers, Span<int> rows)
        {
            // In bounds: the mask keeps every place below the number of slots.
            int mask = index._mask;
            ref Slot slots = ref MemoryMarshal.GetReference(index._slots.Span<Slot>(mask + 1));
            for (int row = 0; row < numbers.Length; row++)
            {
                long number = numbers[row];
                int at = SlotOf(number, mask);
                while (true)
                {
                    ref Slot slot = ref Unsafe.Add(ref slots, at);
                    if (slot.Row == 0 || slot.Number == number)
                    {
                        rows[row] = slot.Row - 1;
                        break;
                    }

                    at = (at + 1) & mask;
                }
            }
        }
    }

    /// <summary>A number and its first row plus one; 0 marks a free slot.</summary>
    private struct Slot
    {
        public long Number;
        public int Row;
    }
}
