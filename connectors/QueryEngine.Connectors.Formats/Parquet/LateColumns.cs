using System.Numerics;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>Finds by the values of one column which rows of a batch the others must be read for, and whether looking is worth its time.</summary>
internal sealed class LateColumns
{
    private const int BatchesToTry = 32;
    private const double UselessBeyond = 0.85;

    private int _batches;
    private long _rows;
    private long _kept;

    /// <summary>Whether the batches so far lost rows by it.</summary>
    public bool IsWorthwhile => _batches < BatchesToTry || _kept < _rows * UselessBeyond;

    /// <summary>Counts what was kept of a batch.</summary>
    public void Note(int rows, int kept) => (_batches, _rows, _kept) = (_batches + 1, _rows + rows, _kept + kept);

    /// <summary>Moves the start and the end to the first row inside the domain and behind the last one; where it is not simple to tell they stay.</summary>
    public static void Narrow(ColumnVector vector, Domain allowed, ref int start, ref int end)
    {
        if (allowed.Ranges.Count > 1)
            return;
        ValueRange? range = allowed.Ranges.Count == 1 ? allowed.Ranges[0] : null;
        switch (vector)
        {
            case FixedWidthVector<long> numbers:
                NarrowNumbers(numbers, range, allowed.NullAllowed, ref start, ref end);
                break;
            case FixedWidthVector<int> numbers:
                NarrowNumbers(numbers, range, allowed.NullAllowed, ref start, ref end);
                break;
            case FixedWidthVector<short> numbers:
                NarrowNumbers(numbers, range, allowed.NullAllowed, ref start, ref end);
                break;
            case FixedWidthVector<sbyte> numbers:
                NarrowNumbers(numbers, range, allowed.NullAllowed, ref start, ref end);
                break;
            case BytesVector or DictionaryVector { Dictionary: BytesVector } when vector.Type.Kind == TypeKind.Varchar:
                NarrowText(vector, range, allowed.NullAllowed, ref start, ref end);
                break;
            default:
                break;
        }
    }

    private static void NarrowNumbers<T>(FixedWidthVector<T> vector, ValueRange? range, bool nullAllowed, ref int start, ref int end)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (range is not null && ((range.Low is not null and not T) || (range.High is not null and not T)))
            return;
        T low = range?.Low is T least ? least : T.MinValue;
        T high = range?.High is T most ? most : T.MaxValue;
        bool isNothing = range is null;
        ReadOnlySpan<T> values = vector.Values;
        Validity validity = vector.Validity;
        while (start < end && !IsInside(values, validity, start))
            start++;
        while (end > start && !IsInside(values, validity, end - 1))
            end--;

        // Bounds that are left out let their own value pass: what reads the rows looks at them again.
        bool IsInside(ReadOnlySpan<T> values, Validity validity, int row) =>
            validity[row] ? !isNothing && values[row] >= low && values[row] <= high : nullAllowed;
    }

    private static void NarrowText(ColumnVector vector, ValueRange? range, bool nullAllowed, ref int start, ref int end)
    {
        if (range is not null && ((range.Low is not null and not string) || (range.High is not null and not string)))
            return;
        byte[]? low = range?.Low is string least ? Encoding.UTF8.GetBytes(least) : null;
        byte[]? high = range?.High is string most ? Encoding.UTF8.GetBytes(most) : null;
        bool isNothing = range is null;
        var coded = vector as DictionaryVector;
        var texts = (BytesVector)(coded?.Dictionary ?? vector);
        Validity validity = vector.Validity;
        while (start < end && !IsInside(validity, start))
            start++;
        while (end > start && !IsInside(validity, end - 1))
            end--;

        bool IsInside(Validity validity, int row)
        {
            if (!validity[row])
                return nullAllowed;
            ReadOnlySpan<byte> value = texts[coded is null ? row : coded.Indices[row]];
            return !isNothing && (low is null || value.SequenceCompareTo(low) >= 0) && (high is null || value.SequenceCompareTo(high) <= 0);
        }
    }
}
