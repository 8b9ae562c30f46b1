using QueryEngine.Benchmarks.Cold;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Hits;
using QueryEngine.Benchmarks.Planning;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Scans;
using QueryEngine.Benchmarks.Servers;
using QueryEngine.Benchmarks.Tpcds;
using QueryEngine.Benchmarks.Tpch;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks;

/// <summary>Compares the engine with others: one command for all comparisons, or for each.</summary>
internal static class Program
{
    private const string Usage =
        """
        usage: QueryEngine.Benchmarks all|COMPARISON,... [--scale 1] [--rounds 3] [--threads 1,2] [--queries q1,q6] [--clock elapsed|processor] [--data DIR] [--json FILE]
                                      [--tpcds DIR] [--hits-queries FILE] [--shell FILE]
        """;

    private static readonly (string Name, Func<BenchmarkContext, CancellationToken, Task> RunAsync)[] _comparisons =
    [
        ("tpch-snappy", (context, token) => TpchBenchmark.RunFilesAsync(context, "snappy", token)),
        ("tpch-zstd", (context, token) => TpchBenchmark.RunFilesAsync(context, "zstd", token)),
        ("tpch-memory", TpchBenchmark.RunMemoryAsync),
        ("tpcds", TpcdsBenchmark.RunAsync),
        ("hits", HitsBenchmark.RunAsync),
        ("csv-scan", ScanBenchmark.RunCsvAsync),
        ("parquet-scan", ScanBenchmark.RunParquetAsync),
        ("write", WriteBenchmark.RunAsync),
        ("postgres", ServerBenchmark.RunAsync),
        ("connectors", ConnectorBenchmark.RunAsync),
        ("planning", PlanningBenchmark.RunAsync),
        ("cold-start", ColdStartBenchmark.RunAsync),
        ("budget", MemoryBenchmark.RunBudgetAsync),
        ("peak-memory", MemoryBenchmark.RunPeaksAsync),
    ];

    private static async Task<int> Main(string[] args)
    {
        try
        {
            if (args.Length == 0)
                throw new ArgumentException("name a comparison");
            if (args is ["alone", string engine, .. string[] rest])
            {
                if (engine == "duckdb")
                    await DuckDbLibrary.LoadAsync(CancellationToken.None);
                await MemoryBenchmark.RunAloneAsync(engine, ContextOf(BenchmarkOptions.Parse(rest)), CancellationToken.None);
                return 0;
            }

            return await RunAsync(args[0].Split(','), BenchmarkOptions.Parse(args[1..]), CancellationToken.None) ? 0 : 1;
        }
        catch (ArgumentException error)
        {
            await Console.Error.WriteLineAsync($"{error.Message}\n{Usage}\ncomparisons: {string.Join(", ", _comparisons.Select(one => one.Name))}");
            return 2;
        }
        catch (Exception error) when (error is QueryException or DuckDbException or IOException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }

    private static BenchmarkContext ContextOf(BenchmarkOptions options) => new(options, new Report(Console.Out), Console.Out);

    private static async Task<bool> RunAsync(string[] names, BenchmarkOptions options, CancellationToken cancellationToken)
    {
        string? unknown = names.FirstOrDefault(name => name != "all" && _comparisons.All(one => one.Name != name));
        if (unknown is not null)
            throw new ArgumentException($"unknown comparison {unknown}");
        await DuckDbLibrary.LoadAsync(cancellationToken);
        Directory.CreateDirectory(options.Data);
        BenchmarkContext context = ContextOf(options);
        double gain = await ProcessorCheck.MeasureAsync();
        await context.Report.NoteAsync(FormattableString.Invariant(
            $"DuckDB {DuckDbDatabase.Version}; {Environment.ProcessorCount} processors, two busy threads do {gain:F2} times the work of one"));
        if (gain < 1.7)
            await context.Report.NoteAsync("warning: that is less than 1.7 times: something else uses the processors, and times with more than one thread say little");

        foreach ((string name, Func<BenchmarkContext, CancellationToken, Task> runAsync) in _comparisons)
        {
            if (!names.Contains("all") && !names.Contains(name))
                continue;
            try
            {
                await runAsync(context, cancellationToken);
            }
            catch (Exception error) when (error is QueryException or DuckDbException or IOException)
            {
                await context.Report.FailAsync(name, "as a whole", error.Message);
            }
        }

        await context.Report.PrintSummaryAsync();
        if (options.Json is { } path)
            await context.Report.SaveAsync(path, gain, cancellationToken);
        return context.Report.IsGood;
    }
}
