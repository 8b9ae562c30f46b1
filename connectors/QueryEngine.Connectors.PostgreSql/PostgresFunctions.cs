using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Functions that PostgreSQL computes just as the engine does.</summary>
internal static class PostgresFunctions
{
    public static readonly IReadOnlyDictionary<string, SqlFunctionRule> Rules = new Dictionary<string, SqlFunctionRule>(PostgresTextAndDates.Rules())
    {
        ["$add"] = (writer, call) => WriteArithmetic(writer, call, " + "),
        ["$subtract"] = (writer, call) => WriteArithmetic(writer, call, " - "),
        ["$multiply"] = (writer, call) => WriteArithmetic(writer, call, " * "),
        ["$divide"] = WriteIntegerOnly(" / "),
        ["$modulus"] = WriteIntegerOnly(" % "),
        ["$negate"] = SqlArithmetic.WriteNegate,
        ["$like"] = new SqlPatterns(DefaultEscape: "\\", CharSuffix: "::text").Write,
        ["$cast"] = WriteCast,
        ["abs"] = (writer, call) => SqlArithmetic.IsExact(call.Arguments[0].Type) && call.Arguments[0].Type == call.Type
            ? writer.WriteFunction("abs", call.Arguments) : $"abs of {call.Arguments[0].Type} is left to the engine",
        ["length"] = (writer, call) => call is { Type.Kind: TypeKind.BigInt or TypeKind.Integer, Arguments: [{ Type.Kind: TypeKind.Varchar }] }
            ? writer.WriteFunction("length", call.Arguments) : "this length is left to the engine",
    };

    // PostgreSQL has unlimited numbers: the same as ours while the result's 38 digits are not cut.
    private static string? WriteArithmetic(SqlExpressionWriter writer, ConnectorCall call, string symbol)
    {
        (SqlType left, SqlType right) = (call.Arguments[0].Type, call.Arguments[1].Type);
        bool isExact = PostgresTextAndDates.IsDateArithmetic(call) || (left.IsInteger && left == right && call.Type == left)
            || (SqlArithmetic.IsExact(left) && SqlArithmetic.IsExact(right) && call.Type is DecimalType { Precision: < DecimalType.MaxPrecision });
        return !isExact ? $"arithmetic of {left} and {right} is left to the engine" : writer.WriteInfix(call.Arguments[0], symbol, call.Arguments[1]);
    }

    private static SqlFunctionRule WriteIntegerOnly(string symbol) => (writer, call) =>
        call.Arguments[0].Type.IsInteger && call.Arguments[0].Type == call.Arguments[1].Type && call.Type == call.Arguments[0].Type
            ? writer.WriteInfix(call.Arguments[0], symbol, call.Arguments[1])
            : $"division of {call.Arguments[0].Type} by {call.Arguments[1].Type} has other digits in the source";

    private static string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        (SqlType from, SqlType to) = (operand.Type, call.Type);
        bool isSame = SqlConversions.IsWidening(from, to)
            || ((from.IsInteger || from.Kind is TypeKind.Real) && to.Kind == TypeKind.Double)
            || (from.Kind == TypeKind.Date && to.Kind == TypeKind.Timestamp)
            || (from.Kind == TypeKind.Timestamp && to.Kind == TypeKind.Date)
            || ((from.IsInteger || from.Kind == TypeKind.Boolean) && to == SqlType.Varchar);
        if (!isSame)
            return $"a cast of {from} to {to} is left to the engine";

        writer.Sql.Add("(");
        if (writer.Write(operand) is { } reason)
            return reason;
        writer.Sql.Add(")::").Add(PostgresDialect.TypeName(to)!);
        return null;
    }
}

/// <summary>Aggregates that PostgreSQL computes just as the engine does.</summary>
internal static class PostgresAggregates
{
    public static readonly IReadOnlyDictionary<string, SqlAggregateRule> Rules = new Dictionary<string, SqlAggregateRule>(
        SqlAggregateRules.Variances.Concat(SqlAggregateRules.Regressions).ToDictionary(name => name, name => SqlAggregateRules.Statistic(name, takesInfinities: true)))
    {
        ["count"] = SqlAggregateRules.Count,
        ["sum"] = SqlAggregateRules.Sum,
        ["avg"] = WriteAverage,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
    };

    // The sum is exact in both; what differs is how the quotient is rounded, so that is spelled out.
    private static string? WriteAverage(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        SqlType argument = call.Arguments[0].Type;
        if (SqlAggregateRules.WhyNotSummed(writer, call) is { } reason)
            return reason;
        if (!argument.IsInteger && argument.Kind != TypeKind.Decimal)
            return $"avg of {argument} is left to the engine";

        SqlText sql = writer.Sql;
        if (call.Type.Kind == TypeKind.Double && argument.IsInteger)
        {
            sql.Add("(");
            if (SqlAggregateRules.Simple("sum", writer, call) is { } sumReason)
                return sumReason;
            sql.Add("::double precision / ");
            _ = SqlAggregateRules.Simple("count", writer, call);
            sql.Add(")");
            return null;
        }

        if (call.Type is not DecimalType result)
            return $"avg of {argument} as {call.Type} is left to the engine";

        // Half away from zero at the result's scale: sign(s) * div(|s| * 2 * 10^t + n, 2 * n) * 10^-t, all of it exact.
        sql.Add("(sign(");
        if (SqlAggregateRules.Simple("sum", writer, call) is { } decimalReason)
            return decimalReason;
        sql.Add(") * div(abs(");
        _ = SqlAggregateRules.Simple("sum", writer, call);
        sql.Add($")::numeric * '2{new string('0', result.Scale)}'::numeric + ");
        _ = SqlAggregateRules.Simple("count", writer, call);
        sql.Add(", (2 * NULLIF(");
        _ = SqlAggregateRules.Simple("count", writer, call);
        sql.Add(result.Scale == 0 ? ", 0))::numeric))" : $", 0))::numeric) * '0.{new string('0', result.Scale - 1)}1'::numeric)");
        return null;
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        bool isKnown = argument.Type.Kind is TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt or TypeKind.Decimal or TypeKind.Real
            or TypeKind.Double or TypeKind.Date or TypeKind.Time or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone
            or TypeKind.IntervalDayToSecond or TypeKind.IntervalYearToMonth or TypeKind.Varchar or TypeKind.Char;
        if (!isKnown || argument.Type != call.Type)
            return $"{name} of {argument.Type} is left to the engine";
        if (writer.WhyNotComparable(argument, argument, ordered: true) is { } reason)
            return reason;
        writer.Sql.Add(name).Add("(");
        if (writer.WriteOrdered(argument) is { } refused)
            return refused;
        writer.Sql.Add(")");
        return null;
    }
}
