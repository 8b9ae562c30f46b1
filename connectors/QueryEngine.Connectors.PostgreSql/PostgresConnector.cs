using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>A catalog over one PostgreSQL database.</summary>
internal sealed class PostgresConnector : IConnector
{
    private readonly PostgresDatabase _server;
    private readonly PostgresSnapshots _snapshots;

    public PostgresConnector(PostgresOptions options, TimeProvider time)
    {
        var dialect = new PostgresDialect(options.CollatesText);
        _server = new PostgresDatabase(options);
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
    public async ValueTask DisposeAsync()
    {
        await _snapshots.DisposeAsync();
        await _server.DisposeAsync();
    }
}
