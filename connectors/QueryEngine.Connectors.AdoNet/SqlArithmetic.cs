using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Arithmetic of numbers that are not rounded.</summary>
public static class SqlArithmetic
{
    /// <summary>Whether sums and products of a type lose nothing.</summary>
    public static bool IsExact(SqlType type) => type.IsInteger || type.Kind == TypeKind.Decimal;

    /// <summary>The rule of <c>$negate</c> for sources whose exact numbers overflow as the engine's do.</summary>
    public static string? WriteNegate(SqlExpressionWriter writer, ConnectorCall call)
    {
        if (!IsExact(call.Type) || call.Type != call.Arguments[0].Type)
            return $"negation of {call.Type} is left to the engine";
        writer.Sql.Add("(- ");
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }
}
