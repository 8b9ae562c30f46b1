using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>Functions of text and dates that PostgreSQL computes just as the engine does.</summary>
internal static class PostgresTextAndDates
{
    /// <summary>Rules by function name.</summary>
    public static IEnumerable<KeyValuePair<string, SqlFunctionRule>> Rules()
    {
        foreach ((string function, string field) in SqlDateFields.ByFunction)
            yield return new(function, (writer, call) => WriteField(writer, call, field, TypeKind.Date, TypeKind.Timestamp));
        yield return new("hour", (writer, call) => WriteField(writer, call, "hour", TypeKind.Timestamp, TypeKind.Time));
        yield return new("minute", (writer, call) => WriteField(writer, call, "minute", TypeKind.Timestamp, TypeKind.Time));
        yield return new("date_trunc", WriteTruncation);
        foreach (string name in (string[])["trim", "btrim", "ltrim", "rtrim"])
            yield return new(name, (writer, call) => WriteText(writer, call, name == "trim" ? "btrim" : name, numbers: 0, texts: 1));
        yield return new("substring", WriteSubstring);
        yield return new("substr", WriteSubstring);
        yield return new("left", (writer, call) => WriteText(writer, call, "left", numbers: 1, texts: 1));
        yield return new("right", (writer, call) => WriteText(writer, call, "right", numbers: 1, texts: 1));
        yield return new("replace", (writer, call) => WriteText(writer, call, "replace", numbers: 0, texts: 3));
        yield return new("strpos", (writer, call) => WriteText(writer, call, "strpos", numbers: 0, texts: 2));
        yield return new("starts_with", (writer, call) => WriteText(writer, call, "starts_with", numbers: 0, texts: 2));
        yield return new("$concat", WriteConcatenation);
        yield return new("greatest", WriteExtreme);
        yield return new("least", WriteExtreme);
        yield return new("floor", WriteRounding);
        yield return new("ceil", WriteRounding);
        yield return new("ceiling", WriteRounding);
    }

    /// <summary>Whether <c>+</c> or <c>-</c> of dates is the same in the source.</summary>
    public static bool IsDateArithmetic(ConnectorCall call)
    {
        (SqlType left, SqlType right) = (call.Arguments[0].Type, call.Arguments[1].Type);
        return (left.Kind, right.Kind, call.Function) switch
        {
            (TypeKind.Date, TypeKind.Integer or TypeKind.SmallInt or TypeKind.TinyInt, _) => call.Type.Kind == TypeKind.Date,
            (TypeKind.Integer or TypeKind.SmallInt or TypeKind.TinyInt, TypeKind.Date, "$add") => call.Type.Kind == TypeKind.Date,
            (TypeKind.Date, TypeKind.Date, "$subtract") => call.Type.Kind == TypeKind.Integer,
            (TypeKind.Date or TypeKind.Timestamp, TypeKind.Interval or TypeKind.IntervalDayToSecond or TypeKind.IntervalYearToMonth, _) =>
                call.Type.Kind == TypeKind.Timestamp && call.Arguments[1] is ConnectorConstant { Value: not null },
            (TypeKind.Interval or TypeKind.IntervalDayToSecond or TypeKind.IntervalYearToMonth, TypeKind.Date or TypeKind.Timestamp, "$add") =>
                call.Type.Kind == TypeKind.Timestamp && call.Arguments[0] is ConnectorConstant { Value: not null },
            _ => false,
        };
    }

    private static string? WriteField(SqlExpressionWriter writer, ConnectorCall call, string field, params ReadOnlySpan<TypeKind> kinds)
    {
        ConnectorExpression argument = call.Arguments[0];
        if (call.Arguments.Count != 1 || !kinds.Contains(argument.Type.Kind) || !call.Type.IsInteger)
            return $"{call.Function} of {argument.Type} is left to the engine";
        if (writer.WhyNotComparable(argument, ordered: false) is { } reason)
            return reason;
        writer.Sql.Add($"(extract({field} FROM ");
        if (writer.Write(argument) is { } refused)
            return refused;
        writer.Sql.Add(")::").Add(PostgresDialect.TypeName(call.Type)!).Add(")");
        return null;
    }

    private static string? WriteTruncation(SqlExpressionWriter writer, ConnectorCall call)
    {
        if (call.Arguments is not [ConnectorConstant { Value: string unit }, { Type.Kind: TypeKind.Date or TypeKind.Timestamp } argument]
            || !SqlDateFields.Units.Contains(unit) || call.Type.Kind != TypeKind.Timestamp)
            return "this truncation is left to the engine";
        if (writer.WhyNotComparable(argument, ordered: false) is { } reason)
            return reason;
        writer.Sql.Add($"date_trunc('{unit}', (");
        if (writer.Write(argument) is { } refused)
            return refused;
        writer.Sql.Add(")::timestamp)");
        return null;
    }

    private static string? WriteSubstring(SqlExpressionWriter writer, ConnectorCall call) =>
        call.Arguments.Count == 3 && (call.Arguments[2] is not ConnectorConstant { Value: not null } length || Number(length) is < 0 or null)
            ? "a length that may be negative is left to the engine to check"
            : WriteText(writer, call, "substr", numbers: call.Arguments.Count - 1, texts: 1);

    // Texts first, then constant numbers. What is looked for is a constant that is not empty.
    private static string? WriteText(SqlExpressionWriter writer, ConnectorCall call, string name, int numbers, int texts)
    {
        string left = $"this {call.Function} is left to the engine";
        if (call.Arguments.Count != numbers + texts || call.Arguments.Take(texts).Any(argument => argument.Type.Kind != TypeKind.Varchar))
            return left;
        if (call.Arguments.Skip(1).Any(argument => argument is not ConnectorConstant { Value: not null }) || call.Arguments is [_, ConnectorConstant { Value: "" }, ..])
            return left;
        if (writer.WhyNotComparable(call.Arguments[0], ordered: false) is { } reason)
            return reason;

        writer.Sql.Add("(").Add(name).Add("(");
        for (int argument = 0; argument < call.Arguments.Count; argument++)
        {
            writer.Sql.Add(argument == 0 ? "" : ", ");
            if (argument < texts)
            {
                if (writer.Write(call.Arguments[argument]) is { } refused)
                    return refused;
                continue;
            }
            if (Number((ConnectorConstant)call.Arguments[argument]) is not (>= -1_000_000_000 and <= 1_000_000_000 and var number))
                return left;
            if (writer.WriteValue((int)number, SqlType.Integer) is { } noNumber)
                return noNumber;
        }
        writer.Sql.Add(")").Add(call.Type.IsInteger ? "::" + PostgresDialect.TypeName(call.Type) : "").Add(")");
        return null;
    }

    private static string? WriteConcatenation(SqlExpressionWriter writer, ConnectorCall call)
    {
        if (call.Arguments.Count != 2 || call.Arguments.Any(argument => argument.Type.Kind != TypeKind.Varchar))
            return "this concatenation is left to the engine";
        return writer.WriteInfix(call.Arguments[0], " || ", call.Arguments[1]);
    }

    private static string? WriteExtreme(SqlExpressionWriter writer, ConnectorCall call)
    {
        bool isKnown = call.Type.IsInteger || call.Type.Kind is TypeKind.Date or TypeKind.Timestamp || call.Type is DecimalType;
        if (!isKnown || call.Arguments.Any(argument => argument.Type != call.Type))
            return $"{call.Function} of these types is left to the engine";
        foreach (ConnectorExpression argument in call.Arguments)
            if (writer.WhyNotComparable(argument, ordered: true) is { } reason)
                return reason;
        return writer.WriteFunction(call.Function, call.Arguments);
    }

    private static string? WriteRounding(SqlExpressionWriter writer, ConnectorCall call) =>
        call.Arguments is [{ Type: DecimalType }] && call.Type is DecimalType { Scale: 0 }
            ? writer.WriteFunction(call.Function == "floor" ? "floor" : "ceil", call.Arguments)
            : $"{call.Function} of {call.Arguments[0].Type} is left to the engine";

    private static long? Number(ConnectorConstant constant) => constant.Value switch
    {
        sbyte number => number,
        short number => number,
        int number => number,
        long number => number,
        _ => null,
    };
}
