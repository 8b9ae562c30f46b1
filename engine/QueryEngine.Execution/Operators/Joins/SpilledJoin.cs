using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Spilling;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Joins;

/// <summary>
/// A join whose build side is on disk: the probe side goes there too, in the same partitions, and then each partition of the build side is read, indexed and probed
/// with its partition of the probe side. One that is still too large is split again. Gives nothing where the build side is in memory.
/// </summary>
internal sealed class SpilledJoin(JoinLayout layout, SqlType[] probeTypes, bool? givenBuildRows, Spiller spiller) : SourceFactory
{
    private const int IndexBytesOfRow = 32;
    private readonly Partitions _probe = new(layout.ProbeKeys, spiller);
    private int _nextPart = -1;

    /// <inheritdoc/>
    public override bool IsEmpty => layout.Build.Spilled is null;

    /// <inheritdoc/>
    public override int MaxDrivers => Partitions.Count;

    private bool KeepsProbe => layout.Node.Kind is Plan.JoinKind.Left or Plan.JoinKind.Full or Plan.JoinKind.Mark
        || (layout.Node.Kind == Plan.JoinKind.Anti && !layout.Node.BuildsLeft);

    /// <inheritdoc/>
    public override Source Create(DriverContext driver) => new PartReader(this, driver.CancellationToken);

    /// <summary>Writes probe rows; one a driver.</summary>
    public PartitionWriter NewWriter() => new(_probe, spiller);

    /// <summary>A probe batch as it is written: flat, so that it keeps nothing else alive.</summary>
    public RecordBatch Flat(RecordBatch batch) => Columns.Compaction.Flat(batch, [.. Enumerable.Range(0, probeTypes.Length)], spiller.Memory);

    /// <inheritdoc/>
    protected override ValueTask ReleaseAsync()
    {
        _probe.Dispose();
        spiller.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record Part(Partitions Build, Partitions Probe, int Number);

    private sealed class PartReader : Source
    {
        private readonly SpilledJoin _join;
        private readonly DriverContext _driver;
        private readonly Stack<Part> _open = [];
        private readonly Queue<RecordBatch> _given = [];
        private readonly int[] _rows = new int[BuildRowSource.RowsPerRange];
        private JoinTable? _table;
        private JoinProbeOperator? _probe;
        private IEnumerator<RecordBatch>? _probeRows;
        private int _nextBuildRow;

        public PartReader(SpilledJoin join, CancellationToken cancellationToken) => (_join, _driver) = (join, new DriverContext(0, cancellationToken));

        private MemoryContext Memory => _join.Statistics!.Memory!;

        public override async ValueTask<RecordBatch?> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (_given.TryDequeue(out RecordBatch? batch))
                    return batch;
                cancellationToken.ThrowIfCancellationRequested();
                if (_probe is null)
                {
                    if (!await OpenPartAsync(cancellationToken))
                        return null;
                    continue;
                }

                Step();
            }
        }

        protected override ValueTask ReleaseAsync()
        {
            ClosePart();
            while (_given.TryDequeue(out RecordBatch? batch))
                batch.Dispose();
            return ValueTask.CompletedTask;
        }

        // What one call gives is kept until it is taken: the probe is told to pause after each batch.
        private void Step()
        {
            _driver.IsBlocked = false;
            if (_probe!.HasPending)
            {
                _probe.Resume();
            }
            else if (_probeRows!.MoveNext())
            {
                _probe.Push(_probeRows.Current);
            }
            else if (_join.GivenBuildRows is { } isMatched && _nextBuildRow < _table!.RowCount)
            {
                if (BuildRowSource.Rows(_join.Layout, _table, _nextBuildRow, isMatched, _rows, Memory) is { } rows)
                    _given.Enqueue(rows);
                _nextBuildRow += BuildRowSource.RowsPerRange;
            }
            else
            {
                ClosePart();
            }
        }

        private async ValueTask<bool> OpenPartAsync(CancellationToken cancellationToken)
        {
            if (!_open.TryPop(out Part? part))
            {
                int number = Interlocked.Increment(ref _join._nextPart);
                if (number >= Partitions.Count)
                    return false;
                part = new Part(_join.Layout.Build.Spilled!, _join._probe, number);
            }

            long rows = part.Build.RowsOf(part.Number);
            if (rows == 0 && (!_join.KeepsProbe || part.Probe.RowsOf(part.Number) == 0))
                return true;
            if (rows > 1 && part.Build.Level < _join.DeepestLevel && _join.MustSplit(part.Build.BytesOf(part.Number) + (rows * IndexBytesOfRow)))
            {
                (Partitions build, Partitions probe) = (part.Build.Split(part.Number), part.Probe.Split(part.Number));
                for (int number = 0; number < Partitions.Count; number++)
                    _open.Push(new Part(build, probe, number));
                return true;
            }

            RecordBatch? batch;
            using (var columns = new CollectedColumns(part.Build.TakeAll(part.Number), _join.Layout.Build.Layout.Count, Memory))
            {
                for (int column = 0; rows > 0 && column < _join.Layout.Build.Layout.Count; column++)
                    columns.Join(column);
                batch = columns.Build();
            }

            _table = await JoinTable.BuildAsync(_join.Layout.Node, batch, _join.Layout.Build.KeyPlaces, new ParallelWork(1, RecordBatch.MaxRows), Memory, cancellationToken);
            _probe = new JoinProbeOperator(_join.Layout, _table, Memory);
            var collector = new GiveOperator(_given);
            _probe.Attach(_driver, 0, collector);
            collector.Attach(_driver, 1, next: null);
            _probeRows = part.Probe.Take(part.Number).GetEnumerator();
            _nextBuildRow = 0;
            return true;
        }

        private void ClosePart()
        {
            _probe?.Dispose();
            _probeRows?.Dispose();
            _table?.Dispose();
            (_probe, _probeRows, _table) = (null, null, null);
        }
    }

    private JoinLayout Layout => layout;

    private bool? GivenBuildRows => givenBuildRows;

    private int DeepestLevel => spiller.IsForced ? 1 : Partitions.MaxLevel;

    private bool MustSplit(long bytes) => spiller.IsForced || bytes > spiller.ShareOfRoom(4);

    private sealed class GiveOperator(Queue<RecordBatch> given) : Operator
    {
        public override void Process(RecordBatch batch)
        {
            given.Enqueue(batch);
            Driver.IsBlocked = true;
        }
    }
}

/// <summary>Writes the probe side to disk, where the build side is.</summary>
internal sealed class SpillingProbeOperator(SpilledJoin join) : Operator
{
    private readonly PartitionWriter _writer = join.NewWriter();

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using (batch)
            _writer.Add(join.Flat(batch));
    }

    /// <inheritdoc/>
    public override void Finish() => _writer.Flush();

    /// <inheritdoc/>
    protected override void Release() => _writer.Dispose();
}
