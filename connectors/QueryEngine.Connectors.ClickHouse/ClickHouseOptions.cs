using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>The properties of a ClickHouse catalog, typed. Nothing of it is ever shown but the address.</summary>
internal sealed class ClickHouseOptions
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("connection-url", "A URL as clickhouse://user:password@host:port/database, instead of those that follow.") { IsSecret = true, Aliases = ["url"] },
        new("host", "The server's name or address.") { Default = "localhost" },
        new("port", "The port of its HTTP interface; 8123 by default, 8443 with TLS.") { Type = PropertyType.Integer, Min = 1, Max = 65_535 },
        new("database", "The database of statements that name none; every database is a schema of the catalog.") { Default = "default" },
        new("user", "The user.") { Default = "default", Aliases = ["connection-user"] },
        new("password", "The password.") { IsSecret = true, Aliases = ["connection-password"] },
        new("secure", "Whether to speak TLS.") { Default = "false", Type = PropertyType.Boolean },
        new("connect-timeout", "Seconds to wait for a connection.") { Default = "15", Type = PropertyType.Integer, Min = 1, Max = 1024 },
        new("max-threads", "How many threads the server uses for a query; by default as it is set up.") { Type = PropertyType.Integer, Min = 1, Max = 1024 },
        new("string-mapping", "What String is: varchar (bytes that are no UTF-8 are an error) or varbinary.") { Default = "varchar", Type = PropertyType.Choice, Choices = ["varchar", "varbinary"] },
        new("include-system-tables", "Whether the databases of the server itself are listed.") { Default = "false", Type = PropertyType.Boolean },
        new("rows-per-split", "How many rows make a split, at least.") { Default = "1000000", Type = PropertyType.Integer, Min = 1, Max = int.MaxValue },
    ];

    public required Uri Endpoint { get; init; }

    /// <summary>host:port, for messages.</summary>
    public required string Address { get; init; }

    public required string Database { get; init; }

    public required string User { get; init; }

    public required string? Password { get; init; }

    public required int ConnectTimeout { get; init; }

    public required string? MaxThreads { get; init; }

    public required bool StringIsBinary { get; init; }

    public required bool IncludesSystemTables { get; init; }

    public required int RowsPerSplit { get; init; }

    public static ClickHouseOptions Parse(PropertyBag properties)
    {
        IReadOnlyDictionary<string, string> url = properties.Find("connection-url") is { } text
            ? ParseUrl(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : throw InvalidUrl()) : new Dictionary<string, string>();
        string? Find(string name) => url.GetValueOrDefault(name) ?? properties.Find(name);

        bool isSecure = string.Equals(Find("secure"), "true", StringComparison.OrdinalIgnoreCase);
        string host = Find("host")!;
        int port = isSecure ? 8443 : 8123;
        if (Find("port") is { } number && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65_535))
            throw properties.Invalid("port", "a port");
        string name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        if (!Uri.TryCreate($"{(isSecure ? "https" : "http")}://{name}:{port}/", UriKind.Absolute, out Uri? endpoint))
            throw properties.Invalid("host", "a name or an address");
        return new ClickHouseOptions
        {
            Endpoint = endpoint,
            Address = $"{name}:{port}",
            Database = Find("database")!,
            User = Find("user")!,
            Password = Find("password"),
            ConnectTimeout = properties.GetInteger("connect-timeout", 1, 1024),
            MaxThreads = Find("max-threads"),
            StringIsBinary = string.Equals(Find("string-mapping"), "varbinary", StringComparison.OrdinalIgnoreCase),
            IncludesSystemTables = properties.GetBoolean("include-system-tables"),
            RowsPerSplit = properties.GetInteger("rows-per-split", 1, int.MaxValue),
        };
    }

    /// <summary>The properties that a URL stands for.</summary>
    public static Dictionary<string, string> ParseUrl(Uri url) => url.Scheme == "clickhouse" ? SqlUrl.ReadServer(url) : throw InvalidUrl();

    // The URL itself is not shown: it has a password in it.
    private static QueryException InvalidUrl() => new(
        ErrorCode.InvalidProperty, "the connection URL is not one of ClickHouse", "It looks like clickhouse://user:password@host:port/database.");
}
