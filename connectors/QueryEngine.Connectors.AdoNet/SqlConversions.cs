using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Conversions of types that sources do as the engine does them.</summary>
public static class SqlConversions
{
    /// <summary>Whether every value has the same value in the other type: wider numbers, longer texts.</summary>
    public static bool IsWidening(SqlType from, SqlType to) =>
        (from.IsInteger && to.IsInteger && from.Kind <= to.Kind)
        || (from.IsInteger && to is DecimalType wide && wide.Precision - wide.Scale >= 19)
        || (from is DecimalType left && to is DecimalType right && right.Scale >= left.Scale && right.Precision - right.Scale >= left.Precision - left.Scale)
        || (from.Kind == TypeKind.Varchar && to == SqlType.Varchar);
}
