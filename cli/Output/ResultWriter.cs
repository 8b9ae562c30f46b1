using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>Prints the rows of one result in some format: begin once, any number of batches, end once.</summary>
internal abstract class ResultWriter
{
    /// <summary>Takes the columns.</summary>
    public abstract void Begin(ValueList<ResultColumn> columns);

    /// <summary>Takes rows; the batch stays the caller's.</summary>
    public abstract void Write(RecordBatch batch);

    /// <summary>Prints what is left; <paramref name="summary"/> is for formats that people read.</summary>
    public abstract void End(string summary);

    /// <summary>Whether this is a format for people, which says how many rows there were.</summary>
    public virtual bool ShowsSummary => false;

    /// <summary>The writer of a format.</summary>
    public static ResultWriter Create(OutputFormat format, Utf8Output output, CellText text, bool useColor) => format switch
    {
        OutputFormat.Aligned => new AlignedWriter(output, text, useColor),
        OutputFormat.Vertical => new VerticalWriter(output, text, useColor),
        OutputFormat.Csv => new DelimitedWriter(output, text, ','),
        OutputFormat.Tsv => new DelimitedWriter(output, text, '\t'),
        OutputFormat.Json => new JsonWriter(output, text, asLines: false),
        OutputFormat.Jsonl => new JsonWriter(output, text, asLines: true),
        OutputFormat.Markdown => new MarkdownWriter(output, text),
        OutputFormat.Null => new NullWriter(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private sealed class NullWriter : ResultWriter
    {
        public override void Begin(ValueList<ResultColumn> columns)
        {
        }

        public override void Write(RecordBatch batch)
        {
        }

        public override void End(string summary)
        {
        }
    }
}
