using QueryEngine.Cli.Tests.Support;
using Xunit;

namespace QueryEngine.Cli.Tests.Shell;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Runs_statements_of_options_in_their_order()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("two.sql", "-- the second\nSELECT 2 AS b;\n");

        QeRun run = await QeProcess.RunAsync("-o", "csv", "-e", "SELECT 1 AS a; SELECT 11 AS a", "-f", script, "-e", "SELECT 3 AS c");

        Assert.Equal("a\n1\na\n11\nb\n2\nc\n3\n", run.Output);
        Assert.Equal(string.Empty, run.Error);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Runs_standard_input()
    {
        QeRun run = await QeProcess.RunWithAsync("SELECT ';' AS text,\n 1 AS n; SELECT $$a;b$$ AS dollar", folder: null, "-o", "csv");

        Assert.Equal("text,n\n;,1\ndollar\na;b\n", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Keeps_the_session_between_statements()
    {
        QeRun run = await QeProcess.RunAsync("-o", "csv", "-e", "USE tpch.tiny", "-e", "SELECT count(*) AS n FROM nation");

        Assert.Equal("n\n25\n", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Takes_catalog_and_schema_from_options()
    {
        QeRun run = await QeProcess.RunAsync("-o", "csv", "--schema", "tpch.tiny", "-e", "SELECT count(*) AS n FROM region");

        Assert.Equal("n\n5\n", run.Output);
    }

    [Fact]
    public async Task Defines_catalogs_by_url_and_by_directory()
    {
        using var folder = new TemporaryFolder();
        folder.Write("lake/people.csv", "name,age\nAda,36\nAlan,41\n");
        folder.Write("catalogs/numbers.properties", $"connector.name=files\nroot={folder.Path}/lake\n");

        QeRun byUrl = await QeProcess.RunWithAsync(
            input: null, folder.Path, "-o", "csv", "--catalog", $"lake=file://{folder.Path}/lake", "-e", "SELECT name FROM lake.\"default\".people ORDER BY age DESC");
        QeRun byDirectory = await QeProcess.RunWithAsync(input: null, folder.Path, "-o", "csv", "-e", "SELECT sum(age) AS age FROM numbers.\"default\".people");

        Assert.Equal("name\nAlan\nAda\n", byUrl.Output);
        Assert.Equal("age\n77\n", byDirectory.Output);
    }

    [Fact]
    public async Task Ends_with_1_at_the_first_wrong_statement()
    {
        QeRun run = await QeProcess.RunAsync("-o", "csv", "-e", "SELECT 1 AS a", "-e", "SELECT nope", "-e", "SELECT 2 AS b");

        Assert.Equal("a\n1\n", run.Output);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Goes_on_after_errors_when_told_to_and_still_ends_with_1()
    {
        QeRun run = await QeProcess.RunAsync("--ignore-errors", "-o", "csv", "-e", "SELECT nope; SELECT 1 AS a");

        Assert.Equal("a\n1\n", run.Output);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Shows_where_an_error_is()
    {
        QeRun run = await QeProcess.RunAsync("-e", "SELECT n_name,\n  n_nam FROM tpch.tiny.nation");

        string[] lines = run.Error.Split('\n');
        Assert.StartsWith("error 42703 (COLUMN_NOT_FOUND): ", lines[0], StringComparison.Ordinal);
        Assert.Equal("line 2:   n_nam FROM tpch.tiny.nation", lines[1]);
        Assert.Equal("          ^", lines[2]);
        Assert.StartsWith("hint: ", lines[3], StringComparison.Ordinal);
        Assert.Equal(string.Empty, run.Output);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task Names_the_file_and_line_of_an_error()
    {
        using var folder = new TemporaryFolder();
        string script = folder.Write("bad.sql", "SELECT 1;\n\nSELECT 1; SELECT nope;\n");

        QeRun run = await QeProcess.RunAsync("-o", "null", "-f", script);

        Assert.Contains($"{script}:3: SELECT 1; SELECT nope;\n", run.Error, StringComparison.Ordinal);
        string[] lines = run.Error.Split('\n');
        Assert.Equal(lines[1].IndexOf("nope", StringComparison.Ordinal), lines[2].IndexOf('^', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--output-format", "sideways", "-e", "SELECT 1")]
    [InlineData("-f", "/no/such/file.sql")]
    [InlineData("--catalog", "=x", "-e", "SELECT 1")]
    [InlineData("--memory", "lots", "-e", "SELECT 1")]
    [InlineData("--threads", "0", "-e", "SELECT 1")]
    [InlineData("--server", "http://127.0.0.1:1", "--threads", "2", "-e", "SELECT 1")]
    public async Task Ends_with_2_when_the_command_line_is_wrong(params string[] arguments)
    {
        QeRun run = await QeProcess.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("qe: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(string.Empty, run.Output);
    }

    [Fact]
    public async Task Ends_with_3_when_nobody_answers()
    {
        QeRun run = await QeProcess.RunAsync("--server", "http://127.0.0.1:1", "-e", "SELECT 1");

        Assert.Equal(3, run.ExitCode);
        Assert.StartsWith("error ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_its_version_and_its_options()
    {
        QeRun version = await QeProcess.RunAsync("--version");
        QeRun help = await QeProcess.RunAsync("--help");

        Assert.Matches(@"^qe \d+\.\d+\.\d+", version.Output);
        Assert.Contains("--output-format", help.Output, StringComparison.Ordinal);
        Assert.Contains("server", help.Output, StringComparison.Ordinal);
        Assert.Equal(0, version.ExitCode + help.ExitCode);
    }

    [Fact]
    public async Task Writes_times_to_standard_error_and_rows_to_standard_output()
    {
        QeRun run = await QeProcess.RunAsync("--timing", "-o", "csv", "-e", "SELECT 1 AS a");

        Assert.Equal("a\n1\n", run.Output);
        Assert.Matches(@"^\(1 row in \d", run.Error);
    }

    [Fact]
    public async Task Ends_quietly_when_its_reader_goes_away()
    {
        using var process = QeProcess.Start(folder: null, "-o", "csv", "-e", "SELECT l_orderkey FROM tpch.sf10.lineitem");
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadLineAsync();
        process.StandardOutput.Close();

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(string.Empty, await error);
    }

    [Fact]
    public async Task Ends_with_130_when_it_is_interrupted()
    {
        using var process = QeProcess.Start(folder: null, "-o", "null", "-e", "SELECT 'begun' AS a", "-e", "SELECT l_orderkey FROM tpch.sf10000.lineitem", "-e", "SELECT 1");
        Task<string> error = process.StandardError.ReadToEndAsync();
        await Task.Delay(TimeSpan.FromSeconds(8));
        System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]).Dispose();

        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(130, process.ExitCode);
        Assert.Equal("canceled\n", await error);
    }
}
