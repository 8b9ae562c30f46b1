using QueryEngine.Connectors.Files;
using QueryEngine.Connectors.Tests.Formats;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Files;

/// <summary>Names, patterns, partitions, pruning and pushdown of the files connector, on real files.</summary>
public sealed class FilesConnectorTests : IDisposable
{
    private static readonly ConnectorSession _session = new("q1", "someone");
    private readonly string _root = Directory.CreateTempSubdirectory("files").FullName;

    public FilesConnectorTests()
    {
        Write("users.csv", "id,name\n1,ann\n2,bob\n3,cid\n");
        Write("Mixed Case.csv", "a,b\n1,2\n");
        Write("logs/2024/a.csv", "n,t\n1,x\n2,y\n");
        Write("logs/2025/b.csv", "n,t\n3,z\n");
        Write("sales/year=2024/region=north/a.csv", "amount,item\n10,pen\n20,ink\n");
        Write("sales/year=2024/region=south/a.csv", "amount,item\n30,cap\n");
        Write("sales/year=2025/region=north/a.csv", "amount,item\n40,bag\n");
        Write("two.csv", "a,b\n1,2\n");
        File.Copy(Path.Combine(ParquetFixtureTests.Data, "hyparquet_converted.parquet"), Path.Combine(_root, "two.parquet"));
        File.Copy(Path.Combine(ParquetFixtureTests.Data, "hyparquet_converted.parquet"), Path.Combine(_root, "numbers.parquet"));
        Write("notes/readme.md", "no table");
        Write(".hidden.csv", "a,b\n1,2\n");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Files_and_folders_of_the_root_are_tables_and_folders_are_schemas()
    {
        await using IConnector connector = await CreateAsync();

        Assert.Equal(["default", "logs", "notes", "sales"], await connector.Metadata.ListSchemasAsync(_session, default));
        Assert.Equal(
            ["Mixed Case", "logs", "numbers", "sales", "two.csv", "two.parquet", "users"],
            (await ListAsync(connector, "default")).Order(StringComparer.Ordinal));
        Assert.Equal(["2024", "2025"], await ListAsync(connector, "logs"));
        Assert.Empty(await ListAsync(connector, "notes"));
    }

    [Fact]
    public async Task A_root_that_is_not_there_is_an_error_of_the_first_query()
    {
        await using IConnector connector = await CreateAsync(("root", "/nowhere/at/all"));

        QueryException error = await Assert.ThrowsAsync<QueryException>(async () => await connector.Metadata.ListSchemasAsync(_session, default));

        Assert.Contains("/nowhere/at/all", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("users", false, true)]
    [InlineData("USERS", false, true)]
    [InlineData("USERS", true, false)]
    [InlineData("users.csv", true, true)]
    [InlineData("mixed case", false, true)]
    [InlineData("nobody", false, false)]
    public async Task Finds_tables_by_name_with_and_without_the_ending(string name, bool isExact, bool isThere)
    {
        await using IConnector connector = await CreateAsync();

        TableHandle? table = await connector.Metadata.FindTableAsync(_session, new("default"), new(name, isExact), default);

        Assert.Equal(isThere, table is not null);
    }

    [Fact]
    public async Task A_name_of_two_files_is_ambiguous_until_it_has_its_ending()
    {
        await using IConnector connector = await CreateAsync();

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            async () => await connector.Metadata.FindTableAsync(_session, new("default"), new("two"), default));

        Assert.Equal(ErrorCode.AmbiguousTable, error.Code);
        Assert.NotNull(await connector.Metadata.FindTableAsync(_session, new("default"), new("two.parquet", true), default));
    }

    [Fact]
    public async Task Reads_all_files_of_a_folder_with_the_path_of_each_row()
    {
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "logs");

        List<string> rows = await ReadAsync(connector, table, "n", "t", "$path");

        string first = Path.Combine(_root, "logs", "2024", "a.csv");
        Assert.Equal([$"1|x|{first}", $"2|y|{first}", $"3|z|{Path.Combine(_root, "logs", "2025", "b.csv")}"], rows.Order(StringComparer.Ordinal));
        TableSchema schema = await connector.Metadata.DescribeAsync(_session, table, default);
        Assert.Equal(["$path"], schema.Columns.Where(column => column.IsHidden).Select(column => column.Name));
    }

    [Fact]
    public async Task Files_with_headers_may_differ_in_order_columns_and_types()
    {
        Write("mixed/a.csv", "id,name,price\n1,ann,1.50\n");
        Write("mixed/b.csv", "name,id\nbob,2\n");
        Write("mixed/a0.csv", "");
        Write("mixed/c.csv", "price,id,name\nfree,3,cid\n");
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "mixed");

        Assert.Equal(["1|ann|1.50", "2|bob|NULL", "3|cid|free"], await ReadAsync(connector, table, "id", "name", "price"));
    }

    [Fact]
    public async Task Folders_with_keys_are_columns_and_leave_out_files()
    {
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "sales");
        TableSchema schema = await connector.Metadata.DescribeAsync(_session, table, default);
        Assert.Equal(["amount bigint", "item varchar", "year bigint", "region varchar"], schema.Columns.Where(column => !column.IsHidden).Select(column => $"{column.Name} {column.Type}"));

        ColumnHandle year = schema.Columns.First(column => column.Name == "year").Handle;
        var isLate = new ConnectorCall("$ge", [new ConnectorColumn(year), new ConnectorConstant(2025L, SqlType.BigInt)], SqlType.Boolean);
        var answer = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(_session, table, new PushFilter([isLate])));

        Assert.Equal(Guarantee.Exact, answer.Guarantee);
        Assert.Empty(answer.Residual);
        Assert.Equal(["40|2025|north"], await ReadAsync(connector, answer.Handle, "amount", "year", "region"));
        Assert.IsType<PushdownRefused>(connector.Metadata.TryPush(_session, answer.Handle, new PushFilter([isLate])));
    }

    [Fact]
    public async Task A_filter_on_the_values_of_a_text_file_is_refused()
    {
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "users");
        ColumnHandle id = (await connector.Metadata.DescribeAsync(_session, table, default)).Columns[0].Handle;
        var isTwo = new ConnectorCall("$eq", [new ConnectorColumn(id), new ConnectorConstant(2L, SqlType.BigInt)], SqlType.Boolean);

        PushdownAnswer answer = connector.Metadata.TryPush(_session, table, new PushFilter([isTwo]));

        Assert.Contains("no bounds", Assert.IsType<PushdownRefused>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_leaves_out_row_groups_by_their_bounds()
    {
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "numbers");
        ColumnHandle fixedColumn = (await connector.Metadata.DescribeAsync(_session, table, default)).Columns.First(column => column.Name == "fixed").Handle;
        object high = await LargestAsync(connector, table);
        var isHigh = new ConnectorCall("$ge", [new ConnectorColumn(fixedColumn), new ConnectorConstant(high, fixedColumn.Type)], SqlType.Boolean);

        var answer = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(_session, table, new PushFilter([isHigh])));
        List<string> rows = await ReadAsync(connector, answer.Handle, "fixed");

        Assert.Equal(Guarantee.Superset, answer.Guarantee);
        Assert.Contains(high.ToString(), rows);
        Assert.InRange(rows.Count, 1, 50);
        Assert.Equal(120, (await ReadAsync(connector, table, "fixed")).Count);
        Assert.Contains("fixed >=", connector.Metadata.DescribeScan(answer.Handle, []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_come_from_the_footer()
    {
        await using IConnector connector = await CreateAsync();

        TableStatistics statistics = await connector.Metadata.GetStatisticsAsync(_session, await FindAsync(connector, "default", "numbers"), default);

        Assert.Equal(120, statistics.RowCount);
        Assert.NotNull(statistics.Columns["stamp"].Min);
        Assert.InRange(statistics.Columns["stamp"].NullFraction!.Value, 0.1, 0.12);
    }

    [Fact]
    public async Task Counts_rows_without_reading_columns()
    {
        await using IConnector connector = await CreateAsync();

        Assert.Equal(120, (await ReadAsync(connector, await FindAsync(connector, "default", "numbers"))).Count);
        Assert.Equal(3, (await ReadAsync(connector, await FindAsync(connector, "default", "users"))).Count);
    }

    [Fact]
    public async Task A_limit_stops_each_split()
    {
        await using IConnector connector = await CreateAsync();
        FilesTable table = await FindAsync(connector, "default", "users");

        var answer = Assert.IsType<PushdownAccepted>(connector.Metadata.TryPush(_session, table, new PushLimit(2)));

        Assert.Equal(["1", "2"], await ReadAsync(connector, answer.Handle, "id"));
    }

    [Theory]
    [InlineData("users.csv", 3)]
    [InlineData("logs/**/*.csv", 3)]
    [InlineData("logs/*/?.csv", 3)]
    [InlineData("logs/{2024,2025}/*.csv", 3)]
    [InlineData("logs/2024", 2)]
    [InlineData("./logs/../users.csv", 3)]
    public async Task Paths_and_patterns_are_tables(string path, int rows)
    {
        await using IConnector connector = await CreateAsync();

        TableHandle table = (await connector.As<ISupportsPaths>()!.FindPathAsync(_session, path, default))!;

        Assert.Equal(rows, (await ReadAsync(connector, table)).Count);
    }

    [Theory]
    [InlineData("users")]
    [InlineData("plain_name")]
    public async Task A_name_is_no_path(string name)
    {
        await using IConnector connector = await CreateAsync();

        Assert.Null(await connector.As<ISupportsPaths>()!.FindPathAsync(_session, name, default));
    }

    [Fact]
    public async Task A_path_without_files_is_an_error_that_names_it()
    {
        await using IConnector connector = await CreateAsync();

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            async () => await connector.As<ISupportsPaths>()!.FindPathAsync(_session, "nothing/*.csv", default));

        Assert.Equal(ErrorCode.FileNotFound, error.Code);
        Assert.Contains("nothing/*.csv", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../secret.csv")]
    [InlineData("/etc/passwd.csv")]
    [InlineData("escape.csv")]
    [InlineData("escape/secret.csv")]
    public async Task Nothing_outside_the_root_is_read(string path)
    {
        string outside = Directory.CreateTempSubdirectory("outside").FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.csv"), "a,b\n1,2\n");
        File.CreateSymbolicLink(Path.Combine(_root, "escape.csv"), Path.Combine(outside, "secret.csv"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "escape"), outside);
        await using IConnector connector = await CreateAsync();

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            async () => await connector.As<ISupportsPaths>()!.FindPathAsync(_session, path, default));

        Directory.Delete(outside, recursive: true);
        Assert.Equal(ErrorCode.AccessDenied, error.Code);
    }

    [Fact]
    public async Task Any_path_is_read_where_that_is_allowed()
    {
        string outside = Directory.CreateTempSubdirectory("outside").FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "open.csv"), "a,b\n1,2\n");
        await using IConnector connector = await CreateAsync(("allow-any-path", "true"));

        TableHandle table = (await connector.As<ISupportsPaths>()!.FindPathAsync(_session, Path.Combine(outside, "open.csv"), default))!;

        Assert.Single(await ReadAsync(connector, table, "a"));
        Directory.Delete(outside, recursive: true);
    }

    private async Task<IConnector> CreateAsync(params (string Name, string Value)[] more)
    {
        IConnectorFactory factory = new FilesConnectorFactory();
        var url = new Dictionary<string, string>(factory.ParseUrl(new Uri("file://" + _root)));
        foreach ((string name, string value) in more)
            url[name] = value;
        return await factory.CreateAsync(new ConnectorContext("lake"), PropertyBag.Check("connector files", factory.Properties, url), default);
    }

    private static async Task<List<string>> ListAsync(IConnector connector, string schema)
    {
        var names = new List<string>();
        await foreach (SchemaTableName name in connector.Metadata.ListTablesAsync(_session, schema, default))
            names.Add(name.Table);
        return names;
    }

    private static async Task<FilesTable> FindAsync(IConnector connector, string schema, string table) =>
        (FilesTable)(await connector.Metadata.FindTableAsync(_session, new(schema), new(table), default))!;

    private static async Task<object> LargestAsync(IConnector connector, FilesTable table) =>
        (await connector.Metadata.GetStatisticsAsync(_session, table, default)).Columns["fixed"].Max!;

    private static async Task<List<string>> ReadAsync(IConnector connector, TableHandle table, params string[] columns)
    {
        TableSchema schema = await connector.Metadata.DescribeAsync(_session, table, default);
        ValueList<ColumnHandle> handles = columns.Select(name => schema.Columns.First(column => column.Name == name).Handle).ToValueList();
        var rows = new List<string>();
        await foreach (Split split in connector.Splits.GetSplitsAsync(_session, table, new SplitRequest { Parallelism = 4 }, default))
        {
            await foreach (RecordBatch batch in connector.RecordSets.ReadAsync(new ScanRequest(_session, table, split, handles), default))
            {
                using (batch)
                {
                    for (int row = 0; row < batch.RowCount; row++)
                        rows.Add(string.Join('|', Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row) ?? "NULL")));
                }
            }
        }
        return rows;
    }

    private void Write(string name, string text)
    {
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
