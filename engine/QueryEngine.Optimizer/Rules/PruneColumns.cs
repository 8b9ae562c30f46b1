using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// Drops, from the top down, every column that nothing above reads: in scans, projections, aggregations, windows, unions. A mark join
/// whose mark nobody reads goes with it.
/// </summary>
internal sealed class PruneColumns : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) => Prune(plan, [.. plan.Columns]);

    private static PlanNode Prune(PlanNode node, HashSet<Column> required)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case TableScanNode scan:
                return scan with { Scanned = scan.Scanned.Where(scanned => required.Contains(scanned.Column)).ToValueList() };
            case ValuesNode values:
                return PruneValues(values, required);
            case ProjectNode project:
                return PruneProject(project, required);
            case AggregateNode aggregate:
                return PruneAggregate(aggregate, required);
            case WindowNode window:
                return PruneWindow(window, required);
            case UnionNode union:
                return PruneUnion(union, required);
            case JoinNode { Kind: JoinKind.Mark } mark when !required.Contains(mark.Mark!):
                return Prune(mark.Left, required);
            case AssignUniqueIdNode unique when !required.Contains(unique.Id):
                return Prune(unique.Source, required);
            case JoinNode join:
                return PruneJoin(join, required);
            case SharedNode shared:
                return PruneShared(shared, required);
            case SharedReadNode read:
                return PruneRead(read, required);
            case UnnestNode unnest:
                return PruneUnnest(unnest, required);
            case RecursiveUnionNode or SetOperationNode:
                return node.MapSources(source => Prune(source, [.. source.Columns]));
            default:
                required.UnionWith(NodeExpressions.Reads(node));
                return node.MapSources(source => Keep(source, Within(source, required)));
        }
    }

    private static HashSet<Column> Within(PlanNode source, HashSet<Column> required) => [.. source.Columns.Where(required.Contains)];

    private static PlanNode Keep(PlanNode source, HashSet<Column> required) => Prune(source, required);

    // The body says what it still reads of the shared part.
    private static SharedNode PruneShared(SharedNode shared, HashSet<Column> required)
    {
        PlanNode body = Prune(shared.Body, required);
        HashSet<Column> read = [.. body.Descendants().OfType<SharedReadNode>().Where(read => read.ShareId == shared.ShareId).SelectMany(read => read.Read)];
        return shared with { Shared = Prune(shared.Shared, read), Body = body };
    }

    private static SharedReadNode PruneRead(SharedReadNode read, HashSet<Column> required)
    {
        int[] kept = [.. Enumerable.Range(0, read.Outputs.Count).Where(column => required.Contains(read.Outputs[column]))];
        return read with { Outputs = kept.Select(column => read.Outputs[column]).ToValueList(), Read = kept.Select(column => read.Read[column]).ToValueList() };
    }

    private static ValuesNode PruneValues(ValuesNode values, HashSet<Column> required)
    {
        int[] kept = [.. Enumerable.Range(0, values.Outputs.Count).Where(column => required.Contains(values.Outputs[column]))];
        return kept.Length == values.Outputs.Count
            ? values
            : new ValuesNode(
                kept.Select(column => values.Outputs[column]).ToValueList(),
                values.Rows.Select(row => kept.Select(column => row[column]).ToValueList()).ToValueList());
    }

    private static ProjectNode PruneProject(ProjectNode project, HashSet<Column> required)
    {
        ValueList<Assignment> kept = project.Assignments.Where(assignment => required.Contains(assignment.Column)).ToValueList();
        HashSet<Column> read = [.. kept.SelectMany(assignment => assignment.Expression.References())];
        return new ProjectNode(Prune(project.Source, Within(project.Source, read)), kept);
    }

    // An aggregation of all rows of which nothing is read is one row, whatever is below.
    private static PlanNode PruneAggregate(AggregateNode aggregate, HashSet<Column> required)
    {
        AggregateNode kept = aggregate with
        {
            Aggregations = aggregate.Aggregations.Where(aggregation => aggregation.Outputs.Any(required.Contains)).ToValueList(),
        };
        if (kept is { Keys.Count: 0, Aggregations.Count: 0 })
            return ValuesNode.OneRow;
        HashSet<Column> read = [.. NodeExpressions.Reads(kept)];
        return kept with { Source = Prune(kept.Source, Within(kept.Source, read)) };
    }

    private static PlanNode PruneWindow(WindowNode window, HashSet<Column> required)
    {
        WindowNode kept = window with { Calls = window.Calls.Where(call => required.Contains(call.Output)).ToValueList() };
        if (kept.Calls.Count == 0)
            return Prune(window.Source, Within(window.Source, required));
        HashSet<Column> read = [.. required, .. NodeExpressions.Reads(kept)];
        return kept with { Source = Prune(kept.Source, Within(kept.Source, read)) };
    }

    private static UnionNode PruneUnion(UnionNode union, HashSet<Column> required)
    {
        int[] kept = [.. Enumerable.Range(0, union.Outputs.Count).Where(column => required.Contains(union.Outputs[column]))];
        ValueList<ValueList<Column>> mapping = union.Mapping.Select(columns => kept.Select(column => columns[column]).ToValueList()).ToValueList();
        return new UnionNode(
            union.Inputs.Select((input, index) => Prune(input, [.. mapping[index]])).ToValueList(),
            kept.Select(column => union.Outputs[column]).ToValueList(),
            mapping);
    }

    // A join passes on all columns of its sides; what only the join itself reads is dropped right above it.
    private static PlanNode PruneJoin(JoinNode join, HashSet<Column> required)
    {
        HashSet<Column> read = [.. required, .. NodeExpressions.Reads(join)];
        JoinNode pruned = join with { Left = Prune(join.Left, Within(join.Left, read)), Right = Prune(join.Right, Within(join.Right, read)) };
        ValueList<Column> kept = pruned.Columns.Where(required.Contains).ToValueList();
        return kept.Count < pruned.Columns.Count ? ProjectNode.Choose(pruned, kept) : pruned;
    }

    private static UnnestNode PruneUnnest(UnnestNode unnest, HashSet<Column> required)
    {
        UnnestNode kept = unnest with
        {
            Replicated = unnest.Replicated.Where(required.Contains).ToValueList(),
            Ordinality = unnest.Ordinality is { } ordinality && required.Contains(ordinality) ? ordinality : null,
        };
        return kept with { Source = Prune(kept.Source, Within(kept.Source, [.. NodeExpressions.Reads(kept)])) };
    }
}
