using System.Collections.Concurrent;
using QueryEngine.Cluster.Running;
using QueryEngine.Execution;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Tasks;

/// <summary>
/// Asks split managers for the splits of one query and gives each out once, to whichever task asks first: faster tasks get more. A scan's
/// splits are asked for when the first task wants one.
/// </summary>
internal sealed class SplitFeed : ISplitFeed, IAsyncDisposable
{
    private readonly ConcurrentDictionary<(int Stage, int Scan), Lazy<OpenScan>> _open = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<int, TableScanNode[]> _scans;
    private readonly QueryRun _run;
    private readonly int _parallelism;
    private int _given;

    /// <summary>Makes the feed of a query; <paramref name="parallelism"/> is how many splits are worked on at once.</summary>
    public SplitFeed(QueryRun run, int parallelism)
    {
        (_run, _parallelism) = (run, parallelism);
        _scans = run.Plan.Fragments.ToDictionary(fragment => fragment.Id, fragment => TaskInputs.ScansOf(fragment.Root).ToArray());
    }

    /// <summary>Splits given out so far.</summary>
    public int Given => Volatile.Read(ref _given);

    /// <summary>The catalog of a scan.</summary>
    public string CatalogOf(int stage, int scan) => ScanOf(stage, scan).Catalog;

    /// <inheritdoc/>
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
            Interlocked.Add(ref _given, splits.Count);
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

    private LocalSplits Open(int stage, int scan)
    {
        var context = new TaskContext(_run.Session, _run.Memory, _run.Connectors, _run.Threads);
        return new LocalSplits(context, new ScanInput(scan, ScanOf(stage, scan), new SplitRequest { Parallelism = _parallelism }));
    }

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
