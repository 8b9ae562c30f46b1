using System.Buffers.Binary;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet;

/// <summary>What the footer of a Parquet file says: immutable, so that it can be kept and shared.</summary>
public sealed class ParquetFile
{
    private const int TailLength = 8;
    private const int FirstRead = 64 * 1024;
    private static readonly byte[] _magic = "PAR1"u8.ToArray();
    private static readonly byte[] _encryptedMagic = "PARE"u8.ToArray();

    private readonly ParquetNode[] _nodes;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private ParquetFile(FileMetadata metadata)
    {
        Metadata = metadata;
        _nodes = SchemaBuilder.Build(metadata.Schema);
        for (int column = 0; column < _nodes.Length; column++)
            _places.TryAdd(_nodes[column].Name, column);
        Columns = [.. _nodes.Select(node => new FormatColumn(node.Name, node.Type))];
    }

    /// <summary>The top-level columns.</summary>
    public IReadOnlyList<FormatColumn> Columns { get; }

    /// <summary>Rows of all row groups.</summary>
    public long RowCount => Metadata.RowCount;

    /// <summary>How many row groups there are.</summary>
    public int RowGroupCount => Metadata.RowGroups.Length;

    internal FileMetadata Metadata { get; }

    internal ReadOnlySpan<ParquetNode> Nodes => _nodes;

    /// <summary>Reads the footer.</summary>
    /// <exception cref="QueryException">INVALID_DATA when it is not a Parquet file or a broken one.</exception>
    public static ParquetFile Open(ByteSource source)
    {
        if (source.Length < 2 * _magic.Length + sizeof(int))
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' is too short to be a parquet file");

        int tailLength = (int)Math.Min(source.Length, FirstRead);
        byte[] tail = new byte[tailLength];
        source.ReadExactly(source.Length - tailLength, tail);
        ReadOnlySpan<byte> magic = tail.AsSpan(tailLength - _magic.Length);
        if (magic.SequenceEqual(_encryptedMagic))
            throw ParquetErrors.NotSupported("an encrypted footer");
        if (!magic.SequenceEqual(_magic))
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' is not a parquet file");

        uint footerLength = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(tailLength - TailLength));
        if (footerLength > source.Length - TailLength)
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' has a footer longer than itself");
        if (footerLength + TailLength <= tailLength)
            return Parse(source, tail.AsSpan(tailLength - TailLength - (int)footerLength, (int)footerLength));

        byte[] footer = new byte[footerLength];
        source.ReadExactly(source.Length - TailLength - footerLength, footer);
        return Parse(source, footer);
    }

    /// <summary>The place of a column of that very name; -1 when there is none.</summary>
    public int FindColumn(string name) => _places.GetValueOrDefault(name, -1);

    /// <summary>Rows of a row group.</summary>
    public long RowCountOf(int rowGroup) => Metadata.RowGroups[rowGroup].RowCount;

    /// <summary>Bytes on disk of a row group.</summary>
    public long BytesOf(int rowGroup) => Metadata.RowGroups[rowGroup].CompressedSize;

    /// <summary>Bytes that the values of a top-level column of a row group take, decompressed.</summary>
    public long UncompressedBytesOf(int rowGroup, int column) => _nodes[column].Leaves
        .Select(leaf => leaf.ColumnIndex)
        .Where(leaf => leaf < Metadata.RowGroups[rowGroup].Columns.Length)
        .Sum(leaf => Metadata.RowGroups[rowGroup].Columns[leaf].UncompressedSize);

    private static ParquetFile Parse(ByteSource source, ReadOnlySpan<byte> footer)
    {
        try
        {
            return new ParquetFile(MetadataReader.ReadFileMetadata(footer));
        }
        catch (QueryException error)
        {
            throw new QueryException(error.Code, $"file '{source.Name}': {error.Message}", error.Hint, error);
        }
    }
}
