using System.Runtime.CompilerServices;
using QueryEngine.Optimizer.Statistics;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Sharing;

/// <summary>
/// Computes equal parts of a query once: common tables and views that are read several times, and whatever else is written twice.
/// <code>
/// Join[a = b]                       Shared[1]
///   Aggregate[...]                    Aggregate[...]
///     X                      =>       Join[a = b]
///   Aggregate[max]                      SharedRead[1]
///     Aggregate[...]                    Aggregate[max]
///       X                                 SharedRead[1]
/// </code>
/// Runs when every filter and column has found its place: uses that were narrowed in different ways differ, and stay apart. Does not fire where keeping
/// the rows costs more than computing them again.
/// </summary>
internal sealed class SharePlans(Estimator estimator, OptimizerContext context)
{
    // Rows kept in memory at most, and how much work must be saved for each of them.
    private const double MaxRows = 5_000_000;
    private const double MinWorkPerRow = 3;
    private const double MinWork = 1_000;

    /// <summary>The plan with its equal parts shared.</summary>
    public PlanNode Apply(PlanNode plan)
    {
        if (plan is not OutputNode output)
            return plan;

        int nextId = plan.Descendants().OfType<SharedNode>().Select(node => node.ShareId).DefaultIfEmpty(0).Max() + 1;
        PlanNode body = output.Source;
        var shared = new List<(int Id, PlanNode Plan)>();
        foreach (List<PlanNode> group in Groups(body))
        {
            // An enclosing part may have been replaced meanwhile.
            var present = new HashSet<PlanNode>(body.Descendants(), ReferenceEqualityComparer.Instance);
            PlanNode[] members = [.. group.Where(present.Contains)];
            if (members.Length < 2 || Share(members, nextId) is not var (merged, reads) || !IsWorthwhile(body, members[0], reads.Keys))
                continue;
            body = Replace(body, reads);
            shared.Add((nextId++, merged));
        }

        if (shared.Count == 0)
            return plan;
        foreach ((int id, PlanNode part) in Enumerable.Reverse(shared))
            body = new SharedNode(id, part, body);
        return output with { Source = body };
    }

    // The largest parts first; members in the order in which they stand in the plan.
    private List<List<PlanNode>> Groups(PlanNode plan)
    {
        var groups = new Dictionary<int, List<PlanNode>>();
        var sizes = new Dictionary<List<PlanNode>, int>(ReferenceEqualityComparer.Instance);
        Visit(plan);
        return [.. groups.Values.Where(group => group.Count > 1).OrderByDescending(group => sizes[group])];

        // The shape of a node, and how many nodes it has; null where something in it cannot be shared.
        (int Shape, int Size)? Visit(PlanNode node)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            (int Shape, int Size)?[] sources = [.. node.Sources.Select(Visit)];
            if (ShapeOf(node) is not { } shape || sources.Contains(null))
                return null;
            foreach ((int Shape, int Size)? source in sources)
                shape = HashCode.Combine(shape, source!.Value.Shape);
            int size = 1 + sources.Sum(source => source!.Value.Size);
            if (node is AggregateNode or JoinNode or WindowNode && !node.Descendants().Any(below => below is SharedReadNode))
            {
                if (!groups.TryGetValue(shape, out List<PlanNode>? group))
                    groups[shape] = group = [];
                group.Add(node);
                sizes[group] = size;
            }

            return (shape, size);
        }
    }

    private static int? ShapeOf(PlanNode node) => node switch
    {
        TableScanNode scan => HashCode.Combine("scan", scan.Catalog, scan.Handle),
        ValuesNode values => HashCode.Combine("values", values.Rows.Count),
        JoinNode join => HashCode.Combine("join", join.Kind, join.Criteria.Count),
        AggregateNode aggregate => HashCode.Combine("aggregate", aggregate.Keys.Count, aggregate.Step),
        UnionNode union => HashCode.Combine("union", union.Inputs.Count),
        FilterNode or ProjectNode or WindowNode or SortNode or TopNNode or EnforceSingleRowNode => node.GetType().GetHashCode(),
        _ => null,
    };

    private (PlanNode Merged, Dictionary<PlanNode, SharedReadNode> Reads)? Share(PlanNode[] members, int id)
    {
        PlanNode merged = members[0];
        var reads = new Dictionary<PlanNode, SharedReadNode>(ReferenceEqualityComparer.Instance)
        {
            [merged] = new SharedReadNode(id, Distinct(merged), Distinct(merged)),
        };
        foreach (PlanNode member in members.Skip(1))
        {
            var merge = new PlanMerge(context);
            if (merge.Merge(merged, member) is not { } both)
                continue;
            merged = both;
            reads[member] = new SharedReadNode(id, Distinct(member), Distinct(member).Select(merge.Of).ToValueList());
        }

        return reads.Count > 1 ? (merged, reads) : null;

        static ValueList<Column> Distinct(PlanNode node) => node.Columns.Distinct().ToValueList();
    }

    private bool IsWorthwhile(PlanNode body, PlanNode member, IReadOnlyCollection<PlanNode> members)
    {
        double rows = estimator.Estimate(member).Rows;
        double work = member.Descendants().Sum(node => estimator.Estimate(node).Rows);
        if (rows > MaxRows || work < MinWork || work < rows * MinWorkPerRow)
            return false;

        // On a cluster the readers run in one task: what they are joined with must be small, too.
        return !context.IsDistributed || (rows <= context.BroadcastRowLimit && Beside(body, members) <= context.BroadcastRowLimit);
    }

    /// <summary>Rows of the parts of a plan that stand beside the ways to the members.</summary>
    private double Beside(PlanNode node, IReadOnlyCollection<PlanNode> members)
    {
        if (members.Contains(node))
            return 0;
        double rows = 0;
        foreach (PlanNode source in node.Sources)
            rows += source.Descendants().Any(members.Contains) ? Beside(source, members) : estimator.Estimate(source).Rows;
        return rows;
    }

    private static PlanNode Replace(PlanNode node, Dictionary<PlanNode, SharedReadNode> reads)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return reads.TryGetValue(node, out SharedReadNode? read) ? read : node.MapSources(source => Replace(source, reads));
    }
}
