using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Statements;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Planning;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Results;

/// <summary>DECLARE CURSOR and OPEN: reads all rows of the query into the session.</summary>
internal sealed class DeclareCursorResult(RunningStatement statement, AnalyzedDeclareCursor declared, PlannedQuery planned, CursorDeclaration declaration, bool isOpen)
    : StatementResult(statement, [])
{
    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (isOpen ? "OPEN" : declared.Tag, null);

    /// <summary>What DECLARE declares.</summary>
    public static CursorDeclaration DeclarationOf(RunningStatement statement, AnalyzedDeclareCursor declared) => new(
        declared.Name,
        declared.Text,
        statement.Context.Catalog,
        statement.Context.Schema,
        statement.Tracked.Request.Parameters.Select(parameter => (parameter.Name, parameter.Type, parameter.Value)).ToValueList());

    /// <summary>What the cursor that OPEN names was declared to be.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR, INVALID_CURSOR_STATE.</exception>
    public static CursorDeclaration Declared(RunningStatement statement, AnalyzedOpenCursor open) =>
        (statement.Engine.Metadata.States.Find(statement.Session) ?? throw SessionState.NoCursor(open.Name)).Declared(open.Name);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SessionState state = Statement.Engine.Metadata.States.Open(Statement.Session);
        if (!isOpen)
            state.CheckNew(declared.Name);
        ResultColumn[] columns = [.. QueryResult.ColumnsOf(planned)];
        columns = columns[..^(declared.Table?.Columns.Count ?? 0)];
        var batches = new List<RecordBatch>();
        try
        {
            Started = Statement.Start(planned, cancellationToken);
            await foreach (RecordBatch batch in Started.Execution.ReadAsync(cancellationToken).ConfigureAwait(false))
                batches.Add(batch);
            await Started.DisposeAsync().ConfigureAwait(false);
            var cursor = new Cursor(declared.Name, columns.Select(column => column.Name).ToValueList(), columns.Select(column => column.Type).ToValueList(), batches, declared.OnlyForward)
            {
                Transaction = Statement.Session.Transaction,
                IsHold = declared.IsHold,
                IsOpened = isOpen,
                Table = declared.Table,
            };
            state.Open(cursor, declaration);
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
        var rows = new Queue<RecordBatch>(Move(cursor, fetch));
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

    /// <summary>Moves a cursor; the rows that it passes, the columns that it shows.</summary>
    public static IEnumerable<RecordBatch> Move(Cursor cursor, AnalyzedFetch fetch)
    {
        IReadOnlyList<RecordBatch> rows = fetch.Direction switch
        {
            CursorDirection.Forward => cursor.Forward(fetch.Count),
            CursorDirection.Backward => cursor.Backward(fetch.Count),
            CursorDirection.Absolute => cursor.Absolute(fetch.Count!.Value),
            CursorDirection.Relative => cursor.Relative(fetch.Count!.Value),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        int[] shown = [.. Enumerable.Range(0, cursor.Names.Count)];
        foreach (RecordBatch batch in rows)
        {
            using RecordBatch whole = batch;
            yield return batch.Select(shown);
        }
    }
}

/// <summary>FETCH INTO a table: adds the rows to it.</summary>
internal sealed class FetchIntoResult(RunningStatement statement, AnalyzedFetch fetch, Cursor cursor, QueryPlanner planner) : StatementResult(statement, [])
{
    private long _count;

    /// <inheritdoc/>
    protected override (string? UpdateType, long? UpdateCount) Outcome => (fetch.Tag, _count);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var runner = new WriteRunner(Statement, planner) { Transaction = Statement.Context.Transaction, Started = plan => Started = plan };
        runner.Give([.. FetchResult.Move(cursor, fetch)]);
        _count = await runner.RunAsync(fetch.Into!, cancellationToken).ConfigureAwait(false);
        yield break;
    }
}
