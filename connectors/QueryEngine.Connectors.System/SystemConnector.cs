using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>The engine's own tables, made of rows on demand.</summary>
internal sealed class SystemConnector : IConnector, ISupportsInformationSchema, ISupportsProcedures, ISplitManager, IRecordSetProvider
{
    private static readonly ConnectorProcedure _killQuery = new(
        new SchemaTableName("runtime", "kill_query"),
        [new ProcedureParameter("query_id", SqlType.Varchar), new ProcedureParameter("message", SqlType.Varchar, IsOptional: true)],
        "Ends a query that runs.");

    private readonly string _nodeId;
    private readonly ISystemData _data;
    private readonly SystemMetadata _metadata;

    public SystemConnector(ISystemData data, ConnectorContext context)
    {
        _nodeId = context.NodeId;
        _data = data;
        _metadata = new SystemMetadata(data);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata => _metadata;

    /// <inheritdoc/>
    public ISplitManager Splits => this;

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets => this;

    /// <inheritdoc/>
    public bool IsNodeLocal => true;

    /// <inheritdoc/>
    public IReadOnlyList<ConnectorProcedure> Procedures => [_killQuery];

    /// <inheritdoc/>
    public ValueTask CallAsync(ConnectorSession session, SchemaTableName procedure, IReadOnlyList<object?> arguments, CancellationToken cancellationToken)
    {
        if (arguments[0] is not string queryId)
            throw new QueryException(ErrorCode.NullNotAllowed, "the query's id must not be null");
        return _data.TryCancelQuery(queryId, (string?)arguments[1] ?? $"{session.User} has ended it")
            ? ValueTask.CompletedTask
            : throw new QueryException(ErrorCode.InvalidParameterValue, $"no query '{queryId}' runs", "system.runtime.queries lists those that do.");
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> InformationTables => _metadata.InformationTables;

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindInformationTableAsync(
        ConnectorSession session, string catalog, RequestedName table, CancellationToken cancellationToken) =>
        new(_metadata.FindInformationTable(catalog, table));

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session,
        TableHandle table,
        SplitRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        yield return new SystemSplit { PreferredNodes = [_nodeId], Consistency = SnapshotConsistency.PerSplit };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var handle = (SystemTableHandle)scan.Table;
        if (handle.Domain.IsNone)
            yield break;

        SystemTable table = _metadata.Get(handle);
        int[] positions = [.. scan.Columns.Select(column => PositionOf(table, column.Name))];
        var request = new SystemScan(scan.Session, handle.Catalog, handle.Domain);
        using var builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory, capacity: 64);
        await foreach (object?[] row in table.Rows(request, cancellationToken).ConfigureAwait(false))
        {
            for (int column = 0; column < positions.Length; column++)
                builder[column].AppendBoxed(row[positions[column]]);
            builder.EndRow();
            if (!builder.IsFull)
                continue;

            yield return Counted(builder.Build(), scan.Metrics);
        }

        if (builder.RowCount > 0)
            yield return Counted(builder.Build(), scan.Metrics);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static RecordBatch Counted(RecordBatch batch, ScanMetrics metrics)
    {
        metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
        return batch;
    }

    private static int PositionOf(SystemTable table, string column)
    {
        for (int position = 0; position < table.Columns.Count; position++)
        {
            if (table.Columns[position].Name == column)
                return position;
        }

        throw new QueryException(ErrorCode.UndefinedColumn, $"column '{column}' does not exist in {table.Name}");
    }
}
