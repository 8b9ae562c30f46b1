using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>Several keys of fixed width: rows of whole 8-byte words, wide columns first, then one bit a column that says null.</summary>
internal sealed class FixedRowKeys : HashedRowKeys
{
    private readonly int[] _offsets;
    private readonly int _nullOffset;
    private readonly int _words;
    private readonly GrowingBuffer<ulong> _rows;
    private readonly GrowingBuffer<ulong> _batch;

    public FixedRowKeys(IReadOnlyList<SqlType> types, MemoryContext memory)
        : base(types, memory)
    {
        _offsets = new int[types.Count];
        int offset = 0;
        foreach (int column in Enumerable.Range(0, types.Count).OrderByDescending(column => WidthOf(types[column])))
        {
            _offsets[column] = offset;
            offset += WidthOf(types[column]);
        }

        _nullOffset = offset;
        _words = (offset + ((types.Count + 7) / 8) + 7) / 8;
        _rows = new GrowingBuffer<ulong>(memory);
        _batch = new GrowingBuffer<ulong>(memory);
    }

    /// <inheritdoc/>
    public override ColumnVector[] Build(int first, int count)
    {
        var columns = new ColumnVector[Types.Count];
        ReadOnlySpan<byte> rows = MemoryMarshal.AsBytes(_rows.Span.Slice(first * _words, count * _words));
        try
        {
            for (int column = 0; column < columns.Length; column++)
            {
                columns[column] = Types[column].Physical switch
                {
                    PhysicalType.Bool => Read<bool>(rows, column, count),
                    PhysicalType.Int8 => Read<sbyte>(rows, column, count),
                    PhysicalType.Int16 => Read<short>(rows, column, count),
                    PhysicalType.Int32 => Read<int>(rows, column, count),
                    PhysicalType.Int64 => Read<long>(rows, column, count),
                    PhysicalType.Float32 => Read<float>(rows, column, count),
                    PhysicalType.Float64 => Read<double>(rows, column, count),
                    PhysicalType.Int128 => Read<Int128>(rows, column, count),
                    _ => Read<UInt128>(rows, column, count),
                };
            }
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return columns;
    }

    /// <summary>Bytes of a value of fixed width.</summary>
    internal static int WidthOf(SqlType type) => type.Physical switch
    {
        PhysicalType.Bool or PhysicalType.Int8 => 1,
        PhysicalType.Int16 => 2,
        PhysicalType.Int32 or PhysicalType.Float32 => 4,
        PhysicalType.Int64 or PhysicalType.Float64 => 8,
        _ => 16,
    };

    /// <inheritdoc/>
    protected override void Encode(ReadOnlySpan<ColumnVector> keys, int rowCount)
    {
        _batch.Reset(rowCount * _words);
        Span<byte> rows = MemoryMarshal.AsBytes(_batch.Span[..(rowCount * _words)]);
        for (int column = 0; column < keys.Length; column++)
        {
            using ColumnVector flat = Gather.Flatten(keys[column], Memory);
            switch (flat)
            {
                case FixedWidthVector<bool> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<sbyte> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<short> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<int> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<long> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<float> v: Write(Canonical(v.Values), flat.Validity, rows, column); break;
                case FixedWidthVector<double> v: Write(Canonical(v.Values), flat.Validity, rows, column); break;
                case FixedWidthVector<Int128> v: Write(v.Values, flat.Validity, rows, column); break;
                case FixedWidthVector<UInt128> v: Write(v.Values, flat.Validity, rows, column); break;
            }
        }
    }

    /// <inheritdoc/>
    protected override void Hash(ReadOnlySpan<ColumnVector> keys, Span<ulong> hashes)
    {
        ReadOnlySpan<ulong> words = _batch.Span;
        int at = 0;
        for (int row = 0; row < hashes.Length; row++)
        {
            ulong hash = 0x8EBC6AF09C88C6E3;
            for (int word = 0; word < _words; word++)
            {
                ulong high = Math.BigMul(hash ^ words[at++], 0x9E3779B97F4A7C15, out ulong low);
                hash = high ^ low;
            }

            hashes[row] = hash;
        }
    }

    /// <inheritdoc/>
    protected override void EnsureRows(int rowCount) => _rows.Ensure((Count + (long)rowCount) * _words);

    /// <inheritdoc/>
    protected override void AppendRow(int row) =>
        _batch.Span.Slice(row * _words, _words).CopyTo(_rows.Span.Slice(Count * _words, _words));

    /// <inheritdoc/>
    protected override void FetchRow(int group) => CacheLines.Fetch(in _rows.Span[group * _words]);

    /// <inheritdoc/>
    protected override HashedRowKeys NewEncoder() => new FixedRowKeys(Types, Memory);

    /// <inheritdoc/>
    protected override bool RowEquals(HashedRowKeys encoder, int row, int group)
    {
        ref ulong left = ref Unsafe.Add(ref MemoryMarshal.GetReference(((FixedRowKeys)encoder)._batch.Span), row * _words);
        ref ulong right = ref Unsafe.Add(ref MemoryMarshal.GetReference(_rows.Span), group * _words);
        for (int word = 0; word < _words; word++)
            if (Unsafe.Add(ref left, word) != Unsafe.Add(ref right, word))
                return false;
        return true;
    }

    /// <inheritdoc/>
    protected override void ClearRows()
    {
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        _rows.Dispose();
        _batch.Dispose();
    }

    private static float[] Canonical(ReadOnlySpan<float> values)
    {
        float[] canonical = values.ToArray();
        for (int row = 0; row < canonical.Length; row++)
            canonical[row] = canonical[row] == 0 ? 0 : float.IsNaN(canonical[row]) ? float.NaN : canonical[row];
        return canonical;
    }

    private static double[] Canonical(ReadOnlySpan<double> values)
    {
        double[] canonical = values.ToArray();
        for (int row = 0; row < canonical.Length; row++)
            canonical[row] = canonical[row] == 0 ? 0 : double.IsNaN(canonical[row]) ? double.NaN : canonical[row];
        return canonical;
    }

    private void Write<T>(ReadOnlySpan<T> values, Validity validity, Span<byte> rows, int column)
        where T : unmanaged
    {
        int stride = _words * 8;
        int at = _offsets[column];
        for (int row = 0; row < values.Length; row++, at += stride)
        {
            if (validity[row])
                Unsafe.WriteUnaligned(ref rows[at], values[row]);
            else
                rows[(row * stride) + _nullOffset + (column >> 3)] |= (byte)(1 << (column & 7));
        }
    }

    private FixedWidthVector<T> Read<T>(ReadOnlySpan<byte> rows, int column, int count)
        where T : unmanaged
    {
        int stride = _words * 8;
        NativeBuffer buffer = Memory.Allocate((long)count * Unsafe.SizeOf<T>());
        Span<T> values = buffer.Span<T>(count);
        bool hasNulls = false;
        int nullByte = _nullOffset + (column >> 3);
        for (int row = 0; row < count; row++)
        {
            values[row] = Unsafe.ReadUnaligned<T>(in rows[(row * stride) + _offsets[column]]);
            hasNulls |= (rows[(row * stride) + nullByte] & (1 << (column & 7))) != 0;
        }

        NativeBuffer? validity = null;
        if (hasNulls)
        {
            try
            {
                validity = Memory.AllocateCleared(Validity.BytesFor(count));
            }
            catch
            {
                buffer.Dispose();
                throw;
            }

            Span<byte> bits = validity.Span<byte>(Validity.BytesFor(count));
            for (int row = 0; row < count; row++)
                if ((rows[(row * stride) + nullByte] & (1 << (column & 7))) == 0)
                    bits[row >> 3] |= (byte)(1 << (row & 7));
        }

        return new FixedWidthVector<T>(Types[column], count, buffer, validity);
    }
}
