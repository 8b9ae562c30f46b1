using System.Text;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <summary>A time inside a path: a boxed value of a date, time or timestamp type.</summary>
internal sealed record PathTime(SqlType Type, long Value, int OffsetSeconds = 0)
{
    private static readonly ConnectorSession _utc = new("jsonpath", string.Empty);

    /// <summary>What .type() says.</summary>
    public string TypeName => Type switch
    {
        DateType => "date",
        TimeType => "time without time zone",
        TimestampType => "timestamp without time zone",
        _ => "timestamp with time zone",
    };

    /// <summary>Reads a time in ISO form; null when it is none.</summary>
    public static PathTime? TryParse(string text)
    {
        if (text.AsSpan().Trim() is not [>= '0' and <= '9', ..] || !TemporalText.TryParse(Encoding.UTF8.GetBytes(text), _utc, out TemporalParts parts) || parts.Zone is not null)
            return null;
        if (parts.Days is null)
            return parts.Nanos is { } nanos ? new PathTime(SqlType.Time, nanos / 1000) : null;
        if (parts.Nanos is not { } time)
            return new PathTime(SqlType.Date, parts.Days.Value);
        long micros = (parts.Days.Value * 86_400_000_000L) + (time / 1000);
        return parts.OffsetSeconds is { } offset
            ? new PathTime(SqlType.TimestampWithTimeZone, micros - (offset * 1_000_000L), offset)
            : new PathTime(SqlType.Timestamp, micros);
    }

    /// <summary>The time as another type; null when it has not got what that needs.</summary>
    public PathTime? As(SqlType type) => (Type, type) switch
    {
        _ when Type == type => this,
        (TimestampType, DateType) => new PathTime(type, Math.DivRem(Value, 86_400_000_000L).Quotient - (Value % 86_400_000_000L < 0 ? 1 : 0)),
        (TimestampType, TimeType) => new PathTime(type, ((Value % 86_400_000_000L) + 86_400_000_000L) % 86_400_000_000L),
        (DateType, TimestampType) => new PathTime(type, Value * 86_400_000_000L),
        _ => null,
    };

    /// <summary>How two times compare; null when they do not.</summary>
    public static int? Compare(PathTime left, PathTime right)
    {
        if (left.Type == right.Type)
            return left.Value.CompareTo(right.Value);
        return (left.Type, right.Type) is (DateType or TimestampType, DateType or TimestampType)
            ? left.As(SqlType.Timestamp)!.Value.CompareTo(right.As(SqlType.Timestamp)!.Value)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        object boxed = Type is DateType ? (int)Value : Value;
        string text = SqlValueText.Format(Type, boxed, _ => TimeSpan.FromSeconds(OffsetSeconds));
        if (Type is TimestampType or TimestampWithTimeZoneType)
            text = text.Replace(' ', 'T');
        return Type is TimestampWithTimeZoneType && text[^3] is '+' or '-' ? text + ":00" : text;
    }
}
