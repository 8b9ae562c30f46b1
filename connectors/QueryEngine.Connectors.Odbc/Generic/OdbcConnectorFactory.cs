using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Generic;

/// <summary>Catalogs over any source that has an ODBC driver.</summary>
public sealed class OdbcConnectorFactory : IConnectorFactory
{
    /// <inheritdoc/>
    public string Name => "odbc";

    /// <inheritdoc/>
    public ConnectorManifest Manifest { get; } = new("ODBC", "Any source that has an ODBC driver, read by blocks of columns with what the driver tells of it.")
    {
        Category = ConnectorCategory.Database,
        Status = ConnectorStatus.Stable,
        Base = "adonet",
        Client = "unixODBC (LGPL 2.1) and the source's own driver",
        Pushdown = SqlPushdown.Kinds,
        Capabilities = ConnectorCapabilities.None,
        ReadConsistency = SnapshotConsistency.Snapshot,
        SplitStrategies = ["none"],
        UrlExamples = ["odbc:///?dsn=warehouse", "odbc:///?driver=PostgreSQL%20Unicode&server=db&database=shop&uid=me&pwd=secret"],
        TestGrade = TestGrade.Real,
        TestedAgainst = ["psqlodbc 13", "SQLite ODBC 0.9998", "MariaDB Connector/ODBC 3.1"],
        Limitations = ["Only reads.", "Text is compared by the source and again by the engine, since drivers do not tell collations."],
    };

    /// <inheritdoc/>
    public IReadOnlyList<Type> HandleTypes { get; } = [.. SqlTableHandle.Types, typeof(OdbcSplit)];

    /// <inheritdoc/>
    public IReadOnlyList<PropertySpec> Properties { get; } =
    [
        new("connection-string", "A connection string of ODBC: Driver={...};Server=...;Uid=...;Pwd=....") { IsRequired = true, IsSecret = true },
        new("connect-timeout", "Seconds to wait for a connection.") { Default = "15", Type = PropertyType.Integer, Min = 1, Max = 1024 },
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> UrlSchemes { get; } = ["odbc"];

    /// <summary>Every option of the URL is a part of the connection string.</summary>
    public IReadOnlyDictionary<string, string> ParseUrl(Uri url)
    {
        var text = new OdbcConnectionString();
        foreach ((string name, string value) in SqlUrl.ReadOptions(url))
            text.Add(name, value);
        return new Dictionary<string, string> { ["connection-string"] = text.ToString() };
    }

    /// <inheritdoc/>
    public ValueTask<IConnector> CreateAsync(ConnectorContext context, PropertyBag properties, CancellationToken cancellationToken) =>
        new(new OdbcConnector(new OdbcTarget(properties.Get("connection-string"), "ODBC source")
        {
            ConnectTimeout = properties.GetInteger("connect-timeout", 1, 1024),
        }));
}

/// <summary>A catalog over one source.</summary>
internal sealed class OdbcConnector : IConnector, ISupportsRemoteQueries
{
    private readonly OdbcPool _pool;

    /// <summary>A source by its dialect, or by what its driver tells.</summary>
    public OdbcConnector(OdbcTarget target, OdbcDialect? known = null)
    {
        _pool = new OdbcPool(target);
        OdbcDialect dialect = known ?? new OdbcDialect(new Lazy<OdbcSourceInfo>(Probe, LazyThreadSafetyMode.PublicationOnly));
        Metadata = new OdbcMetadata(_pool, dialect);
        RecordSets = new OdbcRecordSetProvider(_pool, dialect, zeroIsNull: false);
    }

    /// <inheritdoc/>
    public IConnectorMetadata Metadata { get; }

    /// <inheritdoc/>
    public ISplitManager Splits { get; } = new OdbcWholeTable();

    /// <inheritdoc/>
    public IRecordSetProvider RecordSets { get; }

    /// <inheritdoc/>
    public ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken) =>
        new(new SqlTableHandle(RemoteTable.OfQuery(query)));

    /// <inheritdoc/>
    public async ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) =>
        await _pool.RunAsync(work => work.Execute(statement), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _pool.Dispose();
        return default;
    }

    private OdbcSourceInfo Probe()
    {
        OdbcConnection connection = _pool.Rent();
        try
        {
            return OdbcSourceInfo.Probe(connection);
        }
        finally
        {
            _pool.Return(connection);
        }
    }

    private sealed class OdbcWholeTable : ISplitManager
    {
        public async IAsyncEnumerable<Split> GetSplitsAsync(
            ConnectorSession session, TableHandle table, SplitRequest request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return new OdbcSplit(null, null, null) { Consistency = SnapshotConsistency.Snapshot };
            await ValueTask.CompletedTask;
        }
    }
}
