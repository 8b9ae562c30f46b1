using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans the root of a query: the columns in the client's order, some perhaps twice.</summary>
internal sealed class OutputPlanner : NodePlanner<OutputNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(OutputNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        RowStream input = context.Plan(node.Source, node.Outputs.ToHashSet());
        int[] places = input.PlacesOf(node.Outputs);
        if (places.SequenceEqual(Enumerable.Range(0, input.Layout.Count)))
            return input;
        return input.Then([.. node.Outputs], statistics: null, _ => new ChooseOperator(places));
    }
}

/// <summary>The end of a task: sends batches where the fragment says.</summary>
internal sealed class OutputSink(IOutputSink target, ExchangeKind kind, int[] columns, int[] keys, OperatorStatistics statistics) : Sink
{
    private int _nextPartition = -1;

    /// <inheritdoc/>
    public override Operator CreateDriver(DriverContext driver) => new OutputOperator(this) { Statistics = statistics };

    /// <summary>Collects the batches of one push through the pipeline and sends them when the driver can wait.</summary>
    private sealed class OutputOperator(OutputSink sink) : Operator
    {
        private readonly Queue<(RecordBatch Batch, int Partition)> _waiting = new();

        public override void Process(RecordBatch batch)
        {
            using RecordBatch owned = batch;
            if (sink.IsPartitioned)
                Partition(batch);
            else
                _waiting.Enqueue((batch.Select(sink.Columns), sink.PartitionFor()));
            Driver.IsBlocked = true;
        }

        public override async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            while (_waiting.TryDequeue(out (RecordBatch Batch, int Partition) next))
            {
                if (next.Partition < 0)
                    await sink.Target.BroadcastAsync(next.Batch, cancellationToken);
                else
                    await sink.Target.WriteAsync(next.Batch, next.Partition, cancellationToken);
            }

            Driver.IsBlocked = false;
            if (sink.Target.IsClosed)
                StopInput();
        }

        protected override void Release()
        {
            while (_waiting.TryDequeue(out (RecordBatch Batch, int Partition) next))
                next.Batch.Dispose();
        }

        private void Partition(RecordBatch batch)
        {
            MemoryContext memory = sink.Memory;
            ulong[] hashes = new ulong[batch.RowCount];
            RowHash.Hash([.. sink.Keys.Select(key => batch[key])], hashes);
            var rows = new List<int>[sink.Target.PartitionCount];
            for (int row = 0; row < hashes.Length; row++)
            {
                // The high half picks the partition: hash tables downstream use the low bits.
                int partition = (int)(((hashes[row] >> 32) * (ulong)rows.Length) >> 32);
                (rows[partition] ??= []).Add(row);
            }

            for (int partition = 0; partition < rows.Length; partition++)
            {
                if (rows[partition] is { } some)
                    _waiting.Enqueue((TakeFlat(batch, [.. some], memory), partition));
            }
        }

        private RecordBatch TakeFlat(RecordBatch batch, int[] rows, MemoryContext memory)
        {
            var taken = new ColumnVector[sink.Columns.Length];
            try
            {
                for (int column = 0; column < taken.Length; column++)
                    taken[column] = Gather.Take(batch[sink.Columns[column]], rows, memory);
            }
            catch
            {
                Compaction.DisposeAll(taken);
                throw;
            }

            return new RecordBatch(taken, rows.Length);
        }
    }

    private IOutputSink Target => target;

    private int[] Columns => columns;

    private int[] Keys => keys;

    private MemoryContext Memory => statistics.Memory!;

    private bool IsPartitioned => kind == ExchangeKind.Hash && target.PartitionCount > 1;

    private int PartitionFor() => kind switch
    {
        ExchangeKind.Broadcast => -1,
        ExchangeKind.RoundRobin => (int)((uint)Interlocked.Increment(ref _nextPartition) % (uint)target.PartitionCount),
        _ => 0,
    };
}
