using System.Diagnostics;
using QueryEngine.Benchmarks.Running;

namespace QueryEngine.Benchmarks.Cold;

/// <summary>How long a new process of the published shell takes for a statement that does nothing.</summary>
internal static class ColdStartBenchmark
{
    private const int Starts = 11;

    /// <summary>Reports the median of some starts.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync("the shell, from nothing");
        if (context.Options.Shell is not { } shell)
        {
            await context.Report.NoteAsync("left out: name the program that dotnet publish cli -c Release -r linux-x64 -p:PublishReadyToRun=true made by --shell");
            return;
        }

        var times = new List<double>();
        for (int start = 0; start < Starts; start++)
        {
            long began = Stopwatch.GetTimestamp();
            using Process process = Process.Start(new ProcessStartInfo(shell, ["-e", "select 1"]) { RedirectStandardOutput = true })
                ?? throw new IOException($"{shell} did not start");
            string text = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0 || !text.Contains('1', StringComparison.Ordinal))
                throw new IOException($"{shell} ended with {process.ExitCode}");
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await context.Report.AddAsync(new Figure("cold-start", "qe -e 'select 1'", BenchmarkContext.Median(times), "ms", 120));
    }
}
