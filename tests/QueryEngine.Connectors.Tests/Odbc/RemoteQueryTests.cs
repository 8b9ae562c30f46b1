using QueryEngine.Connectors.Tests.PostgreSql;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

/// <summary>Queries in the server's own language.</summary>
internal static class RemoteQueries
{
    public static async Task<(TableSchema Schema, List<object?[]> Rows)> RunAsync(IConnector connector, string query)
    {
        TableHandle handle = await ((ISupportsRemoteQueries)connector).FindQueryAsync(ConnectorReading.Session, query, default);
        TableSchema schema = await connector.Metadata.DescribeAsync(ConnectorReading.Session, handle, default);
        List<object?[]> rows = await connector.ReadAsync(
            handle, [.. schema.Columns.Select(column => column.Handle)], (await connector.SplitsAsync(handle, parallelism: 4)).Single());
        return (schema, rows);
    }
}

[Collection(MariaDbTests.Name)]
public sealed class MariaDbRemoteQueryTests(MariaDbServer server)
{
    [Fact]
    public async Task A_query_has_the_types_that_the_server_gives_it()
    {
        await using IConnector connector = await MariaDbTests.OpenAsync(server);

        (TableSchema schema, List<object?[]> rows) = await RemoteQueries.RunAsync(
            connector, "SELECT seq AS n, CAST(seq / 4 AS DECIMAL(10,2)) AS quarter, concat('é', seq) AS t, DATE'2020-02-29' AS d FROM seq_1_to_3 ORDER BY n -- mine");

        Assert.Equal(["n", "quarter", "t", "d"], schema.Columns.Select(column => column.Name));
        Assert.Equal(SqlType.Decimal(10, 2), schema.Columns[1].Type);
        Assert.Equal(["é1", "é2", "é3"], rows.Select(row => row[2]).Order());
        Assert.Equal([25L, 50L, 75L], rows.Select(row => row[1]).Order());
    }
}

[Collection(PostgresTests.Name)]
public sealed class PostgresRemoteQueryTests(PostgresServer server)
{
    [Fact]
    public async Task A_query_has_the_types_that_the_server_gives_it()
    {
        await using IConnector connector = await PostgresTests.OpenAsync(server);

        (TableSchema schema, List<object?[]> rows) = await RemoteQueries.RunAsync(
            connector, "WITH w AS (SELECT i FROM generate_series(1, 3) i) SELECT i, (i / 4.0)::numeric(10,2) AS quarter, ARRAY[i] AS a, 'é' || i AS t FROM w; ");

        Assert.Equal([SqlType.Integer, SqlType.Decimal(10, 2), SqlType.Array(SqlType.Integer), SqlType.Varchar], schema.Columns.Select(column => column.Type));
        Assert.Equal(["é1", "é2", "é3"], rows.Select(row => row[3]).Order());
    }
}
