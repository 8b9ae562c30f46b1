using System.Numerics;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>Row lists of conditions.</summary>
public static class Selection
{
    /// <summary>
    /// Writes the numbers of the rows for which a boolean vector of any encoding is true (null is not) to <paramref name="rows"/>, which has room for
    /// all of them, and returns how many there are.
    /// </summary>
    public static int FromCondition(ColumnVector condition, Span<int> rows)
    {
        switch (condition)
        {
            case ConstantVector constant:
                if (constant.IsNullConstant || !((FixedWidthVector<bool>)constant.Value).Values[0])
                    return 0;
                for (int row = 0; row < constant.Length; row++)
                    rows[row] = row;
                return constant.Length;
            case DictionaryVector dictionary:
                return FromDictionary(dictionary, rows);
            default:
                return FromBools(((FixedWidthVector<bool>)condition).Values, condition.Validity, rows);
        }
    }

    /// <summary>As <see cref="FromCondition"/>, of booleans and a bitmap.</summary>
    public static int FromBools(ReadOnlySpan<bool> values, Validity validity, Span<int> rows)
    {
        // Eight booleans at a time become eight bits; runs of false, the usual case, cost one test.
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<bool, ulong>(values[..(values.Length & ~7)]);
        ReadOnlySpan<byte> valid = validity.Bits;
        int count = 0;
        for (int word = 0; word < words.Length; word++)
        {
            ulong eight = words[word];
            if (eight == 0)
                continue;
            int bits = (int)((eight * 0x0102040810204080) >> 56);
            if (!valid.IsEmpty)
                bits &= valid[word];
            int first = word * 8;
            if (bits == 0xFF)
            {
                Span<int> target = rows.Slice(count, 8);
                for (int lane = 0; lane < target.Length; lane++)
                    target[lane] = first + lane;
                count += 8;
                continue;
            }

            for (; bits != 0; bits &= bits - 1)
                rows[count++] = first + BitOperations.TrailingZeroCount(bits);
        }

        for (int row = words.Length * 8; row < values.Length; row++)
            if (values[row] && validity[row])
                rows[count++] = row;
        return count;
    }

    private static int FromDictionary(DictionaryVector dictionary, Span<int> rows)
    {
        ReadOnlySpan<bool> values = ((FixedWidthVector<bool>)dictionary.Dictionary).Values;
        ReadOnlySpan<int> codes = dictionary.Indices;
        Validity validity = dictionary.Validity;
        int count = 0;
        for (int row = 0; row < codes.Length; row++)
            if (values[codes[row]] && validity[row])
                rows[count++] = row;
        return count;
    }
}
