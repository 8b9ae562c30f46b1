using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.PostgreSql;

/// <summary>Which functions of dates and text are sent to the server, and in which form. That their answers agree is in tests/sql-catalogs.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresFunctionPushdownTests(PostgresServer server)
{
    private static readonly ConnectorConstant _month = new("month", SqlType.Varchar);

    public static TheoryData<string, string> Sent() => new()
    {
        { "year", "(extract(year FROM \"day\")::bigint)" },
        { "date_trunc", "date_trunc('month', (\"moment\")::timestamp)" },
        { "$add", "(\"day\" + " },
        { "trim", "(btrim(\"word\"))" },
        { "left", "(left(\"word\", " },
        { "$case", "(CASE WHEN (\"word\" IS NULL) THEN " },
    };

    [Theory]
    [MemberData(nameof(Sent))]
    public async Task A_function_is_computed_by_the_server(string function, string expected)
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS functions", "CREATE TABLE functions (day date, moment timestamp, word text)");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "functions");
        (ConnectorColumn day, ConnectorColumn moment, ConnectorColumn word) = (new(columns[0]), new(columns[1]), new(columns[2]));
        ConnectorCall call = function switch
        {
            "year" => new(function, [day], SqlType.BigInt),
            "date_trunc" => new(function, [_month, moment], SqlType.Timestamp),
            "$add" => new(function, [day, new ConnectorConstant(30, SqlType.Integer)], SqlType.Date),
            "trim" => new(function, [word], SqlType.Varchar),
            "left" => new(function, [word, new ConnectorConstant(3L, SqlType.BigInt)], SqlType.Varchar),
            _ => new(function, [ConnectorReading.Call("$is_null", word), new ConnectorConstant(1, SqlType.Integer), new ConnectorConstant(null, SqlType.Integer)], SqlType.Integer),
        };

        PushdownAnswer answer = connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([ConnectorReading.Call("$is_null", call)]));

        var pushed = Assert.IsType<PushdownAccepted>(answer);
        Assert.Empty(pushed.Residual);
        Assert.Contains(expected, connector.Metadata.DescribeScan(pushed.Handle, columns)!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_ten_thousand_values_leaves_the_other_rows_at_the_server()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS listed", "CREATE TABLE listed AS SELECT i FROM generate_series(1, 30000) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "listed");
        ConnectorExpression[] list = [new ConnectorColumn(columns[0]), .. Enumerable.Range(1, 10_000).Select(i => new ConnectorConstant(i * 3, SqlType.Integer))];

        var pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(
            ConnectorReading.Session, handle, new PushFilter([new ConnectorCall("$in", ValueList.Create<ConnectorExpression>(list), SqlType.Boolean)])));

        var rows = new List<object?[]>();
        foreach (Split split in await connector.SplitsAsync(pushed.Handle))
            rows.AddRange(await connector.ReadAsync(pushed.Handle, columns, split));
        Assert.Empty(pushed.Residual);
        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => i * 3), rows.Select(row => (int)row[0]!).Order());
    }
}
