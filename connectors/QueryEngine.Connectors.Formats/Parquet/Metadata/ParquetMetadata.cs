namespace QueryEngine.Connectors.Formats.Parquet.Metadata;

/// <summary>How the values of a leaf column lie in the file.</summary>
internal enum ParquetType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}

/// <summary>Whether a field must, may or may repeatedly occur in its parent.</summary>
internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}

/// <summary>The older way to say what values mean; readers take it where no logical type is given.</summary>
internal enum ConvertedType
{
    None = -1,
    Utf8 = 0,
    Map = 1,
    MapKeyValue = 2,
    List = 3,
    Enum = 4,
    Decimal = 5,
    Date = 6,
    TimeMillis = 7,
    TimeMicros = 8,
    TimestampMillis = 9,
    TimestampMicros = 10,
    UInt8 = 11,
    UInt16 = 12,
    UInt32 = 13,
    UInt64 = 14,
    Int8 = 15,
    Int16 = 16,
    Int32 = 17,
    Int64 = 18,
    Json = 19,
    Bson = 20,
    Interval = 21,
}

/// <summary>What the values of a column mean. The numbers are the field ids of the format's LogicalType union.</summary>
internal enum LogicalKind
{
    None = 0,
    String = 1,
    Map = 2,
    List = 3,
    Enum = 4,
    Decimal = 5,
    Date = 6,
    Time = 7,
    Timestamp = 8,
    Interval = 9,
    Integer = 10,
    Null = 11,
    Json = 12,
    Bson = 13,
    Uuid = 14,
    Float16 = 15,
    Variant = 16,
    Geometry = 17,
    Geography = 18,
}

/// <summary>The unit of a time or timestamp column.</summary>
internal enum TimeUnit
{
    Millis = 1,
    Micros = 2,
    Nanos = 3,
}

/// <summary>How the bytes of pages are compressed.</summary>
internal enum CompressionCodec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    Lz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}

/// <summary>How values are written into a page.</summary>
internal enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}

/// <summary>The kinds of pages.</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>A logical type with its parameters; those a kind does not have are zero.</summary>
internal readonly record struct LogicalType(
    LogicalKind Kind, int Scale = 0, int Precision = 0, TimeUnit Unit = TimeUnit.Millis, bool IsUtc = false, int BitWidth = 0, bool IsUnsigned = false);

/// <summary>One node of the schema, in depth-first order.</summary>
internal sealed record SchemaElement
{
    public required string Name { get; init; }
    public ParquetType? Type { get; init; }
    public int TypeLength { get; init; }
    public Repetition Repetition { get; init; }
    public int ChildCount { get; init; }
    public ConvertedType ConvertedType { get; init; } = ConvertedType.None;
    public int Scale { get; init; }
    public int Precision { get; init; }
    public LogicalType LogicalType { get; init; }
}

/// <summary>What is known about the values of a column chunk or page. Bounds are plain-encoded and may be shortened.</summary>
internal sealed record ColumnChunkStatistics
{
    /// <summary>Bounds in the column's own order.</summary>
    public byte[]? MinValue { get; init; }

    /// <inheritdoc cref="MinValue"/>
    public byte[]? MaxValue { get; init; }

    /// <summary>Bounds of old writers, ordered as signed bytes: only good for signed numbers.</summary>
    public byte[]? DeprecatedMin { get; init; }

    /// <inheritdoc cref="DeprecatedMin"/>
    public byte[]? DeprecatedMax { get; init; }

    public long? NullCount { get; init; }
    public long? DistinctCount { get; init; }
}

/// <summary>Where a column of a row group lies and how it is written.</summary>
internal sealed record ColumnChunk
{
    public ParquetType Type { get; init; }
    public CompressionCodec Codec { get; init; }
    public long ValueCount { get; init; }
    public long UncompressedSize { get; init; }
    public long CompressedSize { get; init; }
    public long DataPageOffset { get; init; }
    public long? DictionaryPageOffset { get; init; }
    public ColumnChunkStatistics? Statistics { get; init; }
    public long? BloomFilterOffset { get; init; }
    public int? BloomFilterLength { get; init; }
    public long? OffsetIndexOffset { get; init; }
    public int OffsetIndexLength { get; init; }
    public long? ColumnIndexOffset { get; init; }
    public int ColumnIndexLength { get; init; }
    public string? ExternalFile { get; init; }
    public bool IsEncrypted { get; init; }

    /// <summary>
    /// The first byte of the chunk. Some writers give 0 or a wrong place for the dictionary when there is none,
    /// so it counts only when it is before the data.
    /// </summary>
    public long StartOffset =>
        DictionaryPageOffset is { } dictionary && dictionary > 0 && dictionary < DataPageOffset ? dictionary : DataPageOffset;
}

/// <summary>A horizontal slice of the file: all columns for some rows.</summary>
internal sealed record RowGroup(ColumnChunk[] Columns, long RowCount, long TotalByteSize)
{
    /// <summary>Bytes on disk of all columns.</summary>
    public long CompressedSize => Columns.Sum(column => column.CompressedSize);
}

/// <summary>The footer of a file.</summary>
internal sealed record FileMetadata(
    SchemaElement[] Schema, long RowCount, RowGroup[] RowGroups, string? CreatedBy, IReadOnlyDictionary<string, string> Properties);

/// <summary>What stands before each page; version 1, version 2 and dictionary headers in one.</summary>
internal readonly record struct PageHeader
{
    public PageType Type { get; init; }
    public int UncompressedSize { get; init; }
    public int CompressedSize { get; init; }
    public int ValueCount { get; init; }
    public PageEncoding Encoding { get; init; }
    public PageEncoding DefinitionEncoding { get; init; }
    public PageEncoding RepetitionEncoding { get; init; }
    public int DefinitionLength { get; init; }
    public int RepetitionLength { get; init; }
    public bool IsCompressed { get; init; }
}

/// <summary>Where a data page lies and which row it starts with.</summary>
internal readonly record struct PageLocation(long Offset, int CompressedSize, long FirstRow);

/// <summary>Bounds of the pages of a column chunk.</summary>
internal sealed record ColumnIndex(bool[] NullPages, byte[][] MinValues, byte[][] MaxValues, long[]? NullCounts);

/// <summary>What stands before the blocks of a bloom filter.</summary>
internal readonly record struct BloomFilterHeader(int ByteCount, bool IsSplitBlockXxHash, int HeaderLength);
