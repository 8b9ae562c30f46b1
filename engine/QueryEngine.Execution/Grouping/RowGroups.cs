using System.Numerics;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>
/// The groups of rows that are all there: each is known by its first row, so that no key is copied before it is asked for, and none at all where every row is a group.
/// NULLs are equal to each other.
/// </summary>
internal sealed class RowGroups : IDisposable
{
    private const int MinSlots = 1024;
    private readonly ColumnVector[] _keys;
    private readonly GrowingBuffer<int> _firstRows;
    private readonly MemoryContext _memory;

    private RowGroups(ColumnVector[] keys, MemoryContext memory)
    {
        foreach (ColumnVector key in keys)
            key.Retain();
        (_keys, _firstRows, _memory) = ([.. keys], new GrowingBuffer<int>(memory), memory);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether keys of these types are grouped so: not those where equal values may differ (-0.0 is 0.0), nor nested ones, nor one number alone, which is copied as fast.
    /// </summary>
    public static bool Fits(IReadOnlyList<SqlType> types) =>
        types.All(type => type.Physical <= PhysicalType.Bytes && type.Physical is not (PhysicalType.Float32 or PhysicalType.Float64))
        && (types.Count > 1 || !LongKeys.Fits(types[0]));

    /// <summary>The groups of all rows of flat keys, which stay the caller's, and the number of each row's group.</summary>
    public static RowGroups Find(ColumnVector[] keys, Span<int> groups, MemoryContext memory)
    {
        var found = new RowGroups(keys, memory);
        try
        {
            found.Resolve(groups);
        }
        catch
        {
            found.Dispose();
            throw;
        }

        return found;
    }

    /// <summary>The keys of some groups as columns, which the caller owns.</summary>
    public ColumnVector[] Build(int first, int count)
    {
        var columns = new ColumnVector[_keys.Length];
        try
        {
            for (int key = 0; key < columns.Length; key++)
                columns[key] = Count == _keys[key].Length ? _keys[key].Slice(first, count) : Gather.Take(_keys[key], _firstRows.Span.Slice(first, count), _memory);
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return columns;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Compaction.DisposeAll(_keys);
        _firstRows.Dispose();
    }

    // A slot has half of the hash beside the first row's number plus one; 0 marks a free slot. At most half of the slots are ever taken.
    private void Resolve(Span<int> groups)
    {
        RowEquality[] equalities = [.. _keys.Select(RowEquality.Of)];
        _firstRows.Ensure(groups.Length);
        Span<int> firstRows = _firstRows.Span;
        int slotCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, groups.Length * 2L));
        using NativeBuffer hashBuffer = _memory.Allocate((long)groups.Length * sizeof(ulong));
        using NativeBuffer slotBuffer = _memory.AllocateCleared((long)slotCount * sizeof(ulong));
        Span<ulong> hashes = hashBuffer.Span<ulong>(groups.Length);
        Span<ulong> slots = slotBuffer.Span<ulong>(slotCount);
        RowHash.Hash(_keys, hashes);
        int mask = slotCount - 1;
        for (int row = 0; row < groups.Length; row++)
        {
            ulong hash = hashes[row];
            int at = (int)hash & mask;
            while (true)
            {
                ulong slot = slots[at];
                if (slot == 0)
                {
                    slots[at] = (hash & 0xFFFFFFFF00000000) | (uint)(row + 1);
                    firstRows[Count] = row;
                    groups[row] = Count++;
                    break;
                }

                int other = (int)(uint)slot - 1;
                if (((slot ^ hash) >> 32) == 0 && AreEqual(equalities, row, other))
                {
                    groups[row] = groups[other];
                    break;
                }

                at = (at + 1) & mask;
            }
        }
    }

    private static bool AreEqual(RowEquality[] equalities, int row, int other)
    {
        foreach (RowEquality equality in equalities)
            if (!equality.AreEqual(row, other))
                return false;
        return true;
    }
}

/// <summary>Compares rows of one flat column with each other; NULLs are equal.</summary>
internal abstract class RowEquality(ColumnVector column)
{
    /// <summary>That of a column.</summary>
    public static RowEquality Of(ColumnVector column) => column switch
    {
        FixedWidthVector<bool> v => new FixedEquality<bool>(v),
        FixedWidthVector<sbyte> v => new FixedEquality<sbyte>(v),
        FixedWidthVector<short> v => new FixedEquality<short>(v),
        FixedWidthVector<int> v => new FixedEquality<int>(v),
        FixedWidthVector<long> v => new FixedEquality<long>(v),
        FixedWidthVector<Int128> v => new FixedEquality<Int128>(v),
        FixedWidthVector<UInt128> v => new FixedEquality<UInt128>(v),
        BytesVector v => new BytesEquality(v),
        _ => throw new ArgumentException($"{column.GetType().Name} is no flat key", nameof(column)),
    };

    /// <summary>Whether two rows are equal.</summary>
    public bool AreEqual(int row, int other)
    {
        if (!column.MayHaveNulls)
            return AreValuesEqual(row, other);
        Validity validity = column.Validity;
        return validity[row] ? validity[other] && AreValuesEqual(row, other) : !validity[other];
    }

    /// <summary>Whether the values of two rows, neither of which is NULL, are equal.</summary>
    protected abstract bool AreValuesEqual(int row, int other);

    private sealed class FixedEquality<T>(FixedWidthVector<T> column) : RowEquality(column)
        where T : unmanaged, IEquatable<T>
    {
        protected override bool AreValuesEqual(int row, int other)
        {
            ReadOnlySpan<T> values = column.Values;
            return values[row].Equals(values[other]);
        }
    }

    private sealed class BytesEquality(BytesVector column) : RowEquality(column)
    {
        protected override bool AreValuesEqual(int row, int other) => column[row].SequenceEqual(column[other]);
    }
}
