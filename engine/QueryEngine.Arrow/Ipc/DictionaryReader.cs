using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QueryEngine.Arrow.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Arrow.Ipc;

/// <summary>Reads vectors of row numbers into a dictionary.</summary>
internal static class DictionaryReader
{
    /// <summary>The vector, which the caller owns.</summary>
    public static ColumnVector Read(
        ref BodyReader body, ArrowColumn column, DictionaryReference reference, IReadOnlyDictionary<long, ColumnVector> dictionaries)
    {
        (int length, int nulls) = body.NextNode();
        NativeBuffer? validity = body.NextValidity(length, nulls);
        if (!dictionaries.TryGetValue(reference.Id, out ColumnVector? dictionary))
        {
            if (length > nulls)
                throw BodyReader.Broken($"column '{column.Name}' refers to dictionary {reference.Id}, which did not come");
            body.SkipBuffer();
            return AllNull(column.DecodedType, length, validity, body.Memory);
        }

        NativeBuffer indices = (reference.IndexBits, reference.IsSigned) switch
        {
            (8, true) => Widen<sbyte>(ref body, length),
            (16, true) => Widen<short>(ref body, length),
            (32, true) => body.NextBuffer<int>(length),
            (64, true) => Widen<long>(ref body, length),
            (8, false) => Widen<byte>(ref body, length),
            (16, false) => Widen<ushort>(ref body, length),
            (32, false) => Widen<uint>(ref body, length),
            (64, false) => Widen<ulong>(ref body, length),
            _ => throw BodyReader.Broken($"row numbers of {reference.IndexBits} bits"),
        };
        indices = Check(indices, length, dictionary.Length, validity, body.Memory);
        validity = AddNullsOf(dictionary, indices, length, validity, body.Memory);
        dictionary.Retain();
        return new DictionaryVector(dictionary, length, indices, validity);
    }

    private static ColumnVector AllNull(SqlType type, int length, NativeBuffer? validity, MemoryContext memory)
    {
        validity?.Dispose();
        using var builder = VectorBuilder.Create(type, memory, Math.Max(length, 1));
        for (int row = 0; row < length; row++)
            builder.AppendNull();
        return builder.Build();
    }

    private static NativeBuffer Widen<T>(ref BodyReader body, int length)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        ReadOnlySpan<T> sources = MemoryMarshal.Cast<byte, T>(body.NextSpan((long)length * Unsafe.SizeOf<T>()));
        NativeBuffer buffer = body.Memory.Allocate((long)length * sizeof(int));
        Span<int> targets = buffer.Span<int>(length);
        for (int row = 0; row < length; row++)
            targets[row] = int.CreateSaturating(sources[row]);
        return buffer;
    }

    /// <summary>Row numbers of rows that are not null must be inside the dictionary; of null rows those outside become 0.</summary>
    private static NativeBuffer Check(NativeBuffer indices, int length, int limit, NativeBuffer? validity, MemoryContext memory)
    {
        ReadOnlySpan<int> rows = indices.Span<int>(length);
        bool isInside = true;
        foreach (int row in rows)
            isInside &= (uint)row < (uint)limit;
        if (isInside)
            return indices;

        Validity valid = validity is null ? default : new Validity(validity.Span<byte>(Validity.BytesFor(length)));
        NativeBuffer corrected = memory.Allocate((long)length * sizeof(int));
        Span<int> targets = corrected.Span<int>(length);
        for (int row = 0; row < length; row++)
        {
            bool inside = (uint)rows[row] < (uint)limit;
            if (!inside && valid[row])
                throw BodyReader.Broken($"row number {rows[row]} into a dictionary of {limit} rows");
            targets[row] = inside ? rows[row] : 0;
        }

        indices.Dispose();
        return corrected;
    }

    /// <summary>Our vectors say at the top which rows are null; a dictionary may have a null of its own.</summary>
    private static NativeBuffer? AddNullsOf(ColumnVector dictionary, NativeBuffer indices, int length, NativeBuffer? validity, MemoryContext memory)
    {
        if (dictionary.Validity.CountNulls(dictionary.Length) == 0)
            return validity;

        Validity inner = dictionary.Validity;
        Validity outer = validity is null ? default : new Validity(validity.Span<byte>(Validity.BytesFor(length)));
        ReadOnlySpan<int> rows = indices.Span<int>(length);
        NativeBuffer merged = memory.AllocateCleared(Validity.BytesFor(length));
        Span<byte> bits = merged.Span<byte>(Validity.BytesFor(length));
        for (int row = 0; row < length; row++)
        {
            if (outer[row] && inner[rows[row]])
                bits[row >> 3] |= (byte)(1 << (row & 7));
        }

        validity?.Dispose();
        return merged;
    }
}
