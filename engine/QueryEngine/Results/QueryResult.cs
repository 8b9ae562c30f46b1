using System.Runtime.CompilerServices;
using QueryEngine.Cluster.Statements;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>The rows of a query. It starts to run when they are first asked for.</summary>
internal sealed class QueryResult(RunningStatement statement, PlannedQuery planned) : StatementResult(statement, ColumnsOf(planned))
{
    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (null, null);

    /// <summary>The columns of a plan's result.</summary>
    public static ValueList<ResultColumn> ColumnsOf(PlannedQuery planned) =>
        planned.Plan.Names.Zip(planned.Columns, (name, column) => new ResultColumn(name, column.Type)).ToValueList();

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Started = Statement.Start(planned, cancellationToken);
        await foreach (RecordBatch batch in Started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
            yield return batch;
        await Started.DisposeAsync().ConfigureAwait(false);
    }
}
