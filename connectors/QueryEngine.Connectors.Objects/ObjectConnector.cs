using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>
/// A connector whose tables are its methods with <see cref="TableAttribute"/>; see there. Derive from it, and give it to the engine by an
/// <see cref="ObjectConnectorFactory{T}"/>. Thread-safe if its methods are.
/// </summary>
public abstract class ObjectConnector : IConnector, IConnectorMetadata, ISplitManager, IRecordSetProvider, ISupportsLookup
{
    private readonly ConcurrentDictionary<SchemaTableName, ObjectTable> _tables = new();
    private readonly RequestPolicy _policy;

    /// <summary>Makes the connector; fails where a method cannot be a table.</summary>
    protected ObjectConnector(TimeProvider? time = null)
    {
        _policy = new RequestPolicy(GetType().GetCustomAttribute<RequestLimitsAttribute>() ?? new RequestLimitsAttribute(), time ?? TimeProvider.System);
        foreach (MethodInfo method in GetType().GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
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
            throw QueryException.NotSupported($"reading {handle.Table} without a value for {missing.Column}", hint: $"Add a condition: WHERE {missing.Column} = ..., or join it by {missing.Column}.");
        foreach (ValueList<object?> values in ObjectPushdown.Combinations(handle))
            yield return new ObjectSplit(values);
    }

    /// <inheritdoc/>
    public T? As<T>()
        where T : class => typeof(T) != typeof(ISupportsLookup) || _tables.Values.Any(table => table.Parameters.Count > 0) ? this as T : null;

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordBatch> ReadAsync(ScanRequest scan, CancellationToken cancellationToken) => CallAsync(
        new MethodCall(scan.Session, (ObjectTableHandle)scan.Table, (ObjectSplit)scan.Split, scan.Columns, scan.Memory, scan.Metrics), cancellationToken);

    /// <inheritdoc/>
    public LookupOffer? OfferLookup(ConnectorSession session, TableHandle table, ValueList<ColumnHandle> known) =>
        ObjectPushdown.OfferLookup(TableOf(table), (ObjectTableHandle)table, known);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> LookupAsync(LookupRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (ValueList<object?> key in request.Values)
        {
            // A call for each value of the key together with those that conditions gave.
            ObjectTableHandle asked = ObjectPushdown.WithKey((ObjectTableHandle)request.Table, request.Keys, key);
            foreach (ValueList<object?> values in ObjectPushdown.Combinations(asked))
            {
                var call = new MethodCall(request.Session, asked, new ObjectSplit(values), request.Columns, request.Memory, request.Metrics);
                await foreach (RecordBatch batch in CallAsync(call, cancellationToken).ConfigureAwait(false))
                    yield return batch;
            }
        }
    }

    private async IAsyncEnumerable<RecordBatch> CallAsync(MethodCall call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long left = call.Table.Limit ?? long.MaxValue;
        if (left == 0)
            yield break;
        ObjectTable table = TableOf(call.Table);
        Func<object, bool> isAskedFor = table.Matcher(call.Table, call.Values);
        Func<object, object?>[] getters = [.. call.Columns.Select(column => table.Getter(column.Name, call.Table, call.Values))];
        var scan = new TableScan(_policy, call.Session, call.Metrics, call.Table.Limit, cancellationToken);
        using var builder = new BatchBuilder(call.Columns.Select(column => column.Type), call.Memory, capacity: 64);
        await foreach (object row in table.CallAsync(call.Table, call.Values, scan).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!isAskedFor(row))
                continue;
            for (int column = 0; column < getters.Length; column++)
                builder[column].AppendBoxed(getters[column](row));
            builder.EndRow();
            left--;
            if (builder.IsFull)
                yield return Counted(builder.Build(), call.Metrics);
            if (left == 0)
                break;
        }

        if (builder.RowCount > 0)
            yield return Counted(builder.Build(), call.Metrics);
    }

    private sealed record MethodCall(
        ConnectorSession Session, ObjectTableHandle Table, ObjectSplit Values, ValueList<ColumnHandle> Columns, MemoryContext Memory, ScanMetrics Metrics);

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
