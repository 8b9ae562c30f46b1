using System.Runtime.CompilerServices;
using QueryEngine.Connectors.System;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>What the engine tells of itself through the <c>system</c> catalog and every <c>information_schema</c>.</summary>
internal sealed class SystemData : ISystemData
{
    private Engine? _engine;

    private Engine Engine => _engine ?? throw new InvalidOperationException("the system catalog is asked before the engine is there");

    /// <summary>Says whose data it is; once, before the first query.</summary>
    public void Attach(Engine engine) => _engine = engine;

    /// <inheritdoc/>
    public IReadOnlyList<SystemTable> MoreTables => ConnectorTables.Create(() => Engine.Metadata.Catalogs.Factories);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CatalogInfo>> GetCatalogsAsync(ConnectorSession session, CancellationToken cancellationToken) =>
        new(
        [
            .. Engine.Metadata.Catalogs.Catalogs.Select(catalog => new CatalogInfo(catalog.Name, catalog.ConnectorName, catalog.Error?.Message)
            {
                State = catalog.Error is null ? catalog.Health.State : "misconfigured",
                LastError = catalog.Health.LastError?.Message,
                LastErrorTime = catalog.Health.LastErrorTime,
            }),
        ]);

    /// <inheritdoc/>
    public IReadOnlyList<SequenceInfo> GetSequences() =>
    [
        .. Engine.Metadata.Sequences.All.Select(sequence => sequence.Definition).Select(definition => new SequenceInfo(
            definition.Catalog, definition.Name.Schema, definition.Name.Table, definition.Type, definition.Start, definition.Minimum, definition.Maximum,
            definition.Increment, definition.IsCycle)),
    ];

    /// <inheritdoc/>
    public bool TryCancelQuery(string queryId, string reason)
    {
        TrackedQuery? running = Engine.Queries.FindRunning(queryId);
        running?.Cancel(reason);
        return running is not null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SchemaInfo> GetSchemasAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueryContext context = ContextOf(session);
        foreach (Catalog catalog in Matching(filter))
            foreach (string schema in await TryListSchemasAsync(context, catalog, filter, cancellationToken).ConfigureAwait(false))
                yield return new SchemaInfo(catalog.Name, schema);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<TableInfo> GetTablesAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueryContext context = ContextOf(session);
        foreach (Catalog catalog in Matching(filter))
        {
            var views = Engine.Metadata.Views.OfCatalog(catalog.Name).ToDictionary(view => view.Name, view => view.Text);
            foreach (SchemaTableName table in await TryListTablesAsync(context, catalog, filter, cancellationToken).ConfigureAwait(false))
                yield return new TableInfo(catalog.Name, table.Schema, table.Table) { ViewText = views.GetValueOrDefault(table) };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ColumnInfo> GetColumnsAsync(
        ConnectorSession session, SystemFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueryContext context = ContextOf(session);
        foreach (Catalog catalog in Matching(filter))
        {
            foreach (SchemaTableName table in await TryListTablesAsync(context, catalog, filter, cancellationToken).ConfigureAwait(false))
            {
                int position = 0;
                foreach (TableColumn column in await TryDescribeAsync(context, catalog, table, cancellationToken).ConfigureAwait(false))
                    yield return new ColumnInfo(catalog.Name, table.Schema, table.Table, ++position, column);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeInfo> GetNodes() =>
    [
        .. Engine.Runner.Nodes.Select(node => new NodeInfo(node.NodeId, node.Uri, node.Role, node.State)
        {
            Version = typeof(Engine).Assembly.GetName().Version?.ToString(3),
            Threads = node.Threads,
            LastSeen = node.LastSeen,
        }),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<QueryInfo> GetQueries() =>
    [
        .. Engine.Queries.Queries.Select(query => new QueryInfo(query.QueryId, query.State, query.Request.Settings.User, query.Request.Sql, query.Created)
        {
            Ended = query.Ended,
            Catalog = query.Request.Settings.Catalog,
            Schema = query.Request.Settings.Schema,
            Source = query.Request.Source,
            OutputRows = query.OutputRows,
            PeakMemory = query.Memory.PeakBytes,
            ErrorName = query.Error?.Code.Name,
            ErrorMessage = query.Error?.Message,
        }),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<TaskInfo> GetTasks() =>
    [
        .. Engine.Runner.Tasks.Select(task => new TaskInfo(
            task.QueryId, task.StageId, task.TaskId, task.Partition, task.Attempt, task.NodeId, task.State)
        {
            OutputRows = task.OutputRows,
            Created = task.Created,
            Ended = task.Ended,
        }),
    ];

    private static QueryContext ContextOf(ConnectorSession session) =>
        new(session.QueryId, session.User, session.StartTime) { TimeZone = session.TimeZone };

    private IEnumerable<Catalog> Matching(SystemFilter filter) =>
        Engine.Metadata.Catalogs.Catalogs.Where(catalog => filter.Catalog is null || filter.Catalog == catalog.Name);

    // A source that is down hides its own tables only, unless just they were asked for.
    private async ValueTask<IReadOnlyList<string>> TryListSchemasAsync(
        QueryContext context, Catalog catalog, SystemFilter filter, CancellationToken cancellationToken)
    {
        try
        {
            return await Engine.Metadata.ListSchemasAsync(context, catalog, cancellationToken).ConfigureAwait(false);
        }
        catch (QueryException) when (filter.Catalog is null)
        {
            return [];
        }
    }

    private async ValueTask<IReadOnlyList<SchemaTableName>> TryListTablesAsync(
        QueryContext context, Catalog catalog, SystemFilter filter, CancellationToken cancellationToken)
    {
        if (filter.Schema == EngineMetadata.InformationSchema)
            return [];
        try
        {
            var tables = new List<SchemaTableName>();
            await foreach (SchemaTableName table in Engine.Metadata.ListTablesAsync(context, catalog, filter.Schema, cancellationToken).ConfigureAwait(false))
                if (filter.Table is null || filter.Table == table.Table)
                    tables.Add(table);
            return tables;
        }
        catch (QueryException) when (filter.Catalog is null)
        {
            return [];
        }
    }

    // Dropped since it was listed, or out of reach by now: it has no columns to show.
    private async ValueTask<IReadOnlyList<TableColumn>> TryDescribeAsync(
        QueryContext context, Catalog catalog, SchemaTableName table, CancellationToken cancellationToken)
    {
        try
        {
            var name = new TargetName(catalog, new RequestedName(table.Schema, IsExact: true), new RequestedName(table.Table, IsExact: true));
            return await Engine.Metadata.FindAsync(context, name, cancellationToken).ConfigureAwait(false) is ResolvedTable found ? found.Schema.Columns : [];
        }
        catch (QueryException)
        {
            return [];
        }
    }
}
