using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using QueryEngine.Tests.Servers;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>Catalogs that are written, embedded.</summary>
public sealed class CatalogFilesTests(EmbeddedEngine engine) : CatalogFiles, IClassFixture<EmbeddedEngine>
{
    protected override IStatementService Statements => engine.Host.Statements;
}

/// <summary>Catalogs that are written by several workers.</summary>
public sealed class CatalogFilesOnClusterTests(ClusterProcesses cluster) : CatalogFiles, IClassFixture<ClusterProcesses>
{
    protected override IStatementService Statements => cluster.Statements;
}

/// <summary>The SQL specification of catalogs that are written: files of <c>tests/sql-catalogs</c> in a folder of their own.</summary>
public abstract class CatalogFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("catalogs").FullName;

    protected abstract IStatementService Statements { get; }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Files()
    {
        string root = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;

        List<SltOutcome> outcomes = await RunAsync("files.slt", ("{folder}", root));

        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
        Assert.Equal([root], Directory.GetDirectories(_folder));
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories), entry => Path.GetFileName(entry)[0] == '.');
    }

    [Fact]
    public async Task Sqlite()
    {
        string file = Path.Combine(_folder, "a 'b.db");
        await File.WriteAllBytesAsync(file, []);

        List<SltOutcome> outcomes = await RunAsync("sqlite.slt", ("{file}", file.Replace("'", "''", StringComparison.Ordinal)));

        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
        Assert.Equal(["a 'b.db", "sqlite.slt"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Postgresql()
    {
        var server = new PostgresServer();
        await server.InitializeAsync();
        try
        {
            List<SltOutcome> outcomes = await RunAsync("postgresql.slt", ("{url}", server.Url.Replace("'", "''", StringComparison.Ordinal)));

            Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
            Assert.Equal(0L, await server.QueryAsync<long>("SELECT count(*) FROM pg_class WHERE relname LIKE 'qe\\_staged%'"));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<List<SltOutcome>> RunAsync(string file, params (string Name, string Value)[] places)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "tests/sql-catalogs", file));
        foreach ((string name, string value) in places)
            text = text.Replace(name, value, StringComparison.Ordinal);
        string copy = Path.Combine(_folder, file);
        await File.WriteAllTextAsync(copy, text);

        List<SltOutcome> outcomes = await SltRunner.RunAsync(SltParser.Read(copy), Statements);

        Assert.NotEmpty(outcomes);
        return outcomes;
    }
}
