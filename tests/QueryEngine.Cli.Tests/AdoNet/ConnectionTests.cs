using System.Data;
using System.Data.Common;
using QueryEngine.Client;
using Xunit;

namespace QueryEngine.Cli.Tests.AdoNet;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Opens_and_closes_and_says_so()
    {
        var changes = new List<ConnectionState>();
        await using var connection = new QueryEngineConnection(Embedded.ConnectionString);
        connection.StateChange += (_, change) => changes.Add(change.CurrentState);

        Assert.Equal(ConnectionState.Closed, connection.State);
        await connection.OpenAsync();
        Assert.Equal("tpch", connection.Database);
        Assert.Equal("embedded", connection.DataSource);
        Assert.Throws<InvalidOperationException>(() => connection.ConnectionString = "Embedded=true");
        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.OpenAsync());
        connection.Close();
        connection.Close();

        Assert.Equal([ConnectionState.Open, ConnectionState.Closed], changes);
    }

    [Fact]
    public async Task Connections_of_one_string_share_an_engine()
    {
        const string connectionString = "Embedded=true;Threads=3";
        await using QueryEngineConnection first = await Embedded.OpenAsync(connectionString);
        await first.ScalarAsync("CREATE TABLE memory.\"default\".shared_by_two AS SELECT 1 AS a");
        await first.CloseAsync();
        await using QueryEngineConnection second = await Embedded.OpenAsync(connectionString);

        Assert.Equal(1, await second.ScalarAsync("SELECT a FROM shared_by_two"));
    }

    [Fact]
    public async Task Keeps_what_statements_set()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await connection.ScalarAsync("USE tpch.sf1");
        Assert.Equal(1_500_000L, await connection.ScalarAsync("SELECT count(*) FROM orders"));
        connection.ChangeDatabase("system");
        Assert.Equal("system", connection.Database);
    }

    [Fact]
    public async Task Commits_what_a_transaction_did_and_takes_the_rest_back()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();
        await connection.ScalarAsync("CREATE TABLE memory.default.kept_by_commit (n integer)");
        await using (DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable))
        {
            await connection.ScalarAsync("INSERT INTO memory.default.kept_by_commit VALUES (1)");
            await transaction.SaveAsync("half");
            await connection.ScalarAsync("INSERT INTO memory.default.kept_by_commit VALUES (2)");
            await transaction.RollbackAsync("half");
            await transaction.CommitAsync();
            Assert.Null(transaction.Connection);
            await Assert.ThrowsAsync<InvalidOperationException>(() => transaction.CommitAsync());
        }

        await using (DbTransaction transaction = connection.BeginTransaction())
        {
            Assert.Throws<InvalidOperationException>(() => connection.BeginTransaction());
            await connection.ScalarAsync("INSERT INTO memory.default.kept_by_commit VALUES (3)");
            Assert.Equal(4L, await connection.ScalarAsync("SELECT sum(n) FROM memory.default.kept_by_commit"));
        }

        Assert.Equal(1L, await connection.ScalarAsync("SELECT sum(n) FROM memory.default.kept_by_commit"));
        await connection.ScalarAsync("DROP TABLE memory.default.kept_by_commit");
    }

    [Fact]
    public async Task Closing_rolls_back_what_was_not_committed()
    {
        await using QueryEngineConnection other = await Embedded.OpenAsync();
        await other.ScalarAsync("CREATE TABLE memory.default.lost_by_closing (n integer)");
        await using (QueryEngineConnection connection = await Embedded.OpenAsync())
        {
            await connection.BeginTransactionAsync();
            await connection.ScalarAsync("INSERT INTO memory.default.lost_by_closing VALUES (1)");
        }

        Assert.Equal(0L, await other.ScalarAsync("SELECT count(*) FROM memory.default.lost_by_closing"));
        await other.ScalarAsync("INSERT INTO memory.default.lost_by_closing VALUES (2)");
        await other.ScalarAsync("DROP TABLE memory.default.lost_by_closing");
    }

    [Fact]
    public void Reads_and_writes_connection_strings()
    {
        var builder = new QueryEngineConnectionStringBuilder("data source=host:8080;DATABASE=pg;search path=public;user id=me;Command Timeout=5");

        Assert.Equal("host:8080", builder.Server);
        Assert.Equal(("pg", "public", "me", 5), (builder.Catalog, builder.Schema, builder.User, builder.CommandTimeout));
        Assert.False(builder.Embedded);
        Assert.Equal("Server=host:8080;Catalog=pg;Schema=public;User=me;CommandTimeout=5", builder.ConnectionString);
        Assert.Throws<ArgumentException>(() => new QueryEngineConnectionStringBuilder("Servr=x"));
        Assert.Throws<ArgumentException>(() => new QueryEngineConnectionStringBuilder("Threads=many"));
        Assert.Throws<ArgumentException>(() => new QueryEngineConnection("Server=ftp://x").Open());
        Assert.Throws<ArgumentException>(() => new QueryEngineConnection("Server=x;Embedded=true").Open());
    }

    [Fact]
    public async Task Is_made_by_its_factory()
    {
        DbProviderFactories.RegisterFactory(QueryEngineFactory.InvariantName, QueryEngineFactory.Instance);
        DbProviderFactory factory = DbProviderFactories.GetFactory("QueryEngine.Client");
        await using DbDataSource source = factory.CreateDataSource(Embedded.ConnectionString);
        await using DbConnection connection = await source.OpenConnectionAsync();
        await using DbCommand command = factory.CreateCommand()!;
        command.Connection = connection;
        command.CommandText = "SELECT @a + 1";
        DbParameter parameter = factory.CreateParameter()!;
        (parameter.ParameterName, parameter.Value) = ("a", 41);
        command.Parameters.Add(parameter);

        Assert.Equal(42, await command.ExecuteScalarAsync());
        Assert.Same(factory, DbProviderFactories.GetFactory(connection));
    }

    [Fact]
    public async Task Describes_what_there_is()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync();

        DataTable collections = connection.GetSchema();
        Assert.Contains("Tables", collections.Rows.Cast<DataRow>().Select(row => (string)row["CollectionName"]));
        foreach (DataRow row in collections.Rows)
        {
            string?[] restrictions = (int)row["NumberOfRestrictions"] > 0 ? ["tpch"] : [];
            Assert.NotEmpty(connection.GetSchema((string)row["CollectionName"], restrictions).Columns);
        }


        DataTable tables = connection.GetSchema("Tables", ["tpch", "tiny"]);
        Assert.Contains("lineitem", tables.Rows.Cast<DataRow>().Select(row => row["TABLE_NAME"]));
        DataTable columns = await connection.GetSchemaAsync("Columns", ["tpch", "tiny", "region"]);
        Assert.Equal(["r_regionkey", "r_name", "r_comment"], columns.Rows.Cast<DataRow>().Select(row => row["COLUMN_NAME"]));
        Assert.Throws<ArgumentException>(() => connection.GetSchema("Nothing"));
    }
}
