using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using QueryEngine.Benchmarks.Running;

namespace QueryEngine.Benchmarks.Servers;

/// <summary>
/// What a connector of a database is to reach: reads against a loop over the bare driver, bulk writes against the source's own bulk load, two splits against one, the
/// list of a schema of 1,000 tables, and the rows that leave the source for LIMIT 10.
/// </summary>
internal static partial class ConnectorBenchmark
{
    private const string Work = "connectors";
    private const string Columns = "id, customer, price, day, note";

    private static readonly string[] _reads =
    [
        $"SELECT {Columns} FROM big", "SELECT id, price FROM big", "SELECT day, note FROM big WHERE customer < 25000",
    ];

    /// <summary>Measures a PostgreSQL server of its own; without one there is nothing to do.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        int rows = (int)(2_000_000 * context.Options.Scale);
        await context.Report.BeginAsync($"connectors: a PostgreSQL server on this machine, a table of {rows} rows");
        if (await PostgresPeer.StartAsync(cancellationToken) is not { } started)
        {
            await context.Report.FailAsync(Work, "postgresql", "no PostgreSQL server is installed");
            return;
        }

        await using PostgresPeer server = started;
        await server.RunAsync(
            string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE big AS SELECT i::bigint AS id, (i::bigint * 7919 % 100000)::int AS customer, ((i % 100000) / 4.0)::numeric(12, 2) AS price, date '1992-01-01' + i % 2500 AS day, 'note of row ' || i AS note FROM generate_series(1, {rows}) i;
            VACUUM ANALYZE big; CREATE TABLE target (LIKE big); CREATE SCHEMA many;
            DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE many.table_%s (id bigint, name text)', i); END LOOP; END $$;
            """),
            cancellationToken);
        await ReadAsync(context, server, cancellationToken);
        await WriteAsync(context, server, cancellationToken);
        await LimitAndListAsync(context, server, cancellationToken);
    }

    private static async Task ReadAsync(BenchmarkContext context, PostgresPeer server, CancellationToken cancellationToken)
    {
        context.Report.Aim(new Target(Work, 1, "Npgsql", 0.9, 0.9));
        await using Ours one = await Ours.StartAsync(1, cancellationToken, ("pg", server.Url));
        await using Ours two = await Ours.StartAsync(2, cancellationToken, ("pg", server.Url));
        for (int read = 0; read < _reads.Length; read++)
        {
            string sql = _reads[read];
            string ours = sql.Replace("FROM big", "FROM pg.public.big", StringComparison.Ordinal);
            await context.CompareAsync(Work, $"read {read + 1}", 1, "Npgsql", () => LoopAsync(server, sql, cancellationToken), () => one.RunAsync(ours, cancellationToken), cancellationToken);
        }

        context.Report.Aim(new Target(Work, 2, "one split", 1.6));
        string all = $"SELECT {Columns} FROM pg.public.big";
        await context.CompareAsync(Work, "two splits", 2, "one split", () => one.RunAsync(all, cancellationToken), () => two.RunAsync(all, cancellationToken), cancellationToken);
    }

    // The typed getters of the driver, a row at a time: what a program without an engine would do.
    private static async Task<long> LoopAsync(PostgresPeer server, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={server.Port};Username=bench;Database=postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        Type[] types = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetFieldType)];
        long rows = 0, sum = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            for (int column = 0; column < types.Length; column++)
            {
                if (types[column] == typeof(long))
                    sum += reader.GetInt64(column);
                else if (types[column] == typeof(int))
                    sum += reader.GetInt32(column);
                else if (types[column] == typeof(decimal))
                    sum += (long)reader.GetDecimal(column);
                else if (types[column] == typeof(string))
                    sum += reader.GetString(column).Length;
                else
                    sum += reader.GetDateTime(column).DayOfYear;
            }

            rows++;
        }

        return sum == 0 ? 0 : rows;
    }

    private static async Task WriteAsync(BenchmarkContext context, PostgresPeer server, CancellationToken cancellationToken)
    {
        context.Report.Aim(new Target(Work, 1, "COPY", 0.7, 0.7));
        string file = server.FileOf("big.bin");
        await server.RunAsync($"COPY big TO '{file}' (FORMAT binary)", cancellationToken);
        await using Ours ours = await Ours.StartAsync(1, cancellationToken, ("pg", server.Url));
        await ours.RunAsync("CREATE TABLE memory.\"default\".big AS SELECT * FROM pg.public.big", cancellationToken);
        await context.CompareAsync(
            Work,
            "bulk insert",
            1,
            "COPY",
            async () =>
            {
                await server.RunAsync($"BEGIN; TRUNCATE target; COPY target FROM '{file}' (FORMAT binary); COMMIT", cancellationToken);
                return -1;
            },
            async () =>
            {
                await server.RunAsync("TRUNCATE target", cancellationToken);
                await ours.RunAsync($"INSERT INTO pg.public.target SELECT {Columns} FROM memory.\"default\".big", cancellationToken);
                return -1;
            },
            cancellationToken);
    }

    private static async Task LimitAndListAsync(BenchmarkContext context, PostgresPeer server, CancellationToken cancellationToken)
    {
        await using Ours ours = await Ours.StartAsync(1, cancellationToken, ("pg", server.Url));
        await ours.RunAsync("SELECT 1 FROM pg.public.big LIMIT 1", cancellationToken);
        long start = Stopwatch.GetTimestamp();
        long tables = await ours.RunAsync("SHOW TABLES FROM pg.many", cancellationToken);
        await context.Report.AddAsync(new Figure(Work, $"list a schema of {tables} tables", Stopwatch.GetElapsedTime(start).TotalMilliseconds, "ms", 1_000));

        string explained = string.Join('\n', await ours.TextAsync("EXPLAIN ANALYZE SELECT * FROM pg.public.big LIMIT 10", cancellationToken));
        Match read = RowsRead().Match(explained);
        if (read.Success)
            await context.Report.AddAsync(new Figure(Work, "rows that leave the source for LIMIT 10", double.Parse(read.Groups[1].ValueSpan, NumberStyles.AllowThousands, CultureInfo.InvariantCulture), "rows", 10));
        else
            await context.Report.FailAsync(Work, "LIMIT 10", "EXPLAIN ANALYZE does not say how many rows were read");
    }

    [GeneratedRegex(@"([\d,]+) rows read")]
    private static partial Regex RowsRead();
}
