using System.Globalization;

namespace QueryEngine.Fuzz.Tests;

/// <summary>
/// How far a run goes: the first seed, how many queries, how many failures end it, and a file that is written as it goes. A seed is one set of tables and
/// its queries (<see cref="FuzzSource.Queries"/>), so a run goes on where another ended by the seed that its log names.
/// </summary>
internal sealed record FuzzSettings(int FirstSeed, int Queries, int MostFailures, string? LogPath)
{
    /// <summary>Settings from QE_FUZZ_SEED, QE_FUZZ_QUERIES, QE_FUZZ_FAILURES and QE_FUZZ_LOG.</summary>
    public static FuzzSettings FromEnvironment(int queries) => new(
        Number("QE_FUZZ_SEED", 1), Number("QE_FUZZ_QUERIES", queries), Number("QE_FUZZ_FAILURES", 10), Environment.GetEnvironmentVariable("QE_FUZZ_LOG"));

    private static int Number(string name, int value) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : value;
}
