using System.Collections.Concurrent;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>
/// The catalogs of an engine and the factories that make them. Catalogs come from properties, from files, from URLs, or ready-made; their
/// connectors are made at first use. Thread-safe.
/// </summary>
public sealed class CatalogManager : IAsyncDisposable
{
    /// <summary>The key of a properties file that names the connector.</summary>
    public const string ConnectorKey = "connector.name";

    private readonly ConcurrentDictionary<string, IConnectorFactory> _factories = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Catalog> _catalogs = new(StringComparer.Ordinal);
    private readonly Func<string, ConnectorContext> _context;

    /// <summary>Makes a manager; <paramref name="context"/> gives what a connector is told besides its properties, by catalog name.</summary>
    public CatalogManager(IEnumerable<IConnectorFactory> factories, Func<string, ConnectorContext>? context = null)
    {
        _context = context ?? (name => new ConnectorContext(name));
        (Packages, Urls) = (new ConnectorPackages(this), new UrlCatalogs(this));
        foreach (IConnectorFactory factory in factories)
            Register(factory);
    }

    /// <summary>How long a question to a source may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connectors that come and go while the engine runs.</summary>
    public ConnectorPackages Packages { get; private init; }

    /// <summary>The folders below which they may be; empty when none may be installed.</summary>
    public IReadOnlyList<string> ConnectorRoots { get => Packages.Roots; init => Packages = new ConnectorPackages(this) { Roots = value }; }

    /// <summary>The catalogs of URLs in statements.</summary>
    public UrlCatalogs Urls { get; }

    /// <summary>The factories, by name.</summary>
    public IReadOnlyList<IConnectorFactory> Factories => [.. _factories.Values.OrderBy(factory => factory.Name, StringComparer.Ordinal)];

    /// <summary>The catalogs that lists show, by name.</summary>
    public IReadOnlyList<Catalog> Catalogs => [.. All.Where(catalog => !catalog.IsHidden)];

    /// <summary>Every catalog, hidden ones too, by name.</summary>
    public IReadOnlyList<Catalog> All => [.. _catalogs.Values.OrderBy(catalog => catalog.Name, StringComparer.Ordinal)];

    /// <summary>Adds a kind of connector.</summary>
    public void Register(IConnectorFactory factory)
    {
        if (!_factories.TryAdd(factory.Name, factory))
            throw new QueryException(ErrorCode.DuplicateObject, $"there are two connectors named '{factory.Name}'");
    }

    /// <summary>Whether there is a connector of that name.</summary>
    public bool HasFactory(string name) => _factories.ContainsKey(name);

    /// <summary>The factory of that name.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT, with a suggestion.</exception>
    public IConnectorFactory GetFactory(string name) =>
        _factories.GetValueOrDefault(name) ?? throw new QueryException(
            ErrorCode.UndefinedObject,
            $"there is no connector '{name}'",
            Suggestion.DidYouMean(name, _factories.Keys) ?? $"There are {string.Join(", ", Factories.Select(factory => factory.Name))}.");

    /// <summary>Makes a catalog; its properties are checked now, its source is reached at first use. Returns whether it is new.</summary>
    public bool Create(string name, string connector, IReadOnlyDictionary<string, string> properties, bool ifNotExists = false, bool isHidden = false)
    {
        CheckName(name);
        IConnectorFactory factory = GetFactory(connector);
        PropertyBag bag = PropertyBag.Check($"connector {factory.Name}", factory.Properties, properties);
        var definition = new CatalogDefinition(name, factory.Name, properties);
        return Add(
            new Catalog(definition, token => factory.CreateAsync(_context(name), bag, token), TimeOf(name)) { IsHidden = isHidden, Patience = Patience }, ifNotExists);
    }

    /// <summary>Makes a catalog from a connection URL, by the factory that knows its scheme.</summary>
    public bool CreateFromUrl(string name, string url, bool ifNotExists = false)
    {
        ConnectionTarget target = ParseUrl(url);
        return Create(name, target.Connector, target.Properties, ifNotExists);
    }

    /// <summary>
    /// What a connection URL stands for: <c>${ENV:NAME}</c> is an environment variable; <c>table</c> and <c>schema</c>, unless the connector has properties of that
    /// name, are a table; other options are properties. The URL itself stays out of messages: it may hold a password.
    /// </summary>
    /// <exception cref="QueryException">INVALID_PROPERTY, UNDEFINED_OBJECT.</exception>
    public ConnectionTarget ParseUrl(string text)
    {
        if (!Uri.TryCreate(PropertiesFile.Expand("the connection URL", text), UriKind.Absolute, out Uri? url))
            throw new QueryException(
                ErrorCode.InvalidProperty, "the connection URL cannot be read", "It looks like scheme://user:password@host:port/database.");
        IConnectorFactory factory = _factories.Values.FirstOrDefault(factory => factory.UrlSchemes.Contains(url.Scheme))
            ?? throw new QueryException(
                ErrorCode.UndefinedObject,
                $"no connector knows connection URLs of '{url.Scheme}'",
                Suggestion.DidYouMean(url.Scheme, _factories.Values.SelectMany(factory => factory.UrlSchemes)));
        var properties = new Dictionary<string, string>(factory.ParseUrl(url), StringComparer.OrdinalIgnoreCase);
        string? table = Take("table");
        string? schema = Take("schema");
        if (schema is null && table?.Split('.') is [var first, var second])
            (schema, table) = (first, second);
        return new ConnectionTarget(factory.Name, properties, schema, table);

        string? Take(string option) => !factory.Properties.Any(spec => spec.Matches(option)) && properties.Remove(option, out string? value) ? value : null;
    }

    /// <summary>Adds a catalog whose connector is there already, and disposes it with the manager.</summary>
    public void Add(string name, string connectorName, IConnector connector, bool isHidden = false)
    {
        CheckName(name);
        var definition = new CatalogDefinition(name, connectorName, new Dictionary<string, string>());
        Add(new Catalog(definition, _ => ValueTask.FromResult(connector), TimeOf(name), connector) { IsHidden = isHidden }, ifNotExists: false);
    }

    /// <summary>
    /// Makes a catalog of every <c>NAME.properties</c> file of a folder. A file that is wrong gives a catalog whose use is an error; the
    /// errors are returned too, for the log.
    /// </summary>
    public async Task<IReadOnlyList<QueryException>> LoadDirectoryAsync(string folder, CancellationToken cancellationToken)
    {
        var errors = new List<QueryException>();
        foreach (string path in Directory.EnumerateFiles(folder, "*.properties").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            string? connector = null;
            try
            {
                Dictionary<string, string> properties = await PropertiesFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
                if (!properties.Remove(ConnectorKey, out connector))
                    throw new QueryException(ErrorCode.InvalidProperty, $"{path} does not say '{ConnectorKey}=...'");
                Create(name, connector, properties);
            }
            catch (QueryException error)
            {
                errors.Add(new QueryException(error.Code, $"catalog '{name}': {error.Message}", error.Hint, error));
                var definition = new CatalogDefinition(name, connector ?? "unknown", new Dictionary<string, string>());
                _catalogs.TryAdd(name, new Catalog(definition, _ => throw error, TimeOf(name)) { Error = error });
            }
        }

        return errors;
    }

    /// <summary>Drops a catalog; returns whether there was one.</summary>
    public async ValueTask<bool> DropAsync(RequestedName name, bool ifExists)
    {
        Catalog? catalog = ifExists ? Find(name) : Get(name);
        if (catalog is null || !_catalogs.TryRemove(catalog.Name, out _))
            return false;
        await catalog.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>The catalog that is meant, or null.</summary>
    public Catalog? Find(RequestedName name) =>
        name.Choose(_catalogs.Keys) is { } key ? _catalogs.GetValueOrDefault(key) : null;

    /// <summary>The catalog of just this name, or null.</summary>
    public Catalog? Find(string name) => _catalogs.GetValueOrDefault(name);

    /// <summary>The catalog that is meant.</summary>
    /// <exception cref="QueryException">CATALOG_NOT_FOUND, with a suggestion.</exception>
    public Catalog Get(RequestedName name) =>
        Find(name) ?? throw new QueryException(
            ErrorCode.UndefinedCatalog,
            $"catalog '{name}' does not exist",
            Suggestion.DidYouMean(name.Text, Catalogs.Select(catalog => catalog.Name)));

    /// <summary>The catalog of just this name.</summary>
    public Catalog Get(string name) => Get(new RequestedName(name, IsExact: true));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (string name in _catalogs.Keys)
            if (_catalogs.TryRemove(name, out Catalog? catalog))
                await catalog.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Removes a kind of connector.</summary>
    internal void Unregister(string name) => _factories.TryRemove(name, out _);

    /// <summary>Removes a catalog without closing it.</summary>
    internal Catalog? Take(string name) => _catalogs.TryRemove(name, out Catalog? catalog) ? catalog : null;

    private static void CheckName(string name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 128)
            throw new QueryException(ErrorCode.InvalidName, $"'{name}' is not a name for a catalog");
    }

    private TimeProvider TimeOf(string name) => _context(name).Time;

    private bool Add(Catalog catalog, bool ifNotExists)
    {
        if (_catalogs.TryAdd(catalog.Name, catalog))
            return true;
        return ifNotExists ? false : throw new QueryException(ErrorCode.DuplicateCatalog, $"catalog '{catalog.Name}' already exists");
    }
}
