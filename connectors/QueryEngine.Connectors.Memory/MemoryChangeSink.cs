using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Collects what becomes of rows: numbers of rows that go, and whole new rows, with the old values of columns that are not written.</summary>
internal sealed class MemoryChangeSink : IRecordSink
{
    private readonly MemoryTable _read;
    private readonly int[] _sources;
    private readonly Func<SinkOutput, ReadOnlyMemory<byte>> _keep;
    private readonly BatchBuilder _rows;
    private readonly ColumnProfile[] _profiles;
    private readonly List<long> _deleted = [];
    private readonly List<long> _updated = [];
    private List<RecordBatch>? _batches = [];

    /// <summary>Opens a sink; <paramref name="sources"/> has for each column of the table its position in the batches, or -1.</summary>
    public MemoryChangeSink(MemoryTable read, int[] sources, MemoryContext memory, Func<SinkOutput, ReadOnlyMemory<byte>> keep)
    {
        (_read, _sources, _keep) = (read, sources, keep);
        _rows = new BatchBuilder(read.Columns.Select(column => column.Type), memory, capacity: 64);
        _profiles = MemoryTable.EmptyProfiles(read.Columns);
    }

    private List<RecordBatch> Batches =>
        _batches ?? throw new ObjectDisposedException(nameof(MemoryChangeSink), "the sink is finished");

    /// <inheritdoc/>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        _ = Batches;
        for (int row = 0; row < batch.RowCount; row++)
        {
            var change = (RowChange)(sbyte)batch[0].GetValue(row)!;
            if (change == RowChange.Delete)
            {
                _deleted.Add((long)batch[1].GetValue(row)!);
                continue;
            }

            long? number = change == RowChange.Update ? (long)batch[1].GetValue(row)! : null;
            if (number is { } updated)
                _updated.Add(updated);
            Append(batch, row, number);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        Flush();
        ReadOnlyMemory<byte> fragment = _keep(new SinkOutput(Batches, _profiles) { Deleted = _deleted, Updated = _updated });
        _batches = null;
        return new(fragment);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _rows.Dispose();
        foreach (RecordBatch batch in _batches ?? [])
            batch.Dispose();
        _batches = null;
        return ValueTask.CompletedTask;
    }

    private void Append(RecordBatch batch, int row, long? number)
    {
        (RecordBatch? old, int place) = number is { } known ? _read.Locate(known) : (null, 0);
        for (int column = 0; column < _sources.Length; column++)
        {
            ColumnVector? source = _sources[column] >= 0 ? batch[_sources[column]] : old?[column];
            int at = _sources[column] >= 0 ? row : place;
            if (source is null || source.IsNull(at))
            {
                CheckNullable(_read.Columns[column]);
                _rows[column].AppendNull();
            }
            else
            {
                _rows[column].AppendFrom(source, at);
            }
        }

        _rows.EndRow();
        if (_rows.IsFull)
            Flush();
    }

    private void CheckNullable(TableColumn column)
    {
        if (!column.IsNullable)
            throw new QueryException(ErrorCode.NotNullViolation, $"NULL for column '{column.Name}' of {_read.Definition.Name}, which is NOT NULL");
    }

    private void Flush()
    {
        if (_rows.RowCount == 0)
            return;
        RecordBatch built = _rows.Build();
        Batches.Add(built);
        for (int column = 0; column < _profiles.Length; column++)
            _profiles[column] = _profiles[column].Combine(ColumnProfile.Of(built[column]));
    }
}
