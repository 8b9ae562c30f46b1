using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Faults: a connection that is cut in the middle of something is an error, never fewer rows, and leaves nothing half done.</content>
public abstract partial class ConnectorContractTests
{
    [Fact]
    public async Task A_connection_cut_while_rows_are_read_is_an_error_and_the_next_read_is_whole()
    {
        if (Subject.Server is not { } server)
            return;
        await using var proxy = new CuttingProxy(server.Port);
        await using IConnector connector = await server.OpenAsync(proxy.Port);
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(Subject.LargeTable);
        Split split = (await SplitsOfAsync(connector, handle))[0];
        var memory = new MemoryContext("contract");
        var scan = new ScanRequest(Session, handle, split, [.. columns]) { Memory = memory };
        int rows = (await RowsAsync(connector.RecordSets.ReadAsync(scan, default))).Count;
        Assert.True(rows > 1_000, "there is too little to cut");

        proxy.CutAfterReceiving(100_000);
        QueryException error = await Assert.ThrowsAsync<QueryException>(() => RowsAsync(connector.RecordSets.ReadAsync(scan, default)));
        proxy.Mend();

        Assert.True(proxy.Cuts > 0);
        Assert.Equal(ErrorKind.External, error.Code.Kind);
        Assert.Equal(0, memory.Bytes);
        foreach (string secret in Subject.Secrets)
            Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal);
        Split again = (await SplitsOfAsync(connector, handle))[0];
        Assert.Equal(rows, (await RowsAsync(connector.RecordSets.ReadAsync(scan with { Split = again }, default))).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60_000)]
    [InlineData(400_000)]
    public async Task A_connection_cut_while_rows_are_written_leaves_none_of_them(long afterBytes)
    {
        if (Subject.Server is not { } server || !CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        List<SchemaTableName> before = await ListAsync(null);
        await using var proxy = new CuttingProxy(server.Port);
        await using IConnector connector = await server.OpenAsync(proxy.Port);
        var writes = connector.As<ISupportsWrites>()!;
        ConnectorSession session = Session with { QueryId = $"cut_{Guid.NewGuid():N}" };
        WriteHandle handle = await writes.BeginWriteAsync(session, new InsertIntent(name, await ColumnsOfAsync(name)), default);
        proxy.CutAfterSending(afterBytes);

        QueryException error = await Assert.ThrowsAsync<QueryException>(async () =>
        {
            await using IRecordSink sink = await writes.OpenSinkAsync(session, handle, new WriterId(0, 0), default);
            for (int batch = 0; batch < 40; batch++)
            {
                using RecordBatch rows = Batch([.. Enumerable.Range(0, 1_000).Select(row => new object?[] { (batch * 1_000L) + row, $"name {row} {new string('x', 20)}", row / 4.0 })]);
                await sink.WriteAsync(rows, default);
            }

            ReadOnlyMemory<byte> fragment = await sink.FinishAsync(default);
            await writes.FinishWriteAsync(session, handle, [fragment], default);
        });
        proxy.Mend();
        await writes.AbortWriteAsync(session, handle, default);

        Assert.True(proxy.Cuts > 0);
        Assert.Equal(ErrorKind.External, error.Code.Kind);
        Assert.Empty(await ReadTableAsync(name));
        Assert.Equal(before.OrderBy(table => table.ToString()), (await ListAsync(null)).OrderBy(table => table.ToString()));
        Assert.Equal(1, await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "after", [[1L, "a", 1.0]]));
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_cut_at_the_commit_leaves_all_rows_or_none(bool cutsAnswer)
    {
        if (Subject.Server is not { } server || !CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        await using var proxy = new CuttingProxy(server.Port);
        await using IConnector connector = await server.OpenAsync(proxy.Port);
        var writes = connector.As<ISupportsWrites>()!;
        ConnectorSession session = Session with { QueryId = $"commit_{Guid.NewGuid():N}" };
        WriteHandle handle = await writes.BeginWriteAsync(session, new InsertIntent(name, await ColumnsOfAsync(name)), default);
        var fragments = new List<ReadOnlyMemory<byte>>();
        for (int task = 0; task < 2; task++)
        {
            await using IRecordSink sink = await writes.OpenSinkAsync(session, handle, new WriterId(task, 0), default);
            using RecordBatch rows = Batch([.. Enumerable.Range(0, 500).Select(row => new object?[] { (task * 500L) + row, "x", 0.5 })]);
            await sink.WriteAsync(rows, default);
            fragments.Add(await sink.FinishAsync(default));
        }

        if (cutsAnswer)
            proxy.CutAfterReceiving(0);
        else
            proxy.CutAfterSending(0);
        Exception? failure = await Record.ExceptionAsync(async () => await writes.FinishWriteAsync(session, handle, fragments, default));
        proxy.Mend();
        int rowsAfter = (await ReadTableAsync(name)).Count;
        Assert.True(failure is null ? rowsAfter == 1_000 : failure is QueryException && rowsAfter is 0 or 1_000, $"{rowsAfter} rows, {failure}");

        // Whoever was not told gives up: what is there stays as it is.
        if (failure is not null)
            await writes.AbortWriteAsync(session, handle, default);
        Assert.Equal(rowsAfter, (await ReadTableAsync(name)).Count);
        await Definitions.DropTableAsync(Session, name, default);
    }

    private static async Task<List<Split>> SplitsOfAsync(IConnector connector, TableHandle handle)
    {
        var splits = new List<Split>();
        await foreach (Split split in connector.Splits.GetSplitsAsync(Session, handle, new SplitRequest(), default))
            splits.Add(split);
        return splits;
    }
}
