namespace QueryEngine.Execution.Pipelines;

/// <summary>
/// Runs the drivers of a task on the thread pool. Drivers are tasks of their own, because they compute for long between waits: the caller's
/// thread must not be kept, and each driver is one unit of the parallelism that <see cref="TaskContext.Threads"/> allows.
/// </summary>
internal sealed class ParallelWork(int threads, int batchRows)
{
    /// <summary>Drivers that may run at once.</summary>
    public int Threads { get; } = threads;

    /// <summary>The most rows that a pipeline's operators are given at once.</summary>
    public int BatchRows { get; } = batchRows;

    /// <summary>Runs <paramref name="body"/> on so many drivers, numbered from 0; the first failure cancels the others and is thrown.</summary>
    public static async Task RunAsync(int drivers, Func<int, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var running = new Task[drivers];
        for (int driver = 0; driver < drivers; driver++)
        {
            int index = driver;
            running[driver] = Task.Factory.StartNew(
                () => GuardAsync(index), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
        }

        await Task.WhenAll(running);
        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);

        async Task GuardAsync(int index)
        {
            try
            {
                await body(index, stop.Token);
            }
            catch (Exception exception)
            {
                // A driver that was only told to stop must not hide the failure that told it.
                Interlocked.CompareExchange(ref first, exception, null);
                await stop.CancelAsync();
            }
        }
    }

    /// <summary>Runs synchronous work items 0 to <paramref name="items"/> - 1, each once, on all drivers.</summary>
    public Task ForEachAsync(int items, Action<int> body, CancellationToken cancellationToken)
    {
        int next = -1;
        return RunAsync(
            Math.Min(Threads, items),
            (_, token) =>
            {
                for (int item = Interlocked.Increment(ref next); item < items; item = Interlocked.Increment(ref next))
                {
                    token.ThrowIfCancellationRequested();
                    body(item);
                }

                return Task.CompletedTask;
            },
            cancellationToken);
    }
}
