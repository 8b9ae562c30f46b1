using System.Collections.Frozen;
using QueryEngine.Execution.Operators;
using QueryEngine.Execution.Operators.Aggregation;
using QueryEngine.Execution.Operators.Joins;
using QueryEngine.Execution.Operators.Patterns;
using QueryEngine.Execution.Operators.Windows;
using QueryEngine.Plan;

namespace QueryEngine.Execution.Planning;

/// <summary>Makes operators of one kind of node.</summary>
internal abstract class NodePlanner
{
    /// <summary>The kind of node.</summary>
    public abstract Type NodeType { get; }

    /// <summary>Plans a node and all below it.</summary>
    public abstract RowStream Plan(PlanNode node, IReadOnlySet<Column> required, PlanningContext context);
}

/// <summary>Makes operators of <typeparamref name="TNode"/>.</summary>
internal abstract class NodePlanner<TNode> : NodePlanner
    where TNode : PlanNode
{
    /// <inheritdoc/>
    public sealed override Type NodeType => typeof(TNode);

    /// <inheritdoc/>
    public sealed override RowStream Plan(PlanNode node, IReadOnlySet<Column> required, PlanningContext context) =>
        Plan((TNode)node, required, context);

    /// <summary>Plans the node and all below it; the layout has at least the required columns.</summary>
    protected abstract RowStream Plan(TNode node, IReadOnlySet<Column> required, PlanningContext context);
}

/// <summary>The planner of each kind of node. Every kind is here or among those that never reach execution; a test says so.</summary>
internal static class NodePlanners
{
    private static readonly FrozenDictionary<Type, NodePlanner> _planners = new NodePlanner[]
    {
        new TableScanPlanner(),
        new ValuesPlanner(),
        new RemoteSourcePlanner(),
        new FilterPlanner(),
        new ProjectPlanner(),
        new LimitPlanner(),
        new OutputPlanner(),
        new UnionPlanner(),
        new AssignUniqueIdPlanner(),
        new EnforceSingleRowPlanner(),
        new SamplePlanner(),
        new AggregatePlanner(),
        new JoinPlanner(),
        new SortPlanner(),
        new TopNPlanner(),
        new GroupIdPlanner(),
        new UnnestPlanner(),
        new RecursiveUnionPlanner(),
        new WorkingTablePlanner(),
        new SharedPlanner(),
        new SharedReadPlanner(),
        new TableWritePlanner(),
        new WindowPlanner(),
        new MatchRecognizePlanner(),
    }.ToFrozenDictionary(planner => planner.NodeType);

    /// <summary>Kinds that the optimizer and the fragmenter replace.</summary>
    public static IReadOnlyList<Type> NeverExecuted { get; } = [typeof(ApplyNode), typeof(SetOperationNode), typeof(ExchangeNode), typeof(ChangedRowsNode)];

    /// <summary>Kinds that have a planner.</summary>
    public static IEnumerable<Type> Planned => _planners.Keys;

    /// <summary>The planner of a node.</summary>
    public static NodePlanner For(PlanNode node) => _planners.TryGetValue(node.GetType(), out NodePlanner? planner)
        ? planner
        : throw new InvalidOperationException($"{node.GetType().Name} does not reach execution");
}
