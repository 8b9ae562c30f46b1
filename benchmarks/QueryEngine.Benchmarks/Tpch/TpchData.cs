using System.Buffers;
using System.Globalization;
using System.Text;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Tpch;

/// <summary>The tables as files that DuckDB writes: Parquet, snappy or zstd, and CSV. The rows come from the engine's own <c>tpch</c> catalog.</summary>
internal sealed class TpchData(BenchmarkOptions options, TextWriter output)
{
    /// <summary>The tables, small ones first.</summary>
    public static IReadOnlyList<string> Tables { get; } =
        ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"];

    /// <summary>Where a table's file of a kind (<c>snappy</c>, <c>zstd</c>, <c>csv</c>) is.</summary>
    public string FileOf(string kind, string table) => Path.Join(options.TpchFolder(kind), $"{table}.{(kind == "csv" ? "csv" : "parquet")}");

    /// <summary>Gives DuckDB a view of each file.</summary>
    public void AddViews(DuckDbDatabase duckDb, string kind)
    {
        foreach (string table in Tables)
            duckDb.Run($"CREATE OR REPLACE VIEW {table} AS FROM read_parquet({DuckDbDatabase.Literal(FileOf(kind, table))})");
    }

    /// <summary>Makes the snappy files that are missing, and those of another kind out of them.</summary>
    public async Task CreateAsync(DuckDbDatabase duckDb, string kind, CancellationToken cancellationToken)
    {
        await CreateFirstAsync(duckDb, cancellationToken);
        Directory.CreateDirectory(options.TpchFolder(kind));
        foreach (string table in Tables.Where(table => !File.Exists(FileOf(kind, table))))
        {
            string to = kind == "csv" ? $"(FORMAT csv, HEADER, FORCE_QUOTE ({CommentOf(table)}))" : $"(FORMAT parquet, COMPRESSION {kind})";
            Finish(FileOf(kind, table), unfinished => duckDb.Run(
                $"COPY (FROM read_parquet({DuckDbDatabase.Literal(FileOf("snappy", table))})) TO {DuckDbDatabase.Literal(unfinished)} {to}"));
        }
    }

    private static string CommentOf(string table) => table switch
    {
        "lineitem" => "l_comment",
        "partsupp" => "ps_comment",
        _ => $"{table[0]}_comment",
    };

    private static void Finish(string file, Action<string> write)
    {
        string unfinished = $"{file}.unfinished";
        try
        {
            write(unfinished);
            File.Move(unfinished, file);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async Task CreateFirstAsync(DuckDbDatabase duckDb, CancellationToken cancellationToken)
    {
        List<string> missing = [.. Tables.Where(table => !File.Exists(FileOf("snappy", table)))];
        if (missing.Count == 0)
            return;
        Directory.CreateDirectory(options.TpchFolder("snappy"));
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), cancellationToken);
        foreach (string table in missing)
        {
            await output.WriteLineAsync($"generating {table} at scale factor {options.ScaleText} in {options.Data}");
            await CreateAsync(host, duckDb, table, cancellationToken);
        }
    }

    private async Task CreateAsync(EngineHost host, DuckDbDatabase duckDb, string table, CancellationToken cancellationToken)
    {
        string csv = Path.Join(options.Data, $"{table}.rows");
        try
        {
            string columns = await WriteCsvAsync(host, table, csv, cancellationToken);
            Finish(FileOf("snappy", table), unfinished => duckDb.Run(
                $"""
                COPY (
                  FROM read_csv({DuckDbDatabase.Literal(csv)}, delim = '|', header = false, quote = '', escape = '', auto_detect = false, columns = {columns})
                ) TO {DuckDbDatabase.Literal(unfinished)} (FORMAT parquet, COMPRESSION snappy)
                """));
        }
        finally
        {
            File.Delete(csv);
        }
    }

    // Fields separated by '|' and nothing quoted: no TPC-H text has a '|', a quote or a line end. Gives the columns as read_csv wants them.
    private async Task<string> WriteCsvAsync(EngineHost host, string table, string csv, CancellationToken cancellationToken)
    {
        var request = new StatementRequest($"SELECT * FROM tpch.\"sf{options.ScaleText}\".{table}", new SessionSettings("benchmark"));
        await using IStatementResult result = await host.Statements.ExecuteAsync(request, cancellationToken);
        await using FileStream file = File.Create(csv);
        var lines = new ArrayBufferWriter<byte>();
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            using (batch)
                AppendLines(batch, lines);
            await file.WriteAsync(lines.WrittenMemory, cancellationToken);
            lines.ResetWrittenCount();
        }

        return $"{{{string.Join(", ", result.Columns.Select(column => $"'{column.Name}': '{(column.Type is VarcharType ? "varchar" : column.Type.ToString())}'"))}}}";
    }

    private static void AppendLines(RecordBatch batch, ArrayBufferWriter<byte> lines)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            for (int column = 0; column < batch.ColumnCount; column++)
            {
                if (column > 0)
                    lines.Write("|"u8);
                AppendValue(batch[column], row, lines);
            }

            lines.Write("\n"u8);
        }
    }

    private static void AppendValue(ColumnVector vector, int row, ArrayBufferWriter<byte> lines)
    {
        (vector, row) = vector switch
        {
            ConstantVector constant => (constant.Value, 0),
            DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[row]),
            _ => (vector, row),
        };
        switch (vector)
        {
            case BytesVector text:
                lines.Write(text[row]);
                break;
            case FixedWidthVector<long> integers when vector.Type.IsInteger:
                AppendInteger(integers.Values[row], lines);
                break;
            default:
                Encoding.UTF8.GetBytes(SqlValueText.Format(vector.Type, vector.GetValue(row)!), lines);
                break;
        }
    }

    private static void AppendInteger(long value, ArrayBufferWriter<byte> lines)
    {
        value.TryFormat(lines.GetSpan(20), out int written, provider: CultureInfo.InvariantCulture);
        lines.Advance(written);
    }
}
