using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using QueryEngine.Connectors.Files.Formats;
using QueryEngine.Connectors.Files.Listing;
using QueryEngine.Connectors.Formats;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Writing;

/// <summary>Writes the rows of one driver of one attempt of a task: a staged file for each partition that it sees.</summary>
internal sealed class FilesSink : IRecordSink
{
    private const int MostPartitions = 1000;

    private readonly FilesWriteHandle _handle;
    private readonly TableFormat _format;
    private readonly MemoryContext _memory;
    private readonly string _fileName;
    private readonly FilesColumn[] _fileColumns;
    private readonly FilesColumn[] _partitionColumns;
    private readonly int[] _sources;
    private readonly Dictionary<string, StagedFile> _files = new(StringComparer.Ordinal);
    private bool _isFinished;

    public FilesSink(FilesWriteHandle handle, TableFormat format, WriterId writer, MemoryContext memory)
    {
        (_handle, _format, _memory) = (handle, format, memory);
        var manifest = new TableManifest(handle.Format, handle.Compression, handle.Columns, handle.NotNull);
        _fileColumns = manifest.FileColumns;
        _partitionColumns = manifest.PartitionColumns;
        _sources = [.. handle.Columns.Select(column => IndexOf(handle.Written, column.Name))];
        _fileName = string.Create(
            CultureInfo.InvariantCulture,
            $"part-{handle.WriteId}-{writer.Task:D5}-{writer.Attempt}-{writer.Driver}{format.EndingOf(handle.Compression)}");
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (batch.RowCount == 0)
            return ValueTask.CompletedTask;
        using RecordBatch table = Arrange(batch);
        if (_partitionColumns.Length == 0)
        {
            WriteFile("", table);
            return ValueTask.CompletedTask;
        }

        foreach ((string folder, List<int> rows) in GroupByFolder(table))
        {
            ColumnVector[] selected = [.. Enumerable.Range(0, table.ColumnCount).Select(column => DictionaryVector.Select(table[column], rows.ToArray(), _memory))];
            using var part = new RecordBatch(selected, rows.Count);
            WriteFile(folder, part);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the files; the fragment lists them with their rows.</summary>
    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        var list = new JsonArray();
        foreach ((string folder, StagedFile file) in _files)
        {
            file.Finish();
            list.Add((JsonNode)new JsonObject { ["file"] = Path.Join(folder, _fileName), ["rows"] = file.Rows });
        }
        _isFinished = true;
        return new(Encoding.UTF8.GetBytes(list.ToJsonString()));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (StagedFile file in _files.Values)
        {
            file.Dispose();
            if (!_isFinished)
                File.Delete(file.Path);
        }
        _files.Clear();
        return ValueTask.CompletedTask;
    }

    private static int IndexOf(ValueList<string> names, string name)
    {
        for (int place = 0; place < names.Count; place++)
        {
            if (names[place] == name)
                return place;
        }
        return -1;
    }

    /// <summary>The columns of the table out of those of the statement, sharing memory.</summary>
    private RecordBatch Arrange(RecordBatch batch)
    {
        var columns = new ColumnVector[_sources.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            FilesColumn target = _handle.Columns[column];
            ColumnVector? source = _sources[column] < 0 ? null : batch[_sources[column]];
            if (_handle.NotNull.Contains(target.Name) && (source is null || source.Validity.CountNulls(batch.RowCount) > 0))
                throw new QueryException(ErrorCode.NotNullViolation, $"NULL for column '{target.Name}', which is NOT NULL");

            // Numbers of any size stay what they are: the format's writer turns them into what the file has.
            SqlType type = source?.Type.Kind == TypeKind.Number ? source.Type : target.Type;
            columns[column] = source is null ? VectorBuilder.Constant(type, null, batch.RowCount, _memory) : source.WithType(type);
        }
        return new RecordBatch(columns, batch.RowCount);
    }

    private Dictionary<string, List<int>> GroupByFolder(RecordBatch table)
    {
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        int[] places = [.. _partitionColumns.Select(column => Array.FindIndex([.. _handle.Columns], one => one.Name == column.Name))];
        for (int row = 0; row < table.RowCount; row++)
        {
            string folder = Path.Join(
                [.. _partitionColumns.Select((column, key) => Partitions.FolderOf(column.Name, column.Type, table[places[key]].GetValue(row)))]);
            if (!groups.TryGetValue(folder, out List<int>? rows))
                groups.Add(folder, rows = []);
            rows.Add(row);
        }
        return groups;
    }

    private void WriteFile(string folder, RecordBatch table)
    {
        if (!_files.TryGetValue(folder, out StagedFile? file))
        {
            if (_files.Count == MostPartitions)
                throw new QueryException(ErrorCode.StatementTooComplex, $"one statement writes more than {MostPartitions} partitions", "Write them by several statements.");
            string path = Path.Join(_handle.Staging, folder, _fileName);
            _files.Add(folder, file = StagedFile.Create(path, _format, _fileColumns, _handle.Compression, _memory));
        }

        int[] places = [.. Enumerable.Range(0, _handle.Columns.Count).Where(column => _handle.Columns[column].Source == FilesColumnSource.File)];
        using RecordBatch columns = table.Select(places);
        file.Write(columns);
    }

    /// <summary>A file under way.</summary>
    private sealed class StagedFile(string path, FileStream stream, TableFileWriter writer) : IDisposable
    {
        public string Path => path;

        public long Rows { get; private set; }

        public static StagedFile Create(string path, TableFormat format, FilesColumn[] columns, string compression, MemoryContext memory)
        {
            FileStream? stream = null;
            try
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
                stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
                FormatColumn[] described = [.. columns.Select(column => new FormatColumn(column.Name, column.Type))];
                return new StagedFile(path, stream, format.OpenWriter(stream, described, compression, memory));
            }
            catch (Exception error)
            {
                stream?.Dispose();
                if (error is IOException or UnauthorizedAccessException)
                    throw FolderChanges.Translate(error, path);
                throw;
            }
        }

        public void Write(RecordBatch batch)
        {
            try
            {
                writer.Write(batch);
                Rows += batch.RowCount;
            }
            catch (IOException error)
            {
                throw FolderChanges.Translate(error, path);
            }
        }

        public void Finish()
        {
            try
            {
                writer.Finish();
                stream.Flush(flushToDisk: true);
            }
            catch (IOException error)
            {
                throw FolderChanges.Translate(error, path);
            }
            Dispose();
        }

        public void Dispose()
        {
            writer.Dispose();
            stream.Dispose();
        }
    }
}
