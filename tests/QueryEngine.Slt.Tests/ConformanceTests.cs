using System.Collections.Concurrent;
using System.Globalization;
using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Slt.Tests;

/// <summary>
/// The public corpora: how many records of each folder and tier pass. The report is written to <c>artifacts/conformance.txt</c> with each failure below it;
/// the test fails when a rate falls below what was reached before. <c>QE_CONFORMANCE=slt/json,slt/dates</c> runs only the files whose path has one of these
/// parts, for a quick look while working; no rate is checked then. Trino's own files are run with <c>SET SESSION dialect = 'trino'</c>, and for comparison
/// in the default dialect too: <c>trino by default</c> in the report.
/// </summary>
public class ConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Rates_of_the_public_corpora_do_not_fall()
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("the public corpora are not here: nothing was checked");
            return;
        }

        ConcurrentBag<SltOutcome> outcomes = [], byDefault = [];
        string[] parts = (Environment.GetEnvironmentVariable("QE_CONFORMANCE") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
        string[] files = [.. Files(folder).Where(path => parts.Length == 0 || parts.Any(path.Contains)).Order(StringComparer.Ordinal)];
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (path, token) =>
        {
            bool isTrinos = Path.GetFileName(path).StartsWith("trino__", StringComparison.Ordinal);
            foreach (SltOutcome outcome in await RunAsync(path, isTrinos ? "trino" : "postgresql", token))
                outcomes.Add(outcome);
            if (isTrinos)
                foreach (SltOutcome outcome in await RunAsync(path, "postgresql", token))
                    byDefault.Add(outcome);
        });

        IReadOnlyDictionary<string, string> exceptions = ConformanceExceptions.Read();
        Dictionary<string, Rate> rates = Rates(folder, outcomes, exceptions);
        foreach ((string group, Rate rate) in Rates(folder, byDefault, new Dictionary<string, string>()).Where(rate => rate.Key.StartsWith("all ", StringComparison.Ordinal)))
            rates.Add(group.Replace("all ", "trino by default ", StringComparison.Ordinal), rate);
        string report = string.Concat(rates.OrderBy(rate => rate.Key, StringComparer.Ordinal).Select(rate => Line(rate.Key, rate.Value)));
        output.WriteLine(report);
        await WriteAsync(folder, report, outcomes, exceptions);
        if (parts.Length > 0)
            return;
        foreach ((string group, double least) in ConformanceFloors.Percent)
            Assert.True(rates[group].Percent >= least, $"{group} passes {rates[group].Passed} of {rates[group].Total}, below {least}%");
        foreach ((string group, double least) in ConformanceFloors.PercentOfTheRest)
            Assert.True(rates[group].PercentOfTheRest >= least, $"{group} without exceptions passes {rates[group].PercentOfTheRest}%, below {least}%");

        string[] failed = [.. outcomes.Where(outcome => !outcome.Passed).Select(outcome => Key(folder, outcome))];
        Assert.Empty(exceptions.Keys.Except(failed));
    }

    private static async Task<List<SltOutcome>> RunAsync(string path, string dialect, CancellationToken cancellationToken)
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), cancellationToken);
        var settings = new SessionSettings("test") { Properties = new Dictionary<string, string> { ["dialect"] = dialect } };
        return await SltRunner.RunAsync(SltParser.Read(path), host.Statements, settings);
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(folder, "slt"), "*.slt", SearchOption.AllDirectories).Where(path => !path.Contains("/_setup/", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Path.Combine(folder, "sqlite"), "*.test", SearchOption.AllDirectories));

    private static Dictionary<string, Rate> Rates(string folder, IEnumerable<SltOutcome> outcomes, IReadOnlyDictionary<string, string> exceptions)
    {
        var rates = new Dictionary<string, Rate>();
        foreach (SltOutcome outcome in outcomes)
        {
            string relative = Path.GetRelativePath(folder, outcome.File.Path);
            string topic = relative.StartsWith("sqlite", StringComparison.Ordinal) ? "sqlite" : Path.GetDirectoryName(relative)!;
            string tier = outcome.Record.Tier.Length > 0 ? outcome.Record.Tier : outcome.Record is SltStatement ? "statements" : "queries";
            bool isExcepted = !outcome.Passed && exceptions.ContainsKey(Key(folder, outcome));
            foreach (string group in new[] { $"{topic} {tier}", $"all {tier}" })
            {
                Rate rate = rates.GetValueOrDefault(group);
                rates[group] = new Rate(rate.Passed + (outcome.Passed ? 1 : 0), rate.Total + 1, rate.Excepted + (isExcepted ? 1 : 0));
            }
        }

        return rates;
    }

    private static string Key(string folder, SltOutcome outcome) => $"{Path.GetRelativePath(folder, outcome.File.Path)}:{outcome.Record.Line}";

    private static string Line(string group, Rate rate)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{group,-40} {rate.Passed,6} of {rate.Total,6}  {rate.Percent,6:F2}%");
        return rate.Excepted == 0 ? line + "\n" : string.Create(CultureInfo.InvariantCulture, $"{line}   {rate.Excepted} excepted, {rate.PercentOfTheRest:F2}% of the rest\n");
    }

    private static async Task WriteAsync(
        string folder, string report, IEnumerable<SltOutcome> outcomes, IReadOnlyDictionary<string, string> exceptions)
    {
        string path = Path.Combine(SharedData.Repository, "artifacts/conformance.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        IEnumerable<string> failures = outcomes.Where(outcome => !outcome.Passed)
            .Select(outcome => exceptions.TryGetValue(Key(folder, outcome), out string? reason)
                ? $"[{outcome.Record.Tier}, excepted: {reason}] {outcome}"
                : $"[{outcome.Record.Tier}] {outcome}")
            .Order(StringComparer.Ordinal);
        await File.WriteAllTextAsync(path, report + "\n" + string.Join('\n', failures) + "\n");
    }

    /// <summary>How many records of a group pass, and how many of the others are excepted.</summary>
    private readonly record struct Rate(int Passed, int Total, int Excepted)
    {
        public double Percent => 100.0 * Passed / Total;

        public double PercentOfTheRest => 100.0 * Passed / (Total - Excepted);
    }
}
