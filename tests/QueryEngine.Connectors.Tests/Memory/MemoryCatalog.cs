using QueryEngine.Connectors.Memory;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Memory;

/// <summary>A memory catalog and the few calls that tests make of it.</summary>
internal sealed class MemoryCatalog : IAsyncDisposable
{
    public static readonly ConnectorSession Session = new("query", "user");

    public MemoryCatalog() => Connector = new MemoryConnector(new ConnectorContext("memory") { Memory = Memory });

    public MemoryContext Memory { get; } = new("test", 1L << 30);

    public MemoryConnector Connector { get; }

    public static SchemaTableName Name(string table) => new("default", table);

    public static ValueList<ColumnHandle> Columns(params (string Name, SqlType Type)[] columns) =>
        [.. columns.Select(column => new ColumnHandle(column.Name, column.Type))];

    public static async Task<MemoryCatalog> WithTableAsync(string table, params (string Name, SqlType Type)[] columns)
    {
        var catalog = new MemoryCatalog();
        await catalog.CreateAsync(table, columns);
        return catalog;
    }

    public async Task CreateAsync(string table, params (string Name, SqlType Type)[] columns) =>
        await Connector.CreateTableAsync(
            Session,
            new TableDefinition(Name(table), [.. Columns(columns).Select(column => new TableColumn(column))]),
            default);

    public async Task<long> InsertAsync(string table, ValueList<ColumnHandle> columns, params object?[][] rows)
    {
        using RecordBatch batch = Batch(columns, rows);
        return await WriteAsync(new InsertIntent(Name(table), columns), batch);
    }

    public async Task<long> WriteAsync(WriteIntent intent, params RecordBatch[] batches)
    {
        WriteHandle handle = await Connector.BeginWriteAsync(Session, intent, default);
        await using IRecordSink sink = await Connector.OpenSinkAsync(Session, handle, new WriterId(0, 0), default);
        foreach (RecordBatch batch in batches)
            await sink.WriteAsync(batch, default);
        ReadOnlyMemory<byte> fragment = await sink.FinishAsync(default);
        return await Connector.FinishWriteAsync(Session, handle, [fragment], default);
    }

    public static RecordBatch Batch(ValueList<ColumnHandle> columns, params object?[][] rows)
    {
        using var builder = new BatchBuilder(columns.Select(column => column.Type), MemoryContext.Unlimited, rows.Length);
        foreach (object?[] row in rows)
            builder.AppendRow(row);
        return builder.Build();
    }

    public async Task<TableHandle> FindAsync(string table) =>
        await Connector.Metadata.FindTableAsync(Session, new RequestedName("default"), new RequestedName(table), default)
        ?? throw new InvalidOperationException($"no table {table}");

    public async Task<ValueList<ColumnHandle>> ColumnsAsync(TableHandle handle) =>
        [.. (await Connector.Metadata.DescribeAsync(Session, handle, default)).Columns.Select(column => column.Handle)];

    public async Task<ColumnStatistics> StatisticsAsync(string table, string column) =>
        (await Connector.Metadata.GetStatisticsAsync(Session, await FindAsync(table), default)).Columns[column];

    public async Task<List<object?[]>> ReadAsync(string table)
    {
        TableHandle handle = await FindAsync(table);
        return await ReadAsync(handle, await ColumnsAsync(handle));
    }

    public async Task<List<object?[]>> ReadAsync(TableHandle handle, ValueList<ColumnHandle> columns)
    {
        List<object?[]> rows = [];
        await foreach (Split split in Connector.Splits.GetSplitsAsync(Session, handle, new SplitRequest { Parallelism = 4 }, default))
        {
            await foreach (RecordBatch batch in Connector.RecordSets.ReadAsync(new ScanRequest(Session, handle, split, columns), default))
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
                batch.Dispose();
            }
        }

        return rows;
    }

    public ValueTask DisposeAsync() => Connector.DisposeAsync();
}
