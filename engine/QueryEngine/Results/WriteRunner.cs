using QueryEngine.Analysis;
using QueryEngine.Execution.Operators;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Optimizer.Pushdown;
using QueryEngine.Plan;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>
/// Runs the writes of one statement: begins each, runs its plan with a <see cref="TableWriteNode"/> above it, and finishes with what the sinks
/// returned; whatever goes wrong before that, the write is aborted. Rows of RETURNING are written here and kept until all is done.
/// </summary>
internal sealed class WriteRunner(RunningStatement statement, QueryPlanner planner) : IDisposable
{
    private readonly List<List<RecordBatch>> _returned = [];
    private int _runs;

    /// <summary>The transaction that all belongs to; null for none.</summary>
    public string? Transaction { get; set; }

    /// <summary>Runs a write; the rows written. What it returns is kept.</summary>
    public async Task<long> RunAsync(AnalyzedWrite write, CancellationToken cancellationToken)
    {
        IConnector connector = await statement.Engine.Metadata.Catalogs.Get(write.Catalog).GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        ISupportsWrites writes = connector.As<ISupportsWrites>() ?? throw QueryException.NotSupported($"writing to catalog {write.Catalog}");
        if (statement.Context.Transaction is not null)
            await statement.Engine.Metadata.Transactions.JoinAsync(statement.Context, write.Catalog, cancellationToken).ConfigureAwait(false);
        ConnectorSession session = Session(statement.Context, write.Catalog);
        if (connector.As<ISupportsAccessControl>() is { } access)
            await access.CheckAccessAsync(session, new AccessRequest(KindOf(write.Intent), write.Intent.Table), cancellationToken).ConfigureAwait(false);
        var returned = new List<RecordBatch>();
        _returned.Add(returned);
        if (await TryChangeAsync(write, connector, session, cancellationToken).ConfigureAwait(false) is { } changed)
            return changed;
        WriteHandle handle = await writes.BeginWriteAsync(session, write.Intent, cancellationToken).ConfigureAwait(false);
        try
        {
            List<ReadOnlyMemory<byte>> fragments = write.Returned is { } rows
                ? [await WriteHereAsync(write, rows, returned, await writes.OpenSinkAsync(session, handle, new WriterId(0, 0), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)]
                : await RunSinksAsync(write, handle, cancellationToken).ConfigureAwait(false);
            return await writes.FinishWriteAsync(session, handle, fragments, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await writes.AbortWriteAsync(session, handle, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static AccessKind KindOf(WriteIntent intent) => intent switch
    {
        CreateTableIntent => AccessKind.Define,
        ChangeRowsIntent => AccessKind.Change,
        _ => AccessKind.Insert,
    };

    /// <summary>Plans a query over what the writes before it returned.</summary>
    public ValueTask<PlannedQuery> PlanAsync(OutputNode plan, ColumnAllocator columns, CancellationToken cancellationToken) =>
        planner.PlanAsync((OutputNode)WithRows(plan), columns, statement.Context, cancellationToken);

    /// <summary>Starts a plan, each under a name of its own.</summary>
    public StartedPlan Start(PlannedQuery planned, CancellationToken cancellationToken)
    {
        StartedPlan plan = (statement with { Context = statement.Context with { Transaction = Transaction } }).Start(planned, cancellationToken, _runs++);
        Started?.Invoke(plan);
        return plan;
    }

    /// <summary>Hears of every plan that is started, for progress displays.</summary>
    public Action<StartedPlan>? Started { get; init; }

    /// <summary>Gives rows that stand there as if a first write had returned them; they are owned then.</summary>
    public void Give(List<RecordBatch> rows) => _returned.Add(rows);

    /// <summary>What the last write returned; the caller then owns it.</summary>
    public List<RecordBatch> TakeReturned()
    {
        List<RecordBatch> last = _returned[^1];
        _returned.RemoveAt(_returned.Count - 1);
        return last;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in _returned.SelectMany(batches => batches))
            batch.Dispose();
        _returned.Clear();
    }

    private ConnectorSession Session(QueryContext context, string catalog) => (context with { Transaction = Transaction }).ToConnectorSession(catalog);

    // What a statement in WITH returned takes the place of its node, as constant rows.
    private PlanNode WithRows(PlanNode node)
    {
        if (node is not ChangedRowsNode changed)
        {
            PlanNode[] sources = [.. node.Sources];
            PlanNode[] replaced = [.. sources.Select(WithRows)];
            return sources.SequenceEqual(replaced, ReferenceEqualityComparer.Instance) ? node : node.WithSources(replaced.ToValueList());
        }

        var rows = new List<ValueList<Expression>>();
        foreach (RecordBatch batch in _returned[changed.StatementId])
        {
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(changed.Outputs.Select((column, at) => (Expression)new ConstantExpression(batch[at].GetValue(row), column.Type)).ToValueList());
        }

        return new ValuesNode(changed.Outputs, rows.ToValueList());
    }

    private async Task<List<ReadOnlyMemory<byte>>> RunSinksAsync(AnalyzedWrite write, WriteHandle handle, CancellationToken cancellationToken)
    {
        Column fragment = write.Columns.New("fragment", SqlType.Varbinary);
        Column rows = write.Columns.New("rows", SqlType.BigInt);
        var sink = new TableWriteNode(write.Source.Source, write.Catalog, handle, write.Source.Outputs, fragment, rows) { Checks = write.Checks };
        var root = new OutputNode(sink, sink.Columns, [fragment.Name, rows.Name]);
        PlannedQuery planned = await PlanAsync(root, write.Columns, cancellationToken).ConfigureAwait(false);

        var fragments = new List<ReadOnlyMemory<byte>>();
        await using StartedPlan started = Start(planned, cancellationToken);
        await foreach (RecordBatch batch in started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            using RecordBatch owned = batch;
            for (int row = 0; row < batch.RowCount; row++)
                fragments.Add(((ValueList<byte>)batch[0].GetValue(row)!).AsSpan().ToArray());
        }

        return fragments;
    }

    private async Task<ReadOnlyMemory<byte>> WriteHereAsync(
        AnalyzedWrite write, ReturnedRows returned, List<RecordBatch> kept, IRecordSink sink, CancellationToken cancellationToken)
    {
        await using IRecordSink owned = sink;
        ValueList<Column> layout = [.. write.Source.Outputs, .. returned.Outputs, .. write.Checks.SelectMany(check => check.Reads())];
        var root = new OutputNode(write.Source.Source, layout, layout.Select(column => column.Name).ToValueList());
        PlannedQuery planned = await PlanAsync(root, write.Columns, cancellationToken).ConfigureAwait(false);
        var checks = new WriteChecks(write.Checks, layout);
        int[] written = [.. Enumerable.Range(0, write.Source.Outputs.Count)];
        int[] given = [.. Enumerable.Range(written.Length, returned.Outputs.Count)];
        await using StartedPlan started = Start(planned, cancellationToken);
        await foreach (RecordBatch batch in started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            using RecordBatch whole = batch;
            checks.Test(batch);
            using RecordBatch rows = batch.Select(written);
            await sink.WriteAsync(rows, cancellationToken).ConfigureAwait(false);
            kept.Add(batch.Select(given));
        }

        return await sink.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    // A source elsewhere may delete or update just what was pushed into a scan without sending the rows.
    private async Task<long?> TryChangeAsync(AnalyzedWrite write, IConnector connector, ConnectorSession session, CancellationToken cancellationToken)
    {
        if (write is not { Intent: ChangeRowsIntent { Kinds: [RowChange.Delete or RowChange.Update] } change, Returned: null } || write.Checks.Count > 0 || connector.IsNodeLocal)
            return null;
        bool isDelete = change.Kinds[0] == RowChange.Delete;
        PlannedQuery planned = await PlanAsync(write.Source, write.Columns, cancellationToken).ConfigureAwait(false);
        if (RemoteChanges.Find(planned.Plan, isDelete ? [] : change.Columns) is not var (scan, assignments) || scan.Catalog != write.Catalog)
            return null;
        var rows = connector.As<ISupportsRowChanges>()!;
        return isDelete
            ? await rows.TryDeleteAsync(session, scan.Handle, cancellationToken).ConfigureAwait(false)
            : await rows.TryUpdateAsync(session, scan.Handle, assignments, cancellationToken).ConfigureAwait(false);
    }
}
