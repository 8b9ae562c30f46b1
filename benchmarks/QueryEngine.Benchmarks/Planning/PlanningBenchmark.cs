using System.Diagnostics;
using System.Globalization;
using QueryEngine.Benchmarks.Tpch;
using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Benchmarks.Planning;

/// <summary>How long statements take from text to plan, as EXPLAIN: first and then warm, the median. Nothing is executed.</summary>
internal static class PlanningBenchmark
{
    private const int Rounds = 15;
    private const int ManyTerms = 100_000;

    /// <summary>Prints a line a statement.</summary>
    public static async Task RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), cancellationToken);
        await output.WriteLineAsync("first ms  warm ms  statement");
        await foreach ((string name, string sql) in StatementsAsync())
        {
            double first = await MeasureAsync(host, sql, cancellationToken);
            var warm = new List<double>();
            for (int round = 0; round < Rounds; round++)
                warm.Add(await MeasureAsync(host, sql, cancellationToken));
            warm.Sort();
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{first,8:F1} {warm[Rounds / 2],8:F2}  {name}"));
        }
    }

    private static async IAsyncEnumerable<(string Name, string Sql)> StatementsAsync()
    {
        yield return ("SELECT 1", "SELECT 1");
        yield return ("one table", "SELECT n_name FROM nation WHERE n_nationkey = 3");
        for (int query = 1; query <= 22; query++)
            yield return ($"TPC-H {query}", await TpchQueries.ReadAsync(query, scale: 0.01m));
        foreach (int relations in (int[])[5, 10, 20, 30])
        {
            yield return ($"a chain of {relations} joins", Chain(relations));
            yield return ($"a star of {relations} joins", Star(relations));
        }

        yield return ($"OR of {ManyTerms}", $"SELECT 1 FROM orders WHERE {string.Join(" OR ", Numbers("o_orderkey = {0}"))}");
        yield return ($"OR of {ManyTerms} ranges", $"SELECT 1 FROM orders WHERE {string.Join(" OR ", Numbers("o_orderkey > {0}"))}");
        yield return ($"AND of {ManyTerms}", $"SELECT 1 FROM orders WHERE {string.Join(" AND ", Numbers("o_orderkey <> {0}"))}");
        yield return ($"IN of {ManyTerms}", $"SELECT 1 FROM orders WHERE o_orderkey IN ({string.Join(", ", Numbers("{0}"))})");
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
