using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.PostgreSql.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>A catalog over one PostgreSQL database.</summary>
internal sealed partial class PostgresConnector : IConnector, ISupportsRemoteQueries, ISupportsAccessControl
{
    private readonly PostgresOptions _options;
    private readonly PostgresDatabase _server;
    private readonly PostgresSnapshots _snapshots;
    private readonly PostgresDialect _dialect;
    private readonly PostgresWrites _writes;

    public PostgresConnector(PostgresOptions options, TimeProvider time)
    {
        var dialect = _dialect = new PostgresDialect(options.CollatesText);
        _options = options;
        _server = new PostgresDatabase(options);
        _writes = new PostgresWrites(_server);
        _snapshots = new PostgresSnapshots(_server, time);
        Metadata = new PostgresMetadata(_server, dialect);
        Splits = new PostgresSplitManager(_server, _snapshots, dialect);
        RecordSets = new PostgresRecordSetProvider(_server, _snapshots, dialect);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; }

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <summary>Exported snapshots held now, for tests.</summary>
    internal int OpenSnapshots => _snapshots.Count;

    /// <inheritdoc/>
    public ValueTask EndQueryAsync(string queryId) => _snapshots.EndQueryAsync(queryId);

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) =>
        await _writes.RunAsync([statement], cancellationToken);

    /// <inheritdoc/>
    public ValueTask CheckAccessAsync(ConnectorSession session, AccessRequest request, CancellationToken cancellationToken)
    {
        SqlAccess.Check(_options.IsReadOnly, _options.Address, request.Kind);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync();
        await _snapshots.DisposeAsync();
        await _server.DisposeAsync();
    }
}
