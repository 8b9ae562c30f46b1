using System.Diagnostics;
using System.Globalization;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Tpch;
using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Planning;

/// <summary>How long statements take from text to plan, as EXPLAIN: the median when warm. Nothing is executed.</summary>
internal static class PlanningBenchmark
{
    private const int Rounds = 15;
    private const int ManyTerms = 100_000;

    /// <summary>Reports the median of each statement.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        await context.Report.BeginAsync("planning, warm");
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), cancellationToken);
        await foreach ((string name, string sql, double? most) in StatementsAsync())
        {
            if (!context.Options.Runs(name))
                continue;
            await MeasureAsync(host, sql, cancellationToken);
            var warm = new List<double>();
            for (int round = 0; round < Rounds; round++)
                warm.Add(await MeasureAsync(host, sql, cancellationToken));
            await context.Report.AddAsync(new Figure("planning", name, BenchmarkContext.Median(warm), "ms", most));
        }
    }

    private static async IAsyncEnumerable<(string Name, string Sql, double? Most)> StatementsAsync()
    {
        yield return ("SELECT 1", "SELECT 1", 1);
        yield return ("one table", "SELECT n_name FROM nation WHERE n_nationkey = 3", null);
        for (int query = 1; query <= 22; query++)
            yield return ($"TPC-H {query}", await TpchQueries.ReadAsync(query, scale: 0.01m), null);
        foreach (int relations in (int[])[5, 10, 20, 30])
        {
            yield return ($"a chain of {relations} joins", Chain(relations), relations == 20 ? 50 : null);
            yield return ($"a star of {relations} joins", Star(relations), relations == 20 ? 50 : null);
        }

        yield return ($"OR of {ManyTerms}", $"SELECT 1 FROM orders WHERE {string.Join(" OR ", Numbers("o_orderkey = {0}"))}", null);
        yield return ($"OR of {ManyTerms} ranges", $"SELECT 1 FROM orders WHERE {string.Join(" OR ", Numbers("o_orderkey > {0}"))}", null);
        yield return ($"AND of {ManyTerms}", $"SELECT 1 FROM orders WHERE {string.Join(" AND ", Numbers("o_orderkey <> {0}"))}", null);
        yield return ($"IN of {ManyTerms}", $"SELECT 1 FROM orders WHERE o_orderkey IN ({string.Join(", ", Numbers("{0}"))})", null);
    }

    private static IEnumerable<string> Numbers(string format) => Enumerable.Range(0, ManyTerms).Select(number => string.Format(CultureInfo.InvariantCulture, format, number));

    private static string Chain(int relations) =>
        "SELECT count(*) FROM orders t0" + string.Concat(Enumerable.Range(1, relations - 1).Select(number =>
            $" JOIN orders t{number} ON t{number}.o_orderkey = t{number - 1}.o_orderkey"));

    private static string Star(int relations) =>
        "SELECT count(*) FROM lineitem f" + string.Concat(Enumerable.Range(1, relations - 1).Select(number =>
            $" JOIN part d{number} ON d{number}.p_partkey = f.l_partkey + {number} AND d{number}.p_size = {number}"));

    private static async Task<double> MeasureAsync(EngineHost host, string sql, CancellationToken cancellationToken)
    {
        var session = new SessionSettings("benchmark") { Catalog = "tpch", Schema = "tiny" };
        long start = Stopwatch.GetTimestamp();
        await using IStatementResult result = await host.Statements.ExecuteAsync(new StatementRequest("EXPLAIN " + sql, session), cancellationToken);
        await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
            batch.Dispose();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
