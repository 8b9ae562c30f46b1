using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Columnar;

/// <summary>
/// 64-bit hashes of rows, column by column. Equal rows have equal hashes whatever the encoding: NULLs are equal, -0.0 is 0.0, NaN is NaN.
/// Columns that are compared must have the same type. The hashes are the same in every process.
/// </summary>
public static class RowHash
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private const ulong NullHash = 0x2545F4914F6CDD1D;
    private const ulong Seed = 0x8EBC6AF09C88C6E3;

    /// <summary>Writes the hash of each row to <paramref name="hashes"/>, whose length is the number of rows.</summary>
    public static void Hash(ReadOnlySpan<ColumnVector> keys, Span<ulong> hashes)
    {
        hashes.Fill(Seed);
        foreach (ColumnVector key in keys)
            Combine(key, hashes);
    }

    /// <summary>Mixes a column into hashes.</summary>
    public static void Combine(ColumnVector key, Span<ulong> hashes)
    {
        switch (key)
        {
            case ConstantVector constant:
                ulong one = HashOne(constant.Value, 0);
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = Mix(hashes[row], one);
                break;
            case DictionaryVector dictionary when dictionary.Dictionary.Length <= hashes.Length * 2:
                CombineDictionary(dictionary, hashes);
                break;
            case DictionaryVector dictionary when dictionary.Dictionary is BytesVector text:
                ReadOnlySpan<int> indices = dictionary.Indices;
                Validity validity = dictionary.Validity;
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = Mix(hashes[row], validity[row] ? HashBytes(text[indices[row]]) : NullHash);
                break;
            case DictionaryVector dictionary:
                using (ColumnVector flat = Gather.Flatten(dictionary, MemoryContext.Unlimited))
                    Combine(flat, hashes);
                break;
            default:
                CombineFlat(key, hashes);
                break;
        }
    }

    /// <summary>The hash of bytes, as of a text value alone; not yet mixed into a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong HashBytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Multiplier);
        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length >= 8)
        {
            hash = Fold(hash ^ MemoryMarshal.Read<ulong>(rest), Multiplier);
            rest = rest[8..];
        }

        if (rest.Length > 0)
        {
            ulong last = 0;
            if (bytes.Length >= 8)
            {
                last = MemoryMarshal.Read<ulong>(bytes[^8..]);
            }
            else if (rest.Length >= 4)
            {
                last = MemoryMarshal.Read<uint>(rest) | ((ulong)MemoryMarshal.Read<uint>(rest[^4..]) << 32);
            }
            else
            {
                last = rest[0] | ((ulong)rest[rest.Length >> 1] << 8) | ((ulong)rest[^1] << 16);
            }

            hash = Fold(hash ^ last, Seed | 1);
        }

        return hash;
    }

    /// <summary>The hash of a 64-bit value, as of a bigint alone; not yet mixed into a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong HashValue(ulong value) => Fold(value ^ Seed, Multiplier);

    private static void CombineDictionary(DictionaryVector dictionary, Span<ulong> hashes)
    {
        ColumnVector values = dictionary.Dictionary;
        ulong[] codes = System.Buffers.ArrayPool<ulong>.Shared.Rent(values.Length);
        Span<ulong> ofValues = codes.AsSpan(0, values.Length);
        HashFlat(values, ofValues);
        ReadOnlySpan<int> indices = dictionary.Indices;
        Validity validity = dictionary.Validity;
        if (validity.AllValid)
        {
            for (int row = 0; row < hashes.Length; row++)
                hashes[row] = Mix(hashes[row], ofValues[indices[row]]);
        }
        else
        {
            for (int row = 0; row < hashes.Length; row++)
                hashes[row] = Mix(hashes[row], validity[row] ? ofValues[indices[row]] : NullHash);
        }

        System.Buffers.ArrayPool<ulong>.Shared.Return(codes);
    }

    private static ulong HashOne(ColumnVector flat, int row)
    {
        Span<ulong> hash = stackalloc ulong[1];
        using ColumnVector slice = flat.Slice(row, 1);
        HashFlat(slice, hash);
        return hash[0];
    }

    private static void CombineFlat(ColumnVector key, Span<ulong> hashes)
    {
        switch (key)
        {
            case FixedWidthVector<int> ints when !key.MayHaveNulls:
                ReadOnlySpan<int> narrow = ints.Values;
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = Mix(hashes[row], HashValue((ulong)(long)narrow[row]));
                return;
            case FixedWidthVector<long> longs when !key.MayHaveNulls:
                ReadOnlySpan<long> values = longs.Values;
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = Mix(hashes[row], HashValue((ulong)values[row]));
                return;
        }

        ulong[] rented = System.Buffers.ArrayPool<ulong>.Shared.Rent(hashes.Length);
        Span<ulong> own = rented.AsSpan(0, hashes.Length);
        HashFlat(key, own);
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = Mix(hashes[row], own[row]);
        System.Buffers.ArrayPool<ulong>.Shared.Return(rented);
    }

    /// <summary>The hashes of the values of a flat vector, nulls included, not mixed with anything.</summary>
    private static void HashFlat(ColumnVector vector, Span<ulong> hashes)
    {
        switch (vector)
        {
            case FixedWidthVector<bool> bools: HashBits(MemoryMarshal.AsBytes(bools.Values), hashes); break;
            case FixedWidthVector<sbyte> bytes: HashIntegers(bytes.Values, hashes); break;
            case FixedWidthVector<short> shorts: HashIntegers(shorts.Values, hashes); break;
            case FixedWidthVector<int> ints: HashIntegers(ints.Values, hashes); break;
            case FixedWidthVector<long> longs: HashIntegers(longs.Values, hashes); break;
            case FixedWidthVector<Int128> wide: HashWide(MemoryMarshal.Cast<Int128, UInt128>(wide.Values), hashes); break;
            case FixedWidthVector<UInt128> uuids: HashWide(uuids.Values, hashes); break;
            case FixedWidthVector<float> floats:
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = HashValue(BitConverter.DoubleToUInt64Bits(Canonical(floats.Values[row])));
                break;
            case FixedWidthVector<double> doubles:
                for (int row = 0; row < hashes.Length; row++)
                    hashes[row] = HashValue(BitConverter.DoubleToUInt64Bits(Canonical(doubles.Values[row])));
                break;
            case BytesVector text:
                HashText(text, hashes);
                break;
            case ArrayVector array:
                HashLists(array.Offsets, array.Elements, values: null, hashes);
                break;
            case MapVector map:
                HashLists(map.Offsets, map.Keys, map.Values, hashes);
                break;
            case RowVector row:
                hashes.Fill(Seed);
                foreach (ColumnVector child in row.Fields)
                    Combine(child, hashes);
                break;
            default:
                throw new ArgumentException($"{vector.GetType().Name} is not a flat vector", nameof(vector));
        }

        Validity validity = vector.Validity;
        if (validity.AllValid)
            return;
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = validity[row] ? hashes[row] : NullHash;
    }

    private static void HashText(BytesVector text, Span<ulong> hashes)
    {
        ReadOnlySpan<int> offsets = text.Offsets;
        ReadOnlySpan<byte> data = text.Data;
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = HashBytes(data[offsets[row]..offsets[row + 1]]);
    }

    private static void HashBits(ReadOnlySpan<byte> values, Span<ulong> hashes)
    {
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = HashValue(values[row]);
    }

    private static void HashIntegers<T>(ReadOnlySpan<T> values, Span<ulong> hashes)
        where T : unmanaged, IBinaryInteger<T>
    {
        values = values[..hashes.Length];
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = HashValue((ulong)long.CreateTruncating(values[row]));
    }

    private static void HashWide(ReadOnlySpan<UInt128> values, Span<ulong> hashes)
    {
        for (int row = 0; row < hashes.Length; row++)
            hashes[row] = Mix(HashValue((ulong)values[row]), (ulong)(values[row] >> 64));
    }

    private static void HashLists(ReadOnlySpan<int> offsets, ColumnVector elements, ColumnVector? values, Span<ulong> hashes)
    {
        var ofElements = new ulong[elements.Length];
        Hash([elements], ofElements);
        if (values is not null)
            Combine(values, ofElements);
        for (int row = 0; row < hashes.Length; row++)
        {
            ReadOnlySpan<ulong> items = ofElements.AsSpan(offsets[row]..offsets[row + 1]);
            ulong hash = HashValue((ulong)items.Length);
            foreach (ulong item in items)
                hash = values is null ? Mix(hash, item) : hash + item; // the entries of equal maps may lie in any order
            hashes[row] = hash;
        }
    }

    private static double Canonical(double value) => value == 0 ? 0 : double.IsNaN(value) ? double.NaN : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong next) => Fold(hash ^ next, Multiplier);

    // Both halves of the 128-bit product: every input bit reaches every output bit's neighbourhood ("folded multiply", as in wyhash).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong value, ulong multiplier)
    {
        ulong high = Math.BigMul(value, multiplier, out ulong low);
        return high ^ low;
    }
}
