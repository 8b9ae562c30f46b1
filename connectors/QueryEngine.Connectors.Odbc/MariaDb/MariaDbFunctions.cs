using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Functions and operators that the server computes just as the engine does.</summary>
internal static class MariaDbFunctions
{
    public static readonly IReadOnlyDictionary<string, SqlFunctionRule> Rules = new Dictionary<string, SqlFunctionRule>
    {
        ["$add"] = WriteArithmetic(" + "),
        ["$subtract"] = WriteArithmetic(" - "),
        ["$multiply"] = WriteArithmetic(" * "),
        ["$negate"] = (_, call) => $"negation of {call.Type} is left to the engine",
        ["$like"] = new SqlPatterns(DefaultEscape: null).Write,
        ["$cast"] = WriteCast,
        ["lower"] = (_, _) => "the source changes the case of letters by its collation",
        ["upper"] = (_, _) => "the source changes the case of letters by its collation",
        ["length"] = WriteText("CHAR_LENGTH"),
        ["char_length"] = WriteText("CHAR_LENGTH"),
        ["character_length"] = WriteText("CHAR_LENGTH"),
        ["octet_length"] = WriteText("LENGTH"),
        ["reverse"] = (_, _) => "the source reverses combined characters otherwise",
        ["nullif"] = WriteNullIf,
        ["year"] = WritePart("YEAR"),
        ["month"] = WritePart("MONTH"),
        ["day"] = WritePart("DAY"),
        ["quarter"] = WritePart("QUARTER"),
    };

    // Integers narrower than 64 bits overflow earlier here than there; arithmetic on columns without a sign fails below zero there.
    private static SqlFunctionRule WriteArithmetic(string symbol) => (writer, call) =>
    {
        (SqlType left, SqlType right) = (call.Arguments[0].Type, call.Arguments[1].Type);
        bool isExact = (left.Kind == TypeKind.BigInt && left == right && call.Type == left)
            || (SqlArithmetic.IsExact(left) && SqlArithmetic.IsExact(right) && call.Type is DecimalType { Precision: < DecimalType.MaxPrecision });
        if (!isExact)
            return $"arithmetic of {left} and {right} is left to the engine";
        return call.Arguments.Any(HasUnsigned) ? "numbers without a sign are computed otherwise in the source" : writer.WriteInfix(call.Arguments[0], symbol, call.Arguments[1]);
    };

    private static bool HasUnsigned(ConnectorExpression expression) => expression switch
    {
        ConnectorColumn { Column: SqlColumn column } => column.RemoteType.Contains("unsigned", StringComparison.Ordinal),
        ConnectorCall call => call.Arguments.Any(HasUnsigned),
        _ => false,
    };

    private static SqlFunctionRule WriteText(string name) => (writer, call) =>
        call.Arguments is [{ Type.Kind: TypeKind.Varchar }] ? writer.WriteFunction(name, call.Arguments) : $"{call.Function} of {call.Arguments[0].Type} is left to the engine";

    private static string? WriteNullIf(SqlExpressionWriter writer, ConnectorCall call) =>
        call.Arguments[0].Type.Kind == TypeKind.Char ? "char values lose their blanks in NULLIF"
        : writer.WhyNotComparable(call.Arguments[0], call.Arguments[1], ordered: false) ?? writer.WriteFunction("NULLIF", call.Arguments);

    private static SqlFunctionRule WritePart(string name) => (writer, call) =>
        call.Arguments is [{ Type.Kind: TypeKind.Date or TypeKind.Timestamp }]
            ? writer.WriteFunction(name, call.Arguments) : $"{call.Function} of {call.Arguments[0].Type} is left to the engine";

    private static string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        (SqlType from, SqlType to) = (operand.Type, call.Type);
        bool isSame = SqlConversions.IsWidening(from, to);
        if (isSame && (from.IsInteger || from.Kind == TypeKind.Varchar) && to is not DecimalType)
            return writer.Write(operand);
        string? target = (isSame, to) switch
        {
            (true, DecimalType number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"DECIMAL({number.Precision},{number.Scale})"),
            (false, _) when from.IsInteger && to.Kind == TypeKind.Double => "DOUBLE",
            (false, _) when from.Kind == TypeKind.Date && to.Kind == TypeKind.Timestamp => "DATETIME(6)",
            (false, _) when from.Kind == TypeKind.Timestamp && to.Kind == TypeKind.Date => "DATE",
            _ => null,
        };
        if (target is null)
            return $"a cast of {from} to {to} is left to the engine";
        writer.Sql.Add("CAST(");
        if (writer.Write(operand) is { } reason)
            return reason;
        writer.Sql.Add(" AS ").Add(target).Add(")");
        return null;
    }
}

/// <summary>Aggregates that the server computes just as the engine does.</summary>
internal static class MariaDbAggregates
{
    private static readonly Dictionary<string, string> _variances = new()
    {
        ["var_pop"] = "VAR_POP",
        ["var_samp"] = "VAR_SAMP",
        ["variance"] = "VAR_SAMP", // VARIANCE is another one there
        ["stddev_pop"] = "STDDEV_POP",
        ["stddev_samp"] = "STDDEV_SAMP",
        ["stddev"] = "STDDEV_SAMP",
    };

    public static readonly IReadOnlyDictionary<string, SqlAggregateRule> Rules = new Dictionary<string, SqlAggregateRule>(
        _variances.ToDictionary(name => name.Key, name => SqlAggregateRules.Statistic(name.Value, takesInfinities: true)))
    {
        ["count"] = SqlAggregateRules.Count,
        ["sum"] = SqlAggregateRules.Sum,
        ["avg"] = WriteAverage,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
    };

    private static string? WriteAverage(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (SqlAggregateRules.WhyNotSummed(writer, call) is { } reason)
            return reason;
        if (!call.Arguments[0].Type.IsInteger || call.Type.Kind != TypeKind.Double)
            return $"avg of {call.Arguments[0].Type} is rounded otherwise in the source";
        writer.Sql.Add("(CAST(");
        if (SqlAggregateRules.Simple("sum", writer, call) is { } sumReason)
            return sumReason;
        writer.Sql.Add(" AS DOUBLE) / ");
        _ = SqlAggregateRules.Simple("count", writer, call);
        writer.Sql.Add(")");
        return null;
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        bool isKnown = argument.Type.IsInteger || argument.Type.Kind is TypeKind.Decimal or TypeKind.Double or TypeKind.Date or TypeKind.Timestamp
            or TypeKind.TimestampWithTimeZone or TypeKind.Varchar or TypeKind.Char;
        if (!isKnown || argument.Type != call.Type)
            return $"{name} of {argument.Type} is left to the engine";
        return writer.WhyNotComparable(argument, argument, ordered: true) ?? SqlAggregateRules.Simple(name, writer, call);
    }
}
