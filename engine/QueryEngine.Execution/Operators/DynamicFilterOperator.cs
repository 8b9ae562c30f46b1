using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Operators.Joins;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>
/// Drops rows of a scan whose keys no build side of this task has, before anything else looks at them. A filter that lets nearly all pass is dropped itself.
/// </summary>
internal sealed class DynamicFilterOperator((int FilterId, int Column)[] targets, DynamicFilterHub hub, MemoryContext memory) : Operator
{
    private const int BatchesToTry = 16;
    private const double UselessBeyond = 0.85;
    private List<ActiveFilter>? _filters;
    private int[] _rows = [];

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        _filters ??= [.. Find()];
        if (_filters.Count == 0)
        {
            Emit(batch);
            return;
        }

        if (_rows.Length < batch.RowCount)
            _rows = new int[batch.RowCount];
        Span<int> rows = _rows.AsSpan(0, batch.RowCount);
        for (int row = 0; row < rows.Length; row++)
            rows[row] = row;
        using RecordBatch owned = batch;
        foreach (ActiveFilter filter in _filters)
        {
            int count = filter.Keys.Filter(batch[filter.Column], rows, memory);
            filter.Note(rows.Length, count);
            rows = rows[..count];
        }

        _filters.RemoveAll(filter => filter.IsUseless);
        if (rows.Length == batch.RowCount)
        {
            batch.Retain();
            Emit(batch);
        }
        else if (rows.Length > 0)
        {
            Emit(Compaction.Rows(batch, Evaluation.RowNumbers.UpTo(batch.ColumnCount), rows, memory));
        }
    }

    private IEnumerable<ActiveFilter> Find()
    {
        foreach ((int id, int column) in targets)
            if (hub.TryGetKeys(id) is { } keys)
                yield return new ActiveFilter(keys, column);
    }

    private sealed class ActiveFilter(KeyBitmap keys, int column)
    {
        private int _batches;
        private long _in;
        private long _out;

        public KeyBitmap Keys => keys;

        public int Column => column;

        public bool IsUseless => _batches >= BatchesToTry && _out > _in * UselessBeyond;

        public void Note(int rowsIn, int rowsOut)
        {
            _batches++;
            _in += rowsIn;
            _out += rowsOut;
        }
    }
}
