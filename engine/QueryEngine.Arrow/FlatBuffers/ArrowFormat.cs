using System.Runtime.InteropServices;

namespace QueryEngine.Arrow.FlatBuffers;

/// <summary>The numbers of Arrow's <c>Message.fbs</c>, <c>Schema.fbs</c> and <c>File.fbs</c>: kinds, and slots of fields by table.</summary>
internal static class ArrowFormat
{
    public const short VersionV5 = 4;

    /// <summary>Deeper nesting of types is refused.</summary>
    public const int MaxDepth = 64;

    /// <summary>Every buffer in a body begins at a multiple of this many bytes.</summary>
    public const int Alignment = 8;

    public const string ExtensionName = "ARROW:extension:name";

    /// <summary>int64, see <see cref="QueryEngine.Spi.TimeWithTimeZone"/>.</summary>
    public const string TimeExtension = "queryengine.time_with_time_zone";

    /// <summary>Text of decimal numbers of any size, NaN, Infinity and -Infinity.</summary>
    public const string NumericExtension = "queryengine.numeric";
    public const string ExtensionMetadata = "ARROW:extension:metadata";

    /// <summary>Field metadata: the SQL type, where Arrow's type does not say it all.</summary>
    public const string SqlTypeKey = "queryengine.type";

    /// <summary>Rounds up to <see cref="Alignment"/>.</summary>
    public static long Pad(long bytes) => (bytes + Alignment - 1) & ~(Alignment - 1L);

    public static class Message
    {
        public const int Version = 0, HeaderType = 1, Header = 2, BodyLength = 3, Slots = 5;
    }

    public static class Schema
    {
        public const int Endianness = 0, Fields = 1, Metadata = 2, Slots = 4;
    }

    public static class Field
    {
        public const int Name = 0, Nullable = 1, TypeType = 2, Type = 3, Dictionary = 4, Children = 5, Metadata = 6, Slots = 7;
    }

    public static class Dictionary
    {
        public const int Id = 0, IndexType = 1, IsOrdered = 2, Kind = 3, Slots = 4;
    }

    public static class RecordBatch
    {
        public const int Length = 0, Nodes = 1, Buffers = 2, Compression = 3, VariadicCounts = 4, Slots = 5;
    }

    public static class DictionaryBatch
    {
        public const int Id = 0, Data = 1, IsDelta = 2, Slots = 3;
    }

    public static class KeyValue
    {
        public const int Key = 0, Value = 1, Slots = 2;
    }

    public static class Footer
    {
        public const int Version = 0, Schema = 1, Dictionaries = 2, RecordBatches = 3, Slots = 5;
    }
}

/// <summary>What a message carries.</summary>
internal enum MessageKind : byte
{
    None = 0,
    Schema = 1,
    DictionaryBatch = 2,
    RecordBatch = 3,
}

/// <summary>Arrow's types, with their numbers in the union.</summary>
internal enum ArrowKind : byte
{
    None = 0,
    Null = 1,
    Int = 2,
    FloatingPoint = 3,
    Binary = 4,
    Utf8 = 5,
    Bool = 6,
    Decimal = 7,
    Date = 8,
    Time = 9,
    Timestamp = 10,
    Interval = 11,
    List = 12,
    Struct = 13,
    Union = 14,
    FixedSizeBinary = 15,
    FixedSizeList = 16,
    Map = 17,
    Duration = 18,
    LargeBinary = 19,
    LargeUtf8 = 20,
    LargeList = 21,
    RunEndEncoded = 22,
    BinaryView = 23,
    Utf8View = 24,
    ListView = 25,
    LargeListView = 26,
}

/// <summary>Arrow's units of time.</summary>
internal enum ArrowTimeUnit : short
{
    Second = 0,
    Millisecond = 1,
    Microsecond = 2,
    Nanosecond = 3,
}

/// <summary>Rows and nulls of one vector in a batch.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FieldNode(long Length, long NullCount);

/// <summary>Where one buffer lies in a body.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BufferSpan(long Offset, long Length);

/// <summary>Where one message lies in a file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct FileBlock(long offset, int metadataLength, long bodyLength)
{
    public readonly long Offset = offset;
    public readonly int MetadataLength = metadataLength;
    private readonly int _padding = 0;
    public readonly long BodyLength = bodyLength;
}
