using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.PostgreSql.Writing;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql;

/// <content>Writes and definitions.</content>
internal sealed partial class PostgresConnector : ISupportsRowChanges, ISupportsDdl
{
    // Plain and partitioned tables.
    private static readonly string[] _tableKinds = ["r", "p"];

    /// <inheritdoc/>
    public TableFeatures Features => TableFeatures.Keys;

    /// <inheritdoc/>
    public ValueTask<WriteHandle> BeginWriteAsync(ConnectorSession session, WriteIntent intent, CancellationToken cancellationToken) =>
        new(_writes.Begin(intent));

    /// <inheritdoc/>
    public async ValueTask<IRecordSink> OpenSinkAsync(
        ConnectorSession session, WriteHandle handle, WriterId writer, CancellationToken cancellationToken) =>
        await _writes.OpenSinkAsync((PostgresWriteHandle)handle, writer, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> FinishWriteAsync(
        ConnectorSession session, WriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) =>
        await _writes.FinishAsync((PostgresWriteHandle)handle, fragments, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask AbortWriteAsync(ConnectorSession session, WriteHandle handle, CancellationToken cancellationToken) =>
        await _writes.AbortAsync((PostgresWriteHandle)handle);

    /// <inheritdoc/>
    public ColumnHandle RowIdOf(TableHandle table)
    {
        var handle = (SqlTableHandle)table;
        return _tableKinds.Contains(handle.Table.Kind)
            ? new SqlColumn("$row_id", SqlType.Varchar, PostgresDialect.RowId, SqlComparison.None, "the place of a row is not compared")
            : throw QueryException.NotSupported($"changing rows of {handle.Table.Name}, which is no table,");
    }

    /// <inheritdoc/>
    public async ValueTask<long?> TryDeleteAsync(ConnectorSession session, TableHandle rows, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        if (!_tableKinds.Contains(handle.Table.Kind) || new SqlGenerator(_dialect).WriteDelete(handle) is not { } sql)
            return null;
        return await _writes.RunAsync([sql.ToString()], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<long?> TryUpdateAsync(
        ConnectorSession session, TableHandle rows, ValueList<ColumnAssignment> assignments, CancellationToken cancellationToken)
    {
        var handle = (SqlTableHandle)rows;
        if (!_tableKinds.Contains(handle.Table.Kind) || new SqlGenerator(_dialect).WriteUpdate(handle, assignments) is not { } sql)
            return null;
        return await _writes.RunAsync([sql.ToString()], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask CreateTableAsync(ConnectorSession session, TableDefinition table, CancellationToken cancellationToken)
    {
        PostgresWrites.CheckProperties(table.Properties);
        await _writes.RunAsync([PostgresDdl.CreateTable(table)], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DropTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"DROP TABLE {PostgresDdl.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask TruncateTableAsync(ConnectorSession session, SchemaTableName table, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"TRUNCATE TABLE {PostgresDdl.Name(table)}"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CreateSchemaAsync(ConnectorSession session, string schema, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"CREATE SCHEMA {PostgresDdl.Quote(schema)}"], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DropSchemaAsync(ConnectorSession session, string schema, bool cascade, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"DROP SCHEMA {PostgresDdl.Quote(schema)}{(cascade ? " CASCADE" : "")}"], cancellationToken);

    /// <inheritdoc/>
    public bool CanChange(TableChange change) => change switch
    {
        AddColumnChange { Fill: null, Column: { Default: null, Generated: null } } => true,
        DropColumnChange or RenameColumnChange or SetNullableChange or DropConstraintChange or SetCommentChange or RenameTableChange => true,
        _ => false,
    };

    /// <inheritdoc/>
    public async ValueTask AlterTableAsync(
        ConnectorSession session, SchemaTableName table, ValueList<TableChange> changes, CancellationToken cancellationToken)
    {
        if (changes.OfType<RenameTableChange>().FirstOrDefault(rename => rename.NewName.Schema != table.Schema) is { } move)
            throw QueryException.NotSupported($"moving a table of PostgreSQL to schema {move.NewName.Schema}");
        await _writes.RunAsync([.. changes.Select(change => PostgresDdl.Alter(table, change))], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RenameSchemaAsync(ConnectorSession session, string schema, string newName, CancellationToken cancellationToken) =>
        await _writes.RunAsync([$"ALTER SCHEMA {PostgresDdl.Quote(schema)} RENAME TO {PostgresDdl.Quote(newName)}"], cancellationToken);
}
