using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>Appends batches to a table by data chunks, in the connection's transaction.</summary>
internal sealed unsafe class DuckDbAppender : IDisposable
{
    private readonly DuckDbConnection _connection;
    private readonly DuckDbColumnWriter[] _writers;
    private nint _appender;
    private nint _chunk;

    /// <summary>Opens an appender; columns of the table that are not listed get their defaults.</summary>
    public DuckDbAppender(DuckDbConnection connection, string catalog, string schema, string table, IReadOnlyList<ColumnHandle> columns)
    {
        _connection = connection;
        _writers = [.. columns.Select(column => DuckDbColumnWriter.Create(column.Type))];
        fixed (byte* catalogName = DuckDbConnection.Utf8(catalog))
        fixed (byte* schemaName = DuckDbConnection.Utf8(schema))
        fixed (byte* tableName = DuckDbConnection.Utf8(table))
        {
            try
            {
                Check(DuckDbApi.CreateAppender(connection.Pointer, catalogName, schemaName, tableName, out _appender));
                foreach (ColumnHandle column in columns)
                {
                    fixed (byte* name = DuckDbConnection.Utf8(column.Name))
                        Check(DuckDbApi.AddAppenderColumn(_appender, name));
                }

                _chunk = CreateChunk(columns);
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>Appends the rows of a batch.</summary>
    public void Append(RecordBatch batch)
    {
        for (int start = 0; start < batch.RowCount; start += DuckDbApi.ChunkRows)
        {
            int count = Math.Min(DuckDbApi.ChunkRows, batch.RowCount - start);
            DuckDbApi.ResetChunk(_chunk);
            for (int column = 0; column < _writers.Length; column++)
                _writers[column].Write(batch[column], start, count, DuckDbApi.ChunkVector(_chunk, (ulong)column), 0);
            DuckDbApi.SetChunkSize(_chunk, (ulong)count);
            Check(DuckDbApi.AppendChunk(_appender, _chunk));
        }
    }

    /// <summary>Sends what is left.</summary>
    public void Close() => Check(DuckDbApi.CloseAppender(_appender));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_chunk != 0)
            DuckDbApi.DestroyChunk(ref _chunk);
        if (_appender != 0)
            _ = DuckDbApi.DestroyAppender(ref _appender); // it repeats the error of the last call, which was thrown then
        (_chunk, _appender) = (0, 0);
    }

    private static nint CreateChunk(IReadOnlyList<ColumnHandle> columns)
    {
        var types = new nint[columns.Count];
        try
        {
            for (int column = 0; column < types.Length; column++)
                types[column] = DuckDbColumnWriter.TypeOf(columns[column].Type);
            fixed (nint* all = types)
                return DuckDbApi.CreateChunk(all, (ulong)types.Length);
        }
        finally
        {
            for (int column = 0; column < types.Length; column++)
                DuckDbApi.DestroyType(ref types[column]);
        }
    }

    private void Check(int state)
    {
        if (state != DuckDbApi.Success)
            throw _connection.Error(DuckDbApi.AppenderError(_appender));
    }
}
