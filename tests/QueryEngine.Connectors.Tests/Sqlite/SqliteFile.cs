using QueryEngine.Connectors.Sqlite;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Tests.Sqlite;

/// <summary>A database file in the temporary folder, deleted at the end.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("qe-sqlite-").FullName;

    public string Location => Path.Combine(_folder, "hostile ' \" name?.db");

    public void Execute(params ReadOnlySpan<string> statements)
    {
        using SqliteDatabase database = SqliteDatabase.Open(new SqliteOptions(Location, 5000, IsReadOnly: false), forWriting: true);
        foreach (string statement in statements)
            database.Execute(statement);
    }

    public async Task<IConnector> OpenAsync(params (string Name, string Value)[] properties)
    {
        var factory = new SqliteConnectorFactory();
        return await factory.CreateAsync(
            new ConnectorContext("lite"), PropertyBag.Check("sqlite", factory.Properties, [new("path", Location), .. properties.Select(property => KeyValuePair.Create(property.Name, property.Value))]), default);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
