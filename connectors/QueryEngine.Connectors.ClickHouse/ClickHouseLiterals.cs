using System.Buffers.Binary;
using System.Globalization;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Values as literals that no value can break out of.</summary>
internal sealed class ClickHouseLiterals(Func<ClickHouseInfo?> info) : ISqlValues
{
    private const long MicrosecondsPerSecond = 1_000_000;

    private static readonly int _lastDay = new DateOnly(2105, 12, 31).DayNumber - SqlDates.UnixEpochDay;

    /// <summary>A floating point number by its bits: the server reads decimal digits only roughly.</summary>
    public static string Double(double value)
    {
        Span<byte> bits = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bits, value);
        return $"reinterpretAsFloat64(unhex('{Convert.ToHexString(bits)}'))";
    }

    /// <inheritdoc/>
    public string? Write(SqlText sql, object? value, SqlType type)
    {
        string? literal = value is null ? null : Literal(value, type); // the server fails on some comparisons with NULL
        if (literal is null)
            return $"this value of type {type} is not sent to the source";
        sql.Add(literal);
        return null;
    }

    private string? Literal(object value, SqlType type)
    {
        switch (value, type)
        {
            case (bool truth, _):
                return truth ? "1" : "0";
            case (sbyte or short or int or long, { IsInteger: true }):
                return ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);
            case (double number, _):
                return Double(number);
            case (float number, _):
                return Double(number);
            case (string text, _) when SqlLiterals.IsWellFormed(text):
                return ClickHouseNames.Text(text);
            case (ValueList<byte> bytes, { Kind: TypeKind.Varbinary }):
                return $"unhex('{Convert.ToHexString(bytes.AsSpan())}')";
            case (UInt128, { Kind: TypeKind.Uuid }):
                return $"toUUID('{SqlValueText.Format(type, value)}')";
            case (long or Int128, DecimalType number):
                return Decimal(value is long small ? small : (Int128)value, number);
            case (int days, { Kind: TypeKind.Date }):
                return days >= 0 && days <= _lastDay ? $"toDate('{SqlValueText.Format(type, value)}')" : null;
            case (long instant, TimestampType { Precision: <= 6 } or TimestampWithTimeZoneType { Precision: <= 6 }):
                return Instant(instant);
            default:
                return null;
        }
    }

    // A whole number compares with what it is here decimal(20,0) and there a number without a sign.
    private static string? Decimal(Int128 unscaled, DecimalType type) => type.Scale == 0 && unscaled >= long.MinValue && unscaled <= ulong.MaxValue
        ? unscaled.ToString(CultureInfo.InvariantCulture)
        : type.Scale == 0 && type.Precision <= 20 ? null
        : $"CAST('{SqlValueText.Format(type, type.Physical == PhysicalType.Int64 ? (long)unscaled : unscaled)}' AS Decimal({type.Precision}, {type.Scale}))";

    private string? Instant(long microseconds)
    {
        long seconds = Math.DivRem(microseconds, MicrosecondsPerSecond, out long fraction);
        if (fraction == 0 && seconds is >= 0 and <= uint.MaxValue)
            return $"toDateTime({seconds.ToString(CultureInfo.InvariantCulture)})";
        bool isKnown = info() is { HasLongDates: true } && microseconds >= -2_208_988_800 * MicrosecondsPerSecond && microseconds < 10_413_792_000 * MicrosecondsPerSecond;
        return isKnown && SqlLiterals.Text(microseconds, SqlType.Timestamp) is { } text ? $"toDateTime64('{text}', 6, 'UTC')" : null;
    }
}
