using QueryEngine.Connectors.Formats.Parquet.Metadata;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Writes page headers, page indexes and the footer of a Parquet file. The numbers are field ids of the format's parquet.thrift.</summary>
internal static class MetadataWriter
{
    private const int FormatVersion = 2;

    public static void WriteDataPageHeader(
        ThriftWriter writer, int uncompressed, int compressed, int entries, PageEncoding encoding, StoredBounds bounds, int nulls)
    {
        WritePageSizes(writer, PageType.Data, uncompressed, compressed);
        writer.BeginStruct(5);
        writer.Write(1, entries);
        writer.Write(2, (int)encoding);
        writer.Write(3, (int)PageEncoding.Rle);
        writer.Write(4, (int)PageEncoding.Rle);
        WriteStatistics(writer, 5, bounds, nulls);
        writer.EndStruct();
        writer.EndStruct();
    }

    public static void WriteDictionaryPageHeader(ThriftWriter writer, int uncompressed, int compressed, int values)
    {
        WritePageSizes(writer, PageType.Dictionary, uncompressed, compressed);
        writer.BeginStruct(7);
        writer.Write(1, values);
        writer.Write(2, (int)PageEncoding.Plain);
        writer.EndStruct();
        writer.EndStruct();
    }

    /// <summary>Where the pages of a chunk lie.</summary>
    public static void WriteOffsetIndex(ThriftWriter writer, WrittenChunk chunk)
    {
        writer.BeginList(1, ThriftType.Struct, chunk.Pages.Length);
        foreach (WrittenPage page in chunk.Pages)
        {
            writer.BeginElement();
            writer.Write(1, chunk.PagesOffset + page.Offset);
            writer.Write(2, page.Bytes);
            writer.Write(3, page.FirstRow);
            writer.EndStruct();
        }
        writer.EndStruct();
    }

    /// <summary>Whether every page with values has bounds; without them there is no index.</summary>
    public static bool HasColumnIndex(WrittenChunk chunk) => chunk.Pages.All(page => page.IsNull || page.Bounds is { Min: not null, Max: not null });

    /// <summary>What the pages of a chunk hold.</summary>
    public static void WriteColumnIndex(ThriftWriter writer, WrittenChunk chunk)
    {
        writer.BeginList(1, ThriftType.True, chunk.Pages.Length);
        foreach (WrittenPage page in chunk.Pages)
            writer.WriteBooleanElement(page.IsNull);
        writer.BeginList(2, ThriftType.Binary, chunk.Pages.Length);
        foreach (WrittenPage page in chunk.Pages)
            writer.WriteBinaryElement(page.Bounds.Min);
        writer.BeginList(3, ThriftType.Binary, chunk.Pages.Length);
        foreach (WrittenPage page in chunk.Pages)
            writer.WriteBinaryElement(page.Bounds.Max);
        const int Unordered = 0;
        writer.Write(4, Unordered);
        writer.BeginList(5, ThriftType.I64, chunk.Pages.Length);
        foreach (WrittenPage page in chunk.Pages)
            writer.WriteI64Element(page.NullCount);
        writer.EndStruct();
    }

    /// <summary>The footer.</summary>
    public static void WriteFooter(
        ThriftWriter writer,
        IReadOnlyList<SchemaElement> schema,
        IReadOnlyList<(WrittenChunk[] Chunks, long Rows)> groups,
        IReadOnlyDictionary<string, string> properties,
        string createdBy)
    {
        writer.Write(1, FormatVersion);
        writer.BeginList(2, ThriftType.Struct, schema.Count);
        foreach (SchemaElement element in schema)
            WriteElement(writer, element, isRoot: ReferenceEquals(element, schema[0]));
        writer.Write(3, groups.Sum(group => group.Rows));
        writer.BeginList(4, ThriftType.Struct, groups.Count);
        for (int group = 0; group < groups.Count; group++)
            WriteRowGroup(writer, groups[group].Chunks, groups[group].Rows, group);
        WriteProperties(writer, properties);
        writer.Write(6, createdBy);

        // Bounds are in the order of the type for every leaf; without this list readers do not trust them.
        int leaves = schema.Count(element => element.Type is not null);
        writer.BeginList(7, ThriftType.Struct, leaves);
        for (int leaf = 0; leaf < leaves; leaf++)
        {
            writer.BeginElement();
            writer.WriteEmptyStruct(1);
            writer.EndStruct();
        }
        writer.EndStruct();
    }

    private static void WritePageSizes(ThriftWriter writer, PageType type, int uncompressed, int compressed)
    {
        writer.Write(1, (int)type);
        writer.Write(2, uncompressed);
        writer.Write(3, compressed);
    }

    private static void WriteStatistics(ThriftWriter writer, int field, StoredBounds bounds, long nulls)
    {
        writer.BeginStruct(field);
        writer.Write(3, nulls);
        if (bounds.Max is not null)
            writer.Write(5, bounds.Max);
        if (bounds.Min is not null)
            writer.Write(6, bounds.Min);
        if (bounds.Max is not null)
            writer.Write(7, bounds.IsMaxExact);
        if (bounds.Min is not null)
            writer.Write(8, bounds.IsMinExact);
        writer.EndStruct();
    }

    private static void WriteElement(ThriftWriter writer, SchemaElement element, bool isRoot)
    {
        writer.BeginElement();
        if (element.Type is { } type)
            writer.Write(1, (int)type);
        if (element.TypeLength > 0)
            writer.Write(2, element.TypeLength);
        if (!isRoot)
            writer.Write(3, (int)element.Repetition);
        writer.Write(4, element.Name);
        if (element.Type is null)
            writer.Write(5, element.ChildCount);
        if (element.ConvertedType != ConvertedType.None)
            writer.Write(6, (int)element.ConvertedType);
        if (element.ConvertedType == ConvertedType.Decimal)
        {
            writer.Write(7, element.Scale);
            writer.Write(8, element.Precision);
        }
        if (element.LogicalType.Kind != LogicalKind.None)
            WriteLogicalType(writer, element.LogicalType);
        writer.EndStruct();
    }

    private static void WriteLogicalType(ThriftWriter writer, LogicalType logical)
    {
        writer.BeginStruct(10);
        writer.BeginStruct((int)logical.Kind);
        switch (logical.Kind)
        {
            case LogicalKind.Decimal:
                writer.Write(1, logical.Scale);
                writer.Write(2, logical.Precision);
                break;
            case LogicalKind.Time:
            case LogicalKind.Timestamp:
                writer.Write(1, logical.IsUtc);
                writer.BeginStruct(2);
                writer.WriteEmptyStruct((int)logical.Unit);
                writer.EndStruct();
                break;
            case LogicalKind.Integer:
                writer.WriteI8(1, (sbyte)logical.BitWidth);
                writer.Write(2, !logical.IsUnsigned);
                break;
        }
        writer.EndStruct();
        writer.EndStruct();
    }

    private static void WriteRowGroup(ThriftWriter writer, WrittenChunk[] chunks, long rows, int ordinal)
    {
        writer.BeginElement();
        writer.BeginList(1, ThriftType.Struct, chunks.Length);
        foreach (WrittenChunk chunk in chunks)
            WriteChunk(writer, chunk);
        writer.Write(2, chunks.Sum(chunk => chunk.Chunk.UncompressedSize));
        writer.Write(3, rows);
        if (chunks.Length > 0)
            writer.Write(5, chunks[0].Chunk.StartOffset);
        writer.Write(6, chunks.Sum(chunk => chunk.Chunk.CompressedSize));
        if (ordinal <= short.MaxValue)
            writer.WriteI16(7, (short)ordinal);
        writer.EndStruct();
    }

    private static void WriteChunk(ThriftWriter writer, WrittenChunk written)
    {
        ColumnChunk chunk = written.Chunk;
        writer.BeginElement();
        writer.Write(2, chunk.StartOffset);
        writer.BeginStruct(3);
        writer.Write(1, (int)chunk.Type);
        writer.BeginList(2, ThriftType.I32, written.Encodings.Length);
        foreach (PageEncoding encoding in written.Encodings)
            writer.WriteI32Element((int)encoding);
        writer.BeginList(3, ThriftType.Binary, written.Path.Length);
        foreach (string name in written.Path)
            writer.WriteBinaryElement(System.Text.Encoding.UTF8.GetBytes(name));
        writer.Write(4, (int)chunk.Codec);
        writer.Write(5, chunk.ValueCount);
        writer.Write(6, chunk.UncompressedSize);
        writer.Write(7, chunk.CompressedSize);
        writer.Write(9, chunk.DataPageOffset);
        if (chunk.DictionaryPageOffset is { } dictionary)
            writer.Write(11, dictionary);
        WriteStatistics(writer, 12, written.Bounds, chunk.Statistics!.NullCount!.Value);
        writer.EndStruct();
        if (chunk.OffsetIndexOffset is { } offsets)
        {
            writer.Write(4, offsets);
            writer.Write(5, chunk.OffsetIndexLength);
        }
        if (chunk.ColumnIndexOffset is { } bounds)
        {
            writer.Write(6, bounds);
            writer.Write(7, chunk.ColumnIndexLength);
        }
        writer.EndStruct();
    }

    private static void WriteProperties(ThriftWriter writer, IReadOnlyDictionary<string, string> properties)
    {
        if (properties.Count == 0)
            return;
        writer.BeginList(5, ThriftType.Struct, properties.Count);
        foreach ((string key, string value) in properties)
        {
            writer.BeginElement();
            writer.Write(1, key);
            writer.Write(2, value);
            writer.EndStruct();
        }
    }
}
