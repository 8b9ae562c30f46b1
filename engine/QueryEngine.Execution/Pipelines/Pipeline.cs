using QueryEngine.Spi;

namespace QueryEngine.Execution.Pipelines;

/// <summary>
/// A source, operators and a sink, run by several drivers at once. Pipelines of a task run one after another in the order in which they were closed, which
/// puts every build before its probe; each uses all drivers.
/// </summary>
internal sealed class Pipeline(SourceFactory source)
{
    private readonly List<Func<DriverContext, Operator>> _operators = [];

    /// <summary>Where rows come from.</summary>
    public SourceFactory Source { get; } = source;

    /// <summary>Where rows end; set when the pipeline is closed.</summary>
    public Sink? Sink { get; set; }

    /// <summary>Whether rows have an order to keep: one driver.</summary>
    public bool IsOrdered { get; set; }

    /// <summary>Adds a step.</summary>
    public void Add(Func<DriverContext, Operator> factory) => _operators.Add(factory);

    /// <summary>Runs all drivers to their ends.</summary>
    public Task RunAsync(ParallelWork work, CancellationToken cancellationToken)
    {
        if (Source.IsEmpty)
            return Task.CompletedTask;
        int drivers = IsOrdered || Sink!.NeedsOrder ? 1 : Math.Clamp(Source.MaxDrivers, 1, work.Threads);
        return ParallelWork.RunAsync(drivers, (index, token) => RunDriverAsync(index, work.BatchRows, token), cancellationToken);
    }

    private async Task RunDriverAsync(int index, int batchRows, CancellationToken cancellationToken)
    {
        var driver = new DriverContext(index, cancellationToken);
        var chain = new List<Operator>(_operators.Count + 1);
        try
        {
            foreach (Func<DriverContext, Operator> factory in _operators)
                chain.Add(factory(driver));
            chain.Add(Sink!.CreateDriver(driver));
            for (int step = 0; step < chain.Count; step++)
                chain[step].Attach(driver, step, step + 1 < chain.Count ? chain[step + 1] : null);

            await using Source source = Source.Create(driver);
            await PumpAsync(driver, source, chain, batchRows, cancellationToken);
            foreach (Operator step in chain)
            {
                step.Charge(step.Finish);
                await DrainAsync(driver, chain, cancellationToken);
            }
        }
        finally
        {
            foreach (Operator step in chain)
            {
                step.ReportStatistics();
                step.Dispose();
            }
        }
    }

    private async Task PumpAsync(DriverContext driver, Source source, List<Operator> chain, int batchRows, CancellationToken cancellationToken)
    {
        Operator first = chain[0];
        while (driver.DoneStep < 0)
        {
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            RecordBatch? batch = await source.NextAsync(cancellationToken);
            Source.Statistics?.Add(
                0, batch?.RowCount ?? 0, batch is null ? 0 : 1, System.Diagnostics.Stopwatch.GetTimestamp() - started);
            if (batch is null)
                return;

            if (batch.RowCount == 0)
            {
                batch.Dispose();
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                batch.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (batch.RowCount > batchRows)
            {
                await PushPartsAsync(driver, batch, chain, batchRows, cancellationToken);
                continue;
            }

            first.Push(batch);
            await DrainAsync(driver, chain, cancellationToken);
        }
    }

    private static async ValueTask PushPartsAsync(DriverContext driver, RecordBatch batch, List<Operator> chain, int batchRows, CancellationToken cancellationToken)
    {
        using RecordBatch owned = batch;
        for (int start = 0; start < batch.RowCount && driver.DoneStep < 0; start += batchRows)
        {
            chain[0].Push(batch.Slice(start, Math.Min(batchRows, batch.RowCount - start)));
            await DrainAsync(driver, chain, cancellationToken);
        }
    }

    // The steps furthest down go first: what they still hold came first. A step that is blocked again stops the ones above it.
    private static async ValueTask DrainAsync(DriverContext driver, List<Operator> chain, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (driver.IsBlocked)
                await chain[^1].FlushAsync(cancellationToken);

            Operator? pending = null;
            for (int step = chain.Count - 1; step >= 0 && pending is null; step--)
                if (chain[step].HasPending && !chain[step].IsUnwanted)
                    pending = chain[step];
            if (pending is null)
                return;

            pending.Charge(pending.Resume);
        }
    }
}
