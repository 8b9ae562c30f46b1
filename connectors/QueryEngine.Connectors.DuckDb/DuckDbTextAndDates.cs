using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb;

/// <summary>Functions of text and dates that DuckDB computes just as the engine does.</summary>
internal static class DuckDbTextAndDates
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
            yield return new(name, (writer, call) => WriteTrim(writer, call, name == "btrim" ? "trim" : name));
        yield return new("substring", WriteSubstring);
        yield return new("substr", WriteSubstring);
        yield return new("left", (writer, call) => WriteText(writer, call, "left", texts: 1, leastNumber: 0));
        yield return new("right", (writer, call) => WriteText(writer, call, "right", texts: 1, leastNumber: 0));
        yield return new("replace", (writer, call) => WriteText(writer, call, "replace", texts: 3, leastNumber: 0));
        yield return new("strpos", (writer, call) => WriteText(writer, call, "strpos", texts: 2, leastNumber: 0));
        yield return new("starts_with", (writer, call) => WriteText(writer, call, "starts_with", texts: 2, leastNumber: 0));
        yield return new("$concat", (writer, call) => call.Arguments.Count == 2 && call.Arguments.All(argument => argument.Type.Kind == TypeKind.Varchar)
            ? writer.WriteInfix(call.Arguments[0], " || ", call.Arguments[1]) : "this concatenation is left to the engine");
        yield return new("greatest", WriteExtreme);
        yield return new("least", WriteExtreme);
    }

    /// <summary>Whether <c>+</c> or <c>-</c> of dates is the same in the source.</summary>
    public static bool IsDateArithmetic(ConnectorCall call)
    {
        (SqlType left, SqlType right) = (call.Arguments[0].Type, call.Arguments[1].Type);
        return (left.Kind, right.Kind, call.Function) switch
        {
            (TypeKind.Date, TypeKind.Integer or TypeKind.SmallInt or TypeKind.TinyInt, "$add" or "$subtract") => call.Type.Kind == TypeKind.Date,
            (TypeKind.Date, TypeKind.Date, "$subtract") => call.Type.Kind == TypeKind.Integer,
            (TypeKind.Date or TypeKind.Timestamp, TypeKind.Interval, "$add" or "$subtract") =>
                call.Type is TimestampType { Precision: <= 6 } && left is not TimestampType { Precision: > 6 } && call.Arguments[1] is ConnectorConstant { Value: not null },
            _ => false,
        };
    }

    private static string? WriteField(SqlExpressionWriter writer, ConnectorCall call, string field, params ReadOnlySpan<TypeKind> kinds)
    {
        ConnectorExpression argument = call.Arguments[0];
        if (call.Arguments.Count != 1 || !kinds.Contains(argument.Type.Kind) || !call.Type.IsInteger)
            return $"{call.Function} of {argument.Type} is left to the engine";
        return writer.WhyNotComparable(argument, ordered: false)
            ?? DuckDbFunctions.WriteAs(writer, call.Type, () => writer.WriteFunction(field, [argument]));
    }

    private static string? WriteTruncation(SqlExpressionWriter writer, ConnectorCall call)
    {
        if (call.Arguments is not [ConnectorConstant { Value: string unit }, { Type: DateType or TimestampType { Precision: <= 6 } } argument]
            || !SqlDateFields.Units.Contains(unit) || call.Type.Kind != TypeKind.Timestamp)
            return "this truncation is left to the engine";
        if (writer.WhyNotComparable(argument, ordered: false) is { } reason)
            return reason;
        writer.Sql.Add($"date_trunc('{unit}', ");
        if (DuckDbFunctions.WriteAs(writer, SqlType.Timestamp, () => writer.Write(argument)) is { } refused)
            return refused;
        writer.Sql.Add(")");
        return null;
    }

    // Without a list of characters it trims all that are blanks in Unicode.
    private static string? WriteTrim(SqlExpressionWriter writer, ConnectorCall call, string name)
    {
        if (call.Arguments is not [{ Type.Kind: TypeKind.Varchar } text])
            return $"this {call.Function} is left to the engine";
        return writer.WhyNotComparable(text, ordered: false) ?? writer.WriteFunction(name, [text, new ConnectorConstant(" ", SqlType.Varchar)]);
    }

    // A start below one counts from the end there.
    private static string? WriteSubstring(SqlExpressionWriter writer, ConnectorCall call) =>
        call.Arguments.Count is 2 or 3 && call.Arguments[1] is ConnectorConstant start && Number(start) >= 1
            ? WriteText(writer, call, "substring", texts: 1, leastNumber: 0)
            : "a start that is not a constant above zero is left to the engine";

    // Texts first, then constant numbers. What is looked for is a constant that is not empty.
    private static string? WriteText(SqlExpressionWriter writer, ConnectorCall call, string name, int texts, int leastNumber)
    {
        string left = $"this {call.Function} is left to the engine";
        if (call.Arguments.Count < texts || call.Arguments.Take(texts).Any(argument => argument.Type.Kind != TypeKind.Varchar))
            return left;
        if (call.Arguments.Skip(1).Any(argument => argument is not ConnectorConstant { Value: not null }) || call.Arguments is [_, ConnectorConstant { Value: "" }, ..])
            return left;
        foreach (ConnectorExpression argument in call.Arguments.Skip(texts))
            if (Number((ConnectorConstant)argument) is not { } number || number < leastNumber || number > 1_000_000_000)
                return left;
        if (writer.WhyNotComparable(call.Arguments[0], ordered: false) is { } reason)
            return reason;
        return call.Type.IsInteger
            ? DuckDbFunctions.WriteAs(writer, call.Type, () => writer.WriteFunction(name, call.Arguments))
            : writer.WriteFunction(name, call.Arguments);
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

    private static long? Number(ConnectorConstant constant) => constant.Value switch
    {
        sbyte number => number,
        short number => number,
        int number => number,
        long number => number,
        _ => null,
    };
}
