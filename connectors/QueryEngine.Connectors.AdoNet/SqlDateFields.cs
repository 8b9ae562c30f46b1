namespace QueryEngine.Connectors.AdoNet;

/// <summary>Parts of dates as PostgreSQL and its kin name them.</summary>
public static class SqlDateFields
{
    /// <summary>The field that a function gives: those that are whole numbers; the seconds of sources have a fraction.</summary>
    public static IReadOnlyDictionary<string, string> ByFunction { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["year"] = "year",
        ["quarter"] = "quarter",
        ["month"] = "month",
        ["week"] = "week",
        ["day"] = "day",
        ["day_of_week"] = "isodow",
        ["dayofweek"] = "dow",
        ["day_of_year"] = "doy",
        ["year_of_week"] = "isoyear",
    };

    /// <summary>What <c>date_trunc</c> cuts to.</summary>
    public static IReadOnlyList<string> Units { get; } = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
}
