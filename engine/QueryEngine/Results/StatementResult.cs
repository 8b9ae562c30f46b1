using System.Runtime.CompilerServices;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>A statement that runs: translates errors, notes the end, and cancels what is left when it is disposed.</summary>
internal abstract class StatementResult(RunningStatement statement, ValueList<ResultColumn> columns) : IStatementResult
{
    private readonly CancellationTokenSource _disposed = new();

    /// <inheritdoc/>
    public string QueryId => statement.Context.QueryId;

    /// <inheritdoc/>
    public ValueList<ResultColumn> Columns => columns;

    /// <inheritdoc/>
    public StatementEnd? End { get; private set; }

    /// <inheritdoc/>
    public StatementProgress? Progress
    {
        get
        {
            Execution.OperatorStatistics[] scans = [.. (Started?.Execution.Statistics ?? []).Where(operation => operation.Scan is not null)];
            return new StatementProgress(
                statement.Tracked.State, 0, 0, scans.Sum(scan => Math.Max(scan.Scan!.RowsRead, scan.OutputRows)), scans.Sum(scan => scan.Scan!.Bytes), statement.Tracked.Memory.Bytes);
        }
    }

    /// <summary>The plan that runs, once it does.</summary>
    protected StartedPlan? Started { get; set; }

    /// <summary>The statement.</summary>
    protected RunningStatement Statement => statement;

    /// <inheritdoc/>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource limited = statement.LimitTime(cancellationToken);
        using CancellationTokenRegistration disposed = _disposed.Token.Register(limited.Cancel);
        await using IAsyncEnumerator<RecordBatch> batches = RunAsync(limited.Token).GetAsyncEnumerator(limited.Token);
        while (await MoveAsync(batches, cancellationToken).ConfigureAwait(false))
        {
            statement.Tracked.AddRows(batches.Current.RowCount);
            yield return batches.Current;
        }

        (string? updateType, long? updateCount) = Outcome;
        End = statement.End(updateType, updateCount);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
        await statement.ReleaseAsync().ConfigureAwait(false);
        if (End is null)
            statement.Fail(new OperationCanceledException());
        _disposed.Dispose();
    }

    /// <summary>What the statement was, once it is done: its words and the rows written.</summary>
    protected abstract (string? UpdateType, long? UpdateCount) Outcome { get; }

    /// <summary>Does the work and gives the rows.</summary>
    protected abstract IAsyncEnumerable<RecordBatch> RunAsync(CancellationToken cancellationToken);

    private ValueTask ReleaseAsync() => Started?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<RecordBatch> batches, CancellationToken asked)
    {
        try
        {
            return await batches.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!asked.IsCancellationRequested && !_disposed.IsCancellationRequested)
        {
            throw statement.Fail(RunningStatement.TooLong());
        }
        catch (Exception error) when (statement.Fail(error) is var translated && !ReferenceEquals(translated, error))
        {
            throw translated;
        }
    }
}
