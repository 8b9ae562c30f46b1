using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Values of a fixed width.</summary>
internal sealed unsafe class FixedLeafValues<T, TStored> : LeafValues
    where T : unmanaged, IComparable<T>
    where TStored : struct, IStoredValue<T>
{
    private T[] _page = new T[1024];
    private int _pageCount;
    private T[] _dictionary = new T[256];
    private int[] _slots = new int[1024];
    private Bounds _pageBounds;
    private Bounds _chunkBounds;

    /// <inheritdoc/>
    public override long PageBytes => (long)_pageCount * TStored.Size;

    /// <inheritdoc/>
    public override void Add(ColumnVector vector, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)vector).Values;
        if (_page.Length < _pageCount + rows.Length)
            Array.Resize(ref _page, Math.Max(_page.Length * 2, _pageCount + rows.Length));
        Span<T> target = _page.AsSpan(_pageCount, rows.Length);
        for (int row = 0; row < rows.Length; row++)
            target[row] = values[rows[row]];
        _pageCount += rows.Length;
        Bounds bounds = _pageBounds;
        foreach (T value in target)
            bounds.Add(value);
        _pageBounds = bounds;

        if (CollectsDictionary)
        {
            Span<int> codes = ReserveCodes(target.Length);
            for (int value = 0; value < target.Length && CollectsDictionary; value++)
                codes[value] = FindCode(target[value]);
        }
        AddValues(target.Length);
    }

    /// <inheritdoc/>
    public override void WriteDictionary(NativeOutput output) => WriteAll(_dictionary.AsSpan(0, DictionaryCount), output);

    /// <inheritdoc/>
    protected override void WritePlain(NativeOutput output) => WriteAll(_page.AsSpan(0, _pageCount), output);

    /// <inheritdoc/>
    protected override StoredBounds TakePageBounds()
    {
        StoredBounds stored = _pageBounds.Store();
        _chunkBounds.Add(_pageBounds);
        _pageBounds = default;
        return stored;
    }

    /// <inheritdoc/>
    protected override StoredBounds TakeChunkBounds()
    {
        StoredBounds stored = _chunkBounds.Store();
        _chunkBounds = default;
        return stored;
    }

    /// <inheritdoc/>
    protected override void ClearPage() => _pageCount = 0;

    /// <inheritdoc/>
    protected override void ClearDictionary() => _slots.AsSpan().Clear();

    private static void WriteAll(ReadOnlySpan<T> values, NativeOutput output)
    {
        int size = TStored.Size;
        Span<byte> target = output.Reserve(values.Length * size);
        for (int value = 0; value < values.Length; value++)
            TStored.Write(values[value], target.Slice(value * size, size));
        output.Advance(target.Length);
    }

    private int FindCode(T value)
    {
        if (DictionaryCount * 2 >= _slots.Length)
            Rehash();
        int mask = _slots.Length - 1;
        int slot = Hash(value) & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int code = _slots[slot] - 1;
            if (IsSame(_dictionary[code], value))
                return code;
        }

        if (DictionaryCount == _dictionary.Length)
            Array.Resize(ref _dictionary, _dictionary.Length * 2);
        _dictionary[DictionaryCount++] = value;
        _slots[slot] = DictionaryCount;
        if ((long)DictionaryCount * TStored.Size >= DictionaryBytes)
            StopDictionary();
        return DictionaryCount - 1;
    }

    private void Rehash()
    {
        var slots = new int[_slots.Length * 2];
        int mask = slots.Length - 1;
        for (int code = 0; code < DictionaryCount; code++)
        {
            int slot = Hash(_dictionary[code]) & mask;
            while (slots[slot] != 0)
                slot = (slot + 1) & mask;
            slots[slot] = code + 1;
        }
        _slots = slots;
    }

    // By bits and not by value: -0 and 0 are two values, NaN is one. T has exactly the bytes that are read.
    private static bool IsSame(T left, T right) => sizeof(T) switch
    {
        1 => *(byte*)&left == *(byte*)&right,
        2 => *(ushort*)&left == *(ushort*)&right,
        4 => *(uint*)&left == *(uint*)&right,
        8 => *(ulong*)&left == *(ulong*)&right,
        _ => *(UInt128*)&left == *(UInt128*)&right,
    };

    private static int Hash(T value)
    {
        ulong bits = sizeof(T) switch
        {
            1 => *(byte*)&value,
            2 => *(ushort*)&value,
            4 => *(uint*)&value,
            8 => *(ulong*)&value,
            _ => (((ulong*)&value)[0] * 0x9E3779B97F4A7C15) ^ ((ulong*)&value)[1],
        };
        bits *= 0x9E3779B97F4A7C15;
        return (int)((bits >> 32) & int.MaxValue);
    }

    /// <summary>The smallest and largest value so far. One NaN makes them worthless: readers do not agree where it stands.</summary>
    private struct Bounds
    {
        private T _min;
        private T _max;
        private bool _any;
        private bool _unordered;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(T value)
        {
            if (!_any)
            {
                (_min, _max, _any) = (value, value, true);
                _unordered |= IsNaN(value);
                return;
            }
            if (value.CompareTo(_min) < 0)
                _min = value;
            if (value.CompareTo(_max) > 0)
                _max = value;
            _unordered |= IsNaN(value);
        }

        public void Add(Bounds other)
        {
            if (!other._any)
                return;
            Add(other._min);
            Add(other._max);
            _unordered |= other._unordered;
        }

        public readonly StoredBounds Store()
        {
            if (!_any || _unordered || !TStored.HasOrder)
                return default;
            byte[] min = new byte[TStored.Size];
            byte[] max = new byte[TStored.Size];
            TStored.Write(LowZero(_min), min);
            TStored.Write(HighZero(_max), max);
            return new StoredBounds(min, max);
        }

        private static bool IsNaN(T value) =>
            (typeof(T) == typeof(float) && float.IsNaN((float)(object)value)) || (typeof(T) == typeof(double) && double.IsNaN((double)(object)value));

        // -0 and 0 are equal but not the same: bounds take both in.
        private static T LowZero(T value) => Zero(value, -0.0f, -0.0);

        private static T HighZero(T value) => Zero(value, 0.0f, 0.0);

        private static T Zero(T value, float real, double number)
        {
            if (typeof(T) == typeof(float) && (float)(object)value == 0)
                return (T)(object)real;
            if (typeof(T) == typeof(double) && (double)(object)value == 0)
                return (T)(object)number;
            return value;
        }
    }
}
