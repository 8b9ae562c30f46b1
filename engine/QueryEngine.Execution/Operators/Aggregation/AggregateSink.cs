using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>Collects an aggregation and gives its results in parts, each from one table of groups.</summary>
internal abstract class AggregateSink(AggregateLayout layout, Func<AggregateInputs> newInputs, Spiller spiller, OperatorStatistics statistics) : Sink
{
    /// <summary>Groups of a driver's own table before it is emptied into partitions: it should stay in the cache.</summary>
    public const int MaxGroupsInCache = 1 << 16;

    /// <summary>The parts that can be finished in parallel, once the input has ended.</summary>
    public abstract int PartCount { get; }

    /// <summary>The keys of rows that are given where there is no input at all.</summary>
    public IReadOnlyList<object?[]> EmptyGroupingSets { get; set; } = [];

    /// <summary>What is computed.</summary>
    protected AggregateLayout Layout { get; } = layout;

    /// <summary>Where rows are counted.</summary>
    protected OperatorStatistics Statistics { get; } = statistics;

    /// <summary>What goes to disk.</summary>
    protected Spiller Spiller { get; } = spiller;

    /// <summary>The finished groups of a part, one table after another; the caller owns each.</summary>
    public abstract IEnumerable<AggregateTable> TakePart(int part, CancellationToken cancellationToken);

    /// <summary>Counts results.</summary>
    public void CountOutput(int rows) => Statistics.Add(0, rows, 1, 0);

    /// <summary>The rows of empty grouping sets over no input.</summary>
    public RecordBatch BuildEmptySets()
    {
        using var keys = new BatchBuilder(Layout.KeyTypes, Layout.Memory, EmptyGroupingSets.Count);
        foreach (object?[] set in EmptyGroupingSets)
            keys.AppendRow(set);
        using RecordBatch rows = keys.Build();
        var results = new ColumnVector[rows.ColumnCount + Layout.Calls.Count];
        for (int column = 0; column < rows.ColumnCount; column++)
        {
            rows[column].Retain();
            results[column] = rows[column];
        }

        for (int call = 0; call < Layout.Calls.Count; call++)
        {
            using Functions.Aggregates.Accumulator empty = Layout.Calls[call].Function.CreateAccumulator(Layout.Functions);
            empty.EnsureGroups(rows.RowCount);
            results[rows.ColumnCount + call] = empty.BuildResults(0, rows.RowCount);
        }

        return new RecordBatch(results, rows.RowCount);
    }

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        Spiller.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Evaluates arguments; one a driver.</summary>
    protected AggregateInputs NewInputs() => newInputs();
}

/// <summary>Gives the results: each driver takes one part after another.</summary>
internal sealed class AggregateSource(AggregateSink sink) : SourceFactory
{
    private int _nextPart = -1;
    private int _gaveRows;
    private int _openParts = -1;

    /// <inheritdoc/>
    public override int MaxDrivers => Math.Max(1, sink.PartCount);

    /// <inheritdoc/>
    public override Source Create(DriverContext driver)
    {
        Interlocked.CompareExchange(ref _openParts, sink.PartCount, -1);
        return new PartReader(this);
    }

    private sealed class PartReader(AggregateSource results) : Source
    {
        private IEnumerator<AggregateTable>? _tables;
        private AggregateTable? _table;
        private int _first;

        public override ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken) => new(Next(cancellationToken));

        protected override ValueTask ReleaseAsync()
        {
            _table?.Dispose();
            _table = null;
            _tables?.Dispose();
            return ValueTask.CompletedTask;
        }

        private RecordBatch? Next(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (_table is not null && _first < _table.Count)
                {
                    int count = Math.Min(RecordBatch.MaxRows, _table.Count - _first);
                    RecordBatch batch = _table.BuildResults(_first, count);
                    _first += count;
                    results.Sink.CountOutput(count);
                    Volatile.Write(ref results._gaveRows, 1);
                    return batch;
                }

                _table?.Dispose();
                _table = null;
                if (_tables is not null)
                {
                    if (_tables.MoveNext())
                    {
                        (_table, _first) = (_tables.Current, 0);
                        continue;
                    }

                    _tables.Dispose();
                    _tables = null;
                    if (Interlocked.Decrement(ref results._openParts) == 0 && results.NeedsEmptySets)
                        return results.Sink.BuildEmptySets();
                }

                int part = Interlocked.Increment(ref results._nextPart);
                if (part >= results.Sink.PartCount)
                    return null;
                _tables = results.Sink.TakePart(part, cancellationToken).GetEnumerator();
            }
        }
    }

    private AggregateSink Sink => sink;

    private bool NeedsEmptySets => sink.EmptyGroupingSets.Count > 0 && Volatile.Read(ref _gaveRows) == 0;
}
