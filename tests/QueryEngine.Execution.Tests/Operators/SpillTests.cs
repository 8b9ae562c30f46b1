using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

/// <summary>Operators whose rows do not fit in memory.</summary>
public sealed class SpillTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"spill-tests-{Guid.NewGuid():N}");
    private static readonly Column _output = new(new ColumnId(60), "o", SqlType.BigInt);
    private static readonly Column _mark = new(new ColumnId(61), "mark", SqlType.Boolean);
    private static readonly ValueList<SortKey> _order = [new(A, false, false), new(C, false, false), new(B, true, false), new(D, false, true)];

    public static TheoryData<string> Names() => [.. Plans(Left(1), Right(1)).Select(plan => plan.Name)];

    public void Dispose()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_small_budget_gives_the_rows_that_no_budget_gives(string name)
    {
        TestTable left = Left(40_000, keys: 9_000);
        TestTable right = Right(30_000, keys: 9_000);
        PlanNode plan = Plans(left, right).Single(one => one.Name == name).Plan;

        (string[] expected, _) = await RunAsync(plan, [left, right], long.MaxValue);
        (string[] got, long spilled) = await RunAsync(plan, [left, right], name.StartsWith("distinct arguments", StringComparison.Ordinal) ? 1_000_000 : 1_500_000);

        Assert.True(spilled > 0);
        Assert.Equal(expected, got);
    }

    // More rows than a driver's table takes before the next rows pass it by.
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(16_000_000)]
    public async Task Rows_that_are_nearly_all_groups_are_grouped_as_the_rows_tell(long budget)
    {
        TestTable left = Left(250_000, keys: 1_000_000);
        string[] expected =
        [
            .. left.Rows.GroupBy(row => (row[0], row[1], row[2]))
                .Select(group => OperatorHarness.Text([group.Key.Item1, group.Key.Item2, group.Key.Item3, (long)group.Count(row => row[3] is not null)]))
                .Order(StringComparer.Ordinal),
        ];

        (string[] got, long spilled) = await RunAsync(new AggregateNode(left.Node, [A, B, C], [Call("count", [D.Ref()])]), [left], budget);

        Assert.Equal(budget < long.MaxValue, spilled > 0);
        Assert.Equal(expected, got);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_full_disk_is_an_error_of_its_own(string name)
    {
        TestTable left = Left(20_000, keys: 9_000);
        TestTable right = Right(20_000, keys: 9_000);
        PlanNode plan = Plans(left, right).Single(one => one.Name == name).Plan;

        QueryException error = await Assert.ThrowsAsync<QueryException>(() => RunAsync(plan, [left, right], long.MaxValue, always: true, maxDisk: 50_000));

        Assert.Equal(ErrorCode.DiskFull, error.Code);
        Assert.Equal("53100", error.Code.SqlState);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_query_cancelled_while_it_writes_leaves_nothing(string name)
    {
        TestTable left = Left(20_000, keys: 9_000);
        TestTable right = Right(20_000, keys: 9_000);
        PlanNode plan = Plans(left, right).Single(one => one.Name == name).Plan;
        using var cancelled = new CancellationTokenSource();
        using var space = new SpillSpace(new SpillOptions { Path = _folder, Always = true });

        Task<long> running = RunInAsync(plan, [left, right], new TestOutput(), long.MaxValue, space, cancelled.Token);
        while (space.Bytes == 0 && !running.IsCompleted)
            await Task.Yield();
        await cancelled.CancelAsync();

        // It may have come to its end just before.
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            Assert.True(cancelled.IsCancellationRequested);
        }

        Assert.Equal(0, space.Bytes);
    }

    [Fact]
    public void A_folder_of_a_process_that_has_crashed_is_deleted_and_that_of_a_living_one_is_not()
    {
        using var living = new SpillSpace(new SpillOptions { Path = _folder });
        using SpillFile file = living.CreateFile();
        string crashed = Path.Combine(_folder, "1-crashed");
        Directory.CreateDirectory(crashed);
        File.WriteAllText(crashed + ".lock", string.Empty);
        File.WriteAllText(Path.Combine(crashed, "0.spill"), "rows");

        using var next = new SpillSpace(new SpillOptions { Path = _folder });

        Assert.False(Directory.Exists(crashed));
        Assert.False(File.Exists(crashed + ".lock"));
        Assert.Single(Directory.EnumerateDirectories(_folder));
        Assert.Single(Directory.EnumerateFiles(_folder, "*.spill", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_space_that_is_closed_leaves_no_files()
    {
        var space = new SpillSpace(new SpillOptions { Path = _folder });
        SpillFile file = space.CreateFile();
        file.Append(new byte[100], 1);
        Assert.Equal(100, space.Bytes);

        file.Dispose();
        space.Dispose();

        Assert.Equal(0, space.Bytes);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_damaged_block_is_found_by_its_checksum()
    {
        using var space = new SpillSpace(new SpillOptions { Path = _folder });
        using SpillFile file = space.CreateFile();
        byte[] bytes = new byte[200];
        SpillBlock block = file.Append(bytes, 1);
        SpillBlock moved = file.Append(bytes, 1);
        file.Read(block, bytes);

        QueryException error = Assert.Throws<QueryException>(() => file.Read(moved with { Rows = 2 }, bytes));
        Assert.Equal(ErrorCode.IoError, error.Code);
        Assert.Throws<QueryException>(() => file.Read(moved with { Offset = moved.Offset - 8 }, bytes));
    }

    [Fact]
    public void Vectors_of_every_type_and_encoding_come_back_as_they_were()
    {
        var random = new Columnar.RandomVectors(7);
        var memory = new MemoryContext("blocks");
        foreach (SqlType type in Columnar.RandomVectors.Types)
        {
            for (int round = 0; round < 8; round++)
            {
                using ColumnVector vector = random.Vector(type, 1 + random.Next(50), round % 2 == 0);
                vector.Retain();
                using var batch = new RecordBatch([vector], vector.Length);
                using (NativeBuffer bytes = BlockCodec.Encode(batch, SpillFile.HeaderBytes, memory, out int length))
                {
                    Assert.True(length <= bytes.Capacity);
                    using RecordBatch read = BlockCodec.Decode(bytes, SpillFile.HeaderBytes, [type], batch.RowCount);
                    for (int row = 0; row < batch.RowCount; row++)
                        Assert.Equal(batch[0].GetValue(row), read[0].GetValue(row));
                }

                Assert.Equal(0, memory.Bytes);
            }
        }
    }

    private static IEnumerable<(string Name, PlanNode Plan)> Plans(TestTable left, TestTable right)
    {
        yield return ("sort", new SortNode(left.Node, _order));
        yield return ("aggregate", new AggregateNode(left.Node, [A, B, C], [Call("count", [])]));
        yield return ("distinct", new AggregateNode(left.Node, [A, B, C, D], []));
        yield return ("distinct arguments", new AggregateNode(left.Node, [C], [Call("count", [A.Ref()], isDistinct: true)]));
        foreach (JoinKind kind in Enum.GetValues<JoinKind>())
            yield return ($"{kind} join", new JoinNode(kind, left.Node, right.Node, [new(A, E), new(B, F)]) { Mark = kind == JoinKind.Mark ? _mark : null });
        yield return ("anti join building left", new JoinNode(JoinKind.Anti, left.Node, right.Node, [new(A, E)]) { BuildsLeft = true });
        yield return ("window", new WindowNode(left.Node, [A], _order, [new WindowCall(_output, "row_number", [], SqlType.BigInt, WindowFrame.Default)]));
        yield return ("distinct arguments of all", new AggregateNode(left.Node, [], [Call("count", [A.Ref()], isDistinct: true)]));
    }

    private static Plan.Aggregation Call(string name, ValueList<Expression> arguments, bool isDistinct = false) =>
        new(_output, new AggregateCall(name, arguments, SqlType.BigInt) { IsDistinct = isDistinct });

    private async Task<(string[] Rows, long Spilled)> RunAsync(
        PlanNode plan, TestTable[] tables, long budget, bool always = false, long maxDisk = long.MaxValue)
    {
        using var space = new SpillSpace(new SpillOptions { Path = _folder, Always = always, MaxBytes = maxDisk });
        var output = new TestOutput();
        long spilled = await RunInAsync(plan, tables, output, budget, space, CancellationToken.None);
        IEnumerable<string> rows = output.Rows.Select(OperatorHarness.Text);
        return ([.. plan is SortNode ? rows : rows.Order(StringComparer.Ordinal)], spilled);
    }

    private static async Task<long> RunInAsync(
        PlanNode plan, TestTable[] tables, TestOutput output, long budget, SpillSpace space, CancellationToken cancellationToken)
    {
        var memory = new MemoryContext("query", budget);
        var inputs = new TestInputs();
        foreach (TestTable table in tables)
            inputs.AddLazily(table.Id, table.Batches(new Shape(1000, 0, 2), memory));
        var context = new TaskContext(new ConnectorSession("q", "tester"), memory, new NoConnectors(), 2) { Spill = space };
        var task = new LocalTask(new PlanFragment(0, FragmentKind.Single, plan, ExchangeKind.Gather, []), context, inputs, output);
        try
        {
            await Task.Run(() => task.RunAsync(cancellationToken), CancellationToken.None);
        }
        finally
        {
            inputs.DisposeRest();
            Assert.Equal(0, memory.Bytes);
            Assert.Equal(0, space.Bytes);
            Assert.True(memory.PeakBytes <= budget);
        }

        return task.Statistics.Sum(operation => operation.SpilledBytes);
    }
}
