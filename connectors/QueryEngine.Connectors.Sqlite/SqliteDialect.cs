using System.Globalization;
using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <summary>SQLite: values are bound parameters, text compares by bytes, LIKE ignores case and is replaced where that is possible.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    public static readonly SqliteDialect Instance = new();

    /// <inheritdoc/>
    public override ISqlIdentifiers Identifiers => StandardIdentifiers.Instance;

    /// <inheritdoc/>
    public override ISqlValues Values { get; } = new SqlParameterValues(WhyNot);

    /// <inheritdoc/>
    public override ISqlValues ShownValues { get; } = new SqliteLiterals();

    // A statement has at most 32,766 parameters.
    /// <inheritdoc/>
    public override int MaxListItems => 10_000;

    /// <inheritdoc/>
    public override IReadOnlySet<string> Windows => SqlWindows.All;

    /// <inheritdoc/>
    public override bool TakesUnions => true;

    /// <inheritdoc/>
    public override SqlComparison ConstantComparison => SqlComparison.Full;

    /// <inheritdoc/>
    public override string DistinctFrom => "IS NOT";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlFunctionRule> Functions { get; } = new Dictionary<string, SqlFunctionRule>
    {
        ["$like"] = SqliteLike.Write,
        ["$cast"] = WriteCast,
        ["$add"] = RefuseArithmetic,
        ["$subtract"] = RefuseArithmetic,
        ["$multiply"] = RefuseArithmetic,
        ["$divide"] = RefuseArithmetic,
        ["$modulus"] = RefuseArithmetic,
        ["$negate"] = RefuseArithmetic,
    };

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, SqlAggregateRule> Aggregates { get; } = new Dictionary<string, SqlAggregateRule>
    {
        ["count"] = SqlAggregateRules.Count,
        ["min"] = (writer, call) => WriteExtreme("min", writer, call),
        ["max"] = (writer, call) => WriteExtreme("max", writer, call),
        ["sum"] = (_, _) => "a sum of SQLite is floating point or fails where it passes 64 bits",
        ["avg"] = (_, _) => "an average of SQLite is floating point",
    };

    /// <inheritdoc/>
    public override void WriteColumn(SqlText sql, SqlColumn column)
    {
        string name = Identifiers.Quote(column.Name);
        if (column.IsCastToText)
            sql.Add("(CAST(").Add(name).Add(" AS TEXT) COLLATE BINARY)");
        else if (column.Type.Kind == TypeKind.Char)
            sql.Add("rtrim(").Add(name).Add(", ' ')");
        else if (column.Collation is not null)
            sql.Add("(").Add(name).Add(" COLLATE BINARY)");
        else
            sql.Add(name);
    }

    /// <inheritdoc/>
    public override void WriteReadColumn(SqlText sql, SqlColumn column) => sql.Add(Identifiers.Quote(column.Name));

    /// <inheritdoc/>
    public override string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered) =>
        left.Type.IsInteger && right.Type.IsInteger ? null : base.WhyNotComparable(left, right, ordered);

    /// <inheritdoc/>
    public override string? WriteSuperset(SqlExpressionWriter writer, ConnectorExpression condition) => SqliteSuperset.Write(writer, condition);

    private static string RefuseArithmetic(SqlExpressionWriter writer, ConnectorCall call) =>
        "arithmetic of SQLite turns into floating point where it overflows";

    private static string? WriteCast(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        (SqlType from, SqlType to) = (operand.Type, call.Type);
        bool isSame = (from.IsInteger && to.Kind == TypeKind.BigInt) || (from.Kind == TypeKind.Varchar && to == SqlType.Varchar);
        if (isSame)
            return writer.Write(operand);
        if (!from.IsInteger || to.Kind != TypeKind.Double)
            return $"a cast of {from} to {to} is left to the engine";

        writer.Sql.Add("CAST(");
        if (writer.Write(operand) is { } reason)
            return reason;
        writer.Sql.Add(" AS REAL)");
        return null;
    }

    private static string? WriteExtreme(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        ConnectorExpression argument = call.Arguments[0];
        if (argument.Type.Kind is not (TypeKind.BigInt or TypeKind.Double or TypeKind.Varchar) || argument.Type != call.Type)
            return $"{name} of {argument.Type} is left to the engine";
        return writer.WhyNotComparable(argument, ordered: true) ?? SqlAggregateRules.Simple(name, writer, call);
    }

    private static string? WhyNot(object value, SqlType type) => type.Kind switch
    {
        TypeKind.Boolean or TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer or TypeKind.BigInt or TypeKind.Varbinary => null,
        TypeKind.Real or TypeKind.Double =>
            double.IsNaN(Convert.ToDouble(value, CultureInfo.InvariantCulture)) ? "SQLite has no NaN" : null,
        TypeKind.Varchar or TypeKind.Char => IsWellFormed((string)value) ? null : "the text has half a surrogate pair",
        TypeKind.Date or TypeKind.Time or TypeKind.Timestamp => "dates and times have more than one form in SQLite (text, julian day, unix seconds)",
        TypeKind.Decimal => "decimals are floating point numbers in SQLite",
        _ => $"{type} is no type of SQLite",
    };

    private static bool IsWellFormed(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD', StringComparison.Ordinal))
                return false;
        return true;
    }

    private sealed class SqliteLiterals : ISqlValues
    {
        public string? Write(SqlText sql, object? value, SqlType type)
        {
            if (value is not null && WhyNot(value, type) is { } reason)
                return reason;
            sql.Add(value switch
            {
                null => "NULL",
                bool truth => truth ? "1" : "0",
                string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
                ValueList<byte> bytes => $"x'{Convert.ToHexString(bytes.AsSpan())}'",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => "?",
            });
            return null;
        }
    }
}

/// <summary>
/// LIKE of SQLite ignores the case of ASCII letters and stops at a zero byte, so that patterns are written by other means: equality,
/// a range for a prefix, instr for a part.
/// </summary>
internal static class SqliteLike
{
    public static string? Write(SqlExpressionWriter writer, ConnectorCall call)
    {
        const string Left = "LIKE of SQLite ignores case";
        if (call.Arguments[1] is not ConnectorConstant { Value: string pattern } || !IsPlainText(call.Arguments[0].Type))
            return Left;

        string? escape = "\\";
        if (call.Arguments.Count > 2)
        {
            if (call.Arguments[2] is not ConnectorConstant { Value: string given })
                return Left;
            escape = given;
        }

        if (Parse(pattern, escape) is not var (before, text, after))
            return $"{Left}; this pattern has no other form there";
        if (writer.WhyNotComparable(call.Arguments[0], ordered: true) is { } reason)
            return reason;

        ConnectorExpression value = call.Arguments[0];
        var constant = new ConnectorConstant(text, SqlType.Varchar);
        return (before, after) switch
        {
            (false, false) => writer.WriteInfix(value, " = ", constant),
            (false, true) => WritePrefix(writer, value, text),
            (true, true) => WriteContains(writer, value, constant),
            _ => $"{Left}; this pattern has no other form there",
        };
    }

    private static bool IsPlainText(SqlType type) => type.Kind == TypeKind.Varchar;

    private static string? WriteContains(SqlExpressionWriter writer, ConnectorExpression value, ConnectorExpression text)
    {
        writer.Sql.Add("(");
        if (writer.WriteFunction("instr", [value, text]) is { } reason)
            return reason;
        writer.Sql.Add(" > 0)");
        return null;
    }

    // value >= 'abc' and value < 'abd': the next text of the same length in code point order.
    private static string? WritePrefix(SqlExpressionWriter writer, ConnectorExpression value, string prefix)
    {
        writer.Sql.Add("(");
        if (writer.WriteInfix(value, " >= ", new ConnectorConstant(prefix, SqlType.Varchar)) is { } reason)
            return reason;
        if (Next(prefix) is { } next)
        {
            writer.Sql.Add(" AND ");
            if (writer.WriteInfix(value, " < ", new ConnectorConstant(next, SqlType.Varchar)) is { } nextReason)
                return nextReason;
        }

        writer.Sql.Add(")");
        return null;
    }

    private static string? Next(string prefix)
    {
        var runes = new List<Rune>(prefix.EnumerateRunes());
        while (runes.Count > 0)
        {
            int last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last == 0x10FFFF)
                continue;
            runes.Add(new Rune(last == 0xD7FF ? 0xE000 : last + 1));
            return string.Concat(runes);
        }

        return null;
    }

    // %text%, text%, %text, text: null for a pattern with a wildcard inside.
    private static (bool Before, string Text, bool After)? Parse(string pattern, string? escape)
    {
        var text = new StringBuilder();
        bool before = false, after = false;
        for (int at = 0; at < pattern.Length; at++)
        {
            char c = pattern[at];
            if (escape is { Length: 1 } && c == escape[0])
            {
                if (++at == pattern.Length)
                    return null;
                c = pattern[at];
            }
            else if (c == '_')
            {
                return null;
            }
            else if (c == '%')
            {
                if (text.Length == 0 && !after && at == 0)
                    before = true;
                else if (pattern.AsSpan(at).IndexOfAnyExcept('%') < 0)
                    after = true;
                else
                    return null;
                continue;
            }

            text.Append(c);
        }

        return text.Length == 0 ? null : (before, text.ToString(), after);
    }
}
