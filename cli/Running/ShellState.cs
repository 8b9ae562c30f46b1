using QueryEngine.Cli.Output;
using QueryEngine.Cluster.Statements;

namespace QueryEngine.Cli.Running;

/// <summary>What the shell remembers between statements.</summary>
internal sealed class ShellState(SessionSettings settings)
{
    /// <summary>The session: catalog, schema, time zone, properties, prepared statements.</summary>
    public SessionSettings Settings { get; set; } = settings;

    /// <summary>How results are printed.</summary>
    public OutputFormat Format { get; set; }

    /// <summary>Whether the time of each statement is shown.</summary>
    public bool ShowsTiming { get; set; }

    /// <summary>The session zone's offset at an instant.</summary>
    public Func<DateTime, TimeSpan> UtcOffset()
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(Settings.TimeZone, out TimeZoneInfo? zone))
            return zone.GetUtcOffset;
        return TimeSpan.TryParse(Settings.TimeZone.TrimStart('+'), System.Globalization.CultureInfo.InvariantCulture, out TimeSpan offset)
            ? _ => offset
            : _ => TimeSpan.Zero;
    }
}
