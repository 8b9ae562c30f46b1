using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Planning;
using QueryEngine.Spi;

namespace QueryEngine.Results;

/// <summary>What every result knows of its statement.</summary>
internal sealed record RunningStatement(Engine Engine, Session Session, QueryContext Context, TrackedQuery Tracked)
{
    /// <summary>Starts a plan on the engine's runner.</summary>
    public StartedPlan Start(PlannedQuery planned, CancellationToken cancellationToken)
    {
        Tracked.Running();
        var run = new QueryRun(
            Context.QueryId, planned.Fragments, Context.ToConnectorSession(), Engine.Connectors, Tracked.Memory, Engine.ThreadsOf(Context))
        {
            Default = (Context.Catalog, Context.Schema),
        };
        IConnector[] connectors = [.. Catalogs(planned.Plan).Distinct(StringComparer.Ordinal).Select(Engine.Connectors.Get)];
        return new StartedPlan(Engine.Runner.Start(run, cancellationToken), Context.QueryId, connectors);
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
        Engine.Queries.End(Tracked, translated);
        return translated;
    }

    /// <summary>A token that is cancelled with the given one or when the session's longest run time is over.</summary>
    public CancellationTokenSource LimitTime(CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan longest = Context.Properties.GetDuration(SessionProperties.QueryMaxRunTime);
        if (longest > TimeSpan.Zero)
            source.CancelAfter(longest);
        return source;
    }

    private static IEnumerable<string> Catalogs(PlanNode plan) => plan is TableScanNode scan ? [scan.Catalog] : plan.Sources.SelectMany(Catalogs);
}

/// <summary>A plan that runs. Disposing it stops it and then tells the connectors that it read from that the query has ended.</summary>
internal sealed class StartedPlan(QueryExecution execution, string queryId, IReadOnlyList<IConnector> connectors) : IAsyncDisposable
{
    private int _disposed;

    /// <summary>The execution.</summary>
    public QueryExecution Execution => execution;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await execution.DisposeAsync().ConfigureAwait(false);
        foreach (IConnector connector in connectors)
            await connector.EndQueryAsync(queryId).ConfigureAwait(false);
    }
}
