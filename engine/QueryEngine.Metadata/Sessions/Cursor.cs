using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>The rows of a query, kept for a session, and a place among them: before the first row, on one, or behind the last. Not thread-safe.</summary>
public sealed class Cursor : IDisposable
{
    private readonly List<RecordBatch> _batches;
    private readonly long _count;
    private readonly bool _onlyForward;
    private long _place;

    /// <summary>Takes over the batches.</summary>
    public Cursor(string name, ValueList<string> names, ValueList<SqlType> types, List<RecordBatch> batches, bool onlyForward)
    {
        (Name, Names, Types, _batches, _onlyForward) = (name, names, types, batches, onlyForward);
        _count = batches.Sum(batch => (long)batch.RowCount);
    }

    /// <summary>The cursor's name.</summary>
    public string Name { get; }

    /// <summary>Names of the columns.</summary>
    public ValueList<string> Names { get; }

    /// <summary>Types of the columns.</summary>
    public ValueList<SqlType> Types { get; }

    /// <summary>The transaction that it ends with; null when it outlives that.</summary>
    public string? Transaction { get; set; }

    /// <summary>Whether it outlives its transaction, once that is committed.</summary>
    public bool IsHold { get; init; }

    /// <summary>Goes on by so many rows, to the end without a number, and gives them; back below zero, and the row that it is on for zero.</summary>
    public IReadOnlyList<RecordBatch> Forward(long? count)
    {
        if (count < 0)
            return Backward(count == long.MinValue ? long.MaxValue : -count);
        if (count == 0)
            return Current();
        long first = _place + 1;
        long last = count is { } some && some <= _count - _place ? _place + some : _count;
        _place = count is null || count > _count - Math.Min(_place, _count) ? _count + 1 : last;
        return Rows(first, last);
    }

    /// <summary>Goes back by so many rows, to the beginning without a number, and gives them, the last one first.</summary>
    public IReadOnlyList<RecordBatch> Backward(long? count)
    {
        if (count < 0)
            return Forward(-count);
        if (count == 0)
            return Current();
        CheckBack();
        long first = _place - 1;
        long last = count is { } some && some < _place ? _place - some : 1;
        _place = count is null || count >= _place ? 0 : last;
        var rows = new List<RecordBatch>();
        for (long row = first; row >= last; row--)
            rows.AddRange(Rows(row, row));
        return rows;
    }

    /// <summary>Goes to the row of a number, from the end below zero, and gives it if there is one.</summary>
    public IReadOnlyList<RecordBatch> Absolute(long row)
    {
        long place = Math.Clamp(row < 0 ? _count + 1 + Math.Max(row, -_count - 1) : row, 0, _count + 1);
        if (place < _place)
            CheckBack();
        _place = place;
        return Current();
    }

    /// <summary>Goes to the row so many away, and gives it if there is one.</summary>
    public IReadOnlyList<RecordBatch> Relative(long rows) =>
        Absolute(rows == 0 ? _place : Math.Clamp((long)Int128.Clamp((Int128)_place + rows, 0, _count + 1), 0, _count + 1));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
        _batches.Clear();
    }

    private IReadOnlyList<RecordBatch> Current() => Rows(_place, _place);

    private void CheckBack()
    {
        if (_onlyForward)
            throw new QueryException(ErrorCode.ObjectNotInPrerequisiteState, $"cursor '{Name}' can only go forward", "Declare it with SCROLL.");
    }

    // Rows by their numbers from 1; none where there are none.
    private List<RecordBatch> Rows(long first, long last)
    {
        var rows = new List<RecordBatch>();
        (long start, first, last) = (1, Math.Max(1, first), Math.Min(_count, last));
        foreach (RecordBatch batch in _batches)
        {
            long end = start + batch.RowCount - 1;
            if (first <= end && last >= start && first <= last)
            {
                int from = (int)(Math.Max(first, start) - start);
                rows.Add(batch.Slice(from, (int)(Math.Min(last, end) - start) - from + 1));
            }

            start = end + 1;
        }

        return rows;
    }
}
