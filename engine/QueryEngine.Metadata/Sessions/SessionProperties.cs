using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>
/// The properties that a session has set, over the defaults: immutable. Properties of a catalog are written <c>catalog.name</c> and are
/// handed to its connector.
/// </summary>
public sealed class SessionProperties
{
    public const string QueryMaxMemory = "query_max_memory";
    public const string QueryMaxRunTime = "query_max_run_time";
    public const string Threads = "threads";
    public const string JoinReordering = "join_reordering";
    public const string JoinDistribution = "join_distribution_type";
    public const string DynamicFiltering = "enable_dynamic_filtering";
    public const string Pushdown = "enable_pushdown";
    public const string Optimizer = "enable_optimizer";
    public const string BatchRows = "batch_rows";
    public const string Dialect = "dialect";
    public const string SeveralSources = "transaction_over_catalogs";

    private const int MaxBatchRows = RecordBatch.MaxRows;

    /// <summary>Nothing set.</summary>
    public static readonly SessionProperties Default = new(ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase));

    private static readonly FrozenDictionary<string, SessionPropertySpec> _specs = new[]
    {
        Size(QueryMaxMemory, "0B", "Memory that one query may hold on a node; 0B is the node's whole budget"),
        Duration(QueryMaxRunTime, "0s", "Time after which a query is cancelled; 0s is never"),
        Integer(Threads, 0, 0, 1024, "Threads that one query uses on a node; 0 is one for each processor"),
        Boolean(JoinReordering, true, "Whether joins are ordered by cost instead of as written"),
        OneOf(JoinDistribution, "automatic", ["automatic", "partitioned", "broadcast"], "How the sides of a join meet on a cluster"),
        Boolean(DynamicFiltering, true, "Whether the build side of a join narrows the scans of the other side"),
        OneOf(Dialect, "postgresql", ["postgresql", "trino"], "Whose answers functions and operators give where those of PostgreSQL and Trino differ"),
        Boolean(Pushdown, true, "Whether operations are offered to the sources"),
        Boolean(Optimizer, true, "Whether plans are improved; without it only subqueries become joins, and all else runs as written"),
        Integer(BatchRows, MaxBatchRows, 1, MaxBatchRows, "The most rows that the coordinator's operators are given at once; fewer than the usual number only tests them"),
        OneOf(SeveralSources, "refused", ["refused", "best_effort"], "Whether a transaction may write to several catalogs, which commit one after the other: when a later one fails, earlier ones stay committed"),
    }.ToFrozenDictionary(spec => spec.Name, StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> _numberCharacters = SearchValues.Create("0123456789.");

    private readonly ImmutableSortedDictionary<string, string> _values;

    private SessionProperties(ImmutableSortedDictionary<string, string> values) => _values = values;

    /// <summary>Every property of the engine, by name.</summary>
    public static IReadOnlyList<SessionPropertySpec> Specs => [.. _specs.Values.OrderBy(spec => spec.Name, StringComparer.Ordinal)];

    /// <summary>What was set, by name; catalogs' properties as <c>catalog.name</c>.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>These properties with one more set.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT or INVALID_PARAMETER_VALUE.</exception>
    public SessionProperties With(string name, string value)
    {
        if (name.Contains('.', StringComparison.Ordinal))
            return new SessionProperties(_values.SetItem(name, value));
        SessionPropertySpec spec = Spec(name);
        string normalized = spec.Normalize(value) ?? throw new QueryException(
            ErrorCode.InvalidParameterValue, $"session property '{spec.Name}' cannot be '{value}'", $"It takes {spec.Accepted}.");
        return new SessionProperties(_values.SetItem(spec.Name, normalized));
    }

    /// <summary>These properties with one back at its default.</summary>
    public SessionProperties Without(string name) =>
        new(_values.Remove(name.Contains('.', StringComparison.Ordinal) ? name : Spec(name).Name));

    /// <summary>The text of a property of the engine.</summary>
    public string Get(string name) => _values.GetValueOrDefault(name) ?? Spec(name).Default;

    /// <summary>A whole number.</summary>
    public int GetInteger(string name) => int.Parse(Get(name), CultureInfo.InvariantCulture);

    /// <summary>true or false.</summary>
    public bool GetBoolean(string name) => Get(name) == "true";

    /// <summary>A number of bytes.</summary>
    public long GetBytes(string name) => ParseSize(Get(name)) ?? 0;

    /// <summary>A length of time.</summary>
    public TimeSpan GetDuration(string name) => ParseDuration(Get(name)) ?? TimeSpan.Zero;

    /// <summary>What was set for a catalog, without its name.</summary>
    public IReadOnlyDictionary<string, string> OfCatalog(string catalog) =>
        _values.Where(property => property.Key.StartsWith(catalog + ".", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(property => property.Key[(catalog.Length + 1)..], property => property.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>Bytes of a size such as <c>512MB</c> or <c>4GiB</c> (units of 1024), or null.</summary>
    public static long? ParseSize(string text)
    {
        (string number, string unit) = SplitUnit(text);
        double? factor = unit.ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "K" or "KB" or "KIB" => 1L << 10,
            "M" or "MB" or "MIB" => 1L << 20,
            "G" or "GB" or "GIB" => 1L << 30,
            "T" or "TB" or "TIB" => 1L << 40,
            _ => null,
        };
        double? bytes = ParseNumber(number) * factor;
        return bytes is >= 0 and < 9e18 ? (long)bytes : null;
    }

    /// <summary>A length of time such as <c>500ms</c>, <c>30s</c>, <c>5m</c> or <c>1h</c>, or null.</summary>
    public static TimeSpan? ParseDuration(string text)
    {
        (string number, string unit) = SplitUnit(text);
        double? seconds = unit.ToLowerInvariant() switch
        {
            "ms" => 0.001,
            "" or "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => null,
        };
        return ParseNumber(number) * seconds is { } total and >= 0 and < 1e9 ? TimeSpan.FromSeconds(total) : null;
    }

    private static SessionPropertySpec Spec(string name) =>
        _specs.GetValueOrDefault(name) ?? throw new QueryException(
            ErrorCode.UndefinedObject, $"there is no session property '{name}'", Suggestion.DidYouMean(name, _specs.Keys));

    private static SessionPropertySpec Size(string name, string value, string description) =>
        new(name, SqlType.Varchar, value, description)
        {
            Normalize = text => ParseSize(text) is null ? null : text.Trim(),
            Accepted = "a size such as 512MB or 4GB",
        };

    private static SessionPropertySpec Duration(string name, string value, string description) =>
        new(name, SqlType.Varchar, value, description)
        {
            Normalize = text => ParseDuration(text) is null ? null : text.Trim(),
            Accepted = "a duration such as 500ms, 30s or 5m",
        };

    private static SessionPropertySpec Integer(string name, int value, int min, int max, string description) =>
        new(name, SqlType.Integer, value.ToString(CultureInfo.InvariantCulture), description)
        {
            Normalize = text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
                ? number.ToString(CultureInfo.InvariantCulture)
                : null,
            Accepted = $"a whole number from {min} to {max}",
        };

    private static SessionPropertySpec Boolean(string name, bool value, string description) =>
        new(name, SqlType.Boolean, value ? "true" : "false", description)
        {
            Normalize = text => text.Trim().ToLowerInvariant() switch
            {
                "true" or "on" or "1" => "true",
                "false" or "off" or "0" => "false",
                _ => null,
            },
            Accepted = "true or false",
        };

    private static SessionPropertySpec OneOf(string name, string value, string[] choices, string description) =>
        new(name, SqlType.Varchar, value, description)
        {
            Normalize = text => choices.FirstOrDefault(choice => choice.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)),
            Accepted = string.Join(", ", choices),
        };

    private static (string Number, string Unit) SplitUnit(string text)
    {
        string trimmed = text.Trim();
        int digits = trimmed.AsSpan().IndexOfAnyExcept(_numberCharacters);
        return digits < 0 ? (trimmed, string.Empty) : (trimmed[..digits], trimmed[digits..].Trim());
    }

    private static double? ParseNumber(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) ? number : null;
}
