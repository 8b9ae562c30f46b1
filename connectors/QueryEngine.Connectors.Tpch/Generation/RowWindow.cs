namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// The rows of one batch. Rows come in groups that share one stretch of random numbers: the lines of an order, the four
/// suppliers of a part, elsewhere a single row.
/// </summary>
internal sealed class RowWindow
{
    private readonly int[]? _rowsOfGroup;
    private readonly int _rowsPerGroup;

    /// <summary>Creates a window whose groups all have <paramref name="rowsPerGroup"/> rows.</summary>
    public RowWindow(int rowsPerGroup) => _rowsPerGroup = rowsPerGroup;

    /// <summary>Creates a window whose groups have the sizes held in <paramref name="rowsOfGroup"/>.</summary>
    public RowWindow(int[] rowsOfGroup) => _rowsOfGroup = rowsOfGroup;

    /// <summary>Index of the first group in the table, from 0.</summary>
    public long FirstGroup { get; private set; }

    public int GroupCount { get; private set; }

    public int RowCount { get; private set; }

    /// <summary>Grows by one with every move, so that shared columns know when they are out of date.</summary>
    public int Version { get; private set; }

    /// <summary>How many rows the group at a position of the window has.</summary>
    public int RowsOf(int group) => _rowsOfGroup is null ? _rowsPerGroup : _rowsOfGroup[group];

    /// <summary>Lets the window show other groups.</summary>
    public void MoveTo(long firstGroup, int groupCount, int rowCount)
    {
        FirstGroup = firstGroup;
        GroupCount = groupCount;
        RowCount = rowCount;
        Version++;
    }
}
