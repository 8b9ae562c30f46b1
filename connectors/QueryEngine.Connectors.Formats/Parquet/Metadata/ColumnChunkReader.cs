namespace QueryEngine.Connectors.Formats.Parquet.Metadata;

/// <summary>Reads the description of a column chunk and its statistics.</summary>
internal static class ColumnChunkReader
{
    /// <summary>Parses a ColumnChunk with the metadata inside it.</summary>
    public static ColumnChunk Read(ref ThriftReader reader)
    {
        var chunk = new ColumnChunk();
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    chunk = chunk with { ExternalFile = reader.ReadString() };
                    break;
                case 3:
                    chunk = ReadMetadata(ref reader, chunk);
                    break;
                case 4:
                    chunk = chunk with { OffsetIndexOffset = reader.ReadI64() };
                    break;
                case 5:
                    chunk = chunk with { OffsetIndexLength = reader.ReadI32() };
                    break;
                case 6:
                    chunk = chunk with { ColumnIndexOffset = reader.ReadI64() };
                    break;
                case 7:
                    chunk = chunk with { ColumnIndexLength = reader.ReadI32() };
                    break;
                case 8 or 9:
                    chunk = chunk with { IsEncrypted = true };
                    reader.Skip(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return chunk;
    }

    private static ColumnChunk ReadMetadata(ref ThriftReader reader, ColumnChunk chunk)
    {
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    chunk = chunk with { Type = (ParquetType)reader.ReadI32() };
                    break;
                case 4:
                    chunk = chunk with { Codec = (CompressionCodec)reader.ReadI32() };
                    break;
                case 5:
                    chunk = chunk with { ValueCount = reader.ReadI64() };
                    break;
                case 6:
                    chunk = chunk with { UncompressedSize = reader.ReadI64() };
                    break;
                case 7:
                    chunk = chunk with { CompressedSize = reader.ReadI64() };
                    break;
                case 9:
                    chunk = chunk with { DataPageOffset = reader.ReadI64() };
                    break;
                case 11:
                    chunk = chunk with { DictionaryPageOffset = reader.ReadI64() };
                    break;
                case 12:
                    chunk = chunk with { Statistics = ReadStatistics(ref reader) };
                    break;
                case 14:
                    chunk = chunk with { BloomFilterOffset = reader.ReadI64() };
                    break;
                case 15:
                    chunk = chunk with { BloomFilterLength = reader.ReadI32() };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return chunk;
    }

    private static ColumnChunkStatistics ReadStatistics(ref ThriftReader reader)
    {
        var statistics = new ColumnChunkStatistics();
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    statistics = statistics with { DeprecatedMax = reader.ReadBinary().ToArray() };
                    break;
                case 2:
                    statistics = statistics with { DeprecatedMin = reader.ReadBinary().ToArray() };
                    break;
                case 3:
                    statistics = statistics with { NullCount = reader.ReadI64() };
                    break;
                case 4:
                    statistics = statistics with { DistinctCount = reader.ReadI64() };
                    break;
                case 5:
                    statistics = statistics with { MaxValue = reader.ReadBinary().ToArray() };
                    break;
                case 6:
                    statistics = statistics with { MinValue = reader.ReadBinary().ToArray() };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return statistics;
    }
}
