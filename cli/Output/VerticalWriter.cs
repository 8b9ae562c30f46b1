using System.Globalization;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>A line for each value, the rows numbered: for rows too wide to read as a table.</summary>
internal sealed class VerticalWriter(Utf8Output output, CellText text, bool useColor) : ResultWriter
{
    private string[] _names = [];
    private int _width;
    private long _row;

    /// <inheritdoc/>
    public override bool ShowsSummary => true;

    /// <inheritdoc/>
    public override void Begin(ValueList<ResultColumn> columns)
    {
        _names = [.. columns.Select(column => DisplayText.Printable(column.Name))];
        _width = _names.Select(name => DisplayText.Width(name)).DefaultIfEmpty().Max();
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"-[ row {++_row} ]"));
            output.Fill('-', 16);
            output.EndLine();
            for (int column = 0; column < _names.Length; column++)
            {
                output.Write(_names[column]);
                output.Fill(' ', _width - DisplayText.Width(_names[column]));
                output.Write(" | ");
                if (!batch[column].IsNull(row))
                    output.Write(DisplayText.Printable(text.Text(batch[column], row)));
                else
                    output.Write(useColor ? "\e[2mNULL\e[22m" : "NULL");
                output.EndLine();
            }
        }
    }

    /// <inheritdoc/>
    public override void End(string summary)
    {
        output.Write(summary);
        output.EndLine();
    }
}
