using QueryEngine.Spi;

namespace QueryEngine.Execution.Pipelines;

/// <summary>Where a driver's batches come from. One a driver; the drivers of a pipeline share work through the factory.</summary>
internal abstract class Source : IAsyncDisposable
{
    /// <summary>The next batch, which the caller owns, or null at the end.</summary>
    public abstract ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ReleaseAsync();
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;
}

/// <summary>Makes the sources of a pipeline's drivers and owns what they share.</summary>
internal abstract class SourceFactory : IAsyncDisposable
{
    /// <summary>The node that the rows are counted for; null when they are counted elsewhere.</summary>
    public OperatorStatistics? Statistics { get; init; }

    /// <summary>Whether there is nothing to read and the pipeline need not run. Asked when the pipeline starts.</summary>
    public virtual bool IsEmpty => false;

    /// <summary>The most drivers that make sense; 1 where order matters. Asked when the pipeline starts.</summary>
    public virtual int MaxDrivers => int.MaxValue;

    /// <summary>A source for one driver.</summary>
    public abstract Source Create(DriverContext driver);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ReleaseAsync();
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual ValueTask ReleaseAsync() => ValueTask.CompletedTask;
}
