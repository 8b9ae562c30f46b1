using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>Writes statements that define tables and schemas.</summary>
internal static class PostgresDdl
{
    private const int MostNameBytes = 63;

    /// <summary>CREATE TABLE.</summary>
    public static string CreateTable(TableDefinition table)
    {
        List<string> parts = [.. table.Columns.Select(Column)];
        if (table.PrimaryKey.Count > 0)
            parts.Add($"PRIMARY KEY ({Names(table.PrimaryKey)})");
        foreach (RowConstraint constraint in table.Constraints)
        {
            switch (constraint)
            {
                case UniqueConstraint { IsPrimaryKey: false } unique:
                    parts.Add($"CONSTRAINT {Quote(unique.Name)} UNIQUE ({Names(unique.Columns)})");
                    break;
                case UniqueConstraint key when table.PrimaryKey.Count == 0:
                    parts.Add($"CONSTRAINT {Quote(key.Name)} PRIMARY KEY ({Names(key.Columns)})");
                    break;
                case UniqueConstraint:
                    break;
                default:
                    throw QueryException.NotSupported($"constraint '{constraint.Name}' in PostgreSQL");
            }
        }
        return $"CREATE TABLE {Name(table.Name)} ({string.Join(", ", parts)})";
    }

    /// <summary>A column of CREATE TABLE or ADD COLUMN.</summary>
    public static string Column(TableColumn column) =>
        $"{Quote(column.Name)} {PostgresWireType.Declare(column.Type, column.Name)}{(column.IsNullable ? "" : " NOT NULL")}";

    /// <summary>The statement of a change of a table.</summary>
    public static string Alter(SchemaTableName table, TableChange change) => change switch
    {
        AddColumnChange add => $"ALTER TABLE {Name(table)} ADD COLUMN {Column(add.Column)}",
        DropColumnChange drop => $"ALTER TABLE {Name(table)} DROP COLUMN {Quote(drop.Column)}{(drop.IsCascade ? " CASCADE" : "")}",
        RenameColumnChange rename => $"ALTER TABLE {Name(table)} RENAME COLUMN {Quote(rename.Column)} TO {Quote(rename.NewName)}",
        RenameTableChange rename => $"ALTER TABLE {Name(table)} RENAME TO {Quote(rename.NewName.Table)}",
        SetNullableChange nullable => $"ALTER TABLE {Name(table)} ALTER COLUMN {Quote(nullable.Column)} {(nullable.IsNullable ? "DROP" : "SET")} NOT NULL",
        DropConstraintChange drop => $"ALTER TABLE {Name(table)} DROP CONSTRAINT {Quote(drop.Name)}{(drop.IsCascade ? " CASCADE" : "")}",
        SetCommentChange { Column: null } comment => $"COMMENT ON TABLE {Name(table)} IS {Text(comment.Comment)}",
        SetCommentChange comment => $"COMMENT ON COLUMN {Name(table)}.{Quote(comment.Column!)} IS {Text(comment.Comment)}",
        _ => throw QueryException.NotSupported($"{change.GetType().Name} in PostgreSQL"),
    };

    /// <summary>A table's name, quoted.</summary>
    public static string Name(SchemaTableName table) => $"{Quote(table.Schema)}.{Quote(table.Table)}";

    /// <summary>A name, quoted. The server would cut a longer one, and it would then not be found.</summary>
    public static string Quote(string name)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetByteCount(name) > MostNameBytes)
            throw new QueryException(ErrorCode.InvalidName, $"'{name}' cannot be a name in PostgreSQL", $"A name has 1 to {MostNameBytes} bytes.");
        return StandardIdentifiers.Instance.Quote(name);
    }

    private static string Names(ValueList<string> columns) => string.Join(", ", columns.Select(Quote));

    private static string Text(string? text) => text is null
        ? "NULL"
        : PostgresLiterals.Quote(text) ?? throw new QueryException(ErrorCode.InvalidText, "PostgreSQL keeps no text with a zero character");
}
