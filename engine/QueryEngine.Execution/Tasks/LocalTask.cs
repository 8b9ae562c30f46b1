using QueryEngine.Execution.Evaluation;
using QueryEngine.Execution.Operators;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;

namespace QueryEngine.Execution;

/// <summary>
/// Runs one fragment: plans it into pipelines and runs them on <see cref="TaskContext.Threads"/> drivers. A plan that runs in one process
/// is one fragment, without exchanges: parallelism is inside the operators. Runs once.
/// </summary>
public sealed class LocalTask
{
    private readonly PlanFragment _fragment;
    private readonly TaskContext _context;
    private readonly PlanningContext _planning;

    /// <summary>Prepares a task; nothing is opened yet.</summary>
    public LocalTask(PlanFragment fragment, TaskContext context, ITaskInputs inputs, IOutputSink output)
    {
        (_fragment, _context) = (fragment, context);
        _planning = new PlanningContext(context, inputs, output, new CatalogBinder(context.Catalog));
    }

    /// <summary>What each operator has done so far; complete when <see cref="RunAsync"/> has ended.</summary>
    public IReadOnlyList<OperatorStatistics> Statistics => _planning.Statistics;

    /// <summary>
    /// Runs the fragment to its end, or until the output is closed. The first error of any driver stops all and is thrown; whatever
    /// happens, all memory is given back but for batches that the output has taken.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Plan();
            await RunPipelinesAsync(_planning, new ParallelWork(_context.Threads, _context.BatchRows), cancellationToken);
        }
        finally
        {
            await _planning.DisposeOwnedAsync();
        }
    }

    /// <summary>Runs closed pipelines one after another; a sink is completed when its last pipeline has ended.</summary>
    internal static async Task RunPipelinesAsync(PlanningContext planning, ParallelWork work, CancellationToken cancellationToken)
    {
        foreach (Pipeline pipeline in planning.Pipelines)
        {
            await pipeline.RunAsync(work, cancellationToken);
            Sink sink = pipeline.Sink!;
            if (--sink.OpenPipelines == 0)
                await sink.CompleteAsync(work, cancellationToken);
        }
    }

    private void Plan()
    {
        PlanNode root = _fragment.Root;
        _planning.NumberScans(root);
        RowStream rows = _planning.Plan(root, root.Columns.Concat(_fragment.OutputKeys).ToHashSet());
        OperatorStatistics statistics = _planning.Count(root, "output");
        var sink = new OutputSink(
            _planning.Output, _fragment.OutputKind, rows.PlacesOf(root.Columns), rows.PlacesOf(_fragment.OutputKeys), statistics);
        _planning.Close(rows, sink);
    }
}
