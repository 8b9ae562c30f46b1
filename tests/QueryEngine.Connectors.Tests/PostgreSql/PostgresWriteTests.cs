using System.Globalization;
using QueryEngine.Connectors.PostgreSql;
using QueryEngine.Connectors.Tests.Formats;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.PostgreSql;

/// <summary>Writes to a real server: what it holds afterwards is asked of the server itself.</summary>
[Collection(PostgresTests.Name)]
public sealed class PostgresWriteTests(PostgresServer server)
{
    private static readonly ValueList<ColumnHandle> _columns = [new("id", SqlType.Integer)];

    [Fact]
    public async Task Random_values_of_every_type_come_back()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS written");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        SqlType[] types =
        [
            .. RandomColumns.Scalars.Where(type => type is not (TimeType { Precision: > 6 } or TimestampType { Precision: > 6 } or { Kind: TypeKind.TinyInt })),
            SqlType.Decimal(38, 0), SqlType.Decimal(38, 38), SqlType.Decimal(5, 5), SqlType.Decimal(38, 19), SqlType.Char(7),
            SqlType.Array(SqlType.BigInt), SqlType.Array(SqlType.Varchar), SqlType.Array(SqlType.Decimal(38, 3)), SqlType.IntervalDayToSecond, SqlType.IntervalYearToMonth,
        ];
        var random = new RandomColumns(21);
        ValueList<ColumnHandle> columns = types.Select((type, place) => new ColumnHandle($"c{place}", type)).ToValueList();
        object?[][] rows = [.. Enumerable.Range(0, 3000).Select(row => types.Select(type => Value(random, type)).Prepend(row).ToArray())];
        columns = [new ColumnHandle("row", SqlType.Integer), .. columns];

        await connector.WriteAsync(new CreateTableIntent(new("public", "written"), columns, Replace: false, []), [SqlType.Integer, .. types], rows);

        List<object?[]> read = await connector.ReadAllAsync("public", "written");
        Assert.Equal(rows.Length, read.Count);
        foreach (object?[] row in read)
            Assert.Equal(rows[(int)row[0]!], row);
        int wide = Array.IndexOf(types, SqlType.Decimal(38, 19));
        object?[] some = rows.First(row => row[wide + 1] is not null);
        Assert.Equal(
            SqlValueText.Format(types[wide], some[wide + 1]!), await server.QueryAsync<string>($"SELECT c{wide}::text FROM written WHERE row = {some[0]}"));
    }

    [Theory]
    [InlineData("0", 2, "0.00")]
    [InlineData("1", 0, "1")]
    [InlineData("-1", 38, "-0.00000000000000000000000000000000000001")]
    [InlineData("99999999999999999999999999999999999999", 0, "99999999999999999999999999999999999999")]
    [InlineData("-99999999999999999999999999999999999999", 7, "-9999999999999999999999999999999.9999999")]
    [InlineData("100000000", 0, "100000000")]
    [InlineData("100000000", 3, "100000.000")]
    [InlineData("10000", 5, "0.10000")]
    public async Task Numerics_are_what_the_server_understands(string unscaled, int scale, string expected)
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS numerics");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        SqlType type = SqlType.Decimal(38, scale);

        await connector.WriteAsync(
            new CreateTableIntent(new("public", "numerics"), [new ColumnHandle("n", type)], Replace: false, []),
            [type], [Int128.Parse(unscaled, CultureInfo.InvariantCulture)]);

        Assert.Equal(expected, await server.QueryAsync<string>("SELECT n::text FROM numerics"));
    }

    [Fact]
    public async Task Several_writers_become_visible_at_once_and_other_attempts_never()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS many");
        await using PostgresConnector coordinator = await PostgresTests.OpenAsync(server);
        await using PostgresConnector worker = await PostgresTests.OpenAsync(server);
        WriteHandle handle = await coordinator.BeginWriteAsync(
            ConnectorReading.Session, new CreateTableIntent(new("public", "many"), _columns, Replace: false, []), default);
        ReadOnlyMemory<byte> first = await coordinator.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [1]);
        ReadOnlyMemory<byte> second = await worker.WriteAsync(handle, new WriterId(1, 0), [SqlType.Integer], [2]);
        await worker.WriteAsync(handle, new WriterId(2, 0), [SqlType.Integer], [99]);
        ReadOnlyMemory<byte> third = await worker.WriteAsync(handle, new WriterId(2, 1), [SqlType.Integer], [3], [4]);

        Assert.True(await server.QueryAsync<bool>("SELECT to_regclass('public.many') IS NULL"));
        Assert.Equal(4, await coordinator.FinishWriteAsync(ConnectorReading.Session, handle, [first, second, third], default));
        Assert.Equal(4, await coordinator.FinishWriteAsync(ConnectorReading.Session, handle, [first, second, third], default));

        Assert.Equal("1,2,3,4", await server.QueryAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM many"));
        await coordinator.AbortWriteAsync(ConnectorReading.Session, handle, default);
        Assert.Equal(0L, await StagedAsync());
    }

    [Fact]
    public async Task An_aborted_write_leaves_nothing()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS aborted", "CREATE TABLE aborted (id integer)");
        await using PostgresConnector coordinator = await PostgresTests.OpenAsync(server);
        await using PostgresConnector worker = await PostgresTests.OpenAsync(server);
        WriteHandle handle = await coordinator.BeginWriteAsync(ConnectorReading.Session, new InsertIntent(new("public", "aborted"), await ColumnsAsync(coordinator, "aborted")), default);
        await coordinator.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [1]);
        await worker.WriteAsync(handle, new WriterId(1, 0), [SqlType.Integer], [2]);
        Assert.Equal(1L, await StagedAsync());

        await coordinator.AbortWriteAsync(ConnectorReading.Session, handle, default);

        Assert.Equal(0L, await StagedAsync());
        Assert.Equal(0L, await server.QueryAsync<long>("SELECT count(*) FROM aborted"));
        Assert.Equal(0L, await server.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"));
    }

    [Fact]
    public async Task A_canceled_write_ends_at_the_server()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS locked", "CREATE TABLE locked (id integer)");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        await using PostgresConnector worker = await PostgresTests.OpenAsync(server);
        WriteHandle handle = await connector.BeginWriteAsync(ConnectorReading.Session, new InsertIntent(new("public", "locked"), await ColumnsAsync(connector, "locked")), default);
        ReadOnlyMemory<byte> fragment = await worker.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [1]);
        await using var holder = new Npgsql.NpgsqlConnection(server.ConnectionString);
        await holder.OpenAsync();
        await using var locking = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE", holder);
        await locking.ExecuteNonQueryAsync();
        using var cancel = new CancellationTokenSource();
        Task canceling = CancelOnceItWaitsAsync(cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await connector.FinishWriteAsync(ConnectorReading.Session, handle, [fragment], cancel.Token));

        await canceling;
        Assert.Equal(0L, await WaitingAsync());
        await connector.AbortWriteAsync(ConnectorReading.Session, handle, default);
        Assert.Equal(0L, await StagedAsync());
    }

    [Fact]
    public async Task Columns_of_types_that_we_lack_take_their_text()
    {
        await server.ExecuteAsync(
            "DROP TABLE IF EXISTS odd", "DROP TYPE IF EXISTS temper CASCADE", "CREATE TYPE temper AS ENUM ('sad', 'happy')",
            "CREATE TABLE odd (m temper, i inet, j jsonb, n numeric(6, 2), v varchar(3), tags text[], o oid)");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        ValueList<ColumnHandle> columns = await ColumnsAsync(connector, "odd");
        SqlType[] types = [.. columns.Select(column => column.Type)];

        await connector.WriteAsync(
            new InsertIntent(new("public", "odd"), columns), types,
            ["happy", "10.0.0.1", "{\"b\": 1, \"a\": 2}", 12345L, "abc", new object?[] { "x", null, "y'\"{}," }.ToValueList(), 77L]);

        Assert.Equal(
            "(happy,10.0.0.1,\"{\"\"a\"\": 2, \"\"b\"\": 1}\",123.45,abc,\"{x,NULL,\"\"y'\\\\\"\"{},\"\"}\",77)",
            await server.QueryAsync<string>("SELECT odd::text FROM odd"));
        QueryException error = await Assert.ThrowsAsync<QueryException>(
            () => connector.WriteAsync(new InsertIntent(new("public", "odd"), [columns[0]]), [SqlType.Varchar], ["angry"]));
        Assert.Contains("temper", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE changed (id integer, name text)")]
    [InlineData("CREATE TABLE changed (id integer, name text) PARTITION BY RANGE (id); CREATE TABLE changed_a PARTITION OF changed FOR VALUES FROM (0) TO (3); CREATE TABLE changed_b PARTITION OF changed DEFAULT")]
    public async Task Rows_are_inserted_updated_and_deleted_by_their_place(string create)
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS changed", create, "INSERT INTO changed VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four')");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (ChangeRowsIntent intent, Dictionary<int, string> places) = await ChangeAsync(connector, "changed");
        SqlType[] types = [SqlType.TinyInt, SqlType.Varchar, SqlType.Integer, SqlType.Varchar];

        await connector.WriteAsync(
            intent, types,
            [(sbyte)RowChange.Update, places[1], 10, "ten"], [(sbyte)RowChange.Delete, places[2], null, null], [(sbyte)RowChange.Insert, null, 5, "five"]);

        Assert.Equal("3 three,4 four,5 five,10 ten", await server.QueryAsync<string>("SELECT string_agg(id || ' ' || name, ',' ORDER BY id) FROM changed"));
    }

    [Fact]
    public async Task A_row_that_somebody_else_has_changed_fails_the_whole_statement()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS changed", "CREATE TABLE changed (id integer, name text)", "INSERT INTO changed VALUES (1, 'one'), (2, 'two')");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (ChangeRowsIntent intent, Dictionary<int, string> places) = await ChangeAsync(connector, "changed");
        await server.ExecuteAsync("UPDATE changed SET name = 'other' WHERE id = 2");
        SqlType[] types = [SqlType.TinyInt, SqlType.Varchar, SqlType.Integer, SqlType.Varchar];

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.WriteAsync(
            intent, types, [(sbyte)RowChange.Update, places[1], 10, "ten"], [(sbyte)RowChange.Update, places[2], 20, "twenty"]));

        Assert.Equal(ErrorCode.SerializationFailure, error.Code);
        Assert.Equal("1 one,2 other", await server.QueryAsync<string>("SELECT string_agg(id || ' ' || name, ',' ORDER BY id) FROM changed"));
    }

    [Fact]
    public async Task Keys_are_described()
    {
        await server.ExecuteAsync(
            "DROP TABLE IF EXISTS with_keys", "CREATE TABLE with_keys (id int, a text, b text UNIQUE, PRIMARY KEY (a, id), UNIQUE (b, a) INCLUDE (id))",
            "CREATE UNIQUE INDEX ON with_keys (a) WHERE id > 5", "CREATE UNIQUE INDEX ON with_keys (lower(a))", "CREATE INDEX ON with_keys (a)");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, _) = await connector.FindAsync("public", "with_keys");

        TableSchema schema = await connector.Metadata.DescribeAsync(ConnectorReading.Session, handle, default);

        Assert.Equal(
            ["True a,id", "False b,a", "False b"],
            schema.Constraints.Cast<UniqueConstraint>().Select(key => $"{key.IsPrimaryKey} {string.Join(',', key.Columns)}").OrderDescending());
    }

    [Fact]
    public async Task Exact_conditions_delete_in_the_source()
    {
        await server.ExecuteAsync("DROP TABLE IF EXISTS deleted", "CREATE TABLE deleted AS SELECT i FROM generate_series(1, 100) i");
        await using PostgresConnector connector = await PostgresTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", "deleted");
        ConnectorExpression condition = ConnectorReading.Call("$gt", new ConnectorColumn(columns[0]), new ConnectorConstant(30, SqlType.Integer));
        var pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(ConnectorReading.Session, handle, new PushFilter([condition])));

        Assert.Equal(70, await connector.TryDeleteAsync(ConnectorReading.Session, pushed.Handle, default));

        Assert.Equal(30L, await server.QueryAsync<long>("SELECT count(*) FROM deleted"));
    }

    private static object? Value(RandomColumns random, SqlType type)
    {
        object? value = random.Value(type is IntervalType ? SqlType.Integer : type.Kind == TypeKind.Char ? SqlType.Integer : type, 0.1);
        return (type, value) switch
        {
            (_, null) => null,
            (IntervalType { Kind: TypeKind.IntervalYearToMonth }, _) => (int)value / 2,
            (IntervalType, _) => (long)(int)value * 1000,
            (CharType, _) => $"c{(int)value % 1000}",
            (DecimalType { IsShort: false }, Int128 number) => number % Int128.Parse("99999999999999999999", CultureInfo.InvariantCulture),
            _ => value,
        };
    }

    private static async Task<ValueList<ColumnHandle>> ColumnsAsync(IConnector connector, string table) =>
        (await connector.FindAsync("public", table)).Columns.ToValueList();

    private static async Task<(ChangeRowsIntent Intent, Dictionary<int, string> Places)> ChangeAsync(PostgresConnector connector, string table)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("public", table);
        ColumnHandle rowId = connector.RowIdOf(handle);
        var places = new Dictionary<int, string>();
        foreach (Split split in await connector.SplitsAsync(handle))
            foreach (object?[] row in await connector.ReadAsync(handle, [columns[0], rowId], split))
                places.Add((int)row[0]!, (string)row[1]!);
        return (new ChangeRowsIntent(new("public", table), columns.ToValueList(), handle, rowId), places);
    }

    private async Task CancelOnceItWaitsAsync(CancellationTokenSource cancel)
    {
        while (await WaitingAsync() == 0)
            await Task.Delay(20);
        await cancel.CancelAsync();
    }

    private Task<long> WaitingAsync() =>
        server.QueryAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT%'");

    private Task<long> StagedAsync() => server.QueryAsync<long>("SELECT count(*) FROM pg_class WHERE relname LIKE 'qe\\_staged%'");
}
