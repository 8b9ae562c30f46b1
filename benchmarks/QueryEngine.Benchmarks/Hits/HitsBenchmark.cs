using System.Globalization;
using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;

namespace QueryEngine.Benchmarks.Hits;

/// <summary>One wide table of page views, much text, all queries over that table alone: against DuckDB and against ClickHouse.</summary>
internal static class HitsBenchmark
{
    private const int RowsOfScaleOne = 3_000_000;

    /// <summary>Compares with DuckDB, and with ClickHouse where npm brings it.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        long rows = (long)(RowsOfScaleOne * context.Options.Scale);
        await context.Report.BeginAsync($"a table of {rows} page views, Parquet with snappy");
        context.Report.Aim(new Target("hits", 1, "DuckDB", 1.3));
        context.Report.Aim(new Target("hits", 1, "ClickHouse", 0.8));
        string folder = Directory.CreateDirectory(Path.Join(context.Options.Data, string.Create(CultureInfo.InvariantCulture, $"hits-{rows}"))).FullName;
        string file = Path.Join(folder, "hits.parquet");
        List<(string Name, string Sql)> queries = await ReadQueriesAsync(context.Options.HitsQueries, cancellationToken);
        foreach (int threads in context.Options.Threads)
        {
            using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(threads);
            await CreateAsync(duckDb, file, rows);
            duckDb.Run($"CREATE VIEW hits AS FROM read_parquet({DuckDbDatabase.Literal(file)})");
            await using Ours ours = await Ours.StartAsync(threads, cancellationToken, ("lake", new Uri(folder).AbsoluteUri));
            foreach ((string name, string sql) in queries)
                await context.CompareAsync("hits", name, threads, duckDb, sql, ours, sql, cancellationToken);
            await CompareWithClickHouseAsync(context, threads, file, ours, queries, cancellationToken);
        }
    }

    private static async Task CompareWithClickHouseAsync(
        BenchmarkContext context, int threads, string file, Ours ours, List<(string Name, string Sql)> queries, CancellationToken cancellationToken)
    {
        await using ClickHouse? clickHouse = await ClickHouse.StartAsync(cancellationToken);
        if (clickHouse is null)
        {
            await context.Report.NoteAsync("ClickHouse cannot be installed here: npm install in benchmarks/QueryEngine.Benchmarks/chdb fails");
            return;
        }

        await clickHouse.RunAsync($"CREATE VIEW hits AS SELECT * FROM file('{file}', Parquet)", cancellationToken);
        string settings = string.Create(CultureInfo.InvariantCulture, $" SETTINGS max_threads = {threads}");
        foreach ((string name, string sql) in queries)
        {
            await context.CompareAsync(
                "hits",
                name,
                threads,
                "ClickHouse",
                async () =>
                {
                    await clickHouse.RunAsync(sql + settings, cancellationToken);
                    return -1;
                },
                () => ours.RunAsync(sql, cancellationToken),
                cancellationToken);
        }
    }

    private static async Task CreateAsync(DuckDbDatabase duckDb, string file, long rows)
    {
        if (File.Exists(file))
            return;
        string query = (await ReadTextAsync("hits")).Replace("{rows}", rows.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        string unfinished = $"{file}.unfinished";
        duckDb.Run("CREATE TEMP MACRO h(number, seed) AS (hash(number, seed) >> 1)::BIGINT");
        duckDb.Run($"COPY ({query}) TO {DuckDbDatabase.Literal(unfinished)} (FORMAT parquet, COMPRESSION snappy)");
        File.Move(unfinished, file);
    }

    // Ours, and those of a file with one a line. Texts that take times for numbers, as the public ones do, are written for the types that the columns have here.
    private static async Task<List<(string Name, string Sql)>> ReadQueriesAsync(string? more, CancellationToken cancellationToken)
    {
        var queries = new List<(string, string)>();
        string[] lines = (await ReadTextAsync("queries")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int line = 0; line + 1 < lines.Length; line += 2)
            queries.Add((lines[line]["-- name: ".Length..], lines[line + 1]));
        if (more is null)
            return queries;

        int number = 0;
        await foreach (string line in File.ReadLinesAsync(more, cancellationToken))
        {
            string sql = line.TrimEnd(' ', ';')
                .Replace("\"EventDate\"::INT::DATE", "\"EventDate\"", StringComparison.Ordinal)
                .Replace("to_timestamp_seconds(\"EventTime\")", "\"EventTime\"", StringComparison.Ordinal);
            if (sql.Length > 0)
                queries.Add((string.Create(CultureInfo.InvariantCulture, $"h{number++:D2}"), sql));
        }

        return queries;
    }

    private static async Task<string> ReadTextAsync(string name)
    {
        Stream stream = typeof(HitsBenchmark).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
