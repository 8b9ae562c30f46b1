using System.Diagnostics;
using System.Globalization;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Tpch;

/// <summary>
/// Runs each query on DuckDB and on this engine by turns, in one process over the same Parquet files, and prints medians. Each engine
/// first runs the query once uncounted; there the numbers of rows are compared too.
/// </summary>
internal sealed class TpchBenchmark
{
    private readonly TpchOptions _options;
    private readonly TextWriter _output;
    private readonly DuckDbDatabase _duckDb;
    private readonly SessionSettings _session = new("benchmark") { Catalog = "lake" };

    private TpchBenchmark(TpchOptions options, TextWriter output, DuckDbDatabase duckDb) =>
        (_options, _output, _duckDb) = (options, output, duckDb);

    /// <summary>Runs the comparison; false where a query failed or gave another number of rows.</summary>
    public static async Task<bool> RunAsync(TpchOptions options, TextWriter output, CancellationToken cancellationToken)
    {
        await DuckDbLibrary.LoadAsync(cancellationToken);
        using var duckDb = new DuckDbDatabase();
        var data = new TpchData(options, output);
        await data.CreateAsync(duckDb, cancellationToken);
        foreach (string table in TpchData.Tables)
            duckDb.Run($"CREATE VIEW {table} AS FROM read_parquet({DuckDbDatabase.Literal(data.FileOf(table))})");

        await output.WriteLineAsync(Text($"TPC-H, scale factor {options.ScaleText}, {options.Data}; DuckDB {DuckDbDatabase.Version}"));
        double gain = await ProcessorCheck.MeasureAsync();
        await output.WriteLineAsync(Text($"{Environment.ProcessorCount} processors; two busy threads do {gain:F2} times the work of one"));
        if (gain < 1.7)
            await output.WriteLineAsync("warning: that is less than 1.7 times: something else uses the processors, and times with more than one thread say little");

        var benchmark = new TpchBenchmark(options, output, duckDb);
        bool isGood = true;
        foreach (int threads in options.Threads)
            isGood &= await benchmark.CompareAsync(threads, cancellationToken);
        return isGood;
    }

    private async Task<bool> CompareAsync(int threads, CancellationToken cancellationToken)
    {
        var hostOptions = new EngineHostOptions
        {
            Engine = new EngineOptions { Threads = threads },
            CatalogUrls = [new("lake", new Uri(_options.Data).AbsoluteUri)],
        };
        await using EngineHost host = await EngineHost.StartAsync(hostOptions, cancellationToken);
        _duckDb.Run(Text($"SET threads = {threads}"));
        await _output.WriteLineAsync(Text($"\n{threads} thread{(threads == 1 ? "" : "s")}, median of {_options.Rounds}"));
        await _output.WriteLineAsync("query  DuckDB ms    ours ms      ratio");

        bool isGood = true;
        var ratios = new List<(int Query, double Ratio)>();
        foreach (int query in _options.Queries)
        {
            try
            {
                (double duckDb, double ours) = await CompareAsync(host, query, cancellationToken);
                ratios.Add((query, duckDb / ours));
                await _output.WriteLineAsync(Text($"q{query,-4} {duckDb,10:F1} {ours,10:F1} {duckDb / ours,10:F2}"));
            }
            catch (Exception error) when (error is QueryException or DuckDbException or InvalidDataException)
            {
                isGood = false;
                await _output.WriteLineAsync(Text($"q{query,-4} failed: {error.Message}"));
            }
        }

        if (ratios.Count > 0)
        {
            (int worst, double least) = ratios.MinBy(pair => pair.Ratio);
            double mean = Math.Exp(ratios.Average(pair => Math.Log(pair.Ratio)));
            await _output.WriteLineAsync(Text($"geomean of {ratios.Count} ratios (DuckDB / ours) {mean:F2}, worst q{worst} {least:F2}"));
        }

        await _output.WriteLineAsync(Text(
            $"peak memory of ours, counted by the engine: {host.Engine.Memory.PeakBytes / 1048576.0:F0} MiB; of the process with DuckDB: {PeakOfProcess() / 1048576.0:F0} MiB"));
        return isGood;
    }

    private async Task<(double DuckDb, double Ours)> CompareAsync(EngineHost host, int query, CancellationToken cancellationToken)
    {
        string sql = await TpchQueries.ReadAsync(query, _options.Scale);
        long expected = _duckDb.Run(sql);
        long rows = await RunAsync(host, sql, cancellationToken);
        if (rows != expected)
            throw new InvalidDataException($"{rows} rows where DuckDB has {expected}");

        var duckDb = new List<double>();
        var ours = new List<double>();
        for (int round = 0; round < _options.Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            _duckDb.Run(sql);
            duckDb.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            await RunAsync(host, sql, cancellationToken);
            ours.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Median(duckDb), Median(ours));
    }

    private async Task<long> RunAsync(EngineHost host, string sql, CancellationToken cancellationToken)
    {
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest(sql, _session), cancellationToken);
        long rows = 0;
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
        {
            rows += batch.RowCount;
            batch.Dispose();
        }

        return rows;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }

    private static long PeakOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
