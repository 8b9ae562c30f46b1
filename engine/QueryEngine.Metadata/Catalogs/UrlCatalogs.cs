using System.Security.Cryptography;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>
/// The catalogs of <c>TABLE(source('url'))</c> and <c>TABLE(sink('url'))</c>: hidden, one a URL, for as long as some query uses it. Thread-safe.
/// </summary>
public sealed class UrlCatalogs(CatalogManager catalogs)
{
    /// <summary>The first part of a name whose second part is a connection URL.</summary>
    public const string NamePart = "$url";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _users = new(StringComparer.Ordinal);

    /// <summary>The catalog of a URL, made where there is none, and the table that the URL names.</summary>
    /// <exception cref="QueryException">INVALID_PROPERTY when the URL names no table.</exception>
    public TargetName Open(string url, string queryId)
    {
        ConnectionTarget target = catalogs.ParseUrl(url);
        if (target.Table is not { } table)
            throw new QueryException(ErrorCode.InvalidProperty, "the connection URL names no table", "Add ?table=name, and &schema=name where it is not the usual one.");
        string name = $"{NamePart}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))[..16]}";
        lock (_gate)
        {
            catalogs.Create(name, target.Connector, target.Properties, ifNotExists: true, isHidden: true);
            if (!_users.TryGetValue(name, out HashSet<string>? users))
                _users.Add(name, users = new HashSet<string>(StringComparer.Ordinal));
            users.Add(queryId);
        }

        string schema = target.Schema ?? catalogs.GetFactory(target.Connector).Manifest.DefaultSchema;
        return new TargetName(catalogs.Get(name), new RequestedName(schema), new RequestedName(table));
    }

    /// <summary>A query has ended: catalogs that no other uses go.</summary>
    public async ValueTask ReleaseAsync(string queryId)
    {
        List<Catalog> unused = [];
        lock (_gate)
        {
            if (_users.Count == 0)
                return;
            foreach ((string name, HashSet<string> users) in _users)
                if (users.Remove(queryId) && users.Count == 0 && catalogs.Take(name) is { } catalog)
                    unused.Add(catalog);
            foreach (Catalog catalog in unused)
                _users.Remove(catalog.Name);
        }

        foreach (Catalog catalog in unused)
            await catalog.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>What a connection URL stands for: a catalog, and perhaps a table of it.</summary>
public sealed record ConnectionTarget(string Connector, IReadOnlyDictionary<string, string> Properties, string? Schema, string? Table)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Connector} {Schema}.{Table}";
}
