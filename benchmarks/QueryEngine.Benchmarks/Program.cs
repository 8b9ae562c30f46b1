using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Planning;
using QueryEngine.Benchmarks.Tpch;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks;

/// <summary>Compares the engine with others: one command a comparison.</summary>
internal static class Program
{
    private const string Usage =
        """
        usage: QueryEngine.Benchmarks tpch [--scale 1] [--rounds 3] [--threads 1,2] [--queries q1,q6] [--data DIR]
               QueryEngine.Benchmarks planning
        """;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            if (args is ["planning"])
            {
                await PlanningBenchmark.RunAsync(Console.Out, CancellationToken.None);
                return 0;
            }

            if (args is not ["tpch", .. string[] rest])
                throw new ArgumentException("name a comparison");
            TpchOptions options = TpchOptions.Parse(rest);
            return await TpchBenchmark.RunAsync(options, Console.Out, CancellationToken.None) ? 0 : 1;
        }
        catch (ArgumentException error)
        {
            await Console.Error.WriteLineAsync($"{error.Message}\n{Usage}");
            return 2;
        }
        catch (Exception error) when (error is QueryException or DuckDbException or IOException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return 1;
        }
    }
}
