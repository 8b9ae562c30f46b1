using QueryEngine.Connectors.Files;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Files;

/// <summary>What a write of files leaves behind, and what it must never touch.</summary>
public sealed class FilesWriteTests : IDisposable
{
    private static readonly SchemaTableName _table = new("default", "t");
    private static readonly ValueList<ColumnHandle> _columns = [new("id", SqlType.Integer)];
    private readonly string _folder = Directory.CreateTempSubdirectory("files-write").FullName;

    private string Root => Path.Combine(_folder, "root");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Nothing_is_seen_before_the_end_and_only_attempts_that_count()
    {
        await using IConnector connector = await CreateAsync();
        var writes = (ISupportsWrites)connector;
        WriteHandle handle = await writes.BeginWriteAsync(ConnectorReading.Session, new CreateTableIntent(_table, _columns, Replace: false, []), default);
        ReadOnlyMemory<byte> first = await writes.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [1]);
        await writes.WriteAsync(handle, new WriterId(1, 0), [SqlType.Integer], [99]);
        ReadOnlyMemory<byte> second = await writes.WriteAsync(handle, new WriterId(1, 1), [SqlType.Integer], [2], [3]);

        Assert.Empty(await TablesAsync(connector));
        Assert.Equal(3, await writes.FinishWriteAsync(ConnectorReading.Session, handle, [first, second], default));
        Assert.Equal(3, await writes.FinishWriteAsync(ConnectorReading.Session, handle, [first, second], default));

        List<object?[]> rows = await connector.ReadAllAsync("default", "t");
        Assert.Equal([1, 2, 3], rows.Select(row => (int)row[0]!).Order());
        Assert.Equal(["t"], Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Drivers_of_one_task_write_files_of_their_own_side_by_side()
    {
        await using IConnector connector = await CreateAsync();
        var writes = (ISupportsWrites)connector;
        WriteHandle handle = await writes.BeginWriteAsync(ConnectorReading.Session, new CreateTableIntent(_table, _columns, Replace: false, []), default);
        await using IRecordSink one = await writes.OpenSinkAsync(ConnectorReading.Session, handle, new WriterId(0, 0, 0), default);
        await using IRecordSink other = await writes.OpenSinkAsync(ConnectorReading.Session, handle, new WriterId(0, 0, 1), default);
        using RecordBatch first = ConnectorWriting.Batch([SqlType.Integer], [1]);
        using RecordBatch second = ConnectorWriting.Batch([SqlType.Integer], [2], [3]);

        await one.WriteAsync(first, default);
        await other.WriteAsync(second, default);
        long rows = await writes.FinishWriteAsync(ConnectorReading.Session, handle, [await one.FinishAsync(default), await other.FinishAsync(default)], default);

        Assert.True(writes.TakesSinksOfDrivers);
        Assert.Equal(3, rows);
        Assert.Equal([1, 2, 3], (await connector.ReadAllAsync("default", "t")).Select(row => (int)row[0]!).Order());
    }

    [Fact]
    public async Task Documents_in_normal_form_are_read_as_what_the_table_was_declared()
    {
        await using IConnector connector = await CreateAsync();
        await connector.WriteAsync(
            new CreateTableIntent(_table, [new("doc", SqlType.Jsonb)], Replace: false, []), [SqlType.Jsonb], ["{\"a\": 1}"], [null]);

        List<object?[]> rows = await connector.ReadAllAsync("default", "t");

        Assert.Equal(["{\"a\": 1}", null], rows.Select(row => row[0]));
    }

    [Fact]
    public async Task An_aborted_write_leaves_nothing()
    {
        await using IConnector connector = await CreateAsync();
        await connector.WriteAsync(new CreateTableIntent(_table, _columns, Replace: false, []), [SqlType.Integer], [1]);
        string[] before = [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order()];
        var writes = (ISupportsWrites)connector;

        WriteHandle handle = await writes.BeginWriteAsync(ConnectorReading.Session, new InsertIntent(_table, _columns), default);
        await writes.WriteAsync(handle, new WriterId(0, 0), [SqlType.Integer], [2]);
        await writes.AbortWriteAsync(ConnectorReading.Session, handle, default);

        Assert.Equal(before, Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Order());
        Assert.Equal(["t"], Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Two_statements_that_make_the_same_table_leave_one()
    {
        await using IConnector connector = await CreateAsync();
        var writes = (ISupportsWrites)connector;
        var intent = new CreateTableIntent(_table, _columns, Replace: false, []);
        WriteHandle one = await writes.BeginWriteAsync(ConnectorReading.Session, intent, default);
        WriteHandle other = await writes.BeginWriteAsync(ConnectorReading.Session, intent, default);
        ReadOnlyMemory<byte> ofOne = await writes.WriteAsync(one, new WriterId(0, 0), [SqlType.Integer], [1]);
        ReadOnlyMemory<byte> ofOther = await writes.WriteAsync(other, new WriterId(0, 0), [SqlType.Integer], [2]);
        await writes.FinishWriteAsync(ConnectorReading.Session, one, [ofOne], default);

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            async () => await writes.FinishWriteAsync(ConnectorReading.Session, other, [ofOther], default));

        Assert.Equal(ErrorCode.DuplicateTable, error.Code);
        Assert.Equal([1], (await connector.ReadAllAsync("default", "t"))[0][..1]);
    }

    [Fact]
    public async Task A_schema_that_is_a_link_to_the_outside_is_neither_written_nor_dropped()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "keep.csv"), "a,b\n1,2\n");
        await using IConnector connector = await CreateAsync();
        Directory.CreateSymbolicLink(Path.Combine(Root, "link"), outside);
        var ddl = (ISupportsDdl)connector;
        var table = new SchemaTableName("link", "t");

        await DeniedAsync(() => connector.WriteAsync(new CreateTableIntent(table, _columns, Replace: false, []), [SqlType.Integer], [1]));
        await DeniedAsync(async () => await ddl.CreateTableAsync(ConnectorReading.Session, new TableDefinition(table, [new(_columns[0])]), default));
        await DeniedAsync(async () => await ddl.DropTableAsync(ConnectorReading.Session, new SchemaTableName("link", "keep"), default));
        await DeniedAsync(async () => await ddl.DropTableAsync(ConnectorReading.Session, new SchemaTableName("default", "link"), default));
        await DeniedAsync(async () => await ddl.DropSchemaAsync(ConnectorReading.Session, "link", cascade: true, default));
        await DeniedAsync(async () => await ddl.DropSchemaAsync(ConnectorReading.Session, "default", cascade: true, default));

        Assert.Equal(["keep.csv"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_of_a_partition_that_is_a_link_to_the_outside_is_not_written()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await using IConnector connector = await CreateAsync();
        ValueList<ColumnHandle> columns = [new("id", SqlType.Integer), new("k", SqlType.Varchar)];
        await connector.WriteAsync(
            new CreateTableIntent(_table, columns, Replace: false, [new("partitioned_by", "[k]")]), [SqlType.Integer, SqlType.Varchar], [1, "a"]);
        Directory.CreateSymbolicLink(Path.Combine(Root, "t", "k=b"), outside);

        await DeniedAsync(() => connector.WriteAsync(new InsertIntent(_table, columns), [SqlType.Integer, SqlType.Varchar], [2, "c"], [3, "b"]));

        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Directory.Delete(Path.Combine(Root, "t", "k=b"));
        Assert.Single(await connector.ReadAllAsync("default", "t"));
    }

    [Fact]
    public async Task Dropping_a_table_with_a_link_in_it_leaves_what_the_link_means()
    {
        string outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "keep"), "");
        await using IConnector connector = await CreateAsync();
        await connector.WriteAsync(new CreateTableIntent(_table, _columns, Replace: false, []), [SqlType.Integer], [1]);
        Directory.CreateSymbolicLink(Path.Combine(Root, "t", "link"), outside);

        await ((ISupportsDdl)connector).DropTableAsync(ConnectorReading.Session, _table, default);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Root));
        Assert.True(File.Exists(Path.Combine(outside, "keep")));
    }

    [Fact]
    public async Task A_manifest_that_is_damaged_is_an_error_that_names_it()
    {
        await using IConnector connector = await CreateAsync();
        await connector.WriteAsync(new CreateTableIntent(_table, _columns, Replace: false, []), [SqlType.Integer], [1]);
        string manifest = Path.Combine(Root, "t", "_queryengine.json");
        foreach (string text in new[] { "", "{}", "[1]", "{\"format\": \"parquet\", \"compression\": 1}", "null" })
        {
            await File.WriteAllTextAsync(manifest, text);

            QueryException error = await Assert.ThrowsAsync<QueryException>(() => connector.ReadAllAsync("default", "t"));

            Assert.Equal(ErrorCode.InvalidData, error.Code);
            Assert.Contains("_queryengine.json", error.Message, StringComparison.Ordinal);
        }
    }

    private static async Task DeniedAsync(Func<Task> action) =>
        Assert.Equal(ErrorCode.AccessDenied, (await Assert.ThrowsAsync<QueryException>(action)).Code);

    private static async Task<List<string>> TablesAsync(IConnector connector)
    {
        var tables = new List<string>();
        await foreach (SchemaTableName table in connector.Metadata.ListTablesAsync(ConnectorReading.Session, "default", default))
            tables.Add(table.Table);
        return tables;
    }

    private async Task<IConnector> CreateAsync()
    {
        Directory.CreateDirectory(Root);
        IConnectorFactory factory = new FilesConnectorFactory();
        PropertyBag properties = PropertyBag.Check("connector files", factory.Properties, [new("root", Root), new("allow-any-path", "true")]);
        return await factory.CreateAsync(new ConnectorContext("lake"), properties, default);
    }
}
