using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Connectors.TestKit;

/// <content>Pushdown: whatever is accepted gives what the engine would have computed.</content>
public abstract partial class ConnectorContractTests
{
    private const int Rounds = 300;

    [Fact]
    public async Task Pushed_filters_keep_the_rows_that_the_engine_would_keep()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(20261121);
        var predicates = new RandomPredicates(columns, rows, random);
        var evaluator = new ReferenceEvaluator(columns);
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ValueList<ConnectorExpression> conjuncts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => predicates.Next())];
            PushdownAnswer answer = Metadata.TryPush(Session, handle, new PushFilter(conjuncts));
            if (answer is PushdownRefused refused)
            {
                Assert.False(string.IsNullOrWhiteSpace(refused.Reason));
                continue;
            }

            accepted++;
            PushdownAccepted pushed = Assert.IsType<PushdownAccepted>(answer);
            ValueList<ConnectorExpression> left = pushed.Guarantee == Guarantee.Superset ? conjuncts : pushed.Residual;
            if (left.Count > 0)
                Assert.False(string.IsNullOrWhiteSpace(pushed.Reason), "what is left to the engine has a reason");
            List<object?[]> read = await ReadAsync(pushed.Handle, columns, parallelism: 1 + (round % 3));
            Rows.AssertSame(
                [.. rows.Where(row => evaluator.Passes(conjuncts, row))],
                [.. read.Where(row => evaluator.Passes(left, row))],
                $"{string.Join(" AND ", conjuncts)}\n{Metadata.DescribeScan(pushed.Handle, columns)}");
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Filter), accepted > 0);
    }

    [Fact]
    public async Task Negotiation_ends_because_what_is_pushed_again_changes_nothing()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var predicates = new RandomPredicates(columns, rows, new Random(7));
        for (int round = 0; round < Rounds; round++)
        {
            var filter = new PushFilter([predicates.Next(), predicates.Next()]);
            if (Metadata.TryPush(Session, handle, filter) is not PushdownAccepted first)
                continue;
            if (Metadata.TryPush(Session, first.Handle, filter) is PushdownAccepted second)
                Assert.Equal(first.Handle, second.Handle);
        }
    }

    [Fact]
    public async Task Pushed_limits_give_that_many_rows()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        bool accepted = false;
        foreach (long count in (long[])[0, 1, 5, rows.Count, rows.Count + 1L, long.MaxValue])
        {
            if (Metadata.TryPush(Session, handle, new PushLimit(count)) is not PushdownAccepted pushed)
                continue;
            accepted = true;
            List<object?[]> read = await ReadAsync(pushed.Handle, columns, parallelism: 4);
            Rows.AssertContains(rows, read);
            if (pushed.Guarantee == Guarantee.Exact)
                Assert.Equal(Math.Min(count, rows.Count), read.Count);
            else
                Assert.True(read.Count >= Math.Min(count, rows.Count));
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Limit), accepted);
    }

    [Fact]
    public async Task Pushed_top_n_gives_the_first_rows_of_the_order()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        bool accepted = false;
        for (int column = 0; column < columns.Count; column++)
        {
            for (int variant = 0; variant < 4; variant++)
            {
                var key = new ConnectorSortKey(columns[column], Descending: (variant & 1) != 0, NullsFirst: (variant & 2) != 0);
                PushdownAnswer answer = Metadata.TryPush(Session, handle, new PushTopN(7, [key]));
                if (answer is not PushdownAccepted pushed)
                {
                    Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
                    continue;
                }

                accepted = true;
                List<object?[]> read = await ReadAsync(pushed.Handle, columns, parallelism: 4);
                Rows.AssertContains(rows, read);
                object?[] expected = [.. rows.Select(row => row[column]).Order(new KeyComparer(key)).Take(7)];
                object?[] actual = [.. read.Select(row => row[column]).Order(new KeyComparer(key)).Take(7)];
                Assert.True(pushed.Guarantee == Guarantee.Superset || read.Count == expected.Length);
                Rows.AssertSame([.. expected.Select(value => new[] { value })], [.. actual.Select(value => new[] { value })], key.ToString());
            }
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.TopN), accepted);
    }

    [Fact]
    public async Task Pushed_aggregates_give_what_the_engine_would_compute()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var random = new Random(5);
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int[] groups = [.. Enumerable.Range(0, columns.Count).OrderBy(_ => random.Next()).Take(random.Next(3))];
            int argument = random.Next(columns.Count);
            ValueList<ConnectorAggregate> calls = [.. ReferenceAggregates.Calls(columns[argument], random)];
            PushdownAnswer answer = Metadata.TryPush(
                Session, handle, new PushAggregation([.. groups.Select(group => columns[group])], groups.Length == 0 || round % 5 > 0 ? calls : []));
            if (answer is not PushdownAccepted pushed)
            {
                Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
                continue;
            }

            accepted++;
            Assert.Equal(Guarantee.Exact, pushed.Guarantee);
            List<object?[]> read = await ReadAsync(pushed.Handle, [.. pushed.Outputs], parallelism: 4);
            List<object?[]> expected = ReferenceAggregates.Compute(rows, groups, argument, groups.Length == 0 || round % 5 > 0 ? calls : []);
            Rows.AssertSame(expected, read, Metadata.DescribeScan(pushed.Handle, [.. pushed.Outputs]));
        }

        Assert.Equal(Metadata.Pushdown.HasFlag(PushdownKinds.Aggregation), accepted > 0);
    }

    [Fact]
    public async Task Operations_on_top_of_each_other_keep_their_order()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        if (Metadata.TryPush(Session, handle, new PushLimit(10)) is not PushdownAccepted limited)
            return;
        var notNull = new ConnectorCall("$not", [new ConnectorCall("$is_null", [new ConnectorColumn(columns[0])], SqlType.Boolean)], SqlType.Boolean);

        // A filter over a limit sees ten rows; a count over it counts at most ten.
        if (Metadata.TryPush(Session, limited.Handle, new PushFilter([notNull])) is PushdownAccepted { Residual.Count: 0, Guarantee: Guarantee.Exact } filtered)
            Assert.True((await ReadAsync(filtered.Handle, columns)).Count <= 10);
        var count = new ConnectorAggregate("count", [], SqlType.BigInt);
        if (Metadata.TryPush(Session, limited.Handle, new PushAggregation([], [count])) is PushdownAccepted counted)
            Assert.Equal(10L, Assert.Single(await ReadAsync(counted.Handle, [.. counted.Outputs]))[0]);
    }

    [Fact]
    public async Task Pushed_projections_give_the_values_of_their_expressions()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        var evaluator = new ReferenceEvaluator(columns);
        var predicates = new RandomPredicates(columns, rows, new Random(11));
        for (int round = 0; round < Rounds / 3; round++)
        {
            ConnectorExpression expression = predicates.Next();
            PushdownAnswer answer = Metadata.TryPush(Session, handle, new PushProjection([new ConnectorColumn(columns[0]), expression]));
            if (answer is not PushdownAccepted pushed)
                continue;
            Assert.Equal(2, pushed.Outputs.Count);
            Rows.AssertSame(
                [.. rows.Select(row => new[] { row[0], evaluator.Evaluate(expression, row) })],
                await ReadAsync(pushed.Handle, [.. pushed.Outputs], parallelism: 2),
                Metadata.DescribeScan(pushed.Handle, [.. pushed.Outputs]));
        }
    }

    [Fact]
    public async Task Dynamic_filters_leave_out_no_row_that_they_let_pass()
    {
        (TableHandle handle, IReadOnlyList<ColumnHandle> columns) = await OpenTableAsync();
        List<object?[]> rows = await ReadAsync(handle, columns);
        for (int column = 0; column < columns.Count; column++)
        {
            if (!BoxedValue.IsOrdered(columns[column].Type))
                continue;
            object[] values = [.. rows.Select(row => row[column]).Where(value => value is not null).Take(3)!];
            foreach (Domain domain in (Domain[])[Domain.Of(values), Domain.NotNull, Domain.OnlyNull, new Domain([.. values.Take(1).Select(value => new ValueRange(value, true, null, false))], true)])
            {
                var filter = new FixedFilter(new TupleDomain([new ColumnDomain(columns[column].Name, domain)]));
                List<object?[]> read = await ReadAsync(handle, columns, parallelism: 3, filter: filter);
                int at = column;
                Rows.AssertSame(
                    [.. rows.Where(row => domain.Contains(row[at]))], [.. read.Where(row => domain.Contains(row[at]))], $"{columns[column].Name} in {domain}");
            }
        }
    }

    [Fact]
    public async Task Refuses_what_it_does_not_know_and_says_why()
    {
        (TableHandle handle, _) = await OpenTableAsync();

        PushdownAnswer answer = Metadata.TryPush(Session, handle, new UnknownOperation());

        Assert.False(string.IsNullOrWhiteSpace(Assert.IsType<PushdownRefused>(answer).Reason));
    }

    private sealed record UnknownOperation : PushdownOperation
    {
        public override PushdownKinds Kind => PushdownKinds.None;
    }

    private sealed class FixedFilter(TupleDomain domain) : IDynamicFilter
    {
        public TupleDomain Current => domain;

        public bool IsComplete => true;

        public Task NarrowedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class KeyComparer(ConnectorSortKey key) : IComparer<object?>
    {
        public int Compare(object? x, object? y) => (x, y) switch
        {
            (null, null) => 0,
            (null, _) => key.NullsFirst ? -1 : 1,
            (_, null) => key.NullsFirst ? 1 : -1,
            _ => BoxedValue.Compare(x, y) * (key.Descending ? -1 : 1),
        };
    }
}
