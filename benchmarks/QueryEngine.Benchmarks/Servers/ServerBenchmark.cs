using QueryEngine.Benchmarks.DuckDb;
using QueryEngine.Benchmarks.Running;
using QueryEngine.Benchmarks.Tpch;

namespace QueryEngine.Benchmarks.Servers;

/// <summary>Reads of a PostgreSQL table, and a join of PostgreSQL, Parquet and SQLite, against PostgreSQL with foreign tables and psql.</summary>
internal static class ServerBenchmark
{
    private const string Peer = "postgres_fdw";

    private const string Join =
        """
        SELECT n_name, count(*), sum(l_extendedprice * (1 - l_discount))
        FROM {0} JOIN {1} ON l_orderkey = o_orderkey JOIN {2} ON o_custkey = c_custkey JOIN {3} ON c_nationkey = n_nationkey
        WHERE o_orderdate >= DATE '1995-01-01' AND l_shipdate >= DATE '1995-03-01'
        GROUP BY n_name ORDER BY n_name
        """;

    /// <summary>Compares with a server of its own; a tenth of the scale factor is in it.</summary>
    public static async Task RunAsync(BenchmarkContext context, CancellationToken cancellationToken)
    {
        BenchmarkContext small = context with { Options = context.Options with { Scale = Math.Max(0.001m, decimal.Round(context.Options.Scale / 10, 3)) } };
        await context.Report.BeginAsync($"PostgreSQL with the tables of TPC-H, scale factor {small.Options.ScaleText}");
        context.Report.Aim(new Target("postgres-read", 1, Peer, 1.6));
        context.Report.Aim(new Target("postgres-read", 1, "psql copy", 0.8));
        context.Report.Aim(new Target("federation", 1, Peer, 3));
        await using PostgresPeer? server = await PostgresPeer.StartAsync(cancellationToken);
        if (server is null)
        {
            await context.Report.NoteAsync("left out: PostgreSQL is not installed");
            return;
        }

        await FillAsync(small, server, cancellationToken);
        string sqlite = Path.Join(small.Options.TpchFolder("csv"), "tpch.db");
        File.Delete(sqlite);
        await using Ours ours = await Ours.StartAsync(
            1, cancellationToken, ("pg", server.Url), ("lake", new Uri(small.Options.TpchFolder("snappy")).AbsoluteUri), ("lite", $"sqlite://{sqlite}?create-file=true"));
        await ours.RunAsync("CREATE TABLE lite.main.customer AS SELECT * FROM lake.\"default\".customer", cancellationToken);
        await ours.RunAsync("CREATE TABLE lite.main.nation AS SELECT * FROM lake.\"default\".nation", cancellationToken);

        Task<long> ReadAsync() => ours.RunAsync("SELECT * FROM pg.public.lineitem", cancellationToken);
        await small.CompareAsync(
            "postgres-read", "16-columns", 1, Peer, () => TimeAsync(server, "EXPLAIN (ANALYZE, TIMING off) SELECT * FROM far_lineitem;", cancellationToken), ReadAsync, cancellationToken);
        await small.CompareAsync(
            "postgres-read", "16-columns", 1, "psql copy", () => TimeAsync(server, @"\copy lineitem to /dev/null", cancellationToken), ReadAsync, cancellationToken);
        string theirs = Named("far_orders", "file_lineitem", "file_customer", "file_nation");
        string here = Named("pg.public.orders", "lake.\"default\".lineitem", "lite.main.customer", "lite.main.nation");
        await small.CompareAsync(
            "federation", "4-tables", 1, Peer, () => TimeAsync(server, theirs + ";", cancellationToken), () => ours.RunAsync(here, cancellationToken), cancellationToken);
    }

    private static string Named(params string[] tables)
    {
        string query = Join;
        for (int table = 0; table < tables.Length; table++)
            query = query.Replace($"{{{table}}}", tables[table], StringComparison.Ordinal);
        return query;
    }

    // The rows are not looked at: a foreign table's are not sent anywhere.
    private static async Task<long> TimeAsync(PostgresPeer server, string script, CancellationToken cancellationToken)
    {
        await server.RunAsync(script, cancellationToken);
        return -1;
    }

    private static async Task FillAsync(BenchmarkContext context, PostgresPeer server, CancellationToken cancellationToken)
    {
        using DuckDbDatabase duckDb = BenchmarkContext.OpenDuckDb(1);
        var data = new TpchData(context.Options, context.Output);
        await data.CreateAsync(duckDb, "snappy", cancellationToken);
        await data.CreateAsync(duckDb, "csv", cancellationToken);
        data.AddViews(duckDb, "snappy");
        await server.RunAsync(
            string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"""
                CREATE EXTENSION postgres_fdw; CREATE EXTENSION file_fdw;
                CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '{server.Port}', dbname 'postgres', fetch_size '10000');
                CREATE USER MAPPING FOR bench SERVER far OPTIONS (user 'bench', password 'none');
                CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
                """),
            cancellationToken);
        foreach (string table in (string[])["lineitem", "orders", "customer", "nation"])
        {
            string columns = string.Join(", ", duckDb.Query($"DESCRIBE {table}").Select(column => $"{column[0]} {column[1]}"));
            string file = data.FileOf("csv", table);
            await server.RunAsync(
                $"""
                CREATE TABLE {table} ({columns});
                \copy {table} from '{file}' with (format csv, header)
                VACUUM ANALYZE {table};
                CREATE FOREIGN TABLE far_{table} ({columns}) SERVER far OPTIONS (table_name '{table}');
                CREATE FOREIGN TABLE file_{table} ({columns}) SERVER files OPTIONS (filename '{file}', format 'csv', header 'true');
                ANALYZE far_{table}; ANALYZE file_{table};
                """,
                cancellationToken);
        }
    }
}
