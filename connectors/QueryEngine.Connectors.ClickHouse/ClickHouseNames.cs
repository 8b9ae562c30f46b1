using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>Names and texts in statements: a backslash escapes in both.</summary>
internal sealed class ClickHouseNames : ISqlIdentifiers
{
    public static readonly ClickHouseNames Instance = new();

    /// <summary>A name, quoted.</summary>
    public string Quote(string name) => name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)
        ? throw new QueryException(ErrorCode.InvalidName, $"'{name}' cannot be a name in ClickHouse")
        : $"`{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal)}`";

    /// <summary>A table's name, quoted.</summary>
    public static string Table(SchemaTableName table) => $"{Instance.Quote(table.Schema)}.{Instance.Quote(table.Table)}";

    /// <summary>Names, quoted, with commas.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Instance.Quote));

    /// <summary>A text as a literal.</summary>
    public static string Text(string text)
    {
        var literal = new StringBuilder("'", text.Length + 2);
        foreach (char letter in text)
            literal.Append(letter switch
            {
                '\'' => "\\'",
                '\\' => "\\\\",
                '\0' => "\\0",
                _ => letter.ToString(),
            });
        return literal.Append('\'').ToString();
    }
}
