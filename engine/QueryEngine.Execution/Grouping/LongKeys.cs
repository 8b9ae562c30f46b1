using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>One key of at most 8 bytes. A slot of the table has the key beside the group's number: one cache line a look-up.</summary>
internal sealed class LongKeys : GroupKeys
{
    private const int MinSlots = 1024;
    private readonly SqlType _type;
    private readonly MemoryContext _memory;
    private readonly GrowingBuffer<Slot> _slots;
    private readonly GrowingBuffer<long> _keys;
    private readonly GrowingBuffer<long> _batchKeys;
    private int _mask;
    private int _nullGroup = -1;

    public LongKeys(SqlType type, MemoryContext memory)
    {
        (_type, _memory) = (type, memory);
        _slots = new GrowingBuffer<Slot>(memory);
        _keys = new GrowingBuffer<long>(memory);
        _batchKeys = new GrowingBuffer<long>(memory);
    }

    /// <summary>Whether keys of a type fit a long.</summary>
    public static bool Fits(SqlType type) => type.Physical is PhysicalType.Bool or PhysicalType.Int8 or PhysicalType.Int16
        or PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float64;

    /// <inheritdoc/>
    public override void Resolve(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
    {
        _batchKeys.Ensure(rowCount);
        Span<long> values = _batchKeys.Span[..rowCount];
        using ColumnVector flat = Gather.Flatten(keys[0], _memory);
        ToLongs(flat, values);
        EnsureRoom(Count + rowCount);
        Validity validity = flat.Validity;
        if (validity.AllValid)
        {
            ResolveValues(values, groups);
            return;
        }

        for (int row = 0; row < rowCount; row++)
            groups[row] = validity[row] ? ResolveOne(values[row]) : NullGroup();
    }

    /// <inheritdoc/>
    public override ColumnVector[] Build(int first, int count)
    {
        ReadOnlySpan<long> keys = _keys.Span.Slice(first, count);
        NativeBuffer? validity = null;
        if (_nullGroup >= first && _nullGroup < first + count)
        {
            validity = _memory.Allocate(Validity.BytesFor(count));
            validity.Span<byte>(Validity.BytesFor(count)).Fill(0xFF);
            int row = _nullGroup - first;
            validity.Bytes[row >> 3] &= (byte)~(1 << (row & 7));
        }

        try
        {
            return [FromLongs(_type, keys, validity, _memory)];
        }
        catch
        {
            validity?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override KeyFinder NewFinder() => new Finder(this);

    /// <inheritdoc/>
    public override void Reserve(int groups) => EnsureRoom(groups);

    /// <inheritdoc/>
    public override void Clear()
    {
        Count = 0;
        _nullGroup = -1;
        if (_slots.Capacity > 0)
            _slots.Span[..(_mask + 1)].Clear();
    }

    /// <summary>The values of a flat vector as longs: its own memory where it has longs, else copied to scratch room.</summary>
    internal static ReadOnlySpan<long> Read(ColumnVector flat, GrowingBuffer<long> scratch)
    {
        if (flat is FixedWidthVector<long> longs)
            return longs.Values;
        scratch.Ensure(flat.Length);
        Span<long> values = scratch.Span[..flat.Length];
        ToLongs(flat, values);
        return values;
    }

    /// <summary>The values of a flat vector as longs; doubles by their bits.</summary>
    internal static void ToLongs(ColumnVector flat, Span<long> result)
    {
        switch (flat)
        {
            case FixedWidthVector<long> longs:
                longs.Values.CopyTo(result);
                break;
            case FixedWidthVector<int> ints:
                ReadOnlySpan<int> narrow = ints.Values;
                for (int row = 0; row < narrow.Length; row++)
                    result[row] = narrow[row];
                break;
            case FixedWidthVector<short> shorts:
                for (int row = 0; row < result.Length; row++)
                    result[row] = shorts.Values[row];
                break;
            case FixedWidthVector<sbyte> bytes:
                for (int row = 0; row < result.Length; row++)
                    result[row] = bytes.Values[row];
                break;
            case FixedWidthVector<bool> bools:
                for (int row = 0; row < result.Length; row++)
                    result[row] = bools.Values[row] ? 1 : 0;
                break;
            default:
                ReadOnlySpan<double> doubles = ((FixedWidthVector<double>)flat).Values;
                for (int row = 0; row < doubles.Length; row++)
                    result[row] = BitConverter.DoubleToInt64Bits(Canonical(doubles[row]));
                break;
        }
    }

    /// <summary>A flat vector of what <see cref="ToLongs"/> made longs of. Takes over the bitmap.</summary>
    internal static ColumnVector FromLongs(SqlType type, ReadOnlySpan<long> keys, NativeBuffer? validity, MemoryContext memory)
    {
        int count = keys.Length;
        NativeBuffer values = memory.Allocate((long)count * sizeof(long));
        switch (type.Physical)
        {
            case PhysicalType.Bool:
                for (int row = 0; row < count; row++)
                    values.Span<bool>(count)[row] = keys[row] != 0;
                return new FixedWidthVector<bool>(type, count, values, validity);
            case PhysicalType.Int8:
                for (int row = 0; row < count; row++)
                    values.Span<sbyte>(count)[row] = (sbyte)keys[row];
                return new FixedWidthVector<sbyte>(type, count, values, validity);
            case PhysicalType.Int16:
                for (int row = 0; row < count; row++)
                    values.Span<short>(count)[row] = (short)keys[row];
                return new FixedWidthVector<short>(type, count, values, validity);
            case PhysicalType.Int32:
                Span<int> ints = values.Span<int>(count);
                for (int row = 0; row < count; row++)
                    ints[row] = (int)keys[row];
                return new FixedWidthVector<int>(type, count, values, validity);
            case PhysicalType.Int64:
                keys.CopyTo(values.Span<long>(count));
                return new FixedWidthVector<long>(type, count, values, validity);
            default:
                MemoryMarshal.Cast<long, double>(keys).CopyTo(values.Span<double>(count));
                return new FixedWidthVector<double>(type, count, values, validity);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _slots.Dispose();
        _keys.Dispose();
        _batchKeys.Dispose();
    }

    private static double Canonical(double value) => value == 0 ? 0 : double.IsNaN(value) ? double.NaN : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SlotOf(long key, int mask)
    {
        ulong high = Math.BigMul((ulong)key ^ 0x8EBC6AF09C88C6E3, 0x9E3779B97F4A7C15, out ulong low);
        return (int)(high ^ low) & mask;
    }

    private void ResolveValues(ReadOnlySpan<long> values, Span<int> groups)
    {
        ref Slot slots = ref MemoryMarshal.GetReference(_slots.Span);
        int mask = _mask;
        for (int row = 0; row < values.Length; row++)
        {
            long key = values[row];
            if (row > 0 && key == values[row - 1])
            {
                groups[row] = groups[row - 1];
                continue;
            }

            int at = SlotOf(key, mask);
            while (true)
            {
                ref Slot slot = ref Unsafe.Add(ref slots, at);
                if (slot.Group == 0)
                {
                    _keys.Span[Count] = key;
                    (slot.Key, slot.Group) = (key, ++Count);
                    groups[row] = Count - 1;
                    break;
                }

                if (slot.Key == key)
                {
                    groups[row] = slot.Group - 1;
                    break;
                }

                at = (at + 1) & mask;
            }
        }
    }

    private int ResolveOne(long value)
    {
        Span<int> group = stackalloc int[1];
        ResolveValues([value], group);
        return group[0];
    }

    private int NullGroup()
    {
        if (_nullGroup < 0)
        {
            _keys.Span[Count] = 0;
            _nullGroup = Count++;
        }

        return _nullGroup;
    }

    // At most half of the slots are ever taken, so every probe ends at a free one.
    private void EnsureRoom(int groups)
    {
        _keys.Ensure(groups);
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, (long)groups * 2));
        if (slots <= _mask + 1 && _slots.Capacity > 0)
            return;

        _slots.Reset(slots);
        _mask = slots - 1;
        ref Slot first = ref MemoryMarshal.GetReference(_slots.Span);
        ReadOnlySpan<long> keys = _keys.Span[..Count];
        for (int group = 0; group < keys.Length; group++)
        {
            if (group == _nullGroup)
                continue;
            int at = SlotOf(keys[group], _mask);
            while (Unsafe.Add(ref first, at).Group != 0)
                at = (at + 1) & _mask;
            Unsafe.Add(ref first, at) = new Slot { Key = keys[group], Group = group + 1 };
        }
    }

    private void Find(ReadOnlySpan<long> values, Span<int> groups)
    {
        if (_slots.Capacity == 0)
        {
            groups.Fill(-1);
            return;
        }

        ref Slot slots = ref MemoryMarshal.GetReference(_slots.Span);
        int mask = _mask;
        for (int row = 0; row < values.Length; row++)
        {
            long key = values[row];
            int at = SlotOf(key, mask);
            int group;
            while (true)
            {
                ref Slot slot = ref Unsafe.Add(ref slots, at);
                group = slot.Group - 1;
                if (slot.Key == key || group < 0)
                    break;
                at = (at + 1) & mask;
            }

            groups[row] = group;
        }
    }

    private sealed class Finder(LongKeys table) : KeyFinder
    {
        private readonly GrowingBuffer<long> _values = new(table._memory);

        public override void Find(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
        {
            _values.Ensure(rowCount);
            Span<long> values = _values.Span[..rowCount];
            using ColumnVector flat = Gather.Flatten(keys[0], table._memory);
            ToLongs(flat, values);
            table.Find(values, groups);
            Validity validity = flat.Validity;
            if (validity.AllValid)
                return;
            for (int row = 0; row < rowCount; row++)
                groups[row] = validity[row] ? groups[row] : table._nullGroup;
        }

        protected override void Release() => _values.Dispose();
    }

    /// <summary>A key and its group's number plus one; 0 marks a free slot.</summary>
    private struct Slot
    {
        public long Key;
        public int Group;
    }
}
