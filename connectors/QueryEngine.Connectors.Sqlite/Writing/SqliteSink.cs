using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>
/// Stages rows in a database file of its own: SQLite has one writer at a time, and nothing of a write may be seen, nor any lock be held, before
/// it is finished.
/// </summary>
internal sealed class SqliteSink : IRecordSink
{
    private readonly string _path;
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _insert;
    private readonly int _columns;
    private long _rows;
    private bool _isFinished;

    public SqliteSink(SqliteWriteHandle handle, WriterId writer)
    {
        _path = string.Create(CultureInfo.InvariantCulture, $"{handle.Staging}-{writer.Task}-{writer.Attempt}");
        _columns = handle.Columns.Count + (handle.Kind == SqliteWriteKind.Change ? 2 : 0);
        _database = SqliteDatabase.Open(new SqliteOptions(_path, 0, IsReadOnly: false), forWriting: true);
        try
        {
            using (SqliteStatement journal = _database.Prepare("PRAGMA journal_mode = OFF"))
                journal.Step();
            _database.Execute("PRAGMA synchronous = OFF");
            _database.Execute("BEGIN");

            // Columns without a type keep each value as it is bound.
            _database.Execute($"CREATE TABLE staged ({string.Join(", ", Enumerable.Range(0, Math.Max(1, _columns)).Select(column => $"c{column}"))})");
            _insert = _database.Prepare(
                $"INSERT INTO staged VALUES ({string.Join(", ", Enumerable.Range(1, Math.Max(1, _columns)).Select(column => $"?{column}"))})");
        }
        catch
        {
            _insert?.Dispose();
            _database.Dispose();
            File.Delete(_path);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < _columns; column++)
                SqliteBinder.Bind(_insert, column + 1, batch[column], row);
            _insert.Step();
            _insert.Reset();
        }
        _rows += batch.RowCount;
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the file; the fragment is its path.</summary>
    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        _insert.Dispose();
        _database.Execute("COMMIT");
        _database.Dispose();
        _isFinished = true;
        return new(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_rows} {_path}")));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _insert.Dispose();
        _database.Dispose();
        if (!_isFinished)
            File.Delete(_path);
        return ValueTask.CompletedTask;
    }
}
