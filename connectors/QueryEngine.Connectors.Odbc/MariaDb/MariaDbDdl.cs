using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>Writes names.</summary>
internal static class MariaDbNames
{
    private const int LongestName = 64;

    /// <summary>A table's name, quoted.</summary>
    public static string Name(SchemaTableName table) => $"{Quote(table.Schema)}.{Quote(table.Table)}";

    /// <summary>A name, quoted.</summary>
    public static string Quote(string name)
    {
        bool isName = name.Length is > 0 and <= LongestName && !name.EndsWith(' ') && !name.Contains('\0', StringComparison.Ordinal) && !name.Any(char.IsSurrogate);
        return isName
            ? $"`{name.Replace("`", "``", StringComparison.Ordinal)}`"
            : throw new QueryException(
                ErrorCode.InvalidName, $"'{name}' cannot be a name in MariaDB", $"A name has 1 to {LongestName} characters of the basic plane and no blank at its end.");
    }

    /// <summary>Names, quoted, with commas.</summary>
    public static string List(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));
}

/// <summary>Writes statements that define tables.</summary>
internal static class MariaDbDdl
{
    /// <summary>CREATE TABLE of another name, so that the table can appear at once.</summary>
    public static string CreateTable(TableDefinition table, SchemaTableName name, bool isMySql)
    {
        List<string> parts = [.. table.Columns.Select(column => Column(column, table, isMySql))];
        if (table.PrimaryKey.Count > 0)
            parts.Add($"PRIMARY KEY ({MariaDbNames.List(table.PrimaryKey)})");
        foreach (RowConstraint constraint in table.Constraints)
        {
            switch (constraint)
            {
                case UniqueConstraint { IsPrimaryKey: false } unique:
                    parts.Add($"CONSTRAINT {MariaDbNames.Quote(unique.Name)} UNIQUE ({MariaDbNames.List(unique.Columns)})");
                    break;
                case UniqueConstraint key when table.PrimaryKey.Count == 0:
                    parts.Add($"PRIMARY KEY ({MariaDbNames.List(key.Columns)})");
                    break;
                case UniqueConstraint:
                    break;
                default:
                    throw QueryException.NotSupported($"constraint '{constraint.Name}' in MariaDB");
            }
        }

        string comment = table.Comment is { } text ? $" COMMENT = {MariaDbMetadata.Text(text)}" : "";
        return $"CREATE TABLE {MariaDbNames.Name(name)} ({string.Join(", ", parts)}) ENGINE = InnoDB{comment}";
    }

    /// <summary>The statement of a change of a table.</summary>
    public static string Alter(SchemaTableName table, TableChange change, bool isMySql) => change switch
    {
        AddColumnChange add => $"ALTER TABLE {MariaDbNames.Name(table)} ADD COLUMN {Column(add.Column, definition: null, isMySql)}",
        DropColumnChange drop => $"ALTER TABLE {MariaDbNames.Name(table)} DROP COLUMN {MariaDbNames.Quote(drop.Column)}",
        RenameColumnChange rename => $"ALTER TABLE {MariaDbNames.Name(table)} RENAME COLUMN {MariaDbNames.Quote(rename.Column)} TO {MariaDbNames.Quote(rename.NewName)}",
        RenameTableChange rename => $"RENAME TABLE {MariaDbNames.Name(table)} TO {MariaDbNames.Name(rename.NewName)}",
        SetCommentChange { Column: null } comment => $"ALTER TABLE {MariaDbNames.Name(table)} COMMENT = {MariaDbMetadata.Text(comment.Comment ?? "")}",
        _ => throw QueryException.NotSupported($"{change.GetType().Name} in MariaDB"),
    };

    // Keys are of bounded length there: text without a length in a key gets one.
    private static string Column(TableColumn column, TableDefinition? definition, bool isMySql)
    {
        bool isKey = definition is not null && (definition.PrimaryKey.Contains(column.Name)
            || definition.Constraints.OfType<UniqueConstraint>().Any(unique => unique.Columns.Contains(column.Name)));
        SqlType type = isKey && column.Type is VarcharType { Length: null } ? SqlType.VarcharOf(500) : column.Type;
        return $"{MariaDbNames.Quote(column.Name)} {MariaDbTypes.Declare(type, column.Name, isMySql)}{(column.IsNullable ? " NULL" : " NOT NULL")}";
    }
}
