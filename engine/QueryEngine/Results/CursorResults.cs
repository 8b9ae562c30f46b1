using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Statements;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Planning;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Results;

/// <summary>DECLARE CURSOR: reads all rows of the query into the session.</summary>
internal sealed class DeclareCursorResult(RunningStatement statement, AnalyzedDeclareCursor declared, PlannedQuery planned) : StatementResult(statement, [])
{
    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (declared.Tag, null);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? transaction = Statement.Session.Transaction;
        if (transaction is null && !declared.IsHold)
            throw new QueryException(ErrorCode.NoActiveTransaction, "DECLARE CURSOR is for transactions only", "START TRANSACTION first, or declare it WITH HOLD.");
        SessionState state = Statement.Engine.Metadata.States.Open(Statement.Session);
        state.CheckNew(declared.Name);
        ValueList<ResultColumn> columns = QueryResult.ColumnsOf(planned);
        var batches = new List<RecordBatch>();
        try
        {
            Started = Statement.Start(planned, cancellationToken);
            await foreach (RecordBatch batch in Started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
                batches.Add(batch);
            await Started.DisposeAsync().ConfigureAwait(false);
            state.Open(new Cursor(declared.Name, columns.Select(column => column.Name).ToValueList(), columns.Select(column => column.Type).ToValueList(), batches, declared.OnlyForward)
            {
                Transaction = transaction,
                IsHold = declared.IsHold,
            });
        }
        catch
        {
            batches.ForEach(batch => batch.Dispose());
            throw;
        }

        yield break;
    }
}

/// <summary>FETCH and MOVE.</summary>
internal sealed class FetchResult(RunningStatement statement, AnalyzedFetch fetch, Cursor cursor)
    : StatementResult(statement, fetch.IsMove ? [] : cursor.Names.Zip(cursor.Types, (name, type) => new ResultColumn(name, type)).ToValueList())
{
    private long _count;

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => fetch.IsMove ? (fetch.Tag, _count) : (null, null);

    /// <summary>The cursor of a name, of a statement's session.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR.</exception>
    public static Cursor Find(RunningStatement statement, string name) =>
        (statement.Engine.Metadata.States.Find(statement.Session) ?? throw SessionState.NoCursor(name)).Cursor(name);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        Statement.Tracked.Running();
        var rows = new Queue<RecordBatch>(fetch.Direction switch
        {
            CursorDirection.Forward => cursor.Forward(fetch.Count),
            CursorDirection.Backward => cursor.Backward(fetch.Count),
            CursorDirection.Absolute => cursor.Absolute(fetch.Count!.Value),
            CursorDirection.Relative => cursor.Relative(fetch.Count!.Value),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        try
        {
            while (rows.TryDequeue(out RecordBatch? batch))
            {
                _count += batch.RowCount;
                if (fetch.IsMove)
                    batch.Dispose();
                else
                    yield return batch;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            foreach (RecordBatch left in rows)
                left.Dispose();
        }
    }
}
