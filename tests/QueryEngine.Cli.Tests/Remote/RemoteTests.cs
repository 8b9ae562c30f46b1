using System.Data.Common;
using System.Diagnostics;
using Dapper;
using QueryEngine.Cli.Tests.AdoNet;
using QueryEngine.Cli.Tests.Support;
using QueryEngine.Client;
using QueryEngine.Slt.Tests;
using Xunit;

namespace QueryEngine.Cli.Tests.Remote;

/// <summary>The shell and the ADO.NET provider as clients of a coordinator with three worker processes.</summary>
public sealed class RemoteTests(ClusterProcesses cluster) : IClassFixture<ClusterProcesses>
{
    private const string Endless = "SELECT count(*) FROM tpch.sf100.lineitem a, tpch.sf100.lineitem b WHERE a.l_comment || b.l_comment LIKE '%x%y%'";

    private string ConnectionString => $"Server={cluster.Coordinator};Catalog=tpch;Schema=tiny";

    [Theory]
    [InlineData("aligned")]
    [InlineData("vertical")]
    [InlineData("csv")]
    [InlineData("tsv")]
    [InlineData("json")]
    [InlineData("jsonl")]
    [InlineData("markdown")]
    [InlineData("null")]
    public async Task Shell_prints_what_it_prints_embedded(string format)
    {
        string[] options = ["--schema", "tpch.tiny", "--no-timing", "-o", format, "-e", "SELECT n_regionkey, count(*) AS n, min(n_name) AS first, sum(0.1) AS tenths, 9007199254740993 AS big FROM nation GROUP BY 1 ORDER BY 1", "-e", "SELECT NULL AS nothing, DATE '2024-02-29' AS day"];

        QeRun embedded = await QeProcess.RunAsync(options);
        QeRun remote = await QeProcess.RunAsync(["--server", cluster.Coordinator.ToString(), .. options]);

        Assert.Equal((0, embedded.Output), (remote.ExitCode, remote.Output));
        Assert.Equal(format != "null", remote.Output.Length > 0);
    }

    [Fact]
    public async Task Shell_runs_files_and_standard_input_and_keeps_its_session()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("use.sql", "USE tpch.tiny; SELECT count(*) AS n FROM nation;");

        QeRun file = await QeProcess.RunAsync("--server", cluster.Coordinator.ToString(), "-o", "csv", "-f", script, "-e", "SELECT count(*) AS n FROM region");
        QeRun input = await QeProcess.RunWithAsync("SELECT 1 AS a;\nSELECT 2 AS b", folder: null, "--server", cluster.Coordinator.ToString(), "-o", "csv");

        Assert.Equal("n\n25\nn\n5\n", file.Output);
        Assert.Equal("a\n1\nb\n2\n", input.Output);
    }

    [Fact]
    public async Task Shell_ends_with_1_and_shows_where_a_servers_error_is()
    {
        QeRun run = await QeProcess.RunAsync("--server", cluster.Coordinator.ToString(), "-e", "SELECT n_name,\n  n_nam FROM tpch.tiny.nation");

        string[] lines = run.Error.Split('\n');
        Assert.StartsWith("error 42703 (COLUMN_NOT_FOUND): ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["line 2:   n_nam FROM tpch.tiny.nation", "          ^"], lines[1..3]);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Shell_that_is_interrupted_cancels_its_query_on_the_server()
    {
        using var process = QeProcess.Start(folder: null, "--server", cluster.Coordinator.ToString(), "-o", "null", "-e", $"{Endless} AND 'interrupted' <> a.l_comment");
        await WaitForQueryAsync("interrupted", "running");
        System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]).Dispose();

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(130, process.ExitCode);
        await WaitForQueryAsync("interrupted", "canceled");
    }

    [Fact]
    public async Task Provider_reads_with_parameters_and_tells_the_schema()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync(ConnectionString);
        await using QueryEngineCommand command = connection.Command(
            "SELECT n_name, n_nationkey FROM nation WHERE n_regionkey = @region AND n_name > @after ORDER BY 1", ("region", 1), ("after", "B"));

        await using DbDataReader reader = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await reader.ReadAsync())
            names.Add(reader.GetString(0));

        Assert.Equal(["BRAZIL", "CANADA", "PERU", "UNITED STATES"], names);
        Assert.Equal(["n_name", "n_nationkey"], reader.GetColumnSchema().Select(column => column.ColumnName));
        Assert.Equal(2, reader.GetSchemaTable()!.Rows.Count);
    }

    [Fact]
    public async Task A_transaction_of_a_provider_ends_on_the_server()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync(ConnectionString);
        await connection.ScalarAsync("CREATE TABLE memory.default.remote_changes (n integer)");
        await using (DbTransaction transaction = await connection.BeginTransactionAsync())
        {
            await connection.ScalarAsync("INSERT INTO memory.default.remote_changes VALUES (1)");
            await transaction.RollbackAsync();
        }

        Assert.Equal(0L, await connection.ScalarAsync("SELECT count(*) FROM memory.default.remote_changes"));
        await connection.ScalarAsync("DROP TABLE memory.default.remote_changes");
    }

    [Fact]
    public async Task Dapper_maps_rows_of_a_server()
    {
        await using var connection = new QueryEngineConnection(ConnectionString);

        IEnumerable<(long Key, string Name)> rows = await connection.QueryAsync<(long, string)>("SELECT r_regionkey, r_name FROM region WHERE r_regionkey < @most ORDER BY 1", new { most = 2 });

        Assert.Equal([(0, "AFRICA"), (1, "AMERICA")], rows);
    }

    [Fact]
    public async Task Provider_that_cancels_ends_the_query_on_the_server()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync(ConnectionString);
        await using QueryEngineCommand command = connection.Command($"{Endless} AND 'provider' <> a.l_comment");
        Task<object?> running = command.ExecuteScalarAsync();
        await WaitForQueryAsync("provider", "running");

        command.Cancel();

        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => running);
        Assert.Equal("57014", error.SqlState);
        await WaitForQueryAsync("provider", "canceled");
    }

    [Fact]
    public async Task Progress_of_a_running_query_counts_the_rows_that_workers_read()
    {
        var request = new Cluster.Statements.StatementRequest(Endless, new Cluster.Statements.SessionSettings("test"));
        await using Cluster.Statements.IStatementResult result = await cluster.Statements.ExecuteAsync(request, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        Task reading = DrainAsync(result, stop.Token);
        for (int attempt = 0; attempt < 300 && result.Progress is not { RowsRead: > 0, BytesRead: > 0 }; attempt++)
            await Task.Delay(100);

        Assert.True(result.Progress is { RowsRead: > 0, BytesRead: > 0 }, $"{result.Progress}");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => reading);
    }

    [Fact]
    public async Task Catalogs_made_on_a_cluster_are_there_for_its_workers_until_they_are_dropped()
    {
        using var folder = new TemporaryFolder();
        folder.Write("lake/people.csv", "name,age\nAda,36\nAlan,41\n");
        await using QueryEngineConnection connection = await Embedded.OpenAsync(ConnectionString);

        await connection.ScalarAsync($"CREATE CATALOG made FROM 'file://{folder.Path}/lake'");
        object? sum = await connection.ScalarAsync("SELECT sum(age) FROM made.\"default\".people");
        await connection.ScalarAsync("DROP CATALOG made");

        Assert.Equal(77L, Convert.ToInt64(sum, System.Globalization.CultureInfo.InvariantCulture));
        await Assert.ThrowsAsync<QueryEngineException>(() => connection.ScalarAsync("SELECT sum(age) FROM made.\"default\".people"));
    }

    private static async Task DrainAsync(Cluster.Statements.IStatementResult result, CancellationToken cancellationToken)
    {
        await foreach (Spi.RecordBatch batch in result.ReadAsync(cancellationToken))
            batch.Dispose();
    }

    private async Task WaitForQueryAsync(string word, string state)
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync(ConnectionString);
        string query = $"SELECT count(*) FROM system.runtime.queries WHERE query LIKE '%{word}%' AND query NOT LIKE '%runtime%' AND state = '{state}'";
        var watch = Stopwatch.StartNew();
        while (await connection.ScalarAsync(query) is not 1L)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"no query with '{word}' became {state}");
            await Task.Delay(200);
        }
    }
}

/// <summary>What becomes of a query whose worker dies: alone with its cluster, which is smaller afterwards.</summary>
public sealed class WorkerDeathTests(ClusterProcesses cluster) : IClassFixture<ClusterProcesses>
{
    [Fact]
    public async Task Worker_that_is_killed_fails_the_query_by_its_name_and_the_cluster_goes_on()
    {
        await using QueryEngineConnection connection = await Embedded.OpenAsync($"Server={cluster.Coordinator};Catalog=tpch;Schema=tiny");
        Task<object?> running = connection.ScalarAsync("SELECT count(*) FROM tpch.sf1000.lineitem WHERE l_comment LIKE '%no such words%'");
        await using QueryEngineConnection other = await Embedded.OpenAsync($"Server={cluster.Coordinator};Catalog=tpch;Schema=tiny");
        for (int attempt = 0; attempt < 100 && await other.ScalarAsync("SELECT count(*) FROM system.runtime.tasks WHERE state = 'running' AND node_id LIKE 'worker%'") is not 3L; attempt++)
            await Task.Delay(100);

        var watch = Stopwatch.StartNew();
        string node = await cluster.KillWorkerAsync();
        QueryEngineException error = await Assert.ThrowsAsync<QueryEngineException>(() => running);

        Assert.Contains(node, error.Message, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(25L, await other.ScalarAsync("SELECT count(*) FROM nation"));
        Assert.Equal(60_175L, await other.ScalarAsync("SELECT count(*) FROM lineitem"));
    }
}
