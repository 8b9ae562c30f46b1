using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>
/// INSTALL CONNECTOR and UNINSTALL CONNECTOR: connectors that come while the engine runs, from below the folders that are allowed, and go again. Workers fetch
/// them from the coordinator when a task needs them. Thread-safe.
/// </summary>
public sealed class ConnectorPackages(CatalogManager catalogs)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadedConnectors> _packages = new(StringComparer.Ordinal);

    /// <summary>The folders below which connectors may be; empty when none may be installed.</summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>Ids of the packages that are installed.</summary>
    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_gate)
                return [.. _packages.Keys];
        }
    }

    /// <summary>Installs the connectors of a file or folder; their names.</summary>
    public async Task<IReadOnlyList<string>> InstallAsync(string path, CancellationToken cancellationToken)
    {
        ConnectorPackage package = await ConnectorPackage.ReadAsync(Allowed(path), cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_packages.TryGetValue(package.Id, out LoadedConnectors? known))
                throw new QueryException(ErrorCode.DuplicateObject, $"'{path}' is installed: {Names(known)}", "UNINSTALL CONNECTOR first.");
            LoadedConnectors loaded = LoadedConnectors.Load(package);
            string[] names = [.. loaded.Factories.Select(factory => factory.Name)];
            if (names.FirstOrDefault(name => catalogs.HasFactory(name)) is { } taken)
            {
                loaded.Unload();
                throw new QueryException(ErrorCode.DuplicateObject, $"there is a connector '{taken}' already", "UNINSTALL CONNECTOR first.");
            }

            foreach (IConnectorFactory factory in loaded.Factories)
                catalogs.Register(factory);
            _packages.Add(package.Id, loaded);
            return names;
        }
    }

    /// <summary>Removes the package of a connector and unloads it; whether there was one.</summary>
    /// <exception cref="QueryException">DEPENDENT_OBJECTS_STILL_EXIST when there are catalogs of it.</exception>
    public bool Uninstall(string connector, bool ifExists)
    {
        lock (_gate)
        {
            if (Find(connector) is not { } package)
            {
                if (ifExists)
                    return false;
                throw new QueryException(
                    ErrorCode.UndefinedObject, catalogs.HasFactory(connector) ? $"connector '{connector}' is part of the engine" : $"there is no connector '{connector}'");
            }

            string[] names = [.. package.Factories.Select(factory => factory.Name)];
            if (catalogs.All.Where(catalog => names.Contains(catalog.ConnectorName)).Select(catalog => catalog.Name).ToArray() is { Length: > 0 } users)
                throw new QueryException(ErrorCode.DependentObjects, $"connector '{connector}' is used by {string.Join(", ", users)}", $"DROP CATALOG {users[0]} first.");
            foreach (string name in names)
                catalogs.Unregister(name);
            _packages.Remove(package.Package.Id);
            package.Unload();
            return true;
        }
    }

    /// <summary>The id of the package that a connector came with; null for one of the engine.</summary>
    public string? PackageOf(string connector)
    {
        lock (_gate)
            return Find(connector)?.Package.Id;
    }

    /// <summary>A package that is installed, or null.</summary>
    public ConnectorPackage? Get(string id)
    {
        lock (_gate)
            return _packages.GetValueOrDefault(id)?.Package;
    }

    private static string Names(LoadedConnectors loaded) => string.Join(", ", loaded.Factories.Select(factory => factory.Name));

    private LoadedConnectors? Find(string connector) =>
        _packages.Values.FirstOrDefault(package => package.Factories.Any(factory => factory.Name.Equals(connector, StringComparison.OrdinalIgnoreCase)));

    // Links are followed first: one inside may lead outside.
    private string Allowed(string path)
    {
        if (Roots.Count == 0)
            throw new QueryException(ErrorCode.AccessDenied, "connectors cannot be installed here", "Start the server with --connector-folder.");
        string full = Resolve(Path.GetFullPath(path));
        foreach (string root in Roots)
        {
            string folder = Path.TrimEndingDirectorySeparator(Resolve(Path.GetFullPath(root)));
            if (full == folder || full.StartsWith(folder.Length == 1 ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                return full;
        }

        throw new QueryException(ErrorCode.AccessDenied, $"'{path}' is outside the folders of connectors");
    }

    private static string Resolve(string path)
    {
        string resolved = Path.GetPathRoot(path)!;
        foreach (string part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            FileSystemInfo info = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                resolved = target.FullName;
        }

        return resolved;
    }
}
