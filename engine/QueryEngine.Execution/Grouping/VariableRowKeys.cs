using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>Keys of any types: each row is, column by column, a byte that says null or not, and then the value (text behind its length).</summary>
internal sealed class VariableRowKeys : HashedRowKeys
{
    private readonly GrowingBuffer<byte> _rows;
    private readonly GrowingBuffer<int> _rowEnds;
    private readonly GrowingBuffer<byte> _batch;
    private readonly GrowingBuffer<int> _batchStarts;
    private readonly GrowingBuffer<int> _cursors;

    public VariableRowKeys(IReadOnlyList<SqlType> types, MemoryContext memory)
        : base(types, memory)
    {
        _rows = new GrowingBuffer<byte>(memory);
        _rowEnds = new GrowingBuffer<int>(memory);
        _batch = new GrowingBuffer<byte>(memory);
        _batchStarts = new GrowingBuffer<int>(memory);
        _cursors = new GrowingBuffer<int>(memory);
    }

    /// <inheritdoc/>
    public override ColumnVector[] Build(int first, int count)
    {
        int[] cursors = new int[count];
        for (int row = 0; row < count; row++)
            cursors[row] = StartOf(first + row);
        ReadOnlySpan<byte> rows = _rows.Span;
        var columns = new ColumnVector[Types.Count];
        try
        {
            for (int column = 0; column < columns.Length; column++)
            {
                using VectorBuilder builder = VectorBuilder.Create(Types[column], Memory, Math.Max(count, 1));
                KeyCodec.Read(rows, cursors, builder);
                columns[column] = builder.Build();
            }
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return columns;
    }

    /// <inheritdoc/>
    protected override void Encode(ReadOnlySpan<ColumnVector> keys, int rowCount)
    {
        _batchStarts.Reset(rowCount + 1);
        Span<int> starts = _batchStarts.Span[..(rowCount + 1)];
        foreach (ColumnVector key in keys)
            KeyCodec.AddLengths(key, starts[1..]);
        for (int row = 1; row <= rowCount; row++)
            starts[row] = checked(starts[row] + starts[row - 1]);

        _batch.Ensure(starts[rowCount]);
        _cursors.Ensure(rowCount);
        Span<int> cursors = _cursors.Span[..rowCount];
        starts[..rowCount].CopyTo(cursors);
        foreach (ColumnVector key in keys)
            KeyCodec.Write(key, _batch.Span, cursors);
    }

    /// <inheritdoc/>
    protected override void EnsureRows(int rowCount)
    {
        _rows.Ensure((long)StartOf(Count) + _batchStarts.Span[rowCount]);
        _rowEnds.Ensure(Count + rowCount);
    }

    /// <inheritdoc/>
    protected override void AppendRow(int row)
    {
        int start = StartOf(Count);
        ReadOnlySpan<byte> source = BatchRow(row);
        source.CopyTo(_rows.Span[start..]);
        _rowEnds.Span[Count] = start + source.Length;
    }

    /// <inheritdoc/>
    protected override void FetchRow(int group) => CacheLines.Fetch(in _rows.Span[StartOf(group)]);

    /// <inheritdoc/>
    protected override HashedRowKeys NewEncoder() => new VariableRowKeys(Types, Memory);

    /// <inheritdoc/>
    protected override bool RowEquals(HashedRowKeys encoder, int row, int group)
    {
        int start = StartOf(group);
        return ((VariableRowKeys)encoder).BatchRow(row).SequenceEqual(_rows.Span[start.._rowEnds.Span[group]]);
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
        _rowEnds.Dispose();
        _batch.Dispose();
        _batchStarts.Dispose();
        _cursors.Dispose();
    }

    private int StartOf(int group) => group == 0 ? 0 : _rowEnds.Span[group - 1];

    private ReadOnlySpan<byte> BatchRow(int row)
    {
        ReadOnlySpan<int> starts = _batchStarts.Span;
        return _batch.Span[starts[row]..starts[row + 1]];
    }
}

/// <summary>Writes values into rows of bytes and reads them back; equal values have equal bytes.</summary>
internal static class KeyCodec
{
    private const byte IsNull = 1;

    /// <summary>Adds the bytes of each row's value.</summary>
    public static void AddLengths(ColumnVector key, Span<int> lengths)
    {
        Validity validity = key.Validity;
        if (key.Type.Physical == PhysicalType.Bytes)
        {
            var reader = new BytesReader(key);
            for (int row = 0; row < lengths.Length; row++)
                lengths[row] += validity[row] ? 1 + sizeof(int) + reader[row].Length : 1;
            return;
        }

        if (key.Type.Physical < PhysicalType.Bytes)
        {
            int width = 1 + FixedRowKeys.WidthOf(key.Type);
            for (int row = 0; row < lengths.Length; row++)
                lengths[row] += validity[row] ? width : 1;
            return;
        }

        for (int row = 0; row < lengths.Length; row++)
            lengths[row] += NestedKeyCodec.LengthOf(key, row);
    }

    /// <summary>Writes each row's value at its cursor and moves the cursor behind it.</summary>
    public static void Write(ColumnVector key, Span<byte> target, Span<int> cursors)
    {
        if (key.Type.Physical == PhysicalType.Bytes)
        {
            WriteBytes(key, target, cursors);
            return;
        }

        if (key.Type.Physical > PhysicalType.Bytes)
        {
            for (int row = 0; row < cursors.Length; row++)
                cursors[row] = NestedKeyCodec.Write(key, row, target, cursors[row]);
            return;
        }

        using ColumnVector flat = Gather.Flatten(key, MemoryContext.Unlimited);
        switch (flat)
        {
            case FixedWidthVector<bool> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<sbyte> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<short> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<int> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<long> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<float> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<double> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<Int128> v: WriteFixed(v, target, cursors); break;
            case FixedWidthVector<UInt128> v: WriteFixed(v, target, cursors); break;
        }
    }

    /// <summary>Appends the value at each cursor to a builder and moves the cursor behind it.</summary>
    public static void Read(ReadOnlySpan<byte> rows, Span<int> cursors, VectorBuilder builder)
    {
        switch (builder)
        {
            case BytesBuilder bytes:
                for (int row = 0; row < cursors.Length; row++)
                {
                    int at = cursors[row];
                    if (rows[at] == IsNull)
                    {
                        bytes.AppendNull();
                        cursors[row] = at + 1;
                        continue;
                    }

                    int length = MemoryMarshal.Read<int>(rows[(at + 1)..]);
                    bytes.Append(rows.Slice(at + 1 + sizeof(int), length));
                    cursors[row] = at + 1 + sizeof(int) + length;
                }

                break;
            case FixedWidthBuilder<bool> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<sbyte> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<short> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<int> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<long> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<float> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<double> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<Int128> b: ReadFixed(rows, cursors, b); break;
            case FixedWidthBuilder<UInt128> b: ReadFixed(rows, cursors, b); break;
            default:
                for (int row = 0; row < cursors.Length; row++)
                    builder.AppendBoxed(NestedKeyCodec.Read(builder.Type, rows, ref cursors[row]));
                break;
        }
    }

    private static void WriteBytes(ColumnVector key, Span<byte> target, Span<int> cursors)
    {
        var reader = new BytesReader(key);
        Validity validity = key.Validity;
        for (int row = 0; row < cursors.Length; row++)
        {
            int at = cursors[row];
            if (!validity[row])
            {
                target[at] = IsNull;
                cursors[row] = at + 1;
                continue;
            }

            ReadOnlySpan<byte> value = reader[row];
            target[at] = 0;
            Unsafe.WriteUnaligned(ref target[at + 1], value.Length);
            value.CopyTo(target[(at + 1 + sizeof(int))..]);
            cursors[row] = at + 1 + sizeof(int) + value.Length;
        }
    }

    private static void WriteFixed<T>(FixedWidthVector<T> vector, Span<byte> target, Span<int> cursors)
        where T : unmanaged
    {
        ReadOnlySpan<T> values = vector.Values;
        Validity validity = vector.Validity;
        for (int row = 0; row < cursors.Length; row++)
        {
            int at = cursors[row];
            if (!validity[row])
            {
                target[at] = IsNull;
                cursors[row] = at + 1;
                continue;
            }

            target[at] = 0;
            Unsafe.WriteUnaligned(ref target[at + 1], Canonical(values[row]));
            cursors[row] = at + 1 + Unsafe.SizeOf<T>();
        }
    }

    private static void ReadFixed<T>(ReadOnlySpan<byte> rows, Span<int> cursors, FixedWidthBuilder<T> builder)
        where T : unmanaged
    {
        for (int row = 0; row < cursors.Length; row++)
        {
            int at = cursors[row];
            if (rows[at] == IsNull)
            {
                builder.AppendNull();
                cursors[row] = at + 1;
                continue;
            }

            builder.Append(Unsafe.ReadUnaligned<T>(in rows[at + 1]));
            cursors[row] = at + 1 + Unsafe.SizeOf<T>();
        }
    }

    // Resolved when compiled for each T: other types pass unchanged.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Canonical<T>(T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            double number = Unsafe.BitCast<T, double>(value);
            return Unsafe.BitCast<double, T>(number == 0 ? 0 : double.IsNaN(number) ? double.NaN : number);
        }

        if (typeof(T) == typeof(float))
        {
            float number = Unsafe.BitCast<T, float>(value);
            return Unsafe.BitCast<float, T>(number == 0 ? 0 : float.IsNaN(number) ? float.NaN : number);
        }

        return value;
    }
}
