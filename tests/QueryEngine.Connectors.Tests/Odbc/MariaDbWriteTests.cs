using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.MariaDb;
using QueryEngine.Connectors.Tests.Formats;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Connectors.Tests.Odbc;

/// <summary>Writes to a real server: what it holds afterwards is asked of the server itself.</summary>
[Collection(MariaDbTests.Name)]
public sealed class MariaDbWriteTests(MariaDbServer server)
{
    private static readonly ValueList<ColumnHandle> _columns = [new("id", SqlType.Integer)];

    [Fact]
    public async Task Random_values_of_every_type_come_back()
    {
        server.Execute("DROP TABLE IF EXISTS written");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        SqlType[] types =
        [
            .. RandomColumns.Scalars.Where(type => type is not (TimeType { Precision: > 6 } or TimestampType { Precision: > 6 } or TimestampWithTimeZoneType)),
            SqlType.Decimal(38, 0), SqlType.Decimal(38, 38), SqlType.Decimal(38, 19), SqlType.Char(7),
        ];
        var random = new RandomColumns(21);
        ValueList<ColumnHandle> columns = [new("row", SqlType.Integer), .. types.Select((type, place) => new ColumnHandle($"c{place}", type))];
        object?[][] rows = [.. Enumerable.Range(0, 3000).Select(row => types.Select(type => Value(random, type)).Prepend(row).ToArray())];

        await connector.WriteAsync(new CreateTableIntent(new("test", "written"), columns, Replace: false, []), [SqlType.Integer, .. types], rows);

        List<object?[]> read = await connector.ReadAllAsync("test", "written");
        Assert.Equal(rows.Length, read.Count);
        foreach (object?[] row in read)
            Assert.Equal(rows[(int)row[0]!], row);
    }

    [Fact]
    public async Task Several_writers_become_visible_at_once_and_other_attempts_never()
    {
        server.Execute("DROP TABLE IF EXISTS many");
        await using MariaDbConnector coordinator = await MariaDbTests.OpenAsync(server);
        await using MariaDbConnector worker = await MariaDbTests.OpenAsync(server);
        WriteHandle handle = await coordinator.BeginWriteAsync(
            ConnectorReading.Session, new CreateTableIntent(new("test", "many"), _columns, Replace: false, []), default);
        ReadOnlyMemory<byte> first = await coordinator.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [1]);
        ReadOnlyMemory<byte> second = await worker.WriteAsync(handle, new WriterId(1, 0), [SqlType.Integer], [2]);
        await worker.WriteAsync(handle, new WriterId(2, 0), [SqlType.Integer], [99]);
        ReadOnlyMemory<byte> third = await worker.WriteAsync(handle, new WriterId(2, 1), [SqlType.Integer], [3], [4]);

        Assert.Empty(server.Query("SHOW TABLES LIKE 'many'"));
        Assert.Equal(4, await coordinator.FinishWriteAsync(ConnectorReading.Session, handle, [first, second, third], default));
        Assert.Equal(4, await coordinator.FinishWriteAsync(ConnectorReading.Session, handle, [first, second, third], default));

        Assert.Equal(["1", "2", "3", "4"], server.Query("SELECT id FROM many ORDER BY id").Select(row => row[0]));
        Assert.Empty(server.Query("SHOW TABLES LIKE 'qe\\_staged%'"));
    }

    [Fact]
    public async Task Rows_are_appended_or_take_the_place_of_others_and_a_failure_changes_nothing()
    {
        server.Execute("DROP TABLE IF EXISTS filled", "CREATE TABLE filled (id int PRIMARY KEY, more int DEFAULT 7)", "INSERT INTO filled VALUES (1, 1)");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        var name = new SchemaTableName("test", "filled");

        Assert.Equal(1, await connector.WriteAsync(new InsertIntent(name, _columns), [SqlType.Integer], [2]));
        QueryException error = await Assert.ThrowsAsync<QueryException>(
            () => connector.WriteAsync(new InsertIntent(name, _columns), [SqlType.Integer], [3], [2]));
        Assert.Equal(ErrorCode.UniqueViolation, error.Code);
        Assert.Equal(["1,1", "2,7"], Rows("filled"));

        Assert.Equal(2, await connector.WriteAsync(new InsertIntent(name, _columns, Overwrite: true), [SqlType.Integer], [8], [9]));
        Assert.Equal(["8,7", "9,7"], Rows("filled"));

        await connector.WriteAsync(new CreateTableIntent(name, [new("other", SqlType.Varchar)], Replace: true, []), [SqlType.Varchar], ["é😀 '\\ \0 %"]);
        Assert.Equal([["é😀 '\\ \0 %"]], await connector.ReadAllAsync("test", "filled"));
        Assert.Equal("C3A9F09F988020275C20002025", server.Query("SELECT HEX(other) FROM filled")[0][0]);
    }

    [Theory]
    [InlineData("id int PRIMARY KEY, name varchar(20)", "1", "2", "3")]
    [InlineData("id varchar(20) CHARACTER SET latin1 PRIMARY KEY, name varchar(20)", "a", "B", "ü")]
    [InlineData("id decimal(10,2), name varchar(20), day date DEFAULT '2020-01-01', PRIMARY KEY (id, day)", "1.50", "2.50", "3.00")]
    public async Task Rows_are_inserted_updated_and_deleted_by_their_key(string columns, string first, string second, string third)
    {
        server.Execute("DROP TABLE IF EXISTS changed", $"CREATE TABLE changed ({columns})", $"INSERT INTO changed (id, name) VALUES ('{first}', 'one'), ('{second}', 'two')");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> all) = await connector.FindAsync("test", "changed");
        ColumnHandle rowId = connector.RowIdOf(handle);
        List<object?[]> read = await connector.ReadAsync(handle, [all[0], rowId], (await connector.SplitsAsync(handle))[0]);
        object? RowIdOf(string id) => read.Single(row => Text(all[0].Type, row[0]!) == id)[1];
        object? inserted = all[0].Type switch
        {
            DecimalType => long.Parse(third.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
            { Kind: TypeKind.Integer } => int.Parse(third, CultureInfo.InvariantCulture),
            _ => third,
        };
        SqlType[] types = [SqlType.TinyInt, rowId.Type, all[0].Type, SqlType.Varchar];
        var intent = new ChangeRowsIntent(new("test", "changed"), [all[0], all[1]], handle, rowId);

        await connector.WriteAsync(
            intent, types, [(sbyte)RowChange.Delete, RowIdOf(first), null, null], [(sbyte)RowChange.Insert, null, inserted, "three"],
            [(sbyte)RowChange.Update, RowIdOf(second), read.Single(row => Text(all[0].Type, row[0]!) == second)[0], "zwei"]);

        Assert.Equal([$"{second},zwei", $"{third},three"], server.Query("SELECT id, name FROM changed ORDER BY id").Select(row => $"{row[0]},{row[1]}"));
        QueryException gone = await Assert.ThrowsAsync<QueryException>(
            () => connector.WriteAsync(intent, types, [(sbyte)RowChange.Delete, RowIdOf(first), null, null]));
        Assert.Equal(ErrorCode.SerializationFailure, gone.Code);
    }

    [Fact]
    public async Task Ten_thousand_hostile_texts_come_back_as_names_and_values_and_nothing_else_happens()
    {
        server.Execute("DROP TABLE IF EXISTS canary, hostile", "CREATE TABLE canary (alive int)", "INSERT INTO canary VALUES (1)");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        string[] seeds = ["'", "''", "\\", "\\'", "`", "\"", ";", "--", "/*", "*/", "?", "{fn now()}", "\0", "\n", "😀", "DROP TABLE canary", "%", "_", "é", "\u001a", "$1", ":x", " "];
        var random = new Random(5);
        string[] texts = [.. Enumerable.Range(0, 10_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => seeds[random.Next(seeds.Length)])))];
        await connector.WriteAsync(
            new CreateTableIntent(new("test", "hostile"), [new("id", SqlType.Integer), new("t", SqlType.Varchar)], Replace: false, []),
            [SqlType.Integer, SqlType.Varchar], [.. texts.Select((text, row) => new object?[] { row, text })]);

        List<object?[]> read = await connector.ReadAllAsync("test", "hostile");
        Assert.Equal(texts, read.OrderBy(row => (int)row[0]!).Select(row => (string)row[1]!));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("test", "hostile");
        foreach (string text in texts.Take(300))
        {
            var filter = new PushFilter([ConnectorReading.Call("$eq", new ConnectorColumn(columns[1]), new ConnectorConstant(text, SqlType.Varchar))]);
            var pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(ConnectorReading.Session, handle, filter));
            List<object?[]> found = await connector.ReadAsync(pushed.Handle, columns, (await connector.SplitsAsync(pushed.Handle))[0]);
            Assert.Equal(texts.Count(other => other == text), found.Count);
        }

        foreach (string name in texts.Select(text => text.Trim()).Where(text => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal) && !text.Any(char.IsSurrogate)).Take(25))
        {
            await connector.WriteAsync(new CreateTableIntent(new("test", "named"), [new(name, SqlType.Integer)], Replace: true, []), [SqlType.Integer], [1]);
            Assert.Equal(name, (await connector.FindAsync("test", "named")).Columns[0].Name);
            Assert.Equal([[1]], await connector.ReadAllAsync("test", "named"));
        }

        Assert.Equal("1", server.Query("SELECT alive FROM canary")[0][0]);
    }

    [Fact]
    public async Task Canceling_ends_the_statement_at_the_server()
    {
        server.Execute("CREATE OR REPLACE VIEW slow AS SELECT count(*) AS n FROM seq_1_to_1000000 a JOIN seq_1_to_1000000 b WHERE a.seq * b.seq % 7 = 3");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("test", "slow");
        using var cancellation = new CancellationTokenSource();
        const string Running = "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%`slow`%' AND INFO NOT LIKE '%PROCESSLIST%'";

        Task<List<object?[]>> reading = connector.ReadAsync(handle, columns, (await connector.SplitsAsync(handle))[0], cancellation.Token);
        while (server.Query(Running)[0][0] == "0")
            await Task.Delay(20);
        await cancellation.CancelAsync();

        try
        {
            await reading;
            Assert.Fail("the rows came all the same");
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }

        for (int wait = 0; server.Query(Running)[0][0] != "0"; wait++)
        {
            Assert.True(wait < 100, "the statement still runs at the server");
            await Task.Delay(20);
        }
    }

    [Fact]
    public async Task Text_is_compared_by_code_point_at_the_server_and_by_the_index_of_its_collation()
    {
        server.Execute(
            "DROP TABLE IF EXISTS words",
            "CREATE TABLE words (w varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci, KEY (w))", "INSERT INTO words VALUES ('a'), ('A'), ('a '), ('ä')");
        await using MariaDbConnector connector = await MariaDbTests.OpenAsync(server);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("test", "words");
        var filter = new PushFilter([ConnectorReading.Call("$eq", new ConnectorColumn(columns[0]), new ConnectorConstant("a", SqlType.Varchar))]);

        var pushed = (PushdownAccepted)connector.Metadata.TryPush(ConnectorReading.Session, handle, filter);

        Assert.Empty(pushed.Residual);
        Assert.Equal([["a"]], await connector.ReadAsync(pushed.Handle, columns, (await connector.SplitsAsync(pushed.Handle))[0]));
        string sql = new SqlGenerator(new MariaDbDialect(isMySql: false)).WriteScan((SqlTableHandle)pushed.Handle, columns, SqlTablePart.Whole).ToString();
        Assert.Equal("w", server.Query($"EXPLAIN {sql}")[0][5]);
    }

    private static string Text(SqlType type, object value) => SqlValueText.Format(type, value);

    private string[] Rows(string table) => [.. server.Query($"SELECT * FROM {table}").Select(row => string.Join(",", row)).Order(StringComparer.Ordinal)];

    // Years before 1 and floating point that is no number are not in the server.
    private static object? Value(RandomColumns random, SqlType type)
    {
        object? value = random.Value(type.Kind == TypeKind.Char ? SqlType.Integer : type, 0.1);
        return (type, value) switch
        {
            (_, double number) when !double.IsFinite(number) => 0.5,
            (_, float number) when !float.IsFinite(number) => 0.5f,
            // The server takes the variant of the standard only.
            (UuidType, UInt128 uuid) => (uuid & ~new UInt128(0xF000, 0xC000_0000_0000_0000)) | new UInt128(0x4000, 0x8000_0000_0000_0000),
            (DateType, int days) => Math.Clamp(days, -354_285, 2_932_896),
            (TimestampType, long microseconds) => Math.Clamp(microseconds, -354_285L * 86_400_000_000, (2_932_897L * 86_400_000_000) - 1),
            (CharType, int number) => $"c{number % 1000}",
            (DecimalType { IsShort: false }, Int128 number) => number % Int128.Parse("99999999999999999999", CultureInfo.InvariantCulture),
            _ => value,
        };
    }
}
