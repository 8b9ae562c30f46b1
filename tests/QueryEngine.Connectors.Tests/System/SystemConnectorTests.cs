using QueryEngine.Connectors.System;
using QueryEngine.Connectors.Tests.Memory;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.SystemTables;

public sealed class SystemConnectorTests : IAsyncLifetime
{
    private static readonly ConnectorSession _session = new("query", "ann");
    private MemoryCatalog _memory = null!;
    private TwoCatalogs _data = null!;
    private IConnector _connector = null!;

    public async Task InitializeAsync()
    {
        _memory = await MemoryCatalog.WithTableAsync("t", ("id", SqlType.BigInt), ("name", SqlType.VarcharOf(10)), ("price", SqlType.Decimal(12, 3)));
        _data = new TwoCatalogs(_memory.Connector);
        _connector = await new SystemConnectorFactory(_data).CreateAsync(
            new ConnectorContext("system") { NodeId = "n1" }, PropertyBag.Check("system", [], []), default);
    }

    public async Task DisposeAsync()
    {
        await _connector.DisposeAsync();
        await _memory.DisposeAsync();
    }

    [Fact]
    public async Task Runtime_tables_show_nodes_queries_and_tasks()
    {
        Assert.Equal(
            [["n1", "http://127.0.0.1:8080", "coordinator", "active"], ["n2", null, "worker", "lost"]],
            await ReadAsync("runtime", "nodes", ["node_id", "uri", "role", "state"]));
        Assert.Equal(
            [["q1", "finished", "ann", "SELECT 1", 1500L], ["q2", "running", "bob", "TABLE t", null]],
            await ReadAsync("runtime", "queries", ["query_id", "state", "user", "query", "elapsed_ms"]));
        Assert.Equal(
            [["q2", 1, "q2.1.0.0", 0, "n1", "running"]],
            await ReadAsync("runtime", "tasks", ["query_id", "stage_id", "task_id", "attempt", "node_id", "state"]));
    }

    [Fact]
    public async Task Times_are_instants_in_microseconds()
    {
        List<object?[]> rows = await ReadAsync("runtime", "queries", ["created", "ended"]);

        Assert.Equal([1_769_860_800_000_000L, 1_769_860_801_500_000L], rows[0]);
        Assert.Null(rows[1][1]);
    }

    [Fact]
    public async Task Every_table_is_listed_found_and_readable_in_all_its_columns()
    {
        List<string> names = [];
        await foreach (SchemaTableName name in _connector.Metadata.ListTablesAsync(_session, null, default))
        {
            names.Add(name.ToString());
            TableSchema schema = await _connector.Metadata.DescribeAsync(_session, await FindAsync(name.Schema, name.Table), default);
            Assert.NotEmpty(await ReadAsync(name.Schema, name.Table, [.. schema.Columns.Select(column => column.Name)]));
        }

        Assert.Equal(
            ["metadata.catalogs", "metadata.columns", "metadata.schemas", "metadata.tables", "runtime.nodes", "runtime.queries", "runtime.tasks"],
            names.Order(StringComparer.Ordinal));
        Assert.Equal(["metadata", "runtime"], await _connector.Metadata.ListSchemasAsync(_session, default));
    }

    [Fact]
    public async Task Metadata_tables_speak_of_all_catalogs()
    {
        List<object?[]> tables = await ReadAsync("metadata", "tables", ["table_catalog", "table_schema", "table_name", "table_type"]);

        Assert.Contains(["memory", "default", "t", "BASE TABLE"], tables);
        Assert.Contains(["memory", "default", "recent", "VIEW"], tables);
        Assert.Contains(["tpch", "tiny", "lineitem", "BASE TABLE"], tables);
        Assert.Contains(["tpch", "information_schema", "columns", "BASE TABLE"], tables);
    }

    [Fact]
    public async Task An_information_schema_speaks_of_its_catalog_only()
    {
        List<object?[]> tables = await ReadAsync(await InformationAsync("memory", "tables"), ["table_catalog", "table_schema", "table_name"]);
        List<object?[]> schemas = await ReadAsync(await InformationAsync("memory", "schemata"), ["schema_name"]);
        List<object?[]> views = await ReadAsync(await InformationAsync("memory", "views"), ["table_name", "view_definition"]);

        Assert.Equal(["columns", "recent", "schemata", "sequences", "t", "tables", "views"], tables.Select(row => row[2]).Order());
        Assert.All(tables, row => Assert.Equal("memory", row[0]));
        Assert.Equal([["default"], ["information_schema"]], schemas);
        Assert.Equal([["recent", "SELECT 1"]], views);
        Assert.Equal(["memory"], _data.Asked.Distinct());
    }

    [Fact]
    public async Task Columns_tell_their_types_and_sizes()
    {
        List<object?[]> columns = await ReadAsync(
            await InformationAsync("memory", "columns"),
            ["table_name", "column_name", "ordinal_position", "data_type", "is_nullable", "character_maximum_length", "numeric_precision", "numeric_scale"]);

        Assert.Equal(
            [
                ["t", "id", 1, "bigint", "YES", null, 64, 0],
                ["t", "name", 2, "varchar(10)", "YES", 10, null, null],
                ["t", "price", 3, "decimal(12,3)", "YES", null, 12, 3],
            ],
            columns.Where(row => (string?)row[0] == "t"));
        Assert.Contains(columns, row => (string?)row[1] == "ordinal_position");
        Assert.DoesNotContain(columns, row => (string?)row[1] == "comment");
    }

    [Fact]
    public async Task A_condition_on_the_catalog_keeps_other_catalogs_unasked()
    {
        TableHandle handle = await FindAsync("metadata", "columns");
        ColumnHandle catalog = (await _connector.Metadata.DescribeAsync(_session, handle, default)).Columns[0].Handle;
        var condition = new ConnectorCall(
            "$eq", [new ConnectorColumn(catalog), new ConnectorConstant("memory", SqlType.Varchar)], SqlType.Boolean);

        var answer = Assert.IsType<PushdownAccepted>(_connector.Metadata.TryPush(_session, handle, new PushFilter([condition])));
        List<object?[]> rows = await ReadAsync(answer.Handle, ["table_catalog", "table_name"]);

        Assert.Equal(Guarantee.Superset, answer.Guarantee);
        Assert.All(rows, row => Assert.Equal("memory", row[0]));
        Assert.Contains(rows, row => (string?)row[1] == "t");
        Assert.Equal(["memory"], _data.Asked.Distinct());
        Assert.IsType<PushdownRefused>(_connector.Metadata.TryPush(_session, answer.Handle, new PushFilter([condition])));
    }

    [Fact]
    public async Task Unknown_names_are_not_found_and_case_does_not_matter()
    {
        Assert.Null(await _connector.Metadata.FindTableAsync(_session, new RequestedName("runtime"), new RequestedName("nods"), default));
        Assert.Null(await _connector.Metadata.FindTableAsync(_session, new RequestedName("no"), new RequestedName("nodes"), default));
        Assert.Null(await _connector.As<ISupportsInformationSchema>()!.FindInformationTableAsync(_session, "memory", new RequestedName("x"), default));
        Assert.NotNull(await _connector.Metadata.FindTableAsync(_session, new RequestedName("RUNTIME"), new RequestedName("Nodes"), default));
    }

    private async Task<TableHandle> FindAsync(string schema, string table) =>
        await _connector.Metadata.FindTableAsync(_session, new RequestedName(schema), new RequestedName(table), default)
        ?? throw new InvalidOperationException($"no table {schema}.{table}");

    private async Task<TableHandle> InformationAsync(string catalog, string table) =>
        await _connector.As<ISupportsInformationSchema>()!.FindInformationTableAsync(_session, catalog, new RequestedName(table), default)
        ?? throw new InvalidOperationException($"no table {table}");

    private async Task<List<object?[]>> ReadAsync(string schema, string table, string[] columns) =>
        await ReadAsync(await FindAsync(schema, table), columns);

    private async Task<List<object?[]>> ReadAsync(TableHandle handle, string[] columns)
    {
        ValueList<TableColumn> all = (await _connector.Metadata.DescribeAsync(_session, handle, default)).Columns;
        ValueList<ColumnHandle> asked = [.. columns.Select(name => all.First(column => column.Name == name).Handle)];
        List<object?[]> rows = [];
        await foreach (Split split in _connector.Splits.GetSplitsAsync(_session, handle, new SplitRequest(), default))
        {
            Assert.Equal(["n1"], split.PreferredNodes);
            await foreach (RecordBatch batch in _connector.RecordSets.ReadAsync(new ScanRequest(_session, handle, split, asked), default))
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
                batch.Dispose();
            }
        }

        return rows;
    }
}
