using System.Globalization;
using System.Numerics;
using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.PostgreSql;

[Collection(PostgresTests.Name)]
public sealed class PostgresReadingTests(PostgresServer server)
{
    [Fact]
    public async Task All_splits_read_the_snapshot_of_the_moment_when_they_were_made()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS snap", "CREATE TABLE snap AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 20000) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("pages-per-split", "10"));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "snap");
        List<Split> splits = await connector.SplitsAsync(handle, 2);
        Assert.Equal(8, splits.Count);
        Assert.All(splits, split => Assert.Equal(SnapshotConsistency.Snapshot, split.Consistency));
        Assert.Equal(1, connector.OpenSnapshots);

        await server.ExecuteAsync("DELETE FROM snap WHERE i % 2 = 0", "INSERT INTO snap SELECT i, 'new' FROM generate_series(20001, 30000) i", "UPDATE snap SET filler = 'changed'");
        var rows = new List<object?[]>();
        foreach (Split split in splits)
            rows.AddRange(await connector.ReadAsync(handle, [columns[0]], split));

        Assert.Equal(Enumerable.Range(1, 20000), rows.Select(row => (int)row[0]!).Order());
        Assert.Equal(0, connector.OpenSnapshots);
    }

    [Fact]
    public async Task The_end_of_a_query_releases_its_snapshot()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS ended", "CREATE TABLE ended AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 5000) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("pages-per-split", "10"));
        (TableHandle handle, _) = await connector.FindAsync("public", "ended");
        await connector.SplitsAsync(handle, 2);
        Assert.Equal(1, connector.OpenSnapshots);

        await connector.EndQueryAsync("another");
        Assert.Equal(1, connector.OpenSnapshots);
        await connector.EndQueryAsync(ConnectorReading.Session.QueryId);

        Assert.Equal(0, connector.OpenSnapshots);
    }

    [Fact]
    public async Task Splits_of_partitions_and_of_inherited_tables_cover_them_once()
    {
        await server.ExecuteAsync(
            "DROP TABLE IF EXISTS parted, parent CASCADE",
            "CREATE TABLE parted (i int, filler text) PARTITION BY RANGE (i)",
            "CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (0) TO (1000)",
            "CREATE TABLE parted_b (filler text, i int)",
            "ALTER TABLE parted ATTACH PARTITION parted_b FOR VALUES FROM (1000) TO (100000)",
            "INSERT INTO parted SELECT i, repeat('x', 300) FROM generate_series(0, 9999) i",
            "CREATE TABLE parent (i int, filler text)",
            "CREATE TABLE child () INHERITS (parent)",
            "INSERT INTO parent SELECT i, repeat('x', 300) FROM generate_series(0, 999) i",
            "INSERT INTO child SELECT i, repeat('x', 300) FROM generate_series(1000, 9999) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("pages-per-split", "20"));
        foreach (string table in (string[])["parted", "parent"])
        {
            (TableHandle handle, _) = await connector.FindAsync("public", table);
            Assert.True((await connector.SplitsAsync(handle, 3)).Count > 1);
            List<object?[]> rows = await connector.ReadAllAsync("public", table, 3);
            Assert.Equal(Enumerable.Range(0, 10000), rows.Select(row => (int)row[0]!).Order());
        }
    }

    [Fact]
    public async Task Cancellation_stops_the_query_at_the_server()
    {
        await server.ExecuteAsync("CREATE OR REPLACE VIEW slow AS SELECT count(*) AS marker_slow FROM generate_series(1, 1000000000) i WHERE i % 3 = 0");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "slow");
        using var canceled = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        long start = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => connector.ReadAsync(handle, columns, new PostgresSplit(0, null, null, null), canceled.Token));

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(8));
        await AssertNothingRunsAsync("marker_slow");
    }

    [Fact]
    public async Task A_reader_that_is_left_early_stops_the_query_at_the_server()
    {
        await server.ExecuteAsync("CREATE OR REPLACE VIEW wide AS SELECT i AS marker_wide, repeat('x', 1000) FROM generate_series(1, 3000000) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "wide");

        var scan = new ScanRequest(ConnectorReading.Session, handle, new PostgresSplit(0, null, null, null), [.. columns]);
        await foreach (RecordBatch batch in connector.RecordSets.ReadAsync(scan, default))
        {
            batch.Dispose();
            break;
        }

        Assert.True(scan.Metrics.Bytes < 100_000_000, $"{scan.Metrics.Bytes} of 3 billion bytes were read");
        await AssertNothingRunsAsync("marker_wide");
    }

    [Fact]
    public async Task Numbers_of_up_to_38_digits_are_read_exactly()
    {
        var random = new Random(42);
        var texts = new List<string> { "0", "1", "-1", "0.0000000001", "-9999999999999999999999999999.9999999999", "9999999999999999999999999999.9999999999", "10000", "0.0001", "10000.0001" };
        while (texts.Count < 3000)
        {
            int whole = random.Next(0, 29), fraction = random.Next(0, 11);
            string digits = string.Concat(Enumerable.Range(0, whole + fraction).Select(_ => random.Next(4) == 0 ? '0' : (char)('0' + random.Next(10))));
            texts.Add($"{(random.Next(2) == 0 ? "-" : "")}0{digits[..whole]}.{digits[whole..]}0");
        }

        await server.ExecuteAsync(
            "DROP TABLE IF EXISTS numbers",
            $"CREATE TABLE numbers AS SELECT t::numeric(38,10) AS long, t::numeric AS loose, t FROM unnest(ARRAY['{string.Join("','", texts)}']) t",
            "CREATE OR REPLACE VIEW short_numbers AS SELECT long::numeric(18,10) AS short, t FROM numbers WHERE abs(long) < 10000000");
        foreach (string table in (string[])["numbers", "short_numbers"])
        {
            await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("decimal-mapping", "decimal"));
            List<object?[]> rows = await connector.ReadAllAsync("public", table);
            Assert.True(rows.Count > 100);
            foreach (object?[] row in rows)
            {
                string text = (string)row[^1]!;
                BigInteger expected = BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                int point = text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
                expected = point > 10 ? expected / BigInteger.Pow(10, point - 10) : expected * BigInteger.Pow(10, 10 - point);
                for (int column = 0; column < row.Length - 1; column++)
                    Assert.Equal(expected, row[column] is long small ? small : (BigInteger)(Int128)row[column]!);
            }
        }
    }

    [Theory]
    [InlineData("'NaN'::numeric(10,2)", "holds NaN, which decimal(10,2) has not")]
    [InlineData("'NaN'::numeric", "holds NaN, which decimal(38,10) has not")]
    [InlineData("'Infinity'::numeric", "holds an infinity")]
    [InlineData("1e30::numeric", "holds a number of too many digits for decimal(38,10)")]
    [InlineData("0.00000000001::numeric", "holds a number of more than 10 digits after the point")]
    [InlineData("'infinity'::date", "holds the date infinity")]
    [InlineData("'-infinity'::timestamp", "holds the timestamp infinity")]
    [InlineData("'1 month'::interval day to second", "holds an interval of 1 months")]
    [InlineData("ARRAY[[1,2],[3,4]]", "holds an array of 2 dimensions")]
    public async Task What_a_type_cannot_hold_is_an_error_that_names_the_column(string value, string message)
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS odd", $"CREATE TABLE odd AS SELECT {value} AS v");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("decimal-mapping", "decimal"));

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("public", "odd"));

        Assert.StartsWith("column v of table odd " + message, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Theory]
    [InlineData("1.00000000005::numeric", "decimal-rounding-mode", "half-up", "10000000001")]
    [InlineData("-1.00000000005::numeric", "decimal-rounding-mode", "half-up", "-10000000001")]
    [InlineData("1.00000000004999::numeric", "decimal-rounding-mode", "half-up", "10000000000")]
    [InlineData("1e-30::numeric", "decimal-rounding-mode", "half-up", "0")]
    [InlineData("1.5::numeric", "decimal-default-scale", "1", "15")]
    [InlineData("'NaN'::numeric", "decimal-mapping", "varchar", "NaN")]
    [InlineData("'NaN'::numeric", "decimal-mapping", "numeric", "NaN")]
    [InlineData("'-Infinity'::numeric", "decimal-mapping", "numeric", "-Infinity")]
    [InlineData("1e30::numeric + 1e-30", "decimal-mapping", "numeric", "1000000000000000000000000000000.000000000000000000000000000001")]
    [InlineData("-123456789012345678901234567890123456789012345.5::numeric(60,2)", "decimal-mapping", "numeric", "-123456789012345678901234567890123456789012345.5")]
    [InlineData("1.50::numeric", "decimal-mapping", "numeric", "1.5")]
    [InlineData("-12000000::numeric", "decimal-mapping", "numeric", "-12000000")]
    [InlineData("0::numeric", "decimal-mapping", "numeric", "0")]
    [InlineData("'infinity'::date", "special-dates", "null", null)]
    [InlineData("'1 day 2 us'::interval", "interval-mapping", "day-to-second", "86400000002")]
    [InlineData("ARRAY[[1,2],[3,4]]", "array-mapping", "varchar", "{{1,2},{3,4}}")]
    [InlineData("12345::numeric(3,-2)", "decimal-mapping", "decimal", "12300")]
    [InlineData("0.00012::numeric(3,5)", "decimal-mapping", "decimal", "12")]
    public async Task Properties_say_how_such_values_are_read(string value, string property, string setting, string? expected)
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS odd", $"CREATE TABLE odd AS SELECT {value} AS v");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, [.. property.StartsWith("decimal-", StringComparison.Ordinal) && property != "decimal-mapping" ? [("decimal-mapping", "decimal")] : Array.Empty<(string, string)>(), (property, setting)]);

        Assert.Equal(expected, Assert.Single(await connector.ReadAllAsync("public", "odd"))[0]?.ToString());
    }

    [Fact]
    public async Task Literals_hold_when_backslashes_escape_at_the_server()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS escaped", "CREATE TABLE escaped AS SELECT E'\\\\'' OR true --' AS v UNION ALL SELECT 'other'", "ALTER ROLE tester SET standard_conforming_strings = off");
        try
        {
            await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("application-name", "escaping"));
            (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "escaped");
            foreach ((string text, int rows) in ((string, int)[])[("\\' OR true --", 1), ("\\", 0), ("\\'", 0)])
            {
                ConnectorExpression equal = ConnectorReading.Call("$eq", new ConnectorColumn(columns[0]), new ConnectorConstant(text, SqlType.Varchar));
                var pushed = (PushdownAccepted)connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([equal]));
                Assert.Equal(rows, (await connector.ReadAsync(pushed.Handle, columns, new PostgresSplit(0, null, null, null))).Count);
            }
        }
        finally
        {
            await server.ExecuteAsync("ALTER ROLE tester RESET standard_conforming_strings");
        }
    }

    [Fact]
    public async Task Text_of_the_c_collation_is_ordered_by_the_source_and_other_text_is_not()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS collated", "CREATE TABLE collated (plain text COLLATE \"C\", other text, icu text COLLATE \"und-x-icu\")");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "collated");
        PushdownAnswer[] answers = [.. columns.Select(column => connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushTopN(1, [new ConnectorSortKey(column, false, false)])))];

        Assert.IsType<PushdownAccepted>(answers[0]);
        Assert.Equal("text is compared by collation C.UTF-8 in the source", Assert.IsType<PushdownRefused>(answers[1]).Reason);
        Assert.Equal("text is compared by collation und-x-icu in the source", Assert.IsType<PushdownRefused>(answers[2]).Reason);
    }

    [Fact]
    public async Task A_filter_that_an_index_serves_is_one_split()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS indexed", "CREATE TABLE indexed AS SELECT i, repeat('x', 200) AS filler FROM generate_series(1, 20000) i", "CREATE INDEX ON indexed (i)", "ANALYZE indexed");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("pages-per-split", "10"));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "indexed");
        ConnectorExpression equal = ConnectorReading.Call("$eq", new ConnectorColumn(columns[0]), new ConnectorConstant(77, SqlType.Integer));
        var pushed = (PushdownAccepted)connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([equal]));

        Assert.True((await connector.SplitsAsync(handle, 4)).Count > 1);
        Assert.Single(await connector.SplitsAsync(pushed.Handle, 4));
        TableStatistics statistics = await connector.Metadata.GetStatisticsAsync(ConnectorReading.Session, pushed.Handle, default);
        Assert.InRange(statistics.RowCount!.Value, 1, 10);
        Assert.Equal(20000, (await connector.Metadata.GetStatisticsAsync(ConnectorReading.Session, handle, default)).RowCount);
        Assert.Equal((1, 20000), (statistics.Columns["i"].Min, statistics.Columns["i"].Max));
    }

    [Fact]
    public async Task A_wrong_password_is_an_error_without_the_password()
    {
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server, ("password", "s3cret-guess"));

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.FindAsync("public", "t"));

        Assert.Contains("28P01", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret-guess", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_URL_gives_the_properties_decoded_once()
    {
        IReadOnlyDictionary<string, string> properties = new PostgresConnectorFactory().ParseUrl(new Uri("postgresql://us%40er:p%3A%2525@h:6543/d%20b?sslmode=require&application_name=x"));

        Assert.Equal("us@er", properties["user"]);
        Assert.Equal("p:%25", properties["password"]);
        Assert.Equal("h", properties["host"]);
        Assert.Equal("6543", properties["port"]);
        Assert.Equal("d b", properties["database"]);
        Assert.Equal("require", properties["ssl-mode"]);
        Assert.Equal("x", properties["application-name"]);
        Assert.True(new PostgresConnectorFactory().Properties.Single(property => property.Name == "password").IsSecret);
    }

    private async Task AssertNothingRunsAsync(string marker)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            if (await server.QueryAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%{marker}%'") == 0)
                return;
            await Task.Delay(100);
        }

        Assert.Fail("the query still runs at the server");
    }
}
