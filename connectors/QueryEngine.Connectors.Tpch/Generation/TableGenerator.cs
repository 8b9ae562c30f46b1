namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// Makes the rows of a stretch of a table, window after window. Any stretch can be made on its own; rows depend on the
/// table, the scale factor and their position only.
/// </summary>
internal sealed class TableGenerator
{
    private readonly TableColumns _columns;
    private readonly IntColumn? _lineCounts;
    private readonly int _rowsPerGroup;
    private readonly int[] _countsAhead;
    private readonly int[] _rowsOfGroup;
    private readonly long _end;
    private long _next;
    private int _ahead;
    private int _aheadStart;

    /// <summary>Creates a generator for row groups [<paramref name="firstGroup"/>, <paramref name="endGroup"/>).</summary>
    public TableGenerator(TpchTable table, ScaleFactor scale, long firstGroup, long endGroup, int maxRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, OrderStreams.MaxLines);
        _columns = TableColumns.Create(table, scale, firstGroup);
        _rowsPerGroup = table == TpchTable.PartSupp ? TableSizes.SuppliersPerPart : 1;
        _lineCounts = table == TpchTable.LineItem ? OrderStreams.LineCounts(firstGroup) : null;
        _countsAhead = _lineCounts is null ? [] : new int[maxRows];
        _rowsOfGroup = _lineCounts is null ? [] : new int[maxRows];
        Window = _lineCounts is null ? new RowWindow(_rowsPerGroup) : new RowWindow(_rowsOfGroup);
        MaxRows = maxRows;
        _next = firstGroup;
        _end = endGroup;
    }

    /// <summary>The most rows a window has.</summary>
    public int MaxRows { get; }

    /// <summary>The rows that columns are to be filled for.</summary>
    public RowWindow Window { get; }

    /// <summary>How many row groups a table has: orders for <c>lineitem</c>, parts for <c>partsupp</c>, else rows.</summary>
    public static long GroupsOf(TpchTable table, ScaleFactor scale) => table switch
    {
        TpchTable.Region => TableSizes.Region,
        TpchTable.Nation => TableSizes.Nation,
        TpchTable.Supplier => scale.RowsOf(TableSizes.Supplier),
        TpchTable.Part or TpchTable.PartSupp => scale.RowsOf(TableSizes.Part),
        TpchTable.Customer => scale.RowsOf(TableSizes.Customer),
        TpchTable.Orders or TpchTable.LineItem => scale.RowsOf(TableSizes.Orders),
        _ => throw new ArgumentOutOfRangeException(nameof(table), table, "not a table of TPC-H"),
    };

    /// <summary>The generator of a column. Every generator in use must be filled for every window.</summary>
    public ColumnGenerator Column(string name) => _columns[name];

    /// <summary>Moves the window to the next rows.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        long first = _next;
        if (first >= _end)
            return false;

        if (_lineCounts is null)
        {
            int groups = (int)Math.Min(MaxRows / _rowsPerGroup, _end - first);
            _next += groups;
            Window.MoveTo(first, groups, groups * _rowsPerGroup);
            return true;
        }

        int rows = 0;
        int orders = 0;
        while (_next < _end)
        {
            int lines = NextLineCount(_lineCounts);
            if (rows + lines > MaxRows)
                break;

            _rowsOfGroup[orders++] = lines;
            rows += lines;
            _aheadStart++;
            _next++;
        }

        Window.MoveTo(first, orders, rows);
        return true;
    }

    /// <summary>The lines of the next order; counts are drawn a buffer at a time.</summary>
    private int NextLineCount(IntColumn lineCounts)
    {
        if (_aheadStart == _ahead)
        {
            var window = new RowWindow(1);
            _ahead = (int)Math.Min(_countsAhead.Length, _end - _next);
            _aheadStart = 0;
            window.MoveTo(_next, _ahead, _ahead);
            lineCounts.Fill(window, _countsAhead);
        }

        return _countsAhead[_aheadStart];
    }
}
