using QueryEngine.Connectors.DuckDb;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.DuckDb;

public sealed class DuckDbTests : IDisposable
{
    private static readonly SchemaTableName _table = new("main", "t");
    private readonly DuckDbFileOfTests _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Splits_see_one_snapshot_whatever_is_committed_meanwhile()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t AS SELECT i AS id, 1 AS v FROM range(1000) AS n(i)", ("rows-per-split", "100"));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        List<Split> splits = await connector.SplitsAsync(handle, 4);
        Execute(connector, "UPDATE t SET v = 100");
        Execute(connector, "INSERT INTO t VALUES (5000, 100)");

        long sum = 0;
        foreach (Split split in splits)
            sum += (await connector.ReadAsync(handle, columns, split)).Sum(row => (int)row[1]!);

        Assert.True(splits.Count > 1);
        Assert.Equal(1000, sum);
        Assert.Equal(0, connector.Database.File.Snapshots.Count);
    }

    [Fact]
    public async Task Snapshots_end_with_their_query()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t AS SELECT i AS id FROM range(1000) AS n(i)", ("rows-per-split", "100"));
        (TableHandle handle, _) = await connector.FindAsync("main", "t");
        List<Split> splits = await connector.SplitsAsync(handle, 2);

        Assert.Equal(splits.Count, connector.Database.File.Snapshots.Count);
        await connector.EndQueryAsync(ConnectorReading.Session.QueryId);

        Assert.Equal(0, connector.Database.File.Snapshots.Count);
    }

    [Fact]
    public async Task Rows_are_inserted_updated_and_deleted_by_their_rowid()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER, name VARCHAR); INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        SqlType[] types = [SqlType.TinyInt, SqlType.BigInt, SqlType.Integer, SqlType.Varchar];

        await connector.WriteAsync(
            await ChangeAsync(connector), types, [(sbyte)RowChange.Update, 0L, 10, "ten"], [(sbyte)RowChange.Delete, 1L, null, null], [(sbyte)RowChange.Insert, null, 4, "four"]);

        Assert.Equal(["10 ten", "3 three", "4 four"], (await connector.ReadAllAsync("main", "t")).Select(row => $"{row[0]} {row[1]}").Order());
    }

    [Fact]
    public async Task A_row_that_somebody_changed_meanwhile_fails_the_whole_statement()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER, name VARCHAR); INSERT INTO t VALUES (1, 'one'), (2, 'two')");
        ChangeRowsIntent intent = await ChangeAsync(connector);
        SqlType[] types = [SqlType.TinyInt, SqlType.BigInt, SqlType.Integer, SqlType.Varchar];
        WriteHandle handle = await connector.BeginWriteAsync(ConnectorReading.Session, intent, default);
        ReadOnlyMemory<byte> fragment = await connector.WriteAsync(handle, new WriterId(0, 0), types, [(sbyte)RowChange.Update, 0L, 10, "ten"], [(sbyte)RowChange.Delete, 1L, null, null]);
        Execute(connector, "UPDATE t SET name = 'other' WHERE id = 1");

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.FinishWriteAsync(ConnectorReading.Session, handle, [fragment], default).AsTask());

        Assert.Equal(ErrorCode.SerializationFailure, error.Code);
        Assert.Equal(["1 other", "2 two"], (await connector.ReadAllAsync("main", "t")).Select(row => $"{row[0]} {row[1]}").Order());
    }

    [Fact]
    public async Task Exact_conditions_delete_in_the_source()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2), (3)");
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        var condition = ConnectorReading.Call("$gt", new ConnectorColumn(columns[0]), new ConnectorConstant(1, SqlType.Integer));
        var pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([condition])));

        Assert.Equal(2, await connector.TryDeleteAsync(ConnectorReading.Session, pushed.Handle, default));
        Assert.Single(await connector.ReadAllAsync("main", "t"));
    }

    [Fact]
    public async Task A_violated_key_fails_with_its_code_and_changes_nothing()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL); INSERT INTO t VALUES (1, 'one')");
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        SqlType[] types = [SqlType.Integer, SqlType.Varchar];

        QueryException twice = await Assert.ThrowsAsync<QueryException>(() => connector.WriteAsync(new InsertIntent(_table, [.. columns]), types, [2, "two"], [1, "again"]));
        QueryException missing = await Assert.ThrowsAsync<QueryException>(() => connector.WriteAsync(new InsertIntent(_table, [.. columns]), types, [3, null]));

        Assert.Equal(ErrorCode.UniqueViolation, twice.Code);
        Assert.Equal(ErrorCode.NotNullViolation, missing.Code);
        Assert.Single(await connector.ReadAllAsync("main", "t"));
        TableSchema schema = await connector.Metadata.DescribeAsync(ConnectorReading.Session, handle, default);
        Assert.Equal(["id"], schema.PrimaryKey);
        Assert.All(schema.Columns, column => Assert.False(column.IsNullable));
    }

    [Fact]
    public async Task Values_of_all_types_that_can_be_declared_come_back()
    {
        await using DuckDbConnector connector = await OpenAsync("SELECT 1");
        (SqlType Type, object Value)[] values =
        [
            (SqlType.Boolean, true), (SqlType.TinyInt, (sbyte)-5), (SqlType.SmallInt, (short)300), (SqlType.Integer, -70_000), (SqlType.BigInt, long.MinValue),
            (SqlType.Real, 0.1f), (SqlType.Double, double.NaN), (SqlType.Decimal(4, 1), -1234L), (SqlType.Decimal(9, 2), 123L), (SqlType.Decimal(18, 3), -5L),
            (SqlType.Decimal(38, 4), Int128.Parse("-55555555555555555555555555555555555555")), (SqlType.Varchar, "it's é😀 and rather long"), (SqlType.Varbinary, ValueList.Create<byte>([0, 255])),
            (SqlType.Date, -1), (SqlType.Time, 86_399_999_999L), (SqlType.TimeWithTimeZone, new TimeWithTimeZone(3_600_000_000, -1800).Bits), (SqlType.Timestamp, -1L),
            (SqlType.TimestampOf(9), 1_234_567_890_123_456_789L), (SqlType.TimestampWithTimeZone, 5L), (SqlType.Interval, new Interval(14, -3, 5).Bits),
            (SqlType.Uuid, (UInt128.One << 127) + 7), (SqlType.Json, "{\"a\":1}"), (SqlType.Array(SqlType.Varchar), ValueList.Create<object?>(["a", null])),
            (SqlType.Array(SqlType.Array(SqlType.Integer)), ValueList.Create<object?>([ValueList.Create<object?>([1, 2]), null])),
            (SqlType.Row(new RowField("x", SqlType.Integer), new RowField("y z", SqlType.Varchar)), ValueList.Create<object?>([1, "text"])),
            (SqlType.Map(SqlType.Varchar, SqlType.BigInt), ValueList.Create<KeyValuePair<object, object?>>([new("k", 1L), new("l", null)])),
        ];
        ValueList<ColumnHandle> columns = [.. values.Select((value, place) => new ColumnHandle($"c{place}", value.Type))];
        object?[] row = [.. values.Select(value => value.Value)];

        await connector.WriteAsync(new CreateTableIntent(_table, columns, Replace: false, []), [.. values.Select(value => value.Type)], row, new object?[row.Length], row);

        List<object?[]> read = await connector.ReadAllAsync("main", "t");
        Assert.Equal(3, read.Count);
        Assert.Equal(row, read[0]);
        Assert.All(read[1], Assert.Null);
        Assert.Equal(row, read[2]);
        Assert.Equal(columns.Select(column => column.Type), (await connector.FindAsync("main", "t")).Columns.Select(column => column.Type));
    }

    [Fact]
    public async Task Columns_that_are_not_written_get_their_defaults()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER, name VARCHAR DEFAULT 'none', n INTEGER)");
        (_, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");

        await connector.WriteAsync(new InsertIntent(_table, [columns[2], columns[0]]), [SqlType.Integer, SqlType.Integer], [7, 1]);

        Assert.Equal([1, "none", 7], Assert.Single(await connector.ReadAllAsync("main", "t")));
    }

    [Fact]
    public async Task Text_of_tables_with_collations_is_compared_by_the_engine()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (name VARCHAR COLLATE NOCASE); INSERT INTO t VALUES ('a'), ('A')");
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");

        PushdownAnswer answer = connector.Metadata.TryPush(
            ConnectorReading.Session, handle, new PushFilter([ConnectorReading.Call("$eq", new ConnectorColumn(columns[0]), new ConnectorConstant("a", SqlType.Varchar))]));

        Assert.Contains("collation", Assert.IsType<PushdownRefused>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infinite_dates_are_errors_that_name_the_column_or_null()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (d DATE); INSERT INTO t VALUES ('infinity')");
        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("main", "t"));
        await using DuckDbConnector lenient = await _file.OpenAsync(("special-dates", "null"));

        Assert.Equal("column d of table t holds the date infinity", error.Message);
        Assert.Null(Assert.Single(await lenient.ReadAllAsync("main", "t"))[0]);
    }

    [Fact]
    public async Task Cancellation_interrupts_a_query_that_gives_no_row()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE VIEW endless AS SELECT sum(a.i * b.i) AS s FROM range(1000000000) AS a(i), range(1000000000) AS b(i) WHERE a.i % 7 <> b.i % 5");
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "endless");
        using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connector.ReadAsync(handle, columns, new DuckDbSplit(0, null, null, null), canceled.Token));
    }

    [Fact]
    public async Task Queries_in_its_own_language_reach_no_other_file()
    {
        await using DuckDbConnector connector = await OpenAsync("CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1)");
        string other = Path.Combine(Path.GetDirectoryName(_file.Location)!, "other.csv");
        await File.WriteAllTextAsync(other, "a\n1\n");

        TableHandle fine = await connector.FindQueryAsync(ConnectorReading.Session, "SELECT id + 1 AS next FROM t -- comment", default);
        TableHandle jailed = await connector.FindQueryAsync(ConnectorReading.Session, $"SELECT * FROM read_csv('{other}')", default);

        TableSchema schema = await connector.Metadata.DescribeAsync(ConnectorReading.Session, fine, default);
        Assert.Equal(2, Assert.Single(await connector.ReadAsync(fine, [.. schema.Columns.Select(column => column.Handle)], new DuckDbSplit(0, null, null, null)))[0]);
        await Assert.ThrowsAsync<QueryException>(() => connector.Metadata.DescribeAsync(ConnectorReading.Session, jailed, default).AsTask());
    }

    [Fact]
    public async Task A_catalog_that_only_reads_refuses_to_write_and_a_missing_file_fails_the_first_query()
    {
        await using (await OpenAsync("CREATE TABLE t (id INTEGER)"))
        {
        }

        await using DuckDbConnector reading = await _file.OpenAsync(("read-only", "true"));
        Assert.Empty(await reading.ReadAllAsync("main", "t"));
        QueryException refused = await Assert.ThrowsAsync<QueryException>(() => reading.ExecuteAsync(ConnectorReading.Session, "DROP TABLE t", default).AsTask());
        await using DuckDbConnector missing = await _file.OpenAsync(("create-file", "false"), ("path", "/no/such/dir/app.duckdb"));
        QueryException absent = await Assert.ThrowsAsync<QueryException>(() => missing.FindAsync("main", "t"));

        Assert.Equal(ErrorCode.ReadOnly, refused.Code);
        Assert.Equal(ErrorCode.ConnectionFailure, absent.Code);
    }

    private static void Execute(DuckDbConnector connector, string sql)
    {
        using DuckDbConnection connection = connector.Database.File.Connect();
        connection.Execute(sql);
    }

    private static async Task<ChangeRowsIntent> ChangeAsync(DuckDbConnector connector)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        return new ChangeRowsIntent(_table, [.. columns], handle, connector.RowIdOf(handle));
    }

    private async Task<DuckDbConnector> OpenAsync(string sql, params (string Name, string Value)[] properties)
    {
        DuckDbConnector connector = await _file.OpenAsync(properties);
        Execute(connector, sql);
        return connector;
    }
}
