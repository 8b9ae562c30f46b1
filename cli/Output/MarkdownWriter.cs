using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>A table in GitHub's Markdown; numbers stand right. NULL is <c>NULL</c>.</summary>
internal sealed class MarkdownWriter(Utf8Output output, CellText text) : ResultWriter
{
    /// <inheritdoc/>
    public override void Begin(ValueList<ResultColumn> columns)
    {
        foreach (ResultColumn column in columns)
            WriteCell(column.Name);
        output.Write("|\n");
        foreach (ResultColumn column in columns)
            output.Write(column.Type.IsNumeric ? "| ---: " : "| --- ");
        output.Write("|\n");
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            foreach (ColumnVector column in batch.Columns)
                WriteCell(column.IsNull(row) ? "NULL" : text.Text(column, row));
            output.Write("|\n");
        }
    }

    /// <inheritdoc/>
    public override void End(string summary)
    {
    }

    private void WriteCell(string cell)
    {
        string escaped = cell
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("\r\n", "<br>", StringComparison.Ordinal)
            .Replace("\n", "<br>", StringComparison.Ordinal);
        output.Write("| ");
        output.Write(DisplayText.Printable(escaped));
        output.Write(' ');
    }
}
