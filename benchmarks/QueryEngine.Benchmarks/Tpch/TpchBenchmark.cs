using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;

namespace QueryEngine.Benchmarks.Tpch;

/// <summary>The 22 queries against DuckDB: over the same Parquet files, and over tables that both keep in memory.</summary>
internal static class TpchBenchmark
{
    private const int Count = 22;

    /// <summary>Compares over Parquet files that are compressed so.</summary>
    public static async Task RunFilesAsync(BenchmarkContext context, string compression, CancellationToken cancellationToken)
    {
        string work = $"tpch-{compression}";
        await context.Report.BeginAsync($"TPC-H, scale factor {context.Options.ScaleText}, Parquet with {compression}");
        context.Report.Aim(new Target(work, 1, "DuckDB", compression == "snappy" ? 1.5 : 1.3, 0.8));
        context.Report.Aim(new Target("two-threads", 2, "one thread", 1.7));
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            var data = new TpchData(context.Options, context.Output);
            await data.CreateAsync(duckDb, compression, cancellationToken);
            data.AddViews(duckDb, compression);
            await using Ours ours = await Ours.StartAsync(threads, cancellationToken, ("lake", new Uri(context.Options.TpchFolder(compression)).AbsoluteUri));
            await RunQueriesAsync(context, work, threads, duckDb, ours, cancellationToken);
        }

        if (compression == "snappy")
            await CompareThreadsAsync(context, work);
    }

    /// <summary>Compares over tables in memory.</summary>
    public static async Task RunMemoryAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        const string work = "tpch-memory";
        await context.Report.BeginAsync($"TPC-H, scale factor {context.Options.ScaleText}, tables in memory");
        context.Report.Aim(new Target(work, 1, "DuckDB", 1.0));
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            var data = new TpchData(context.Options, context.Output);
            await data.CreateAsync(duckDb, "snappy", cancellationToken);
            await using Ours ours = await Ours.StartAsync(
                threads, "memory", [("lake", new Uri(context.Options.TpchFolder("snappy")).AbsoluteUri)], cancellationToken);
            foreach (string table in TpchData.Tables)
            {
                duckDb.Run($"CREATE TABLE {table} AS FROM read_parquet({DuckDbDatabase.Literal(data.FileOf("snappy", table))})");
                await ours.RunAsync($"CREATE TABLE memory.\"default\".{table} AS SELECT * FROM lake.\"default\".{table}", cancellationToken);
            }

            await RunQueriesAsync(context, work, threads, duckDb, ours, cancellationToken);
        }
    }

    private static async Task RunQueriesAsync(
        BenchmarkContext context, string work, int threads, DuckDbDatabase duckDb, Ours ours, CancellationToken cancellationToken)
    {
        for (int query = 1; query <= Count; query++)
        {
            string sql = await TpchQueries.ReadAsync(query, context.Options.Scale);
            await context.CompareAsync(work, $"q{query}", threads, duckDb, sql, ours, sql, cancellationToken);
        }
    }

    // Our own times with two threads and with one, out of what was just measured.
    private static async Task CompareThreadsAsync(BenchmarkContext context, string work)
    {
        foreach (Comparison two in context.Report.Comparisons.Where(one => one.Work == work && one.Threads == 2).ToList())
        {
            Comparison? one = context.Report.Comparisons.FirstOrDefault(other => other.Work == work && other.Threads == 1 && other.Name == two.Name);
            if (one is not null)
                await context.Report.AddAsync(new Comparison("two-threads", two.Name, 2, "one thread", one.Milliseconds, two.Milliseconds));
        }
    }
}
