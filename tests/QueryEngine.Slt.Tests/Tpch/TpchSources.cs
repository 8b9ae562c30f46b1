using System.Globalization;
using System.Text;
using Npgsql;
using QueryEngine.Cluster.Statements;
using QueryEngine.Connectors.Formats;
using QueryEngine.Connectors.Formats.Parquet;
using QueryEngine.Connectors.Sqlite;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Server;
using QueryEngine.Slt.Tests.Running;
using QueryEngine.Spi;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Slt.Tests.Tpch;

/// <summary>
/// The rows of TPC-H at scale factor 0.01, and as Parquet at 1, in sources of every kind: written from the <c>tpch</c> catalog when the first test wants them.
/// </summary>
public sealed class TpchSources : IAsyncLifetime
{
    private static readonly string[] _tables = ["region", "nation", "part", "supplier", "partsupp", "customer", "orders", "lineitem"];
    private readonly PostgresServer _postgres = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-tpch-").FullName;

    /// <summary>The URL of each catalog by its name.</summary>
    public IReadOnlyDictionary<string, string> Urls => new Dictionary<string, string>
    {
        ["tpch_parquet"] = $"file://{_folder}/parquet",
        ["tpch_parquet1"] = $"file://{_folder}/parquet1",
        ["tpch_csv"] = $"file://{_folder}/csv",
        ["tpch_sqlite"] = $"sqlite://{_folder}/tpch.db",
        ["tpch_postgres"] = _postgres.Url,
        ["tpch_csv1"] = $"file://{_folder}/csv1",
        ["tpch_sqlite1"] = $"sqlite://{_folder}/tpch1.db",
        ["tpch_postgres1"] = _postgres.Url,
    };

    /// <summary>The catalogs at scale factor 1 that are filled on request only, with the schema of their tables.</summary>
    public static IReadOnlyList<(string Catalog, string Schema)> SlowCatalogs =>
        Environment.GetEnvironmentVariable("QE_TPCH_LARGE") == "1" ? [("tpch_csv1", "default"), ("tpch_sqlite1", "main"), ("tpch_postgres1", "sf1")] : [];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (SharedData.Conformance is not { } shared)
            return;

        await _postgres.InitializeAsync();
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), CancellationToken.None);
        foreach (string kind in (string[])["parquet", "parquet1", "csv"])
            Directory.CreateDirectory(Path.Combine(_folder, kind));
        string[] definitions = (await File.ReadAllTextAsync(Path.Combine(shared, "tpch/schema.sql"))).Split('\n').Where(line => line.StartsWith("CREATE", StringComparison.Ordinal)).ToArray();
        await _postgres.ExecuteAsync(definitions);
        using SqliteDatabase sqlite = SqliteDatabase.Open(new SqliteOptions(Path.Combine(_folder, "tpch.db"), BusyTimeoutMilliseconds: 1000, IsReadOnly: false), forWriting: true);
        sqlite.Execute("PRAGMA journal_mode = OFF");
        foreach (string definition in definitions)
            sqlite.Execute(definition);

        foreach (string table in _tables)
        {
            await WriteParquetAsync(host.Statements, "tiny", table, "parquet");
            await WriteParquetAsync(host.Statements, "sf1", table, "parquet1");
            (string[] columns, List<object?[]> rows) = await ReadTextAsync(host.Statements, table);
            await WriteCsvAsync(table, columns, rows);
            await CopyAsync(table, rows);
            sqlite.Execute("BEGIN");
            foreach (object?[][] some in rows.Chunk(500))
                sqlite.Execute($"INSERT INTO {table} VALUES {string.Join(',', some.Select(row => $"({string.Join(',', row.Select(Literal))})"))}");
            sqlite.Execute("COMMIT");
        }

        await FillSlowCatalogsAsync(host.Statements);
        await _postgres.ExecuteAsync("ANALYZE");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (SharedData.Conformance is not null)
            await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // By the engine's own writing.
    private async Task FillSlowCatalogsAsync(IStatementService service)
    {
        var session = new SltSession(service, new SessionSettings("test"));
        foreach ((string catalog, string schema) in SlowCatalogs)
        {
            if (catalog == "tpch_csv1")
                Directory.CreateDirectory(Path.Combine(_folder, "csv1"));
            if (catalog == "tpch_sqlite1")
                SqliteDatabase.Open(new SqliteOptions(Path.Combine(_folder, "tpch1.db"), BusyTimeoutMilliseconds: 1000, IsReadOnly: false), forWriting: true).Dispose();
            if (catalog == "tpch_postgres1")
                await _postgres.ExecuteAsync($"CREATE SCHEMA {schema}");
            await session.RunAsync($"CREATE CATALOG {catalog} FROM '{Urls[catalog]}'", CancellationToken.None);
            string format = catalog == "tpch_csv1" ? " WITH (format = 'csv')" : "";
            foreach (string table in _tables)
                await session.RunAsync($"CREATE TABLE {catalog}.{schema}.{table}{format} AS SELECT * FROM tpch.sf1.{table}", CancellationToken.None);
        }
    }

    private static async Task<(string[] Columns, List<object?[]> Rows)> ReadTextAsync(IStatementService service, string table)
    {
        var session = new SltSession(service, new SessionSettings("test") { Catalog = "tpch", Schema = "tiny" });
        (_, List<object?[]> described) = await session.RunAsync($"DESCRIBE {table}", CancellationToken.None);
        string[] columns = [.. described.Select(row => Convert.ToString(row[0], CultureInfo.InvariantCulture)!)];
        (_, List<object?[]> rows) = await session.RunAsync(
            $"SELECT {string.Join(", ", columns.Select(column => $"CAST({column} AS varchar)"))} FROM {table}", CancellationToken.None);
        return (columns, rows);
    }

    private async Task WriteParquetAsync(IStatementService service, string schema, string table, string kind)
    {
        await using IStatementResult result = await service.ExecuteAsync(
            new StatementRequest($"SELECT * FROM tpch.{schema}.{table}", new SessionSettings("test")), CancellationToken.None);
        await using FileStream file = File.Create(Path.Combine(_folder, kind, $"{table}.parquet"));
        FormatColumn[] columns = [.. result.Columns.Select(column => new FormatColumn(column.Name, column.Type))];
        using var writer = new ParquetWriter(file, columns, new ParquetWriterOptions(), MemoryContext.Unlimited);
        await foreach (RecordBatch batch in result.ReadAsync(CancellationToken.None))
        {
            using (batch)
                writer.Write(batch);
        }

        writer.Finish();
    }

    private async Task WriteCsvAsync(string table, string[] columns, List<object?[]> rows)
    {
        var text = new StringBuilder().AppendJoin(',', columns).Append('\n');
        foreach (object?[] row in rows)
            text.AppendJoin(',', row.Select(value => $"\"{value}\"")).Append('\n');
        await File.WriteAllTextAsync(Path.Combine(_folder, "csv", $"{table}.csv"), text.ToString());
    }

    private async Task CopyAsync(string table, List<object?[]> rows)
    {
        await using var connection = new NpgsqlConnection(_postgres.ConnectionString);
        await connection.OpenAsync();
        await using TextWriter copy = await connection.BeginTextImportAsync($"COPY {table} FROM STDIN");
        foreach (object?[] row in rows)
            await copy.WriteAsync(string.Join('\t', row) + "\n");
    }

    private static string Literal(object? value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return decimal.TryParse(text, CultureInfo.InvariantCulture, out _) ? text : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
