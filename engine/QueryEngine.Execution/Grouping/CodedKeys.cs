using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Grouping;

/// <summary>
/// Keys of few values: dictionary-coded text, booleans, whole numbers from a small range. The codes of a row's keys make one small number that indexes
/// the groups directly; only combinations not seen before go to the hash table behind. Gives up for good when the values turn out to be many.
/// </summary>
internal sealed class CodedKeys(IReadOnlyList<SqlType> types, GroupKeys table) : GroupKeys
{
    private const int MaxCodes = 1 << 16;
    private const int MaxFailures = 8;
    private readonly KeyCoder[] _coders = [.. types.Select(_ => new KeyCoder())];
    private int[] _groupOfCode = [];
    private int[] _codes = [];
    private int[] _newRows = [];
    private int _batches;
    private int _relearns;
    private int _failures;
    private bool _isStale = true;
    private bool _givenUp;

    /// <summary>Whether all keys may have small codes.</summary>
    public static bool MayFit(IReadOnlyList<SqlType> types) => types.Count <= 4
        && types.All(type => type.Physical is PhysicalType.Bool or PhysicalType.Int8 or PhysicalType.Int16 or PhysicalType.Int32
            or PhysicalType.Int64 or PhysicalType.Bytes);

    /// <inheritdoc/>
    public override void Resolve(ReadOnlySpan<ColumnVector> keys, int rowCount, Span<int> groups)
    {
        if (_givenUp || !TryCode(keys, rowCount))
        {
            table.Resolve(keys, rowCount, groups);
            Count = table.Count;
            return;
        }

        Span<int> codes = _codes.AsSpan(0, rowCount);
        int[] groupOfCode = _groupOfCode;
        int unknown = 0;
        for (int row = 0; row < codes.Length; row++)
        {
            int group = groupOfCode[codes[row]];
            groups[row] = group;
            if (group >= 0)
                continue;
            if (group == -1)
            {
                _newRows[unknown++] = row;
                groupOfCode[codes[row]] = -2; // the first row of a code asks the table for all
            }
        }

        if (unknown == 0)
            return;
        AskTable(keys, _newRows.AsSpan(0, unknown), codes);
        for (int row = _newRows[0]; row < codes.Length; row++)
            groups[row] = groupOfCode[codes[row]];
    }

    /// <inheritdoc/>
    public override ColumnVector[] Build(int first, int count) => table.Build(first, count);

    /// <inheritdoc/>
    public override KeyFinder NewFinder() => table.NewFinder();

    /// <inheritdoc/>
    public override void Reserve(int groups) => table.Reserve(groups);

    /// <inheritdoc/>
    public override void Clear()
    {
        table.Clear();
        Count = 0;
        _groupOfCode.AsSpan().Fill(-1);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (KeyCoder coder in _coders)
            coder.Dispose();
        table.Dispose();
    }

    private bool TryCode(ReadOnlySpan<ColumnVector> keys, int rowCount)
    {
        _batches++;
        long codes = 1;
        for (int key = 0; key < keys.Length; key++)
        {
            KeyCoder.Learned learned = _coders[key].Learn(keys[key]);
            _isStale |= learned != KeyCoder.Learned.Same;
            codes *= _coders[key].Range;
            if (learned == KeyCoder.Learned.TooMany || codes > MaxCodes)
                return Fail();
        }

        // A file brings new dictionaries now and then; keys of many values bring new ones all the time.
        if (_isStale)
        {
            if (++_relearns > MaxFailures && _relearns * 4 > _batches)
                return Fail();
            if (_groupOfCode.Length < codes)
                _groupOfCode = new int[codes];
            _groupOfCode.AsSpan().Fill(-1);
            _isStale = false;
        }

        if (_codes.Length < rowCount)
        {
            _codes = new int[rowCount];
            _newRows = new int[rowCount];
        }

        Span<int> target = _codes.AsSpan(0, rowCount);
        for (int key = 0; key < keys.Length; key++)
            _coders[key].Write(keys[key], target, isFirst: key == 0);
        return true;
    }

    private bool Fail()
    {
        _isStale = true;
        if (++_failures <= MaxFailures)
            return false;
        _givenUp = true;
        foreach (KeyCoder coder in _coders)
            coder.Forget();
        return false;
    }

    private void AskTable(ReadOnlySpan<ColumnVector> keys, ReadOnlySpan<int> rows, ReadOnlySpan<int> codes)
    {
        var some = new ColumnVector[keys.Length];
        try
        {
            for (int key = 0; key < some.Length; key++)
                some[key] = Gather.Take(keys[key], rows, MemoryContext.Unlimited);
            int[] numbers = new int[rows.Length];
            table.Resolve(some, rows.Length, numbers);
            Count = table.Count;
            for (int row = 0; row < rows.Length; row++)
                _groupOfCode[codes[rows[row]]] = numbers[row];
        }
        finally
        {
            Compaction.DisposeAll(some);
        }
    }

    /// <summary>Small codes of one key column, 0 for NULL.</summary>
    private sealed class KeyCoder : IDisposable
    {
        private const int MaxRange = 4096;
        private ColumnVector? _dictionary;
        private long _low;
        private long _high = -1;

        public enum Learned
        {
            Same,
            Changed,
            TooMany,
        }

        /// <summary>Codes are smaller than this.</summary>
        public int Range { get; private set; }

        /// <summary>Fits the codes to a batch.</summary>
        public Learned Learn(ColumnVector key)
        {
            if (key is DictionaryVector coded && key.Type.Physical == PhysicalType.Bytes)
                return LearnDictionary(coded.Dictionary);
            if (key is ConstantVector { IsNullConstant: false } constant && key.Type.Physical == PhysicalType.Bytes)
                return LearnDictionary(constant.Value);
            return key.Type.Physical != PhysicalType.Bytes ? LearnNumbers(key) : Learned.TooMany;
        }

        /// <summary>Forgets what was learnt.</summary>
        public void Forget()
        {
            _dictionary?.Dispose();
            _dictionary = null;
            (_low, _high, Range) = (0, -1, 0);
        }

        public void Dispose() => Forget();

        /// <summary>Writes the codes of a batch, or mixes them into those of the keys before.</summary>
        public void Write(ColumnVector key, Span<int> codes, bool isFirst)
        {
            int scale = isFirst ? 0 : Range;
            Validity validity = key.Validity;
            if (key is DictionaryVector coded && key.Type.Physical == PhysicalType.Bytes)
            {
                ReadOnlySpan<int> indices = coded.Indices;
                if (validity.AllValid)
                {
                    for (int row = 0; row < codes.Length; row++)
                        codes[row] = (codes[row] * scale) + indices[row] + 1;
                    return;
                }

                for (int row = 0; row < codes.Length; row++)
                    codes[row] = (codes[row] * scale) + (validity[row] ? indices[row] + 1 : 0);
                return;
            }

            if (key is ConstantVector && key.Type.Physical == PhysicalType.Bytes)
            {
                for (int row = 0; row < codes.Length; row++)
                    codes[row] = (codes[row] * scale) + 1;
                return;
            }

            using ColumnVector flat = Gather.Flatten(key, MemoryContext.Unlimited);
            switch (flat)
            {
                case FixedWidthVector<bool> v: WriteNumbers(MemoryMarshal.Cast<bool, byte>(v.Values), validity, codes, scale); break;
                case FixedWidthVector<sbyte> v: WriteNumbers(v.Values, validity, codes, scale); break;
                case FixedWidthVector<short> v: WriteNumbers(v.Values, validity, codes, scale); break;
                case FixedWidthVector<int> v: WriteNumbers(v.Values, validity, codes, scale); break;
                case FixedWidthVector<long> v: WriteNumbers(v.Values, validity, codes, scale); break;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void WriteNumbers<T>(ReadOnlySpan<T> values, Validity validity, Span<int> codes, int scale)
            where T : unmanaged, IBinaryInteger<T>
        {
            long below = _low - 1;
            values = values[..codes.Length];
            if (validity.AllValid)
            {
                for (int row = 0; row < codes.Length; row++)
                    codes[row] = (codes[row] * scale) + (int)(long.CreateTruncating(values[row]) - below);
                return;
            }

            for (int row = 0; row < codes.Length; row++)
                codes[row] = (codes[row] * scale) + (validity[row] ? (int)(long.CreateTruncating(values[row]) - below) : 0);
        }

        private Learned LearnDictionary(ColumnVector dictionary)
        {
            if (ReferenceEquals(dictionary, _dictionary))
                return Learned.Same;
            if (dictionary.Length >= MaxCodes)
                return Learned.TooMany;

            // Kept alive, so that another dictionary cannot come to be at the same place.
            dictionary.Retain();
            _dictionary?.Dispose();
            _dictionary = dictionary;
            Range = dictionary.Length + 1;
            return Learned.Changed;
        }

        private Learned LearnNumbers(ColumnVector key)
        {
            using ColumnVector flat = Gather.Flatten(key, MemoryContext.Unlimited);
            if (!Bounds(flat, out long low, out long high))
                return _high >= _low ? Learned.Same : Widen(0, 0);
            return _high >= _low && low >= _low && high <= _high ? Learned.Same : Widen(low, high);
        }

        private Learned Widen(long low, long high)
        {
            if (_high >= _low)
                (low, high) = (Math.Min(low, _low), Math.Max(high, _high));
            if ((UInt128)((Int128)high - low) >= MaxRange)
                return Learned.TooMany;

            (_low, _high) = (low, high);
            Range = (int)(high - low) + 2;
            return Learned.Changed;
        }

        // The least and the greatest value; false where all are NULL.
        private static bool Bounds(ColumnVector flat, out long low, out long high)
        {
            switch (flat)
            {
                case FixedWidthVector<bool> v: return Bounds(MemoryMarshal.Cast<bool, byte>(v.Values), v.Validity, out low, out high);
                case FixedWidthVector<sbyte> v: return Bounds(v.Values, v.Validity, out low, out high);
                case FixedWidthVector<short> v: return Bounds(v.Values, v.Validity, out low, out high);
                case FixedWidthVector<int> v: return Bounds(v.Values, v.Validity, out low, out high);
                default: return Bounds(((FixedWidthVector<long>)flat).Values, flat.Validity, out low, out high);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static bool Bounds<T>(ReadOnlySpan<T> values, Validity validity, out long low, out long high)
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            (T least, T most) = (T.MaxValue, T.MinValue);
            int row = 0;
            if (validity.AllValid)
            {
                Vector<T> leasts = new(least), mosts = new(most);
                for (; row <= values.Length - Vector<T>.Count; row += Vector<T>.Count)
                {
                    var some = new Vector<T>(values[row..]);
                    (leasts, mosts) = (Vector.Min(leasts, some), Vector.Max(mosts, some));
                }

                for (int lane = 0; lane < Vector<T>.Count; lane++)
                    (least, most) = (T.Min(least, leasts[lane]), T.Max(most, mosts[lane]));
            }

            for (; row < values.Length; row++)
                if (validity[row])
                    (least, most) = (T.Min(least, values[row]), T.Max(most, values[row]));
            (low, high) = (long.CreateTruncating(least), long.CreateTruncating(most));
            return least <= most;
        }
    }
}
