using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Tpch;

namespace QueryEngine.Benchmarks.Scans;

/// <summary>Reads of lineitem: some and all columns of Parquet, and CSV with quotes whose format and types are found by looking.</summary>
internal static class ScanBenchmark
{
    private const string FourColumns = "SELECT sum(l_quantity), sum(l_extendedprice), max(l_discount), max(l_shipdate) FROM {0}";

    private const string AllColumns =
        """
        SELECT sum(l_orderkey), sum(l_partkey), sum(l_suppkey), sum(l_linenumber), sum(l_quantity), sum(l_extendedprice), sum(l_discount), sum(l_tax),
               max(l_returnflag), max(l_linestatus), max(l_shipdate), max(l_commitdate), max(l_receiptdate), max(l_shipinstruct), max(l_shipmode), max(l_comment)
        FROM {0}
        """;

    /// <summary>Compares reads of Parquet.</summary>
    public static Task RunParquetAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        context.Report.Aim(new Target("parquet-scan", 1, "DuckDB", 1.7, 1.7));
        return RunAsync(context, "parquet-scan", "snappy", "read_parquet", [("4-columns", FourColumns), ("16-columns", AllColumns)], cancellationToken);
    }

    /// <summary>Compares reads of CSV.</summary>
    public static Task RunCsvAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        context.Report.Aim(new Target("csv-scan", 1, "DuckDB", 2.5));
        return RunAsync(context, "csv-scan", "csv", "read_csv", [("4-columns", FourColumns), ("16-columns", AllColumns)], cancellationToken);
    }

    private static async Task RunAsync(
        BenchmarkContext context, string work, string kind, string reader, (string Name, string Query)[] queries, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync($"lineitem, scale factor {context.Options.ScaleText}, read from {kind}");
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            var data = new TpchData(context.Options, context.Output);
            await data.CreateAsync(duckDb, kind, cancellationToken);
            await using Ours ours = await Ours.StartAsync(threads, cancellationToken, ("lake", new Uri(context.Options.TpchFolder(kind)).AbsoluteUri));
            foreach ((string name, string query) in queries)
            {
                string theirs = query.Replace("{0}", $"{reader}({DuckDbDatabase.Literal(data.FileOf(kind, "lineitem"))})", StringComparison.Ordinal);
                await context.CompareAsync(
                    work, name, threads, duckDb, theirs, ours, query.Replace("{0}", "lineitem", StringComparison.Ordinal), cancellationToken);
            }
        }
    }
}
