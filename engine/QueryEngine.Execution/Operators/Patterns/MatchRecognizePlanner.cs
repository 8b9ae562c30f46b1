using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Operators.Windows;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Patterns;

/// <summary>Plans MATCH_RECOGNIZE: all rows are ordered by partition and order keys, then each partition is searched for matches.</summary>
internal sealed class MatchRecognizePlanner : NodePlanner<MatchRecognizeNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(MatchRecognizeNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        Column[] shown = [.. (node.Rows == PatternRows.One ? node.PartitionBy : node.Source.Columns).Where(required.Contains)];
        PatternMeasure[] measures = [.. node.Measures.Where(measure => required.Contains(measure.Output))];
        RowStream input = context.Plan(node.Source, node.Reads().Concat(shown).ToHashSet());
        OperatorStatistics statistics = context.Count(node, "match");
        var sink = new MatchRecognizeSink(node, input.PlacesOf(shown), measures, input, context, statistics);
        context.Close(input, sink);
        var source = new BatchListSource(() => sink.Batches) { Statistics = statistics };
        return new RowStream([context.Open(source)], [.. shown, .. measures.Select(measure => measure.Output)]);
    }
}

/// <summary>Collects the rows, orders them, finds the matches and computes the measures.</summary>
internal sealed class MatchRecognizeSink(
    MatchRecognizeNode node, int[] shown, PatternMeasure[] measures, RowStream input, PlanningContext context, OperatorStatistics statistics) : Sink
{
    private readonly BatchCollector _collector = new(input.Layout.Count, statistics.Memory!);
    private readonly PartitionOrder _order = new(node.PartitionBy, node.OrderBy, input, statistics.Memory!);
    private readonly List<RecordBatch> _batches = [];

    /// <summary>The rows of the matches.</summary>
    public IReadOnlyList<RecordBatch> Batches => _batches;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new CollectOperator(_collector) { Statistics = statistics };

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        using RecordBatch? all = await _collector.TakeAllAsync(work, cancellationToken);
        if (all is null)
            return;

        using RecordBatch sorted = await _order.SortAsync(all, work, cancellationToken);
        using WindowRows rows = _order.Cut(sorted);
        var inputs = new PatternRowSource(sorted, rows, input, context, node, context.Task.Functions with { Memory = statistics.Memory! });
        using var conditions = new PatternConditions(node, inputs);
        var found = new List<MatchedRow>();
        var search = new MatchSearch(node, new PatternMatcher(node, conditions, cancellationToken), found);
        for (int start = 0; start < rows.RowCount; start = rows.PartitionEnd[start])
            search.Search(start, rows.PartitionEnd[start]);
        for (int first = 0; first < found.Count; first += RecordBatch.MaxRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _batches.Add(Build(sorted, inputs, found.GetRange(first, Math.Min(RecordBatch.MaxRows, found.Count - first))));
        }
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _collector.Dispose();
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
        return ValueTask.CompletedTask;
    }

    private RecordBatch Build(RecordBatch sorted, PatternRowSource inputs, List<MatchedRow> rows)
    {
        int[] numbers = [.. rows.Select(row => row.Row)];
        var columns = new ColumnVector[shown.Length + measures.Length];
        try
        {
            for (int column = 0; column < shown.Length; column++)
                columns[column] = Gather.Take(sorted[shown[column]], numbers, statistics.Memory!);

            // Rows without a match have no measures.
            MatchedRow[] matched = [.. rows.Where(row => row.Match is not null)];
            int[] places = new int[rows.Count];
            for (int row = 0, next = 0; row < places.Length; row++)
                places[row] = rows[row].Match is null ? -1 : next++;
            for (int measure = 0; measure < measures.Length; measure++)
            {
                using ColumnVector values = inputs.Evaluate(measures[measure].Value, matched);
                columns[shown.Length + measure] = Gather.TakeOrNull(values, places, statistics.Memory!);
            }
        }
        catch
        {
            Compaction.DisposeAll(columns);
            throw;
        }

        return new RecordBatch(columns, rows.Count);
    }
}
