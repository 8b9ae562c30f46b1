using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;
using static QueryEngine.Execution.Tests.Operators.RandomRows;

namespace QueryEngine.Execution.Tests.Operators;

/// <summary>What a task gives back when it ends early; the harness checks that no byte stays counted.</summary>
public sealed class TeardownTests
{
    private static readonly ValueList<SortKey> _order = [new(A, false, false)];
    private static readonly Column _output = new(new ColumnId(60), "o", SqlType.BigInt);
    private static readonly Column _mark = new(new ColumnId(61), "mark", SqlType.Boolean);

    public static TheoryData<string> Plans() => [.. PlansOf(Left(1), Right(1)).Select(plan => plan.Name)];

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_task_cancelled_while_it_writes_gives_its_memory_back(string name)
    {
        TestTable left = Left(30_000);
        TestTable right = Right(200);
        PlanNode plan = PlansOf(left, right).Single(one => one.Name == name).Plan;

        foreach (int writes in new[] { 1, 2, 3 })
        {
            foreach (int drivers in new[] { 1, 2, 4 })
            {
                using var cancelled = new CancellationTokenSource();
                int untilCancelled = writes;
                var output = new TestOutput(onWrite: () =>
                {
                    if (Interlocked.Decrement(ref untilCancelled) == 0)
                        cancelled.Cancel();
                });
                try
                {
                    var fragment = new PlanFragment(0, FragmentKind.Single, plan, ExchangeKind.Gather, []);
                    await OperatorHarness.RunAsync(fragment, new Shape(8192, 1, drivers), [left, right], output, cancellationToken: cancelled.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(cancelled.IsCancellationRequested);
                }
            }
        }
    }

    private static IEnumerable<(string Name, PlanNode Plan)> PlansOf(TestTable left, TestTable right)
    {
        foreach (JoinKind kind in Enum.GetValues<JoinKind>())
            yield return ($"{kind} join", new JoinNode(kind, left.Node, right.Node, [new(A, E)]) { Mark = kind == JoinKind.Mark ? _mark : null });
        yield return ("semi join building left", new JoinNode(JoinKind.Semi, left.Node, right.Node, [new(A, E)]) { BuildsLeft = true });
        yield return ("cross join", new JoinNode(JoinKind.Inner, left.Node, right.Node, []));
        yield return ("filter", new FilterNode(left.Node, Expressions.Compare(OperatorNames.Less, A.Ref(), new ConstantExpression(30L, SqlType.BigInt))));
        yield return ("sort", new SortNode(left.Node, _order));
        yield return ("top-n", new TopNNode(left.Node, 20_000, _order));
        yield return ("window", new WindowNode(left.Node, [C], _order, [new WindowCall(_output, "row_number", [], SqlType.BigInt, WindowFrame.Default)]));
        yield return ("grouping sets", new GroupIdNode(left.Node, [new GroupIdKey(C, _output with { Type = SqlType.Integer })], [[0], []], new Column(new ColumnId(62), "set", SqlType.BigInt)));
        yield return ("union", new UnionNode([left.Node, right.Node], [_output], [[A], [E]]));
        yield return ("limit", new LimitNode(left.Node, 20_000));
    }
}
