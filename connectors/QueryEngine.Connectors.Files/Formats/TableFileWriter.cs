using System.IO.Compression;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Csv;
using QueryEngine.Connectors.Formats.Json;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Writes one file of a table.</summary>
internal abstract class TableFileWriter : IDisposable
{
    /// <summary>Adds rows. The caller keeps its ownership.</summary>
    public abstract void Write(RecordBatch batch);

    /// <summary>Writes what is left.</summary>
    public abstract void Finish();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives memory back.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Writes a Parquet file.</summary>
internal sealed class ParquetFileWriter(Stream output, IReadOnlyList<FormatColumn> columns, ParquetCompression compression, MemoryContext memory)
    : TableFileWriter
{
    private readonly ParquetWriter _writer = new(output, columns, new ParquetWriterOptions { Compression = compression }, memory);

    /// <inheritdoc/>
    public override void Write(RecordBatch batch) => _writer.Write(batch);

    /// <inheritdoc/>
    public override void Finish() => _writer.Finish();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _writer.Dispose();
}

/// <summary>Writes a text file, compressed or not.</summary>
internal sealed class CsvFileWriter : TableFileWriter
{
    private readonly GZipStream? _gzip;
    private readonly CsvWriter _writer;

    public CsvFileWriter(Stream output, IReadOnlyList<FormatColumn> columns, bool isCompressed)
    {
        _gzip = isCompressed ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true) : null;
        _writer = new CsvWriter(_gzip ?? output, columns);
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch) => _writer.Write(batch);

    /// <inheritdoc/>
    public override void Finish()
    {
        _writer.Finish();
        _gzip?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _gzip?.Dispose();
}

/// <summary>Writes a file of JSON lines, compressed or not.</summary>
internal sealed class JsonFileWriter : TableFileWriter
{
    private readonly GZipStream? _gzip;
    private readonly JsonLinesWriter _writer;

    public JsonFileWriter(Stream output, IReadOnlyList<FormatColumn> columns, bool isCompressed)
    {
        _gzip = isCompressed ? new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true) : null;
        _writer = new JsonLinesWriter(_gzip ?? output, columns);
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch) => _writer.Write(batch);

    /// <inheritdoc/>
    public override void Finish()
    {
        _writer.Finish();
        _gzip?.Dispose();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _writer.Dispose();
        _gzip?.Dispose();
    }
}
