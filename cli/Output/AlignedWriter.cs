using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>
/// A table with columns as wide as the first 1,000 rows need; later rows that need more push the rest of their line to the right.
/// So a result of any size streams in constant memory. Numbers stand right.
/// </summary>
internal sealed class AlignedWriter(Utf8Output output, CellText text, bool useColor) : ResultWriter
{
    private const int MeasuredRows = 1000;
    private const string Null = "NULL";

    private readonly List<string?[]> _held = [];
    private string[] _names = [];
    private bool[] _isRight = [];
    private int[] _widths = [];
    private bool _hasHeader;

    /// <inheritdoc/>
    public override bool ShowsSummary => true;

    /// <inheritdoc/>
    public override void Begin(ValueList<ResultColumn> columns)
    {
        _names = [.. columns.Select(column => DisplayText.Printable(column.Name))];
        _isRight = [.. columns.Select(column => column.Type.IsNumeric)];
        _widths = [.. _names.Select(name => DisplayText.Width(name))];
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            var cells = new string?[_names.Length];
            for (int column = 0; column < cells.Length; column++)
                cells[column] = batch[column].IsNull(row) ? null : DisplayText.Printable(text.Text(batch[column], row));
            if (_hasHeader)
            {
                WriteRow(cells);
                continue;
            }

            _held.Add(cells);
            if (_held.Count == MeasuredRows)
                WriteHeld();
        }
    }

    /// <inheritdoc/>
    public override void End(string summary)
    {
        if (!_hasHeader)
            WriteHeld();
        output.Write(summary);
        output.EndLine();
    }

    private void WriteHeld()
    {
        foreach (string?[] cells in _held)
            for (int column = 0; column < cells.Length; column++)
                _widths[column] = Math.Max(_widths[column], DisplayText.Width(cells[column] ?? Null));

        WriteCells(_names, isNull: static _ => false);
        for (int column = 0; column < _widths.Length; column++)
        {
            if (column > 0)
                output.Write('+');
            output.Fill('-', _widths[column] + 2);
        }

        output.EndLine();
        _hasHeader = true;
        foreach (string?[] cells in _held)
            WriteRow(cells);
        _held.Clear();
    }

    private void WriteRow(string?[] cells) => WriteCells(cells, static cell => cell is null);

    private void WriteCells(string?[] cells, Func<string?, bool> isNull)
    {
        for (int column = 0; column < cells.Length; column++)
        {
            string cell = cells[column] ?? Null;
            int padding = Math.Max(_widths[column] - DisplayText.Width(cell), 0);
            output.Write(column == 0 ? " " : " | ");
            if (_isRight[column])
                output.Fill(' ', padding);
            WriteCell(cell, isNull(cells[column]));
            if (!_isRight[column] && column < cells.Length - 1)
                output.Fill(' ', padding);
        }

        output.EndLine();
    }

    private void WriteCell(string cell, bool isNull)
    {
        if (isNull && useColor)
            output.Write($"\e[2m{cell}\e[22m");
        else
            output.Write(cell);
    }
}
