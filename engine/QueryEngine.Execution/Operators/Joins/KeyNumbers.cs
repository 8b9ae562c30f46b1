using QueryEngine.Columnar;
using QueryEngine.Execution.Grouping;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// Whole-number keys as one number a row: one key as it is, several mixed by their ranges on the build side, so that equal numbers are equal keys.
/// </summary>
internal sealed class KeyNumbers : IDisposable
{
    // Numbers of build rows are below; what lies outside of the build side's ranges gets this one.
    private const ulong MaxRange = 1UL << 62;
    private const long NoKey = -1;

    private readonly NativeBuffer _buffer;
    private readonly int _count;
    private readonly (long Low, ulong Range)[] _parts;

    private KeyNumbers(NativeBuffer buffer, int count, (long Low, ulong Range)[] parts, long low, long high) =>
        (_buffer, _count, _parts, Low, High) = (buffer, count, parts, low, high);

    /// <summary>The number of each build row; of rows that are null in a key anything.</summary>
    public ReadOnlySpan<long> Values => _buffer.Span<long>(_count);

    /// <summary>The least number of a row with keys.</summary>
    public long Low { get; }

    /// <summary>The greatest number of a row with keys.</summary>
    public long High { get; }

    /// <summary>The numbers of flat keys, or null where some key is no whole number, or their ranges are too wide, or no row has keys.</summary>
    public static KeyNumbers? TryCreate(ColumnVector[] keys, int[]? rows, int rowCount, MemoryContext memory)
    {
        if ((rows?.Length ?? rowCount) == 0 || keys.Any(key => !LongKeys.Fits(key.Type) || key.Type.Physical == PhysicalType.Float64))
            return null;

        NativeBuffer buffer = memory.Allocate((long)rowCount * sizeof(long));
        try
        {
            Span<long> numbers = buffer.Span<long>(rowCount);
            LongKeys.ToLongs(keys[0], numbers);
            (long low, long high) = Bounds(numbers, rows);
            if (keys.Length == 1)
                return new KeyNumbers(buffer, rowCount, [], low, high);

            (long Low, ulong Range)[]? parts = RangesOf(keys, rows, rowCount, memory);
            if (parts is null)
            {
                buffer.Dispose();
                return null;
            }

            Mix(keys, parts, numbers, memory);
            (low, high) = Bounds(numbers, rows);
            return new KeyNumbers(buffer, rowCount, parts, low, high);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Writes the numbers of other rows. Rows with a key that no build row has get a number that no build row has, or an equal key's.</summary>
    public void Read(ReadOnlySpan<ColumnVector> keys, Span<long> numbers, MemoryContext memory)
    {
        if (_parts.Length > 0)
        {
            Mix(keys, _parts, numbers, memory);
            return;
        }

        using ColumnVector flat = Gather.Flatten(keys[0], memory);
        LongKeys.ToLongs(flat, numbers);
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private static (long Low, long High) Bounds(ReadOnlySpan<long> numbers, int[]? rows)
    {
        (long low, long high) = (long.MaxValue, long.MinValue);
        if (rows is null)
        {
            foreach (long number in numbers)
                (low, high) = (Math.Min(low, number), Math.Max(high, number));
            return (low, high);
        }

        foreach (int row in rows)
            (low, high) = (Math.Min(low, numbers[row]), Math.Max(high, numbers[row]));
        return (low, high);
    }

    private static (long Low, ulong Range)[]? RangesOf(ColumnVector[] keys, int[]? rows, int rowCount, MemoryContext memory)
    {
        var parts = new (long Low, ulong Range)[keys.Length];
        using NativeBuffer scratch = memory.Allocate((long)rowCount * sizeof(long));
        UInt128 product = 1;
        for (int key = 0; key < keys.Length; key++)
        {
            Span<long> values = scratch.Span<long>(rowCount);
            LongKeys.ToLongs(keys[key], values);
            (long low, long high) = Bounds(values, rows);
            ulong range = (ulong)high - (ulong)low;
            if (range >= MaxRange)
                return null;
            parts[key] = (low, range + 1);
            product *= range + 1;
            if (product > MaxRange)
                return null;
        }

        return parts;
    }

    private static void Mix(ReadOnlySpan<ColumnVector> keys, (long Low, ulong Range)[] parts, Span<long> numbers, MemoryContext memory)
    {
        using NativeBuffer scratch = memory.Allocate((long)numbers.Length * sizeof(long));
        Span<long> values = scratch.Span<long>(numbers.Length);
        numbers.Clear();
        for (int key = 0; key < keys.Length; key++)
        {
            using (ColumnVector flat = Gather.Flatten(keys[key], memory))
                LongKeys.ToLongs(flat, values);
            (long low, ulong range) = parts[key];
            for (int row = 0; row < numbers.Length; row++)
            {
                ulong place = (ulong)values[row] - (ulong)low;
                long mixed = (long)(((ulong)numbers[row] * range) + place);
                numbers[row] = numbers[row] < 0 || place >= range ? NoKey : mixed;
            }
        }
    }
}

/// <summary>Looks up rows by the number of their keys.</summary>
internal abstract class NumberFinder(KeyNumbers keys, MemoryContext memory) : KeyFinder
{
    private readonly GrowingBuffer<long> _numbers = new(memory);

    /// <inheritdoc/>
    public sealed override void Find(ReadOnlySpan<ColumnVector> keyColumns, int rowCount, Span<int> groups)
    {
        _numbers.Ensure(rowCount);
        Span<long> numbers = _numbers.Span[..rowCount];
        keys.Read(keyColumns, numbers, memory);
        FindNumbers(numbers, groups);
    }

    /// <summary>Writes the first build row of each number, -1 where there is none.</summary>
    protected abstract void FindNumbers(ReadOnlySpan<long> numbers, Span<int> rows);

    /// <inheritdoc/>
    protected sealed override void Release() => _numbers.Dispose();
}
