using System.Data.Common;

namespace QueryEngine.Client;

/// <summary>Hands out connections of one connection string, for dependency injection.</summary>
public sealed class QueryEngineDataSource(string connectionString) : DbDataSource
{
    /// <inheritdoc/>
    public override string ConnectionString { get; } = new QueryEngineConnectionStringBuilder(connectionString).ConnectionString;

    /// <inheritdoc cref="DbDataSource.CreateConnection"/>
    public new QueryEngineConnection CreateConnection() => new(ConnectionString);

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();
}
