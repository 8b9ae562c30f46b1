using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

public sealed class WindowTests
{
    private static readonly Column _output = new(new ColumnId(90), "w", SqlType.BigInt);
    private static readonly ValueList<SortKey> _order = [new(A, false, false)];

    public static TheoryData<FrameUnit, int?, int?, FrameExclusion> Frames()
    {
        var frames = new TheoryData<FrameUnit, int?, int?, FrameExclusion>();
        foreach (FrameUnit unit in Enum.GetValues<FrameUnit>())
            foreach ((int? start, int? end) in new (int?, int?)[] { (null, 0), (null, null), (-2, 1), (1, 3), (0, null), (-3, -1) })
                frames.Add(unit, start, end, FrameExclusion.NoOthers);
        foreach (FrameExclusion exclusion in Enum.GetValues<FrameExclusion>())
            frames.Add(FrameUnit.Rows, -3, 3, exclusion);
        return frames;
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Counts_the_rows_of_a_frame(FrameUnit unit, int? start, int? end, FrameExclusion exclusion)
    {
        TestTable table = Left(60, keys: 12);

        // Peers come in any order, and a frame of rows would tell which.
        for (int row = 0; unit == FrameUnit.Rows && row < table.Rows.Count; row++)
            table.Rows[row][0] = (long)row;
        var frame = new WindowFrame(unit, Bound(start, FrameBoundKind.UnboundedPreceding), Bound(end, FrameBoundKind.UnboundedFollowing), exclusion);
        var plan = new WindowNode(table.Node, [C], _order, [new WindowCall(_output, "count", [], SqlType.BigInt, frame)]);

        await OperatorHarness.AssertRowsAsync(plan, [table], Expected(table, (partition, row) =>
            (long)InFrame(partition, row, unit, start, end, exclusion).Count()));
    }

    [Fact]
    public async Task Ranks_rows_and_their_peers()
    {
        TestTable table = Left(100, keys: 8);

        await OperatorHarness.AssertRowsAsync(Ranking(table, "rank"), [table], Expected(table, (partition, row) =>
            1L + partition.Count(other => Compare(other, partition[row]) < 0)));
        await OperatorHarness.AssertRowsAsync(Ranking(table, "dense_rank"), [table], Expected(table, (partition, row) =>
            1L + partition.Where(other => Compare(other, partition[row]) < 0).Select(other => other[0]).Distinct().Count()));
    }

    [Fact]
    public async Task Numbers_the_rows_of_each_partition()
    {
        TestTable table = Left(100);
        var shape = new Shape(7, 1, 2);

        IReadOnlyList<object?[]> rows = await OperatorHarness.RunAsync(Ranking(table, "row_number"), shape, [table]);

        foreach (IGrouping<object?, object?[]> partition in rows.GroupBy(row => row[2]))
            Assert.Equal(Enumerable.Range(1, partition.Count()).Select(number => (long)number), partition.Select(row => (long)row[^1]!).Order());
    }

    [Fact]
    public async Task Lag_gives_the_row_before_or_the_default()
    {
        var table = new TestTable(1, A, C);
        for (int row = 0; row < 50; row++)
            table.Rows.Add([(long)row, row % 3]);
        var call = new WindowCall(
            _output, "lag", [A.Ref(), new ConstantExpression(2L, SqlType.BigInt), new ConstantExpression(-1L, SqlType.BigInt)], SqlType.BigInt, WindowFrame.Default);

        await OperatorHarness.AssertRowsAsync(
            new WindowNode(table.Node, [C], _order, [call]), [table], table.Rows.Select(row => (object?[])[.. row, (long)row[0]! >= 6 ? (long)row[0]! - 6 : -1L]));
    }

    [Fact]
    public async Task First_value_sees_its_frame_and_passes_nulls_over_when_told()
    {
        var table = new TestTable(1, A, C);
        for (int row = 0; row < 40; row++)
            table.Rows.Add([(long)row, row % 4 == 0 ? row : null]);
        var frame = new WindowFrame(FrameUnit.Rows, Bound(-3, default), Bound(0, default));
        var call = new WindowCall(_output with { Type = SqlType.Integer }, "first_value", [C.Ref()], SqlType.Integer, frame) { IgnoreNulls = true };

        await OperatorHarness.AssertRowsAsync(
            new WindowNode(table.Node, [], _order, [call]), [table], table.Rows.Select(row => (object?[])[.. row, (int)(long)row[0]! / 4 * 4]));
    }

    private static WindowNode Ranking(TestTable table, string function) =>
        new(table.Node, [C], _order, [new WindowCall(_output, function, [], SqlType.BigInt, WindowFrame.Default)]);

    private static FrameBound Bound(int? offset, FrameBoundKind unbounded) => offset switch
    {
        null => new FrameBound(unbounded),
        0 => new FrameBound(FrameBoundKind.CurrentRow),
        < 0 => new FrameBound(FrameBoundKind.Preceding, new ConstantExpression(-(long)offset, SqlType.BigInt)),
        _ => new FrameBound(FrameBoundKind.Following, new ConstantExpression((long)offset, SqlType.BigInt)),
    };

    private static int Compare(object?[] left, object?[] right) => (left[0], right[0]) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        var (l, r) => ((long)l).CompareTo((long)r),
    };

    private static IEnumerable<object?[]> Expected(TestTable table, Func<object?[][], int, object?> compute) =>
        from partition in table.Rows.GroupBy(row => row[2] ?? "null")
        let sorted = partition.Order(Comparer<object?[]>.Create(Compare)).ToArray()
        from row in Enumerable.Range(0, sorted.Length)
        select (object?[])[.. sorted[row], compute(sorted, row)];

    // The frame of a row by the definition: every row of the partition is asked whether it is inside.
    private static IEnumerable<object?[]> InFrame(object?[][] partition, int row, FrameUnit unit, int? start, int? end, FrameExclusion exclusion)
    {
        int[] groups = new int[partition.Length];
        for (int other = 1; other < groups.Length; other++)
            groups[other] = groups[other - 1] + (Compare(partition[other], partition[other - 1]) == 0 ? 0 : 1);
        for (int other = 0; other < partition.Length; other++)
        {
            bool isPeer = groups[other] == groups[row];
            bool inside = unit switch
            {
                FrameUnit.Rows => (start is null || other - row >= start) && (end is null || other - row <= end),
                FrameUnit.Groups => (start is null || groups[other] - groups[row] >= start) && (end is null || groups[other] - groups[row] <= end),
                _ => InRange(partition[other][0], partition[row][0], start, end),
            };
            bool excluded = exclusion switch
            {
                FrameExclusion.CurrentRow => other == row,
                FrameExclusion.Group => isPeer,
                FrameExclusion.Ties => isPeer && other != row,
                _ => false,
            };
            if (inside && !excluded)
                yield return partition[other];
        }
    }

    // NULLs are last: they are within every frame without an end, and a NULL row's bounded ends are its peers.
    private static bool InRange(object? other, object? row, int? start, int? end)
    {
        bool afterStart = start is null || (row is null ? other is null : other is null || (long)other - (long)row >= start);
        bool beforeEnd = end is null || (row is null || (other is not null && (long)other - (long)row <= end));
        return afterStart && beforeEnd;
    }
}
