using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Extensibility.Tests.HotLoading;

/// <summary>
/// INSTALL CONNECTOR, use, UNINSTALL CONNECTOR, in this process and on a cluster. The connector is built against version 1.0 of the SPI (tests/Sample.Connector/README.md).
/// </summary>
[Collection(nameof(HotLoadingTests))]
public sealed class HotLoadingTests : IDisposable
{
    private readonly SampleFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_connector_of_version_1_0_is_installed_used_and_gone()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [_files.Folder] }, default);

        await UseAsync(host.Statements, _files.Assembly);

        await SampleFiles.AssertGoneAsync();
        Assert.Equal(ErrorCode.UndefinedObject, (await host.Statements.FailAsync("CREATE CATALOG numbers USING sample")).Code);
    }

    [Fact]
    public async Task A_package_is_installed_again_and_again()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [_files.Folder] }, default);

        for (int round = 0; round < 3; round++)
            await UseAsync(host.Statements, _files.Package);

        await SampleFiles.AssertGoneAsync();
    }

    [Fact]
    public async Task Workers_fetch_a_connector_and_let_go_of_it()
    {
        var hosted = new EngineHostOptions { AllowsPaths = false, ConnectorFolders = [_files.Folder] };
        await using ServerHost coordinator = await ServerHost.StartAsync(new ServerOptions { IsCoordinator = true, Host = hosted }, default);
        await using ServerHost worker = await ServerHost.StartAsync(
            new ServerOptions { IsWorker = true, CoordinatorUrl = coordinator.Address, Host = new EngineHostOptions { AllowsPaths = false } }, default);
        await using var statements = new RemoteStatementService(coordinator.Address);
        while ((long)(await statements.RunAsync("SELECT count(*) FROM system.runtime.nodes"))[0][0]! < 2)
            await Task.Delay(100);

        List<object?[]> nodes = await UseAsync(statements, _files.Assembly);

        Assert.Contains(nodes, row => ((string)row[0]!).StartsWith("worker", StringComparison.Ordinal));
        await SampleFiles.AssertGoneAsync();
    }

    [Fact]
    public async Task A_connector_with_catalogs_stays()
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [_files.Folder] }, default);
        await host.Statements.RunAsync($"INSTALL CONNECTOR '{_files.Assembly}'");
        await host.Statements.RunAsync("CREATE CATALOG numbers USING sample");

        QueryException used = await host.Statements.FailAsync("UNINSTALL CONNECTOR sample");
        QueryException twice = await host.Statements.FailAsync($"INSTALL CONNECTOR '{_files.Assembly}'");
        QueryException engine = await host.Statements.FailAsync("UNINSTALL CONNECTOR sqlite");

        Assert.Equal((ErrorCode.DependentObjects, "DROP CATALOG numbers first."), (used.Code, used.Hint));
        Assert.Equal(ErrorCode.DuplicateObject, twice.Code);
        Assert.Equal("connector 'sqlite' is part of the engine", engine.Message);
        await host.Statements.RunAsync("UNINSTALL CONNECTOR IF EXISTS nothing");
    }

    [Fact]
    public async Task Connectors_come_only_from_below_the_allowed_folders()
    {
        string inside = Directory.CreateDirectory(Path.Combine(_files.Folder, "inside")).FullName;
        File.CreateSymbolicLink(Path.Combine(inside, "link.dll"), _files.Assembly);
        await using EngineHost closed = await EngineHost.StartAsync(new EngineHostOptions { AllowsPaths = false }, default);
        await using EngineHost jailed = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [inside] }, default);

        Assert.Equal("connectors cannot be installed here", (await closed.Statements.FailAsync($"INSTALL CONNECTOR '{_files.Assembly}'")).Message);
        foreach (string path in (string[])[_files.Assembly, $"{inside}/../Sample.Connector.dll", $"{inside}/link.dll", _files.Folder])
            Assert.Equal(ErrorCode.AccessDenied, (await jailed.Statements.FailAsync($"INSTALL CONNECTOR '{path}'")).Code);
        Assert.Equal(ErrorCode.FileNotFound, (await jailed.Statements.FailAsync($"INSTALL CONNECTOR '{inside}/none.dll'")).Code);
    }

    [Fact]
    public async Task What_is_no_connector_is_an_error()
    {
        string broken = Path.Combine(_files.Folder, "broken");
        Directory.CreateDirectory(broken);
        await File.WriteAllTextAsync(Path.Combine(broken, "Broken.dll"), "no assembly");
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions { ConnectorFolders = [_files.Folder] }, default);

        Assert.Equal(ErrorCode.InvalidData, (await host.Statements.FailAsync($"INSTALL CONNECTOR '{broken}'")).Code);
        Assert.Equal(ErrorCode.InvalidData, (await host.Statements.FailAsync($"INSTALL CONNECTOR '{Directory.CreateDirectory(Path.Combine(_files.Folder, "empty")).FullName}'")).Code);
    }

    // By itself, so that no local variable keeps anything.
    private static async Task<List<object?[]>> UseAsync(IStatementService statements, string path)
    {
        await statements.RunAsync($"INSTALL CONNECTOR '{path}'");
        Assert.Equal("Numbers from zero, cut into splits.", Assert.Single(await statements.RunAsync("SHOW CONNECTORS LIKE 'sample'"))[5]);
        await statements.RunAsync("CREATE CATALOG numbers USING sample WITH (count = '5000')");
        object?[] sums = Assert.Single(await statements.RunAsync("SELECT count(*), sum(number), count(word) FROM numbers.default.numbers WHERE number >= 0"));
        Assert.Equal([5000L, 12_497_500L, 4500L], sums);
        Assert.Equal(7, (await statements.RunAsync("SELECT * FROM numbers.default.numbers LIMIT 7")).Count);
        Assert.Equal(300L, Assert.Single(await statements.RunAsync("SELECT count(*) FROM TABLE(source('sample://300'))"))[0]);
        List<object?[]> nodes = await statements.RunAsync("SELECT node, count(*) FROM numbers.default.numbers GROUP BY 1");
        Assert.True(SampleFiles.Loaded() > 0);
        await statements.RunAsync("DROP CATALOG numbers");
        await statements.RunAsync("UNINSTALL CONNECTOR sample");
        return nodes;
    }
}
