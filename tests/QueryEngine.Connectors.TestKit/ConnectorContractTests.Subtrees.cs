using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>
/// Joins, windows and unions at the source, with filters below and groups above: they give what the engine would compute, in one request, and no row more than
/// that leaves the source.
/// </content>
public abstract partial class ConnectorContractTests
{
    private const int SubtreeRounds = 40;

    [Fact]
    public async Task Pushed_joins_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(31);
        int accepted = 0;
        for (int round = 0; round < SubtreeRounds * 3 / 2; round++)
        {
            (TableHandle left, List<object?[]> leftRows) = Narrowed(handle, columns, rows, random);
            (TableHandle right, List<object?[]> rightRows) = Narrowed(handle, columns, rows, random);
            int[] leftPlaces = Places(columns, random);
            int[] rightPlaces = Places(columns, random);
            int key = random.Next(columns.Count);
            if (!BoxedValue.IsOrdered(columns[key].Type))
                continue;
            (leftPlaces[0], rightPlaces[0]) = (key, key);
            var kind = (ConnectorJoinKind)(round % 6);
            string function = random.Next(4) > 0 ? "$eq" : random.Next(2) == 0 ? "$lt" : "$is_distinct";
            ConnectorExpression condition = new ConnectorCall(
                function, [new ConnectorJoinColumn(false, 0, columns[key].Type), new ConnectorJoinColumn(true, 0, columns[key].Type)], SqlType.Boolean);
            if (function == "$is_distinct")
                condition = new ConnectorCall("$not", [condition], SqlType.Boolean);
            PushdownAnswer answer = Metadata.TryPush(
                Session, left, new PushJoin(kind, right, [.. leftPlaces.Select(place => columns[place])], [.. rightPlaces.Select(place => columns[place])], [condition]));
            if (answer is not PushdownAccepted pushed)
            {
                Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
                continue;
            }

            accepted++;
            Assert.Equal(Guarantee.Exact, pushed.Guarantee);
            List<object?[]> expected = ReferenceJoins.Join(kind, leftRows, rightRows, leftPlaces, rightPlaces, function);
            await AssertReadsAsync(pushed, expected);
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Join), accepted > 0);
    }

    [Fact]
    public async Task Pushed_windows_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(37);
        int unique = Enumerable.Range(0, columns.Count).FirstOrDefault(
            place => BoxedValue.IsOrdered(columns[place].Type) && rows.All(row => row[place] is not null) && rows.DistinctBy(row => row[place]).Count() == rows.Count, -1);
        var functions = new HashSet<string>();
        for (int round = 0; round < SubtreeRounds * 2; round++)
        {
            (TableHandle below, List<object?[]> left) = Narrowed(handle, columns, rows, random);
            int[] partition = [.. Places(columns, random).Take(random.Next(3))];
            int ordered = random.Next(columns.Count);
            int argument = random.Next(columns.Count);
            if (!BoxedValue.IsOrdered(columns[ordered].Type))
                continue;
            List<ConnectorSortKey> keys = [new(columns[ordered], random.Next(2) == 0, random.Next(2) == 0)];
            bool isTotal = unique >= 0 && random.Next(2) == 0;
            if (isTotal)
                keys.Add(new ConnectorSortKey(columns[unique], false, false));
            ConnectorWindowCall call = ReferenceWindows.Call(columns[argument], isTotal, random);
            PushdownAnswer answer = Metadata.TryPush(
                Session, below, new PushWindow([.. partition.Select(place => columns[place])], [.. keys], [call]));
            if (answer is not PushdownAccepted pushed)
            {
                Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
                continue;
            }

            functions.Add(call.Function);
            int[] keyPlaces = [.. keys.Select(key => columns.ToList().IndexOf(key.Column))];
            List<object?[]> expected = ReferenceWindows.Compute(left, partition, keys, keyPlaces, argument, call);
            await AssertReadsAsync(pushed with { Outputs = [columns[ordered], .. pushed.Outputs] }, [.. expected.Select(row => new[] { row[ordered], row[^1] })]);

            // A filter over it sees what it gives.
            if (call.Function is not ("row_number" or "rank" or "dense_rank" or "count"))
                continue;
            var few = new ConnectorCall("$le", [new ConnectorColumn(pushed.Outputs[0]), new ConnectorConstant(2L, SqlType.BigInt)], SqlType.Boolean);
            if (Metadata.TryPush(Session, pushed.Handle, new PushFilter([few])) is PushdownAccepted { Guarantee: Guarantee.Exact, Residual.Count: 0 } filtered)
                await AssertReadsAsync(
                    filtered with { Outputs = [columns[ordered], .. pushed.Outputs] },
                    [.. expected.Where(row => row[^1] is long and <= 2).Select(row => new[] { row[ordered], row[^1] })]);
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Window), functions.Count > 0);
        Assert.True(functions.Count is 0 or > 4, $"only {string.Join(", ", functions)} are taken");
    }

    [Fact]
    public async Task Pushed_unions_and_what_is_above_them_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(41);
        int accepted = 0;
        for (int round = 0; round < SubtreeRounds; round++)
        {
            int[] places = Places(columns, random);
            ValueList<ColumnHandle> chosen = [.. places.Select(place => columns[place])];
            (TableHandle first, List<object?[]> firstRows) = Narrowed(handle, columns, rows, random);
            var others = Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Narrowed(handle, columns, rows, random)).ToList();
            PushdownAnswer answer = Metadata.TryPush(Session, first, new PushUnion(chosen, [.. others.Select(other => new ConnectorUnionInput(other.Handle, chosen))]));
            if (answer is not PushdownAccepted pushed)
            {
                Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
                continue;
            }

            accepted++;
            List<object?[]> expected = [.. firstRows.Concat(others.SelectMany(other => other.Rows)).Select(row => places.Select(place => row[place]).ToArray())];
            await AssertReadsAsync(pushed, expected);

            var count = new ConnectorAggregate("count", [], SqlType.BigInt);
            if (Metadata.TryPush(Session, pushed.Handle, new PushAggregation([pushed.Outputs[0]], [count])) is PushdownAccepted grouped)
                await AssertReadsAsync(grouped, ReferenceAggregates.Compute(expected, [0], 0, [count]));
            if (Metadata.TryPush(Session, pushed.Handle, new PushAggregation([.. pushed.Outputs], [])) is PushdownAccepted distinct)
                await AssertReadsAsync(distinct, [.. expected.DistinctBy(Rows.Text)]);
            if (Metadata.TryPush(Session, pushed.Handle, new PushLimit(3)) is PushdownAccepted { Guarantee: Guarantee.Exact } limited)
                Assert.Equal(Math.Min(3, expected.Count), (await ReadAsync(limited.Handle, [.. pushed.Outputs])).Count);
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Union), accepted > 0);
    }

    [Fact]
    public async Task Pushed_statistics_are_those_of_the_engine_up_to_rounding()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        int[] numbers = [.. Enumerable.Range(0, columns.Count).Where(place => columns[place].Type.IsInteger)];
        int accepted = 0;
        foreach (string function in ReferenceStatistics.Functions)
        {
            foreach (int place in numbers)
            {
                int other = numbers[(Array.IndexOf(numbers, place) + 1) % numbers.Length];
                ConnectorExpression Number(int column) => new ConnectorCall("$cast", [new ConnectorColumn(columns[column])], SqlType.Double);
                ValueList<ConnectorExpression> arguments = ReferenceStatistics.IsOfPairs(function) ? [Number(place), Number(other)] : [Number(place)];
                int group = columns.ToList().FindIndex(column => column.Type.Kind is TypeKind.Date or TypeKind.Varchar);
                ValueList<ColumnHandle> groupBy = group >= 0 ? [columns[group]] : [];
                var call = new ConnectorAggregate(function, arguments, SqlType.Double);
                if (Metadata.TryPush(Session, handle, new PushAggregation(groupBy, [call])) is not PushdownAccepted pushed)
                    continue;
                accepted++;
                foreach (object?[] row in await ReadAsync(pushed.Handle, [.. pushed.Outputs]))
                {
                    IEnumerable<object?[]> of = rows.Where(candidate => group < 0 || Equals(candidate[group], row[0]));
                    double? expected = ReferenceStatistics.Compute(function, [.. of.Select(values => (values[place], values[other]))]);
                    double? actual = (double?)row[^1];
                    Assert.True(
                        expected is null ? actual is null : actual is { } value && Math.Abs(value - expected.Value) <= 1e-7 * Math.Max(1e-300, Math.Abs(expected.Value)) + 1e-12,
                        $"{call}: {expected} expected, {actual} given\n{Metadata.DescribeScan(pushed.Handle, [.. pushed.Outputs])}");
                }
            }
        }

        Assert.True(accepted == 0 || Metadata.Pushdown.HasFlag(PushdownKinds.Aggregation));
    }

    [Fact]
    public async Task Groups_by_computed_values_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(43);
        var predicates = new RandomPredicates(columns, rows, random);
        var evaluator = new ReferenceEvaluator(columns);
        for (int round = 0; round < SubtreeRounds; round++)
        {
            ConnectorExpression key = predicates.Next(depth: 1);
            int other = random.Next(columns.Count);
            if (Metadata.TryPush(Session, handle, new PushProjection([key, new ConnectorColumn(columns[other])])) is not PushdownAccepted computed)
                continue;
            var count = new ConnectorAggregate("count", [], SqlType.BigInt);
            if (Metadata.TryPush(Session, computed.Handle, new PushAggregation([.. computed.Outputs], [count])) is not PushdownAccepted pushed)
                continue;
            List<object?[]> values = [.. rows.Select(row => new[] { evaluator.Evaluate(key, row), row[other] })];
            await AssertReadsAsync(pushed, ReferenceAggregates.Compute(values, [0, 1], 0, [count]));
        }
    }

    [Fact]
    public async Task Pushed_set_operations_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(47);
        for (int round = 0; round < SubtreeRounds; round++)
        {
            int[] places = [.. Places(columns, random).Take(1 + random.Next(2))];
            (TableHandle left, List<object?[]> leftRows) = Narrowed(handle, columns, rows, random);
            (TableHandle right, List<object?[]> rightRows) = Narrowed(handle, columns, rows, random);
            if (Metadata.TryPush(Session, left, new PushAggregation([.. places.Select(place => columns[place])], [])) is not PushdownAccepted distinct)
                continue;
            var kind = round % 2 == 0 ? ConnectorJoinKind.Semi : ConnectorJoinKind.Anti;
            ConnectorExpression[] same = [.. places.Select((place, at) => new ConnectorCall(
                "$not",
                [new ConnectorCall("$is_distinct", [new ConnectorJoinColumn(false, at, columns[place].Type), new ConnectorJoinColumn(true, at, columns[place].Type)], SqlType.Boolean)],
                SqlType.Boolean))];
            random.Shuffle(same);
            var join = new PushJoin(kind, right, distinct.Outputs, [.. places.Select(place => columns[place])], [.. same]);
            if (Metadata.TryPush(Session, distinct.Handle, join) is not PushdownAccepted pushed)
                continue;

            HashSet<string> known = [.. rightRows.Select(row => Rows.Text([.. places.Select(place => row[place])]))];
            IEnumerable<object?[]> expected = leftRows.Select(row => places.Select(place => row[place]).ToArray()).DistinctBy(Rows.Text);
            await AssertReadsAsync(pushed, [.. expected.Where(row => known.Contains(Rows.Text(row)) == (kind == ConnectorJoinKind.Semi))]);
        }
    }

    // What a source gives for a pushed subtree: the rows expected, of one statement, and as many as are counted.
    private async Task AssertReadsAsync(PushdownAccepted pushed, List<object?[]> expected)
    {
        var metrics = new ScanMetrics();
        var read = new List<object?[]>();
        List<Split> splits = await SplitsAsync(pushed.Handle, 2);
        foreach (Split split in splits)
            read.AddRange(await RowsAsync(Subject.Connector.RecordSets.ReadAsync(new ScanRequest(Session, pushed.Handle, split, pushed.Outputs) { Metrics = metrics }, default)));
        Rows.AssertSame(expected, read, Metadata.DescribeScan(pushed.Handle, [.. pushed.Outputs]));
        Assert.Equal(expected.Count, metrics.RowsRead);
        Assert.True(metrics.Requests <= splits.Count, $"{metrics.Requests} statements for {splits.Count} parts of a query");
    }

    private static int[] Places(IReadOnlyList<ColumnHandle> columns, Random random)
    {
        int[] places = [.. Enumerable.Range(0, columns.Count)];
        random.Shuffle(places);
        return [.. places.Take(Math.Min(3, columns.Count))];
    }

    private (TableHandle Handle, List<object?[]> Rows) Narrowed(TableHandle handle, IReadOnlyList<ColumnHandle> columns, List<object?[]> rows, Random random)
    {
        var predicates = new RandomPredicates(columns, rows, random);
        var evaluator = new ReferenceEvaluator(columns);
        for (int attempt = 0; attempt < 20; attempt++)
        {
            ConnectorExpression predicate = predicates.Next(depth: 1);
            if (Metadata.TryPush(Session, handle, new PushFilter([predicate])) is not PushdownAccepted { Guarantee: Guarantee.Exact, Residual.Count: 0 } pushed)
                continue;
            List<object?[]> kept = [.. rows.Where(row => evaluator.Passes([predicate], row))];
            if (kept.Count is > 0 and <= 100)
                return (pushed.Handle, kept);
        }

        return (handle, rows);
    }
}
