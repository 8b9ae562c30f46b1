using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Wire;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Running;

/// <summary>
/// Sends tasks to workers over gRPC; <paramref name="createRequest"/> writes what is sent, <paramref name="suspect"/> hears of workers that do not answer.
/// </summary>
internal sealed class RemoteDispatch(TaskNetwork network, Func<QueryRun, StartTask, RunTaskRequest> createRequest, Action<ClusterMember> suspect) : ITaskDispatch
{
    private static readonly TimeSpan _cancelTimeout = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task RunAsync(ScheduledExecution execution, StartTask start, CancellationToken cancellationToken)
    {
        bool hasFinished = false;
        try
        {
            RunTaskRequest request = createRequest(execution.Run, start);
            IAsyncEnumerable<TaskUpdate> updates = network.ChannelTo(start.Node.Uri)
                .ServerStreamingAsync(ClusterMethods.RunTask, request, cancellationToken: cancellationToken);
            await foreach (TaskUpdate update in updates.ConfigureAwait(false))
            {
                execution.Report(start.Task, () => TaskReports.Read(start.Fragment, update));
                if (update.State == "accepted")
                    execution.Post(new TaskAccepted(start.Task));
                if (update.State != "finished")
                    continue;
                hasFinished = true;
                execution.Post(new TaskFinished(start.Task));
            }
        }
        catch (RpcException exception)
        {
            QueryException error = WireConversion.Translate(exception, start.Node.ToString(), $"while it ran task {start.Task}");
            if (error.Code == ErrorCode.WorkerFailed)
                suspect(start.Node);
            throw error;
        }

        if (!hasFinished)
            throw new QueryException(ErrorCode.WorkerFailed, $"worker {start.Node} ended task {start.Task} without a word");
    }

    /// <inheritdoc/>
    public async Task CancelAsync(CancelTask cancel, CancellationToken cancellationToken)
    {
        try
        {
            await network.ChannelTo(cancel.Node.Uri).UnaryAsync(
                ClusterMethods.CancelTask, WireConversion.ToKey(cancel.Task), new RpcCallOptions { Timeout = _cancelTimeout }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException)
        {
            // A node that is gone has nothing left to cancel; one that is slow ends the task when the task's own call ends.
        }
    }
}
