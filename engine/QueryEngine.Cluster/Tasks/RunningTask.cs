using System.Diagnostics.CodeAnalysis;
using QueryEngine.Execution;
using QueryEngine.Functions;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>A task of this process: its work, and its output until that is taken.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and is asked to stop by several sides, also late: the collector takes it.")]
internal sealed class RunningTask
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskInputs _inputs;
    private readonly LocalTask _task;
    private readonly Action<QueryException?> _forget;
    private QueryException? _error;
    private int _started;

    /// <summary>Makes the task; <paramref name="forget"/> is called when it is gone, with the error of its work.</summary>
    public RunningTask(TaskSpec spec, ITaskNetwork network, TaskOutput output, Action<QueryException?> forget)
    {
        (Spec, Output, _forget) = (spec, output, forget);
        _inputs = new TaskInputs(spec, network);
        var context = new TaskContext(spec.Session, spec.Memory, spec.Connectors, spec.Threads)
        {
            Functions = new FunctionContext(spec.Memory, spec.Session) { Default = spec.Default, Sequences = spec.Sequences, Cancellation = _stop.Token },
            BatchRows = spec.BatchRows,
            Spill = spec.Spill,
            TaskIndex = spec.Id.Partition,
            Attempt = spec.Id.Attempt,
        };
        _task = new LocalTask(spec.Fragment, context, _inputs, output);
    }

    /// <summary>What was asked for.</summary>
    public TaskSpec Spec { get; }

    /// <summary>The rows that were not taken yet.</summary>
    public TaskOutput Output { get; }

    /// <summary>What the operators have done so far.</summary>
    public IReadOnlyList<OperatorStatistics> Statistics => _task.Statistics;

    /// <summary>
    /// Does the work. Calls <paramref name="finished"/> when it is done, before readers see the end; the output then waits for its readers. An error goes to
    /// them and is thrown.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken, Action? finished = null)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
            return;

        using CancellationTokenRegistration registration = cancellationToken.Register(_stop.Cancel);
        try
        {
            await _task.RunAsync(_stop.Token);
            await _inputs.CloseUnreadAsync(_stop.Token);
            finished?.Invoke();
            Output.Complete();
        }
        catch (Exception exception)
        {
            _error = Translate(exception);
            Output.Abort(_error);
            throw _error;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Stops the work, waits until it has ended, and forgets the output.</summary>
    public async Task CancelAsync()
    {
        if (!_ended.Task.IsCompleted)
            await _stop.CancelAsync();
        if (Interlocked.Exchange(ref _started, 1) != 0)
            await _ended.Task;
        Output.Dispose();
        _forget(_error);
    }

    private QueryException Translate(Exception exception) => exception switch
    {
        QueryException known => known,
        OperationCanceledException when _stop.IsCancellationRequested => new(ErrorCode.QueryCanceled, "the query was canceled", inner: exception),
        InsufficientExecutionStackException => new(ErrorCode.StatementTooComplex, "an expression of the statement is nested too deeply", inner: exception),
        _ => new(ErrorCode.Internal, $"{exception.GetType().Name}: {exception.Message}", inner: exception),
    };
}
