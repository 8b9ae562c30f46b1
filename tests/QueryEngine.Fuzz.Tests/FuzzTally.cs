using System.Diagnostics;
using System.Runtime;

namespace QueryEngine.Fuzz.Tests;

/// <summary>What a run has counted, and where its time went.</summary>
internal sealed class FuzzTally
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _features = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, TimeSpan> _times = new(StringComparer.Ordinal);

    /// <summary>How often something happened.</summary>
    public int this[string what] => _counts.GetValueOrDefault(what);

    /// <summary>Counts one more.</summary>
    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    /// <summary>Counts one more when it is so.</summary>
    public void Count(string what, bool isSo)
    {
        if (isSo)
            Count(what);
    }

    /// <summary>Counts what a compared query has: which parts of SQL the comparisons reach.</summary>
    public void CountFeatures(string sql)
    {
        foreach (string feature in FuzzFeatures.In(sql))
            _features[feature] = _features.GetValueOrDefault(feature) + 1;
    }

    /// <summary>How many compared queries have a part of SQL.</summary>
    public int Reached(string feature) => _features.GetValueOrDefault(feature);

    /// <summary>Queries that took long, each with its time.</summary>
    public List<string> Slow { get; } = [];

    /// <summary>Queries to which another system alone answers otherwise.</summary>
    public List<string> Odd { get; } = [];

    /// <summary>Adds the time of a step to those of its kind.</summary>
    public async Task<T> TimeAsync<T>(string what, Func<Task<T>> step)
    {
        long started = Stopwatch.GetTimestamp();
        T result = await step();
        Add(what, Stopwatch.GetElapsedTime(started));
        return result;
    }

    /// <summary>Adds time.</summary>
    public void Add(string what, TimeSpan time) => _times[what] = _times.GetValueOrDefault(what) + time;

    public override string ToString()
    {
        IEnumerable<string> counts = _counts.OrderByDescending(count => count.Value).Select(count => $"{count.Value,9} {count.Key}");
        IEnumerable<string> times = _times.OrderByDescending(time => time.Value).Select(time => $"{time.Value.TotalSeconds,9:F1} s {time.Key}");
        string features = string.Join(", ", _features.OrderByDescending(feature => feature.Value).Select(feature => $"{feature.Key} {feature.Value}"));
        long resident = Environment.WorkingSet >> 20;
        string process = $"{resident} MB, {Environment.CpuUsage.TotalTime.TotalSeconds:F0} s of processors, {JitInfo.GetCompilationTime().TotalSeconds:F0} s of compiling, {GC.GetTotalPauseDuration().TotalSeconds:F0} s of collecting";
        return $"{_watch.Elapsed.TotalSeconds:F0} s in all, {process}\n{string.Join('\n', counts)}\n{string.Join('\n', times)}\ncompared queries with: {features}";
    }
}
