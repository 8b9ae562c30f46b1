using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The schemas and tables of a catalog, behind one lock that is never held for longer than a few small copies.</summary>
internal sealed class MemoryStore(string catalog) : IDisposable
{
    private const string DefaultSchema = "default";

    private static readonly ErrorCode _schemaNotEmpty = new("SCHEMA_NOT_EMPTY", "2BP01", ErrorKind.User);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, SortedDictionary<string, MemoryTable>> _schemas =
        new(StringComparer.Ordinal) { [DefaultSchema] = new(StringComparer.Ordinal) };
    private long _lastGeneration;

    public IReadOnlyList<string> ListSchemas()
    {
        lock (_gate)
            return [.. _schemas.Keys];
    }

    public IReadOnlyList<SchemaTableName> ListTables(string? schema)
    {
        lock (_gate)
        {
            return
            [
                .. from entry in _schemas
                   where schema is null || entry.Key == schema
                   from table in entry.Value.Keys
                   select new SchemaTableName(entry.Key, table),
            ];
        }
    }

    /// <summary>The rows that a table has now, or null when there is no such table.</summary>
    public MemoryTableHandle? Find(RequestedName schema, RequestedName table)
    {
        lock (_gate)
        {
            if (schema.Choose(_schemas.Keys) is not { } schemaName || table.Choose(_schemas[schemaName].Keys) is not { } tableName)
                return null;

            MemoryTable found = _schemas[schemaName][tableName];
            return new MemoryTableHandle(schemaName, tableName, found.Generation, found.RowCount);
        }
    }

    /// <summary>Columns and keys of a table.</summary>
    public TableSchema Describe(SchemaTableName name)
    {
        lock (_gate)
        {
            MemoryTable table = Get(name);
            return new TableSchema(name, table.Columns) { PrimaryKey = table.PrimaryKey };
        }
    }

    /// <summary>What is known of all rows of a table.</summary>
    public TableStatistics GetStatistics(MemoryTableHandle handle)
    {
        lock (_gate)
        {
            MemoryTable table = Get(handle.Name);
            var columns = new Dictionary<string, ColumnStatistics>(StringComparer.Ordinal);
            for (int column = 0; column < table.Columns.Count; column++)
                columns[table.Columns[column].Name] = table.Profiles[column].ToStatistics();
            return new TableStatistics { RowCount = handle.RowCount, Columns = columns };
        }
    }

    /// <summary>A stretch of a table's rows and the columns they have; the caller disposes the batches.</summary>
    public List<BatchRows> Retain(MemoryTableHandle handle, long firstRow, long endRow, out ValueList<TableColumn> columns)
    {
        lock (_gate)
        {
            if (!TryGet(handle.Name, out MemoryTable? table) || table.Generation != handle.Generation)
            {
                throw new QueryException(
                    ErrorCode.UndefinedTable,
                    $"table {catalog}.{handle.Name} was dropped, emptied or replaced while the query was reading it",
                    "Run the query again.");
            }

            columns = table.Columns;
            return table.Retain(firstRow, Math.Min(endRow, handle.RowCount));
        }
    }

    /// <summary>Adds a table, taking it over.</summary>
    public void CreateTable(SchemaTableName name, MemoryTable table, bool replace = false)
    {
        CheckColumns(table);
        lock (_gate)
        {
            SortedDictionary<string, MemoryTable> tables = GetSchema(name.Schema);
            if (tables.TryGetValue(name.Table, out MemoryTable? old))
            {
                if (!replace)
                    throw AlreadyExists(name);
                old.Clear();
            }

            table.Generation = ++_lastGeneration;
            tables[name.Table] = table;
        }
    }

    public void DropTable(SchemaTableName name)
    {
        lock (_gate)
        {
            Get(name).Clear();
            _schemas[name.Schema].Remove(name.Table);
        }
    }

    public void TruncateTable(SchemaTableName name)
    {
        lock (_gate)
            Empty(Get(name));
    }

    public void CreateSchema(string schema)
    {
        lock (_gate)
        {
            if (!_schemas.TryAdd(schema, new(StringComparer.Ordinal)))
                throw new QueryException(ErrorCode.DuplicateSchema, $"schema {catalog}.{schema} already exists");
        }
    }

    public void DropSchema(string schema, bool cascade)
    {
        lock (_gate)
        {
            SortedDictionary<string, MemoryTable> tables = GetSchema(schema);
            if (tables.Count > 0 && !cascade)
            {
                throw new QueryException(
                    _schemaNotEmpty, $"schema {catalog}.{schema} has {tables.Count} tables", "Add CASCADE to drop them too.");
            }

            foreach (MemoryTable table in tables.Values)
                table.Clear();
            _schemas.Remove(schema);
        }
    }

    /// <summary>The columns of a table that is about to be written to.</summary>
    public ValueList<TableColumn> ColumnsOf(SchemaTableName name)
    {
        lock (_gate)
            return Get(name).Columns;
    }

    /// <summary>Fails when a table of that name cannot be made.</summary>
    public void CheckFree(SchemaTableName name, bool replace)
    {
        lock (_gate)
        {
            if (GetSchema(name.Schema).ContainsKey(name.Table) && !replace)
                throw AlreadyExists(name);
        }
    }

    /// <summary>Adds rows to a table, or puts them in the place of its rows, taking over the batches.</summary>
    public void Append(
        SchemaTableName name,
        ValueList<TableColumn> columns,
        List<RecordBatch> batches,
        ColumnProfile[] profiles,
        bool overwrite,
        MemoryContext memory)
    {
        lock (_gate)
        {
            MemoryTable table = Get(name);
            if (table.Columns != columns)
            {
                throw new QueryException(
                    ErrorCode.UndefinedTable,
                    $"table {catalog}.{name} was replaced by another while rows were written to it",
                    "Run the statement again.");
            }

            if (overwrite)
                Empty(table);
            table.Append(batches, profiles, memory);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (MemoryTable table in _schemas.Values.SelectMany(tables => tables.Values))
                table.Clear();
            _schemas.Clear();
        }
    }

    private static void CheckColumns(MemoryTable table)
    {
        if (table.Columns.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            throw new QueryException(ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there twice");
        if (table.PrimaryKey.FirstOrDefault(key => table.Columns.All(column => column.Name != key)) is { } unknown)
            throw new QueryException(ErrorCode.UndefinedColumn, $"column '{unknown}' of the primary key does not exist");
    }

    private bool TryGet(SchemaTableName name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MemoryTable? table)
    {
        table = null;
        return _schemas.TryGetValue(name.Schema, out var tables) && tables.TryGetValue(name.Table, out table);
    }

    private MemoryTable Get(SchemaTableName name) => TryGet(name, out MemoryTable? table)
        ? table
        : throw new QueryException(ErrorCode.UndefinedTable, $"table {catalog}.{name} does not exist");

    private SortedDictionary<string, MemoryTable> GetSchema(string schema) => _schemas.TryGetValue(schema, out var tables)
        ? tables
        : throw new QueryException(
            ErrorCode.UndefinedSchema,
            $"schema {catalog}.{schema} does not exist",
            Suggestion.DidYouMean(schema, _schemas.Keys));

    private void Empty(MemoryTable table)
    {
        table.Clear();
        table.Generation = ++_lastGeneration;
    }

    private QueryException AlreadyExists(SchemaTableName name) =>
        new(ErrorCode.DuplicateTable, $"table {catalog}.{name} already exists");
}
