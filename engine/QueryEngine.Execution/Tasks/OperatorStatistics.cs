using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>What a plan node did in one task, all drivers together, for EXPLAIN ANALYZE. Numbers grow while the task runs.</summary>
public sealed class OperatorStatistics(PlanNode node, string name)
{
    private long _inputRows;
    private long _outputRows;
    private long _batches;
    private long _ticks;
    private long _peakBytes;
    private long _spilledBytes;

    /// <summary>The node of the fragment.</summary>
    public PlanNode Node { get; } = node;

    /// <summary>What of the node this is: "scan", "build", "probe".</summary>
    public string Name { get; } = name;

    /// <summary>Rows taken in.</summary>
    public long InputRows => Interlocked.Read(ref _inputRows);

    /// <summary>Rows given on.</summary>
    public long OutputRows => Interlocked.Read(ref _outputRows);

    /// <summary>Batches given on.</summary>
    public long OutputBatches => Interlocked.Read(ref _batches);

    /// <summary>Time spent in this operator alone, summed over drivers; of a source waiting is included.</summary>
    public TimeSpan Time => System.Diagnostics.Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks));

    /// <summary>The operator's memory, where it runs in this process.</summary>
    public MemoryContext? Memory { get; internal set; }

    /// <summary>The most bytes that it held at once, in any one task.</summary>
    public long PeakBytes
    {
        get => Math.Max(_peakBytes, Memory?.PeakBytes ?? 0);
        internal set => _peakBytes = value;
    }

    /// <summary>Bytes written to disk because they did not fit in memory.</summary>
    public long SpilledBytes => Interlocked.Read(ref _spilledBytes);

    /// <summary>What a scan cost its source.</summary>
    public ScanMetrics? Scan { get; internal set; }

    internal void Add(long inputRows, long outputRows, long batches, long ticks)
    {
        Interlocked.Add(ref _inputRows, inputRows);
        Interlocked.Add(ref _outputRows, outputRows);
        Interlocked.Add(ref _batches, batches);
        Interlocked.Add(ref _ticks, ticks);
    }

    internal void AddSpilled(long bytes) => Interlocked.Add(ref _spilledBytes, bytes);

    /// <summary>Adds what the same operator did in another task.</summary>
    internal void Add(OperatorStatistics other)
    {
        Add(other.InputRows, other.OutputRows, other.OutputBatches, Interlocked.Read(ref other._ticks));
        PeakBytes = Math.Max(PeakBytes, other.PeakBytes);
        AddSpilled(other.SpilledBytes);
        if (other.Scan is not { } scan)
            return;
        Scan ??= new ScanMetrics();
        Scan.Add(scan.Bytes, scan.Requests, scan.RowsRead);
    }
}
