using System.Reflection;
using System.Runtime.Loader;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>The connectors of a package, in a load context of their own: two packages may bring two versions of a library, and unloading gives all of it back.</summary>
public sealed class LoadedConnectors
{
    private readonly PackageContext _context;

    private LoadedConnectors(ConnectorPackage package, PackageContext context, IReadOnlyList<IConnectorFactory> factories) =>
        (Package, _context, Factories) = (package, context, factories);

    /// <summary>What was loaded.</summary>
    public ConnectorPackage Package { get; }

    /// <summary>The connectors.</summary>
    public IReadOnlyList<IConnectorFactory> Factories { get; private set; }

    /// <summary>Loads the connectors of a package: its public classes that make catalogs and need nothing to be made themselves.</summary>
    /// <exception cref="QueryException">INVALID_DATA when there is none, or it cannot be loaded.</exception>
    public static LoadedConnectors Load(ConnectorPackage package)
    {
        var context = new PackageContext(package);
        try
        {
            List<IConnectorFactory> factories = [];
            foreach (Assembly assembly in package.Main.Where(name => !PackageContext.IsShared(name)).Select(name => context.LoadFromAssemblyName(new AssemblyName(name))))
                foreach (Type type in assembly.GetExportedTypes())
                    if (typeof(IConnectorFactory).IsAssignableFrom(type) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
                        factories.Add((IConnectorFactory)Activator.CreateInstance(type)!);
            return factories.Count > 0
                ? new LoadedConnectors(package, context, factories)
                : throw new QueryException(ErrorCode.InvalidData, package.Main.Count == 0 ? "there is no assembly" : $"{string.Join(", ", package.Main)} has no connector", "A connector is a public class that implements IConnectorFactory.");
        }
        catch (Exception error)
        {
            context.Unload();
            if (error is QueryException)
                throw;
            throw new QueryException(ErrorCode.InvalidData, $"{string.Join(", ", package.Main)} cannot be loaded: {(error as TargetInvocationException)?.InnerException?.Message ?? error.Message}");
        }
    }

    /// <summary>Lets everything go. Memory is free when nobody uses a catalog of it any more.</summary>
    public void Unload()
    {
        Factories = [];
        _context.Unload();
    }

    private sealed class PackageContext(ConnectorPackage package) : AssemblyLoadContext($"connector {package.Id}", isCollectible: true)
    {
        /// <summary>What the engine itself has loaded is one and the same for all: the interfaces must be.</summary>
        public static bool IsShared(string name) =>
            name.StartsWith("QueryEngine", StringComparison.Ordinal) && Default.Assemblies.Any(assembly => assembly.GetName().Name == name);

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            string name = assemblyName.Name ?? "";
            if (IsShared(name) || !package.Assemblies.TryGetValue(name, out byte[]? bytes))
                return null;
            using var stream = new MemoryStream(bytes, writable: false);
            return LoadFromStream(stream);
        }
    }
}
