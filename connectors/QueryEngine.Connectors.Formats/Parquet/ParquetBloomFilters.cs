using System.Buffers.Binary;
using System.Text;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>Tells by the bloom filters of a file which row groups have none of some values.</summary>
public static class ParquetBloomFilters
{
    private const int MostValues = 1000;
    private const int LargestHeader = 256;
    private const int LargestFilter = 128 << 20;
    private const int BlockBytes = 32;
    private static readonly uint[] _salts = [0x47B6137B, 0x44974D91, 0x8824AD5B, 0xA2B7289D, 0x705495C7, 0x2DF1424B, 0x9EFC4947, 0x5C6BFB31];

    /// <summary>Whether some row of the row group may be inside the domain, which names columns of the file.</summary>
    public static bool MayMatch(ByteSource source, ParquetFile file, int rowGroup, TupleDomain domain)
    {
        foreach ((string name, Domain allowed) in domain.Columns)
        {
            int column = file.FindColumn(name);
            if (column < 0 || allowed.NullAllowed || allowed.Values is not { Count: > 0 and <= MostValues } values
                || file.Nodes[column] is not ParquetLeaf { MaxRepetition: 0 } leaf)
                continue;
            ColumnChunk[] chunks = file.Metadata.RowGroups[rowGroup].Columns;
            if (leaf.ColumnIndex < chunks.Length && chunks[leaf.ColumnIndex].BloomFilterOffset is { } offset
                && ReadFilter(source, leaf, offset) is { } filter && !values.Any(value => MayContain(filter, leaf, value)))
                return false;
        }
        return true;
    }

    private static byte[]? ReadFilter(ByteSource source, ParquetLeaf leaf, long offset)
    {
        if (offset < 0 || offset >= source.Length)
            throw ParquetErrors.Corrupt($"the bloom filter of column {leaf.Name} lies outside the file");
        byte[] start = new byte[Math.Min(LargestHeader, source.Length - offset)];
        source.ReadExactly(offset, start);
        BloomFilterHeader header = MetadataReader.ReadBloomFilterHeader(start);
        if (!header.IsSplitBlockXxHash || header.ByteCount is <= 0 or > LargestFilter || header.ByteCount % BlockBytes != 0)
            return null;
        if (offset + header.HeaderLength > source.Length - header.ByteCount)
            throw ParquetErrors.Corrupt($"the bloom filter of column {leaf.Name} lies outside the file");
        byte[] filter = new byte[header.ByteCount];
        source.ReadExactly(offset + header.HeaderLength, filter);
        return filter;
    }

    private static bool MayContain(byte[] filter, ParquetLeaf leaf, object value)
    {
        Span<byte> fixedBytes = stackalloc byte[16];
        if (value is string text)
            return leaf.Element.Type != ParquetType.ByteArray || leaf.Type.Kind != TypeKind.Varchar || MayContain(filter, Encoding.UTF8.GetBytes(text));
        int length = Store(leaf, value, fixedBytes);
        return length == 0 || MayContain(filter, fixedBytes[..length]);
    }

    // What is hashed is the plain encoding; 0 where it is not known for sure.
    private static int Store(ParquetLeaf leaf, object value, Span<byte> bytes)
    {
        LogicalType logical = LeafTypes.LogicalTypeOf(leaf.Element);
        if (leaf.Type.Kind == TypeKind.Uuid && value is UInt128 uuid && leaf.Element.Type == ParquetType.FixedLenByteArray)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, uuid);
            return 16;
        }

        long? number = (leaf.Type.Kind, value) switch
        {
            (TypeKind.TinyInt, sbyte tiny) => tiny,
            (TypeKind.SmallInt, short small) => small,
            (TypeKind.Integer or TypeKind.Date, int integer) => integer,
            (TypeKind.BigInt, long big) => big,
            (TypeKind.Decimal, long unscaled) => unscaled,
            (TypeKind.Timestamp or TypeKind.TimestampWithTimeZone, long moment) when logical.Unit is TimeUnit.Micros or TimeUnit.Nanos => moment,
            _ => null,
        };
        switch (leaf.Element.Type)
        {
            case ParquetType.Int32 when number is >= int.MinValue and <= uint.MaxValue and var narrow:
                BinaryPrimitives.WriteInt32LittleEndian(bytes, unchecked((int)narrow));
                return sizeof(int);
            case ParquetType.Int64 when number is { } wide:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, wide);
                return sizeof(long);
            default:
                return 0;
        }
    }

    private static bool MayContain(byte[] filter, ReadOnlySpan<byte> value)
    {
        ulong hash = XxHash64.Hash(value);
        int block = (int)(((hash >> 32) * (ulong)(filter.Length / BlockBytes)) >> 32);
        ReadOnlySpan<byte> words = filter.AsSpan(block * BlockBytes, BlockBytes);
        for (int word = 0; word < _salts.Length; word++)
        {
            uint mask = 1u << (int)(unchecked((uint)hash * _salts[word]) >> 27);
            if ((BinaryPrimitives.ReadUInt32LittleEndian(words[(word * sizeof(uint))..]) & mask) == 0)
                return false;
        }
        return true;
    }
}
