using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class PlannerTests
{
    [Fact]
    public void Every_plan_node_has_a_planner_or_never_reaches_execution()
    {
        Type[] nodes = [.. typeof(PlanNode).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PlanNode)) && !type.IsAbstract)];
        Type[] known = [.. NodePlanners.Planned, .. NodePlanners.NeverExecuted];

        Assert.NotEmpty(nodes);
        Assert.Equal(nodes.Select(node => node.Name).Order(), known.Select(node => node.Name).Order());
    }

    [Fact]
    public async Task Output_by_hash_sends_equal_keys_to_one_partition()
    {
        TestTable table = Left(500);
        var output = new TestOutput(partitions: 3);

        await OperatorHarness.RunAsync(new PlanFragment(1, FragmentKind.Source, table.Node, ExchangeKind.Hash, [A]), new Shape(7, 1, 2), [table], output);

        Assert.Equal(500, output.Rows.Count);
        object?[][] keys = [.. Enumerable.Range(0, 3).Select(partition => output.RowsOf(partition).Select(row => row[0]).Distinct().ToArray())];
        Assert.Equal(keys.Sum(partition => partition.Length), keys.SelectMany(partition => partition).Distinct().Count());
        Assert.All(keys, partition => Assert.NotEmpty(partition));
    }

    [Fact]
    public async Task Sorted_streams_are_merged()
    {
        ValueList<SortKey> order = [new(A, false, false)];
        TestTable first = new(1, A);
        TestTable second = new(1, A);
        for (int row = 0; row < 1000; row++)
            (row % 3 == 0 ? first : second).Rows.Add([(long)row / 2]);
        RemoteSourceNode node = first.Node with { MergeBy = order };

        foreach (int size in new[] { 1, 7, 8192 })
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(node, new Shape(size, 0, 2), [first, second]);
            Assert.Equal(Enumerable.Range(0, 1000).Select(row => (long)row / 2), rows.Select(row => (long)row[0]!));
        }
    }

    [Fact]
    public async Task Unnest_gives_a_row_for_every_element()
    {
        SqlType arrays = SqlType.Array(SqlType.Integer);
        Column items = new(new ColumnId(100), "items", arrays);
        Column item = new(new ColumnId(101), "item", SqlType.Integer);
        Column ordinal = new(new ColumnId(102), "n", SqlType.BigInt);
        var table = new TestTable(1, A, items);
        for (int row = 0; row < 30; row++)
            table.Rows.Add([(long)row, row % 7 == 0 ? null : Enumerable.Range(0, row % 5).Select(element => (object?)element).ToValueList()]);

        foreach (bool outer in new[] { false, true })
        {
            var plan = new UnnestNode(table.Node, [A], [new UnnestItem(items, [item])], ordinal, outer);
            await OperatorHarness.AssertRowsAsync(
                plan,
                [table],
                table.Rows.SelectMany(row =>
                {
                    object?[] elements = row[1] is ValueList<object?> list ? [.. list] : [];
                    return elements.Length == 0 && outer
                        ? new object?[][] { [row[0], null, null] }
                        : [.. elements.Select((element, at) => new[] { row[0], element, (long)at + 1 })];
                }));
        }
    }

    [Fact]
    public async Task Recursion_goes_on_until_a_round_brings_no_rows()
    {
        Column n = new(new ColumnId(110), "n", SqlType.BigInt);
        Column next = new(new ColumnId(111), "next", SqlType.BigInt);
        Column m = new(new ColumnId(112), "m", SqlType.BigInt);
        Column start = new(new ColumnId(113), "start", SqlType.BigInt);
        var anchor = new ValuesNode([start], [[new ConstantExpression(1L, SqlType.BigInt)]]);
        Expression plusOne = new CallExpression(OperatorNames.Add, [m.Ref(), new ConstantExpression(1L, SqlType.BigInt)], SqlType.BigInt);
        Expression isSmall = Expressions.Compare(OperatorNames.Less, m.Ref(), new ConstantExpression(100L, SqlType.BigInt));
        var step = new ProjectNode(new FilterNode(new WorkingTableNode(7, [m]), isSmall), [new Assignment(next, plusOne)]);
        var plan = new RecursiveUnionNode(7, anchor, step, [n], [start], [next], IsDistinct: true);

        await OperatorHarness.AssertRowsAsync(plan, [], Enumerable.Range(1, 100).Select(value => new object?[] { (long)value }));
    }

    [Fact]
    public async Task Grouping_sets_give_every_row_once_a_set()
    {
        TestTable table = Left(50);
        Column key = new(new ColumnId(120), "key", SqlType.Integer);
        Column set = new(new ColumnId(121), "set", SqlType.BigInt);
        var plan = new GroupIdNode(table.Node, [new GroupIdKey(C, key)], [[0], []], set);

        await OperatorHarness.AssertRowsAsync(
            ProjectNode.Choose(plan, [A, key, set]),
            [table],
            table.Rows.SelectMany(row => new object?[][] { [row[0], row[2], 0L], [row[0], null, 1L] }));
    }
}
