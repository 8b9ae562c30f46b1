using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans scans: every driver takes splits from the scan's source as it gets free.</summary>
internal sealed class TableScanPlanner : NodePlanner<TableScanNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(TableScanNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        ScanColumn[] scanned = [.. node.Scanned.Where(column => required.Contains(column.Column))];
        TopNBound? bound = context.Bound;
        context.Bound = null;
        if (node.Lookup is { } lookup)
            return PlanLookup(node, context.Lookups[lookup.Id], scanned, context);
        var filter = ScanDynamicFilter.Create(node, context.Task.DynamicFilters, bound);
        OperatorStatistics statistics = context.Count(node, "scan");
        statistics.Scan ??= new ScanMetrics();
        var request = new SplitRequest { Parallelism = context.Task.Threads, DynamicFilter = filter };
        var scan = new ScanSourceFactory(
            context.Task, context.Inputs, new ScanInput(context.NumberOf(node), node, request), [.. scanned.Select(column => column.Handle)], filter)
        {
            Statistics = statistics,
        };
        var rows = new RowStream([context.Open(scan)], [.. scanned.Select(column => column.Column)]);
        (int, int)[] targets = [.. node.DynamicFilters.Where(target => rows.Layout.Contains(target.Column)).Select(target => (target.FilterId, rows.PlaceOf(target.Column)))];
        return targets.Length == 0
            ? rows
            : rows.Then(rows.Layout, context.Count(node, "dynamic filter"), _ => new DynamicFilterOperator(targets, context.Task.DynamicFilters, statistics.Memory!));
    }

    private static RowStream PlanLookup(TableScanNode node, CollectedKeys keys, ScanColumn[] scanned, PlanningContext context)
    {
        OperatorStatistics statistics = context.Count(node, "lookup");
        statistics.Scan ??= new ScanMetrics();
        ValueList<ColumnHandle> handles = node.Lookup!.Columns.Select(key => node.Scanned.First(column => column.Column == key).Handle).ToValueList();
        var source = new LookupSourceFactory(context.Task, node, handles, [.. scanned.Select(column => column.Handle)], keys) { Statistics = statistics };
        return new RowStream([context.Open(source)], [.. scanned.Select(column => column.Column)]);
    }
}

/// <summary>What the drivers of a scan share: its splits, opened when the first driver asks, when builds before it have published their filters.</summary>
internal sealed class ScanSourceFactory(TaskContext task, ITaskInputs inputs, ScanInput scan, ValueList<ColumnHandle> columns, IDynamicFilter filter)
    : SourceFactory
{
    private readonly Lock _lock = new();
    private readonly IConnector _connector = task.Connectors.Get(scan.Scan.Catalog);
    private ISplitSource? _splits;

    /// <inheritdoc/>
    public override Source Create(DriverContext driver)
    {
        lock (_lock)
            _splits ??= inputs.OpenSplits(scan);
        return new ScanSource(this, _splits);
    }

    /// <inheritdoc/>
    protected override async ValueTask ReleaseAsync()
    {
        if (_splits is not null)
            await _splits.DisposeAsync();
    }

    private IAsyncEnumerator<RecordBatch> ReadAsync(Split split, CancellationToken cancellationToken)
    {
        ConnectorSession session = task.Connectors.SessionFor(scan.Scan.Catalog, task.Session);
        var request = new ScanRequest(session, scan.Scan.Handle, split, columns)
        {
            Memory = Statistics!.Memory!,
            DynamicFilter = filter,
            Metrics = Statistics.Scan!,
        };
        return _connector.RecordSets.ReadAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>
    /// One driver's reads. While a batch is worked on, the next is fetched, where the reader waits for something at all: a reader that computes
    /// (files in memory, generators) would only take the driver's own time.
    /// </summary>
    private sealed class ScanSource(ScanSourceFactory scan, ISplitSource splits) : Source
    {
        private IAsyncEnumerator<RecordBatch>? _reader;
        private Task<bool>? _next;
        private bool _waits;

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (_reader is null)
                {
                    Split? split = await splits.NextAsync(cancellationToken);
                    if (split is null)
                        return null;
                    _reader = scan.ReadAsync(split, cancellationToken);
                }

                if (await MoveAsync())
                {
                    RecordBatch batch = _reader.Current;
                    if (_waits)
                        _next = _reader.MoveNextAsync().AsTask();
                    return batch;
                }

                await _reader.DisposeAsync();
                _reader = null;
            }
        }

        protected override async ValueTask ReleaseAsync()
        {
            if (_reader is null)
                return;

            // The reader must be at rest before it is disposed; a batch that nobody asked for any more is ours.
            if (_next is not null)
            {
                try
                {
                    if (await _next)
                        _reader.Current.Dispose();
                }
                catch (Exception) when (_next.IsFaulted || _next.IsCanceled)
                {
                    // The driver has ended: with its own error, or because nobody wants more rows.
                    _next = null;
                }
            }

            await _reader.DisposeAsync();
        }

        private async ValueTask<bool> MoveAsync()
        {
            if (_next is { } fetched)
            {
                _next = null;
                return await fetched;
            }

            ValueTask<bool> moving = _reader!.MoveNextAsync();
            _waits |= !moving.IsCompleted;
            return await moving;
        }
    }
}

/// <summary>The dynamic filters of a scan as its connector sees them, under the source's column names.</summary>
internal sealed class ScanDynamicFilter : IDynamicFilter
{
    private readonly DynamicFilterHub _hub;
    private readonly (int Id, string Column)[] _filters;
    private readonly TopNBound? _bound;
    private readonly string _boundColumn;

    private ScanDynamicFilter(DynamicFilterHub hub, (int Id, string Column)[] filters, TopNBound? bound, string boundColumn) =>
        (_hub, _filters, _bound, _boundColumn) = (hub, filters, bound, boundColumn);

    /// <inheritdoc/>
    public TupleDomain Current
    {
        get
        {
            TupleDomain current = TupleDomain.All;
            foreach ((int id, string column) in _filters)
                if (_hub.TryGet(id, out Domain domain) && !domain.IsAll)
                    current = current.Intersect(domain.IsNone ? TupleDomain.None : new TupleDomain([new ColumnDomain(column, domain)]));
            return _bound is { Domain: { IsAll: false } wanted } ? current.Intersect(new TupleDomain([new ColumnDomain(_boundColumn, wanted)])) : current;
        }
    }

    /// <summary>Whether the builds of all joins are known: what a top-n wants is never waited for.</summary>
    public bool IsComplete => _filters.All(filter => _hub.TryGet(filter.Id, out _));

    /// <summary>The filters of a scan, or one that lets everything pass.</summary>
    public static IDynamicFilter Create(TableScanNode node, DynamicFilterHub hub, TopNBound? bound)
    {
        string? boundColumn = node.Scanned.FirstOrDefault(scanned => scanned.Column == bound?.Column)?.Handle.Name;
        (int, string)[] filters =
        [
            .. from target in node.DynamicFilters
               from scanned in node.Scanned
               where scanned.Column == target.Column
               select (target.FilterId, scanned.Handle.Name),
        ];
        return filters.Length == 0 && boundColumn is null
            ? NoDynamicFilter.Instance
            : new ScanDynamicFilter(hub, filters, boundColumn is null ? null : bound, boundColumn ?? "");
    }

    /// <inheritdoc/>
    public Task NarrowedAsync(CancellationToken cancellationToken)
    {
        Task[] open = [.. _filters.Where(filter => !_hub.TryGet(filter.Id, out _)).Select(filter => _hub.WhenPublishedAsync(filter.Id, cancellationToken))];
        return open.Length == 0 ? Task.CompletedTask : Task.WhenAny(open);
    }
}
