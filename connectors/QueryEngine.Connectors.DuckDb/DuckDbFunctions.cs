using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Functions that DuckDB computes just as the engine does.</summary>
internal static class DuckDbFunctions
{
    public static readonly IReadOnlyDictionary<string, SqlFunctionRule> Rules = new Dictionary<string, SqlFunctionRule>(DuckDbTextAndDates.Rules())
    {
        ["$add"] = (writer, call) => WriteArithmetic(writer, call, " + "),
        ["$subtract"] = (writer, call) => WriteArithmetic(writer, call, " - "),
        ["$multiply"] = (writer, call) => WriteArithmetic(writer, call, " * "),
        ["$divide"] = WriteDivision(" // "),
        ["$modulus"] = WriteDivision(" % "),
        ["$negate"] = SqlArithmetic.WriteNegate,
        ["$like"] = new SqlPatterns(DefaultEscape: "").Write,
        ["$cast"] = WriteCast,
        ["abs"] = (writer, call) => call.Type.IsInteger && call.Arguments[0].Type == call.Type
            ? writer.WriteFunction("abs", call.Arguments) : $"abs of {call.Arguments[0].Type} is left to the engine",
        ["length"] = (writer, call) => call is { Type.IsInteger: true, Arguments: [{ Type.Kind: TypeKind.Varchar } text] }
            ? WriteAs(writer, call.Type, () => writer.WriteFunction("length", [text])) : "this length is left to the engine",
    };

    /// <summary>Writes <c>CAST(... AS type)</c>.</summary>
    public static string? WriteAs(SqlExpressionWriter writer, SqlType type, Func<string?> write)
    {
        writer.Sql.Add("CAST(");
        if (write() is { } reason)
            return reason;
        writer.Sql.Add(" AS ").Add(DuckDbLiterals.TypeName(type)!).Add(")");
        return null;
    }

    // Whole numbers overflow alike. The decimals of a result of the source have the digits of its operands: those get the digits of our result first.
    private static string? WriteArithmetic(SqlExpressionWriter writer, ConnectorCall call, string symbol)
    {
        (ConnectorExpression left, ConnectorExpression right) = (call.Arguments[0], call.Arguments[1]);
        if (DuckDbTextAndDates.IsDateArithmetic(call))
            return WriteAs(writer, call.Type, () => writer.WriteInfix(left, symbol, right));
        if (left.Type.IsInteger && left.Type == right.Type && call.Type == left.Type)
            return writer.WriteInfix(left, symbol, right);
        if (!SqlArithmetic.IsExact(left.Type) || !SqlArithmetic.IsExact(right.Type) || call.Type is not DecimalType { Precision: < DecimalType.MaxPrecision } result)
            return $"arithmetic of {left.Type} and {right.Type} is left to the engine";
        bool isProduct = symbol == " * ";
        return WriteAs(writer, result, () =>
        {
            if (WriteAs(writer, isProduct ? Wide(left.Type, result) : result, () => writer.Write(left)) is { } leftReason)
                return leftReason;
            writer.Sql.Add(symbol);
            return isProduct ? writer.Write(right) : WriteAs(writer, result, () => writer.Write(right));
        });
    }

    // A product of 19 digits and more is computed in 128 bits.
    private static DecimalType Wide(SqlType type, DecimalType result) => type is DecimalType number
        ? SqlType.Decimal(Math.Max(number.Precision, Math.Max(19, result.Precision)), number.Scale) : SqlType.Decimal(Math.Max(19, result.Precision), 0);

    // Division by zero is NULL there and an error here: the divisor is a constant.
    private static SqlFunctionRule WriteDivision(string symbol) => (writer, call) =>
        call.Arguments[0].Type.IsInteger && call.Arguments[0].Type == call.Arguments[1].Type && call.Type == call.Arguments[0].Type
            && call.Arguments[1] is ConnectorConstant { Value: sbyte or short or int or long } divisor
            && Convert.ToInt64(divisor.Value, System.Globalization.CultureInfo.InvariantCulture) is not (0 or -1)
            ? writer.WriteInfix(call.Arguments[0], symbol, call.Arguments[1])
            : $"division of {call.Arguments[0].Type} by {call.Arguments[1].Type} is left to the engine unless the divisor is a constant whole number";

    private static string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        (SqlType from, SqlType to) = (operand.Type, call.Type);
        bool isSame = SqlConversions.IsWidening(from, to)
            || ((from.IsInteger || from.Kind is TypeKind.Real) && to.Kind == TypeKind.Double)
            || (from.Kind == TypeKind.Date && to is TimestampType { Precision: 6 })
            || (from is TimestampType { Precision: <= 6 } && to.Kind == TypeKind.Date)
            || ((from.IsInteger || from.Kind == TypeKind.Boolean) && to == SqlType.Varchar);
        return isSame ? WriteAs(writer, to, () => writer.Write(operand)) : $"a cast of {from} to {to} is left to the engine";
    }
}

/// <summary>Aggregates that DuckDB computes just as the engine does.</summary>
internal static class DuckDbAggregates
{
    public static readonly IReadOnlyDictionary<string, SqlAggregateRule> Rules = new Dictionary<string, SqlAggregateRule>(
        SqlAggregateRules.Variances.Concat(["covar_pop", "covar_samp"]).ToDictionary(name => name, name => SqlAggregateRules.Statistic(name, takesInfinities: false)))
    {
        ["count"] = SqlAggregateRules.Count,
        ["sum"] = WriteSum,
        ["avg"] = WriteAverage,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
        ["bool_and"] = (writer, call) => WriteTruth("bool_and", writer, call),
        ["bool_or"] = (writer, call) => WriteTruth("bool_or", writer, call),
    };

    private static string? WriteSum(SqlExpressionWriter writer, ConnectorAggregate call) =>
        WhyNotSummed(writer, call) ?? (IsSumOf(call.Arguments[0].Type, call.Type)
            ? DuckDbFunctions.WriteAs(writer, call.Type, () => SqlAggregateRules.Simple("sum", writer, call))
            : $"sum of {call.Arguments[0].Type} is {call.Type} here and of another type in the source");

    private static bool IsSumOf(SqlType argument, SqlType sum) => argument switch
    {
        { Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer } => sum.Kind == TypeKind.BigInt,
        { Kind: TypeKind.BigInt } => sum is DecimalType { Scale: 0, Precision: DecimalType.MaxPrecision },
        DecimalType number => sum is DecimalType { Precision: DecimalType.MaxPrecision } result && result.Scale == number.Scale,
        _ => false,
    };

    private static string? WhyNotSummed(SqlExpressionWriter writer, ConnectorAggregate call) =>
        call.Arguments[0].Type.Kind is TypeKind.Real or TypeKind.Double ? "sums of floating point numbers depend on the order of the rows"
        : call.IsDistinct ? SqlAggregateRules.WhyNotDistinct(writer, call.Arguments[0])
        : null;

    // The sum of up to 4 billion rows fits 64 bits, of which both make the same floating point number.
    private static string? WriteAverage(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        SqlType argument = call.Arguments[0].Type;
        if (argument.Kind is not (TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer) || call.Type.Kind != TypeKind.Double)
            return $"avg of {argument} is left to the engine, which rounds it in its own way";
        if (WhyNotSummed(writer, call) is { } reason)
            return reason;
        writer.Sql.Add("(CAST(CAST(");
        if (SqlAggregateRules.Simple("sum", writer, call) is { } sumReason)
            return sumReason;
        writer.Sql.Add(" AS BIGINT) AS DOUBLE) / ");
        _ = SqlAggregateRules.Simple("count", writer, call);
        writer.Sql.Add(")");
        return null;
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        bool isKnown = argument.Type.IsInteger || argument.Type.Kind is TypeKind.Decimal or TypeKind.Real or TypeKind.Double or TypeKind.Date or TypeKind.Time
            or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone or TypeKind.Varchar;
        if (!isKnown || argument.Type != call.Type)
            return $"{name} of {argument.Type} is left to the engine";
        return writer.WhyNotComparable(argument, argument, ordered: true) ?? SqlAggregateRules.Simple(name, writer, call);
    }

    private static string? WriteTruth(string name, SqlExpressionWriter writer, ConnectorAggregate call) =>
        call.Arguments is [{ Type.Kind: TypeKind.Boolean }] ? SqlAggregateRules.Simple(name, writer, call) : $"{name} is left to the engine";
}
