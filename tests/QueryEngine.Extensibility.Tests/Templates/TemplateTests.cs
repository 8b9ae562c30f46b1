using System.Diagnostics;
using QueryEngine.Server;
using Xunit;

namespace QueryEngine.Extensibility.Tests.Templates;

/// <summary><c>dotnet new qe-connector</c>: what it makes builds, passes the contract, and is installed in an engine.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("template").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_new_connector_builds_passes_the_contract_and_answers_queries()
    {
        string project = Path.Combine(_folder, "Weather");
        string hive = Path.Combine(_folder, "hive");
        string sources = Repository.PathOf("").TrimEnd('/');
        await RunAsync(_folder, "new", "install", Repository.PathOf("templates/qe-connector"), "--debug:custom-hive", hive);
        await RunAsync(_folder, "new", "qe-connector", "-n", "Weather", "-o", project, "--connectorName", "weather", "--sources", sources, "--debug:custom-hive", hive);

        string output = await RunAsync(Path.Combine(project, "tests"), "test", "--nologo");
        Assert.Contains("Passed!", output, StringComparison.Ordinal);

        string assembly = Path.Combine(project, "src", "bin", "Debug", "net10.0", "Weather.dll");
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [_folder] }, default);
        await host.Statements.RunAsync($"INSTALL CONNECTOR '{assembly}'");
        await host.Statements.RunAsync("CREATE CATALOG w FROM 'weather://localhost?rows=300'");
        Assert.Equal(30L, Assert.Single(await host.Statements.RunAsync("SELECT count(*) FROM w.default.things WHERE name = 'thing 3'"))[0]);
        await host.Statements.RunAsync("DROP CATALOG w");
        await host.Statements.RunAsync("UNINSTALL CONNECTOR weather");
    }

    private static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string inherited in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(inherited);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["QE_FAST"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync() + await errors;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}");
        return output;
    }
}
