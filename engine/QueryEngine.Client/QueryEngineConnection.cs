using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using QueryEngine.Client.Schema;
using QueryEngine.Client.Services;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Client;

/// <summary>
/// A session on a server, or on an engine in this process that all embedded connections of the same connection string share. USE, SET
/// SESSION and PREPARE last as long as the connection is open. One command runs at a time.
/// </summary>
public sealed class QueryEngineConnection : DbConnection
{
    private readonly Lock _lock = new();
    private QueryEngineConnectionStringBuilder _options = new();
    private string _connectionString = string.Empty;
    private ServicePool.ServiceLease? _lease;
    private SessionSettings? _settings;
    private ConnectionState _state = ConnectionState.Closed;

    /// <summary>A connection that has no connection string yet.</summary>
    public QueryEngineConnection()
    {
    }

    /// <summary>A closed connection.</summary>
    public QueryEngineConnection(string? connectionString) => ConnectionString = connectionString;

    /// <inheritdoc/>
    [AllowNull]
    public override string ConnectionString
    {
        get => _connectionString;
        set
        {
            if (State != ConnectionState.Closed)
                throw new InvalidOperationException("the connection string cannot change while the connection is open");
            _options = new QueryEngineConnectionStringBuilder(value);
            _connectionString = value ?? string.Empty;
        }
    }

    /// <summary>The current catalog.</summary>
    public override string Database => _settings?.Catalog ?? _options.Catalog ?? new SessionSettings(string.Empty).Catalog;

    /// <summary>The server's address, or <c>embedded</c>.</summary>
    public override string DataSource => _options.Server ?? "embedded";

    /// <inheritdoc/>
    public override string ServerVersion
    {
        get
        {
            EnsureOpen();
            return typeof(QueryEngineConnection).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
        }
    }

    /// <inheritdoc/>
    public override ConnectionState State => _state;

    /// <summary>What went wrong with single catalogs of an embedded engine when it started; the others work.</summary>
    public IReadOnlyList<QueryEngineException> Warnings =>
        [.. _lease?.Service.Warnings.Select(warning => new QueryEngineException(warning)) ?? []];

    /// <inheritdoc/>
    public override bool CanCreateBatch => false;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => QueryEngineFactory.Instance;

    /// <summary>The seconds that commands may take.</summary>
    internal int DefaultCommandTimeout => _options.CommandTimeout;

    /// <summary>What the statements so far have set.</summary>
    internal SessionSettings Settings
    {
        get => _settings ?? throw new InvalidOperationException("the connection is not open");
        set => _settings = value;
    }

    /// <summary>The name that the application gives itself.</summary>
    internal string? ApplicationName => _options.ApplicationName;

    /// <summary>The session's time zone; UTC where this machine does not know it.</summary>
    internal TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(Settings.TimeZone, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The reader that is open; there is one at a time.</summary>
    internal QueryEngineDataReader? Reader { get; set; }

    /// <summary>Stops the engines of closed connections in this process; those of open ones stop when they close.</summary>
    public static Task ClearAllPoolsAsync() => ServicePool.Shared.ClearAsync().AsTask();

    /// <inheritdoc/>
    public override void Open() => Blocking.Run(() => OpenCoreAsync(CancellationToken.None));

    /// <inheritdoc/>
    public override Task OpenAsync(CancellationToken cancellationToken) => OpenCoreAsync(cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Close()
    {
        if (_state != ConnectionState.Closed)
            Blocking.Run(CloseCoreAsync);
    }

    /// <inheritdoc/>
    public override Task CloseAsync() => CloseCoreAsync().AsTask();

    /// <summary>Makes another catalog the current one.</summary>
    public override void ChangeDatabase(string databaseName)
    {
        EnsureOpen();
        ArgumentException.ThrowIfNullOrEmpty(databaseName);
        Settings = Settings with { Catalog = databaseName };
    }

    /// <inheritdoc cref="DbConnection.CreateCommand"/>
    public new QueryEngineCommand CreateCommand() => new() { Connection = this };

    /// <inheritdoc/>
    public override DataTable GetSchema() => GetSchema(DbMetaDataCollectionNames.MetaDataCollections);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName) => GetSchema(collectionName, []);

    /// <inheritdoc/>
    public override DataTable GetSchema(string collectionName, string?[] restrictionValues) =>
        Blocking.Run(() => SchemaCollections.GetAsync(this, collectionName, restrictionValues, CancellationToken.None));

    /// <inheritdoc/>
    public override Task<DataTable> GetSchemaAsync(CancellationToken cancellationToken = default) =>
        GetSchemaAsync(DbMetaDataCollectionNames.MetaDataCollections, cancellationToken);

    /// <inheritdoc/>
    public override Task<DataTable> GetSchemaAsync(string collectionName, CancellationToken cancellationToken = default) =>
        GetSchemaAsync(collectionName, [], cancellationToken);

    /// <inheritdoc/>
    public override Task<DataTable> GetSchemaAsync(
        string collectionName, string?[] restrictionValues, CancellationToken cancellationToken = default) =>
        SchemaCollections.GetAsync(this, collectionName, restrictionValues, cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseCoreAsync();
        await base.DisposeAsync();
    }

    /// <summary>Starts a statement in this session.</summary>
    internal async ValueTask<IStatementResult> ExecuteAsync(
        string statement, ValueList<StatementParameter> parameters, CancellationToken cancellationToken)
    {
        EnsureOpen();
        var request = new StatementRequest(statement, Settings) { Parameters = parameters, Source = ApplicationName };
        return await _lease!.Service.Statements.ExecuteAsync(request, cancellationToken);
    }

    /// <summary>Complains unless the connection is open.</summary>
    internal void EnsureOpen()
    {
        if (State != ConnectionState.Open)
            throw new InvalidOperationException($"the connection is {State.ToString().ToLowerInvariant()}, not open");
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        Blocking.Run(() => QueryEngineTransaction.BeginAsync(this, isolationLevel, CancellationToken.None));

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await QueryEngineTransaction.BeginAsync(this, isolationLevel, cancellationToken);

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private async ValueTask OpenCoreAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_state != ConnectionState.Closed)
                throw new InvalidOperationException("the connection is open already");
            _state = ConnectionState.Connecting;
        }

        try
        {
            _lease = await ServicePool.Shared.RentAsync(_options.ToServiceOptions(), cancellationToken);
            _settings = NewSettings(_options);
        }
        catch (QueryException error)
        {
            _state = ConnectionState.Closed;
            throw new QueryEngineException(error);
        }
        catch
        {
            _state = ConnectionState.Closed;
            throw;
        }

        _state = ConnectionState.Open;
        OnStateChange(new StateChangeEventArgs(ConnectionState.Closed, ConnectionState.Open));
    }

    private async ValueTask CloseCoreAsync()
    {
        if (_state == ConnectionState.Closed)
            return;
        if (Reader is { } reader)
            await reader.DisposeAsync();
        if (_lease is { } lease)
        {
            await AbandonTransactionAsync(lease);
            await lease.DisposeAsync();
        }

        (_lease, _settings, _state) = (null, null, ConnectionState.Closed);
        OnStateChange(new StateChangeEventArgs(ConnectionState.Open, ConnectionState.Closed));
    }

    // Nobody can end it any more. That the server is gone must not keep the connection from closing.
    private async ValueTask AbandonTransactionAsync(ServicePool.ServiceLease lease)
    {
        if (_settings?.Transaction is null)
            return;
        try
        {
            await using IStatementResult result = await lease.Service.Statements.ExecuteAsync(new StatementRequest("ROLLBACK", _settings), CancellationToken.None);
            await foreach (RecordBatch batch in result.ReadAsync(CancellationToken.None))
                batch.Dispose();
        }
        catch (QueryException)
        {
        }
    }

    private static SessionSettings NewSettings(QueryEngineConnectionStringBuilder options)
    {
        var settings = new SessionSettings(options.User);
        return settings with
        {
            Catalog = options.Catalog ?? settings.Catalog,
            Schema = options.Schema ?? settings.Schema,
            TimeZone = options.TimeZone ?? settings.TimeZone,
        };
    }
}
