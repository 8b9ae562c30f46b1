using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Writing;

/// <summary>Writes statements that define tables.</summary>
internal static class ClickHouseDdl
{
    private const string OrderBy = "order_by";
    private const string PartitionBy = "partition_by";

    /// <summary>What follows the name in CREATE TABLE.</summary>
    public static string FormOf(IEnumerable<TableColumn> columns, ValueList<TableProperty> properties, ClickHouseInfo info)
    {
        string definitions = string.Join(", ", columns.Select(column => Column(column, info)));
        string order = "", partition = "";
        foreach (TableProperty property in properties)
        {
            string[] names = property.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            switch (property.Name.ToLowerInvariant())
            {
                case OrderBy:
                    order = ClickHouseNames.List(names);
                    break;
                case PartitionBy:
                    partition = $" PARTITION BY ({ClickHouseNames.List(names)})";
                    break;
                default:
                    throw new QueryException(
                        ErrorCode.InvalidProperty, $"tables of ClickHouse have no property '{property.Name}'", $"There are {OrderBy} and {PartitionBy}: names of columns with commas between.");
            }
        }

        return $"({definitions}) ENGINE = MergeTree{partition} ORDER BY {(order.Length == 0 ? "tuple()" : $"({order})")}";
    }

    /// <summary>What follows the name in CREATE TABLE of a definition.</summary>
    public static string FormOf(TableDefinition table, ClickHouseInfo info)
    {
        if (table.PrimaryKey.Count > 0 || table.Constraints.Count > 0)
            throw QueryException.NotSupported("a key or another constraint in ClickHouse, which checks none,", hint: $"The property {OrderBy} names the columns that rows are sorted by.");
        return FormOf(table.Columns, table.Properties, info);
    }

    /// <summary>The statement of a change of a table.</summary>
    public static string Alter(SchemaTableName table, TableChange change, ClickHouseInfo info)
    {
        string alter = $"ALTER TABLE {ClickHouseNames.Table(table)}";
        return change switch
        {
            AddColumnChange add => $"{alter} ADD COLUMN {Column(add.Column, info)}",
            DropColumnChange drop => $"{alter} DROP COLUMN {ClickHouseNames.Instance.Quote(drop.Column)}",
            RenameColumnChange rename when info.RenamesColumns => $"{alter} RENAME COLUMN {ClickHouseNames.Instance.Quote(rename.Column)} TO {ClickHouseNames.Instance.Quote(rename.NewName)}",
            RenameTableChange rename => $"RENAME TABLE {ClickHouseNames.Table(table)} TO {ClickHouseNames.Table(rename.NewName)}",
            SetCommentChange { Column: { } column } comment => $"{alter} COMMENT COLUMN {ClickHouseNames.Instance.Quote(column)} {ClickHouseNames.Text(comment.Comment ?? "")}",
            _ => throw QueryException.NotSupported($"{change.GetType().Name} in ClickHouse {info.Version}"),
        };
    }

    private static string Column(TableColumn column, ClickHouseInfo info) =>
        $"{ClickHouseNames.Instance.Quote(column.Name)} {ClickHouseTypes.Declare(column.Type, column.IsNullable, column.Name, info)}";
}
