namespace QueryEngine.Connectors.Formats.Parquet.Metadata;

/// <summary>Reads the footer and the page headers of a Parquet file. Unknown fields are passed over.</summary>
internal static class MetadataReader
{
    /// <summary>Parses the Thrift part of a footer.</summary>
    public static FileMetadata ReadFileMetadata(ReadOnlySpan<byte> footer)
    {
        var reader = new ThriftReader(footer);
        SchemaElement[] schema = [];
        RowGroup[] rowGroups = [];
        long rowCount = 0;
        string? createdBy = null;
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 2:
                    schema = new SchemaElement[reader.ReadListHeader(out _)];
                    for (int element = 0; element < schema.Length; element++)
                        schema[element] = ReadSchemaElement(ref reader);
                    break;
                case 3:
                    rowCount = reader.ReadI64();
                    break;
                case 4:
                    rowGroups = new RowGroup[reader.ReadListHeader(out _)];
                    for (int group = 0; group < rowGroups.Length; group++)
                        rowGroups[group] = ReadRowGroup(ref reader);
                    break;
                case 5:
                    ReadProperties(ref reader, properties);
                    break;
                case 6:
                    createdBy = reader.ReadString();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (schema.Length == 0)
            throw ParquetErrors.Corrupt("it has no schema");
        return new FileMetadata(schema, rowCount, rowGroups, createdBy, properties);
    }

    /// <summary>Parses the header of a page and says how many bytes it took.</summary>
    public static PageHeader ReadPageHeader(ReadOnlySpan<byte> data, out int length)
    {
        var reader = new ThriftReader(data);
        var header = new PageHeader { IsCompressed = true, DefinitionEncoding = PageEncoding.Rle, RepetitionEncoding = PageEncoding.Rle };
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            header = id switch
            {
                1 => header with { Type = (PageType)reader.ReadI32() },
                2 => header with { UncompressedSize = reader.ReadI32() },
                3 => header with { CompressedSize = reader.ReadI32() },
                5 => ReadDataHeader(ref reader, header),
                7 => ReadDictionaryHeader(ref reader, header),
                8 => ReadDataHeaderV2(ref reader, header),
                _ => SkipField(ref reader, type, header),
            };
        }

        if (header.UncompressedSize < 0 || header.CompressedSize < 0 || header.ValueCount < 0
            || header.DefinitionLength < 0 || header.RepetitionLength < 0)
            throw ParquetErrors.Corrupt("a page has a negative size");
        length = reader.Position;
        return header;
    }

    /// <summary>Parses the places of the data pages of a column chunk.</summary>
    public static PageLocation[] ReadOffsetIndex(ReadOnlySpan<byte> data)
    {
        var reader = new ThriftReader(data);
        PageLocation[] locations = [];
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id != 1)
            {
                reader.Skip(type);
                continue;
            }

            locations = new PageLocation[reader.ReadListHeader(out _)];
            for (int page = 0; page < locations.Length; page++)
                locations[page] = ReadPageLocation(ref reader);
        }
        return locations;
    }

    /// <summary>Parses the bounds of the data pages of a column chunk.</summary>
    public static ColumnIndex ReadColumnIndex(ReadOnlySpan<byte> data)
    {
        var reader = new ThriftReader(data);
        bool[] nullPages = [];
        byte[][] minimums = [];
        byte[][] maximums = [];
        long[]? nullCounts = null;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    nullPages = new bool[reader.ReadListHeader(out _)];
                    for (int page = 0; page < nullPages.Length; page++)
                        nullPages[page] = reader.ReadBooleanElement();
                    break;
                case 2:
                    minimums = ReadBinaries(ref reader);
                    break;
                case 3:
                    maximums = ReadBinaries(ref reader);
                    break;
                case 5:
                    nullCounts = new long[reader.ReadListHeader(out _)];
                    for (int page = 0; page < nullCounts.Length; page++)
                        nullCounts[page] = reader.ReadI64();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return new ColumnIndex(nullPages, minimums, maximums, nullCounts);
    }

    /// <summary>Parses the header of a bloom filter.</summary>
    public static BloomFilterHeader ReadBloomFilterHeader(ReadOnlySpan<byte> data)
    {
        var reader = new ThriftReader(data);
        int byteCount = 0;
        int known = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 1)
                byteCount = reader.ReadI32();
            else
                known += ReadUnion(ref reader, type) == 1 ? 1 : 0;
        }
        return new BloomFilterHeader(byteCount, known == 3, reader.Position);
    }

    private static int ReadUnion(ref ThriftReader reader, ThriftType type)
    {
        if (type != ThriftType.Struct)
        {
            reader.Skip(type);
            return 0;
        }

        int member = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType memberType))
        {
            member = id;
            reader.Skip(memberType);
        }
        return member;
    }

    private static PageHeader SkipField(ref ThriftReader reader, ThriftType type, PageHeader header)
    {
        reader.Skip(type);
        return header;
    }

    private static PageHeader ReadDataHeader(ref ThriftReader reader, PageHeader header)
    {
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            header = id switch
            {
                1 => header with { ValueCount = reader.ReadI32() },
                2 => header with { Encoding = (PageEncoding)reader.ReadI32() },
                3 => header with { DefinitionEncoding = (PageEncoding)reader.ReadI32() },
                4 => header with { RepetitionEncoding = (PageEncoding)reader.ReadI32() },
                _ => SkipField(ref reader, type, header),
            };
        }
        return header;
    }

    private static PageHeader ReadDictionaryHeader(ref ThriftReader reader, PageHeader header)
    {
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            header = id switch
            {
                1 => header with { ValueCount = reader.ReadI32() },
                2 => header with { Encoding = (PageEncoding)reader.ReadI32() },
                _ => SkipField(ref reader, type, header),
            };
        }
        return header;
    }

    private static PageHeader ReadDataHeaderV2(ref ThriftReader reader, PageHeader header)
    {
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            header = id switch
            {
                1 => header with { ValueCount = reader.ReadI32() },
                4 => header with { Encoding = (PageEncoding)reader.ReadI32() },
                5 => header with { DefinitionLength = reader.ReadI32() },
                6 => header with { RepetitionLength = reader.ReadI32() },
                7 => header with { IsCompressed = ThriftReader.ReadBoolean(type) },
                _ => SkipField(ref reader, type, header),
            };
        }
        return header;
    }

    private static RowGroup ReadRowGroup(ref ThriftReader reader)
    {
        ColumnChunk[] columns = [];
        long rowCount = 0;
        long byteSize = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    columns = new ColumnChunk[reader.ReadListHeader(out _)];
                    for (int column = 0; column < columns.Length; column++)
                        columns[column] = ColumnChunkReader.Read(ref reader);
                    break;
                case 2:
                    byteSize = reader.ReadI64();
                    break;
                case 3:
                    rowCount = reader.ReadI64();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return rowCount >= 0 ? new RowGroup(columns, rowCount, byteSize) : throw ParquetErrors.Corrupt("a row group has a negative size");
    }

    private static SchemaElement ReadSchemaElement(ref ThriftReader reader)
    {
        var element = new SchemaElement { Name = "" };
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            switch (id)
            {
                case 1:
                    element = element with { Type = (ParquetType)reader.ReadI32() };
                    break;
                case 2:
                    element = element with { TypeLength = reader.ReadI32() };
                    break;
                case 3:
                    element = element with { Repetition = (Repetition)reader.ReadI32() };
                    break;
                case 4:
                    element = element with { Name = reader.ReadString() };
                    break;
                case 5:
                    element = element with { ChildCount = reader.ReadI32() };
                    break;
                case 6:
                    element = element with { ConvertedType = (ConvertedType)reader.ReadI32() };
                    break;
                case 7:
                    element = element with { Scale = reader.ReadI32() };
                    break;
                case 8:
                    element = element with { Precision = reader.ReadI32() };
                    break;
                case 10:
                    element = element with { LogicalType = LogicalTypeReader.Read(ref reader) };
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
        return element;
    }

    private static void ReadProperties(ref ThriftReader reader, Dictionary<string, string> properties)
    {
        int count = reader.ReadListHeader(out _);
        for (int property = 0; property < count; property++)
        {
            string key = "";
            string value = "";
            int id = 0;
            while (reader.NextField(ref id, out ThriftType type))
            {
                if (id == 1)
                    key = reader.ReadString();
                else if (id == 2)
                    value = reader.ReadString();
                else
                    reader.Skip(type);
            }
            properties[key] = value;
        }
    }

    private static PageLocation ReadPageLocation(ref ThriftReader reader)
    {
        long offset = 0;
        int size = 0;
        long firstRow = 0;
        int id = 0;
        while (reader.NextField(ref id, out ThriftType type))
        {
            if (id == 1)
                offset = reader.ReadI64();
            else if (id == 2)
                size = reader.ReadI32();
            else if (id == 3)
                firstRow = reader.ReadI64();
            else
                reader.Skip(type);
        }
        return new PageLocation(offset, size, firstRow);
    }

    private static byte[][] ReadBinaries(ref ThriftReader reader)
    {
        var values = new byte[reader.ReadListHeader(out _)][];
        for (int value = 0; value < values.Length; value++)
            values[value] = reader.ReadBinary().ToArray();
        return values;
    }
}
