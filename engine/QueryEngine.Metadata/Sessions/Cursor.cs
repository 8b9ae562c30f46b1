using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>What a cursor was declared to be, so that OPEN can open it anew.</summary>
/// <param name="Name">The cursor's name.</param>
/// <param name="Text">The statement that declared it.</param>
/// <param name="Catalog">The catalog of names in it that say none.</param>
/// <param name="Schema">The schema of names in it that say none.</param>
/// <param name="Parameters">The values given with it; no name where they go by place.</param>
public sealed record CursorDeclaration(string Name, string Text, string Catalog, string Schema, ValueList<(string? Name, SqlType Type, object? Value)> Parameters);

/// <summary>The one table whose rows a cursor shows: rows that can be changed through it.</summary>
/// <param name="Catalog">The table's catalog.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">Columns that tell its rows apart, a key or all; the cursor has them behind those that it shows.</param>
/// <param name="IsKey">Whether they are a key; else rows may be equal, and which of those is meant makes no difference.</param>
/// <param name="Changeable">FOR UPDATE OF: only these may be changed; all of them when it is empty.</param>
public sealed record CursorTable(string Catalog, SchemaTableName Table, ValueList<string> Columns, bool IsKey, ValueList<string> Changeable);

/// <summary>The rows of a query, kept for a session, and a place among them: before the first row, on one, or behind the last. Not thread-safe.</summary>
public sealed class Cursor : IDisposable
{
    private readonly List<RecordBatch> _batches;
    private readonly long _count;
    private readonly bool _onlyForward;
    private long _place;
    private long _left = -1;

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

    /// <summary>Whether OPEN opened it; without OPEN, DECLARE and FETCH do.</summary>
    public bool IsOpened { get; init; }

    /// <summary>The table whose rows it shows; null when its rows cannot be changed.</summary>
    public CursorTable? Table { get; init; }

    /// <summary>Whether rows were asked for.</summary>
    public bool IsMoved { get; private set; }

    /// <summary>The values of the columns that tell the row that it is on from others.</summary>
    /// <exception cref="QueryException">INVALID_CURSOR_STATE when it is on none.</exception>
    public ValueList<object?> Row()
    {
        if (_place < 1 || _place > _count || _place == _left)
            throw new QueryException(ErrorCode.InvalidCursorState, $"cursor '{Name}' is on no row", "FETCH one first.");
        foreach (RecordBatch batch in Rows(_place, _place))
        {
            using RecordBatch row = batch;
            return Enumerable.Range(Names.Count, batch.ColumnCount - Names.Count).Select(column => batch[column].GetValue(0)).ToValueList();
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>The row that it is on was deleted, or has become another.</summary>
    public void Leave() => _left = _place;

    /// <summary>Goes on by so many rows, to the end without a number, and gives them; back below zero, and the row that it is on for zero.</summary>
    public IReadOnlyList<RecordBatch> Forward(long? count)
    {
        if (count < 0)
            return Backward(count == long.MinValue ? long.MaxValue : -count);
        if (count == 0)
            return Current();
        IsMoved = true;
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
        IsMoved = true;
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
        (IsMoved, _place) = (true, place);
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
