using Npgsql;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>What a numeric is that no decimal holds for certain.</summary>
internal enum UnboundedNumeric
{
    /// <summary>A number of any size.</summary>
    Exact,

    /// <summary>A decimal of 38 digits.</summary>
    Decimal,

    /// <summary>Its text.</summary>
    Text,
}

/// <summary>The properties of a PostgreSQL catalog, typed. Nothing of it is ever shown but the address.</summary>
internal sealed record PostgresOptions
{
    public static readonly IReadOnlyList<PropertySpec> Properties =
    [
        new("connection-url", "A URL as postgresql://user:password@host:port/database, instead of the five that follow.") { IsSecret = true, Aliases = ["url"] },
        new("host", "The server's name or address, or the folder of its socket.") { Default = "localhost" },
        new("port", "The server's port.") { Default = "5432", Type = PropertyType.Integer, Min = 1, Max = 65_535 },
        new("database", "The database: a catalog shows one."),
        new("user", "The user.") { Aliases = ["connection-user"] },
        new("password", "The password.") { IsSecret = true, Aliases = ["connection-password"] },
        new("ssl-mode", "disable, allow, prefer, require, verify-ca or verify-full.") { Default = "prefer", Type = PropertyType.Choice, Choices = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] },
        new("ssl-root-cert", "A file with the certificates that the server's must descend from."),
        new("application-name", "What the server calls our sessions.") { Default = "QueryEngine" },
        new("connect-timeout", "Seconds to wait for a connection.") { Default = "15", Type = PropertyType.Integer, Min = 1, Max = 1024 },
        new("max-connections", "The most connections of a node to the server.") { Default = "64", Type = PropertyType.Integer, Min = 1, Max = 1024 },
        SqlAccess.ReadOnly,
        new("include-system-tables", "Whether pg_catalog and information_schema of the source are listed.") { Default = "false", Type = PropertyType.Boolean },
        new("decimal-mapping", "What numeric without a precision is: numeric of any size, decimal or varchar.") { Default = "numeric", Type = PropertyType.Choice, Choices = ["numeric", "decimal", "varchar"] },
        new("decimal-default-scale", "Digits after the point of such a decimal(38, scale).") { Default = "10", Type = PropertyType.Integer, Min = 0, Max = DecimalType.MaxPrecision },
        new("decimal-rounding-mode", "A number with more digits after the point: unnecessary (an error) or half-up.") { Default = "unnecessary", Type = PropertyType.Choice, Choices = ["unnecessary", "half-up"] },
        new("array-mapping", "What arrays are: array or varchar.") { Default = "array", Type = PropertyType.Choice, Choices = ["array", "varchar"] },
        new("interval-mapping", "What interval without fields is: varchar, or day-to-second (months are an error).") { Default = "varchar", Type = PropertyType.Choice, Choices = ["varchar", "day-to-second"] },
        new("special-dates", "The dates infinity and -infinity: error or null.") { Default = "error", Type = PropertyType.Choice, Choices = ["error", "null"] },
        new("string-pushdown-with-collate", "Whether the source orders text by COLLATE \"C\", which uses no other index.") { Default = "false", Type = PropertyType.Boolean },
        new("snapshot-export", "Whether all splits of a scan read one exported snapshot.") { Default = "true", Type = PropertyType.Boolean },
        new("pages-per-split", "How many pages of 8 KiB make a split, at least.") { Default = "1024", Type = PropertyType.Integer, Min = 1, Max = int.MaxValue },
    ];

    public required string ConnectionString { get; init; }

    /// <summary>host:port/database, for messages.</summary>
    public required string Address { get; init; }

    /// <summary>Whether nothing is to be changed; the server refuses it too.</summary>
    public required bool IsReadOnly { get; init; }

    public required bool IncludeSystemTables { get; init; }

    public required UnboundedNumeric UnboundedNumeric { get; init; }

    public required int DefaultScale { get; init; }

    public required bool RoundsNumeric { get; init; }

    public required bool ArrayIsText { get; init; }

    public required bool IntervalIsText { get; init; }

    public required bool InfinityIsNull { get; init; }

    public required bool CollatesText { get; init; }

    public required bool ExportsSnapshots { get; init; }

    public required int PagesPerSplit { get; init; }

    public static PostgresOptions Parse(PropertyBag properties)
    {
        IReadOnlyDictionary<string, string> url = properties.Find("connection-url") is { } text
            ? ParseUrl(Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) ? uri : throw InvalidUrl()) : new Dictionary<string, string>();
        string? Find(string name) => url.GetValueOrDefault(name) ?? properties.Find(name);

        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = Find("host"),
            Port = int.TryParse(Find("port"), out int port) && port is > 0 and < 65_536 ? port : throw properties.Invalid("port", "a port"),
            Database = Find("database") ?? throw Missing("database"),
            Username = Find("user") ?? throw Missing("user"),
            Password = Find("password"),
            SslMode = Find("ssl-mode") switch
            {
                "disable" => SslMode.Disable,
                "allow" => SslMode.Allow,
                "prefer" => SslMode.Prefer,
                "require" => SslMode.Require,
                "verify-ca" => SslMode.VerifyCA,
                "verify-full" => SslMode.VerifyFull,
                _ => throw properties.Invalid("ssl-mode", "disable, allow, prefer, require, verify-ca or verify-full"),
            },
            RootCertificate = Find("ssl-root-cert"),
            ApplicationName = Find("application-name"),
            Timeout = properties.GetInteger("connect-timeout", 1, 1024),
            CommandTimeout = 0,
            MaxPoolSize = properties.GetInteger("max-connections", 1, 1024),
            Timezone = "UTC",
            Options = properties.GetBoolean(SqlAccess.ReadOnly.Name) ? "-c default_transaction_read_only=on" : null,
        };
        return new PostgresOptions
        {
            ConnectionString = connection.ConnectionString,
            Address = $"{connection.Host}:{connection.Port}/{connection.Database}",
            IsReadOnly = properties.GetBoolean(SqlAccess.ReadOnly.Name),
            IncludeSystemTables = properties.GetBoolean("include-system-tables"),
            UnboundedNumeric = properties.Get("decimal-mapping").ToLowerInvariant() switch
            {
                "numeric" => UnboundedNumeric.Exact,
                "decimal" => UnboundedNumeric.Decimal,
                "varchar" => UnboundedNumeric.Text,
                _ => throw properties.Invalid("decimal-mapping", "numeric, decimal or varchar"),
            },
            DefaultScale = properties.GetInteger("decimal-default-scale", 0, DecimalType.MaxPrecision),
            RoundsNumeric = Choose(properties, "decimal-rounding-mode", "unnecessary", "half-up"),
            ArrayIsText = Choose(properties, "array-mapping", "array", "varchar"),
            IntervalIsText = Choose(properties, "interval-mapping", "day-to-second", "varchar"),
            InfinityIsNull = Choose(properties, "special-dates", "error", "null"),
            CollatesText = properties.GetBoolean("string-pushdown-with-collate"),
            ExportsSnapshots = properties.GetBoolean("snapshot-export"),
            PagesPerSplit = properties.GetInteger("pages-per-split", 1, int.MaxValue),
        };
    }

    /// <summary>The properties that a URL stands for; libpq's names of options are known.</summary>
    public static Dictionary<string, string> ParseUrl(Uri url)
    {
        Dictionary<string, string> properties = [];
        foreach ((string name, string value) in SqlUrl.ReadOptions(url))
        {
            properties[name.ToLowerInvariant() switch
            {
                "sslmode" => "ssl-mode",
                "sslrootcert" => "ssl-root-cert",
                "dbname" => "database",
                string other => other.Replace('_', '-'),
            }] = value;
        }

        if (url.Scheme is not ("postgresql" or "postgres"))
            throw InvalidUrl();
        if (url.Host.Length > 0)
            properties["host"] = url.HostNameType == UriHostNameType.IPv6 ? url.Host.Trim('[', ']') : url.Host;
        if (url.Port > 0)
            properties["port"] = url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
            properties["database"] = database;
        string[] credentials = url.UserInfo.Split(':', 2);
        if (credentials[0].Length > 0)
            properties["user"] = Uri.UnescapeDataString(credentials[0]);
        if (credentials.Length > 1)
            properties["password"] = Uri.UnescapeDataString(credentials[1]);
        return properties;
    }

    // Whether the value is the second of two.
    private static bool Choose(PropertyBag properties, string name, string first, string second)
    {
        string value = properties.Get(name).ToLowerInvariant().Replace('_', '-');
        return value == second || (value == first ? false : throw properties.Invalid(name, $"{first} or {second}"));
    }

    // The URL itself is not shown: it has a password in it.
    private static QueryException InvalidUrl() => new(
        ErrorCode.InvalidProperty, "the connection URL is not one of PostgreSQL", "It looks like postgresql://user:password@host:port/database.");

    private static QueryException Missing(string name) => new(
        ErrorCode.InvalidProperty, $"postgresql needs property '{name}'", "Give it as a property or in the connection URL.");
}
