using System.Diagnostics;
using System.Globalization;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Tpch;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Cold;

/// <summary>Memory: what the 22 queries take of a process of their own, and what blocking operators do under a budget.</summary>
internal static class MemoryBenchmark
{
    private const long Budget = 200L << 20;
    private const string Alone = "alone";

    private static readonly (string Name, string Sql)[] _blocking =
    [
        ("sort", "SELECT l_orderkey, l_comment FROM lineitem ORDER BY l_comment, l_orderkey"),
        ("hash-aggregate", "SELECT l_comment, count(*) FROM lineitem GROUP BY l_comment"),
        ("hash-join", "SELECT count(o_comment), count(l_comment) FROM lineitem JOIN orders ON l_orderkey = o_orderkey AND length(o_comment) > length(l_comment)"),
        ("window", "SELECT l_orderkey, row_number() OVER (PARTITION BY l_suppkey ORDER BY l_shipdate, l_orderkey, l_linenumber) FROM lineitem"),
        ("distinct", "SELECT DISTINCT l_orderkey, l_partkey FROM lineitem"),
    ];

    /// <summary>Runs the queries of TPC-H on one engine and prints the most memory that this process had.</summary>
    public static async Task RunAloneAsync(string engine, BenchmarkContext context, CancellationToken cancellationToken)
    {
        using DuckDbDatabase? duckDb = engine == "duckdb" ? BenchmarkContext.OpenDuckDb(1) : null;
        await using Ours? ours = engine == "ours"
            ? await Ours.StartAsync(1, cancellationToken, ("lake", new Uri(context.Options.TpchFolder("snappy")).AbsoluteUri))
            : null;
        if (duckDb is not null)
            new TpchData(context.Options, context.Output).AddViews(duckDb, "snappy");
        for (int query = 1; query <= 22; query++)
        {
            string sql = await TpchQueries.ReadAsync(query, context.Options.Scale);
            duckDb?.Run(sql);
            if (ours is not null)
                await ours.RunAsync(sql, cancellationToken);
        }

        using var process = Process.GetCurrentProcess();
        process.Refresh();
        await context.Output.WriteLineAsync(process.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Reports the peaks of both.</summary>
    public static async Task RunPeaksAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync("peak memory of the 22 queries of TPC-H, each engine in a process of its own, one thread");
        using (DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(1))
            await new TpchData(context.Options, context.Output).CreateAsync(duckDb, "snappy", cancellationToken);
        double theirs = await PeakAsync("duckdb", context, cancellationToken);
        double ours = await PeakAsync("ours", context, cancellationToken);
        await context.Report.AddAsync(new Figure("peak-memory", "DuckDB", theirs, "MiB", null));
        await context.Report.AddAsync(new Figure("peak-memory", "ours", ours, "MiB", null));
        await context.Report.AddAsync(new Figure("peak-memory", "ours / DuckDB", ours / theirs, "times", 1.2));
    }

    /// <summary>Reports how much longer blocking operators take under a budget than without.</summary>
    public static async Task RunBudgetAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync("blocking operators under a budget of 200 MiB against without, one thread");
        using (DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(1))
            await new TpchData(context.Options, context.Output).CreateAsync(duckDb, "snappy", cancellationToken);
        foreach ((string name, string sql) in _blocking.Where(one => context.Options.Runs(one.Name)))
        {
            try
            {
                (double free, (long Rows, ulong Hash) freeAnswer, long freePeak) = await TimeAsync(context, sql, limit: null, cancellationToken);
                (double tight, (long Rows, ulong Hash) answer, long peak) = await TimeAsync(context, sql, Budget, cancellationToken);
                if (freeAnswer != answer)
                    throw new InvalidDataException($"other rows under the budget, {answer.Rows}, than without, {freeAnswer.Rows}");
                if (peak > Budget * 1.1)
                    throw new InvalidDataException($"{peak} bytes under a budget of {Budget}");
                await context.Report.AddAsync(new Figure("budget", $"{name}: {freePeak >> 20} MiB, then {peak >> 20}", tight / free, "times", 4));
            }
            catch (Exception error) when (error is QueryException or InvalidDataException)
            {
                await context.Report.FailAsync("budget", name, error.Message);
            }
        }
    }

    private static async Task<(double Milliseconds, (long Rows, ulong Hash) Answer, long PeakBytes)> TimeAsync(
        BenchmarkContext context, string sql, long? limit, CancellationToken cancellationToken)
    {
        var options = new EngineOptions { Threads = 1 };
        await using var host = await EngineHost.StartAsync(
            new EngineHostOptions
            {
                Engine = limit is { } most ? options with { MemoryLimit = most } : options,
                CatalogUrls = [new("lake", new Uri(context.Options.TpchFolder("snappy")).AbsoluteUri)],
            },
            cancellationToken);
        await using var ours = new Ours(host, "lake");
        long start = Stopwatch.GetTimestamp();
        (long, ulong) answer = await ours.AnswerAsync(sql, isOrdered: sql.Contains(" ORDER BY l_comment", StringComparison.Ordinal), cancellationToken);
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, answer, ours.PeakBytes);
    }

    private static async Task<double> PeakAsync(string engine, BenchmarkContext context, CancellationToken cancellationToken)
    {
        string[] command = [Alone, engine, "--data", context.Options.Data, "--scale", context.Options.ScaleText];
        var start = new ProcessStartInfo("dotnet", [typeof(MemoryBenchmark).Assembly.Location, .. command]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new IOException("dotnet did not start");
        string text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 && double.TryParse(text, CultureInfo.InvariantCulture, out double bytes)
            ? bytes / (1 << 20)
            : throw new IOException($"the process of {engine} ended with {process.ExitCode}");
    }
}
