namespace QueryEngine.Spi;

/// <summary>
/// Tables can be written. One write: begin, sinks on workers (one an attempt of a task, or of a driver of it), finish with what the successful sinks returned, or
/// abort. Finish is idempotent by query id. Nothing is visible before it.
/// </summary>
public interface ISupportsWrites
{
    /// <summary>Whether each driver of a task may have a sink of its own, beside those of others; else a task has one and its drivers take turns.</summary>
    bool TakesSinksOfDrivers => false;

    /// <summary>Starts a write.</summary>
    ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken);

    /// <summary>Opens a sink for one attempt of one task, or of one of its drivers.</summary>
    ValueTask<IRecordSink> OpenSinkAsync(ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken);

    /// <summary>Makes what these sinks wrote visible, at once; the rows written.</summary>
    ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken);

    /// <summary>Forgets a write.</summary>
    ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken);
}

/// <summary>Which attempt of which task writes, and which of its drivers where each has a sink.</summary>
public readonly record struct WriterId(int Task, int Attempt, int Driver)
{
    /// <summary>The one sink of an attempt.</summary>
    public WriterId(int task, int attempt)
        : this(task, attempt, 0)
    {
    }
}

/// <summary>Takes batches. The sink does not own them: it retains what it keeps.</summary>
public interface IRecordSink : IAsyncDisposable
{
    /// <summary>Writes the rows of a batch whose columns are the intent's.</summary>
    ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellationToken);

    /// <summary>Ends the sink; the bytes go to <see cref="ISupportsWrites.FinishWriteAsync"/>.</summary>
    ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken);
}

/// <summary>What a write does.</summary>
public abstract record WriteIntent(SchemaTableName Table, ValueList<ColumnHandle> Columns);

/// <summary>A new table, filled in the same statement.</summary>
public sealed record CreateTableIntent(
    SchemaTableName Table, ValueList<ColumnHandle> Columns, bool Replace, ValueList<TableProperty> Properties) : WriteIntent(Table, Columns)
{
    /// <summary>Everything about the table, where there is more to it than columns; only for sources with <see cref="TableFeatures.Rewrites"/>.</summary>
    public TableDefinition? Definition { get; init; }
}

/// <summary>More rows. Columns that are not listed get their default.</summary>
public sealed record InsertIntent(SchemaTableName Table, ValueList<ColumnHandle> Columns, bool Overwrite = false) : WriteIntent(Table, Columns);

/// <summary>A property of a table: <c>WITH (format = 'PARQUET')</c>.</summary>
public sealed record TableProperty(string Name, string Value);

/// <summary>Schemas and tables can be made and dropped.</summary>
public interface ISupportsDdl
{
    /// <summary>What is kept of a definition; the engine refuses what is not.</summary>
    TableFeatures Features => TableFeatures.None;

    /// <summary>Whether <see cref="AlterTableAsync"/> does this kind of change.</summary>
    bool CanChange(TableChange change) => false;

    /// <summary>Makes an empty table.</summary>
    ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken);

    /// <summary>Drops a table.</summary>
    ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken);

    /// <summary>Drops a table, with foreign keys that refer to it when <paramref name="cascade"/>.</summary>
    ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, bool cascade, CancellationToken cancellationToken) =>
        DropTableAsync(session, table, cancellationToken);

    /// <summary>Empties a table.</summary>
    ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken);

    /// <summary>Does changes of a table, all or none.</summary>
    ValueTask AlterTableAsync(ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken) =>
        throw QueryException.NotSupported("ALTER TABLE in this catalog");

    /// <summary>Gives a schema another name.</summary>
    ValueTask RenameSchemaAsync(ConnectorSession session, string schema, string newName, CancellationToken cancellationToken) =>
        throw QueryException.NotSupported("ALTER SCHEMA in this catalog");

    /// <summary>Makes a schema.</summary>
    ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken);

    /// <summary>Drops a schema, with its tables when <paramref name="cascade"/>.</summary>
    ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken);
}

/// <summary>A table to make.</summary>
public sealed record TableDefinition(SchemaTableName Name, ValueList<TableColumn> Columns)
{
    /// <summary>Columns that identify a row.</summary>
    public ValueList<string> PrimaryKey { get; init; }

    /// <summary>The constraints, the primary key among them.</summary>
    public ValueList<RowConstraint> Constraints { get; init; }

    /// <summary>What to say about it.</summary>
    public string? Comment { get; init; }

    /// <summary>The connector's own properties.</summary>
    public ValueList<TableProperty> Properties { get; init; }
}

/// <summary>Files can be read by their path: <c>SELECT * FROM 'data/*.parquet'</c>.</summary>
public interface ISupportsPaths
{
    /// <summary>
    /// The table that a path or a pattern (<c>* ? ** {a,b}</c>) stands for, or null when the text does not look like one: no file of that
    /// name and no ending of a known format.
    /// </summary>
    /// <exception cref="QueryException">FILE_NOT_FOUND when nothing matches, ACCESS_DENIED outside the allowed folders.</exception>
    ValueTask<TableHandle?> FindPathAsync(ConnectorSession session, string path, CancellationToken cancellationToken);
}

/// <summary>Queries in the source's own language can be read: <c>SELECT * FROM TABLE(catalog.system.query('...'))</c>.</summary>
public interface ISupportsRemoteQueries
{
    /// <summary>
    /// The rows of a query, as a handle that <see cref="IConnectorMetadata.DescribeAsync"/> describes and further operations are pushed onto.
    /// </summary>
    ValueTask<TableHandle> FindQueryAsync(ConnectorSession session, string query, CancellationToken cancellationToken);

    /// <summary>Runs a statement in the source's own language that gives no rows: <c>CALL catalog.system.execute('...')</c>.</summary>
    ValueTask ExecuteAsync(ConnectorSession session, string statement, CancellationToken cancellationToken) =>
        throw QueryException.NotSupported("a statement in the own language of this catalog");
}

/// <summary>The connector has the tables of <c>information_schema</c> for every catalog.</summary>
public interface ISupportsInformationSchema
{
    /// <summary>Names of the tables.</summary>
    IReadOnlyList<string> InformationTables { get; }

    /// <summary>The table that speaks of <paramref name="catalog"/>, or null when there is none of that name.</summary>
    ValueTask<TableHandle?> FindInformationTableAsync(
        ConnectorSession session, string catalog, RequestedName table, CancellationToken cancellationToken);
}
