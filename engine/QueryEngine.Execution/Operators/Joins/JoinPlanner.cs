using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// Plans joins: the right side is built, then the left side probes. Right and full joins end with the build rows that found no match. Semi and anti
/// joins that build their left side are turned first: the probe only marks build rows, which are given, or not, when it has ended.
/// </summary>
internal sealed class JoinPlanner : NodePlanner<JoinNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(JoinNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        PlanNode counted = node;
        if (node.BuildsLeft)
            node = node.Turned();
        var filterColumns = new HashSet<Column>(node.Filter?.References() ?? []);
        bool givesBuild = node.BuildsLeft || node.Kind is not (JoinKind.Semi or JoinKind.Anti or JoinKind.Mark);
        bool givesProbe = !node.BuildsLeft;
        HashSet<Column> right = [.. node.Right.Columns.Where(column => (givesBuild && required.Contains(column)) || filterColumns.Contains(column))];
        right.UnionWith(node.Criteria.Select(criterion => criterion.Right));
        right.UnionWith(node.DynamicFilters.Select(filter => filter.Column));
        HashSet<Column> left = [.. node.Left.Columns.Where(column => (givesProbe && required.Contains(column)) || filterColumns.Contains(column))];
        left.UnionWith(node.Criteria.Select(criterion => criterion.Left));

        RowStream build = context.Plan(node.Right, right);
        if (node.Lookup is { } lookup)
        {
            var keys = new CollectedKeys(context.Count(counted, "keys").Memory!);
            int[] places = build.PlacesOf(lookup.Columns);
            build = build.Then(build.Layout, statistics: null, _ => new CollectKeysOperator(keys, places));
            context.Look(lookup.Id, keys);
        }

        OperatorStatistics buildStatistics = context.Count(counted, "build");
        var sink = new JoinBuildSink(node, build.Layout, context.Task.DynamicFilters, context.NewSpiller(buildStatistics), buildStatistics);
        context.Close(build, sink);

        RowStream probe = context.Plan(node.Left, left);
        OperatorStatistics statistics = context.Count(counted, "probe");
        Column[] keptLeft = givesProbe ? [.. probe.Layout.Where(required.Contains)] : [];
        Column[] keptRight = givesBuild ? [.. build.Layout.Where(required.Contains)] : [];
        Column[] marks = node.Kind == JoinKind.Mark && required.Contains(node.Mark!) ? [node.Mark!] : [];
        var layout = new JoinLayout(node, probe, sink, probe.PlacesOf(keptLeft), [.. keptRight.Select(sink.PlaceOf)], context);
        bool givesBuildRows = node.Kind is JoinKind.Right or JoinKind.Full || node.BuildsLeft;
        bool isMatched = node.BuildsLeft && node.Kind == JoinKind.Semi;
        var onDisk = new SpilledJoin(layout, [.. probe.Layout.Select(column => column.Type)], givesBuildRows ? isMatched : null, context.NewSpiller(statistics))
        {
            Statistics = statistics,
        };
        RowStream joined = probe.Then(
            [.. keptLeft, .. keptRight, .. marks],
            statistics,
            _ => sink.Spilled is null ? new JoinProbeOperator(layout, sink.Table, statistics.Memory!) : new SpillingProbeOperator(onDisk));
        Pipeline spilled = context.Open(onDisk);
        if (!givesBuildRows)
            return joined with { Pipelines = [.. joined.Pipelines, spilled] };

        Pipeline buildRows = context.Open(new BuildRowSource(layout, isMatched) { Statistics = statistics });
        if (!node.BuildsLeft)
            return joined with { Pipelines = [.. joined.Pipelines, buildRows, spilled] };

        context.Close(joined, new NoRowsSink());
        return joined with { Pipelines = [buildRows, spilled] };
    }
}

/// <summary>What all drivers of a join know.</summary>
internal sealed class JoinLayout
{
    private readonly PlanningContext _context;
    private readonly Column[] _pairLayout;

    public JoinLayout(JoinNode node, RowStream probe, JoinBuildSink build, int[] keptProbe, int[] keptBuild, PlanningContext context)
    {
        (Node, Build, KeptProbe, KeptBuild, _context) = (node, build, keptProbe, keptBuild, context);
        ProbeKeys = probe.PlacesOf(node.Criteria.Select(criterion => criterion.Left));
        KeptProbeColumns = [.. keptProbe.Select(place => probe.Layout[place])];

        // The filter sees pairs: the probe side's columns that it reads, then the build side's.
        var read = new HashSet<Column>(node.Filter?.References() ?? []);
        FilterProbe = [.. Enumerable.Range(0, probe.Layout.Count).Where(place => read.Contains(probe.Layout[place]))];
        FilterBuild = [.. Enumerable.Range(0, build.Layout.Count).Where(place => read.Contains(build.Layout[place]))];
        _pairLayout = [.. FilterProbe.Select(place => probe.Layout[place]), .. FilterBuild.Select(place => build.Layout[place])];
    }

    /// <summary>The join.</summary>
    public JoinNode Node { get; }

    /// <summary>The build side.</summary>
    public JoinBuildSink Build { get; }

    /// <summary>Places of the keys on the probe side.</summary>
    public int[] ProbeKeys { get; }

    /// <summary>Places of the probe columns that are given on.</summary>
    public int[] KeptProbe { get; }

    /// <summary>The probe columns that are given on.</summary>
    public Column[] KeptProbeColumns { get; }

    /// <summary>Places of the build columns that are given on.</summary>
    public int[] KeptBuild { get; }

    /// <summary>Places of the probe columns that the filter reads.</summary>
    public int[] FilterProbe { get; }

    /// <summary>Places of the build columns that the filter reads.</summary>
    public int[] FilterBuild { get; }

    /// <summary>The functions' context of the task.</summary>
    public Functions.FunctionContext Functions => _context.Task.Functions;

    /// <summary>The filter over pairs, for one driver; null when there is none.</summary>
    public Evaluation.RowFilter? NewFilter() =>
        Node.Filter is null ? null : _context.Compiler(_pairLayout).CompileFilter(Node.Filter, []);
}
