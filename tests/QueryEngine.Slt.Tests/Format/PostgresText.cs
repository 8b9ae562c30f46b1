using System.Collections;
using QueryEngine.Spi;

namespace QueryEngine.Slt.Tests.Format;

/// <summary>Rows and arrays of rows as PostgreSQL writes them: <c>(1,"a b")</c>, <c>{"(1,2)"}</c>.</summary>
internal static class PostgresText
{
    /// <summary>Whether values of a type are rows or hold rows.</summary>
    public static bool HasRow(SqlType type) => type is RowType || (type is ArrayType array && HasRow(array.Element));

    /// <summary>The text of a value that is not null.</summary>
    public static string Format(SqlType type, object value) => (type, value) switch
    {
        (RowType row, IEnumerable fields) => $"({string.Join(',', row.Fields.Zip(fields.Cast<object?>(), (field, one) => one is null ? "" : Quoted(Format(field.Type, one), "(),")))})",
        (ArrayType array, IEnumerable elements) =>
            $"{{{string.Join(',', elements.Cast<object?>().Select(one => one is null ? "NULL" : array.Element is ArrayType ? Format(array.Element, one) : Quoted(Format(array.Element, one), "{},")))}}}",
        (_, bool boolean) => boolean ? "t" : "f",
        _ => SqlValueText.Format(type, value),
    };

    private static string Quoted(string text, string special) =>
        text.Length == 0 || text.Any(symbol => symbol is '"' or '\\' || char.IsWhiteSpace(symbol) || special.Contains(symbol, StringComparison.Ordinal))
            ? $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", special[0] == '(' ? "\"\"" : "\\\"", StringComparison.Ordinal)}\""
            : text;
}
