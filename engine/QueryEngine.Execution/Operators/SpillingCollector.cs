using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Sorting;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Collects rows, in memory while they fit: then what there is becomes a sorted run on disk.</summary>
internal sealed class SpillingCollector(int columnCount, ExternalSort runs, Spiller spiller, bool isCopied = false, bool canSpill = true) : IDisposable
{
    // Beside the rows themselves: prefixes, numbers, and numbers once more where runs of drivers are merged.
    private const int SortBytesOfRow = 16;

    private readonly Lock _spilling = new();

    /// <summary>The rows in memory.</summary>
    public BatchCollector Rows { get; } = new(columnCount, spiller.Memory);

    /// <summary>The rows on disk.</summary>
    public ExternalSort Runs => runs;

    // Where the rows are copied in order, they are there twice.
    private long BytesToSort => (Rows.Rows * SortBytesOfRow) + (isCopied ? Math.Max(Rows.Bytes * 2, Rows.BytesToJoin) : Rows.BytesToJoin);

    private bool IsPressed => canSpill && spiller.IsPressed(need: BytesToSort, held: Rows.Bytes);

    /// <summary>Keeps a copy of a batch; the batch stays the caller's.</summary>
    public void Add(RecordBatch batch, CancellationToken cancellationToken)
    {
        Rows.Add(batch);
        if (!IsPressed)
            return;

        // One driver writes while the others wait: they would only make more and shorter runs.
        lock (_spilling)
        {
            if (IsPressed)
                AddRun(cancellationToken);
        }
    }

    /// <summary>Ends the input: where something is on disk, everything goes there.</summary>
    public bool EndRuns(CancellationToken cancellationToken)
    {
        if (!runs.IsEmpty)
            AddRun(cancellationToken);
        return !runs.IsEmpty;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rows.Dispose();
        spiller.Dispose();
    }

    private void AddRun(CancellationToken cancellationToken)
    {
        using RecordBatch? rows = Rows.TakeAll();
        if (rows is not null)
            runs.AddRun(rows, cancellationToken);
    }
}

/// <summary>Keeps every batch, in memory or on disk.</summary>
internal sealed class SpillingCollectOperator(SpillingCollector collector) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using (batch)
            collector.Add(batch, Driver.CancellationToken);
    }
}
