using QueryEngine.Connectors.DuckDb;
using QueryEngine.Connectors.Tests.Servers;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.DuckDb;

/// <summary>A database file in the temporary folder, deleted at the end.</summary>
internal sealed class DuckDbFileOfTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-duckdb-").FullName;

    public string Location => Path.Combine(_folder, "hostile ' \" name.duckdb");

    public async Task<DuckDbConnector> OpenAsync(params (string Name, string Value)[] properties)
    {
        var factory = new DuckDbConnectorFactory();
        Dictionary<string, string> all = new()
        {
            ["path"] = Location,
            ["create-file"] = "true",
            ["library-path"] = await ForeignReader.FindDuckDbAsync(),
            ["threads"] = "2",
        };
        foreach ((string name, string value) in properties)
            all[name] = value;
        return (DuckDbConnector)await factory.CreateAsync(new ConnectorContext("duck"), PropertyBag.Check("duckdb", factory.Properties, all), default);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
