using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>The properties of a MariaDB or MySQL catalog, typed. Nothing of it is ever shown but the address.</summary>
internal sealed record MariaDbOptions
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("connection-url", "A URL as mariadb://user:password@host:port/database, instead of those that follow.") { IsSecret = true, Aliases = ["url"] },
        new("host", "The server's name or address.") { Default = "localhost" },
        new("port", "The server's port.") { Default = "3306", Type = PropertyType.Integer, Min = 1, Max = 65_535 },
        new("database", "The database of statements that name none; every database is a schema of the catalog."),
        new("user", "The user.") { Aliases = ["connection-user"] },
        new("password", "The password.") { IsSecret = true, Aliases = ["connection-password"] },
        new("driver", "The ODBC driver's name or file; by default MariaDB Connector/ODBC."),
        new("ssl-mode", "disable, require or verify-full.") { Default = "disable", Type = PropertyType.Choice, Choices = ["disable", "require", "verify-full"] },
        new("ssl-root-cert", "A file with the certificates that the server's must descend from."),
        new("connect-timeout", "Seconds to wait for a connection.") { Default = "15", Type = PropertyType.Integer, Min = 1, Max = 1024 },
        new("include-system-tables", "Whether the databases of the server itself are listed.") { Default = "false", Type = PropertyType.Boolean },
        new("tinyint1-as-boolean", "Whether tinyint(1) is boolean.") { Default = "true", Type = PropertyType.Boolean },
        new("special-dates", "The dates 0000-00-00 and the like: error or null.") { Default = "error", Type = PropertyType.Choice, Choices = ["error", "null"] },
        new("rows-per-split", "How many rows make a split, at least.") { Default = "50000", Type = PropertyType.Integer, Min = 1, Max = int.MaxValue },
    ];

    private static readonly string[] _drivers =
    [
        "/usr/lib/x86_64-linux-gnu/odbc/libmaodbc.so", "/usr/lib/aarch64-linux-gnu/odbc/libmaodbc.so", "/usr/lib64/libmaodbc.so", "/usr/lib/libmaodbc.so",
    ];

    public required OdbcTarget Target { get; init; }

    public required bool IncludesSystemTables { get; init; }

    public required bool TinyIsBoolean { get; init; }

    public required bool ZeroIsNull { get; init; }

    public required int RowsPerSplit { get; init; }

    public static MariaDbOptions Parse(string product, bool isMySql, PropertyBag properties)
    {
        IReadOnlyDictionary<string, string> url = properties.Find("connection-url") is { } text
            ? ParseUrl(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : throw InvalidUrl()) : new Dictionary<string, string>();
        string? Find(string name) => url.GetValueOrDefault(name) ?? properties.Find(name);

        string host = Find("host")!;
        int port = int.TryParse(Find("port"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and < 65_536
            ? number : throw properties.Invalid("port", "a port");
        string ssl = Find("ssl-mode")!;
        if (ssl is not ("disable" or "require" or "verify-full"))
            throw properties.Invalid("ssl-mode", "disable, require or verify-full");
        string connection = new OdbcConnectionString()
            .Add("DRIVER", Find("driver") ?? _drivers.FirstOrDefault(File.Exists) ?? "MariaDB Unicode")
            .Add("SERVER", host)
            .Add("PORT", port.ToString(CultureInfo.InvariantCulture))
            .Add("DATABASE", Find("database"))
            .Add("UID", Find("user") ?? throw Missing(product, "user"))
            .Add("PWD", Find("password"))
            .Add("CHARSET", "utf8mb4")
            .Add("FORWARDONLY", "1")
            .Add("NO_CACHE", "1")
            .Add("FORCETLS", ssl == "disable" ? null : "1")
            .Add("SSLCA", Find("ssl-root-cert"))
            .Add("SSLVERIFY", ssl == "verify-full" ? "1" : null)
            .ToString();
        return new MariaDbOptions
        {
            Target = new OdbcTarget(connection, $"{product} server {host}:{port}")
            {
                ConnectTimeout = properties.GetInteger("connect-timeout", 1, 1024),
                IsNarrowTextUtf8 = true,
                CodeOfNative = MariaDbErrors.CodeOf,
                Settings =
                [
                    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', "
                    + (isMySql ? "max_execution_time = 0, " : "max_statement_time = 0, ")
                    + "group_concat_max_len = 1073741824, transaction_isolation = 'REPEATABLE-READ'".Replace(
                        "transaction_isolation", isMySql ? "transaction_isolation" : "tx_isolation", StringComparison.Ordinal),
                ],
            },
            IncludesSystemTables = properties.GetBoolean("include-system-tables"),
            TinyIsBoolean = properties.GetBoolean("tinyint1-as-boolean"),
            ZeroIsNull = properties.Get("special-dates").ToLowerInvariant() switch
            {
                "null" => true,
                "error" => false,
                _ => throw properties.Invalid("special-dates", "error or null"),
            },
            RowsPerSplit = properties.GetInteger("rows-per-split", 1, int.MaxValue),
        };
    }

    /// <summary>The properties that a URL stands for.</summary>
    public static Dictionary<string, string> ParseUrl(Uri url) => url.Scheme is "mariadb" or "mysql" ? SqlUrl.ReadServer(url) : throw InvalidUrl();

    // The URL itself is not shown: it has a password in it.
    private static QueryException InvalidUrl() => new(
        ErrorCode.InvalidProperty, "the connection URL is not one of MariaDB or MySQL", "It looks like mariadb://user:password@host:port/database.");

    private static QueryException Missing(string product, string name) => new(
        ErrorCode.InvalidProperty, $"{product} needs property '{name}'", "Give it as a property or in the connection URL.");
}
