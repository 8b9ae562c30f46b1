using System.Runtime.CompilerServices;
using QueryEngine.Analysis;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>
/// A write: begins it, runs the plan with a <see cref="TableWriteNode"/> above it, and finishes with what the sinks returned; whatever goes
/// wrong before that, the write is aborted.
/// </summary>
internal sealed class WriteResult(RunningStatement statement, AnalyzedWrite write, QueryPlanner planner) : StatementResult(statement, [])
{
    private long _written;

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (write.Tag, _written);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        QueryContext context = Statement.Context;
        IConnector connector = await Statement.Engine.Metadata.Catalogs.Get(write.Catalog).GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ISupportsWrites writes = connector.As<ISupportsWrites>() ?? throw QueryException.NotSupported($"writing to catalog {write.Catalog}");
        ConnectorSession session = context.ToConnectorSession(write.Catalog);
        WriteHandle handle = await writes.BeginWriteAsync(session, write.Intent, cancellationToken).ConfigureAwait(false);
        try
        {
            List<ReadOnlyMemory<byte>> fragments = await RunSinksAsync(handle, cancellationToken).ConfigureAwait(false);
            _written = await writes.FinishWriteAsync(session, handle, fragments, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await writes.AbortWriteAsync(session, handle, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        yield break;
    }

    private async Task<List<ReadOnlyMemory<byte>>> RunSinksAsync(WriteHandle handle, CancellationToken cancellationToken)
    {
        Column fragment = write.Columns.New("fragment", SqlType.Varbinary);
        Column rows = write.Columns.New("rows", SqlType.BigInt);
        var sink = new TableWriteNode(write.Source.Source, write.Catalog, handle, write.Source.Outputs, fragment, rows);
        var root = new OutputNode(sink, sink.Columns, [fragment.Name, rows.Name]);
        PlannedQuery planned = await planner.PlanAsync(root, write.Columns, Statement.Context, cancellationToken).ConfigureAwait(false);

        var fragments = new List<ReadOnlyMemory<byte>>();
        await using StartedPlan started = Statement.Start(planned, cancellationToken);
        await foreach (RecordBatch batch in started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            using RecordBatch owned = batch;
            for (int row = 0; row < batch.RowCount; row++)
                fragments.Add(((ValueList<byte>)batch[0].GetValue(row)!).AsSpan().ToArray());
        }

        return fragments;
    }
}
