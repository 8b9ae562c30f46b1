namespace QueryEngine.Execution.Pipelines;

/// <summary>
/// The end of one or more pipelines and what their drivers share: a hash table, sorted runs, the task's output. Owned by the task, which disposes
/// it when everything has ended.
/// </summary>
internal abstract class Sink : IAsyncDisposable
{
    /// <summary>Pipelines that still have to end here.</summary>
    public int OpenPipelines { get; set; }

    /// <summary>Whether rows must arrive in the pipelines' order, on one driver.</summary>
    public virtual bool NeedsOrder => false;

    /// <summary>The last operator of a driver's chain.</summary>
    public abstract Operator CreateDriver(DriverContext driver);

    /// <summary>All drivers of all pipelines have ended well: makes the result ready for its readers.</summary>
    public virtual ValueTask CompleteAsync(ParallelWork work, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ReleaseAsync();
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;
}
