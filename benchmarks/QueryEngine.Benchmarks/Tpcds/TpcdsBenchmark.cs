using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;

namespace QueryEngine.Benchmarks.Tpcds;

/// <summary>
/// The 99 queries of TPC-DS over Parquet. The tables come from a folder with <c>schema.sql</c>, <c>data-mini/*.dat.gz</c> and <c>queries/*.sql</c>: all
/// dimensions of scale factor 1 and a fortieth of its facts, each of which is written forty times under other ticket and order numbers.
/// </summary>
internal static class TpcdsBenchmark
{
    private const int Copies = 40;

    /// <summary>Facts, and the number that tells their copies apart.</summary>
    private static readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal)
    {
        ["store_sales"] = "ss_ticket_number",
        ["store_returns"] = "sr_ticket_number",
        ["catalog_sales"] = "cs_order_number",
        ["catalog_returns"] = "cr_order_number",
        ["web_sales"] = "ws_order_number",
        ["web_returns"] = "wr_order_number",
    };

    /// <summary>Compares with DuckDB.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync("TPC-DS, Parquet with snappy: dimensions of scale factor 1, facts of a sample forty times");
        if (context.Options.Tpcds is not { } source)
        {
            await context.Report.NoteAsync("left out: name the folder with its tables and queries by --tpcds");
            return;
        }

        context.Report.Aim(new Target("tpcds", 1, "DuckDB", 1.0));
        string folder = Directory.CreateDirectory(Path.Join(context.Options.Data, "tpcds")).FullName;
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            await CreateAsync(duckDb, source, folder, cancellationToken);
            foreach (string file in Directory.GetFiles(folder, "*.parquet"))
                duckDb.Run($"CREATE VIEW {Path.GetFileNameWithoutExtension(file)} AS FROM read_parquet({DuckDbDatabase.Literal(file)})");
            await using Ours ours = await Ours.StartAsync(threads, cancellationToken, ("lake", new Uri(folder).AbsoluteUri));
            foreach (string query in Directory.GetFiles(Path.Join(source, "queries"), "*.sql").Order(StringComparer.Ordinal))
            {
                string sql = (await File.ReadAllTextAsync(query, cancellationToken)).TrimEnd().TrimEnd(';');
                await context.CompareAsync("tpcds", $"q{Path.GetFileNameWithoutExtension(query)}", threads, duckDb, sql, ours, sql, cancellationToken);
            }
        }
    }

    private static async Task CreateAsync(DuckDbDatabase duckDb, string source, string folder, CancellationToken cancellationToken)
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Join(source, "schema.sql"), cancellationToken);
        string schema = string.Join('\n', lines.Where(line => !line.StartsWith("--", StringComparison.Ordinal)));
        foreach (string statement in schema.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string table = statement["create table ".Length..statement.IndexOf('(', StringComparison.Ordinal)].Trim();
            string file = Path.Join(folder, $"{table}.parquet");
            if (File.Exists(file))
                continue;
            duckDb.Run(statement);
            string rows = Path.Join(source, "data-mini", $"{table}.dat.gz");
            duckDb.Run($"COPY {table} FROM {DuckDbDatabase.Literal(rows)} (DELIMITER '|', HEADER false, QUOTE '', ESCAPE '', NULLSTR '')");
            string query = _facts.TryGetValue(table, out string? number)
                ? FormattableString.Invariant(
                    $"SELECT * EXCLUDE (copy) REPLACE (({number} + copy * 1000000)::INTEGER AS {number}) FROM {table}, range({Copies}) AS copies(copy)")
                : $"FROM {table}";
            duckDb.Run($"COPY ({query}) TO {DuckDbDatabase.Literal(file + ".unfinished")} (FORMAT parquet, COMPRESSION snappy)");
            File.Move(file + ".unfinished", file);
            duckDb.Run($"DROP TABLE {table}");
        }
    }
}
