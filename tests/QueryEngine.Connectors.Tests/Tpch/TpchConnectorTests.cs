using QueryEngine.Connectors.Tpch;
using QueryEngine.Connectors.Tpch.Generation;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.Tests.Tpch;

public sealed class TpchConnectorTests
{
    private static readonly ConnectorSession _session = new("query", "user");
    private static readonly TpchConnector _connector = new();

    public static TheoryData<string> Tables => new(Enum.GetNames<TpchTable>().Select(name => name.ToLowerInvariant()));

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Splits_together_give_the_rows_of_the_table(string table)
    {
        var memory = new MemoryContext("test");
        TableHandle handle = await FindAsync("tiny", table);
        ValueList<ColumnHandle> columns = await ColumnsAsync(handle);

        List<object?[]> rows = await ReadAsync(handle, columns, memory);

        TpchTable kind = Enum.Parse<TpchTable>(table, ignoreCase: true);
        Assert.Equal(TpchRows.All(kind, new ScaleFactor(10)), rows.Select(row => Format(kind, row)));
        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task Large_tables_have_several_splits_and_small_ones_one()
    {
        Assert.Single(await SplitsAsync(await FindAsync("sf1", "nation")));
        List<Split> splits = await SplitsAsync(await FindAsync("sf1", "lineitem"));
        Assert.InRange(splits.Count, 16, 64);
        Assert.All(splits, split => Assert.InRange(split.SizeInBytes, 1 << 20, 1 << 30));
    }

    [Fact]
    public async Task Columns_come_in_the_order_asked_for_and_words_as_dictionaries()
    {
        TableHandle handle = await FindAsync("tiny", "lineitem");
        ValueList<ColumnHandle> all = await ColumnsAsync(handle);
        ValueList<ColumnHandle> asked = [.. new[] { "l_shipmode", "l_orderkey", "l_shipmode" }.Select(name => all.First(column => column.Name == name))];
        Split split = (await SplitsAsync(handle))[0];

        await foreach (RecordBatch batch in _connector.RecordSets.ReadAsync(new ScanRequest(_session, handle, split, asked), default))
        {
            Assert.IsType<DictionaryVector>(batch[0]);
            Assert.Equal("TRUCK", batch[0].GetValue(0));
            Assert.Equal(1L, batch[1].GetValue(0));
            Assert.Equal("TRUCK", batch[2].GetValue(0));
            batch.Dispose();
            break;
        }
    }

    [Fact]
    public async Task A_scan_without_columns_counts_rows()
    {
        List<object?[]> rows = await ReadAsync(await FindAsync("tiny", "lineitem"), [], MemoryContext.Unlimited);

        Assert.Equal(60_175, rows.Count);
    }

    [Theory]
    [InlineData("customer", 10, 10, Guarantee.Exact)]
    [InlineData("customer", 0, 0, Guarantee.Exact)]
    [InlineData("customer", 100_000, 1500, Guarantee.Exact)]
    [InlineData("lineitem", 100, 100, Guarantee.Superset)]
    [InlineData("partsupp", 3, 3, Guarantee.Superset)]
    public async Task Limits_shorten_the_table(string table, long limit, int atLeast, Guarantee guarantee)
    {
        TableHandle handle = await FindAsync("tiny", table);

        var answer = Assert.IsType<PushdownAccepted>(_connector.Metadata.TryPush(_session, handle, new PushLimit(limit)));

        int rows = (await ReadAsync(answer.Handle, [], MemoryContext.Unlimited)).Count;
        Assert.Equal(guarantee, answer.Guarantee);
        Assert.InRange(rows, atLeast, guarantee == Guarantee.Exact ? atLeast : (atLeast * 7) + 1);
    }

    [Theory]
    [InlineData("$eq", 33L, "33")]
    [InlineData("$lt", 3L, "1,2")]
    [InlineData("$le", 32L, "1,2,3,4,5,6,7,32")]
    [InlineData("$eq", 9L, "")]
    [InlineData("$gt", 1_000_000_000L, "")]
    public async Task Ranges_of_the_key_leave_out_all_other_orders(string function, long value, string keys)
    {
        TableHandle handle = await FindAsync("tiny", "orders");
        ColumnHandle key = (await ColumnsAsync(handle))[0];
        var condition = new ConnectorCall(
            function, [new ConnectorColumn(key), new ConnectorConstant(value, SqlType.BigInt)], SqlType.Boolean);

        var answer = Assert.IsType<PushdownAccepted>(_connector.Metadata.TryPush(_session, handle, new PushFilter([condition])));

        List<object?[]> rows = await ReadAsync(answer.Handle, [key], MemoryContext.Unlimited);
        Assert.Equal(Guarantee.Superset, answer.Guarantee);
        string[] expected = keys.Split(',', StringSplitOptions.RemoveEmptyEntries);
        Assert.Superset(expected.ToHashSet(), rows.Select(row => $"{row[0]}").ToHashSet());
        Assert.InRange(rows.Count, expected.Length, expected.Length + 1);
    }

    [Fact]
    public async Task Conditions_on_other_columns_are_refused_with_a_reason()
    {
        TableHandle handle = await FindAsync("tiny", "orders");
        ColumnHandle status = (await ColumnsAsync(handle))[2];
        var condition = new ConnectorCall(
            "$eq", [new ConnectorColumn(status), new ConnectorConstant("F", SqlType.Varchar)], SqlType.Boolean);

        var answer = Assert.IsType<PushdownRefused>(_connector.Metadata.TryPush(_session, handle, new PushFilter([condition])));

        Assert.Contains("o_orderkey", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public async Task Statistics_hold_for_the_rows(string table)
    {
        TableHandle handle = await FindAsync("tiny", table);
        ValueList<ColumnHandle> columns = await ColumnsAsync(handle);
        List<object?[]> rows = await ReadAsync(handle, columns, MemoryContext.Unlimited);

        TableStatistics statistics = await _connector.Metadata.GetStatisticsAsync(_session, handle, default);

        Assert.Equal(rows.Count, statistics.RowCount);
        for (int column = 0; column < columns.Count; column++)
        {
            ColumnStatistics known = statistics.Columns[columns[column].Name];
            int distinct = rows.Select(row => row[column]).Distinct().Count();
            Assert.Equal(0, known.NullFraction);
            Assert.True(
                known.DistinctCount / distinct is > 0.5 and < 2.5,
                $"{columns[column].Name}: {known.DistinctCount} distinct values expected, {distinct} are there");
            if (known.Min is { } min && known.Max is { } max)
            {
                Assert.All(rows, row => Assert.True(
                    BoxedValue.Compare(row[column]!, min) >= 0 && BoxedValue.Compare(row[column]!, max) <= 0,
                    $"{columns[column].Name}: {row[column]} is not from {min} to {max}"));
            }
        }
    }

    [Theory]
    [InlineData("TINY", false, true)]
    [InlineData("TINY", true, false)]
    [InlineData("sf0_1", false, true)]
    [InlineData("sf12345", false, true)]
    [InlineData("huge", false, false)]
    public async Task Schemas_are_found_by_pattern(string schema, bool isExact, bool isFound)
    {
        TableHandle? handle = await _connector.Metadata.FindTableAsync(
            _session, new RequestedName(schema, isExact), new RequestedName("NATION"), default);

        Assert.Equal(isFound, handle is not null);
    }

    [Fact]
    public async Task Every_listed_table_is_found_and_described()
    {
        int tables = 0;
        await foreach (SchemaTableName name in _connector.Metadata.ListTablesAsync(_session, null, default))
        {
            TableSchema schema = await _connector.Metadata.DescribeAsync(_session, await FindAsync(name.Schema, name.Table), default);
            Assert.Equal(name, schema.Name);
            Assert.NotEmpty(schema.Columns);
            tables++;
        }

        Assert.Equal(8 * 8, tables);
    }

    private async Task<TableHandle> FindAsync(string schema, string table) =>
        await _connector.Metadata.FindTableAsync(_session, new RequestedName(schema), new RequestedName(table), default)
        ?? throw new InvalidOperationException($"no table {schema}.{table}");

    private async Task<ValueList<ColumnHandle>> ColumnsAsync(TableHandle handle) =>
        [.. (await _connector.Metadata.DescribeAsync(_session, handle, default)).Columns.Select(column => column.Handle)];

    private async Task<List<Split>> SplitsAsync(TableHandle handle)
    {
        List<Split> splits = [];
        var request = new SplitRequest { Parallelism = 4 };
        await foreach (Split split in _connector.Splits.GetSplitsAsync(_session, handle, request, default))
            splits.Add(split);
        return splits;
    }

    private async Task<List<object?[]>> ReadAsync(TableHandle handle, ValueList<ColumnHandle> columns, MemoryContext memory)
    {
        List<object?[]> rows = [];
        foreach (Split split in await SplitsAsync(handle))
        {
            var scan = new ScanRequest(_session, handle, split, columns) { Memory = memory };
            await foreach (RecordBatch batch in _connector.RecordSets.ReadAsync(scan, default))
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
                batch.Dispose();
            }
        }

        return rows;
    }

    private static string Format(TpchTable table, object?[] row) =>
        string.Join('|', row.Zip(TpchColumn.Of(table), (value, column) => TpchRows.Format(column, value!)));
}
