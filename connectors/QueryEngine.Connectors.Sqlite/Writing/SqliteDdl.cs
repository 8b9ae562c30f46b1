using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>Writes CREATE TABLE with declared types that <see cref="SqliteTypes"/> reads back and whose affinity leaves values alone.</summary>
internal static class SqliteDdl
{
    // Up to this many digits a number with a fraction survives being kept as floating point.
    private const int ExactDigits = 15;

    /// <summary>The statement for a table.</summary>
    public static string CreateTable(TableDefinition table)
    {
        List<string> parts = [.. table.Columns.Select(Column)];
        if (table.PrimaryKey.Count > 0)
            parts.Add($"PRIMARY KEY ({Names(table.PrimaryKey)})");
        foreach (RowConstraint constraint in table.Constraints)
        {
            if (constraint is not UniqueConstraint unique)
                throw QueryException.NotSupported($"constraint '{constraint.Name}' in SQLite");
            if (!unique.IsPrimaryKey)
                parts.Add($"CONSTRAINT {Quote(unique.Name)} UNIQUE ({Names(unique.Columns)})");
            else if (table.PrimaryKey.Count == 0)
                parts.Add($"PRIMARY KEY ({Names(unique.Columns)})");
        }
        return $"CREATE TABLE {Name(table.Name)} ({string.Join(", ", parts)})";
    }

    /// <summary>A column of CREATE TABLE or ADD COLUMN.</summary>
    public static string Column(TableColumn column) =>
        $"{Quote(column.Name)} {TypeOf(column.Type, column.Name)}{(column.IsNullable ? "" : " NOT NULL")}";

    /// <summary>A table's name, quoted.</summary>
    public static string Name(SchemaTableName table) => table.Schema == SqliteMetadata.Schema
        ? $"main.{Quote(table.Table)}"
        : throw new QueryException(ErrorCode.UndefinedSchema, $"an SQLite file has no schema '{table.Schema}', only {SqliteMetadata.Schema}");

    /// <summary>A name, quoted.</summary>
    public static string Quote(string name) => name.Contains('\0', StringComparison.Ordinal)
        ? throw new QueryException(ErrorCode.InvalidName, "a name in SQLite cannot hold a zero character")
        : StandardIdentifiers.Instance.Quote(name);

    private static string Names(ValueList<string> columns) => string.Join(", ", columns.Select(Quote));

    private static string TypeOf(SqlType type, string column) => type switch
    {
        BooleanType => "BOOLEAN",
        IntegerType => type.ToString().ToUpperInvariant(),
        FloatType => type.Kind == TypeKind.Real ? "REAL" : "DOUBLE",
        DecimalType number when number.Precision <= ExactDigits => $"DECIMAL({number.Precision},{number.Scale})",
        DecimalType number => $"DECIMAL TEXT({number.Precision},{number.Scale})",
        NumberType => "NUMERIC TEXT",
        VarcharType { Length: { } length } => $"VARCHAR({length})",
        VarcharType or UnknownType => "TEXT",
        CharType character => $"CHAR({character.Length})",
        VarbinaryType => "BLOB",
        DateType => "DATE",
        TimeType { Precision: <= 6 } => "TIME",
        TimestampType { Precision: <= 6 } => "TIMESTAMP",
        UuidType => "UUID",
        JsonType => "JSON TEXT",
        _ => throw QueryException.NotSupported($"a column of type {type} in SQLite (column '{column}')"),
    };
}
