namespace QueryEngine.Benchmarks;

/// <summary>Compares the engine with others: one command a comparison.</summary>
internal static class Program
{
    private static async Task<int> Main()
    {
        await Console.Error.WriteLineAsync("usage: QueryEngine.Benchmarks tpch [--scale 1] [--rounds 3] [--threads 1,2] [--queries q1,q6] [--data DIR]").ConfigureAwait(false);
        return 2;
    }
}
