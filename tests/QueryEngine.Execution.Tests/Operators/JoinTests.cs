using QueryEngine.Execution.Operators.Joins;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class JoinTests
{
    private static readonly Column _mark = new(new ColumnId(70), "mark", SqlType.Boolean);
    private static readonly JoinCriterion _byNumber = new(A, E);
    private static readonly JoinCriterion _byText = new(B, F);
    private static readonly Expression _filter = Expressions.Compare(OperatorNames.Less, C.Ref(), G.Ref());

    public static TheoryData<JoinKind, int, bool> Joins()
    {
        var joins = new TheoryData<JoinKind, int, bool>();
        foreach (JoinKind kind in Enum.GetValues<JoinKind>())
            for (int criteria = 0; criteria < 4; criteria++)
                foreach (bool filters in new[] { false, true })
                    joins.Add(kind, criteria, filters);
        return joins;
    }

    [Theory]
    [MemberData(nameof(Joins))]
    public async Task Joins_as_nested_loops_would(JoinKind kind, int criteria, bool filters)
    {
        TestTable left = Left(70);
        TestTable right = Right(50);
        ValueList<JoinCriterion> by = criteria switch { 0 => [], 1 => [_byNumber], 2 => [_byText], _ => [_byNumber, _byText] };
        var plan = new JoinNode(kind, left.Node, right.Node, by, filters ? _filter : null) { Mark = kind == JoinKind.Mark ? _mark : null };

        await OperatorHarness.AssertRowsAsync(plan, [left, right], NestedLoops(kind, left, right, by, filters));
        if (kind is JoinKind.Semi or JoinKind.Anti)
            await OperatorHarness.AssertRowsAsync(plan with { BuildsLeft = true }, [left, right], NestedLoops(kind, left, right, by, filters));
    }

    [Theory]
    [InlineData(JoinKind.Inner)]
    [InlineData(JoinKind.Left)]
    [InlineData(JoinKind.Right)]
    [InlineData(JoinKind.Full)]
    [InlineData(JoinKind.Semi)]
    [InlineData(JoinKind.Anti)]
    public async Task Joins_with_unique_and_with_no_build_rows(JoinKind kind)
    {
        TestTable left = Left(100);
        TestTable unique = Right(0);
        for (int row = 0; row < 30; row++)
            unique.Rows.Add([(long)row, $"text {row}", row]);
        TestTable empty = Right(0);
        ValueList<JoinCriterion> by = [_byNumber];

        await OperatorHarness.AssertRowsAsync(new JoinNode(kind, left.Node, unique.Node, by), [left, unique], NestedLoops(kind, left, unique, by, false));
        await OperatorHarness.AssertRowsAsync(new JoinNode(kind, left.Node, empty.Node, by), [left, empty], NestedLoops(kind, left, empty, by, false));
        if (kind is not (JoinKind.Semi or JoinKind.Anti))
            return;

        TestTable none = Left(0);
        foreach ((TestTable built, TestTable probing) in new[] { (left, unique), (left, empty), (none, unique) })
        {
            await OperatorHarness.AssertRowsAsync(
                new JoinNode(kind, built.Node, probing.Node, by) { BuildsLeft = true }, [built, probing], NestedLoops(kind, built, probing, by, false));
        }
    }

    [Fact]
    public void The_bounds_of_a_build_side_are_values_of_its_type()
    {
        foreach ((SqlType type, object?[] values) in new (SqlType, object?[])[]
        {
            (SqlType.SmallInt, [.. Enumerable.Range(0, 5000).Select(value => (object?)(short)value), null]),
            (SqlType.Integer, [null, .. Enumerable.Range(-5, 5000).Select(value => (object?)value)]),
            (SqlType.BigInt, [.. Enumerable.Range(0, 5000).Select(value => (object?)(value * 3L))]),
        })
        {
            using ColumnVector column = VectorBuilder.FromBoxed(type, values, MemoryContext.Unlimited);
            using KeyBitmap keys = KeyBitmap.TryCreate(column, MemoryContext.Unlimited)!;

            var domain = BuildDomain.Of(column, keys);

            ValueRange range = Assert.Single(domain.Ranges);
            Assert.Equal((values.Min(), values.Max()), (range.Low, range.High));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_003)]
    [InlineData(90_000_000_000_000)]
    public async Task Large_build_sides_are_indexed_by_all_drivers(long distance)
    {
        var left = new TestTable(1, A, C);
        var right = new TestTable(2, E, G);
        for (int row = 0; row < 100_000; row++)
            right.Rows.Add([row % 1000 == 7 ? null : row / 2 * distance, row / 2 % 3]);
        for (int row = 0; row < 5000; row++)
            left.Rows.Add([row % 50 == 3 ? null : row * 11 * distance, row % 3]);
        foreach (ValueList<JoinCriterion> criteria in new ValueList<JoinCriterion>[] { [_byNumber], [new(C, G), _byNumber] })
        {
            object?[][] expected =
            [
                .. from l in left.Rows
                   join r in right.Rows on (criteria.Count == 1 ? 0 : l[1], l[0] ?? "left") equals (criteria.Count == 1 ? 0 : r[1], r[0] ?? "right")
                   select new[] { l[0], l[1], r[0], r[1] },
            ];
            Assert.NotEmpty(expected);

            foreach (int drivers in new[] { 1, 2, 5 })
            {
                IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(
                    new JoinNode(JoinKind.Inner, left.Node, right.Node, criteria), new Shape(8192, 0, drivers), [left, right]);
                Assert.Equal(expected.Select(OperatorHarness.Text).Order(), rows.Select(OperatorHarness.Text).Order());
            }
        }
    }

    [Fact]
    public async Task Null_safe_criteria_match_nulls()
    {
        TestTable left = Left(70);
        TestTable right = Right(50);
        ValueList<JoinCriterion> by = [new(B, F) { IsNullSafe = true }];

        await OperatorHarness.AssertRowsAsync(
            new JoinNode(JoinKind.Inner, left.Node, right.Node, by), [left, right], NestedLoops(JoinKind.Inner, left, right, by, false));
    }

    [Fact]
    public async Task A_null_aware_mark_is_null_where_a_null_could_be_the_match()
    {
        TestTable left = Left(100);
        TestTable right = Right(20);
        var plan = new JoinNode(JoinKind.Mark, left.Node, right.Node, [_byNumber]) { Mark = _mark, IsNullAware = true };
        Assert.Contains(right.Rows, row => row[0] is null);

        await OperatorHarness.AssertRowsAsync(plan, [left, right], left.Rows.Select(row => (object?[])
            [.. row, row[0] is long a && right.Rows.Any(other => other[0] is long e && e == a) ? true : null]));
    }

    [Fact]
    public void Keys_of_a_build_side_drop_all_rows_that_have_none_of_them()
    {
        var memory = new MemoryContext("keys");
        using (ColumnVector build = VectorBuilder.FromBoxed(SqlType.BigInt, [5L, null, 900L, -3L], memory))
        using (KeyBitmap keys = KeyBitmap.TryCreate(build, memory)!)
        {
            foreach ((SqlType type, object?[] values) in new (SqlType, object?[])[]
            {
                (SqlType.BigInt, [900L, 4L, -3L, long.MaxValue, 5L]),
                (SqlType.BigInt, [900L, null, -3L, long.MinValue, 5L]),
                (SqlType.Integer, [900, 4, -3, int.MinValue, 5]),
            })
            {
                using ColumnVector probe = VectorBuilder.FromBoxed(type, values, memory);
                int[] rows = [0, 1, 2, 3, 4];
                int count = keys.Filter(probe, rows, memory);
                Assert.Equal([0, 2, 4], rows[..count]);
            }
        }

        Assert.Equal(0, memory.Bytes);
    }

    [Fact]
    public async Task Columns_that_nobody_needs_are_not_made()
    {
        TestTable left = Left(70);
        TestTable right = Right(50);
        var join = new JoinNode(JoinKind.Inner, left.Node, right.Node, [_byNumber]);

        await OperatorHarness.AssertRowsAsync(
            ProjectNode.Choose(join, [F]),
            [left, right],
            NestedLoops(JoinKind.Inner, left, right, [_byNumber], false).Select(row => new[] { row[5] }));
    }

    private static IEnumerable<object?[]> NestedLoops(JoinKind kind, TestTable left, TestTable right, ValueList<JoinCriterion> by, bool filters)
    {
        var matchedRight = new HashSet<object?[]>(ReferenceEqualityComparer.Instance);
        foreach (object?[] l in left.Rows)
        {
            object?[][] matches = [.. right.Rows.Where(r => Matches(l, r))];
            matchedRight.UnionWith(matches);
            switch (kind)
            {
                case JoinKind.Semi when matches.Length > 0:
                case JoinKind.Anti when matches.Length == 0:
                    yield return l;
                    break;
                case JoinKind.Mark:
                    yield return [.. l, matches.Length > 0];
                    break;
                case JoinKind.Inner or JoinKind.Left or JoinKind.Right or JoinKind.Full:
                    foreach (object?[] r in matches)
                        yield return [.. l, .. r];
                    if (matches.Length == 0 && kind is JoinKind.Left or JoinKind.Full && matches.Length == 0)
                        yield return [.. l, null, null, null];
                    break;
            }
        }

        if (kind is JoinKind.Right or JoinKind.Full)
            foreach (object?[] r in right.Rows.Where(row => !matchedRight.Contains(row)))
                yield return [null, null, null, null, .. r];

        bool Matches(object?[] l, object?[] r) => by.All(criterion =>
        {
            object? x = l[Array.IndexOf(left.Columns, criterion.Left)];
            object? y = r[Array.IndexOf(right.Columns, criterion.Right)];
            return criterion.IsNullSafe ? Equals(x, y) : x is not null && x.Equals(y);
        }) && (!filters || (l[2] is int c && r[2] is int g && c < g));
    }
}
