using System.Globalization;

namespace QueryEngine.Benchmarks.Tpch;

/// <summary>What a TPC-H comparison runs.</summary>
internal sealed record TpchOptions
{
    /// <summary>The scale factor: 1 is about a gigabyte of text.</summary>
    public decimal Scale { get; private init; } = 1;

    /// <summary>Measured runs of each query on each engine, after one that is not counted.</summary>
    public int Rounds { get; private init; } = 3;

    /// <summary>The numbers of threads to compare with.</summary>
    public IReadOnlyList<int> Threads { get; private init; } = [1, 2];

    /// <summary>Numbers of queries.</summary>
    public IReadOnlyList<int> Queries { get; private init; } = [.. Enumerable.Range(1, 22)];

    /// <summary>The folder of the Parquet files.</summary>
    public string Data { get; private init; } = string.Empty;

    /// <summary>The scale factor as text.</summary>
    public string ScaleText => Scale.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Reads options.</summary>
    /// <exception cref="ArgumentException">An option is unknown or its value is wrong.</exception>
    public static TpchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new TpchOptions();
        for (int at = 0; at < args.Count; at += 2)
        {
            string value = at + 1 < args.Count ? args[at + 1] : throw new ArgumentException($"option {args[at]} needs a value");
            options = args[at] switch
            {
                "--scale" => options with { Scale = ScaleOf(value) },
                "--rounds" => options with { Rounds = Number(value, 1, 1000) },
                "--threads" => options with { Threads = [.. value.Split(',').Select(part => Number(part, 1, 1024))] },
                "--queries" => options with { Queries = [.. value.Split(',').Select(part => Number(part.TrimStart('q', 'Q'), 1, 22))] },
                "--data" => options with { Data = Path.GetFullPath(value) },
                _ => throw new ArgumentException($"unknown option {args[at]}"),
            };
        }

        return options.Data.Length > 0
            ? options
            : options with { Data = Path.Join(Path.GetTempPath(), $"queryengine-tpch-sf{options.ScaleText}") };
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
