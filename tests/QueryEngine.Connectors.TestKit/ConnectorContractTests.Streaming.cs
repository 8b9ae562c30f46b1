using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Streams and access: rows are followed without loss from any position; what may be done is said before it is done.</content>
public abstract partial class ConnectorContractTests
{
    [Fact]
    public async Task Rows_that_are_there_are_followed_to_their_end_and_none_comes_again_after_the_last_position()
    {
        if (Subject.Connector.As<ISupportsStreaming>() is not { } streams)
            return;
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        Assert.Null(await streams.WhyNotFollowedAsync(Session, handle, default));
        var metrics = new ScanMetrics();
        var memory = new MemoryContext("contract");
        var request = new StreamRequest(Session, handle, [.. columns], After: null) { IsBounded = true, Metrics = metrics, Memory = memory };

        (List<object?[]> rows, string? position) = await FollowAsync(streams, request, int.MaxValue);

        Rows.AssertSame(await ReadAsync(handle, columns), rows);
        Assert.Equal(rows.Count, metrics.RowsRead);
        Assert.Equal(0, memory.Bytes);
        Assert.Empty((await FollowAsync(streams, request with { After = position }, int.MaxValue)).Rows);
    }

    [Fact]
    public async Task Rows_that_come_later_are_followed_from_the_position_that_was_kept()
    {
        if (Subject.Connector.As<ISupportsStreaming>() is not { } streams || !CanWrite)
            return;
        SchemaTableName name = await MakeTableAsync();
        object?[][] Some(int from, int count) => [.. Enumerable.Range(from, count).Select(row => new object?[] { (long)row, $"name {row}", row / 2.0 })];
        await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "first", Some(0, 5));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(name);
        var request = new StreamRequest(Session, handle, [.. columns], After: null) { PollInterval = TimeSpan.FromMilliseconds(20) };
        (List<object?[]> first, string? position) = await FollowAsync(streams, request, 5);
        Rows.AssertSame(Some(0, 5), first);

        Task<(List<object?[]> Rows, string? Position)> following = FollowAsync(streams, request with { After = position }, 20_005);
        await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "second", Some(5, 20_000));
        await WriteAsync(name, new InsertIntent(name, await ColumnsOfAsync(name)), "third", Some(20_005, 5));
        (List<object?[]> later, string? end) = await following.WaitAsync(TimeSpan.FromSeconds(60));

        Rows.AssertSame(Some(5, 20_005), later);
        using var canceled = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (StreamedBatch batch in streams.FollowAsync(request with { After = end }, canceled.Token))
                batch.Rows.Dispose();
        });
        await Definitions.DropTableAsync(Session, name, default);
    }

    [Fact]
    public async Task A_position_of_another_source_and_a_handle_that_cannot_be_followed_are_errors()
    {
        if (Subject.Connector.As<ISupportsStreaming>() is not { } streams)
            return;
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var request = new StreamRequest(Session, handle, [.. columns], After: "no position") { IsBounded = true };
        await Assert.ThrowsAsync<QueryException>(() => FollowAsync(streams, request, 1));

        if (Metadata.TryPush(Session, handle, new PushLimit(3)) is not PushdownAccepted limited)
            return;
        Assert.False(string.IsNullOrWhiteSpace(await streams.WhyNotFollowedAsync(Session, limited.Handle, default)));
        QueryException error = await Assert.ThrowsAsync<QueryException>(() => FollowAsync(streams, request with { Table = limited.Handle, After = null }, 1));
        Assert.Equal(ErrorCode.NotSupported, error.Code);
    }

    [Fact]
    public async Task A_catalog_that_only_reads_says_so_before_anything_is_done_and_does_nothing()
    {
        PropertySpec? readOnly = Subject.Factory.Properties.FirstOrDefault(property => property.Name == "read-only");
        Assert.Equal(readOnly is not null, Subject.OpenReadOnlyAsync is not null);
        if (Subject.OpenReadOnlyAsync is null)
            return;
        await using IConnector connector = await Subject.OpenReadOnlyAsync();
        var access = Assert.IsAssignableFrom<ISupportsAccessControl>(connector.As<ISupportsAccessControl>());
        List<SchemaTableName> before = await ListAsync(null);

        await access.CheckAccessAsync(Session, new AccessRequest(AccessKind.Read, Subject.Table), default);
        foreach (AccessKind kind in (AccessKind[])[AccessKind.Insert, AccessKind.Change, AccessKind.Define])
        {
            QueryException denied = await Assert.ThrowsAsync<QueryException>(async () => await access.CheckAccessAsync(Session, new AccessRequest(kind, Subject.Table), default));
            Assert.Equal(ErrorCode.ReadOnly, denied.Code);
        }

        // Nor is it done by those who do not ask.
        await Assert.ThrowsAsync<QueryException>(async () => await connector.As<ISupportsDdl>()!.DropTableAsync(Session, Subject.Table, default));
        await Assert.ThrowsAsync<QueryException>(async () => await connector.As<ISupportsDdl>()!.CreateTableAsync(
            Session, new TableDefinition(NewName(), NewColumns.Select(column => new TableColumn(column)).ToValueList()), default));
        Assert.Equal(before.OrderBy(table => table.ToString()), (await ListAsync(null)).OrderBy(table => table.ToString()));
    }

    private static async Task<(List<object?[]> Rows, string? Position)> FollowAsync(ISupportsStreaming streams, StreamRequest request, int enough)
    {
        var rows = new List<object?[]>();
        string? position = null;
        await foreach (StreamedBatch batch in streams.FollowAsync(request, default))
        {
            using RecordBatch owned = batch.Rows;
            for (int row = 0; row < owned.RowCount; row++)
                rows.Add([.. Enumerable.Range(0, owned.ColumnCount).Select(column => owned[column].GetValue(row))]);
            position = batch.Position;
            if (rows.Count >= enough)
                break;
        }

        return (rows, position);
    }
}
