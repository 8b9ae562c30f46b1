using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Sqlite;

/// <summary>Changes of rows of SQLite by their rowid, and hostile names and texts.</summary>
public sealed class SqliteWriteTests : IDisposable
{
    private static readonly SchemaTableName _table = new("main", "t");
    private readonly SqliteFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Rows_are_inserted_updated_and_deleted_by_their_rowid()
    {
        _file.Execute("CREATE TABLE t (id INTEGER, name TEXT)", "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        await using IConnector connector = await _file.OpenAsync();
        ChangeRowsIntent intent = await ChangeAsync(connector);
        SqlType[] types = [SqlType.TinyInt, SqlType.BigInt, SqlType.BigInt, SqlType.Varchar];

        await connector.WriteAsync(
            intent, types, [(sbyte)RowChange.Update, 1L, 10L, "ten"], [(sbyte)RowChange.Delete, 2L, null, null], [(sbyte)RowChange.Insert, null, 4L, "four"]);

        Assert.Equal(
            [[10L, "ten"], [3L, "three"], [4L, "four"]],
            (await connector.ReadAllAsync("main", "t")).Select(row => row.ToArray()));
    }

    [Fact]
    public async Task A_row_that_is_gone_meanwhile_fails_the_whole_statement()
    {
        _file.Execute("CREATE TABLE t (id INTEGER, name TEXT)", "INSERT INTO t VALUES (1, 'one'), (2, 'two')");
        await using IConnector connector = await _file.OpenAsync();
        ChangeRowsIntent intent = await ChangeAsync(connector);
        SqlType[] types = [SqlType.TinyInt, SqlType.BigInt, SqlType.BigInt, SqlType.Varchar];

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.WriteAsync(
            intent, types, [(sbyte)RowChange.Update, 1L, 10L, "ten"], [(sbyte)RowChange.Delete, 77L, null, null]));

        Assert.Equal(ErrorCode.SerializationFailure, error.Code);
        Assert.Equal(1L, (await connector.ReadAllAsync("main", "t"))[0][0]);
    }

    [Fact]
    public async Task Exact_conditions_delete_in_the_source()
    {
        _file.Execute("CREATE TABLE t (id INTEGER, name TEXT)", "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, NULL)");
        await using IConnector connector = await _file.OpenAsync();
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        ConnectorExpression condition = ConnectorReading.Call("$gt", new ConnectorColumn(columns[0]), new ConnectorConstant(1L, SqlType.BigInt));
        var pushed = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(
            ConnectorReading.Session, handle, new PushFilter([condition])));

        long? deleted = await ((ISupportsRowChanges)connector).TryDeleteAsync(ConnectorReading.Session, pushed.Handle, default);

        Assert.Equal(2, deleted);
        Assert.Single(await connector.ReadAllAsync("main", "t"));
    }

    [Fact]
    public async Task Keys_are_described()
    {
        _file.Execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT UNIQUE, UNIQUE (b, a))", "CREATE UNIQUE INDEX part ON t (a) WHERE id > 5",
            "CREATE UNIQUE INDEX computed ON t (lower(a))", "CREATE INDEX plain ON t (a)");
        await using IConnector connector = await _file.OpenAsync();
        (TableHandle handle, _) = await connector.FindAsync("main", "t");

        TableSchema schema = await connector.Metadata.DescribeAsync(ConnectorReading.Session, handle, default);

        Assert.Equal(
            ["True id", "False b,a", "False b"],
            schema.Constraints.Cast<UniqueConstraint>().Select(key => $"{key.IsPrimaryKey} {string.Join(',', key.Columns)}").OrderDescending());
    }

    [Fact]
    public async Task A_catalog_that_only_reads_refuses()
    {
        _file.Execute("CREATE TABLE t (id INTEGER, name TEXT)");
        var factory = new Connectors.Sqlite.SqliteConnectorFactory();
        await using IConnector connector = await factory.CreateAsync(
            new ConnectorContext("lite"), PropertyBag.Check("sqlite", factory.Properties, [new("path", _file.Location), new("read-only", "true")]), default);

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            () => connector.WriteAsync(new InsertIntent(_table, [new("id", SqlType.BigInt)]), [SqlType.BigInt], [1L]));

        Assert.Equal(ErrorCode.ReadOnly, error.Code);
    }

    [Fact]
    public async Task Hostile_names_and_texts_come_back_and_the_table_beside_stands()
    {
        _file.Execute("CREATE TABLE canary (x INTEGER)", "INSERT INTO canary VALUES (1)");
        await using IConnector connector = await _file.OpenAsync();
        var random = new Random(3);
        string[] pieces = ["'", "\"", ";", "--", "/*", "DROP TABLE canary", "\\", "%", "?1", "$1", "ü", "𝄞", " ", "\n", "[", "]", "`", ":x", "@y"];
        for (int attempt = 0; attempt < 100; attempt++)
        {
            string[] hostile = [.. Enumerable.Range(0, 40).Select(_ => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)])))];
            var table = new SchemaTableName("main", $"t{attempt}{hostile[0]}");
            ColumnHandle column = new($"c{hostile[1]}", SqlType.Varchar);

            await connector.WriteAsync(new CreateTableIntent(table, [column], Replace: false, []), [SqlType.Varchar], [.. hostile.Select(text => new object?[] { text })]);

            Assert.Equal(hostile, (await connector.ReadAllAsync("main", table.Table)).Select(row => (string)row[0]!));
            await ((ISupportsDdl)connector).DropTableAsync(ConnectorReading.Session, table, default);
        }
        Assert.Single(await connector.ReadAllAsync("main", "canary"));
    }

    private static async Task<ChangeRowsIntent> ChangeAsync(IConnector connector)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await connector.FindAsync("main", "t");
        return new ChangeRowsIntent(_table, columns.ToValueList(), handle, ((ISupportsRowChanges)connector).RowIdOf(handle));
    }
}
