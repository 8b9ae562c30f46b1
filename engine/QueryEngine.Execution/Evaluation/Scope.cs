using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Functions;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Evaluation;

/// <summary>The rows that expressions are evaluated over: borrowed columns, and results that several expressions share.</summary>
internal sealed class Scope : IDisposable
{
    private readonly ColumnVector?[] _columns;
    private readonly bool _ownsColumns;
    private ColumnVector?[] _shared = [];

    /// <summary>Opens the rows of a batch, which must outlive the scope.</summary>
    public Scope(ReadOnlySpan<ColumnVector> columns, int rowCount, FunctionContext functions)
        : this(columns.ToArray(), rowCount, functions, ownsColumns: false)
    {
    }

    private Scope(ColumnVector?[] columns, int rowCount, FunctionContext functions, bool ownsColumns) =>
        (_columns, RowCount, Functions, _ownsColumns) = (columns, rowCount, functions, ownsColumns);

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>What functions may know.</summary>
    public FunctionContext Functions { get; }

    /// <summary>Where results are counted.</summary>
    public MemoryContext Memory => Functions.Memory;

    /// <summary>A column; still owned by whoever owns the rows.</summary>
    public ColumnVector this[int column] => _columns[column]!;

    /// <summary>Some of the rows, with only the columns that are needed. Shares no results with this scope.</summary>
    public Scope Narrow(ReadOnlySpan<int> rows, ReadOnlySpan<int> columns)
    {
        var narrowed = new ColumnVector?[_columns.Length];
        try
        {
            foreach (int column in columns)
                narrowed[column] ??= Compaction.Rows(_columns[column]!, rows, Memory);
        }
        catch
        {
            Compaction.DisposeAll(narrowed!);
            throw;
        }

        return new Scope(narrowed, rows.Length, Functions, ownsColumns: true);
    }

    /// <summary>Rows of other values in the place of one column, and none of the other columns.</summary>
    public Scope Replace(int column, ColumnVector values)
    {
        var columns = new ColumnVector?[_columns.Length];
        columns[column] = values;
        return new Scope(columns, values.Length, Functions, ownsColumns: false);
    }

    /// <summary>For each element of a lambda the columns of its row, and after them the parameters.</summary>
    public Scope ForLambda(ReadOnlySpan<int> outerRows, ReadOnlySpan<int> captured, ReadOnlySpan<ColumnVector> parameters)
    {
        var columns = new ColumnVector?[_columns.Length + parameters.Length];
        foreach (int column in captured)
            columns[column] ??= Gather.Take(_columns[column]!, outerRows, Memory);
        for (int parameter = 0; parameter < parameters.Length; parameter++)
        {
            parameters[parameter].Retain();
            columns[_columns.Length + parameter] = parameters[parameter];
        }

        return new Scope(columns, outerRows.Length, Functions, ownsColumns: true);
    }

    /// <summary>A result that was computed before, which the caller then co-owns; null when it was not.</summary>
    public ColumnVector? TryGetShared(int slot)
    {
        ColumnVector? shared = slot < _shared.Length ? _shared[slot] : null;
        shared?.Retain();
        return shared;
    }

    /// <summary>Keeps a result, as a further owner, until the scope ends.</summary>
    public void Share(int slot, ColumnVector result)
    {
        if (slot >= _shared.Length)
            Array.Resize(ref _shared, slot + 4);
        result.Retain();
        _shared[slot] = result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Compaction.DisposeAll(_shared!);
        _shared = [];
        if (_ownsColumns)
            Compaction.DisposeAll(_columns!);
    }
}
