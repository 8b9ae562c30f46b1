using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>Guesses how many rows each node of a plan gives, from the statistics of its tables. One instance serves one query.</summary>
internal sealed class Estimator(IReadOnlyDictionary<(string Catalog, TableHandle Handle), TableStatistics> tables, IReadOnlyDictionary<int, PlanNode> shared)
{
    private const double DaysOfYear = 365.25;

    private readonly HashSet<PlanNode> _told = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PlanNode, PlanEstimate> _known = new(ReferenceEqualityComparer.Instance);

    /// <summary>The estimate of a node.</summary>
    public PlanEstimate Estimate(PlanNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!_known.TryGetValue(node, out PlanEstimate? estimate))
            _known[node] = estimate = Compute(node);
        return estimate;
    }

    /// <summary>Whether a source told how many rows a scan gives.</summary>
    public bool KnowsRows(TableScanNode scan) => _told.Contains(scan) || tables.GetValueOrDefault((scan.Catalog, scan.Handle))?.RowCount is not null;

    /// <summary>Takes an estimate for a scan that was made of other nodes.</summary>
    public void Know(TableScanNode scan, PlanEstimate estimate)
    {
        _known[scan] = estimate;
        _told.Add(scan);
    }

    private PlanEstimate Compute(PlanNode node) => node switch
    {
        TableScanNode scan => EstimateScan(scan),
        ValuesNode values => new(values.Rows.Count, values.Rows.Count, new Dictionary<Column, ColumnEstimate>()),
        FilterNode filter => EstimateFilter(filter),
        ProjectNode project => EstimateProject(project),
        LimitNode limit => Estimate(limit.Source) is var source && limit.Count is { } count ? source.WithRows(Math.Min(source.Rows, count)) : source,
        TopNNode topN => Estimate(topN.Source) is var source ? source.WithRows(Math.Min(source.Rows, topN.Count)) : null!,
        EnforceSingleRowNode single => Estimate(single.Source).WithRows(1),
        SampleNode sample => Estimate(sample.Source) is var source ? source.WithRows(source.Rows * sample.Fraction) : null!,
        AggregateNode aggregate => EstimateAggregate(aggregate),
        GroupIdNode groups => Estimate(groups.Source) is var source ? source.WithRows(source.Rows * groups.Sets.Count) : null!,
        JoinNode join => JoinEstimates.Estimate(join, Estimate(join.Left), Estimate(join.Right)),
        UnionNode union => EstimateUnion(union),
        UnnestNode unnest => Estimate(unnest.Source) is var source ? source.WithRows(source.Rows * 5) : null!,
        SharedNode part => Estimate(part.Body),
        SharedReadNode read when shared.TryGetValue(read.ShareId, out PlanNode? part) => EstimateRead(read, Estimate(part)),
        { Sources: [var only] } => Estimate(only),
        { Sources: [var first, ..] } => Estimate(first),
        _ => new(PlanEstimate.UnknownRows, PlanEstimate.UnknownRows, new Dictionary<Column, ColumnEstimate>()),
    };

    private static PlanEstimate EstimateRead(SharedReadNode read, PlanEstimate part)
    {
        var columns = new Dictionary<Column, ColumnEstimate>();
        for (int column = 0; column < read.Outputs.Count; column++)
            if (part.Columns.TryGetValue(read.Read[column], out ColumnEstimate? known))
                columns[read.Outputs[column]] = known;
        return part with { Columns = columns };
    }

    private PlanEstimate EstimateScan(TableScanNode scan)
    {
        TableStatistics statistics = tables.GetValueOrDefault((scan.Catalog, scan.Handle), TableStatistics.Unknown);
        double rows = statistics.RowCount ?? PlanEstimate.UnknownRows;
        var columns = new Dictionary<Column, ColumnEstimate>();
        foreach ((Column column, ColumnHandle handle) in scan.Scanned)
        {
            if (!statistics.Columns.TryGetValue(handle.Name, out ColumnStatistics? known))
                continue;
            double? low = NumericBound.Of(known.Min, handle.Type), high = NumericBound.Of(known.Max, handle.Type);
            double distinct = known.DistinctCount ?? GuessDistinct(rows, low, high, handle.Type);
            columns[column] = new ColumnEstimate(distinct, known.NullFraction ?? 0, low, high);
        }

        return new PlanEstimate(rows, rows, columns);
    }

    // Whole numbers and dates between two bounds are mostly keys or codes: no more values than the bounds allow, no more than rows.
    private static double GuessDistinct(double rows, double? low, double? high, SqlType type) =>
        low is { } l && high is { } h && (type.IsInteger || type.Kind == TypeKind.Date) ? Math.Min(rows, h - l + 1) : Math.Max(1, rows / 10);

    // As many values as the inputs have together, at the most: they may well have the same ones.
    private PlanEstimate EstimateUnion(UnionNode union)
    {
        PlanEstimate[] inputs = [.. union.Inputs.Select(Estimate)];
        double rows = inputs.Sum(input => input.Rows);
        var columns = new Dictionary<Column, ColumnEstimate>();
        for (int column = 0; column < union.Outputs.Count; column++)
        {
            ColumnEstimate?[] known = [.. inputs.Select((input, index) => input.Columns.GetValueOrDefault(union.Mapping[index][column]))];
            if (known.Any(estimate => estimate is null))
                continue;
            columns[union.Outputs[column]] = new ColumnEstimate(
                known.Max(estimate => estimate!.Distinct),
                known.Zip(inputs, (estimate, input) => estimate!.NullFraction * input.Rows).Sum() / Math.Max(rows, 1),
                known.All(estimate => estimate!.Low is not null) ? known.Min(estimate => estimate!.Low) : null,
                known.All(estimate => estimate!.High is not null) ? known.Max(estimate => estimate!.High) : null);
        }

        return new PlanEstimate(rows, rows, columns);
    }

    private PlanEstimate EstimateFilter(FilterNode filter)
    {
        PlanEstimate source = Estimate(filter.Source);
        return Selectivity.Apply(source, Expressions.Conjuncts(filter.Predicate));
    }

    private PlanEstimate EstimateProject(ProjectNode project)
    {
        PlanEstimate source = Estimate(project.Source);
        var columns = new Dictionary<Column, ColumnEstimate>();
        foreach ((Column column, Expression expression) in project.Assignments)
        {
            if (expression is ColumnExpression passed && source.Columns.TryGetValue(passed.Column, out ColumnEstimate? known))
                columns[column] = known;
            else if (expression is ConstantExpression)
                columns[column] = new ColumnEstimate(1, 0, null, null);
            else if (expression.References().Distinct().ToArray() is [var only] && source.Columns.TryGetValue(only, out ColumnEstimate? input))
                columns[column] = new ColumnEstimate(ValuesOf(expression, input), input.NullFraction, null, null);
        }

        return source with { Columns = columns };
    }

    // A function has no more results than arguments; of dates there are far fewer years.
    private static double ValuesOf(Expression expression, ColumnEstimate input) =>
        expression is CallExpression { Function: "year" } or CallExpression { Function: "extract", Arguments: [ConstantExpression { Value: "year" }, ..] }
        && input is { Low: { } first, High: { } last }
            ? Math.Min(input.Distinct, ((last - first) / DaysOfYear) + 1)
            : input.Distinct;

    private PlanEstimate EstimateAggregate(AggregateNode aggregate)
    {
        PlanEstimate source = Estimate(aggregate.Source);
        if (aggregate.HasGlobalRow)
            return source.WithRows(1) with { BaseRows = 1 };

        double groups = 1;
        foreach (Column key in aggregate.Keys)
            groups = Math.Min(groups * source.Distinct(key), source.Rows);
        return source with { Rows = groups, BaseRows = Math.Min(source.BaseRows, groups) };
    }
}
