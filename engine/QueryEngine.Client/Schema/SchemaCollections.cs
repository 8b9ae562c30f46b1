using System.Data;
using System.Data.Common;
using System.Globalization;
using QueryEngine.Client.Values;
using QueryEngine.Spi;

namespace QueryEngine.Client.Schema;

/// <summary>The collections of <see cref="DbConnection.GetSchema(string)"/>.</summary>
internal static class SchemaCollections
{
    private static readonly (string Name, string[] Restrictions)[] _collections =
    [
        (DbMetaDataCollectionNames.MetaDataCollections, []),
        (DbMetaDataCollectionNames.DataSourceInformation, []),
        (DbMetaDataCollectionNames.DataTypes, []),
        (DbMetaDataCollectionNames.Restrictions, []),
        (DbMetaDataCollectionNames.ReservedWords, []),
        ("Catalogs", ["Catalog"]),
        ("Schemas", ["Catalog", "Schema"]),
        ("Tables", ["Catalog", "Schema", "Table", "TableType"]),
        ("Views", ["Catalog", "Schema", "Table"]),
        ("Columns", ["Catalog", "Schema", "Table", "Column"]),
    ];

    private static readonly SqlType[] _types =
    [
        SqlType.Boolean, SqlType.TinyInt, SqlType.SmallInt, SqlType.Integer, SqlType.BigInt, SqlType.Real, SqlType.Double,
        SqlType.Decimal(DecimalType.MaxPrecision, 0), SqlType.Varchar, SqlType.Char(1), SqlType.Varbinary, SqlType.Date, SqlType.Time,
        SqlType.Timestamp, SqlType.TimestampWithTimeZone, SqlType.Interval, SqlType.IntervalYearToMonth, SqlType.IntervalDayToSecond, SqlType.Uuid, SqlType.Json,
    ];

    /// <summary>The rows of a collection.</summary>
    /// <exception cref="ArgumentException">When there is no such collection or it has fewer restrictions.</exception>
    public static async ValueTask<DataTable> GetAsync(
        QueryEngineConnection connection, string collection, string?[] restrictions, CancellationToken cancellationToken)
    {
        connection.EnsureOpen();
        (string name, string[] known) = Array.Find(_collections, item => item.Name.Equals(collection, StringComparison.OrdinalIgnoreCase));
        if (name is null)
            throw new ArgumentException($"there is no collection '{collection}' among {string.Join(", ", _collections.Select(item => item.Name))}");
        if (restrictions.Length > known.Length)
            throw new ArgumentException($"collection {name} has {known.Length} restrictions, not {restrictions.Length}");

        return name switch
        {
            "MetaDataCollections" => MetaDataCollections(),
            "DataSourceInformation" => DataSourceInformation(connection),
            "DataTypes" => DataTypes(),
            "Restrictions" => Restrictions(),
            "ReservedWords" => ReservedWords(),
            _ => await QueryAsync(connection, name, restrictions, cancellationToken),
        };
    }

    private static DataTable NewTable(string name, params ReadOnlySpan<(string Name, Type Type)> columns)
    {
        var table = new DataTable(name) { Locale = CultureInfo.InvariantCulture };
        foreach ((string column, Type type) in columns)
            table.Columns.Add(column, type);
        return table;
    }

    private static DataTable MetaDataCollections()
    {
        DataTable table = NewTable(
            "MetaDataCollections", ("CollectionName", typeof(string)), ("NumberOfRestrictions", typeof(int)), ("NumberOfIdentifierParts", typeof(int)));
        foreach ((string name, string[] restrictions) in _collections)
            table.Rows.Add(name, restrictions.Length, Math.Min(restrictions.Length, 4));
        return table;
    }

    private static DataTable DataSourceInformation(QueryEngineConnection connection)
    {
        DataTable table = NewTable(
            "DataSourceInformation",
            (DbMetaDataColumnNames.CompositeIdentifierSeparatorPattern, typeof(string)), (DbMetaDataColumnNames.DataSourceProductName, typeof(string)),
            (DbMetaDataColumnNames.DataSourceProductVersion, typeof(string)), (DbMetaDataColumnNames.GroupByBehavior, typeof(GroupByBehavior)),
            (DbMetaDataColumnNames.IdentifierPattern, typeof(string)), (DbMetaDataColumnNames.IdentifierCase, typeof(IdentifierCase)),
            (DbMetaDataColumnNames.OrderByColumnsInSelect, typeof(bool)), (DbMetaDataColumnNames.ParameterMarkerFormat, typeof(string)),
            (DbMetaDataColumnNames.ParameterMarkerPattern, typeof(string)), (DbMetaDataColumnNames.ParameterNameMaxLength, typeof(int)),
            (DbMetaDataColumnNames.QuotedIdentifierPattern, typeof(string)), (DbMetaDataColumnNames.QuotedIdentifierCase, typeof(IdentifierCase)),
            (DbMetaDataColumnNames.StatementSeparatorPattern, typeof(string)), (DbMetaDataColumnNames.SupportedJoinOperators, typeof(SupportedJoinOperators)));
        table.Rows.Add(
            @"\.", "QueryEngine", connection.ServerVersion, GroupByBehavior.MustContainAll, "^[\\p{L}_][\\p{L}\\p{N}_$]*$", IdentifierCase.Insensitive,
            false, "@{0}", @"@[\p{L}_][\p{L}\p{N}_$]*", 128, "\"(([^\"]|\"\")*)\"", IdentifierCase.Sensitive, ";",
            SupportedJoinOperators.Inner | SupportedJoinOperators.LeftOuter | SupportedJoinOperators.RightOuter | SupportedJoinOperators.FullOuter);
        return table;
    }

    private static DataTable DataTypes()
    {
        DataTable table = NewTable(
            "DataTypes",
            (DbMetaDataColumnNames.TypeName, typeof(string)), (DbMetaDataColumnNames.ProviderDbType, typeof(int)),
            (DbMetaDataColumnNames.DataType, typeof(string)), (DbMetaDataColumnNames.IsNullable, typeof(bool)),
            (DbMetaDataColumnNames.IsFixedPrecisionScale, typeof(bool)), (DbMetaDataColumnNames.IsCaseSensitive, typeof(bool)));
        foreach (SqlType type in _types)
        {
            string name = type.ToString();
            int arguments = name.IndexOf('(', StringComparison.Ordinal);
            table.Rows.Add(
                arguments < 0 ? name : name.Remove(arguments, name.IndexOf(')', StringComparison.Ordinal) - arguments + 1),
                (int)ClrTypes.DbTypeOf(type), ClrTypes.Of(type).FullName, true, type is not DecimalType, type.IsText);
        }

        return table;
    }

    private static DataTable Restrictions()
    {
        DataTable table = NewTable(
            "Restrictions", ("CollectionName", typeof(string)), ("RestrictionName", typeof(string)), ("RestrictionDefault", typeof(string)),
            ("RestrictionNumber", typeof(int)));
        foreach ((string name, string[] restrictions) in _collections)
            for (int number = 0; number < restrictions.Length; number++)
                table.Rows.Add(name, restrictions[number], null, number + 1);
        return table;
    }

    private static DataTable ReservedWords()
    {
        DataTable table = NewTable("ReservedWords", (DbMetaDataColumnNames.ReservedWord, typeof(string)));
        foreach (string word in Sql.SqlWords.Reserved)
            table.Rows.Add(word);
        return table;
    }

    private static async ValueTask<DataTable> QueryAsync(
        QueryEngineConnection connection, string collection, string?[] restrictions, CancellationToken cancellationToken)
    {
        string[] catalogs = restrictions is [{ } only, ..] ? [only] : await CatalogsAsync(connection, cancellationToken);
        DataTable result = NewTable(collection);
        if (collection == "Catalogs")
        {
            result.Columns.Add("CATALOG_NAME", typeof(string));
            foreach (string catalog in catalogs)
                result.Rows.Add(catalog);
            return result;
        }

        string view = collection.ToLowerInvariant() is "schemas" ? "schemata" : collection == "Columns" ? "columns" : "tables";
        foreach (string catalog in catalogs)
        {
            await using QueryEngineCommand command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM \"{catalog.Replace("\"", "\"\"", StringComparison.Ordinal)}\".information_schema.{view}{Filter(collection, restrictions, command)}";
            await using QueryEngineDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            for (int column = result.Columns.Count; column < reader.FieldCount; column++)
                result.Columns.Add(reader.GetName(column).ToUpperInvariant(), reader.GetFieldType(column));
            while (await reader.ReadAsync(cancellationToken))
            {
                var values = new object[reader.FieldCount];
                reader.GetValues(values);
                result.Rows.Add(values);
            }
        }

        return result;
    }

    private static string Filter(string collection, string?[] restrictions, QueryEngineCommand command)
    {
        string[] columns = collection switch
        {
            "Schemas" => ["catalog_name", "schema_name"],
            "Columns" => ["table_catalog", "table_schema", "table_name", "column_name"],
            _ => ["table_catalog", "table_schema", "table_name", "table_type"],
        };
        var conditions = new List<string>();
        if (collection == "Views")
            conditions.Add("table_type = 'VIEW'");
        for (int at = 1; at < restrictions.Length; at++)
        {
            if (restrictions[at] is not { } value)
                continue;
            conditions.Add($"{columns[at]} = ?");
            command.Parameters.Add(new QueryEngineParameter(null, value));
        }

        return conditions.Count == 0 ? string.Empty : " WHERE " + string.Join(" AND ", conditions);
    }

    private static async ValueTask<string[]> CatalogsAsync(QueryEngineConnection connection, CancellationToken cancellationToken)
    {
        await using QueryEngineCommand command = connection.CreateCommand();
        command.CommandText = "SHOW CATALOGS";
        await using QueryEngineDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var catalogs = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            catalogs.Add(reader.GetString(0));
        return [.. catalogs];
    }
}
