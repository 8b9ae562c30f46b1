using QueryEngine.Cluster.Statements;
using QueryEngine.Server;
using QueryEngine.Slt.Tests.Format;
using QueryEngine.Slt.Tests.Running;
using Xunit;
using Xunit.Abstractions;

namespace QueryEngine.Slt.Tests.Tpch;

/// <summary>The 22 queries of TPC-H against published answers: embedded and on a cluster, on generated rows and on the same rows in every kind of source.</summary>
[Collection(ClusterCollection.Name)]
public class TpchTests(ClusterProcesses cluster, TpchSources sources, ITestOutputHelper output) : IClassFixture<TpchSources>
{
    private const string Small = "tpch-sf0.01.slt";
    private const string Large = "tpch-sf1.slt";

    /// <summary>What every run checks, and with <c>QE_TPCH_LARGE=1</c>, for some minutes more, scale factor 1 in the slower sources too.</summary>
    public static TheoryData<string, string, string> Sources
    {
        get
        {
            var data = new TheoryData<string, string, string>
            {
                { Small, "tpch", "tiny" },
                { Small, "tpch_parquet", "default" },
                { Small, "tpch_csv", "default" },
                { Small, "tpch_sqlite", "main" },
                { Small, "tpch_postgres", "public" },
                { Large, "tpch", "sf1" },
                { Large, "tpch_parquet1", "default" },
            };
            foreach ((string catalog, string schema) in TpchSources.SlowCatalogs)
                data.Add(Large, catalog, schema);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task All_answers_are_the_published_ones_embedded(string answers, string catalog, string schema)
    {
        await using EngineHost host = await EngineHost.StartAsync(new EngineHostOptions(), CancellationToken.None);
        await CheckAsync(host.Statements, answers, catalog, schema);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task All_answers_are_the_published_ones_on_a_cluster(string answers, string catalog, string schema) =>
        await CheckAsync(cluster.Statements, answers, catalog, schema);

    private async Task CheckAsync(IStatementService service, string answers, string catalog, string schema)
    {
        if (SharedData.Conformance is not { } folder)
        {
            output.WriteLine("the public corpora are not here: nothing was checked");
            return;
        }

        var session = new SltSession(service, new SessionSettings("test"));
        if (sources.Urls.TryGetValue(catalog, out string? url))
            await session.RunAsync($"CREATE CATALOG {catalog} FROM '{url}'", CancellationToken.None);
        SltFile queries = SltParser.Read(Path.Combine(folder, "tpch", answers));
        List<SltOutcome> outcomes = await SltRunner.RunAsync(queries, service, new SessionSettings("test") { Catalog = catalog, Schema = schema });
        if (url is not null)
            await session.RunAsync($"DROP CATALOG {catalog}", CancellationToken.None);

        Assert.Equal(22, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.True(outcome.Passed, outcome.ToString()));
    }
}
