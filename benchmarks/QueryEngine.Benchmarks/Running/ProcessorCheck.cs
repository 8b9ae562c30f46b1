using System.Diagnostics;

namespace QueryEngine.Benchmarks.Running;

/// <summary>Measures how much more two busy threads get done than one: a shared or throttled machine gives less than two.</summary>
internal static class ProcessorCheck
{
    private const int Turns = 100_000_000;
    private const int Rounds = 3;

    /// <summary>The work of two threads in the time that one takes for its own, by the best time of each.</summary>
    public static async Task<double> MeasureAsync()
    {
        Spin(Turns / 10);
        (double one, double two) = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            one = Math.Min(one, await TimeAsync(threads: 1));
            two = Math.Min(two, await TimeAsync(threads: 2));
        }

        return 2 * one / two;
    }

    private static async Task<double> TimeAsync(int threads)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () => Spin(Turns), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // The result feeds the next turn and goes to the caller, so that no turn can be left out.
    private static uint Spin(int turns)
    {
        uint state = 1;
        for (int turn = 0; turn < turns; turn++)
            state = (state * 1664525) + 1013904223;
        return state;
    }
}
