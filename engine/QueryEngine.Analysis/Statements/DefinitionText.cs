using System.Text;
using QueryEngine.Metadata;

namespace QueryEngine.Analysis.Statements;

/// <summary>The statements that would make a table or a view again.</summary>
internal static class DefinitionText
{
    /// <summary>CREATE TABLE.</summary>
    public static string Of(ResolvedTable table)
    {
        var text = new StringBuilder($"CREATE TABLE {Name(table.Catalog.Name)}.{Name(table.Schema.Name.Schema)}.{Name(table.Schema.Name.Table)} (");
        IEnumerable<string> lines = table.Schema.Columns.Where(column => !column.IsHidden)
            .Select(column => $"\n   {Name(column.Name)} {column.Type}{(column.IsNullable ? string.Empty : " NOT NULL")}");
        if (table.Schema.PrimaryKey.Count > 0)
            lines = lines.Append($"\n   PRIMARY KEY ({string.Join(", ", table.Schema.PrimaryKey.Select(Name))})");
        return text.AppendJoin(",", lines).Append("\n)").ToString();
    }

    /// <summary>CREATE VIEW.</summary>
    public static string Of(View view) =>
        $"CREATE VIEW {Name(view.Catalog)}.{Name(view.Name.Schema)}.{Name(view.Name.Table)} ({string.Join(", ", view.ColumnNames.Select(Name))}) AS\n{view.Text}";

    /// <summary>A name, in double quotes where it needs them.</summary>
    public static string Name(string name)
    {
        bool isPlain = name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_');
        return isPlain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
