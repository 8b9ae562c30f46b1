using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Tpch;

namespace QueryEngine.Benchmarks.Scans;

/// <summary>lineitem out of Parquet into a new table of files.</summary>
internal static class WriteBenchmark
{
    private static readonly (string Name, string Ours, string Theirs, string Ending)[] _kinds =
    [
        ("parquet-snappy", "format = 'parquet', compression = 'snappy'", "FORMAT parquet, COMPRESSION snappy", "parquet"),
        ("parquet-zstd", "format = 'parquet', compression = 'zstd'", "FORMAT parquet, COMPRESSION zstd", "parquet"),
        ("csv", "format = 'csv'", "FORMAT csv, HEADER", "csv"),
    ];

    /// <summary>Compares writes.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync($"lineitem, scale factor {context.Options.ScaleText}, written");
        context.Report.Aim(new Target("write", 1, "DuckDB", 1.0, 1.0));
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            var data = new TpchData(context.Options, context.Output);
            await data.CreateAsync(duckDb, "snappy", cancellationToken);
            data.AddViews(duckDb, "snappy");
            string folder = Directory.CreateDirectory(Path.Join(context.Options.Data, "written")).FullName;
            try
            {
                await using Ours ours = await Ours.StartAsync(
                    threads, cancellationToken, ("lake", new Uri(context.Options.TpchFolder("snappy")).AbsoluteUri), ("target", new Uri(folder).AbsoluteUri));
                foreach ((string name, string properties, string theirs, string ending) in _kinds)
                {
                    int writes = 0;
                    await context.CompareAsync(
                        "write",
                        name,
                        threads,
                        "DuckDB",
                        () =>
                        {
                            duckDb.Run($"COPY (FROM lineitem) TO {DuckDbDatabase.Literal(Path.Join(folder, $"duckdb-{name}.{ending}"))} ({theirs})");
                            return Task.FromResult(-1L);
                        },
                        async () =>
                        {
                            string table = $"{name.Replace('-', '_')}{writes++}";
                            await ours.RunAsync($"CREATE TABLE target.\"default\".{table} WITH ({properties}) AS SELECT * FROM lineitem", cancellationToken);
                            return -1L;
                        },
                        cancellationToken);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
