using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace QueryEngine.Benchmarks.Running;

/// <summary>One comparison: the median times of a peer and of ours, in milliseconds.</summary>
internal sealed record Comparison(string Work, string Name, int Threads, string Peer, double PeerMilliseconds, double Milliseconds)
{
    /// <summary>The peer's time divided by ours: above 1 we are faster.</summary>
    public double Ratio => PeerMilliseconds / Milliseconds;
}

/// <summary>What one kind of work is to reach: a mean of ratios, and the least of them.</summary>
internal sealed record Target(string Work, int Threads, string Peer, double Mean, double Least = 0);

/// <summary>A figure that stands alone, with the most that it may be.</summary>
internal sealed record Figure(string Work, string Name, double Value, string Unit, double? Most);

/// <summary>Collects what was measured, prints it as it comes, and at the end against the targets and as JSON.</summary>
internal sealed class Report(TextWriter output)
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private readonly List<Comparison> _comparisons = [];
    private readonly List<Figure> _figures = [];
    private readonly List<(string Work, string Name, string Message)> _failures = [];
    private readonly List<Target> _targets = [];

    /// <summary>Whether nothing failed.</summary>
    public bool IsGood => _failures.Count == 0;

    /// <summary>What was compared so far.</summary>
    public IReadOnlyList<Comparison> Comparisons => _comparisons;

    /// <summary>Begins a kind of work.</summary>
    public async Task BeginAsync(string title)
    {
        await output.WriteLineAsync($"\n{title}");
        await output.FlushAsync();
    }

    /// <summary>Says what is to be reached.</summary>
    public void Aim(Target target)
    {
        if (!_targets.Contains(target))
            _targets.Add(target);
    }

    /// <summary>Adds a comparison.</summary>
    public Task AddAsync(Comparison one)
    {
        _comparisons.Add(one);
        return SayAsync($"{one.Work,-14} {one.Name,-26} {one.Threads} thread{(one.Threads == 1 ? " " : "s")} {one.Peer,-12} {one.PeerMilliseconds,10:F1} ms  ours {one.Milliseconds,10:F1} ms  ratio {one.Ratio,6:F2}");
    }

    /// <summary>Adds a figure.</summary>
    public Task AddAsync(Figure one)
    {
        _figures.Add(one);
        return SayAsync($"{one.Work,-14} {one.Name,-40} {one.Value,10:F2} {one.Unit}{(one.Most is { } most ? Text($"  (at most {most:0.##})") : "")}");
    }

    /// <summary>Adds something that did not work.</summary>
    public Task FailAsync(string work, string name, string message)
    {
        _failures.Add((work, name, message));
        return SayAsync($"{work,-14} {name,-26} failed: {message}");
    }

    /// <summary>Prints a line beside the figures.</summary>
    public Task NoteAsync(string text) => output.WriteLineAsync(text);

    /// <summary>Prints the targets with what was reached.</summary>
    public async Task PrintSummaryAsync()
    {
        await SayAsync($"\n{"work",-14} {"threads",7} {"peer",-12} {"queries",8} {"geomean",8} {"target",7} {"least",6}  of");
        foreach (IGrouping<(string Work, int Threads, string Peer), Comparison> group in _comparisons.GroupBy(one => (one.Work, one.Threads, one.Peer)))
        {
            Target? target = _targets.Find(one => (one.Work, one.Threads, one.Peer) == group.Key);
            Comparison least = group.MinBy(one => one.Ratio)!;
            await SayAsync($"{group.Key.Work,-14} {group.Key.Threads,7} {group.Key.Peer,-12} {group.Count(),8} {MeanOf(group),8:F2} {(target is null ? "" : Text($"{target.Mean:F1}")),7} {least.Ratio,6:F2}  {least.Name}");
        }

        foreach (Figure figure in _figures.Where(figure => figure.Most is not null))
            await SayAsync($"{figure.Work,-14} {figure.Name}: {figure.Value:F2} {figure.Unit}, target at most {figure.Most:0.##}");
        foreach ((string work, string name, string message) in _failures)
            await SayAsync($"{work,-14} {name} failed: {message}");
    }

    /// <summary>Writes everything as JSON.</summary>
    public async Task SaveAsync(string path, double gain, CancellationToken cancellationToken)
    {
        var all = new JsonObject
        {
            ["processors"] = Environment.ProcessorCount,
            ["two_threads_do"] = Math.Round(gain, 2),
            ["comparisons"] = new JsonArray([.. _comparisons.Select(one => new JsonObject
            {
                ["work"] = one.Work,
                ["name"] = one.Name,
                ["threads"] = one.Threads,
                ["peer"] = one.Peer,
                ["peer_ms"] = Math.Round(one.PeerMilliseconds, 2),
                ["ms"] = Math.Round(one.Milliseconds, 2),
                ["ratio"] = Math.Round(one.Ratio, 3),
            })]),
            ["figures"] = new JsonArray([.. _figures.Select(one => new JsonObject
            {
                ["work"] = one.Work,
                ["name"] = one.Name,
                ["value"] = Math.Round(one.Value, 3),
                ["unit"] = one.Unit,
                ["at_most"] = one.Most,
            })]),
            ["targets"] = new JsonArray([.. _targets.Select(one => new JsonObject
            {
                ["work"] = one.Work,
                ["threads"] = one.Threads,
                ["peer"] = one.Peer,
                ["mean"] = one.Mean,
                ["least"] = one.Least,
            })]),
            ["failures"] = new JsonArray([.. _failures.Select(one => new JsonObject
            {
                ["work"] = one.Work,
                ["name"] = one.Name,
                ["message"] = one.Message,
            })]),
        };
        await File.WriteAllTextAsync(path, all.ToJsonString(_indented), cancellationToken);
    }

    /// <summary>The geometric mean of ratios.</summary>
    public static double MeanOf(IEnumerable<Comparison> comparisons) => Math.Exp(comparisons.Average(one => Math.Log(one.Ratio)));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async Task SayAsync(FormattableString text)
    {
        await output.WriteLineAsync(Text(text));
        await output.FlushAsync();
    }
}
