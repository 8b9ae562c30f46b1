using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>
/// A connector whose tables are its methods with <see cref="TableAttribute"/>; see there. Derive from it, and give it to the engine by an
/// <see cref="ObjectConnectorFactory{T}"/>. Thread-safe if its methods are.
/// </summary>
public abstract class ObjectConnector : IConnector, IConnectorMetadata, ISplitManager, IRecordSetProvider
{
    private readonly ConcurrentDictionary<SchemaTableName, ObjectTable> _tables = new();
    private readonly RequestPolicy _policy;

    /// <summary>Makes the connector; fails where a method cannot be a table.</summary>
    protected ObjectConnector(TimeProvider? time = null)
    {
        _policy = new RequestPolicy(GetType().GetCustomAttribute<RequestLimitsAttribute>() ?? new RequestLimitsAttribute(), time ?? TimeProvider.System);
        foreach (MethodInfo method in GetType().GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            if (method.IsDefined(typeof(TableAttribute)))
                Add(ObjectTable.OfMethod(this, method));
    }

    /// <summary>What every connector of this kind pushes.</summary>
    internal const PushdownKinds Pushed = PushdownKinds.Filter | PushdownKinds.Limit;

    /// <inheritdoc/>
    public IConnectorMetadata Metadata => this;

    /// <inheritdoc/>
    public ISplitManager Splits => this;

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets => this;

    /// <inheritdoc/>
    public virtual bool IsNodeLocal => false;

    /// <inheritdoc/>
    public PushdownKinds Pushdown => _tables.Values.Any(table => table.Parameters.Count > 0) ? Pushed : PushdownKinds.Limit;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListSchemasAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new([.. _tables.Keys.Select(name => name.Schema).Distinct().Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        ConnectorSession session, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        foreach (SchemaTableName name in _tables.Keys)
            if (schema is null || schema == name.Schema)
                yield return name;
    }

    /// <inheritdoc/>
    public ValueTask<TableHandle?> FindTableAsync(ConnectorSession session, RequestedName schema, RequestedName table, CancellationToken cancellationToken) =>
        new(schema.Choose(_tables.Keys.Select(name => name.Schema)) is { } schemaName
            && table.Choose(_tables.Keys.Where(name => name.Schema == schemaName).Select(name => name.Table)) is { } tableName
                ? new ObjectTableHandle(schemaName, tableName)
                : null);

    /// <inheritdoc/>
    public ValueTask<TableSchema> DescribeAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) => new(TableOf(table).Schema);

    /// <inheritdoc/>
    public ValueTask<TableStatistics> GetStatisticsAsync(ConnectorSession session, TableHandle table, CancellationToken cancellationToken) =>
        new(TableOf(table).CountRows is { } count ? new TableStatistics { RowCount = Math.Min(count(), ((ObjectTableHandle)table).Limit ?? long.MaxValue) } : TableStatistics.Unknown);

    /// <inheritdoc/>
    public PushdownAnswer TryPush(ConnectorSession session, TableHandle table, PushdownOperation operation) =>
        ObjectPushdown.Push(TableOf(table), (ObjectTableHandle)table, operation);

    /// <inheritdoc/>
    public string? DescribeScan(TableHandle table, IReadOnlyList<ColumnHandle> columns) => ObjectPushdown.Describe((ObjectTableHandle)table);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Split> GetSplitsAsync(
        ConnectorSession session, TableHandle table, SplitRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask;
        var handle = (ObjectTableHandle)table;
        if (TableOf(table).Parameters.FirstOrDefault(parameter => parameter.IsRequired && handle.Keys.All(key => key.Column != parameter.Column)) is { } missing)
            throw QueryException.NotSupported($"reading {handle.Table} without a value for {missing.Column}", hint: $"Add a condition: WHERE {missing.Column} = ...");
        foreach (ValueList<object?> values in ObjectPushdown.Combinations(handle))
            yield return new ObjectSplit(values);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (var handle, var split) = ((ObjectTableHandle)scan.Table, (ObjectSplit)scan.Split);
        ObjectTable table = TableOf(handle);
        long left = handle.Limit ?? long.MaxValue;
        if (left == 0)
            yield break;
        Func<object, object?>[] getters = [.. scan.Columns.Select(column => table.Getter(column.Name, handle, split))];
        var call = new TableScan(_policy, scan.Session, scan.Metrics, handle.Limit, cancellationToken);
        using var builder = new BatchBuilder(scan.Columns.Select(column => column.Type), scan.Memory, capacity: 64);
        await foreach (object row in table.CallAsync(handle, split, call).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int column = 0; column < getters.Length; column++)
                builder[column].AppendBoxed(getters[column](row));
            builder.EndRow();
            left--;
            if (builder.IsFull)
                yield return Counted(builder.Build(), scan.Metrics);
            if (left == 0)
                break;
        }

        if (builder.RowCount > 0)
            yield return Counted(builder.Build(), scan.Metrics);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _policy.Dispose();
        await CloseAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what the connector holds: an HttpClient, a connection.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    internal void Add(ObjectTable table)
    {
        if (!_tables.TryAdd(table.Schema.Name, table))
            throw new QueryException(ErrorCode.DuplicateTable, $"there are two tables {table.Schema.Name}");
    }

    internal bool Remove(SchemaTableName name) => _tables.TryRemove(name, out _);

    private static RecordBatch Counted(RecordBatch batch, ScanMetrics metrics)
    {
        metrics.Add(bytes: batch.SizeInBytes, rowsRead: batch.RowCount);
        return batch;
    }

    private ObjectTable TableOf(TableHandle handle)
    {
        var name = new SchemaTableName(((ObjectTableHandle)handle).Schema, ((ObjectTableHandle)handle).Table);
        return _tables.GetValueOrDefault(name) ?? throw new QueryException(ErrorCode.UndefinedTable, $"table {name} is gone");
    }
}
