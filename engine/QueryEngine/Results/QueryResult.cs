using System.Runtime.CompilerServices;
using QueryEngine.Cluster.Statements;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>The rows of a query. It starts to run when they are first asked for.</summary>
internal sealed class QueryResult(RunningStatement statement, PlannedQuery planned) : StatementResult(statement, ColumnsOf(planned))
{
    private StartedPlan? _started;

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (null, null);

    /// <inheritdoc/>
    protected override long RowsRead => _started?.Execution.Statistics.Sum(operation => operation.Scan?.RowsRead ?? 0) ?? 0;

    /// <inheritdoc/>
    protected override long BytesRead => _started?.Execution.Statistics.Sum(operation => operation.Scan?.Bytes ?? 0) ?? 0;

    /// <summary>The columns of a plan's result.</summary>
    public static ValueList<ResultColumn> ColumnsOf(PlannedQuery planned) =>
        planned.Plan.Names.Zip(planned.Columns, (name, column) => new ResultColumn(name, column.Type)).ToValueList();

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _started = Statement.Start(planned, cancellationToken);
        await foreach (RecordBatch batch in _started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return batch;
        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync() => _started?.DisposeAsync() ?? ValueTask.CompletedTask;
}
