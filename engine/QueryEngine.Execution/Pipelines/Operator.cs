using System.Diagnostics;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Pipelines;

/// <summary>
/// One step of a pipeline, as one driver runs it: takes batches, pushes batches to the next step. Synchronous and not thread-safe; what drivers
/// share lives in the sink or factory that made them.
/// </summary>
internal abstract class Operator : IDisposable
{
    private Operator? _next;
    private int _step;
    private long _inputRows;
    private long _outputRows;
    private long _batches;
    private long _ticks;

    /// <summary>The driver that runs this.</summary>
    protected DriverContext Driver { get; private set; } = null!;

    /// <summary>Where rows and time are counted; null for steps that are not shown.</summary>
    public OperatorStatistics? Statistics { get; set; }

    /// <summary>Whether <see cref="Process"/> stopped before its batch was done because the driver was blocked.</summary>
    public virtual bool HasPending => false;

    /// <summary>Whether an expanding operator must stop emitting for now and keep the rest of its batch.</summary>
    protected bool MustPause => Driver.IsBlocked || IsUnwanted;

    /// <summary>Whether a later step wants no more rows.</summary>
    internal bool IsUnwanted => Driver.DoneStep > _step;

    /// <summary>Takes a batch, whose ownership it takes over even when it throws.</summary>
    public abstract void Process(RecordBatch batch);

    /// <summary>Goes on with a batch that was left pending.</summary>
    public virtual void Resume()
    {
    }

    /// <summary>The input has ended.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Waits until a terminal operator has room again.</summary>
    public virtual ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held.</summary>
    protected virtual void Release()
    {
    }

    /// <summary>Places the operator in a driver's chain.</summary>
    internal void Attach(DriverContext driver, int step, Operator? next) => (Driver, _step, _next) = (driver, step, next);

    /// <summary>Hands a batch to this operator and charges the time to it.</summary>
    internal void Push(RecordBatch batch)
    {
        _inputRows += batch.RowCount;
        Operator? caller = Driver.Enter(this);
        Process(batch);
        Driver.Enter(caller);
    }

    /// <summary>Runs a step outside of <see cref="Push"/>, charging the time to this operator.</summary>
    internal void Charge(Action step)
    {
        Operator? caller = Driver.Enter(this);
        step();
        Driver.Enter(caller);
    }

    /// <summary>Tells the steps before this one that it wants no more rows.</summary>
    protected void StopInput() => Driver.DoneStep = Math.Max(Driver.DoneStep, _step);

    internal void AddTicks(long ticks) => _ticks += ticks;

    /// <summary>Adds this driver's counts to the node's.</summary>
    internal void ReportStatistics()
    {
        Statistics?.Add(_inputRows, _outputRows, _batches, _ticks);
        (_inputRows, _outputRows, _batches, _ticks) = (0, 0, 0, 0);
    }

    /// <summary>Pushes a batch to the next operator. Takes over its ownership, also when it throws. Empty batches go nowhere.</summary>
    protected void Emit(RecordBatch batch)
    {
        if (batch.RowCount == 0 || IsUnwanted)
        {
            batch.Dispose();
            return;
        }

        if (Driver.CancellationToken.IsCancellationRequested)
        {
            batch.Dispose();
            Driver.CancellationToken.ThrowIfCancellationRequested();
        }

        _outputRows += batch.RowCount;
        _batches++;
        _next!.Push(batch);
    }
}

/// <summary>What one driver of a pipeline knows.</summary>
internal sealed class DriverContext(int index, CancellationToken cancellationToken)
{
    private Operator? _running;
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>The driver's number in its pipeline, from 0.</summary>
    public int Index { get; } = index;

    /// <summary>Cancelled when the query is, or when any driver failed.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The last step that wants no more rows; -1 when all do.</summary>
    public int DoneStep { get; set; } = -1;

    /// <summary>Whether the terminal operator waits for room.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Notes which operator runs from now on; returns the one that ran.</summary>
    public Operator? Enter(Operator? @operator)
    {
        long now = Stopwatch.GetTimestamp();
        Operator? before = _running;
        before?.AddTicks(now - _since);
        (_running, _since) = (@operator, now);
        return before;
    }
}
