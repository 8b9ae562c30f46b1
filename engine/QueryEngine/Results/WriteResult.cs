using System.Runtime.CompilerServices;
using QueryEngine.Analysis;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>A statement that writes, by itself or in its WITH: all of its writes happen, or none.</summary>
internal sealed class WriteResult(RunningStatement statement, AnalyzedWithWrites writes, QueryPlanner planner) : StatementResult(statement, ColumnsOf(writes.Main))
{
    private long? _written;

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (writes.Main is AnalyzedQuery ? null : writes.Tag, _written);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ISupportsTransactions? own = OwnTransaction();
        Sequence[] made = [.. Writes.SelectMany(write => write.Sequences).Select(Statement.Engine.Metadata.Sequences.Create)];
        string id = Statement.Context.QueryId;
        using var runner = new WriteRunner(Statement, planner) { Transaction = own is null ? Statement.Context.Transaction : id, Started = plan => Started = plan };
        if (own is not null)
            await own.BeginTransactionAsync(id, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (AnalyzedWrite write in writes.Writes)
                await runner.RunAsync(write, cancellationToken).ConfigureAwait(false);
            if (writes.Main is AnalyzedWrite main)
                _written = await runner.RunAsync(main, cancellationToken).ConfigureAwait(false);
            if (own is not null)
                await own.CommitTransactionAsync(id, cancellationToken).ConfigureAwait(false);
            foreach (AnalyzedWrite write in Writes)
                write.Leaves?.Leave();
            Statement.Engine.Metadata.Transactions.WhenUndone(Statement.Context, () => Statement.Engine.Metadata.Sequences.Drop(made));
        }
        catch
        {
            Statement.Engine.Metadata.Sequences.Drop(made);
            throw;
        }
        finally
        {
            if (own is not null)
                await own.RollbackTransactionAsync(id, CancellationToken.None).ConfigureAwait(false);
            runner.Transaction = Statement.Context.Transaction;
        }

        if (writes.Main is AnalyzedQuery query)
        {
            PlannedQuery planned = await runner.PlanAsync(query.Plan, query.Columns, cancellationToken).ConfigureAwait(false);
            Started = runner.Start(planned, cancellationToken);
            await foreach (RecordBatch batch in Started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
                yield return batch;
            await Started.DisposeAsync().ConfigureAwait(false);
            yield break;
        }

        var returned = new Queue<RecordBatch>(runner.TakeReturned());
        try
        {
            while (returned.TryDequeue(out RecordBatch? batch))
                yield return batch;
        }
        finally
        {
            foreach (RecordBatch rest in returned)
                rest.Dispose();
        }
    }

    private AnalyzedWrite[] Writes => [.. writes.Writes, .. writes.Main is AnalyzedWrite main ? [main] : Array.Empty<AnalyzedWrite>()];

    private static ValueList<ResultColumn> ColumnsOf(AnalyzedStatement main) => main switch
    {
        AnalyzedQuery query => query.Plan.Names.Zip(query.Plan.Outputs, (name, column) => new ResultColumn(name, column.Type)).ToValueList(),
        AnalyzedWrite { Returned: { } returned } => returned.Names.Zip(returned.Outputs, (name, column) => new ResultColumn(name, column.Type)).ToValueList(),
        _ => [],
    };

    // Several writes are one transaction of their source.
    private ISupportsTransactions? OwnTransaction()
    {
        AnalyzedWrite[] all = Writes;
        string[] catalogs = [.. all.Select(write => write.Catalog).Distinct(StringComparer.Ordinal)];
        if (catalogs.Length > 1 && (Statement.Context.Transaction is null || Statement.Context.Properties.Get(SessionProperties.SeveralSources) != "best_effort"))
            throw QueryException.NotSupported($"writing to {string.Join(" and ", catalogs)} in one statement");
        if (all.Length < 2 || Statement.Context.Transaction is not null)
            return null;
        return Statement.Engine.Connectors.Get(catalogs[0]).As<ISupportsTransactions>()
            ?? throw QueryException.NotSupported($"several writes in one statement to catalog {catalogs[0]}");
    }
}
