using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace QueryEngine.Spi;

/// <summary>Which rows are not null: Arrow's validity bitmap, one bit a row, lowest bit first, 1 for a value. <c>default</c>: no row is null.</summary>
public readonly ref struct Validity
{
    private readonly ReadOnlySpan<byte> _bits;

    /// <summary>Reads a bitmap; an empty one says that no row is null.</summary>
    public Validity(ReadOnlySpan<byte> bits) => _bits = bits;

    /// <summary>Whether no row can be null.</summary>
    public bool AllValid => _bits.IsEmpty;

    /// <summary>The bitmap; empty when <see cref="AllValid"/>.</summary>
    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>Whether the row has a value.</summary>
    public bool this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _bits.IsEmpty || (_bits[row >> 3] & (1 << (row & 7))) != 0;
    }

    /// <summary>Bytes of a bitmap of so many rows.</summary>
    public static int BytesFor(int rows) => (rows + 7) >> 3;

    /// <summary>How many of the first <paramref name="rows"/> rows are null.</summary>
    public int CountNulls(int rows)
    {
        if (_bits.IsEmpty)
            return 0;

        int valid = 0;
        int row = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(_bits[..(rows >> 3)]);
        foreach (ulong word in words)
            valid += BitOperations.PopCount(word);
        for (row = words.Length * 64; row < rows; row++)
            valid += this[row] ? 1 : 0;
        return rows - valid;
    }
}
