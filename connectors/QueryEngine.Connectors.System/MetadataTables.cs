using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.System;

/// <summary>
/// What all catalogs hold: <c>system.metadata</c> for all of them at once, and the <c>information_schema</c> of each, whose
/// own tables are listed too.
/// </summary>
internal sealed class MetadataTables(ISystemData data)
{
    public const string InformationSchema = "information_schema";

    private const string CatalogColumn = "table_catalog";
    private const string SchemaColumn = "table_schema";
    private const string TableColumn = "table_name";

    /// <summary>The tables of every <c>information_schema</c>.</summary>
    public IReadOnlyList<SystemTable> Information => field ??=
    [
        Table(
            InformationSchema,
            "schemata",
            "catalog_name varchar, schema_name varchar, schema_owner varchar, default_character_set_catalog varchar, " +
            "default_character_set_schema varchar, default_character_set_name varchar, sql_path varchar",
            SchemataAsync),
        Table(InformationSchema, "tables", "table_catalog varchar, table_schema varchar, table_name varchar, table_type varchar", TablesAsync),
        Table(
            InformationSchema,
            "columns",
            "table_catalog varchar, table_schema varchar, table_name varchar, column_name varchar, ordinal_position integer, " +
            "column_default varchar, is_nullable varchar, data_type varchar, character_maximum_length integer, " +
            "numeric_precision integer, numeric_scale integer, datetime_precision integer, -comment varchar",
            ColumnsAsync),
        Table(
            InformationSchema,
            "views",
            "table_catalog varchar, table_schema varchar, table_name varchar, view_definition varchar, check_option varchar, " +
            "is_updatable varchar",
            ViewsAsync),
        Table(
            InformationSchema,
            "sequences",
            "sequence_catalog varchar, sequence_schema varchar, sequence_name varchar, data_type varchar, numeric_precision integer, " +
            "numeric_precision_radix integer, numeric_scale integer, start_value varchar, minimum_value varchar, maximum_value varchar, " +
            "increment varchar, cycle_option varchar",
            SequencesAsync),
    ];

    /// <summary>The tables of <c>system.metadata</c>.</summary>
    public IEnumerable<SystemTable> Metadata =>
    [
        Table("metadata", "catalogs", "catalog_name varchar, connector_name varchar, error varchar, state varchar, last_error varchar, last_error_time timestamp(6) with time zone", CatalogsAsync),
        Table("metadata", "schemas", "catalog_name varchar, schema_name varchar", SchemasAsync),
        Table(
            "metadata",
            "tables",
            "table_catalog varchar, table_schema varchar, table_name varchar, table_type varchar, comment varchar",
            TablesAsync),
        Table(
            "metadata",
            "columns",
            "table_catalog varchar, table_schema varchar, table_name varchar, column_name varchar, ordinal_position integer, " +
            "column_default varchar, is_nullable varchar, data_type varchar, character_maximum_length integer, " +
            "numeric_precision integer, numeric_scale integer, datetime_precision integer, comment varchar",
            ColumnsAsync),
    ];

    private static SystemTable Table(
        string schema, string name, string columns, Func<SystemScan, CancellationToken, IAsyncEnumerable<object?[]>> rows) =>
        new(new SchemaTableName(schema, name), SystemTable.ParseColumns(columns), rows);

    private async IAsyncEnumerable<object?[]> CatalogsAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (CatalogInfo catalog in await data.GetCatalogsAsync(scan.Session, cancellationToken).ConfigureAwait(false))
            yield return [catalog.Name, catalog.Connector, catalog.Error, catalog.State, catalog.LastError, RuntimeTables.Instant(catalog.LastErrorTime)];
    }

    private async IAsyncEnumerable<object?[]> SchemasAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SchemaInfo schema in GetSchemasAsync(scan, cancellationToken).ConfigureAwait(false))
            yield return [schema.Catalog, schema.Schema];
    }

    private async IAsyncEnumerable<object?[]> SchemataAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SchemaInfo schema in GetSchemasAsync(scan, cancellationToken).ConfigureAwait(false))
            yield return [schema.Catalog, schema.Schema, scan.Session.User, null, null, null, null];
    }

    private async IAsyncEnumerable<object?[]> TablesAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableInfo table in GetTablesAsync(scan, cancellationToken).ConfigureAwait(false))
        {
            string type = table.ViewText is null ? "BASE TABLE" : "VIEW";
            yield return [table.Catalog, table.Schema, table.Table, type, table.Comment];
        }
    }

    private async IAsyncEnumerable<object?[]> ViewsAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableInfo table in GetTablesAsync(scan, cancellationToken).ConfigureAwait(false))
        {
            if (table.ViewText is { } text)
                yield return [table.Catalog, table.Schema, table.Table, text, "NONE", "NO"];
        }
    }

    private async IAsyncEnumerable<object?[]> SequencesAsync(SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (SequenceInfo sequence in data.GetSequences().Where(sequence => IsOf(scan, sequence.Catalog)))
        {
            yield return
            [
                sequence.Catalog, sequence.Schema, sequence.Name, sequence.Type.ToString(), NumberSize(sequence.Type).Precision, 2, 0,
                Text(sequence.Start), Text(sequence.Minimum), Text(sequence.Maximum), Text(sequence.Increment), sequence.IsCycle ? "YES" : "NO",
            ];
        }

        static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private async IAsyncEnumerable<object?[]> ColumnsAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (ColumnInfo info in GetColumnsAsync(scan, cancellationToken).ConfigureAwait(false))
        {
            if (info.Column.IsHidden)
                continue;

            SqlType type = info.Column.Type;
            (int? precision, int? scale) = NumberSize(type);
            yield return
            [
                info.Catalog, info.Schema, info.Table, info.Column.Name, info.Position, null,
                info.Column.IsNullable ? "YES" : "NO", type.ToString(), TextLength(type), precision, scale,
                TimePrecision(type), info.Column.Comment,
            ];
        }
    }

    private async IAsyncEnumerable<SchemaInfo> GetSchemasAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SystemFilter filter = scan.Filter("catalog_name", "schema_name");
        HashSet<SchemaInfo> seen = [];
        await foreach (SchemaInfo schema in data.GetSchemasAsync(scan.Session, filter, cancellationToken).ConfigureAwait(false))
        {
            if (IsOf(scan, schema.Catalog) && seen.Add(schema))
                yield return schema;
        }

        foreach (string catalog in await CatalogsOfAsync(scan, filter, cancellationToken).ConfigureAwait(false))
        {
            if (seen.Add(new SchemaInfo(catalog, InformationSchema)))
                yield return new SchemaInfo(catalog, InformationSchema);
        }
    }

    private async IAsyncEnumerable<TableInfo> GetTablesAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SystemFilter filter = scan.Filter(CatalogColumn, SchemaColumn, TableColumn);
        if (filter.Schema != InformationSchema)
        {
            await foreach (TableInfo table in data.GetTablesAsync(scan.Session, filter, cancellationToken).ConfigureAwait(false))
            {
                if (IsOf(scan, table.Catalog) && table.Schema != InformationSchema)
                    yield return table;
            }
        }

        foreach (string catalog in await CatalogsOfAsync(scan, filter, cancellationToken).ConfigureAwait(false))
        {
            foreach (SystemTable table in Information)
                yield return new TableInfo(catalog, InformationSchema, table.Name.Table);
        }
    }

    private async IAsyncEnumerable<ColumnInfo> GetColumnsAsync(
        SystemScan scan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SystemFilter filter = scan.Filter(CatalogColumn, SchemaColumn, TableColumn);
        if (filter.Schema != InformationSchema)
        {
            await foreach (ColumnInfo column in data.GetColumnsAsync(scan.Session, filter, cancellationToken).ConfigureAwait(false))
            {
                if (IsOf(scan, column.Catalog) && column.Schema != InformationSchema)
                    yield return column;
            }
        }

        foreach (string catalog in await CatalogsOfAsync(scan, filter, cancellationToken).ConfigureAwait(false))
        {
            foreach (SystemTable table in Information)
            {
                for (int position = 0; position < table.Columns.Count; position++)
                    yield return new ColumnInfo(catalog, InformationSchema, table.Name.Table, position + 1, table.Columns[position]);
            }
        }
    }

    /// <summary>The catalogs whose <c>information_schema</c> is to be listed.</summary>
    private async ValueTask<IReadOnlyList<string>> CatalogsOfAsync(
        SystemScan scan, SystemFilter filter, CancellationToken cancellationToken)
    {
        if (scan.Catalog is { } catalog)
            return [catalog];
        IReadOnlyList<CatalogInfo> catalogs = await data.GetCatalogsAsync(scan.Session, cancellationToken).ConfigureAwait(false);
        return [.. catalogs.Select(info => info.Name).Where(name => filter.Catalog is null || filter.Catalog == name)];
    }

    private static bool IsOf(SystemScan scan, string catalog) => scan.Catalog is null || scan.Catalog == catalog;

    private static int? TextLength(SqlType type) => type switch
    {
        VarcharType varchar => varchar.Length,
        CharType character => character.Length,
        _ => null,
    };

    /// <summary>Digits of numbers; for binary numbers their bits.</summary>
    private static (int? Precision, int? Scale) NumberSize(SqlType type) => type.Kind switch
    {
        TypeKind.TinyInt => (8, 0),
        TypeKind.SmallInt => (16, 0),
        TypeKind.Integer => (32, 0),
        TypeKind.BigInt => (64, 0),
        TypeKind.Real => (24, null),
        TypeKind.Double => (53, null),
        _ => type is DecimalType number ? (number.Precision, number.Scale) : (null, null),
    };

    private static int? TimePrecision(SqlType type) => type switch
    {
        DateType => 0,
        TimeType time => time.Precision,
        TimestampType timestamp => timestamp.Precision,
        TimestampWithTimeZoneType timestamp => timestamp.Precision,
        _ => null,
    };
}
