using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Reading;

/// <summary>Fetches the chunks of a query and makes batches of them.</summary>
internal sealed class DuckDbReader : IDisposable
{
    private const int MaxBatchBytes = 8 << 20;

    private readonly DuckDbConnection _connection;
    private readonly IDisposable _interruption;
    private readonly DuckDbStatement _statement;
    private readonly DuckDbResult _result;
    private readonly BatchBuilder _builder;
    private readonly DuckDbColumn[] _columns;
    private readonly BytesBuilder[] _bytes;
    private int _rows;
    private bool _isDone;

    /// <summary>Starts a query on a connection, which the reader does not own.</summary>
    public DuckDbReader(
        DuckDbConnection connection, string sql, IReadOnlyList<ColumnHandle>? columns, string table, DuckDbOptions options, MemoryContext memory, CancellationToken cancellationToken)
    {
        _connection = connection;
        _interruption = connection.InterruptOn(cancellationToken);
        try
        {
            _statement = connection.Prepare(sql);
            _result = _statement.Run();
            SqlType[] types = [.. Enumerable.Range(0, columns?.Count ?? _result.ColumnCount).Select(column => columns?[column].Type ?? TypeOf(column))];
            _builder = new BatchBuilder(types, memory);
            _columns = new DuckDbColumn[types.Length];
            for (int column = 0; column < types.Length; column++)
            {
                using DuckDbTypeHandle type = _result.TypeOf(column);
                _columns[column] = DuckDbColumn.Create(type, _builder[column], $"column {columns?[column].Name} of table {table}", options);
            }

            _bytes = [.. _builder.Columns.OfType<BytesBuilder>()];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether every row has been read.</summary>
    public bool IsDone => _isDone;

    /// <summary>The next rows, or null at the end.</summary>
    public RecordBatch? ReadBatch()
    {
        while (!_isDone && _rows + DuckDbApi.ChunkRows <= RecordBatch.MaxRows && !HoldsEnough())
        {
            nint chunk = _result.Fetch();
            if (chunk == 0)
            {
                _isDone = true;
                break;
            }

            try
            {
                int size = (int)DuckDbApi.ChunkSize(chunk);
                for (int column = 0; column < _columns.Length; column++)
                    _columns[column].Append(DuckDbApi.ChunkVector(chunk, (ulong)column), 0, size);
                for (int row = 0; row < size; row++)
                    _builder.EndRow();
                _rows += size;
            }
            finally
            {
                DuckDbApi.DestroyChunk(ref chunk);
            }
        }

        _rows = 0;
        return _builder.RowCount == 0 ? null : _builder.Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing that was interrupted late must hit the next statement of the connection.
        _interruption.Dispose();
        _result?.Dispose();
        _statement?.Dispose();
        _builder?.Dispose();
        GC.KeepAlive(_connection);
    }

    // Long values make a batch of fewer rows.
    private bool HoldsEnough()
    {
        long bytes = 0;
        foreach (BytesBuilder builder in _bytes)
            bytes += builder.ByteCount;
        return bytes >= MaxBatchBytes;
    }

    private SqlType TypeOf(int column)
    {
        using DuckDbTypeHandle type = _result.TypeOf(column);
        return DuckDbTypes.ToType(type) ?? throw QueryException.NotSupported($"reading {type.Kind} from DuckDB");
    }
}

/// <summary>Reads splits.</summary>
internal sealed class DuckDbRecordSetProvider(DuckDbDatabase database) : IRecordSetProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        ScanRequest scan, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var split = (DuckDbSplit)scan.Split;
        var handle = (SqlTableHandle)scan.Table;
        var part = new SqlTablePart { Domain = scan.DynamicFilter.Current, WriteRange = split.ToRange() };
        SqlText sql = new SqlGenerator(new DuckDbDialect(() => database.File.Catalog)).WriteScan(handle, scan.Columns, part);
        using DuckDbConnection connection = split.SnapshotId is { } snapshot ? database.File.Snapshots.Take(snapshot, split.Number) : database.File.Connect();
        IReadOnlyList<ColumnHandle> columns = scan.Columns.Count > 0 ? scan.Columns : [new ColumnHandle("count", SqlType.BigInt)];
        using DuckDbReader reader = Open(connection, sql.ToString(), columns, handle.Table.Name, scan.Memory, cancellationToken);
        scan.Metrics.Add(requests: 1);
        while (Next(reader, cancellationToken) is { } batch)
        {
            if (scan.Columns.Count == 0)
            {
                long count;
                using (batch)
                    count = (long)batch[0].GetValue(0)!;
                for (; count > 0; count -= RecordBatch.MaxRows)
                    yield return new RecordBatch([], (int)Math.Min(count, RecordBatch.MaxRows));
                break;
            }

            scan.Metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
            yield return batch;
            cancellationToken.ThrowIfCancellationRequested();
        }

        await ValueTask.CompletedTask;
    }

    private DuckDbReader Open(
        DuckDbConnection connection, string sql, IReadOnlyList<ColumnHandle> columns, string table, MemoryContext memory, CancellationToken cancellationToken)
    {
        try
        {
            return new DuckDbReader(connection, sql, columns, table, database.Options, memory, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private static RecordBatch? Next(DuckDbReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return reader.ReadBatch();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
