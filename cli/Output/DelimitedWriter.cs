using System.Buffers;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>
/// CSV as in RFC 4180 with <c>\n</c> at line ends, and the same with tabs: a header line, fields in double quotes where they hold the
/// delimiter, a quote or a line end. NULL is an empty field; empty text is <c>""</c>.
/// </summary>
internal sealed class DelimitedWriter(Utf8Output output, CellText text, char delimiter) : ResultWriter
{
    private readonly SearchValues<byte> _special = SearchValues.Create([(byte)delimiter, (byte)'"', (byte)'\n', (byte)'\r']);
    private readonly ArrayBufferWriter<byte> _field = new();

    /// <inheritdoc/>
    public override void Begin(ValueList<ResultColumn> columns)
    {
        for (int column = 0; column < columns.Count; column++)
        {
            if (column > 0)
                output.Write(delimiter);
            WriteField(System.Text.Encoding.UTF8.GetBytes(columns[column].Name));
        }

        output.EndLine();
    }

    /// <inheritdoc/>
    public override void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < batch.ColumnCount; column++)
            {
                if (column > 0)
                    output.Write(delimiter);
                if (batch[column].IsNull(row))
                    continue;
                _field.ResetWrittenCount();
                text.Append(batch[column], row, _field);
                WriteField(_field.WrittenSpan);
            }

            output.EndLine();
        }
    }

    /// <inheritdoc/>
    public override void End(string summary)
    {
    }

    private void WriteField(ReadOnlySpan<byte> field)
    {
        if (!field.IsEmpty && !field.ContainsAny(_special))
        {
            output.Write(field);
            return;
        }

        output.Write('"');
        for (int quote = field.IndexOf((byte)'"'); quote >= 0; quote = field.IndexOf((byte)'"'))
        {
            output.Write(field[..(quote + 1)]);
            output.Write('"');
            field = field[(quote + 1)..];
        }

        output.Write(field);
        output.Write('"');
    }
}
