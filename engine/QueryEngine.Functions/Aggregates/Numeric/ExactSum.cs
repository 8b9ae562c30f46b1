using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Functions.Operators;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>
/// Exact sums of whole numbers, one a group: an int64, and beside it, only once some group needs more, an Int128 that takes what does not fit.
/// </summary>
internal sealed class ExactSum(MemoryContext memory) : IDisposable
{
    private readonly GroupArray<long> _low = new(memory);
    private readonly GroupArray<Int128> _high = new(memory);
    private bool _isWide;

    /// <summary>Makes room for groups.</summary>
    public void Resize(int count)
    {
        _low.Resize(count);
        if (_isWide)
            _high.Resize(count);
    }

    /// <summary>The sum of a group.</summary>
    public Int128 this[int group] => _isWide ? DecimalMath.Add(_high.Items[group], _low.Items[group]) : _low.Items[group];

    /// <summary>Adds row by row; slots of null rows are zero or <paramref name="valid"/> tells.</summary>
    public void Add<T>(ReadOnlySpan<T> values, Validity valid, ReadOnlySpan<int> groups)
        where T : unmanaged, IBinaryInteger<T>
    {
        Span<long> sums = _low.Items;
        bool hasNulls = !valid.AllValid;
        if (!hasNulls && FewGroups.Pays(sums.Length, groups.Length))
        {
            Span<long> added = stackalloc long[sums.Length];
            if (FewGroups.TrySum(values, groups, added))
            {
                for (int group = 0; group < added.Length; group++)
                    AddWide(group, added[group]);
                return;
            }
        }

        values = values[..groups.Length];
        for (int row = 0; row < groups.Length; row++)
        {
            if (hasNulls && !valid[row])
                continue;

            int group = groups[row];
            if (typeof(T) == typeof(Int128) && !IsNarrow(values[row]))
            {
                AddWide(group, Int128.CreateTruncating(values[row]));
                continue;
            }

            long value = long.CreateTruncating(values[row]);
            long sum = unchecked(sums[group] + value);
            if (((sums[group] ^ sum) & (value ^ sum)) < 0)
                AddWide(group, value);
            else
                sums[group] = sum;
        }
    }

    /// <summary>Adds all rows to one group.</summary>
    public void AddToOne<T>(ReadOnlySpan<T> values, Validity valid, int group)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (valid.AllValid && typeof(T) != typeof(Int128))
        {
            AddSpan(values, group);
            return;
        }

        Int128 total = 0;
        for (int row = 0; row < values.Length; row++)
        {
            if (!valid[row])
                continue;
            total = typeof(T) == typeof(Int128) ? DecimalMath.Add(total, Int128.CreateTruncating(values[row])) : total + long.CreateTruncating(values[row]);
        }

        AddWide(group, total);
    }

    /// <summary>Adds a number of any size to a group.</summary>
    public void AddWide(int group, Int128 value)
    {
        if (!_isWide && value == (long)value)
        {
            long low = _low.Items[group];
            long sum = unchecked(low + (long)value);
            if (((low ^ sum) & ((long)value ^ sum)) >= 0)
            {
                _low.Items[group] = sum;
                return;
            }
        }

        if (!_isWide)
        {
            _isWide = true;
            _high.Resize(_low.Count);
        }

        _high.Items[group] = DecimalMath.Add(_high.Items[group], value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _low.Dispose();
        _high.Dispose();
    }

    // Sums of 32 bits of each number: neither half can overflow within 2^31 rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddSpan<T>(ReadOnlySpan<T> values, int group)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (typeof(T) == typeof(long))
        {
            ReadOnlySpan<long> longs = MemoryMarshal.Cast<T, long>(values);
            Vector<long> low = Vector<long>.Zero, high = Vector<long>.Zero;
            var mask = new Vector<long>(0xFFFFFFFF);
            int row = 0;
            for (; row <= longs.Length - Vector<long>.Count; row += Vector<long>.Count)
            {
                var value = new Vector<long>(longs[row..]);
                low += value & mask;
                high += Vector.ShiftRightArithmetic(value, 32);
            }

            Int128 total = ((Int128)Vector.Sum(high) << 32) + Vector.Sum(low);
            for (; row < longs.Length; row++)
                total += longs[row];
            AddWide(group, total);
            return;
        }

        long sum = 0;
        int next = typeof(T) == typeof(short) ? AddShorts(MemoryMarshal.Cast<T, short>(values), ref sum)
            : typeof(T) == typeof(int) ? AddInts(MemoryMarshal.Cast<T, int>(values), ref sum) : 0;
        foreach (T value in values[next..])
            sum += long.CreateTruncating(value);
        AddWide(group, sum);
    }

    // These give how many values they added, whole vectors only.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AddInts(ReadOnlySpan<int> values, ref long sum)
    {
        Vector<long> sums = Vector<long>.Zero;
        int row = 0;
        for (; row <= values.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(values[row..]), out Vector<long> first, out Vector<long> second);
            sums += first + second;
        }

        sum += Vector.Sum(sums);
        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AddShorts(ReadOnlySpan<short> values, ref long sum)
    {
        // Lanes of 32 bits take 2^15 pairs of the greatest magnitude.
        int row = 0;
        while (row <= values.Length - Vector<short>.Count)
        {
            Vector<int> sums = Vector<int>.Zero;
            for (int round = 0; round < 1 << 14 && row <= values.Length - Vector<short>.Count; round++, row += Vector<short>.Count)
            {
                Vector.Widen(new Vector<short>(values[row..]), out Vector<int> first, out Vector<int> second);
                sums += first + second;
            }

            Vector.Widen(sums, out Vector<long> low, out Vector<long> high);
            sum += Vector.Sum(low) + Vector.Sum(high);
        }

        return row;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNarrow<T>(T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        Int128 wide = Unsafe.BitCast<T, Int128>(value);
        return wide == (long)wide;
    }
}
