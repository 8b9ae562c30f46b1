using System.Data.Common;

namespace QueryEngine.Client;

/// <summary>
/// Makes the provider's objects for code that knows no provider. Register it once:
/// <c>DbProviderFactories.RegisterFactory(QueryEngineFactory.InvariantName, QueryEngineFactory.Instance)</c>.
/// </summary>
public sealed class QueryEngineFactory : DbProviderFactory
{
    /// <summary>The provider's name.</summary>
    public const string InvariantName = "QueryEngine.Client";

    /// <summary>The only instance, found by this name through reflection.</summary>
    public static readonly QueryEngineFactory Instance = new();

    private QueryEngineFactory()
    {
    }

    /// <inheritdoc/>
    public override bool CanCreateDataAdapter => false;

    /// <inheritdoc/>
    public override bool CanCreateCommandBuilder => false;

    /// <inheritdoc/>
    public override DbCommand CreateCommand() => new QueryEngineCommand();

    /// <inheritdoc/>
    public override DbConnection CreateConnection() => new QueryEngineConnection();

    /// <inheritdoc/>
    public override DbConnectionStringBuilder CreateConnectionStringBuilder() => new QueryEngineConnectionStringBuilder();

    /// <inheritdoc/>
    public override DbParameter CreateParameter() => new QueryEngineParameter();

    /// <inheritdoc/>
    public override DbDataSource CreateDataSource(string connectionString) => new QueryEngineDataSource(connectionString);
}
