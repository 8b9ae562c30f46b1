using System.Collections.Frozen;
using System.ComponentModel;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using QueryEngine.Client.Services;

namespace QueryEngine.Client;

/// <summary>
/// Reads and writes connection strings: <c>Server=http://host:port;Catalog=pg;Schema=public</c> or <c>Embedded=true;Catalogs=./catalogs</c>.
/// Unknown keys are errors.
/// </summary>
public sealed class QueryEngineConnectionStringBuilder : DbConnectionStringBuilder
{
    private static readonly string[] _keys =
        ["Server", "Embedded", "Catalogs", "Catalog", "Schema", "User", "TimeZone", "Threads", "Memory", "CommandTimeout", "ApplicationName"];

    private static readonly FrozenDictionary<string, string> _synonyms = _keys.Select(key => KeyValuePair.Create(key, key)).Concat(
    [
        KeyValuePair.Create("Data Source", "Server"),
        KeyValuePair.Create("DataSource", "Server"),
        KeyValuePair.Create("Host", "Server"),
        KeyValuePair.Create("Url", "Server"),
        KeyValuePair.Create("Database", "Catalog"),
        KeyValuePair.Create("Initial Catalog", "Catalog"),
        KeyValuePair.Create("Catalog Directory", "Catalogs"),
        KeyValuePair.Create("Search Path", "Schema"),
        KeyValuePair.Create("User Id", "User"),
        KeyValuePair.Create("Username", "User"),
        KeyValuePair.Create("User Name", "User"),
        KeyValuePair.Create("UID", "User"),
        KeyValuePair.Create("Time Zone", "TimeZone"),
        KeyValuePair.Create("Memory Limit", "Memory"),
        KeyValuePair.Create("Command Timeout", "CommandTimeout"),
        KeyValuePair.Create("Application Name", "ApplicationName"),
    ]).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>An empty string.</summary>
    public QueryEngineConnectionStringBuilder()
    {
    }

    /// <summary>Reads a connection string.</summary>
    public QueryEngineConnectionStringBuilder(string? connectionString) => ConnectionString = connectionString;

    /// <summary>The coordinator's address, such as <c>http://host:8080</c>; null for the engine in this process.</summary>
    [DisplayName("Server")]
    public string? Server { get => Text("Server"); set => this["Server"] = value; }

    /// <summary>Whether statements run in this process; also so when there is no server.</summary>
    [DisplayName("Embedded")]
    public bool Embedded { get => Server is null || Flag("Embedded"); set => this["Embedded"] = value; }

    /// <summary>The directory of <c>NAME.properties</c> files that define the catalogs of an embedded engine.</summary>
    [DisplayName("Catalogs")]
    public string? Catalogs { get => Text("Catalogs"); set => this["Catalogs"] = value; }

    /// <summary>The catalog of names that say none.</summary>
    [DisplayName("Catalog")]
    public string? Catalog { get => Text("Catalog"); set => this["Catalog"] = value; }

    /// <summary>The schema of names that say none.</summary>
    [DisplayName("Schema")]
    public string? Schema { get => Text("Schema"); set => this["Schema"] = value; }

    /// <summary>The user that sources and the history of queries see; the process's own without it.</summary>
    [DisplayName("User")]
    public string User { get => Text("User") ?? Environment.UserName; set => this["User"] = value; }

    /// <summary>The session's time zone, an IANA name.</summary>
    [DisplayName("TimeZone")]
    public string? TimeZone { get => Text("TimeZone"); set => this["TimeZone"] = value; }

    /// <summary>Threads that a query of an embedded engine uses; 0 for one a processor.</summary>
    [DisplayName("Threads")]
    public int Threads { get => Number("Threads"); set => this["Threads"] = value; }

    /// <summary>What an embedded engine's queries may hold, such as <c>4GB</c>.</summary>
    [DisplayName("Memory")]
    public string? Memory { get => Text("Memory"); set => this["Memory"] = value; }

    /// <summary>Seconds that commands may take unless they say otherwise; 0, the default, for no limit.</summary>
    [DisplayName("CommandTimeout")]
    public int CommandTimeout { get => Number("CommandTimeout"); set => this["CommandTimeout"] = value; }

    /// <summary>The name that the application gives itself.</summary>
    [DisplayName("ApplicationName")]
    public string? ApplicationName { get => Text("ApplicationName"); set => this["ApplicationName"] = value; }

    /// <inheritdoc/>
    [AllowNull]
    public override object this[string keyword]
    {
        get => base[Canonical(keyword)];
        set => base[Canonical(keyword)] = Checked(Canonical(keyword), value);
    }

    /// <inheritdoc/>
    public override bool ContainsKey(string keyword) => _synonyms.TryGetValue(keyword, out string? key) && base.ContainsKey(key);

    /// <inheritdoc/>
    public override bool Remove(string keyword) => _synonyms.TryGetValue(keyword, out string? key) && base.Remove(key);

    /// <inheritdoc/>
    public override bool TryGetValue(string keyword, [NotNullWhen(true)] out object? value)
    {
        value = null;
        return _synonyms.TryGetValue(keyword, out string? key) && base.TryGetValue(key, out value);
    }

    /// <summary>What tells one engine from another.</summary>
    internal ServiceOptions ToServiceOptions()
    {
        if (Server is not null && Flag("Embedded"))
            throw new ArgumentException("a connection string has either Server or Embedded=true");
        if (Server is not { } server)
            return new ServiceOptions { CatalogDirectory = Catalogs, Threads = Threads, MemoryLimit = ByteSize.Parse(Memory ?? "0") };
        foreach (string key in (ReadOnlySpan<string>)["Catalogs", "Threads", "Memory"])
            if (ContainsKey(key))
                throw new ArgumentException($"{key} belongs to an embedded engine, and the connection string names a server");
        return new ServiceOptions { Server = ParseServer(server) };
    }

    /// <summary>The address of a server; the scheme may be missing.</summary>
    internal static Uri ParseServer(string server)
    {
        string url = server.Contains("://", StringComparison.Ordinal) ? server : "http://" + server;
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new ArgumentException($"'{server}' is not the address of a server; http://host:port is one");
    }

    private static string Canonical(string keyword) => _synonyms.TryGetValue(keyword, out string? key)
        ? key
        : throw new ArgumentException($"connection string key '{keyword}' is not known; known are {string.Join(", ", _keys)}");

    private static object? Checked(string key, object? value)
    {
        string? text = Convert.ToString(value, CultureInfo.InvariantCulture);
        if (text is null)
            return null;
        bool isRight = key switch
        {
            "Embedded" => bool.TryParse(text, out _),
            "Threads" or "CommandTimeout" => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            "Memory" => ByteSize.TryParse(text, out _),
            _ => true,
        };
        return isRight ? value : throw new ArgumentException($"connection string key '{key}' cannot be '{text}'");
    }

    private string? Text(string key) => TryGetValue(key, out object? value) && value is string { Length: > 0 } text ? text : null;

    private bool Flag(string key) => bool.TryParse(Text(key), out bool flag) && flag;

    private int Number(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
}
