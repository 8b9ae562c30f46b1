using System.Runtime.CompilerServices;
using QueryEngine.Analysis;
using QueryEngine.Cluster.Statements;
using QueryEngine.Plan;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>EXPLAIN: a plan as text, one line a row; with ANALYZE after running it.</summary>
internal sealed class ExplainResult : StatementResult
{
    private readonly AnalyzedExplain _explain;
    private readonly PlannedQuery? _planned;

    private ExplainResult(RunningStatement statement, AnalyzedExplain explain, PlannedQuery? planned)
        : base(statement, [new ResultColumn(explain.Type == ExplainType.Validate ? "valid" : "Query Plan", SqlType.Varchar)]) =>
        (_explain, _planned) = (explain, planned);

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (null, null);

    /// <summary>Plans what is to be explained.</summary>
    public static async ValueTask<ExplainResult> CreateAsync(
        RunningStatement statement, AnalyzedExplain explain, QueryPlanner planner, CancellationToken cancellationToken)
    {
        AnalyzedStatement explained = explain.Statement is AnalyzedWithWrites { Main: var main } ? main : explain.Statement;
        (OutputNode Plan, ColumnAllocator Columns)? source = explained switch
        {
            AnalyzedQuery query => (query.Plan, query.Columns),
            AnalyzedWrite write => (write.Source, write.Columns),
            _ => null,
        };
        if (explain.IsAnalyze && explain.Statement is not AnalyzedQuery)
            throw QueryException.NotSupported($"EXPLAIN ANALYZE of {explain.Statement.Tag}");
        PlannedQuery? planned = source is { } rows && explain.Type != ExplainType.Validate
            ? await planner.PlanAsync(rows.Plan, rows.Columns, statement.Context, cancellationToken).ConfigureAwait(false)
            : null;
        return new ExplainResult(statement, explain, planned);
    }

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Statement.Tracked.Running();
        string text = await DrawAsync(cancellationToken).ConfigureAwait(false);
        using var lines = new BatchBuilder([SqlType.Varchar], MemoryContext.Unlimited);
        foreach (string line in text.TrimEnd('\n').Split('\n'))
            lines.AppendRow(line);
        yield return lines.Build();
    }

    private async ValueTask<string> DrawAsync(CancellationToken cancellationToken)
    {
        if (_explain.Type == ExplainType.Validate)
            return "true";
        if (_planned is null)
            return _explain.Statement.Tag;
        if (_explain.IsAnalyze)
            return await AnalyzeAsync(_planned, cancellationToken).ConfigureAwait(false);

        Func<PlanNode, double> rows = await Optimizer.PlanOptimizer.EstimateRowsAsync(_planned.Plan, _planned.Optimizer, cancellationToken).ConfigureAwait(false);
        if (_explain.Format == ExplainFormat.Json)
            return _explain.Type switch
            {
                ExplainType.Io => PlanJson.WriteTables([.. Scans(_planned.Plan)], (_explain.Statement as AnalyzedWrite) is { } written ? $"{written.Catalog}.{written.Intent.Table}" : null, rows),
                ExplainType.Distributed => PlanJson.WriteFragments(_planned.Fragments.Fragments, rows),
                _ => PlanJson.Write(_planned.Plan, rows),
            };
        if (_explain.Format == ExplainFormat.Graphviz)
            return PlanGraph.Write(_explain.Type == ExplainType.Distributed ? [.. _planned.Fragments.Fragments.Select(fragment => ($"Fragment {fragment.Id}", fragment.Root))] : [("Plan", _planned.Plan)]);
        string prefix = _explain.Statement is AnalyzedWrite write ? $"{write.Tag} {write.Catalog}.{write.Intent.Table}\n" : string.Empty;
        return prefix + _explain.Type switch
        {
            ExplainType.Logical => PlanText.Draw(_planned.Plan, node => [$"estimated rows: {rows(node):N0}"]),
            ExplainType.Distributed => string.Concat(_planned.Fragments.Fragments.Select(DrawFragment)),
            ExplainType.Io => string.Join('\n', Scans(_planned.Plan).Select(scan => $"{scan.Catalog}.{scan.Table}: {string.Join(", ", scan.Scanned.Select(column => column.Handle.Name))}")),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string DrawFragment(PlanFragment fragment)
    {
        string keys = fragment.OutputKeys.Count > 0 ? $" by ({string.Join(", ", fragment.OutputKeys)})" : string.Empty;
        string drawn = string.Concat(PlanText.Draw(fragment.Root).Split('\n').Where(line => line.Length > 0).Select(line => $"  {line}\n"));
        return $"Fragment {fragment.Id} [{fragment.Kind.ToString().ToLowerInvariant()}], output {fragment.OutputKind.ToString().ToLowerInvariant()}{keys}\n{drawn}";
    }

    private static IEnumerable<TableScanNode> Scans(PlanNode plan) => plan is TableScanNode scan ? [scan] : plan.Sources.SelectMany(Scans);

    private async ValueTask<string> AnalyzeAsync(PlannedQuery planned, CancellationToken cancellationToken)
    {
        long start = Statement.Engine.Time.GetTimestamp();
        long rows = 0;
        await using StartedPlan started = Started = Statement.Start(planned, cancellationToken);
        await foreach (RecordBatch batch in started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows += batch.RowCount;
            batch.Dispose();
        }

        TimeSpan elapsed = Statement.Engine.Time.GetElapsedTime(start);
        ILookup<PlanNode, Execution.OperatorStatistics> statistics =
            started.Execution.Statistics.ToLookup(operation => operation.Node, (IEqualityComparer<PlanNode>)ReferenceEqualityComparer.Instance);
        string header = $"{rows} rows, {elapsed.TotalMilliseconds:F1} ms, peak memory {Statement.Tracked.Memory.PeakBytes:N0} bytes\n";
        Func<PlanNode, double> estimate = await Optimizer.PlanOptimizer.EstimateRowsAsync(planned.Plan, planned.Optimizer, cancellationToken).ConfigureAwait(false);
        IEnumerable<string> fragments = planned.Fragments.Fragments.Count == 1
            ? [PlanText.Draw(planned.Fragments.Root.Root, node => statistics[node].Select(OperatorText.Describe).Prepend($"estimated rows: {estimate(node):N0}"))]
            : planned.Fragments.Fragments.Select(fragment => $"Fragment {fragment.Id}\n{PlanText.Draw(fragment.Root, node => statistics[node].Select(OperatorText.Describe))}");
        return header + string.Concat(fragments);
    }
}

/// <summary>Statistics of operators in words.</summary>
internal static class OperatorText
{
    /// <summary>One line.</summary>
    public static string Describe(Execution.OperatorStatistics operation)
    {
        string text = $"{operation.Name}: {operation.InputRows:N0} rows in, {operation.OutputRows:N0} out, {operation.Time.TotalMilliseconds:F1} ms";
        if (operation.PeakBytes > 0)
            text += $", peak memory {operation.PeakBytes:N0} bytes";
        if (operation.SpilledBytes > 0)
            text += $", spilled {operation.SpilledBytes:N0} bytes";
        return operation.Scan is { } scan ? $"{text}; source: {scan.Requests:N0} requests, {scan.Bytes:N0} bytes, {scan.RowsRead:N0} rows read" : text;
    }
}
