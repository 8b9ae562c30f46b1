using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class SortTests
{
    public static TheoryData<bool, bool> Directions() => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Directions))]
    public async Task Sorts_by_all_keys(bool descending, bool nullsFirst)
    {
        TestTable table = Left(400);
        ValueList<SortKey> keys = [new(B, descending, nullsFirst), new(C, !descending, nullsFirst), new(A, descending, !nullsFirst), new(D, descending, nullsFirst)];

        await OperatorHarness.AssertOrderedRowsAsync(new SortNode(table.Node, keys), [table], Sorted(table, keys));
    }

    [Fact]
    public async Task Sorts_more_rows_than_a_batch_on_several_drivers()
    {
        var table = new TestTable(1, A, C);
        var random = new Random(5);
        for (int row = 0; row < 50_000; row++)
            table.Rows.Add([random.NextInt64(-1000, 1000), row]);
        ValueList<SortKey> keys = [new(A, true, false), new(C, false, false)];

        foreach (int drivers in new[] { 1, 2, 4 })
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(new SortNode(table.Node, keys), new Shape(8192, 0, drivers), [table]);
            Assert.Equal(Sorted(table, keys).Select(OperatorHarness.Text), rows.Select(OperatorHarness.Text));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(1000)]
    public async Task Keeps_the_first_rows(int count)
    {
        TestTable table = Left(400);
        ValueList<SortKey> keys = [new(A, true, false), new(B, false, true), new(C, false, false), new(D, false, false)];

        await OperatorHarness.AssertOrderedRowsAsync(new TopNNode(table.Node, count, keys), [table], Sorted(table, keys).Take(count));
    }

    [Fact]
    public async Task Keeps_the_first_of_many_rows()
    {
        var table = new TestTable(1, A, C);
        for (int row = 0; row < 100_000; row++)
            table.Rows.Add([(row * 7919L) % 100_003, row]);
        ValueList<SortKey> keys = [new(A, false, false)];

        foreach (int drivers in new[] { 1, 3 })
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(new TopNNode(table.Node, 100, keys), new Shape(8192, 0, drivers), [table]);
            Assert.Equal(table.Rows.Select(row => (long)row[0]!).Order().Take(100), rows.Select(row => (long)row[0]!));
        }
    }

    [Fact]
    public async Task With_ties_keeps_all_rows_equal_to_the_last()
    {
        TestTable table = Left(400);
        ValueList<SortKey> keys = [new(C, false, false)];
        object?[][] sorted = [.. Sorted(table, keys)];
        int expected = sorted.Count(row => row[2] is int c && c <= (int)sorted[9][2]!);

        foreach (Shape shape in Shape.All)
        {
            IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(new TopNNode(table.Node, 10, keys, WithTies: true), shape, [table]);
            Assert.Equal(expected, rows.Count);
        }
    }

    private static IEnumerable<object?[]> Sorted(TestTable table, ValueList<SortKey> keys) =>
        table.Rows.Order(Comparer<object?[]>.Create((left, right) =>
        {
            foreach (SortKey key in keys)
            {
                int place = Array.IndexOf(table.Columns, key.Column);
                int order = (left[place], right[place]) switch
                {
                    (null, null) => 0,
                    (null, _) => key.NullsFirst ? -1 : 1,
                    (_, null) => key.NullsFirst ? 1 : -1,
                    var (l, r) => BoxedValue.Compare(l, r) * (key.Descending ? -1 : 1),
                };
                if (order != 0)
                    return order;
            }

            return 0;
        }));
}
