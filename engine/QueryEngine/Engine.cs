using QueryEngine.Analysis;
using QueryEngine.Analysis.Statements;
using QueryEngine.Cluster.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Execution.Spilling;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Planning;
using QueryEngine.Results;
using QueryEngine.Spi;

namespace QueryEngine;

/// <summary>
/// The engine: text to rows over the catalogs that it was given, run by the runner that it was given, in this process or on a cluster. Thread-safe.
/// </summary>
public sealed class Engine : IStatementService
{
    private readonly EngineOptions _options;
    private readonly EngineMetadata _metadata;
    private readonly IQueryRunner _runner;
    private readonly Analyzer _analyzer;
    private readonly QueryPlanner _planner;
    private readonly QueryIdSource _ids = QueryIdSource.Create();

    /// <summary>Makes an engine, which then owns the catalogs and the runner.</summary>
    public Engine(EngineOptions options, CatalogManager catalogs, IQueryRunner runner)
    {
        (_options, _runner) = (options, runner);
        Memory = options.CreateMemory();
        Memory.WhenFull = StopLargest;
        Spill = new SpillSpace(options.Spill);
        _metadata = new EngineMetadata(catalogs, new ViewStore(), options.Time);
        _analyzer = new Analyzer(_metadata, FunctionCatalog.BuiltIn);
        Connectors = new CatalogConnectors(catalogs);
        _planner = new QueryPlanner(Connectors, runner);
    }

    /// <summary>Catalogs, tables, views.</summary>
    public EngineMetadata Metadata => _metadata;

    /// <summary>The queries that run, and some that have run lately.</summary>
    public QueryRegistry Queries { get; } = new();

    /// <summary>What runs the plans.</summary>
    public IQueryRunner Runner => _runner;

    /// <summary>What all queries hold on this node.</summary>
    public MemoryContext Memory { get; }

    /// <summary>What queries of this process have written because it did not fit in memory.</summary>
    public SpillSpace Spill { get; }

    internal CatalogConnectors Connectors { get; }

    /// <inheritdoc/>
    public async ValueTask<IStatementResult> ExecuteAsync(StatementRequest request, CancellationToken cancellationToken)
    {
        Session session = Sessions.Open(request.Settings, _ids, _options.Time);
        QueryContext context = session.NewQuery();
        long limit = session.Properties.GetBytes(SessionProperties.QueryMaxMemory);
        MemoryContext memory = Memory.Child($"query {context.QueryId}", limit == 0 ? long.MaxValue : limit);
        var tracked = new TrackedQuery(context.QueryId, request, memory, _options.Time);
        Queries.Add(tracked);
        var statement = new RunningStatement(this, session, context, tracked);
        try
        {
            using CancellationTokenSource limited = statement.LimitTime(cancellationToken);
            return await StartAsync(statement, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await statement.ReleaseAsync().ConfigureAwait(false);
            throw statement.Fail(RunningStatement.TooLong());
        }
        catch (Exception error)
        {
            await statement.ReleaseAsync().ConfigureAwait(false);
            QueryException translated = statement.Fail(error);
            throw ReferenceEquals(translated, error) ? error : translated;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _runner.DisposeAsync().ConfigureAwait(false);
        _metadata.States.Clear();
        await _metadata.Catalogs.DisposeAsync().ConfigureAwait(false);
        Spill.Dispose();
    }

    internal int ThreadsOf(QueryContext context) =>
        context.Properties.GetInteger(SessionProperties.Threads) is var threads and > 0 ? threads : _options.Threads;

    internal TimeProvider Time => _options.Time;

    // The process lives on: the query that holds the most is told to stop, and who asked may go on while it does.
    private bool StopLargest(MemoryContext asking)
    {
        TrackedQuery? largest = Queries.Queries.Where(query => query.Ended is null).MaxBy(query => query.Memory.Bytes);
        if (largest is null || ReferenceEquals(largest.Memory, asking))
            return false;
        largest.Memory.Stop(new QueryException(
            ErrorCode.OutOfMemory,
            $"all queries of this node reached its limit of {Memory.Limit} bytes, and this one, which held {largest.Memory.Bytes}, was the largest",
            "Set query_max_memory to let large queries write to disk earlier, or run fewer at once."));
        return true;
    }

    private async ValueTask<IStatementResult> StartAsync(RunningStatement statement, CancellationToken cancellationToken)
    {
        Parameters parameters = Sessions.ParametersOf(statement.Tracked.Request.Parameters);
        AnalyzedStatement analyzed = await _analyzer.AnalyzeAsync(statement.Tracked.Request.Sql, statement.Context, parameters, cancellationToken).ConfigureAwait(false);
        if (analyzed is AnalyzedWithProperties changed)
            (statement, analyzed) = (statement with { Context = statement.Context with { Properties = changed.Properties } }, changed.Statement);
        if (statement.Context.Transaction is { } transaction && analyzed is not TransactionCommand
            && _metadata.Transactions.Get(transaction, statement.Context.User).IsFailed)
            throw new QueryException(ErrorCode.TransactionFailed, "a statement of the transaction has failed", "ROLLBACK, or ROLLBACK TO a savepoint.");
        switch (analyzed)
        {
            case AnalyzedQuery query:
                PlannedQuery planned = await _planner.PlanAsync(query.Plan, query.Columns, statement.Context, cancellationToken).ConfigureAwait(false);
                return new QueryResult(statement, planned);
            case AnalyzedShowStats stats:
                PlannedQuery believed = await _planner.PlanAsync(stats.Query.Plan, stats.Query.Columns, statement.Context, cancellationToken).ConfigureAwait(false);
                AnalyzedQuery answer = stats.Answer(await Optimizer.PlanOptimizer.EstimateColumnsAsync(believed.Plan, believed.Optimizer, cancellationToken).ConfigureAwait(false));
                return new QueryResult(statement, await _planner.PlanAsync(answer.Plan, answer.Columns, statement.Context, cancellationToken).ConfigureAwait(false));
            case AnalyzedDeclareCursor declared:
                return await DeclareAsync(statement, declared, DeclareCursorResult.DeclarationOf(statement, declared), isOpen: false, cancellationToken).ConfigureAwait(false);
            case AnalyzedOpenCursor open:
                CursorDeclaration declaration = DeclareCursorResult.Declared(statement, open);
                QueryContext names = statement.Context with { Catalog = declaration.Catalog, Schema = declaration.Schema };
                Parameters values = Sessions.ParametersOf(declaration.Parameters.Select(one => new StatementParameter(one.Name, one.Type, one.Value)).ToValueList());
                var opened = (AnalyzedDeclareCursor)await _analyzer.AnalyzeAsync(declaration.Text, names, values, cancellationToken).ConfigureAwait(false);
                return await DeclareAsync(statement, opened, declaration, isOpen: true, cancellationToken).ConfigureAwait(false);
            case AnalyzedFetch { Into: not null } fetch:
                return new FetchIntoResult(statement, fetch, FetchResult.Find(statement, fetch.Name), _planner);
            case AnalyzedFetch fetch:
                return new FetchResult(statement, fetch, FetchResult.Find(statement, fetch.Name));
            case AnalyzedWrite write:
                return new WriteResult(statement, new AnalyzedWithWrites([], write), _planner);
            case AnalyzedWithWrites writes:
                return new WriteResult(statement, writes, _planner);
            case AnalyzedExplain explain:
                return await ExplainResult.CreateAsync(statement, explain, _planner, cancellationToken).ConfigureAwait(false);
            case AnalyzedCommand command:
                return new CommandResult(statement, command);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private async ValueTask<IStatementResult> DeclareAsync(
        RunningStatement statement, AnalyzedDeclareCursor declared, CursorDeclaration declaration, bool isOpen, CancellationToken cancellationToken)
    {
        PlannedQuery planned = await _planner.PlanAsync(declared.Query.Plan, declared.Query.Columns, statement.Context, cancellationToken).ConfigureAwait(false);
        return new DeclareCursorResult(statement, declared, planned, declaration, isOpen);
    }
}
