using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>
/// The implicit casts: whole numbers widen to decimal, numeric and double, decimals to numeric, real to double, date to timestamp to timestamp with time zone, char to varchar,
/// unknown (a bare NULL) to anything, arrays, maps and rows by their elements. Text never becomes a number, nor a boolean an integer.
/// </summary>
public static class Coercion
{
    /// <summary>The narrowest type that values of both types become without a cast being written, or null when there is none.</summary>
    public static SqlType? CommonType(SqlType left, SqlType right)
    {
        if (left == right || right is UnknownType)
            return left;
        if (left is UnknownType)
            return right;
        if (left.IsNumeric && right.IsNumeric)
            return CommonNumber(left, right);
        if (left.IsText && right.IsText)
            return CommonText(left, right);

        return (left, right) switch
        {
            (DateType or TimestampType or TimestampWithTimeZoneType, DateType or TimestampType or TimestampWithTimeZoneType) =>
                left is TimestampWithTimeZoneType || right is TimestampWithTimeZoneType
                    ? SqlType.TimestampWithTimeZoneOf(Math.Max(PrecisionOf(left), PrecisionOf(right)))
                    : SqlType.TimestampOf(Math.Max(PrecisionOf(left), PrecisionOf(right))),
            (IntervalType, IntervalType) => SqlType.Interval,
            (TimeType l, TimeType r) => SqlType.TimeOf(Math.Max(l.Precision, r.Precision)),
            (TimeType or TimeWithTimeZoneType, TimeType or TimeWithTimeZoneType) => SqlType.TimeWithTimeZone,
            (JsonType, JsonType) => SqlType.Jsonb,
            (BitType, BitType) => SqlType.BitVarying,
            (ArrayType l, ArrayType r) => CommonType(l.Element, r.Element) is { } element ? SqlType.Array(element) : null,
            (MapType l, MapType r) => CommonType(l.Key, r.Key) is { } key && CommonType(l.Value, r.Value) is { } value ? SqlType.Map(key, value) : null,
            (RowType l, RowType r) => CommonRow(l, r),
            _ => null,
        };
    }

    /// <summary>The common type of all, or null when there is none.</summary>
    public static SqlType? CommonType(IEnumerable<SqlType> types)
    {
        SqlType? common = SqlType.Unknown;
        foreach (SqlType type in types)
        {
            common = CommonType(common, type);
            if (common is null)
                return null;
        }

        return common;
    }

    /// <summary>Whether a value of one type becomes the other without a cast being written, losing nothing but what a double cannot hold.</summary>
    public static bool CanCoerce(SqlType from, SqlType to) => Cost(from, to) is >= 0 and < LossyCost;

    /// <summary>The decimal that holds every value of a whole number type; the type itself when it is a decimal.</summary>
    public static DecimalType? AsDecimal(SqlType type) => type switch
    {
        DecimalType number => number,
        IntegerType { Kind: TypeKind.TinyInt } => SqlType.Decimal(3, 0),
        IntegerType { Kind: TypeKind.SmallInt } => SqlType.Decimal(5, 0),
        IntegerType { Kind: TypeKind.Integer } => SqlType.Decimal(10, 0),
        IntegerType => SqlType.Decimal(19, 0),
        _ => null,
    };

    internal const int LossyCost = 1000;

    /// <summary>How far a type is from another; 0 for the same, -1 when there is no implicit cast, from <see cref="LossyCost"/> on when digits go.</summary>
    internal static int Cost(SqlType from, SqlType to)
    {
        if (from == to)
            return 0;

        switch (from, to)
        {
            case (UnknownType, _):
                return 1;
            case (IntegerType l, IntegerType r):
                return l.Kind < r.Kind ? r.Kind - l.Kind : -1;
            case (IntegerType, DecimalType r):
                DecimalType whole = AsDecimal(from)!;
                return r.Precision - r.Scale >= whole.Precision ? 5 : -1;
            case (IntegerType or DecimalType, FloatType r):
                return r.Kind == TypeKind.Double ? 8 : 20;
            case (IntegerType, NumberType { Precision: null }):
                return 9;
            case (DecimalType, NumberType { Precision: null }):
                return 6;
            case (NumberType, NumberType { Precision: null }):
                return 1;
            case (NumberType, FloatType r):
                return r.Kind == TypeKind.Double ? 8 : 20;
            case (FloatType { Kind: TypeKind.Real }, FloatType { Kind: TypeKind.Double }):
                return 1;
            case (DecimalType l, DecimalType r):
                return r.Scale >= l.Scale && r.Precision - r.Scale >= l.Precision - l.Scale ? 1 : -1;
            case (VarcharType l, VarcharType r):
                return r.Length is null || (l.Length is { } length && length <= r.Length) ? 1 : -1;
            case (CharType l, VarcharType r):
                return r.Length is null || l.Length <= r.Length ? 2 : -1;
            case (CharType l, CharType r):
                return l.Length <= r.Length ? 1 : -1;
            case (DateType, TimestampType):
                return 3;
            case (DateType, TimestampWithTimeZoneType):
                return 5;
            case (TimestampType l, TimestampType r):
                return l.Precision <= r.Precision ? 1 : LossyCost;
            case (TimestampType l, TimestampWithTimeZoneType r):
                return l.Precision <= r.Precision ? 3 : LossyCost;
            case (TimestampWithTimeZoneType l, TimestampWithTimeZoneType r):
                return l.Precision <= r.Precision ? 1 : LossyCost;
            case (TimeType l, TimeType r):
                return l.Precision <= r.Precision ? 1 : LossyCost;
            case (TimeType, TimeWithTimeZoneType):
                return 3;
            case (TimeWithTimeZoneType, TimeWithTimeZoneType):
                return 1;
            case (IntervalType, IntervalType { Kind: TypeKind.Interval }):
                return 1;
            case (BitType, BitType { IsVarying: true, Length: null }):
                return 1;
            case (JsonType, JsonType r):
                return r.IsNormal ? 3 : 2;
            case (ArrayType l, ArrayType r):
                return Cost(l.Element, r.Element);
            case (MapType l, MapType r):
                return Worse(Cost(l.Key, r.Key), Cost(l.Value, r.Value));
            case (RowType l, RowType r) when l.Fields.Count == r.Fields.Count:
                int cost = 0;
                for (int field = 0; field < l.Fields.Count; field++)
                    cost = Worse(cost, Cost(l.Fields[field].Type, r.Fields[field].Type));
                return cost;
            default:
                return -1;
        }
    }

    private static int Worse(int left, int right) => left < 0 || right < 0 ? -1 : Math.Max(left, right);

    private static SqlType CommonNumber(SqlType left, SqlType right)
    {
        if (left is IntegerType && right is IntegerType)
            return left.Kind > right.Kind ? left : right;
        if (left is FloatType || right is FloatType)
            return SqlType.Double;
        if (left is NumberType || right is NumberType)
            return SqlType.Number;

        (DecimalType l, DecimalType r) = (AsDecimal(left)!, AsDecimal(right)!);
        int scale = Math.Max(l.Scale, r.Scale);
        int digits = Math.Max(l.Precision - l.Scale, r.Precision - r.Scale);
        return SqlType.Decimal(Math.Min(DecimalType.MaxPrecision, Math.Max(1, digits + scale)), scale);
    }

    private static SqlType CommonText(SqlType left, SqlType right) => (left, right) switch
    {
        (CharType l, CharType r) => SqlType.Char(Math.Max(l.Length, r.Length)),
        _ when LengthOf(left) is { } l && LengthOf(right) is { } r => SqlType.VarcharOf(Math.Max(l, r)),
        _ => SqlType.Varchar,
    };

    private static RowType? CommonRow(RowType left, RowType right)
    {
        if (left.Fields.Count != right.Fields.Count)
            return null;

        var fields = new RowField[left.Fields.Count];
        for (int at = 0; at < fields.Length; at++)
        {
            if (CommonType(left.Fields[at].Type, right.Fields[at].Type) is not { } type)
                return null;
            fields[at] = new RowField(left.Fields[at].Name ?? right.Fields[at].Name, type);
        }

        return SqlType.Row(fields);
    }

    private static int? LengthOf(SqlType type) => type is CharType character ? character.Length : ((VarcharType)type).Length;

    private static int PrecisionOf(SqlType type) => type switch
    {
        TimestampType timestamp => timestamp.Precision,
        TimestampWithTimeZoneType instant => instant.Precision,
        _ => 0,
    };
}
