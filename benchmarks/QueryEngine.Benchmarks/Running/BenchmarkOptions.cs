using System.Globalization;

namespace QueryEngine.Benchmarks.Running;

/// <summary>What a comparison runs.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>The scale factor: 1 is about a gigabyte of text.</summary>
    public decimal Scale { get; init; } = 1;

    /// <summary>Measured runs of each query on each engine, after one that is not counted.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>The numbers of threads to compare with.</summary>
    public IReadOnlyList<int> Threads { get; private init; } = [1, 2];

    /// <summary>Whether the processor time of this process is compared instead of elapsed time: for busy machines, and peers in this process.</summary>
    public bool CountsProcessor { get; private init; }

    /// <summary>Names of queries, in lower case; none for all.</summary>
    public IReadOnlyList<string> Queries { get; private init; } = [];

    /// <summary>The folder of all data that is made.</summary>
    public string Data { get; private init; } = Path.Join(Path.GetTempPath(), "queryengine-benchmarks");

    /// <summary>A folder with the tables and queries of TPC-DS; null leaves that comparison out.</summary>
    public string? Tpcds { get; private init; }

    /// <summary>A file of more queries over the table of hits, one a line; null for none.</summary>
    public string? HitsQueries { get; private init; }

    /// <summary>The published shell, whose cold start is measured; null leaves that out.</summary>
    public string? Shell { get; private init; }

    /// <summary>Where the result goes as JSON; null for nowhere.</summary>
    public string? Json { get; private init; }

    /// <summary>The scale factor as text.</summary>
    public string ScaleText => Scale.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Whether a query is to be run.</summary>
    public bool Runs(string query) => Queries.Count == 0 || Queries.Contains(query);

    /// <summary>The folder of TPC-H tables that are compressed so.</summary>
    public string TpchFolder(string compression) => Path.Join(Data, $"tpch-sf{ScaleText}-{compression}");

    /// <summary>Reads options.</summary>
    /// <exception cref="ArgumentException">An option is unknown or its value is wrong.</exception>
    public static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchmarkOptions();
        for (int at = 0; at < args.Count; at += 2)
        {
            string value = at + 1 < args.Count ? args[at + 1] : throw new ArgumentException($"option {args[at]} needs a value");
            options = args[at] switch
            {
                "--scale" => options with { Scale = ScaleOf(value) },
                "--rounds" => options with { Rounds = Number(value, 1, 1000) },
                "--threads" => options with { Threads = [.. value.Split(',').Select(part => Number(part, 1, 1024))] },
                "--clock" => options with { CountsProcessor = value is "processor" or "elapsed" ? value == "processor" : throw new ArgumentException("--clock is processor or elapsed") },
                "--queries" => options with { Queries = [.. value.ToLowerInvariant().Split(',')] },
                "--data" => options with { Data = Path.GetFullPath(value) },
                "--tpcds" => options with { Tpcds = Path.GetFullPath(value) },
                "--hits-queries" => options with { HitsQueries = Path.GetFullPath(value) },
                "--shell" => options with { Shell = Path.GetFullPath(value) },
                "--json" => options with { Json = Path.GetFullPath(value) },
                _ => throw new ArgumentException($"unknown option {args[at]}"),
            };
        }

        return options;
    }

    private static decimal ScaleOf(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal scale)
        && scale is >= 0.001m and <= 1000 && decimal.Round(scale, 3) == scale
            ? scale
            : throw new ArgumentException($"'{text}' is not a scale factor from 0.001 to 1000 with at most three decimals");

    private static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"'{text}' is not a number from {least} to {most}");
}
