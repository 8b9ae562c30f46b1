using QueryEngine.Connectors.Objects;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Server;

/// <summary>Objects and connectors of the program that hosts an engine.</summary>
public static class EngineObjects
{
    private const string CatalogName = "objects";

    /// <summary>Makes <c>objects.default.name</c> of rows that are there: the public properties of <typeparamref name="T"/> are the columns.</summary>
    public static void Register<T>(this Engine engine, string name, IEnumerable<T> rows) => Objects(engine).Add(name, rows);

    /// <summary>Makes <c>objects.default.name</c> of rows that are asked for at each scan.</summary>
    public static void Register<T>(this Engine engine, string name, Func<IAsyncEnumerable<T>> rows) => Objects(engine).Add(name, rows);

    /// <summary>Adds a kind of connector for CREATE CATALOG.</summary>
    public static void Register(this Engine engine, IConnectorFactory factory) => engine.Metadata.Catalogs.Register(factory);

    /// <summary>Forgets a table of objects; whether there was one.</summary>
    public static bool Unregister(this Engine engine, string name) => Objects(engine).Remove(name);

    private static RegisteredObjects Objects(Engine engine)
    {
        CatalogManager catalogs = engine.Metadata.Catalogs;
        lock (catalogs)
        {
            if (catalogs.Find(CatalogName) is { } catalog)
                return catalog.OpenConnector as RegisteredObjects
                    ?? throw new QueryException(ErrorCode.DuplicateCatalog, $"catalog '{CatalogName}' is another than that of registered objects");
            var objects = new RegisteredObjects();
            catalogs.Add(CatalogName, "objects", objects);
            return objects;
        }
    }
}
