using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Sqlite.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Sqlite.Writing;

/// <summary>Tables made, filled and changed. Finishing a write is one transaction, the making of the table among it.</summary>
internal sealed class SqliteWrites(SqliteOptions options)
{
    private const int RememberedWrites = 256;

    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Starts a write.</summary>
    public SqliteWriteHandle Begin(WriteIntent intent)
    {
        CheckWritable();
        string id = Guid.NewGuid().ToString("N");
        string staging = $"{options.Path}-staged-{id}";
        switch (intent)
        {
            case CreateTableIntent create:
                TableDefinition definition = create.Definition
                    ?? new TableDefinition(create.Table, create.Columns.Select(column => new TableColumn(column)).ToValueList());
                CheckProperties(create.Properties);
                return new SqliteWriteHandle(
                    id, create.Replace ? SqliteWriteKind.Replace : SqliteWriteKind.Create, create.Table, create.Columns, staging, RowId: null)
                {
                    CreateStatement = SqliteDdl.CreateTable(definition),
                };
            case InsertIntent insert:
                SqliteWriteKind kind = insert.Overwrite ? SqliteWriteKind.Overwrite : SqliteWriteKind.Append;
                return new SqliteWriteHandle(id, kind, insert.Table, insert.Columns, staging, RowId: null);
            case ChangeRowsIntent change:
                return new SqliteWriteHandle(id, SqliteWriteKind.Change, change.Table, change.Columns, staging, change.RowId.Name);
            default:
                throw QueryException.NotSupported($"{intent.GetType().Name} in SQLite");
        }
    }

    /// <summary>Does what was staged, in one transaction; the rows written. Doing it again does nothing.</summary>
    public long Finish(SqliteWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken)
    {
        if (_finished.TryGetValue(handle.WriteId, out long known))
            return known;
        (long Rows, string Path)[] staged = [.. fragments.Select(Parse)];
        InTransaction(
            database =>
            {
                Prepare(database, handle);
                foreach ((_, string path) in staged.Where(file => file.Rows > 0))
                    Copy(path, database, handle);
            },
            cancellationToken);

        long rows = staged.Sum(file => file.Rows);
        if (_finished.Count >= RememberedWrites)
            _finished.Clear();
        _finished[handle.WriteId] = rows;
        DeleteStaged(handle);
        return rows;
    }

    /// <summary>Deletes what was staged.</summary>
    public static void DeleteStaged(SqliteWriteHandle handle)
    {
        string folder = Path.GetDirectoryName(handle.Staging)!;
        string prefix = Path.GetFileName(handle.Staging);
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file).StartsWith(prefix, StringComparison.Ordinal)))
            File.Delete(file);
    }

    /// <summary>Runs statements in one transaction.</summary>
    public void InTransaction(Action<SqliteDatabase> work, CancellationToken cancellationToken)
    {
        CheckWritable();
        using SqliteDatabase database = SqliteDatabase.Open(options, forWriting: true);
        using CancellationTokenRegistration interrupt = database.InterruptOn(cancellationToken);
        database.Execute("PRAGMA foreign_keys = ON");
        database.Execute("BEGIN IMMEDIATE");
        try
        {
            work(database);
            cancellationToken.ThrowIfCancellationRequested();
            database.Execute("COMMIT");
        }
        catch
        {
            interrupt.Dispose();
            Rollback(database);
            throw;
        }
    }

    /// <summary>Tables of SQLite take no properties.</summary>
    public static void CheckProperties(ValueList<TableProperty> properties)
    {
        if (properties.Count > 0)
            throw new QueryException(ErrorCode.InvalidProperty, $"tables of SQLite have no property '{properties[0].Name}'");
    }

    private void CheckWritable() => SqlAccess.Check(options.IsReadOnly, options.Path, AccessKind.Change);

    // Some errors have rolled back already: then there is no transaction any more.
    private static void Rollback(SqliteDatabase database)
    {
        if (!database.IsAutocommit)
            database.Execute("ROLLBACK");
    }

    private static (long Rows, string Path) Parse(ReadOnlyMemory<byte> fragment)
    {
        string text = Encoding.UTF8.GetString(fragment.Span);
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        return (long.Parse(text.AsSpan(0, blank), CultureInfo.InvariantCulture), text[(blank + 1)..]);
    }

    private static void Prepare(SqliteDatabase database, SqliteWriteHandle handle)
    {
        string name = SqliteDdl.Name(handle.Table);
        if (handle.Kind == SqliteWriteKind.Replace)
            database.Execute($"DROP TABLE IF EXISTS {name}");
        if (handle.CreateStatement is { } create)
            database.Execute(create);
        if (handle.Kind == SqliteWriteKind.Overwrite)
            database.Execute($"DELETE FROM {name}");
    }

    private static void Copy(string path, SqliteDatabase database, SqliteWriteHandle handle)
    {
        using SqliteDatabase staged = SqliteDatabase.Open(new SqliteOptions(path, 0, IsReadOnly: false));
        using SqliteStatement rows = staged.Prepare("SELECT * FROM staged");
        if (handle.Kind == SqliteWriteKind.Change)
        {
            using var changes = new SqliteRowChanges(database, handle);
            while (rows.Step())
                changes.Apply(rows);
            return;
        }

        using SqliteStatement insert = database.Prepare(InsertStatement(handle));
        while (rows.Step())
        {
            for (int column = 0; column < handle.Columns.Count; column++)
                insert.BindFrom(column + 1, rows, column);
            insert.Step();
            insert.Reset();
        }
    }

    /// <summary>The statement that inserts a row of the handle's columns.</summary>
    internal static string InsertStatement(SqliteWriteHandle handle) => handle.Columns.Count == 0
        ? $"INSERT INTO {SqliteDdl.Name(handle.Table)} DEFAULT VALUES"
        : $"INSERT INTO {SqliteDdl.Name(handle.Table)} ({string.Join(", ", handle.Columns.Select(column => SqliteDdl.Quote(column.Name)))}) "
            + $"VALUES ({string.Join(", ", Enumerable.Range(1, handle.Columns.Count).Select(column => $"?{column}"))})";
}
