using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Writes and definitions, where they are declared: all rows at once or none, attempts that failed forgotten, finishing twice the same as once.</content>
public abstract partial class ConnectorContractTests
{
    private static readonly SqlType[] _types = [SqlType.BigInt, SqlType.Varchar, SqlType.Double];

    private bool CanWrite => Manifest.Capabilities.HasFlag(ConnectorCapabilities.Writes | ConnectorCapabilities.Definitions);

    private ISupportsWrites Writes => Subject.Connector.As<ISupportsWrites>()!;

    private ISupportsDdl Definitions => Subject.Connector.As<ISupportsDdl>()!;

    private SchemaTableName Written { get; } = new("", $"written_{Guid.NewGuid():N}");

    private ValueList<ColumnHandle> NewColumns => [new("id", SqlType.BigInt), new("name", SqlType.Varchar), new("ratio", SqlType.Double)];

    [Fact]
    public async Task A_table_is_made_filled_found_and_dropped()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = NewName();
        object?[][] rows = [[1L, "é😀'\\", 0.5], [long.MinValue, "", -1.25], [null, null, null]];

        Assert.Equal(3, await WriteAsync(name, new CreateTableIntent(name, NewColumns, Replace: false, []), "create", rows));
        Assert.Contains(name, await ListAsync(name.Schema));
        Rows.AssertSame(rows, await ReadTableAsync(name));

        await Definitions.DropTableAsync(Session, name, default);
        Assert.DoesNotContain(name, await ListAsync(name.Schema));
        Assert.Null(await FindAsync(new(name.Schema, IsExact: true), new(name.Table, IsExact: true)));
    }

    [Fact]
    public async Task Rows_are_added_by_several_writers_at_once_and_only_by_those_that_succeeded()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        ConnectorSession session = Session with { QueryId = $"insert_{Guid.NewGuid():N}" };
        WriteHandle handle = await Writes.BeginWriteAsync(session, new InsertIntent(name, await ColumnsOfAsync(name)), default);

        ReadOnlyMemory<byte> first = await SinkAsync(session, handle, new WriterId(0, 0), [[1L, "a", 1.0]]);
        await SinkAsync(session, handle, new WriterId(1, 0), [[2L, "lost", 2.0]]);
        ReadOnlyMemory<byte> second = await SinkAsync(session, handle, new WriterId(1, 1), [[2L, "b", 2.0], [3L, "c", 3.0]]);
        Assert.Empty(await ReadTableAsync(name));
        long written = await Writes.FinishWriteAsync(session, handle, [first, second], default);

        Assert.Equal(3, written);
        Rows.AssertSame([[1L, "a", 1.0], [2L, "b", 2.0], [3L, "c", 3.0]], await ReadTableAsync(name));
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Fact]
    public async Task A_write_that_is_aborted_changes_nothing()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        ConnectorSession session = Session with { QueryId = $"abort_{Guid.NewGuid():N}" };
        List<SchemaTableName> before = await ListAsync(null);
        WriteHandle handle = await Writes.BeginWriteAsync(session, new InsertIntent(name, await ColumnsOfAsync(name)), default);
        await SinkAsync(session, handle, new WriterId(0, 0), [[1L, "a", 1.0]]);

        await Writes.AbortWriteAsync(session, handle, default);

        Assert.Empty(await ReadTableAsync(name));
        Assert.Equal(before.OrderBy(table => table.ToString()), (await ListAsync(null)).OrderBy(table => table.ToString()));
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Fact]
    public async Task A_table_whose_making_is_aborted_is_not_there()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = NewName();
        ConnectorSession session = Session with { QueryId = $"make_{Guid.NewGuid():N}" };
        WriteHandle handle = await Writes.BeginWriteAsync(session, new CreateTableIntent(name, NewColumns, Replace: false, []), default);
        await SinkAsync(session, handle, new WriterId(0, 0), [[1L, "a", 1.0]]);
        Assert.DoesNotContain(name, await ListAsync(name.Schema));

        await Writes.AbortWriteAsync(session, handle, default);

        Assert.DoesNotContain(name, await ListAsync(name.Schema));
    }

    [Fact]
    public async Task A_sink_that_is_left_early_changes_nothing()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        ConnectorSession session = Session with { QueryId = $"left_{Guid.NewGuid():N}" };
        WriteHandle handle = await Writes.BeginWriteAsync(session, new InsertIntent(name, await ColumnsOfAsync(name)), default);
        await using (IRecordSink sink = await Writes.OpenSinkAsync(session, handle, new WriterId(0, 0), default))
        {
            using RecordBatch batch = Batch([[1L, "a", 1.0]]);
            await sink.WriteAsync(batch, default);
        }

        await Writes.AbortWriteAsync(session, handle, default);

        Assert.Empty(await ReadTableAsync(name));
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Fact]
    public async Task No_rows_and_many_batches_are_written()
    {
        if (!CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        object?[][] many = [.. Enumerable.Range(0, 5_000).Select(row => new object?[] { (long)row, row % 3 == 0 ? null : $"name {row}", row / 4.0 })];

        Assert.Equal(0, await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "none", []));
        Assert.Equal(5_000, await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "many", many));

        Rows.AssertSame(many, await ReadTableAsync(name));
        await Definitions.TruncateTableAsync(Session, name, default);
        Assert.Empty(await ReadTableAsync(name));
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Fact]
    public async Task Ten_thousand_hostile_texts_come_back_as_they_were_and_harm_nothing()
    {
        if (!CanWrite)
            return;
        SchemaTableName canary = Subject.Table;
        SchemaTableName name = await MakeTableAsync();
        object?[][] rows = [.. HostileTexts.Make(10_000, new Random(59)).Select((text, row) => new object?[] { (long)row, text, row / 2.0 })];

        Assert.Equal(rows.Length, await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "hostile", rows));

        Rows.AssertSame(rows, await ReadTableAsync(name));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(name);
        foreach (object?[] row in rows.Where((_, at) => at % 97 == 0))
        {
            var equal = new ConnectorCall("$eq", [new ConnectorColumn(columns[1]), new ConnectorConstant(row[1], columns[1].Type)], SqlType.Boolean);
            if (Metadata.TryPush(Session, handle, new PushFilter([equal])) is PushdownAccepted { Guarantee: Guarantee.Exact, Residual.Count: 0 } pushed)
                Rows.AssertSame([.. rows.Where(other => Equals(other[1], row[1]))], await ReadAsync(pushed.Handle, columns));
        }

        Assert.Contains(canary, await ListAsync(canary.Schema));
        Assert.NotEmpty(await ReadTableAsync(canary));
        await Definitions.DropTableAsync(Session, name, default);
    }

    private SchemaTableName NewName() => Written with { Schema = Subject.Table.Schema };

    private async Task<SchemaTableName> MakeTableAsync()
    {
        SchemaTableName name = NewName();
        await Definitions.CreateTableAsync(Session, new TableDefinition(name, NewColumns.Select(column => new TableColumn(column)).ToValueList()), default);
        return name;
    }

    private async Task<long> WriteAsync(SchemaTableName name, WriteIntent intent, string query, object?[][] rows)
    {
        Assert.Equal(name, intent.Table);
        ConnectorSession session = Session with { QueryId = $"{query}_{Guid.NewGuid():N}" };
        WriteHandle handle = await Writes.BeginWriteAsync(session, intent, default);
        Assert.Contains(handle.GetType(), Subject.Factory.HandleTypes);
        ReadOnlyMemory<byte> fragment = await SinkAsync(session, handle, new WriterId(0, 0), rows);
        return await Writes.FinishWriteAsync(session, handle, [fragment], default);
    }

    private async Task<ReadOnlyMemory<byte>> SinkAsync(ConnectorSession session, WriteHandle handle, WriterId writer, object?[][] rows)
    {
        await using IRecordSink sink = await Writes.OpenSinkAsync(session, handle, writer, default);
        foreach (object?[][] part in rows.Chunk(1_000))
        {
            using RecordBatch batch = Batch(part);
            await sink.WriteAsync(batch, default);
        }

        return await sink.FinishAsync(default);
    }

    private static RecordBatch Batch(object?[][] rows)
    {
        using var builder = new BatchBuilder(_types, MemoryContext.Unlimited);
        foreach (object?[] row in rows)
            builder.AppendRow(row);
        return builder.Build();
    }

    private async Task<ValueList<ColumnHandle>> ColumnsOfAsync(SchemaTableName name) => [.. (await OpenTableAsync(name)).Columns];

    private async Task<List<object?[]>> ReadTableAsync(SchemaTableName name)
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(name);
        return await ReadAsync(handle, columns, parallelism: 2);
    }
}
