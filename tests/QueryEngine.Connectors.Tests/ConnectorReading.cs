using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests;

/// <summary>Reads tables of a connector as boxed rows.</summary>
internal static class ConnectorReading
{
    public static readonly ConnectorSession Session = new("query", "tester");

    public static async Task<(TableHandle Handle, IReadOnlyList<ColumnHandle> Columns)> FindAsync(this IConnector connector, string schema, string table)
    {
        TableHandle handle = await connector.Metadata.FindTableAsync(Session, new(schema, IsExact: true), new(table, IsExact: true), default)
            ?? throw new InvalidOperationException($"no table {schema}.{table}");
        TableSchema described = await connector.Metadata.DescribeAsync(Session, handle, default);
        return (handle, [.. described.Columns.Select(column => column.Handle)]);
    }

    public static async Task<List<Split>> SplitsAsync(this IConnector connector, TableHandle handle, int parallelism = 1)
    {
        var splits = new List<Split>();
        await foreach (Split split in connector.Splits.GetSplitsAsync(Session, handle, new SplitRequest { Parallelism = parallelism }, default))
            splits.Add(split);
        return splits;
    }

    public static async Task<List<object?[]>> ReadAsync(
        this IConnector connector, TableHandle handle, IReadOnlyList<ColumnHandle> columns, Split split, CancellationToken cancellationToken = default)
    {
        var rows = new List<object?[]>();
        await foreach (RecordBatch batch in connector.RecordSets.ReadAsync(new ScanRequest(Session, handle, split, [.. columns]), cancellationToken))
            using (batch)
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
        return rows;
    }

    public static async Task<List<object?[]>> ReadAllAsync(this IConnector connector, string schema, string table, int parallelism = 1)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync(schema, table);
        var rows = new List<object?[]>();
        foreach (Split split in await connector.SplitsAsync(handle, parallelism))
            rows.AddRange(await connector.ReadAsync(handle, columns, split));
        return rows;
    }

    public static ConnectorCall Call(string function, params ReadOnlySpan<ConnectorExpression> arguments) =>
        new(function, ValueList.Create(arguments), SqlType.Boolean);
}
