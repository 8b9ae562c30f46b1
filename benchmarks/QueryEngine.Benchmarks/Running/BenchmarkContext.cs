using System.Diagnostics;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Running;

/// <summary>What every comparison has at hand.</summary>
internal sealed record BenchmarkContext(BenchmarkOptions Options, Report Report, TextWriter Output)
{
    /// <summary>DuckDB with nothing in it, on so many threads.</summary>
    public static DuckDbDatabase OpenDuckDb(int threads)
    {
        var duckDb = new DuckDbDatabase();
        duckDb.Run(FormattableString.Invariant($"SET threads = {threads}"));
        return duckDb;
    }

    /// <summary>
    /// Runs the peer and ours by turns, each once uncounted before, and reports the medians. Both give the number of rows where it is to be equal,
    /// -1 where it is not known.
    /// </summary>
    public async Task CompareAsync(
        string work, string name, int threads, string peer, Func<Task<long>> theirs, Func<Task<long>> ours, CancellationToken cancellationToken)
    {
        if (!Options.Runs(name))
            return;
        try
        {
            (long expected, _) = await MeasureAsync(theirs);
            (long rows, _) = await MeasureAsync(ours);
            if (rows != expected && rows >= 0 && expected >= 0)
                throw new InvalidDataException($"{rows} rows where {peer} has {expected}");
            var theirTimes = new List<double>();
            var ourTimes = new List<double>();
            for (int round = 0; round < Options.Rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                theirTimes.Add((await MeasureAsync(theirs)).Milliseconds);
                ourTimes.Add((await MeasureAsync(ours)).Milliseconds);
            }

            await Report.AddAsync(new Comparison(work, name, threads, peer, Median(theirTimes), Median(ourTimes)));
        }
        catch (Exception error) when (error is QueryException or DuckDbException or InvalidDataException or IOException)
        {
            await Report.FailAsync(work, name, error.Message);
        }
    }

    /// <summary>Compares a statement with DuckDB's.</summary>
    public Task CompareAsync(
        string work, string name, int threads, DuckDbDatabase duckDb, string theirs, Ours ours, string sql, CancellationToken cancellationToken) =>
        CompareAsync(
            work, name, threads, "DuckDB", () => Task.FromResult(duckDb.Run(theirs)), () => ours.RunAsync(sql, cancellationToken), cancellationToken);

    /// <summary>The middle one of times, or between the two in the middle.</summary>
    public static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }

    private async Task<(long Rows, double Milliseconds)> MeasureAsync(Func<Task<long>> run)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long rows = await run();
        TimeSpan taken = Options.CountsProcessor ? Environment.CpuUsage.TotalTime - processor : Stopwatch.GetElapsedTime(start);
        return (rows, taken.TotalMilliseconds);
    }
}
