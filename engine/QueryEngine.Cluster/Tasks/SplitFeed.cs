using System.Collections.Concurrent;
using QueryEngine.Cluster.Running;
using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// Asks split managers for the splits of one query and gives each out once, to whichever task asks first: faster tasks get more. A scan's
/// splits are asked for when the first task wants one. A task that is alone in its stage and in this process asks for all of its own, with the
/// filters of its joins, and again for each round of a recursion.
/// </summary>
internal sealed class SplitFeed : ISplitFeed, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(int Stage, int Scan), Lazy<OpenScan>> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, TableScanNode[]> _scans;
    private readonly QueryRun _run;
    private readonly int _parallelism;
    private readonly Func<int, bool> _isAlone;

    /// <summary>
    /// Makes the feed of a query; <paramref name="parallelism"/> is how many splits are worked on at once, <paramref name="isAlone"/> whether a stage has
    /// one task only.
    /// </summary>
    public SplitFeed(QueryRun run, int parallelism, Func<int, bool> isAlone)
    {
        (_run, _parallelism, _isAlone) = (run, parallelism, isAlone);
        _scans = run.Plan.Fragments.ToDictionary(fragment => fragment.Id, fragment => TaskInputs.ScansOf(fragment.Root).ToArray());
    }

    /// <summary>The catalog of a scan.</summary>
    public string CatalogOf(int stage, int scan) => ScanOf(stage, scan).Catalog;

    /// <inheritdoc/>
    public ISplitSource Open(TaskId task, ScanInput scan) => _isAlone(task.Stage)
        ? new LocalSplits(Context, scan)
        : new FedSplits((max, cancellationToken) => NextAsync(task, scan.Ordinal, max, cancellationToken));

    /// <summary>The next splits of a scan for a task, at most <paramref name="max"/>; none at the end. The scan is its place among the fragment's.</summary>
    public async ValueTask<IReadOnlyList<Split>> NextAsync(TaskId task, int scan, int max, CancellationToken cancellationToken)
    {
        OpenScan open = _open.GetOrAdd((task.Stage, scan), key => new Lazy<OpenScan>(() => new OpenScan(Open(key.Stage, key.Scan)))).Value;

        // Not the caller's token: a task that goes away must not end the enumeration for the others.
        await open.Turn.WaitAsync(_stop.Token);
        try
        {
            var splits = new List<Split>();
            while (splits.Count < max && await open.Splits.NextAsync(_stop.Token) is { } split)
                splits.Add(split);
            return splits;
        }
        finally
        {
            open.Turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (Lazy<OpenScan> scan in _open.Values)
        {
            if (!scan.IsValueCreated)
                continue;
            await scan.Value.Turn.WaitAsync(CancellationToken.None);
            await scan.Value.Splits.DisposeAsync();
        }
    }

    private TaskContext Context => new(_run.Session, _run.Memory, _run.Connectors, _run.Threads);

    private LocalSplits Open(int stage, int scan) =>
        new(Context, new ScanInput(scan, ScanOf(stage, scan), new SplitRequest { Parallelism = _parallelism }));

    private TableScanNode ScanOf(int stage, int scan) =>
        _scans.TryGetValue(stage, out TableScanNode[]? scans) && scan >= 0 && scan < scans.Length
            ? scans[scan]
            : throw new QueryException(ErrorCode.ProtocolViolation, $"stage {stage} has no scan {scan}");

    private sealed class OpenScan(ISplitSource splits)
    {
        public ISplitSource Splits { get; } = splits;

        public SemaphoreSlim Turn { get; } = new(1);
    }
}
