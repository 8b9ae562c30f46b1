namespace QueryEngine.Cli.Output;

/// <summary>How results are printed.</summary>
internal enum OutputFormat
{
    Aligned,
    Vertical,
    Csv,
    Tsv,
    Json,
    Jsonl,
    Markdown,

    /// <summary>Rows are read and counted, not printed.</summary>
    Null,
}
