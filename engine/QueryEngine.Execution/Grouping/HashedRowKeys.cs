using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>
/// Keys laid out as rows of bytes, equal just when the keys are. A slot of the table has half of the hash beside the group's number, so that
/// other rows are hardly ever looked at.
/// </summary>
internal abstract class HashedRowKeys : GroupKeys
{
    private const int MinSlots = 1024;

    // From so many slots on the table and its rows leave the fast caches: slots are asked for some rows ahead, and then the rows that they name.
    private const int LargeTable = 1 << 15;
    private const int SlotsAhead = 16;
    private const int RowsAhead = 8;
    private readonly GrowingBuffer<ulong> _slots;
    private readonly GrowingBuffer<ulong> _hashes;
    private readonly GrowingBuffer<ulong> _batchHashes;
    private int _mask;

    protected HashedRowKeys(IReadOnlyList<SqlType> types, MemoryContext memory)
    {
        (Types, Memory) = (types, memory);
        _slots = new GrowingBuffer<ulong>(memory);
        _hashes = new GrowingBuffer<ulong>(memory);
        _batchHashes = new GrowingBuffer<ulong>(memory);
    }

    /// <summary>The types of the keys.</summary>
    protected IReadOnlyList<SqlType> Types { get; }

    /// <summary>Where the table is counted.</summary>
    protected MemoryContext Memory { get; }

    /// <inheritdoc/>
    public sealed override void Resolve(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
    {
        _batchHashes.Ensure(rowCount);
        Span<ulong> hashes = _batchHashes.Span[..rowCount];
        Encode(keys, rowCount);
        Hash(keys, hashes);
        EnsureSlots(Count + rowCount);
        EnsureRows(rowCount);
        ref ulong slots = ref MemoryMarshal.GetReference(_slots.Span);
        ref ulong groupHashes = ref MemoryMarshal.GetReference(_hashes.Span);
        bool isLarge = _mask >= LargeTable;
        for (int row = 0; row < rowCount; row++)
        {
            if (isLarge)
                FetchAhead(hashes, row, ref slots);
            ulong hash = hashes[row];
            ulong tag = hash & 0xFFFFFFFF00000000;
            int at = (int)hash & _mask;
            while (true)
            {
                ref ulong slot = ref Unsafe.Add(ref slots, at);
                if (slot == 0)
                {
                    AppendRow(row);
                    Unsafe.Add(ref groupHashes, Count) = hash;
                    slot = tag | (uint)++Count;
                    groups[row] = Count - 1;
                    break;
                }

                int group = (int)(uint)slot - 1;
                if ((slot & 0xFFFFFFFF00000000) == tag && RowEquals(this, row, group))
                {
                    groups[row] = group;
                    break;
                }

                at = (at + 1) & _mask;
            }
        }
    }

    /// <inheritdoc/>
    public sealed override KeyFinder NewFinder() => new Finder(this, NewEncoder());

    /// <inheritdoc/>
    public sealed override void Reserve(int groups) => EnsureSlots(groups);

    /// <inheritdoc/>
    public sealed override void Clear()
    {
        Count = 0;
        if (_slots.Capacity > 0)
            _slots.Span[..(_mask + 1)].Clear();
        ClearRows();
    }

    /// <summary>Lays the rows of a batch out in scratch room.</summary>
    protected abstract void Encode(ReadOnlySpan<ColumnVector> keys, int rowCount);

    /// <summary>Hashes the rows of the batch just encoded.</summary>
    protected virtual void Hash(ReadOnlySpan<ColumnVector> keys, Span<ulong> hashes) => RowHash.Hash(keys, hashes);

    /// <summary>Makes room for all rows of the batch just encoded.</summary>
    protected abstract void EnsureRows(int rowCount);

    /// <summary>Copies an encoded row behind the groups' rows.</summary>
    protected abstract void AppendRow(int row);

    /// <summary>Whether a row that <paramref name="encoder"/> has encoded is a group's here.</summary>
    protected abstract bool RowEquals(HashedRowKeys encoder, int row, int group);

    /// <summary>Asks for the memory of a group's row.</summary>
    protected abstract void FetchRow(int group);

    /// <summary>An empty table of the same keys, for its scratch room.</summary>
    protected abstract HashedRowKeys NewEncoder();

    /// <summary>Forgets the groups' rows.</summary>
    protected abstract void ClearRows();

    /// <inheritdoc/>
    protected override void Release()
    {
        _slots.Dispose();
        _hashes.Dispose();
        _batchHashes.Dispose();
    }

    private void EnsureSlots(int groups)
    {
        _hashes.Ensure(groups);
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, (long)groups * 2));
        if (slots <= _mask + 1 && _slots.Capacity > 0)
            return;

        _slots.Reset(slots);
        _mask = slots - 1;
        Span<ulong> table = _slots.Span;
        ReadOnlySpan<ulong> hashes = _hashes.Span[..Count];
        for (int group = 0; group < hashes.Length; group++)
        {
            int at = (int)hashes[group] & _mask;
            while (table[at] != 0)
                at = (at + 1) & _mask;
            table[at] = (hashes[group] & 0xFFFFFFFF00000000) | (uint)(group + 1);
        }
    }

    private void FetchAhead(ReadOnlySpan<ulong> hashes, int row, ref ulong slots)
    {
        if (row + SlotsAhead >= hashes.Length)
            return;
        CacheLines.Fetch(ref Unsafe.Add(ref slots, (int)hashes[row + SlotsAhead] & _mask));
        ulong hash = hashes[row + RowsAhead];
        ulong slot = Unsafe.Add(ref slots, (int)hash & _mask);
        if (slot != 0 && ((slot ^ hash) >> 32) == 0)
            FetchRow((int)(uint)slot - 1);
    }

    private void Find(HashedRowKeys encoder, ReadOnlySpan<ulong> hashes, Span<int> groups)
    {
        if (_slots.Capacity == 0)
        {
            groups.Fill(-1);
            return;
        }

        ref ulong slots = ref MemoryMarshal.GetReference(_slots.Span);
        bool isLarge = _mask >= LargeTable;
        for (int row = 0; row < hashes.Length; row++)
        {
            if (isLarge)
                FetchAhead(hashes, row, ref slots);
            ulong hash = hashes[row];
            int at = (int)hash & _mask;
            int group;
            while (true)
            {
                ulong slot = Unsafe.Add(ref slots, at);
                group = (int)(uint)slot - 1;
                if (slot == 0 || (((slot ^ hash) >> 32) == 0 && RowEquals(encoder, row, group)))
                    break;
                at = (at + 1) & _mask;
            }

            groups[row] = group;
        }
    }

    private sealed class Finder(HashedRowKeys table, HashedRowKeys encoder) : KeyFinder
    {
        public override void Find(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
        {
            encoder._batchHashes.Ensure(rowCount);
            Span<ulong> hashes = encoder._batchHashes.Span[..rowCount];
            encoder.Encode(keys, rowCount);
            encoder.Hash(keys, hashes);
            table.Find(encoder, hashes, groups);
        }

        protected override void Release() => encoder.Dispose();
    }
}
