using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Files.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files;

/// <summary>
/// Files as tables: those of the root in schema <c>default</c>, those of each folder below it in a schema of the folder's name, and
/// any by path. A folder whose files are all of one format is a table too, with its <c>key=value</c> folders as columns.
/// </summary>
internal sealed class FilesConnector : IConnector, ISplitManager, IRecordSetProvider, ISupportsPaths, ISupportsWrites, ISupportsDdl
{
    private readonly FilesOptions _options;
    private readonly PathJail _jail;
    private readonly FormatRegistry _formats;
    private readonly FilesMetadata _metadata;
    private readonly FilesWrites _writes;

    public FilesConnector(FilesOptions options, MemoryContext memory)
    {
        _options = options;
        _jail = new PathJail(options.Root, options.AllowAnyPath);
        _formats = new FormatRegistry(new ParquetFormat(), new CsvFormat(), new JsonFormat());
        _metadata = new FilesMetadata(options, _jail, _formats);
        _writes = new FilesWrites(options, _jail, _formats, memory);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata => _metadata;

    /// <inheritdoc/>
    public ISplitManager Splits => this;

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets => this;

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindPathAsync(ConnectorSession session, string path, CancellationToken cancellationToken) =>
        new(_metadata.FindPath(path));

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = (FilesTable)table;
        TableFormat format = _formats.Named(files.Format);
        IReadOnlyList<FileEntry> entries = _metadata.FilesOf(files);
        IReadOnlyList<FilesColumn> columns = _metadata.ColumnsOf(files, entries);

        // Enough splits for every worker to have several, but none so small that opening it costs more than reading it.
        long total = entries.Sum(entry => entry.Size);
        long target = Math.Clamp(total / (Math.Max(1, request.Parallelism) * 4L), Math.Min(1 << 20, _options.SplitBytes), _options.SplitBytes);
        foreach (FileEntry entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TupleDomain domain = files.Domain.Intersect(request.DynamicFilter.Current);
            if (domain.IsNone)
                break;
            if (!FilesMetadata.MayMatch(entry, columns, domain))
                continue;
            foreach (FilesSplit split in format.Split(files, entry, domain, target))
                yield return split;
        }
        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = (FilesTable)scan.Table;
        var split = (FilesSplit)scan.Split;
        _jail.Check(split.Path);
        FilesColumn[] columns = [.. scan.Columns.Cast<FilesColumn>()];
        FilesColumn[] fromFile = [.. columns.Where(column => column.Source == FilesColumnSource.File)];
        long left = table.Limit ?? long.MaxValue;
        if (left == 0 || !FilesMetadata.MayMatch(split, columns, scan.DynamicFilter.Current))
            yield break;

        foreach (RecordBatch read in _formats.Named(table.Format).Read(table, split, fromFile, scan))
        {
            RecordBatch batch = fromFile.Length == columns.Length ? read : AddConstants(read, split, columns, scan.Memory);
            if (batch.RowCount > left)
            {
                RecordBatch whole = batch;
                batch = whole.Slice(0, (int)left);
                whole.Dispose();
            }
            left -= batch.RowCount;
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
            if (left == 0)
                break;
        }
        await ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public bool TakesSinksOfDrivers => true;

    /// <inheritdoc/>
    public ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) =>
        new(_writes.Begin(intent));

    /// <inheritdoc/>
    public ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        new(_writes.OpenSink((FilesWriteHandle)handle, writer));

    /// <inheritdoc/>
    public ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(_writes.Finish((FilesWriteHandle)handle, fragments));
    }

    /// <inheritdoc/>
    public ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken)
    {
        _writes.Abort((FilesWriteHandle)handle);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        _writes.CreateTable(table);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken)
    {
        _writes.DropTable(table);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken)
    {
        _writes.TruncateTable(table);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken)
    {
        _writes.CreateSchema(schema);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken)
    {
        _writes.DropSchema(schema, cascade);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Puts the columns that are the same for all rows of a file between those that were read.</summary>
    private static RecordBatch AddConstants(RecordBatch batch, FilesSplit split, FilesColumn[] columns, MemoryContext memory) =>
        MissingColumns.Weave(batch, columns.Length, column => columns[column].Source == FilesColumnSource.File, column =>
        {
            object? value = FilesMetadata.ConstantOf(columns[column], split.Path, split.PartitionKeys, split.PartitionValues);
            return VectorBuilder.Constant(columns[column].Type, value, batch.RowCount, memory);
        });
}
