using QueryEngine.Spi;

namespace QueryEngine.Connectors.Files.Formats;

/// <summary>Types of a column that was sniffed in several files.</summary>
internal static class CsvTypes
{
    /// <summary>The narrowest type that has the values of both; text when no other has.</summary>
    public static SqlType Common(SqlType left, SqlType right)
    {
        if (left == right)
            return left;
        if (left.IsNumeric && right.IsNumeric)
            return CommonNumber(left, right);
        return (left.Kind, right.Kind) switch
        {
            (TypeKind.Date or TypeKind.Timestamp, TypeKind.Date or TypeKind.Timestamp) => SqlType.Timestamp,
            (TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone, TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone) =>
                SqlType.TimestampWithTimeZone,
            _ => SqlType.Varchar,
        };
    }

    private static SqlType CommonNumber(SqlType left, SqlType right)
    {
        if (left.Kind == TypeKind.Double || right.Kind == TypeKind.Double)
            return SqlType.Double;
        int leftScale = left is DecimalType leftDecimal ? leftDecimal.Scale : 0;
        int rightScale = right is DecimalType rightDecimal ? rightDecimal.Scale : 0;
        bool isShort = left is not DecimalType { IsShort: false } && right is not DecimalType { IsShort: false };
        return SqlType.Decimal(isShort ? DecimalType.MaxShortPrecision : DecimalType.MaxPrecision, Math.Max(leftScale, rightScale));
    }
}
