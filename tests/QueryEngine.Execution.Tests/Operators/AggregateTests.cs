using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class AggregateTests
{
    private static readonly Column _count = new(new ColumnId(40), "count", SqlType.BigInt);
    private static readonly Column _sum = new(new ColumnId(41), "sum", SqlType.BigInt);
    private static readonly Column _max = new(new ColumnId(42), "max", SqlType.Varchar);

    [Fact]
    public async Task Groups_by_one_number()
    {
        TestTable table = Left(700);

        await OperatorHarness.AssertRowsAsync(Grouped(table, A), [table], Expected(table, 0));
    }

    [Fact]
    public async Task Groups_by_text()
    {
        TestTable table = Left(700);

        await OperatorHarness.AssertRowsAsync(Grouped(table, B), [table], Expected(table, 1));
    }

    [Fact]
    public async Task Groups_by_numbers_of_fixed_width()
    {
        TestTable table = Left(700);

        await OperatorHarness.AssertRowsAsync(Grouped(table, A, C, D), [table], Expected(table, 0, 2, 3));
    }

    [Fact]
    public async Task Groups_by_text_and_numbers()
    {
        TestTable table = Left(700);

        await OperatorHarness.AssertRowsAsync(Grouped(table, B, C, A), [table], Expected(table, 1, 2, 0));
    }

    [Fact]
    public async Task Without_keys_gives_one_row_even_for_no_input()
    {
        TestTable some = Left(700);
        TestTable none = Left(0);

        await OperatorHarness.AssertRowsAsync(Grouped(some), [some], Expected(some));
        await OperatorHarness.AssertRowsAsync(Grouped(none), [none], [[0L, null, null]]);
        await OperatorHarness.AssertRowsAsync(Grouped(none, A), [none], []);
    }

    [Fact]
    public async Task More_groups_than_the_cache_holds_are_partitioned()
    {
        var table = new TestTable(1, A, C);
        for (int row = 0; row < 300_000; row++)
            table.Rows.Add([(long)(row % 150_000), row % 7]);
        AggregateNode plan = new(table.Node, [A], [Sum(C)]);

        foreach (int drivers in new[] { 1, 3 })
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(plan, new Shape(8192, 0, drivers), [table]);
            Assert.Equal(150_000, rows.Count);
            Assert.All(rows, row => Assert.Equal(((long)row[0]! % 7) + (((long)row[0]! + 150_000) % 7), row[1]));
        }
    }

    [Fact]
    public async Task Codes_learnt_of_one_batch_are_not_used_for_another()
    {
        // Batches alternate between few values, many values and other few values, in both keys.
        var table = new TestTable(1, A, B, C);
        for (int row = 0; row < 400; row++)
        {
            int kind = row / 7 % 4;
            table.Rows.Add([kind == 1 ? row * 1_000_003L : row % 3 + (kind * 10L), kind == 2 ? $"row {row}" : $"text {(row + kind) % 3}", row]);
        }

        await OperatorHarness.AssertRowsAsync(Grouped(table, A, B), [table], Expected(table, 0, 1));
    }

    [Fact]
    public async Task Distinct_arguments_count_once_a_group()
    {
        TestTable table = Left(700);
        AggregateNode plan = new(table.Node, [C], [new Aggregation(_count, new AggregateCall("count", [B.Ref()], SqlType.BigInt) { IsDistinct = true })]);

        await OperatorHarness.AssertRowsAsync(
            plan,
            [table],
            table.Rows.GroupBy(row => row[2]).Select(group => new[] { group.Key, (long)group.Select(row => row[1]).OfType<string>().Distinct().Count() }));
    }

    [Fact]
    public async Task A_filter_leaves_rows_out_of_one_aggregate()
    {
        TestTable table = Left(700);
        Column flag = new(new ColumnId(50), "flag", SqlType.Boolean);
        Expression isText3 = Expressions.Equal(B.Ref(), new ConstantExpression("text 3", SqlType.Varchar));
        var projected = new ProjectNode(table.Node, [new Assignment(C, C.Ref()), new Assignment(flag, isText3)]);
        AggregateNode plan = new(projected, [C], [new Aggregation(_count, new AggregateCall("count", [], SqlType.BigInt) { Filter = flag.Ref() })]);

        await OperatorHarness.AssertRowsAsync(
            plan, [table], table.Rows.GroupBy(row => row[2]).Select(group => new[] { group.Key, (long)group.Count(row => row[1] is "text 3") }));
    }

    [Fact]
    public async Task Partial_and_final_steps_give_what_a_single_step_gives()
    {
        TestTable table = Left(700);
        Column countState = new(new ColumnId(60), "s1", SqlType.BigInt);
        AggregateCall count = new("count", [B.Ref()], SqlType.BigInt);
        var partial = new AggregateNode(table.Node, [C], [new Aggregation([countState], count)]) { Step = AggregateStep.Partial };
        AggregateCall final = count with { Arguments = [countState.Ref()], ParameterTypes = [SqlType.Varchar] };
        var plan = new AggregateNode(partial, [C], [new Aggregation(_count, final)]) { Step = AggregateStep.Final };

        await OperatorHarness.AssertRowsAsync(
            plan, [table], table.Rows.GroupBy(row => row[2]).Select(group => new[] { group.Key, (long)group.Count(row => row[1] is not null) }));
    }

    [Fact]
    public async Task Going_over_the_limit_is_a_clean_error()
    {
        var table = new TestTable(1, A, C);
        for (int row = 0; row < 200_000; row++)
            table.Rows.Add([(long)row * 7919, 1]);

        QueryException error = await Assert.ThrowsAsync<QueryException>(
            () => OperatorHarness.RunAsync(new AggregateNode(table.Node, [A], [Sum(C)]), new Shape(8192, 0, 2), [table], memoryLimit: 3 << 20));

        Assert.Equal(ErrorCode.OutOfMemory, error.Code);
    }

    private static AggregateNode Grouped(TestTable table, params Column[] keys) => new(
        table.Node,
        [.. keys],
        [
            new Aggregation(_count, new AggregateCall("count", [], SqlType.BigInt)),
            Sum(C),
            new Aggregation(_max, new AggregateCall("max", [B.Ref()], SqlType.Varchar)),
        ]);

    private static Aggregation Sum(Column column) => new(_sum, new AggregateCall("sum", [column.Ref()], SqlType.BigInt));

    private static IEnumerable<object?[]> Expected(TestTable table, params int[] keys) =>
        from row in table.Rows
        group row by OperatorHarness.Text([.. keys.Select(key => row[key])]) into rows
        let first = rows.First()
        let numbers = rows.Select(row => row[2]).OfType<int>().ToList()
        select (object?[])
        [
            .. keys.Select(key => first[key]),
            (long)rows.Count(),
            numbers.Count == 0 ? null : (long)numbers.Sum(),
            rows.Select(row => row[1]).OfType<string>().Max(StringComparer.Ordinal),
        ];
}
