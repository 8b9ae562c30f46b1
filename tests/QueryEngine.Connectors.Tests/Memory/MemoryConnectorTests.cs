using QueryEngine.Connectors.Memory;
using QueryEngine.Connectors.Tpch;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Memory;

public sealed class MemoryConnectorTests
{
    private static readonly ValueList<ColumnHandle> _columns = MemoryCatalog.Columns(("id", SqlType.BigInt), ("name", SqlType.Varchar));

    [Fact]
    public async Task Inserted_rows_are_read_back_in_order()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));

        long first = await catalog.InsertAsync("t", _columns, [1L, "one"], [2L, null]);
        long second = await catalog.InsertAsync("t", _columns, [null, "three"]);

        Assert.Equal((2, 1), (first, second));
        Assert.Equal([[1L, "one"], [2L, null], [null, "three"]], await catalog.ReadAsync("T"));
    }

    [Fact]
    public async Task Columns_that_an_insert_leaves_out_are_null_and_order_is_free()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("a", SqlType.Integer), ("b", SqlType.Integer), ("c", SqlType.Integer));

        await catalog.InsertAsync("t", MemoryCatalog.Columns(("c", SqlType.Integer), ("a", SqlType.Integer)), [3, 1]);

        Assert.Equal([[1, null, 3]], await catalog.ReadAsync("t"));
    }

    [Fact]
    public async Task Many_small_inserts_make_few_batches()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        for (long row = 0; row < 1000; row++)
            await catalog.InsertAsync("t", _columns, [row, $"name {row}"]);

        TableHandle handle = await catalog.FindAsync("t");
        int batches = 0;
        await foreach (RecordBatch batch in catalog.Connector.RecordSets.ReadAsync(
            new ScanRequest(MemoryCatalog.Session, handle, new MemorySplit(0, 1000), _columns), default))
        {
            batches++;
            batch.Dispose();
        }

        Assert.InRange(batches, 1, 10);
        Assert.Equal(Enumerable.Range(0, 1000).Select(row => (object?)(long)row), (await catalog.ReadAsync("t")).Select(row => row[0]));
    }

    [Fact]
    public async Task A_handle_does_not_see_rows_added_later()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        await catalog.InsertAsync("t", _columns, [1L, "one"]);
        TableHandle before = await catalog.FindAsync("t");

        await catalog.InsertAsync("t", _columns, [2L, "two"]);

        Assert.Single(await catalog.ReadAsync(before, _columns));
        Assert.Equal(2, (await catalog.ReadAsync("t")).Count);
        Assert.NotEqual(before, await catalog.FindAsync("t"));
    }

    [Fact]
    public async Task A_query_reads_what_it_has_found_until_it_ends_even_when_the_table_was_emptied_meanwhile()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        await catalog.InsertAsync("t", _columns, [1L, "one"]);
        TableHandle before = await catalog.FindAsync("t");

        await catalog.Connector.TruncateTableAsync(MemoryCatalog.Session, MemoryCatalog.Name("t"), default);

        Assert.Equal([[1L, "one"]], await catalog.ReadAsync(before, _columns));
        Assert.Empty(await catalog.ReadAsync("t"));

        await catalog.Connector.EndQueryAsync(MemoryCatalog.Session.QueryId);
        var error = await Assert.ThrowsAsync<QueryException>(() => catalog.ReadAsync(before, _columns));
        Assert.Contains("while the query was reading", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_under_way_keeps_its_rows_when_the_table_is_dropped()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        RecordBatch[] batches = [.. Enumerable.Range(0, 3).Select(part => MemoryCatalog.Batch(
            _columns, [.. Enumerable.Range(0, 5000).Select(row => new object?[] { (long)((part * 5000) + row), "x" })]))];
        await catalog.WriteAsync(new InsertIntent(MemoryCatalog.Name("t"), _columns), batches);
        TableHandle handle = await catalog.FindAsync("t");

        long sum = 0;
        await foreach (RecordBatch batch in catalog.Connector.RecordSets.ReadAsync(
            new ScanRequest(MemoryCatalog.Session, handle, new MemorySplit(0, 15_000), _columns), default))
        {
            if (sum == 0)
                await catalog.Connector.DropTableAsync(MemoryCatalog.Session, MemoryCatalog.Name("t"), default);
            for (int row = 0; row < batch.RowCount; row++)
                sum += (long)batch[0].GetValue(row)!;
            batch.Dispose();
        }

        Assert.Equal(14_999L * 15_000 / 2, sum);
        await catalog.Connector.EndQueryAsync(MemoryCatalog.Session.QueryId);
        Assert.Equal(0, catalog.Memory.Bytes);
    }

    [Fact]
    public async Task Nothing_is_visible_before_a_write_is_finished_and_nothing_is_left_of_an_aborted_one()
    {
        await using var catalog = new MemoryCatalog();
        WriteHandle handle = await catalog.Connector.BeginWriteAsync(
            MemoryCatalog.Session, new CreateTableIntent(MemoryCatalog.Name("t"), _columns, false, []), default);
        await using IRecordSink sink = await catalog.Connector.OpenSinkAsync(MemoryCatalog.Session, handle, new WriterId(0, 0), default);
        using RecordBatch batch = MemoryCatalog.Batch(_columns, [1L, "one"]);
        await sink.WriteAsync(batch, default);
        await sink.FinishAsync(default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => catalog.FindAsync("t"));
        await catalog.Connector.AbortWriteAsync(MemoryCatalog.Session, handle, default);

        await Assert.ThrowsAsync<InvalidOperationException>(() => catalog.FindAsync("t"));
        Assert.Equal(0, catalog.Memory.Bytes);
    }

    [Fact]
    public async Task Only_the_attempts_that_finish_names_are_kept_and_finishing_twice_changes_nothing()
    {
        await using var catalog = new MemoryCatalog();
        WriteHandle handle = await catalog.Connector.BeginWriteAsync(
            MemoryCatalog.Session, new CreateTableIntent(MemoryCatalog.Name("t"), _columns, false, []), default);
        List<ReadOnlyMemory<byte>> fragments = [];
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await using IRecordSink sink = await catalog.Connector.OpenSinkAsync(
                MemoryCatalog.Session, handle, new WriterId(0, attempt), default);
            using RecordBatch batch = MemoryCatalog.Batch(_columns, [(long)attempt, "x"]);
            await sink.WriteAsync(batch, default);
            if (attempt != 1)
                fragments.Add(await sink.FinishAsync(default));
        }

        long first = await catalog.Connector.FinishWriteAsync(MemoryCatalog.Session, handle, [fragments[1]], default);
        long again = await catalog.Connector.FinishWriteAsync(MemoryCatalog.Session, handle, [fragments[1]], default);

        Assert.Equal((1, 1), (first, again));
        Assert.Equal([[2L, "x"]], await catalog.ReadAsync("t"));
        await catalog.Connector.DropTableAsync(MemoryCatalog.Session, MemoryCatalog.Name("t"), default);
        await catalog.Connector.EndQueryAsync(MemoryCatalog.Session.QueryId);
        Assert.Equal(0, catalog.Memory.Bytes);
    }

    [Fact]
    public async Task Replacing_a_table_takes_the_new_columns()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        ValueList<ColumnHandle> other = MemoryCatalog.Columns(("x", SqlType.Double));

        await Assert.ThrowsAsync<QueryException>(() => catalog.WriteAsync(new CreateTableIntent(MemoryCatalog.Name("t"), other, false, [])));
        using RecordBatch batch = MemoryCatalog.Batch(other, [1.5]);
        await catalog.WriteAsync(new CreateTableIntent(MemoryCatalog.Name("t"), other, true, []), batch);
        await catalog.WriteAsync(new InsertIntent(MemoryCatalog.Name("t"), other, Overwrite: true), batch, batch);

        Assert.Equal([[1.5], [1.5]], await catalog.ReadAsync("t"));
    }

    [Fact]
    public async Task A_null_for_a_column_that_is_not_null_is_an_error()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.Connector.CreateTableAsync(
            MemoryCatalog.Session,
            new TableDefinition(MemoryCatalog.Name("t"), [new TableColumn(_columns[0]), new TableColumn(_columns[1])]) { PrimaryKey = ["id"] },
            default);

        var error = await Assert.ThrowsAsync<QueryException>(() => catalog.InsertAsync("t", _columns, [null, "x"]));
        var missing = await Assert.ThrowsAsync<QueryException>(() => catalog.InsertAsync("t", [_columns[1]], ["x"]));

        Assert.Equal(ErrorCode.NotNullViolation, error.Code);
        Assert.Equal(ErrorCode.NotNullViolation, missing.Code);
        Assert.Empty(await catalog.ReadAsync("t"));
    }

    [Fact]
    public async Task Statistics_follow_the_rows()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        RecordBatch[] batches = [.. Enumerable.Range(0, 5).Select(part => MemoryCatalog.Batch(
            _columns, [.. Enumerable.Range(0, 4000).Select(row => new object?[] { row % 4 == 0 ? null : (long)((part * 4000) + row), $"n{row % 7}" })]))];
        await catalog.WriteAsync(new InsertIntent(MemoryCatalog.Name("t"), _columns), batches);

        ColumnStatistics id = await catalog.StatisticsAsync("t", "id");
        ColumnStatistics name = await catalog.StatisticsAsync("t", "name");

        Assert.Equal(0.25, id.NullFraction);
        Assert.Equal((1L, 19_999L), (id.Min, id.Max));
        Assert.InRange(id.DistinctCount!.Value, 15_000 * 0.9, 15_000);
        Assert.Equal(("n0", "n6"), (name.Min, name.Max));
        Assert.Equal(7, name.DistinctCount);
        Assert.Equal(2, name.AverageBytes);

        await catalog.Connector.TruncateTableAsync(MemoryCatalog.Session, MemoryCatalog.Name("t"), default);
        Assert.Null((await catalog.StatisticsAsync("t", "id")).Min);
    }

    [Fact]
    public async Task Rows_of_another_connector_are_copied_whole_and_its_dictionaries_stay()
    {
        await using var catalog = new MemoryCatalog();
        var tpch = new TpchConnector();
        TableHandle source = (await tpch.Metadata.FindTableAsync(
            MemoryCatalog.Session, new RequestedName("tiny"), new RequestedName("lineitem"), default))!;
        ValueList<ColumnHandle> columns = [.. (await tpch.Metadata.DescribeAsync(MemoryCatalog.Session, source, default)).Columns.Select(column => column.Handle)];
        List<RecordBatch> batches = [];
        await foreach (Split split in tpch.Splits.GetSplitsAsync(MemoryCatalog.Session, source, new SplitRequest(), default))
        {
            await foreach (RecordBatch batch in tpch.RecordSets.ReadAsync(new ScanRequest(MemoryCatalog.Session, source, split, columns), default))
                batches.Add(batch);
        }

        await catalog.WriteAsync(new CreateTableIntent(MemoryCatalog.Name("lines"), columns, false, []), [.. batches]);

        List<object?[]> expected = [.. batches.SelectMany(batch => Enumerable.Range(0, batch.RowCount).Select(row => batch.Columns.ToArray().Select(column => column.GetValue(row)).ToArray()))];
        batches.ForEach(batch => batch.Dispose());
        Assert.Equal(expected, await catalog.ReadAsync("lines"));
        Assert.Equal(7, (await catalog.StatisticsAsync("lines", "l_shipmode")).DistinctCount);
        await foreach (RecordBatch batch in catalog.Connector.RecordSets.ReadAsync(
            new ScanRequest(MemoryCatalog.Session, await catalog.FindAsync("lines"), new MemorySplit(10, 20), [columns[14]]), default))
        {
            Assert.IsType<DictionaryVector>(batch[0]);
            Assert.Equal(10, batch.RowCount);
            batch.Dispose();
        }
    }

    [Fact]
    public async Task Splits_hold_every_row_once_at_any_parallelism()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        RecordBatch[] batches = [.. Enumerable.Range(0, 40).Select(part => MemoryCatalog.Batch(
            _columns, [.. Enumerable.Range(0, 7001).Select(row => new object?[] { (long)((part * 7001) + row), null })]))];
        await catalog.WriteAsync(new InsertIntent(MemoryCatalog.Name("t"), _columns), batches);

        TableHandle handle = await catalog.FindAsync("t");
        List<object?[]> rows = await catalog.ReadAsync(handle, [_columns[0]]);

        Assert.Equal(Enumerable.Range(0, 40 * 7001).Select(row => (object?)(long)row), rows.Select(row => row[0]));
    }

    [Fact]
    public async Task A_limit_is_exact()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));
        await catalog.InsertAsync("t", _columns, [1L, "a"], [2L, "b"], [3L, "c"]);

        var answer = Assert.IsType<PushdownAccepted>(
            catalog.Connector.Metadata.TryPush(MemoryCatalog.Session, await catalog.FindAsync("t"), new PushLimit(2)));

        Assert.Equal(Guarantee.Exact, answer.Guarantee);
        Assert.Equal(2, (await catalog.ReadAsync(answer.Handle, _columns)).Count);
    }

    [Fact]
    public async Task Schemas_are_made_and_dropped()
    {
        await using var catalog = new MemoryCatalog();
        MemoryConnector connector = catalog.Connector;
        await connector.CreateSchemaAsync(MemoryCatalog.Session, "Sales", default);
        await connector.CreateTableAsync(
            MemoryCatalog.Session, new TableDefinition(new SchemaTableName("Sales", "t"), [new TableColumn(_columns[0])]), default);

        Assert.Equal(["Sales", "default"], await connector.Metadata.ListSchemasAsync(MemoryCatalog.Session, default));
        await ThrowsAsync("2BP01", () => connector.DropSchemaAsync(MemoryCatalog.Session, "Sales", false, default));
        await ThrowsAsync("42P06", () => connector.CreateSchemaAsync(MemoryCatalog.Session, "Sales", default));
        await connector.DropSchemaAsync(MemoryCatalog.Session, "Sales", true, default);
        await ThrowsAsync("3F000", () => connector.DropSchemaAsync(MemoryCatalog.Session, "Sales", true, default));
        await ThrowsAsync("42P01", () => connector.DropTableAsync(MemoryCatalog.Session, MemoryCatalog.Name("t"), default));
    }

    [Fact]
    public async Task Parallel_inserts_and_reads_lose_nothing()
    {
        await using var catalog = new MemoryCatalog();
        await catalog.CreateAsync("t", ("id", SqlType.BigInt), ("name", SqlType.Varchar));

        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (int row = 0; row < 200; row++)
                await catalog.InsertAsync("t", _columns, [(long)((writer * 200) + row), "x"]);
        }))];
        Task reader = Task.Run(async () =>
        {
            int last = 0;
            while (last < 800)
            {
                int now = (await catalog.ReadAsync("t")).Count;
                Assert.InRange(now, last, 800);
                last = now;
            }
        });
        await Task.WhenAll([.. writers, reader]);

        Assert.Equal(800, (await catalog.ReadAsync("t")).Select(row => row[0]).Distinct().Count());
    }

    private static async Task ThrowsAsync(string sqlState, Func<ValueTask> action) =>
        Assert.Equal(sqlState, (await Assert.ThrowsAsync<QueryException>(async () => await action())).Code.SqlState);
}
