using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Writes LIKE for sources whose <c>%</c> and <c>_</c> mean what they mean here.</summary>
/// <param name="DefaultEscape">What escapes in a pattern where nothing is named: empty for none, null where that depends on the server and so is always named.</param>
/// <param name="CharSuffix">What a char(n) gets behind it to be matched without its blanks; null where it is not sent.</param>
public sealed record SqlPatterns(string? DefaultEscape, string? CharSuffix = null)
{
    /// <summary>The rule of <c>$like</c>.</summary>
    public string? Write(SqlExpressionWriter writer, ConnectorCall call)
    {
        ConnectorExpression value = call.Arguments[0];
        string? suffix = value.Type.Kind == TypeKind.Varchar ? "" : value.Type.Kind == TypeKind.Char ? CharSuffix : null;
        if (suffix is null || call.Arguments.Skip(1).Any(argument => argument is not ConnectorConstant { Value: string, Type.IsText: true }))
            return "only a constant pattern is sent to the source";
        string pattern = (string)((ConnectorConstant)call.Arguments[1]).Value!;
        string escape = call.Arguments.Count > 2 ? (string)((ConnectorConstant)call.Arguments[2]).Value! : "\\";
        bool isNone = escape.Length == 0 && DefaultEscape is not null;
        bool isPlain = escape.Length == 1 && char.IsAscii(escape[0]) && !EndsInEscape(pattern, escape[0]);
        if (!isNone && !isPlain)
            return "the pattern's escape is left to the engine to check";
        if (writer.WhyNotComparable(value, ordered: false) is { } collation)
            return collation;

        writer.Sql.Add("(");
        if (writer.Write(value) is { } reason)
            return reason;
        writer.Sql.Add(suffix).Add(" LIKE ");
        if (writer.WriteValue(pattern, SqlType.Varchar) is { } patternReason)
            return patternReason;
        if (escape != DefaultEscape && (DefaultEscape is not "" || pattern.Contains(escape, StringComparison.Ordinal)))
        {
            writer.Sql.Add(" ESCAPE ");
            if (writer.WriteValue(escape, SqlType.Varchar) is { } escapeReason)
                return escapeReason;
        }

        writer.Sql.Add(")");
        return null;
    }

    // Whether the last character escapes a character that is not there.
    private static bool EndsInEscape(string pattern, char escape)
    {
        for (int at = 0; at < pattern.Length; at++)
            if (pattern[at] == escape && ++at == pattern.Length)
                return true;
        return false;
    }
}
