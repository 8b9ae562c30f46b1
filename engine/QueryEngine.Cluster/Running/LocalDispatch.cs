using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;

namespace QueryEngine.Cluster.Running;

/// <summary>Runs tasks in this process: their batches go to their readers as they are, without a copy.</summary>
internal sealed class LocalDispatch(TaskHost host, ITaskNetwork network) : ITaskDispatch
{
    /// <inheritdoc/>
    public async Task RunAsync(ScheduledExecution execution, StartTask start, CancellationToken cancellationToken)
    {
        QueryRun run = execution.Run;
        var spec = new TaskSpec(
            start.Task, start.Fragment, start.Inputs, start.OutputPartitions, run.Session, run.Default, run.Connectors, execution.Splits,
            run.Memory.Child($"task {start.Task}"), run.Threads)
        {
            MemoryLimit = run.Memory.Limit,
            BatchRows = run.BatchRows,
            Spill = run.Spill,
            Sequences = run.Sequences,
        };
        RunningTask task = host.Accept(spec, network);
        execution.Report(start.Task, () => task.Statistics);
        execution.Post(new TaskAccepted(start.Task));
        try
        {
            await task.RunAsync(cancellationToken, () => execution.Post(new TaskFinished(start.Task))).ConfigureAwait(false);
            await task.Output.WhenDrained.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await task.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task CancelAsync(CancelTask cancel, CancellationToken cancellationToken) => host.CancelAsync(cancel.Task);
}
