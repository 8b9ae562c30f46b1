using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>Writes statements that define tables.</summary>
internal static class DuckDbDdl
{
    /// <summary>CREATE TABLE.</summary>
    public static string CreateTable(string catalog, TableDefinition table)
    {
        if (table.Properties.Count > 0)
            throw new QueryException(ErrorCode.InvalidProperty, $"tables of DuckDB have no property '{table.Properties[0].Name}'");
        List<string> parts = [.. table.Columns.Select(Column)];
        if (table.PrimaryKey.Count > 0)
            parts.Add($"PRIMARY KEY ({Names(table.PrimaryKey)})");
        foreach (RowConstraint constraint in table.Constraints)
        {
            if (constraint is not UniqueConstraint unique)
                throw QueryException.NotSupported($"constraint '{constraint.Name}' in DuckDB");
            if (!unique.IsPrimaryKey)
                parts.Add($"CONSTRAINT {DuckDbNames.Quote(unique.Name)} UNIQUE ({Names(unique.Columns)})");
            else if (table.PrimaryKey.Count == 0)
                parts.Add($"PRIMARY KEY ({Names(unique.Columns)})");
        }

        return $"CREATE TABLE {Name(catalog, table.Name)} ({string.Join(", ", parts)})";
    }

    /// <summary>The statements of a change of a table.</summary>
    public static string Alter(string catalog, SchemaTableName table, TableChange change) => change switch
    {
        AddColumnChange add => $"ALTER TABLE {Name(catalog, table)} ADD COLUMN {Column(add.Column)}",
        DropColumnChange drop => $"ALTER TABLE {Name(catalog, table)} DROP COLUMN {DuckDbNames.Quote(drop.Column)}",
        RenameColumnChange rename => $"ALTER TABLE {Name(catalog, table)} RENAME COLUMN {DuckDbNames.Quote(rename.Column)} TO {DuckDbNames.Quote(rename.NewName)}",
        RenameTableChange rename => $"ALTER TABLE {Name(catalog, table)} RENAME TO {DuckDbNames.Quote(rename.NewName.Table)}",
        SetNullableChange nullable => $"ALTER TABLE {Name(catalog, table)} ALTER COLUMN {DuckDbNames.Quote(nullable.Column)} {(nullable.IsNullable ? "DROP" : "SET")} NOT NULL",
        SetCommentChange { Column: null } comment => $"COMMENT ON TABLE {Name(catalog, table)} IS {Text(comment.Comment)}",
        SetCommentChange comment => $"COMMENT ON COLUMN {Name(catalog, table)}.{DuckDbNames.Quote(comment.Column!)} IS {Text(comment.Comment)}",
        _ => throw QueryException.NotSupported($"{change.GetType().Name} in DuckDB"),
    };

    /// <summary>A table's name, quoted.</summary>
    public static string Name(string catalog, SchemaTableName table) => DuckDbNames.Table(catalog, table.Schema, table.Table);

    private static string Column(TableColumn column) =>
        $"{DuckDbNames.Quote(column.Name)} {DuckDbTypes.Declare(column.Type, column.Name)}{(column.IsNullable ? "" : " NOT NULL")}";

    private static string Names(ValueList<string> columns) => string.Join(", ", columns.Select(DuckDbNames.Quote));

    private static string Text(string? text) => text is null ? "NULL" : DuckDbNames.Text(text);
}
