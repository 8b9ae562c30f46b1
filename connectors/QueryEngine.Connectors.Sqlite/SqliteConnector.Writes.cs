using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Connectors.Sqlite.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite;

/// <content>Writes and definitions.</content>
internal sealed partial class SqliteConnector : ISupportsRowChanges, ISupportsDdl
{
    /// <inheritdoc/>
    public TableFeatures Features => TableFeatures.Keys;

    /// <inheritdoc/>
    public ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) =>
        new(_writes.Begin(intent));

    /// <inheritdoc/>
    public ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        new(new SqliteSink((SqliteWriteHandle)handle, writer));

    /// <inheritdoc/>
    public ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) =>
        new(_writes.Finish((SqliteWriteHandle)handle, fragments, cancellationToken));

    /// <inheritdoc/>
    public ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken)
    {
        SqliteWrites.DeleteStaged((SqliteWriteHandle)handle);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ColumnHandle RowIdOf(TableHandle table)
    {
        RemoteTable remote = ((SqlTableHandle)table).Table;
        using SqliteDatabase database = SqliteDatabase.Open(options);
        string? rowId = remote.Kind == SqliteMetadata.Table ? SqliteMetadata.FindRowId(database, remote) : null;
        return rowId is null
            ? throw QueryException.NotSupported($"changing rows of {remote.Name}, which is a view or a table without rowid,")
            : new SqlColumn(rowId, SqlType.BigInt, "rowid");
    }

    /// <inheritdoc/>
    public ValueTask<long?> TryDeleteAsync(ConnectorSession session, TableHandle rows, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        return new(handle.Table.Kind == SqliteMetadata.Table ? TryChange(new SqlGenerator(SqliteDialect.Instance).WriteDelete(handle), cancellationToken) : null);
    }

    /// <inheritdoc/>
    public ValueTask<long?> TryUpdateAsync(
        ConnectorSession session, TableHandle rows, ValueList<ColumnAssignment> assignments, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        return new(handle.Table.Kind == SqliteMetadata.Table ? TryChange(new SqlGenerator(SqliteDialect.Instance).WriteUpdate(handle, assignments), cancellationToken) : null);
    }

    /// <inheritdoc/>
    public ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        SqliteWrites.CheckProperties(table.Properties);
        return RunAsync([SqliteDdl.CreateTable(table)], cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        RunAsync([$"DROP TABLE {SqliteDdl.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        RunAsync([$"DELETE FROM {SqliteDdl.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        throw QueryException.NotSupported("a schema in an SQLite file, which has only one,");

    /// <inheritdoc/>
    public ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken) =>
        throw QueryException.NotSupported("dropping the only schema of an SQLite file");

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change switch
    {
        AddColumnChange { Fill: null, Column: { IsNullable: true, Default: null, Generated: null } } => true,
        RenameColumnChange or DropColumnChange { IsCascade: false } => true,
        RenameTableChange { NewName.Schema: SqliteMetadata.Schema } => true,
        _ => false,
    };

    /// <inheritdoc/>
    public ValueTask AlterTableAsync(
        ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        string name = SqliteDdl.Name(table);
        return RunAsync(
            [
                .. changes.Select(change => change switch
                {
                    AddColumnChange add => $"ALTER TABLE {name} ADD COLUMN {SqliteDdl.Column(add.Column)}",
                    RenameColumnChange rename => $"ALTER TABLE {name} RENAME COLUMN {SqliteDdl.Quote(rename.Column)} TO {SqliteDdl.Quote(rename.NewName)}",
                    DropColumnChange drop => $"ALTER TABLE {name} DROP COLUMN {SqliteDdl.Quote(drop.Column)}",
                    RenameTableChange rename => $"ALTER TABLE {name} RENAME TO {SqliteDdl.Quote(rename.NewName.Table)}",
                    _ => throw QueryException.NotSupported($"{change.GetType().Name} in SQLite"),
                }),
            ],
            cancellationToken);
    }

    private ValueTask RunAsync(string[] statements, CancellationToken cancellationToken)
    {
        _writes.InTransaction(
            database =>
            {
                foreach (string statement in statements)
                    database.Execute(statement);
            },
            cancellationToken);
        return ValueTask.CompletedTask;
    }

    private long? TryChange(SqlText? sql, CancellationToken cancellationToken)
    {
        if (sql is null)
            return null;
        long changed = 0;
        _writes.InTransaction(
            database =>
            {
                using SqliteStatement statement = database.Prepare(sql.ToString());
                for (int parameter = 0; parameter < sql.Parameters.Count; parameter++)
                    statement.Bind(parameter + 1, sql.Parameters[parameter].Value);
                statement.Step();
                changed = database.Changes;
            },
            cancellationToken);
        return changed;
    }
}
