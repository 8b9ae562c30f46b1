using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Functions and operators that the server computes just as the engine does.</summary>
internal static class ClickHouseFunctions
{
    private static readonly Dictionary<string, string> _fields = new()
    {
        ["year"] = "toYear",
        ["quarter"] = "toQuarter",
        ["month"] = "toMonth",
        ["day"] = "toDayOfMonth",
        ["day_of_week"] = "toDayOfWeek",
        ["day_of_year"] = "toDayOfYear",
    };

    public static readonly IReadOnlyDictionary<string, SqlFunctionRule> Rules = MakeRules();

    private static Dictionary<string, SqlFunctionRule> MakeRules()
    {
        var rules = new Dictionary<string, SqlFunctionRule>
        {
            ["$add"] = LeaveArithmetic,
            ["$subtract"] = LeaveArithmetic,
            ["$multiply"] = LeaveArithmetic,
            ["$negate"] = LeaveArithmetic,
            ["$divide"] = WriteDivision("intDiv"),
            ["$modulus"] = WriteDivision("modulo"),
            ["$like"] = WriteLike,
            ["$cast"] = WriteCast,
            ["length"] = WriteText("lengthUTF8", texts: 1),
            ["char_length"] = WriteText("lengthUTF8", texts: 1),
            ["character_length"] = WriteText("lengthUTF8", texts: 1),
            ["octet_length"] = WriteText("length", texts: 1),
            ["strpos"] = WriteText("positionUTF8", texts: 2),
            ["starts_with"] = WriteText("startsWith", texts: 2),
            ["$concat"] = (writer, call) => call.Arguments.Count == 2 && call.Arguments.All(argument => argument.Type.Kind == TypeKind.Varchar)
                ? writer.WriteFunction("concat", call.Arguments) : "this concatenation is left to the engine",
            ["lower"] = (_, _) => "the source changes the case of letters by rules of its own",
            ["upper"] = (_, _) => "the source changes the case of letters by rules of its own",
        };
        foreach ((string function, string field) in _fields)
            rules[function] = (writer, call) => call.Arguments is [{ Type.Kind: TypeKind.Date or TypeKind.Timestamp }]
                ? writer.WriteFunction(field, call.Arguments) : $"{call.Function} of {call.Arguments[0].Type} is left to the engine";
        return rules;
    }

    private static string LeaveArithmetic(SqlExpressionWriter writer, ConnectorCall call) => "numbers wrap around in the source where they are too large";

    // By zero it fails there too, but the least number by -1 wraps around.
    private static SqlFunctionRule WriteDivision(string name) => (writer, call) =>
    {
        bool isKnown = call.Type.IsInteger && call.Arguments[0].Type == call.Type && call.Arguments[1].Type == call.Type
            && call.Arguments[1] is ConnectorConstant { Value: sbyte or short or int or long } divisor
            && Convert.ToInt64(divisor.Value, System.Globalization.CultureInfo.InvariantCulture) is not (0 or -1);
        if (!isKnown)
            return "division is left to the engine unless the divisor is a constant whole number";
        writer.Sql.Add(name).Add("(toInt64(");
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add("), toInt64(");
        if (writer.Write(call.Arguments[1]) is { } divisorReason)
            return divisorReason;
        writer.Sql.Add("))");
        return null;
    };

    // In a pattern of the source a backslash escapes what has a meaning, and only that.
    private static string? WriteLike(SqlExpressionWriter writer, ConnectorCall call)
    {
        if (call.Arguments.Skip(1).Any(argument => argument is not ConnectorConstant { Value: string, Type.IsText: true }) || call.Arguments[0].Type.Kind != TypeKind.Varchar)
            return "only a constant pattern is sent to the source";
        string pattern = (string)((ConnectorConstant)call.Arguments[1]).Value!;
        string escape = call.Arguments.Count > 2 ? (string)((ConnectorConstant)call.Arguments[2]).Value! : "\\";
        if (escape.Length > 1 || pattern.Contains('\0', StringComparison.Ordinal) || Translate(pattern, escape.Length == 0 ? null : escape[0]) is not { } translated)
            return "the pattern's escape is left to the engine to check";
        if (writer.WhyNotComparable(call.Arguments[0], ordered: false) is { } collation)
            return collation;
        writer.Sql.Add("(");
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add(" LIKE ");
        if (writer.WriteValue(translated, SqlType.Varchar) is { } patternReason)
            return patternReason;
        writer.Sql.Add(")");
        return null;
    }

    private static string? Translate(string pattern, char? escape)
    {
        var translated = new StringBuilder(pattern.Length);
        for (int at = 0; at < pattern.Length; at++)
        {
            bool isEscaped = pattern[at] == escape;
            if (isEscaped && ++at == pattern.Length)
                return null;
            if ((isEscaped && pattern[at] is '%' or '_') || pattern[at] == '\\')
                translated.Append(isEscaped || pattern[at] == '\\' ? "\\" : "");
            translated.Append(pattern[at]);
        }

        return translated.ToString();
    }

    // All but the first are constants that are not empty.
    private static SqlFunctionRule WriteText(string name, int texts) => (writer, call) =>
    {
        bool isKnown = call.Arguments.Count == texts && call.Arguments.All(argument => argument.Type.Kind == TypeKind.Varchar)
            && call.Arguments.Skip(1).All(argument => argument is ConnectorConstant { Value: string { Length: > 0 } });
        return isKnown ? writer.WhyNotComparable(call.Arguments[0], ordered: false) ?? writer.WriteFunction(name, call.Arguments) : $"this {call.Function} is left to the engine";
    };

    private static string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        (SqlType from, SqlType to) = (operand.Type, call.Type);
        if (SqlConversions.IsWidening(from, to) && ((from.IsInteger && to.IsInteger) || from.Kind == TypeKind.Varchar))
            return writer.Write(operand);
        string? function = (from, to) switch
        {
            _ when SqlConversions.IsWidening(from, to) && to is DecimalType => "CAST",
            ({ IsInteger: true }, { Kind: TypeKind.Double }) => "toFloat64",
            ({ Kind: TypeKind.Timestamp }, { Kind: TypeKind.Date }) => "toDate",
            _ => null,
        };
        if (function is null)
            return $"a cast of {from} to {to} is left to the engine";
        writer.Sql.Add(function).Add("(");
        if (writer.Write(operand) is { } reason)
            return reason;
        writer.Sql.Add(to is DecimalType number ? $" AS Nullable(Decimal({number.Precision}, {number.Scale})))" : ")");
        return null;
    }
}

/// <summary>Aggregates that the server computes just as the engine does: over values that may be NULL, so that no row at all is NULL.</summary>
internal static class ClickHouseAggregates
{
    public static readonly IReadOnlyDictionary<string, SqlAggregateRule> Rules = new Dictionary<string, SqlAggregateRule>
    {
        ["count"] = WriteCount,
        ["sum"] = WriteSum,
        ["avg"] = WriteAverage,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
    };

    // The distinct values of none but NULL are NULL there.
    private static string? WriteCount(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (!call.IsDistinct)
            return SqlAggregateRules.Count(writer, call);
        if (call.Arguments is not [{ Type: { IsInteger: true } or { Kind: TypeKind.Varchar or TypeKind.Date or TypeKind.Timestamp } }])
            return "the distinct values of this type are counted by the engine";
        writer.Sql.Add("ifNull(");
        if (SqlAggregateRules.Count(writer, call) is { } reason)
            return reason;
        writer.Sql.Add(", 0)");
        return null;
    }

    // Of 64 bits it wraps around there, and old servers end where they keep numbers of 128 bits among what they aggregate.
    private static string? WriteSum(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        SqlType argument = call.Arguments[0].Type;
        if (SqlAggregateRules.WhyNotSummed(writer, call) is { } reason)
            return reason;
        if (call.IsDistinct)
            return "a sum of distinct values is left to the engine";
        return (argument, call.Type) switch
        {
            ({ Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer }, { Kind: TypeKind.BigInt }) => Write("sum(toNullable(toInt64(", writer, call, ")))"),
            _ => $"the sum of {argument} is left to the engine",
        };
    }

    private static string? WriteAverage(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (call.Arguments[0].Type.Kind is not (TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer) || call.Type.Kind != TypeKind.Double || call.IsDistinct)
            return $"avg of {call.Arguments[0].Type} is left to the engine";
        if (Write("(toFloat64(sum(toNullable(toInt64(", writer, call, "))))") is { } reason)
            return reason;
        return Write(" / count(", writer, call, "))");
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        bool isKnown = argument.Type.IsInteger || argument.Type.Kind is TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone or TypeKind.Varchar;
        if (!isKnown || argument.Type != call.Type)
            return $"{name} of {argument.Type} is left to the engine";
        return writer.WhyNotComparable(argument, argument, ordered: true) ?? Write($"{name}(toNullable(", writer, call, "))");
    }

    private static string? Write(string before, SqlExpressionWriter writer, ConnectorAggregate call, string after)
    {
        writer.Sql.Add(before);
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add(after);
        return null;
    }
}
