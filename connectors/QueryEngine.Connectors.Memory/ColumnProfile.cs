using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>What is known of the values of a column; profiles of parts add up. Immutable.</summary>
internal sealed class ColumnProfile
{
    /// <summary>The profile of no rows.</summary>
    public static readonly ColumnProfile Empty = new(0, 0, 0, null, null, new DistinctSketch());

    private readonly long _rows;
    private readonly long _nulls;
    private readonly long _bytes;
    private readonly object? _min;
    private readonly object? _max;
    private readonly DistinctSketch _distinct;

    private ColumnProfile(long rows, long nulls, long bytes, object? min, object? max, DistinctSketch distinct) =>
        (_rows, _nulls, _bytes, _min, _max, _distinct) = (rows, nulls, bytes, min, max, distinct);

    /// <summary>Looks at the rows of a vector.</summary>
    public static ColumnProfile Of(ColumnVector vector) => vector switch
    {
        DictionaryVector dictionary => OfDictionary(dictionary),
        ConstantVector constant => OfConstant(constant),
        BytesVector bytes => OfBytes(bytes),
        FixedWidthVector<bool> values => OfFixed(values),
        FixedWidthVector<sbyte> values => OfFixed(values),
        FixedWidthVector<short> values => OfFixed(values),
        FixedWidthVector<int> values => OfFixed(values),
        FixedWidthVector<long> values => OfFixed(values),
        FixedWidthVector<Int128> values => OfFixed(values),
        FixedWidthVector<UInt128> values => OfFixed(values),
        FixedWidthVector<float> values => WithoutNaN(OfFixed(values)),
        FixedWidthVector<double> values => WithoutNaN(OfFixed(values)),
        _ => new(vector.Length, NullsOf(vector), vector.SizeInBytes, null, null, Empty._distinct),
    };

    /// <summary>The profile of the rows of both.</summary>
    public ColumnProfile Combine(ColumnProfile other)
    {
        if (_rows == 0)
            return other;
        if (other._rows == 0)
            return this;

        return new ColumnProfile(
            _rows + other._rows,
            _nulls + other._nulls,
            _bytes + other._bytes,
            Extreme(_min, other._min, other, sign: -1),
            Extreme(_max, other._max, other, sign: 1),
            _distinct.Combine(other._distinct));
    }

    /// <summary>In the form that planning reads.</summary>
    public ColumnStatistics ToStatistics()
    {
        long values = _rows - _nulls;
        return new ColumnStatistics
        {
            NullFraction = _rows == 0 ? 0 : (double)_nulls / _rows,
            DistinctCount = values == 0 ? 0 : _min is null ? null : Math.Clamp(Math.Round(_distinct.Estimate()), 1, values),
            AverageBytes = values == 0 ? null : (double)_bytes / values,
            Min = _min,
            Max = _max,
        };
    }

    private static ColumnProfile OfFixed<T>(FixedWidthVector<T> vector)
        where T : unmanaged, IComparable<T>
    {
        var sketch = new DistinctSketch();
        ReadOnlySpan<T> values = vector.Values;
        Validity validity = vector.Validity;
        (T min, T max) = (default, default);
        int nulls = 0;
        bool any = false;
        for (int row = 0; row < values.Length; row++)
        {
            if (!validity[row])
            {
                nulls++;
                continue;
            }

            T value = values[row];
            sketch.Add(HashOf(value));
            if (!any || value.CompareTo(min) < 0)
                min = value;
            if (!any || value.CompareTo(max) > 0)
                max = value;
            any = true;
        }

        long bytes = (long)(values.Length - nulls) * Unsafe.SizeOf<T>();
        return new ColumnProfile(values.Length, nulls, bytes, any ? min : null, any ? max : null, sketch);
    }

    private static ColumnProfile OfBytes(BytesVector vector)
    {
        var sketch = new DistinctSketch();
        Validity validity = vector.Validity;
        (int min, int max) = (-1, -1);
        int nulls = 0;
        long bytes = 0;
        for (int row = 0; row < vector.Length; row++)
        {
            if (!validity[row])
            {
                nulls++;
                continue;
            }

            ReadOnlySpan<byte> value = vector[row];
            bytes += value.Length;
            sketch.Add(DistinctSketch.Hash(value));
            if (min < 0 || value.SequenceCompareTo(vector[min]) < 0)
                min = row;
            if (max < 0 || value.SequenceCompareTo(vector[max]) > 0)
                max = row;
        }

        bool hasOrder = vector.Type.IsText && min >= 0;
        return new ColumnProfile(
            vector.Length,
            nulls,
            bytes,
            hasOrder ? Encoding.UTF8.GetString(vector[min]) : null,
            hasOrder ? Encoding.UTF8.GetString(vector[max]) : null,
            sketch);
    }

    /// <summary>Profiles the entries that some row uses; sizes are the dictionary's average.</summary>
    private static ColumnProfile OfDictionary(DictionaryVector vector)
    {
        bool[] used = new bool[vector.Dictionary.Length];
        Validity validity = vector.Validity;
        ReadOnlySpan<int> codes = vector.Indices;
        for (int row = 0; row < codes.Length; row++)
            used[codes[row]] |= validity[row];

        int[] entries = [.. Enumerable.Range(0, used.Length).Where(entry => used[entry])];
        if (entries.Length == 0)
            return new ColumnProfile(vector.Length, vector.Length, 0, null, null, Empty._distinct);

        using var builder = VectorBuilder.Create(vector.Type, MemoryContext.Unlimited, entries.Length);
        foreach (int entry in entries)
            builder.AppendFrom(vector.Dictionary, entry);
        using ColumnVector values = builder.Build();
        ColumnProfile profile = Of(values);
        int nulls = NullsOf(vector);
        return new ColumnProfile(
            vector.Length,
            nulls,
            profile._bytes * (vector.Length - nulls) / entries.Length,
            profile._min,
            profile._max,
            profile._distinct);
    }

    private static ColumnProfile OfConstant(ConstantVector vector)
    {
        ColumnProfile one = Of(vector.Value);
        return new ColumnProfile(
            vector.Length, one._nulls * vector.Length, one._bytes * vector.Length, one._min, one._max, one._distinct);
    }

    /// <summary>NaN is the largest number in SQL and the smallest to .NET: then nothing is known of the range.</summary>
    private static ColumnProfile WithoutNaN(ColumnProfile profile) => profile._min is double.NaN or float.NaN
        ? new(profile._rows, profile._nulls, profile._bytes, null, null, profile._distinct)
        : profile;

    private static int NullsOf(ColumnVector vector) => vector.Validity.CountNulls(vector.Length);

    private static ulong HashOf<T>(T value)
        where T : unmanaged =>
        Unsafe.SizeOf<T>() <= sizeof(ulong)
            ? DistinctSketch.Hash(Widen(value))
            : DistinctSketch.Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value)));

    private static ulong Widen<T>(T value)
        where T : unmanaged
    {
        ulong wide = 0;
        Unsafe.WriteUnaligned(ref Unsafe.As<ulong, byte>(ref wide), value);
        return wide + 0x9E3779B97F4A7C15;
    }

    /// <summary>The smaller or larger of two bounds; unknown when a part with values has none.</summary>
    private object? Extreme(object? mine, object? others, ColumnProfile other, int sign)
    {
        if (mine is null)
            return _rows == _nulls ? others : null;
        if (others is null)
            return other._rows == other._nulls ? mine : null;
        return BoxedValue.Compare(mine, others) * sign >= 0 ? mine : others;
    }
}
