using QueryEngine.Functions.Json;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Which casts there are, and their functions. Named <c>$cast</c> and <c>$try_cast</c>.</summary>
internal static class CastFunctions
{
    /// <summary>Whether a value of one type can be cast to the other.</summary>
    public static bool Exists(SqlType from, SqlType to) => TryBind(from, to, isTry: false) is not null;

    /// <summary>The cast.</summary>
    /// <exception cref="QueryException">CANNOT_CAST.</exception>
    public static ScalarFunction Bind(SqlType from, SqlType to, bool isTry) =>
        TryBind(from, to, isTry) ?? throw new QueryException(ErrorCode.CannotCast, $"cannot cast {from} to {to}");

    private static ScalarFunction? TryBind(SqlType from, SqlType to, bool isTry)
    {
        if (from == to || IsSameBits(from, to))
            return new RelabelCast(from, to);
        if (from is UnknownType)
            return new NullCast(from, to);
        if (from.IsText)
            return TextCasts.FromText(from, to, isTry);
        if (to.IsText)
            return TextCasts.ToText(from, to, isTry);
        if (from is BitType || to is BitType)
            return BitCasts.TryBind(from, to, isTry);
        if (from is JsonType || to is JsonType)
            return JsonCasts.TryBind(from, to, isTry);
        if (from.IsNumeric || to.IsNumeric)
            return NumberCasts.TryBind(from, to, isTry);
        return (from, to) switch
        {
            (ArrayType l, ArrayType r) => Exists(l.Element, r.Element) ? new NestedCast(from, to, isTry) : null,
            (MapType l, MapType r) => Exists(l.Key, r.Key) && Exists(l.Value, r.Value) ? new NestedCast(from, to, isTry) : null,
            (RowType l, RowType r) => l.Fields.Count == r.Fields.Count && l.Fields.Zip(r.Fields).All(pair => Exists(pair.First.Type, pair.Second.Type))
                ? new NestedCast(from, to, isTry) : null,
            (VarbinaryType, SketchType) or (SketchType, VarbinaryType) => new RelabelCast(from, to),
            (AddressType, AddressType) or (VarbinaryType, AddressType) or (AddressType, VarbinaryType) => AddressCasts.TryBind(from, to, isTry),
            (VarbinaryType, UuidType) or (UuidType, VarbinaryType) => TextCasts.ThroughText(from, to, isTry),
            _ => TemporalCasts.TryBind(from, to, isTry),
        };
    }

    // Values of the one type are values of the other as they are.
    private static bool IsSameBits(SqlType from, SqlType to) => (from, to) switch
    {
        (VarcharType or CharType, VarcharType { Length: null }) => true,
        (VarcharType l, VarcharType r) => l.Length <= r.Length,
        (CharType l, CharType r) => l.Length <= r.Length,
        (NumberType, NumberType { Precision: null }) => true,
        (BitType l, BitType { IsVarying: true } r) => r.Length is null || l.Length <= r.Length,
        (JsonType, JsonType { IsNormal: false }) => true,
        (TimestampType l, TimestampType r) => l.Precision <= r.Precision && (l.Precision > 6) == (r.Precision > 6),
        (TimestampWithTimeZoneType l, TimestampWithTimeZoneType r) => l.Precision <= r.Precision && (l.Precision > 6) == (r.Precision > 6),
        (TimeWithTimeZoneType, TimeWithTimeZoneType) => true,
        (TimeType l, TimeType r) => l.Precision <= r.Precision && (l.Precision > 6) == (r.Precision > 6),
        (DecimalType l, DecimalType r) => l.Scale == r.Scale && l.Precision <= r.Precision && l.IsShort == r.IsShort,
        _ => false,
    };
}

/// <summary>A cast between types with the same values: shares the argument.</summary>
internal sealed class RelabelCast(SqlType from, SqlType to) : ScalarFunction
{
    /// <inheritdoc/>
    public override string Name => "$cast";

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => [from];

    /// <inheritdoc/>
    public override SqlType ReturnType => to;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        if (arguments[0].Type != to)
            return arguments[0].WithType(to);
        arguments[0].Retain();
        return arguments[0];
    }
}

/// <summary>NULL as a value of any type.</summary>
internal sealed class NullCast(SqlType from, SqlType to) : ScalarFunction
{
    /// <inheritdoc/>
    public override string Name => "$cast";

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => [from];

    /// <inheritdoc/>
    public override SqlType ReturnType => to;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context) =>
        VectorBuilder.Constant(to, null, rowCount, context.Memory);
}
