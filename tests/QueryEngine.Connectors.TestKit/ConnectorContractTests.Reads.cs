using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Reads: what leaves the source is counted and no more than was asked for, batches are well formed, scans do not disturb each other.</content>
public abstract partial class ConnectorContractTests
{
    [Fact]
    public async Task Counts_the_rows_that_leave_the_source()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var metrics = new ScanMetrics();

        int rows = await CountAsync(handle, columns, metrics);

        Assert.True(metrics.RowsRead >= rows, $"{rows} rows came, {metrics.RowsRead} were counted");
    }

    [Fact]
    public async Task A_pushed_limit_keeps_rows_at_the_source()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        if (Metadata.TryPush(Session, handle, new PushLimit(3)) is not PushdownAccepted { Guarantee: Guarantee.Exact } pushed)
            return;
        var metrics = new ScanMetrics();

        Assert.Equal(3, await CountAsync(pushed.Handle, columns, metrics));
        Assert.Equal(3, metrics.RowsRead);
    }

    [Fact]
    public async Task An_exact_filter_keeps_rows_at_the_source()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var evaluator = new ReferenceEvaluator(columns);
        var predicates = new RandomPredicates(columns, rows, new Random(99));
        for (int round = 0; round < Rounds / 3; round++)
        {
            ConnectorExpression predicate = predicates.Next();
            if (Metadata.TryPush(Session, handle, new PushFilter([predicate])) is not PushdownAccepted { Guarantee: Guarantee.Exact, Residual.Count: 0 } pushed)
                continue;
            Assert.Equal(rows.Count(row => evaluator.Passes([predicate], row)), await CountAsync(pushed.Handle, columns, new ScanMetrics()));
        }
    }

    [Fact]
    public async Task A_pushed_aggregation_moves_groups_and_no_rows()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var count = new ConnectorAggregate("count", [], SqlType.BigInt);
        if (Metadata.TryPush(Session, handle, new PushAggregation([], [count])) is not PushdownAccepted pushed)
            return;
        int rows = (await ReadAsync(handle, columns)).Count;
        var metrics = new ScanMetrics();

        Assert.Equal(1, await CountAsync(pushed.Handle, [.. pushed.Outputs], metrics));
        Assert.InRange(metrics.RowsRead, 1, Math.Max(1, rows - 1));
    }

    [Fact]
    public async Task Batches_are_no_larger_than_they_may_be_and_their_values_are_all_there()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(Subject.LargeTable);

        await foreach (RecordBatch batch in BatchesAsync(handle, columns, parallelism: 3))
        {
            using (batch)
            {
                Assert.InRange(batch.RowCount, 0, RecordBatch.MaxRows);
                for (int column = 0; column < batch.ColumnCount; column++)
                {
                    Assert.Equal(columns[column].Type.Physical, batch[column].Type.Physical);
                    for (int row = 0; row < batch.RowCount; row += Math.Max(1, batch.RowCount / 50))
                        Assert.True(batch[column].GetValue(row) is null or not DBNull);
                }
            }
        }
    }

    [Fact]
    public async Task Scans_at_the_same_time_do_not_disturb_each_other()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> expected = await ReadAsync(handle, columns);

        List<object?[]>[] all = await Task.WhenAll(Enumerable.Range(1, 4).Select(scan => Task.Run(() => ReadAsync(handle, columns, scan))));

        Assert.All(all, rows => Rows.AssertSame(expected, rows));
    }

    [Fact]
    public async Task A_scan_that_is_canceled_before_it_begins_reads_nothing()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        var memory = new MemoryContext("contract");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            var canceled = new CancellationToken(canceled: true);
            await foreach (RecordBatch batch in BatchesAsync(handle, columns, memory: memory, cancellationToken: canceled))
                batch.Dispose();
            canceled.ThrowIfCancellationRequested();
        });

        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task A_canceled_scan_ends_at_the_source_within_two_seconds()
    {
        if (Subject.RunningQueries is not { } running)
            return;
        Assert.True(Manifest.Capabilities.HasFlag(ConnectorCapabilities.RemoteCancellation));
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync(Subject.LargeTable);
        using var canceled = new CancellationTokenSource();
        await using IAsyncEnumerator<RecordBatch> scan = BatchesAsync(handle, columns, cancellationToken: canceled.Token).GetAsyncEnumerator(canceled.Token);
        Assert.True(await scan.MoveNextAsync());
        scan.Current.Dispose();
        Assert.True(await running() > 0, "nothing runs at the source while rows are read");

        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await scan.MoveNextAsync())
                scan.Current.Dispose();
            canceled.Token.ThrowIfCancellationRequested();
        });
        long start = TimeProvider.System.GetTimestamp();
        while (await running() > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(2), "it still runs at the source");
            await Task.Delay(50);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("no'quote")]
    [InlineData("\"; DROP TABLE t; --")]
    [InlineData("a.b.c")]
    [InlineData("%")]
    [InlineData("../../etc/passwd")]
    [InlineData("😀\n\t\\")]
    public async Task Names_of_nothing_are_not_found_and_harm_nothing(string name)
    {
        Assert.Null(await FindAsync(new(Subject.Table.Schema, IsExact: true), new(name, IsExact: true)));
        Assert.Null(await FindAsync(new(name), new(Subject.Table.Table)));
        Assert.Empty(await ListAsync(name));
        Assert.Contains(Subject.Table, await ListAsync(Subject.Table.Schema));
    }

    [Fact]
    public async Task A_long_name_is_not_found()
    {
        string name = new('x', 5_000);

        Assert.Null(await FindAsync(new(Subject.Table.Schema, IsExact: true), new(name, IsExact: true)));
        Assert.Null(await FindAsync(new(name, IsExact: true), new(name, IsExact: true)));
    }

    [Fact]
    public async Task Descriptions_are_the_same_each_time_and_columns_are_named_once()
    {
        (TableHandle handle, _) = await OpenTableAsync();
        TableSchema schema = await Metadata.DescribeAsync(Session, handle, default);

        Assert.Equal(schema, await Metadata.DescribeAsync(Session, handle, default));
        Assert.Equal(schema.Columns.Count, schema.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(schema.PrimaryKey, key => Assert.Contains(schema.Columns, column => column.Name == key));
    }

    [Fact]
    public async Task Tables_are_listed_once()
    {
        List<SchemaTableName> all = await ListAsync(null);

        Assert.Equal(all.Distinct(), all);
        var schemas = await Metadata.ListSchemasAsync(Session, default);
        Assert.Equal(schemas.Distinct(), schemas);
        Assert.All(all, table => Assert.Contains(table.Schema, schemas));
    }

    [Fact]
    public async Task The_end_of_a_query_that_nobody_knows_is_no_error()
    {
        await Subject.Connector.EndQueryAsync("no such query");
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        await Subject.Connector.EndQueryAsync(Session.QueryId);

        Assert.NotEmpty(await ReadAsync(handle, columns));
    }

    [Fact]
    public async Task Texts_of_scans_show_no_secret()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        string text = $"{handle} {Metadata.DescribeScan(handle, columns)}";

        foreach (string secret in Subject.Secrets)
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    private async Task<int> CountAsync(TableHandle handle, IReadOnlyList<ColumnHandle> columns, ScanMetrics metrics)
    {
        int rows = 0;
        foreach (Split split in await SplitsAsync(handle, 2))
        {
            var scan = new ScanRequest(Session, handle, split, [.. columns]) { Metrics = metrics };
            await foreach (RecordBatch batch in Subject.Connector.RecordSets.ReadAsync(scan, default))
            {
                rows += batch.RowCount;
                batch.Dispose();
            }
        }

        return rows;
    }
}
