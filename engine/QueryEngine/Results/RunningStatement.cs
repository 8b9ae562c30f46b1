using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>What every result knows of its statement.</summary>
internal sealed record RunningStatement(Engine Engine, Session Session, QueryContext Context, TrackedQuery Tracked)
{
    private readonly long _started = Engine.Time.GetTimestamp();

    /// <summary>Starts a plan on the engine's runner.</summary>
    public StartedPlan Start(PlannedQuery planned, CancellationToken cancellationToken, int number = 0)
    {
        Tracked.Running();
        var run = new QueryRun(
            number == 0 ? Context.QueryId : $"{Context.QueryId}_{number}", planned.Fragments, Context.ToConnectorSession(), Engine.Connectors, Tracked.Memory, Engine.ThreadsOf(Context))
        {
            Default = (Context.Catalog, Context.Schema),
            BatchRows = Context.Properties.GetInteger(SessionProperties.BatchRows),
            Spill = Engine.Spill,
            Sequences = new SessionSequences(Engine.Metadata, Context, Session),
        };
        return new StartedPlan(Engine.Runner.Start(run, cancellationToken));
    }

    /// <summary>Tells the connectors that the statement has ended: what was held for it can go.</summary>
    public async ValueTask ReleaseAsync()
    {
        foreach (IConnector connector in Engine.Metadata.Catalogs.All.Select(catalog => catalog.OpenConnector).OfType<IConnector>())
            await connector.EndQueryAsync(Context.QueryId).ConfigureAwait(false);
        await Engine.Metadata.Catalogs.Urls.ReleaseAsync(Context.QueryId).ConfigureAwait(false);
    }

    /// <summary>Notes the end of the statement.</summary>
    public StatementEnd End(string? updateType, long? updateCount)
    {
        Engine.Queries.End(Tracked, error: null);
        return new StatementEnd(updateType, updateCount, Sessions.SettingsOf(Session));
    }

    /// <summary>Notes the error that ended the statement, and gives it as clients are told.</summary>
    public QueryException Fail(Exception error)
    {
        QueryException translated = Errors.Translate(error);
        if (Tracked.StopReason is { } reason && translated.Code == ErrorCode.QueryCanceled)
            translated = new QueryException(ErrorCode.QueryCanceled, $"the query was canceled: {reason}", hint: null, error);
        Engine.Queries.End(Tracked, translated);
        if (Context.Transaction is { } transaction)
            Engine.Metadata.Transactions.Fail(transaction);
        return translated;
    }

    /// <summary>A token that is cancelled with the given one or when the session's longest run time is over.</summary>
    public CancellationTokenSource LimitTime(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Tracked.WhenCancelled(source.Cancel);
        TimeSpan longest = Context.Properties.GetDuration(SessionProperties.QueryMaxRunTime);
        if (longest > TimeSpan.Zero)
            source.CancelAfter(longest > Elapsed ? longest - Elapsed : TimeSpan.Zero);
        return source;
    }

    /// <summary>What to say when <see cref="LimitTime"/> has ended the statement.</summary>
    public static QueryException TooLong() =>
        new(ErrorCode.QueryCanceled, "the query ran longer than query_max_run_time", "SET SESSION query_max_run_time to a longer time.");

    private TimeSpan Elapsed => Engine.Time.GetElapsedTime(_started);
}

/// <summary>A plan that runs. Disposing it stops it.</summary>
internal sealed class StartedPlan(QueryExecution execution) : IAsyncDisposable
{
    private int _disposed;

    /// <summary>The execution.</summary>
    public QueryExecution Execution => execution;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? execution.DisposeAsync() : ValueTask.CompletedTask;
}
