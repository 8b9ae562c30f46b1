using System.Globalization;
using System.Text;
using QueryEngine.Connectors.DuckDb.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.DuckDb.Writing;

/// <summary>Tables made, filled and changed: whatever sinks there were, one transaction makes it all visible.</summary>
internal sealed class DuckDbWrites(DuckDbDatabase database)
{
    private static readonly ColumnHandle _change = new("c0", SqlType.TinyInt);
    private static readonly ColumnHandle _rowId = new("c1", SqlType.BigInt);

    private string Catalog => database.File.Catalog;

    /// <summary>Starts a write.</summary>
    public DuckDbWriteHandle Begin(WriteIntent intent, CancellationToken cancellationToken)
    {
        database.CheckWritable();
        string id = Guid.NewGuid().ToString("N");
        DuckDbWriteKind kind = intent switch
        {
            CreateTableIntent create => create.Replace ? DuckDbWriteKind.Replace : DuckDbWriteKind.Create,
            InsertIntent insert => insert.Overwrite ? DuckDbWriteKind.Overwrite : DuckDbWriteKind.Append,
            ChangeRowsIntent => DuckDbWriteKind.Change,
            _ => throw QueryException.NotSupported($"{intent.GetType().Name} in DuckDB"),
        };
        foreach (ColumnHandle column in intent.Columns)
            DuckDbTypes.Declare(column.Type, column.Name);
        string? statement = intent is not CreateTableIntent table ? null : DuckDbDdl.CreateTable(
            Catalog,
            (table.Definition ?? new TableDefinition(table.Table, table.Columns.Select(column => new TableColumn(column)).ToValueList())) with { Properties = table.Properties });

        // The transaction that changes rows begins before they are read: what somebody else changes since is a conflict, and rowids stay what they are.
        DuckDbConnection? connection = kind == DuckDbWriteKind.Change
            ? database.File.BeginSnapshot(intent.Table.Schema, intent.Table.Table, 1, cancellationToken)[0] : null;
        database.File.Writes.Add(id, connection);
        return new DuckDbWriteHandle(id, kind, intent.Table, intent.Columns) { CreateStatement = statement };
    }

    /// <summary>Opens a sink.</summary>
    public DuckDbSink OpenSink(DuckDbWriteHandle handle, WriterId writer)
    {
        (DuckDbOpenWrite write, bool isDirect) = database.File.Writes.Claim(handle.WriteId, handle.Kind != DuckDbWriteKind.Change && handle.Columns.Count > 0);
        if (isDirect)
        {
            DuckDbConnection direct = write.Connection = database.File.Connect();
            direct.Execute("BEGIN");
            Prepare(direct, handle);
            return new DuckDbSink(direct, new DuckDbAppender(direct, Catalog, handle.Table.Schema, handle.Table.Table, handle.Columns), write, "");
        }

        string staging = string.Create(CultureInfo.InvariantCulture, $"{handle.StagingPrefix}{writer.Task}_{writer.Attempt}_{writer.Driver}");
        ColumnHandle[] columns = [.. StagedColumns(handle).Select((column, place) => column with { Name = $"c{place}" })];
        DuckDbConnection connection = database.File.Connect();
        try
        {
            connection.Execute(
                $"CREATE OR REPLACE TABLE {Staged(staging)} ({string.Join(", ", columns.Select(column => $"{column.Name} {DuckDbTypes.Declare(column.Type, column.Name)}"))})");
            return new DuckDbSink(connection, new DuckDbAppender(connection, database.File.Staging, "main", staging, columns), direct: null, staging);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes what these sinks appended visible, at once; the rows written. Doing it again does nothing.</summary>
    public long Finish(DuckDbWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken)
    {
        if (database.File.Writes.FindFinished(handle.WriteId) is { } known)
            return known;
        (long Rows, string Staging)[] parts = [.. fragments.Select(Parse)];
        using (DuckDbOpenWrite write = database.File.Writes.Remove(handle.WriteId)
            ?? throw QueryException.NotSupported("finishing a write to a file of DuckDB in another process than the one that began"))
        {
            if (write.IsClaimed && !(write.IsFilled && parts.Any(part => part.Staging.Length == 0)))
            {
                // Another attempt took the place of the sink that appended to the table.
                write.Dispose();
                (write.Connection, write.IsClaimed) = (null, false);
            }

            DuckDbConnection connection = write.Connection ??= database.File.Connect();
            using (connection.InterruptOn(cancellationToken))
            {
                if (!write.IsClaimed && handle.Kind != DuckDbWriteKind.Change)
                {
                    connection.Execute("BEGIN");
                    Prepare(connection, handle);
                }

                foreach ((long rows, string staging) in parts)
                    if (staging.Length > 0 && rows > 0)
                        Move(connection, handle, staging);
            }

            cancellationToken.ThrowIfCancellationRequested();
            database.File.Commit(connection, cancellationToken);
        }

        long written = parts.Sum(part => part.Rows);
        database.File.Writes.Remember(handle.WriteId, written);
        DropStaged(handle);
        return written;
    }

    /// <summary>Rolls back, and forgets what is staged.</summary>
    public void Abort(DuckDbWriteHandle handle)
    {
        database.File.Writes.Remove(handle.WriteId)?.Dispose();
        DropStaged(handle);
    }

    /// <summary>Runs statements in one transaction; the rows that they changed.</summary>
    public long Run(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        database.CheckWritable();
        using DuckDbConnection connection = database.File.Connect();
        long rows = 0;
        using (connection.InterruptOn(cancellationToken))
        {
            connection.Execute("BEGIN");
            foreach (string statement in statements)
                rows += connection.Execute(statement);
        }

        cancellationToken.ThrowIfCancellationRequested();
        database.File.Commit(connection, cancellationToken);
        return rows;
    }

    private static IEnumerable<ColumnHandle> StagedColumns(DuckDbWriteHandle handle)
    {
        IEnumerable<ColumnHandle> columns = handle.Columns.Select(column => new ColumnHandle(column.Name, column.Type));
        return handle.Kind == DuckDbWriteKind.Change ? [_change, _rowId, .. columns] : handle.Columns.Count == 0 ? [_change] : columns;
    }

    private static (long Rows, string Staging) Parse(ReadOnlyMemory<byte> fragment)
    {
        string[] parts = Encoding.UTF8.GetString(fragment.Span).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private string Staged(string table) => DuckDbNames.Table(database.File.Staging, "main", table);

    private void Prepare(DuckDbConnection connection, DuckDbWriteHandle handle)
    {
        string name = DuckDbDdl.Name(Catalog, handle.Table);
        if (handle.Kind == DuckDbWriteKind.Replace)
            connection.Execute($"DROP TABLE IF EXISTS {name}");
        if (handle.CreateStatement is { } create)
            connection.Execute(create);
        if (handle.Kind == DuckDbWriteKind.Overwrite)
            connection.Execute($"DELETE FROM {name}");
    }

    private void Move(DuckDbConnection connection, DuckDbWriteHandle handle, string staging)
    {
        string name = DuckDbDdl.Name(Catalog, handle.Table);
        string staged = Staged(staging);
        string columns = string.Join(", ", handle.Columns.Select(column => DuckDbNames.Quote(column.Name)));
        if (handle.Kind != DuckDbWriteKind.Change)
        {
            connection.Execute($"INSERT INTO {name} ({columns}) SELECT * FROM {staged}");
            return;
        }

        long changed = connection.Execute($"DELETE FROM {name} WHERE rowid IN (SELECT c1 FROM {staged} WHERE c0 = {(int)RowChange.Delete})");
        if (handle.Columns.Count > 0)
        {
            IEnumerable<string> assignments = handle.Columns.Select((column, place) => $"{DuckDbNames.Quote(column.Name)} = s.c{place + 2}");
            changed += connection.Execute(
                $"UPDATE {name} AS t SET {string.Join(", ", assignments)} FROM {staged} AS s WHERE s.c0 = {(int)RowChange.Update} AND t.rowid = s.c1");
        }

        long expected = (long)connection.Read(
            $"SELECT count(*) FROM {staged} WHERE c0 = {(int)RowChange.Delete} OR (c0 = {(int)RowChange.Update} AND {(handle.Columns.Count > 0 ? "true" : "false")})")[0][0]!;
        if (changed != expected)
            throw new QueryException(
                ErrorCode.SerializationFailure, $"{expected - changed} of the rows of {handle.Table} are no longer there", "Run the statement again.");
        string values = string.Join(", ", handle.Columns.Select((_, place) => $"c{place + 2}"));
        if (handle.Columns.Count > 0)
            connection.Execute($"INSERT INTO {name} ({columns}) SELECT {values} FROM {staged} WHERE c0 = {(int)RowChange.Insert}");
    }

    private void DropStaged(DuckDbWriteHandle handle)
    {
        using DuckDbConnection connection = database.File.Connect();
        foreach (object?[] table in connection.Read(
            $"SELECT table_name FROM duckdb_tables() WHERE database_name = {DuckDbNames.Text(database.File.Staging)} AND starts_with(table_name, {DuckDbNames.Text(handle.StagingPrefix)})"))
            connection.Execute($"DROP TABLE IF EXISTS {Staged((string)table[0]!)}");
    }
}
