using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Aggregates that all relational sources compute alike.</summary>
public static class SqlAggregateRules
{
    /// <summary><c>count(*)</c>, <c>count(x)</c>, <c>count(DISTINCT x)</c>.</summary>
    public static string? Count(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (call.Arguments.Count > 1)
            return "a count of several columns is left to the engine";
        if (call.Arguments.Count == 0)
        {
            writer.Sql.Add("count(*)");
            return null;
        }

        return call.IsDistinct && WhyNotDistinct(writer, call.Arguments[0]) is { } reason ? reason : Simple("count", writer, call);
    }

    /// <summary><c>name(x)</c> or <c>name(DISTINCT x)</c>.</summary>
    public static string? Simple(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        writer.Sql.Add(name).Add(call.IsDistinct ? "(DISTINCT " : "(");
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }

    /// <summary>Why the source tells other values apart than the engine, or null.</summary>
    public static string? WhyNotDistinct(SqlExpressionWriter writer, ConnectorExpression argument) =>
        writer.WhyNotComparable(argument, argument, ordered: false);
}
