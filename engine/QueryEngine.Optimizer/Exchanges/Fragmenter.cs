using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Exchanges;

/// <summary>Cuts a plan at its exchanges. Fragment 0 is the top; the fragments that a fragment reads have greater ids.</summary>
public sealed class Fragmenter
{
    private readonly List<PlanFragment?> _fragments = [];

    private readonly OptimizerContext _context;

    private Fragmenter(OptimizerContext context) => _context = context;

    /// <summary>The fragments of a plan; one when it has no exchanges.</summary>
    public static FragmentedPlan Cut(PlanNode plan, OptimizerContext context)
    {
        var fragmenter = new Fragmenter(context);
        fragmenter.Add(plan, ExchangeKind.Gather, []);
        return new FragmentedPlan(fragmenter._fragments.Select(fragment => fragment!).ToValueList());
    }

    private int Add(PlanNode root, ExchangeKind output, ValueList<Column> keys)
    {
        int id = _fragments.Count;
        _fragments.Add(null);
        var inputs = new List<ExchangeKind>();
        PlanNode cut = DropForeignFilters(Replace(root, inputs));
        bool scans = !_context.RunsHere && SpreadScans(cut).Any(scan => !_context.Connectors(scan.Catalog).IsNodeLocal);
        FragmentKind kind = scans ? FragmentKind.Source
            : inputs.Any(input => input is ExchangeKind.Hash or ExchangeKind.RoundRobin) ? FragmentKind.Hash
            : FragmentKind.Single;
        _fragments[id] = new PlanFragment(id, kind, cut, output, keys);
        return id;
    }

    // A recursion and all that its rounds scan are one task's, and so is a lookup.
    private static IEnumerable<TableScanNode> SpreadScans(PlanNode node) => node switch
    {
        TableScanNode scan => scan.Lookup is null ? [scan] : [],
        RecursiveUnionNode => [],
        _ => node.Sources.SelectMany(SpreadScans),
    };

    private PlanNode Replace(PlanNode node, List<ExchangeKind> inputs)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (node is not ExchangeNode exchange)
            return node.MapSources(source => Replace(source, inputs));

        inputs.Add(exchange.Kind);
        int id = Add(exchange.Source, exchange.Kind, exchange.Keys);
        return new RemoteSourceNode(id, exchange.Columns) { MergeBy = exchange.MergeBy };
    }

    // A filter whose join is in another fragment never arrives here.
    private static PlanNode DropForeignFilters(PlanNode fragment)
    {
        HashSet<int> produced = [.. fragment.Descendants().OfType<JoinNode>().SelectMany(join => join.DynamicFilters).Select(filter => filter.FilterId)];
        HashSet<int> consumed = [.. fragment.Descendants().OfType<TableScanNode>().SelectMany(scan => scan.DynamicFilters).Select(filter => filter.FilterId)];
        return fragment.RewriteBottomUp(node => node switch
        {
            TableScanNode { DynamicFilters.Count: > 0 } scan => scan with { DynamicFilters = scan.DynamicFilters.Where(filter => produced.Contains(filter.FilterId)).ToValueList() },
            JoinNode { DynamicFilters.Count: > 0 } join => join with { DynamicFilters = join.DynamicFilters.Where(filter => consumed.Contains(filter.FilterId)).ToValueList() },
            _ => null,
        });
    }
}
