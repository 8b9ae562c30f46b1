using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Copies batches into the catalog's memory, small ones together, and profiles their columns on the way.</summary>
internal sealed class MemoryRecordSink : IRecordSink
{
    /// <summary>Batches from this many rows on are kept as they are.</summary>
    private const int LargeBatch = 1024;

    private readonly SchemaTableName _table;
    private readonly ValueList<TableColumn> _columns;
    private readonly int[] _sources;
    private readonly MemoryContext _memory;
    private readonly Func<SinkOutput, ReadOnlyMemory<byte>> _keep;
    private readonly BatchBuilder _small;
    private readonly BatchCopy _copy;
    private readonly ColumnProfile[] _profiles;
    private List<RecordBatch>? _batches = [];

    /// <summary>Opens a sink.</summary>
    /// <param name="table">The table, for messages.</param>
    /// <param name="columns">The table's columns.</param>
    /// <param name="sources">For each of them its position in the batches, or -1 for a NULL.</param>
    /// <param name="memory">Where the rows are counted.</param>
    /// <param name="keep">Takes over what was written when the sink is finished.</param>
    public MemoryRecordSink(
        SchemaTableName table,
        ValueList<TableColumn> columns,
        int[] sources,
        MemoryContext memory,
        Func<SinkOutput, ReadOnlyMemory<byte>> keep)
    {
        (_table, _columns, _sources, _memory, _keep) = (table, columns, sources, memory, keep);
        _small = new BatchBuilder(columns.Select(column => column.Type), memory, LargeBatch);
        _copy = new BatchCopy(columns, memory);
        _profiles = MemoryTable.EmptyProfiles(columns);
    }

    private List<RecordBatch> Batches =>
        _batches ?? throw new ObjectDisposedException(nameof(MemoryRecordSink), "the sink is finished");

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        _ = Batches;
        if (batch.RowCount == 0)
            return ValueTask.CompletedTask;

        using RecordBatch arranged = Arrange(batch);
        if (batch.RowCount >= LargeBatch)
        {
            FlushSmall();
            Add(_copy.Copy(arranged));
            return ValueTask.CompletedTask;
        }

        if (_small.RowCount + batch.RowCount > RecordBatch.MaxRows)
            FlushSmall();
        BatchCopy.AppendTo(_small, arranged);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        FlushSmall();
        ReadOnlyMemory<byte> fragment = _keep(new SinkOutput(Batches, _profiles));
        _batches = null;
        return new(fragment);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _small.Dispose();
        _copy.Dispose();
        foreach (RecordBatch batch in _batches ?? [])
            batch.Dispose();
        _batches = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>The table's columns out of a batch of the statement's, sharing memory.</summary>
    private RecordBatch Arrange(RecordBatch batch)
    {
        Check(batch);
        ColumnVector[] columns =
        [
            .. _columns.Zip(_sources, (column, source) => source < 0
                ? VectorBuilder.Constant(column.Type, null, batch.RowCount, _memory)
                : batch[source].WithType(column.Type)),
        ];
        return new RecordBatch(columns, batch.RowCount);
    }

    private void Check(RecordBatch batch)
    {
        for (int column = 0; column < _columns.Count; column++)
        {
            TableColumn target = _columns[column];
            ColumnVector? values = _sources[column] < 0 ? null : batch[_sources[column]];
            if (values is not null && values.Type.Physical != target.Type.Physical)
            {
                throw new QueryException(
                    ErrorCode.TypeMismatch, $"column '{target.Name}' is {target.Type}, but its values are {values.Type}");
            }

            if (!target.IsNullable && (values is null || values.Validity.CountNulls(batch.RowCount) > 0))
            {
                throw new QueryException(
                    ErrorCode.NotNullViolation, $"NULL for column '{target.Name}' of {_table}, which is NOT NULL");
            }
        }
    }

    private void FlushSmall()
    {
        if (_small.RowCount > 0)
            Add(_small.Build());
    }

    private void Add(RecordBatch batch)
    {
        Batches.Add(batch);
        for (int column = 0; column < _profiles.Length; column++)
            _profiles[column] = _profiles[column].Combine(ColumnProfile.Of(batch[column]));
    }
}
