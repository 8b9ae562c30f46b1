using System.Globalization;

namespace QueryEngine.Benchmarks.Tpch;

/// <summary>The 22 queries with the parameters of the specification's validation run.</summary>
internal static class TpchQueries
{
    /// <summary>The text of a query. Query 11 compares with a fraction that depends on the scale factor.</summary>
    public static async Task<string> ReadAsync(int number, decimal scale)
    {
        string name = $"q{number:D2}";
        Stream stream = typeof(TpchQueries).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"query {name} is not in the assembly");
        using var reader = new StreamReader(stream);
        string text = await reader.ReadToEndAsync();
        return text.Replace("{fraction}", (0.0001m / scale).ToString("0.0000000000", CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
