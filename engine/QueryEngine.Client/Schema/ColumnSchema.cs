using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using QueryEngine.Client.Values;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Client.Schema;

/// <summary>Describes the columns of a result in ADO.NET's two ways.</summary>
internal static class ColumnSchema
{
    /// <summary>As <see cref="IDbColumnSchemaGenerator"/> wants them.</summary>
    public static ReadOnlyCollection<DbColumn> Columns(ValueList<ResultColumn> columns) =>
        columns.Select((column, ordinal) => (DbColumn)new QueryEngineColumn(column, ordinal)).ToList().AsReadOnly();

    /// <summary>As <see cref="DbDataReader.GetSchemaTable"/> wants them.</summary>
    public static DataTable Table(ValueList<ResultColumn> columns)
    {
        var table = new DataTable("SchemaTable") { Locale = System.Globalization.CultureInfo.InvariantCulture };
        table.Columns.Add(SchemaTableColumn.ColumnName, typeof(string));
        table.Columns.Add(SchemaTableColumn.ColumnOrdinal, typeof(int));
        table.Columns.Add(SchemaTableColumn.ColumnSize, typeof(int));
        table.Columns.Add(SchemaTableColumn.NumericPrecision, typeof(short));
        table.Columns.Add(SchemaTableColumn.NumericScale, typeof(short));
        table.Columns.Add(SchemaTableColumn.DataType, typeof(Type));
        table.Columns.Add(SchemaTableColumn.ProviderType, typeof(int));
        table.Columns.Add("DataTypeName", typeof(string));
        table.Columns.Add(SchemaTableColumn.IsLong, typeof(bool));
        table.Columns.Add(SchemaTableColumn.AllowDBNull, typeof(bool));
        table.Columns.Add(SchemaTableColumn.IsUnique, typeof(bool));
        table.Columns.Add(SchemaTableColumn.IsKey, typeof(bool));
        table.Columns.Add(SchemaTableColumn.IsAliased, typeof(bool));
        table.Columns.Add(SchemaTableColumn.IsExpression, typeof(bool));
        table.Columns.Add(SchemaTableOptionalColumn.IsReadOnly, typeof(bool));
        table.Columns.Add(SchemaTableOptionalColumn.IsAutoIncrement, typeof(bool));
        table.Columns.Add(SchemaTableOptionalColumn.BaseCatalogName, typeof(string));
        table.Columns.Add(SchemaTableColumn.BaseSchemaName, typeof(string));
        table.Columns.Add(SchemaTableColumn.BaseTableName, typeof(string));
        table.Columns.Add(SchemaTableColumn.BaseColumnName, typeof(string));
        for (int ordinal = 0; ordinal < columns.Count; ordinal++)
        {
            ResultColumn column = columns[ordinal];
            DataRow row = table.NewRow();
            row[SchemaTableColumn.ColumnName] = column.Name;
            row[SchemaTableColumn.ColumnOrdinal] = ordinal;
            row[SchemaTableColumn.ColumnSize] = ClrTypes.Length(column.Type) ?? -1;
            row[SchemaTableColumn.NumericPrecision] = (object?)ClrTypes.Precision(column.Type) ?? DBNull.Value;
            row[SchemaTableColumn.NumericScale] = (object?)ClrTypes.Scale(column.Type) ?? DBNull.Value;
            row[SchemaTableColumn.DataType] = ClrTypes.Of(column.Type);
            row[SchemaTableColumn.ProviderType] = (int)ClrTypes.DbTypeOf(column.Type);
            row["DataTypeName"] = column.Type.ToString();
            row[SchemaTableColumn.IsLong] = false;
            row[SchemaTableColumn.AllowDBNull] = true;
            row[SchemaTableOptionalColumn.IsReadOnly] = true;
            row[SchemaTableOptionalColumn.IsAutoIncrement] = false;
            table.Rows.Add(row);
        }

        return table;
    }

    private sealed class QueryEngineColumn : DbColumn
    {
        public QueryEngineColumn(ResultColumn column, int ordinal)
        {
            ColumnName = column.Name;
            ColumnOrdinal = ordinal;
            ColumnSize = ClrTypes.Length(column.Type);
            DataType = ClrTypes.Of(column.Type);
            DataTypeName = column.Type.ToString();
            NumericPrecision = ClrTypes.Precision(column.Type);
            NumericScale = ClrTypes.Scale(column.Type);
            AllowDBNull = true;
            IsReadOnly = true;
            IsAutoIncrement = false;
            IsLong = false;
        }
    }
}
