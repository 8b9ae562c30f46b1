using QueryEngine.Connectors.Sqlite;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Sqlite;

public sealed class SqliteTests : IDisposable
{
    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_value_of_another_kind_than_declared_is_an_error_that_names_its_place()
    {
        _file.Execute("CREATE TABLE t (id INTEGER PRIMARY KEY, amount INTEGER)", "INSERT INTO t VALUES (7, 1), (9, 'many')");
        await using IConnector connector = await _file.OpenAsync();

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("main", "t"));

        Assert.Equal(ErrorCode.InvalidData, error.Code);
        Assert.Equal("column amount of table t holds the text 'many' in the row with rowid 9, not a whole number", error.Message);
    }

    [Theory]
    [InlineData("'1994-02-28'", 8824)]
    [InlineData("'1994-02-28 23:59:59.5'", 8824)]
    [InlineData("'1994-02-28T23:30:00-01:00'", 8825)]
    [InlineData("'0001-01-01'", -719162)]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    [InlineData("2440588.5", 1)]
    public async Task Dates_are_read_from_text_unix_seconds_and_julian_days(string value, int days)
    {
        _file.Execute("CREATE TABLE t (d DATE)", $"INSERT INTO t VALUES ({value})");
        await using IConnector connector = await _file.OpenAsync();

        Assert.Equal(days, Assert.Single(await connector.ReadAllAsync("main", "t"))[0]);
    }

    [Theory]
    [InlineData("'1994-02-30'")]
    [InlineData("'1994-1-1'")]
    [InlineData("'now'")]
    [InlineData("x'00'")]
    public async Task What_is_no_date_is_an_error(string value)
    {
        _file.Execute("CREATE TABLE t (d DATE)", $"INSERT INTO t VALUES ({value})");
        await using IConnector connector = await _file.OpenAsync();

        await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("main", "t"));
    }

    [Theory]
    [InlineData("DECIMAL(10,2)", "1.005", "101")]
    [InlineData("DECIMAL(10,2)", "-1.005", "-101")]
    [InlineData("DECIMAL(10,2)", "7", "700")]
    [InlineData("DECIMAL(38,4) CHECK (1) ", "9e33", "90000000000000000000000000000000000000")]
    [InlineData("DECIMAL(18,0)", "999999999999999999", "999999999999999999")]
    public async Task Decimals_are_rounded_to_their_scale(string type, string value, string unscaled)
    {
        _file.Execute($"CREATE TABLE t (d {type})", $"INSERT INTO t VALUES ({value})");
        await using IConnector connector = await _file.OpenAsync();

        Assert.Equal(unscaled, Assert.Single(await connector.ReadAllAsync("main", "t"))[0]!.ToString());
    }

    [Fact]
    public async Task A_decimal_of_too_many_digits_is_an_error()
    {
        _file.Execute("CREATE TABLE t (d DECIMAL(3,1))", "INSERT INTO t VALUES (99.96)");
        await using IConnector connector = await _file.OpenAsync();

        await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("main", "t"));
    }

    [Fact]
    public async Task Tables_without_a_free_rowid_are_one_split_and_others_are_cut_by_it()
    {
        _file.Execute(
            "CREATE TABLE plain (rowid TEXT, v INTEGER)",
            "INSERT INTO plain WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) SELECT 'r' || i, i FROM n",
            "CREATE TABLE keyed (k INTEGER PRIMARY KEY, v INTEGER) WITHOUT ROWID",
            "INSERT INTO keyed SELECT v, v FROM plain",
            "CREATE VIEW seen AS SELECT v FROM plain");
        await using IConnector connector = await _file.OpenAsync();

        Assert.Equal(3, (await connector.SplitsAsync((await connector.FindAsync("main", "plain")).Handle, 8)).Count);
        Assert.Single(await connector.SplitsAsync((await connector.FindAsync("main", "keyed")).Handle, 8));
        Assert.Single(await connector.SplitsAsync((await connector.FindAsync("main", "seen")).Handle, 8));
        foreach (string table in (string[])["plain", "keyed", "seen"])
            Assert.Equal(120000 * 120001L / 2, (await connector.ReadAllAsync("main", table, 8)).Sum(row => (long)row[^1]!));
    }

    [Fact]
    public async Task The_extreme_rowids_are_in_some_split()
    {
        _file.Execute("CREATE TABLE t (v INTEGER)", "INSERT INTO t (rowid, v) VALUES (-9223372036854775808, 1), (0, 2), (9223372036854775807, 3)");
        await using IConnector connector = await _file.OpenAsync();

        List<object?[]> rows = await connector.ReadAllAsync("main", "t", 5);

        Assert.Equal([1L, 2L, 3L], rows.Select(row => row[0]).Order());
    }

    [Fact]
    public async Task Cancellation_interrupts_a_query_that_gives_no_row()
    {
        _file.Execute("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n");
        await using IConnector connector = await _file.OpenAsync();
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "endless");
        using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.ReadAsync(handle, columns, new SqliteSplit(null, null, null), canceled.Token));
    }

    [Fact]
    public async Task Text_in_other_collations_is_compared_by_code_point()
    {
        _file.Execute("CREATE TABLE t (name TEXT COLLATE NOCASE)", "INSERT INTO t VALUES ('a'), ('A'), ('b')");
        await using IConnector connector = await _file.OpenAsync();
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");

        ConnectorExpression equal = ConnectorReading.Call("$eq", new ConnectorColumn(columns[0]), new ConnectorConstant("a", SqlType.Varchar));
        PushdownAccepted pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([equal])));

        Assert.Equal("SELECT \"name\" FROM \"main\".\"t\" WHERE ((\"name\" COLLATE BINARY) = 'a')", connector.Metadata.DescribeScan(pushed.Handle, columns));
        Assert.Equal("a", Assert.Single(await connector.ReadAsync(pushed.Handle, columns, new SqliteSplit(null, null, null)))[0]);
    }

    [Fact]
    public async Task A_file_that_is_not_there_fails_the_first_query_and_not_the_catalog()
    {
        var factory = new SqliteConnectorFactory();
        IConnector connector = await factory.CreateAsync(
            new ConnectorContext("lite"), PropertyBag.Check("sqlite", factory.Properties, factory.ParseUrl(new Uri("sqlite:///no/such/dir/app.db"))), default);

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.FindAsync("main", "t"));

        Assert.Equal(ErrorCode.ConnectionFailure, error.Code);
        Assert.Contains("/no/such/dir/app.db", error.Message);
    }

    [Fact]
    public void A_URL_is_a_path_and_options()
    {
        IReadOnlyDictionary<string, string> properties = new SqliteConnectorFactory().ParseUrl(new Uri("sqlite:///data/my%20app.db?busy-timeout=9"));

        Assert.Equal("/data/my app.db", properties["path"]);
        Assert.Equal("9", properties["busy-timeout"]);
        Assert.Throws<QueryException>(() => new SqliteConnectorFactory().ParseUrl(new Uri("sqlite://host/app.db")));
    }
}
