using QueryEngine.Analysis;
using QueryEngine.Connectors.Memory;
using QueryEngine.Connectors.Sqlite;
using QueryEngine.Connectors.Tpch;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Planning.Tests.Analysis;

/// <summary>An engine as far as analysis: the catalogs tpch and memory, a session, and no execution.</summary>
public sealed class TestEngine : IAsyncDisposable
{
    private readonly CatalogManager _catalogs = new([new TpchConnectorFactory(), new MemoryConnectorFactory(), new SqliteConnectorFactory(), new Optimization.ShopFactory()]);
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-plans-").FullName;

    public TestEngine(string catalog = "tpch", string schema = "tiny")
    {
        _catalogs.Create("tpch", "tpch", new Dictionary<string, string>());
        _catalogs.Create("memory", "memory", new Dictionary<string, string>());
        _catalogs.Create("lite", "sqlite", new Dictionary<string, string> { ["path"] = Path.Combine(_folder, "plans.db"), ["create-file"] = "true" });
        _catalogs.Create("shop", "shop", new Dictionary<string, string>());
        Metadata = new EngineMetadata(_catalogs, new ViewStore());
        Analyzer = new Analyzer(Metadata, FunctionCatalog.BuiltIn);
        Session = new Session("test", new QueryIdSource("test"), TimeProvider.System);
        Session.Use(catalog, schema);
    }

    public EngineMetadata Metadata { get; }

    public Analyzer Analyzer { get; }

    public Session Session { get; }

    public async Task<AnalyzedStatement> AnalyzeAsync(string sql, Parameters? parameters = null) =>
        await Analyzer.AnalyzeAsync(sql, Session.NewQuery(), parameters ?? Parameters.None, CancellationToken.None);

    /// <summary>The plan of a query as text, columns numbered in the order in which they show up.</summary>
    public async Task<string> PlanAsync(string sql, Parameters? parameters = null)
    {
        var query = Assert.IsType<AnalyzedQuery>(await AnalyzeAsync(sql, parameters));
        return PlanText.Draw(query.Plan);
    }

    public async Task<QueryException> ErrorAsync(string sql) => await Assert.ThrowsAsync<QueryException>(() => AnalyzeAsync(sql));

    /// <summary>Runs a command.</summary>
    public async Task RunAsync(string sql)
    {
        QueryContext query = Session.NewQuery();
        var command = Assert.IsAssignableFrom<AnalyzedCommand>(await Analyzer.AnalyzeAsync(sql, query, Parameters.None, CancellationToken.None));
        await command.RunAsync(new CommandContext(Session, query, Metadata), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _catalogs.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
