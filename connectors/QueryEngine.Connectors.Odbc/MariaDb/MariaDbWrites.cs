using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.MariaDb;

/// <summary>What finishing a write does.</summary>
public enum MariaDbWriteKind
{
    /// <summary>Makes the table and fills it.</summary>
    Create,

    /// <summary>Puts a new table in the place of the old one.</summary>
    Replace,

    /// <summary>Adds rows.</summary>
    Append,

    /// <summary>Deletes all rows and adds others.</summary>
    Overwrite,

    /// <summary>Inserts, updates and deletes rows by their primary key.</summary>
    Change,
}

/// <summary>A write under way. Each sink fills a table of its own, whose name begins with <paramref name="Staging"/>.</summary>
public sealed record MariaDbWriteHandle(
    string WriteId, MariaDbWriteKind Kind, SchemaTableName Table, ValueList<ColumnHandle> Columns, string Staging) : WriteHandle
{
    /// <summary>The statement that makes the table, by another name; null when it is there.</summary>
    public string? CreateStatement { get; init; }

    /// <summary>The column of the row id, when rows are changed.</summary>
    public ColumnHandle? RowId { get; init; }

    /// <summary>The columns of the primary key, when rows are changed.</summary>
    public ValueList<string> Keys { get; init; }
}

/// <summary>
/// Tables made, filled and changed. Statements that define tables commit there, so that a new table is filled under another name and renamed
/// at the end; rows of others move from staging tables in one transaction.
/// </summary>
internal sealed class MariaDbWrites(OdbcPool pool, bool isMySql) : IDisposable
{
    private const int RememberedWrites = 256;
    private const string Prefix = "qe_staged_";

    private readonly ConcurrentDictionary<string, MariaDbSink?> _begun = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Whether a table is one that a write under way fills.</summary>
    public static bool IsStaging(string table) => table.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Starts a write.</summary>
    public MariaDbWriteHandle Begin(WriteIntent intent, ValueList<string> keys)
    {
        string id = Guid.NewGuid().ToString("N");
        foreach (ColumnHandle column in intent.Columns)
            MariaDbTypes.Declare(column.Type, column.Name, isMySql);
        _begun[id] = null;
        string staging = Prefix + id;
        switch (intent)
        {
            case CreateTableIntent create:
                CheckProperties(create.Properties);
                TableDefinition definition = create.Definition
                    ?? new TableDefinition(create.Table, create.Columns.Select(column => new TableColumn(column)).ToValueList());
                return new MariaDbWriteHandle(id, create.Replace ? MariaDbWriteKind.Replace : MariaDbWriteKind.Create, create.Table, create.Columns, staging)
                {
                    CreateStatement = MariaDbDdl.CreateTable(definition, new SchemaTableName(create.Table.Schema, staging), isMySql),
                };
            case InsertIntent insert:
                return new MariaDbWriteHandle(id, insert.Overwrite ? MariaDbWriteKind.Overwrite : MariaDbWriteKind.Append, insert.Table, insert.Columns, staging);
            case ChangeRowsIntent change:
                return new MariaDbWriteHandle(id, MariaDbWriteKind.Change, change.Table, change.Columns, staging)
                {
                    RowId = change.RowId,
                    Keys = keys,
                };
            default:
                throw QueryException.NotSupported($"{intent.GetType().Name} in MariaDB");
        }
    }

    /// <summary>Opens a sink. The first of an append in the process that began it writes inside the transaction that finishing commits.</summary>
    public Task<MariaDbSink> OpenSinkAsync(MariaDbWriteHandle handle, WriterId writer, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            bool isFirst = _begun.TryGetValue(handle.WriteId, out MariaDbSink? claimed) && claimed is null && handle.Kind == MariaDbWriteKind.Append;
            string staging = string.Create(CultureInfo.InvariantCulture, $"{handle.Staging}_{writer.Task}_{writer.Attempt}");
            if (!isFirst)
                return MariaDbSink.Open(pool, handle, new SchemaTableName(handle.Table.Schema, staging), isDirect: false, isMySql, cancellationToken);
            MariaDbSink direct = MariaDbSink.Open(pool, handle, handle.Table, isDirect: true, isMySql, cancellationToken);
            if (_begun.TryUpdate(handle.WriteId, direct, null))
                return direct;
            direct.Release();
            return MariaDbSink.Open(pool, handle, new SchemaTableName(handle.Table.Schema, staging), isDirect: false, isMySql, cancellationToken);
        },
        cancellationToken);

    /// <summary>Makes what these sinks wrote visible, at once; the rows written. Doing it again does nothing.</summary>
    public Task<long> FinishAsync(MariaDbWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            if (_finished.TryGetValue(handle.WriteId, out long known))
                return known;
            (long Rows, string Staging)[] parts = [.. fragments.Select(Parse)];
            _begun.TryRemove(handle.WriteId, out MariaDbSink? direct);
            bool isDirect = direct is { IsFilled: true } && parts.Any(part => part.Staging.Length == 0);
            OdbcConnection connection = isDirect ? direct!.TakeConnection() : pool.Rent();
            if (!isDirect)
                direct?.Release();
            try
            {
                Finish(new OdbcWork(connection, cancellationToken), handle, [.. parts.Select(part => part.Staging).Where(staging => staging.Length > 0)], isDirect);
            }
            finally
            {
                pool.Return(connection);
            }

            long rows = parts.Sum(part => part.Rows);
            if (_finished.Count >= RememberedWrites)
                _finished.Clear();
            _finished[handle.WriteId] = rows;
            return rows;
        },
        CancellationToken.None);

    /// <summary>Rolls back, and drops what is staged.</summary>
    public Task AbortAsync(MariaDbWriteHandle handle)
    {
        if (_begun.TryRemove(handle.WriteId, out MariaDbSink? direct))
            direct?.Release();
        return pool.RunAsync(
            work =>
            {
                DropStaged(work, handle);
                return 0;
            },
            CancellationToken.None);
    }

    /// <summary>Runs statements, each for itself: those that define tables know no transaction.</summary>
    public Task<long> RunAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken) =>
        pool.RunAsync(work => statements.Sum(work.Execute), cancellationToken);

    /// <summary>Tables of MariaDB take no properties.</summary>
    public static void CheckProperties(ValueList<TableProperty> properties)
    {
        if (properties.Count > 0)
            throw new QueryException(ErrorCode.InvalidProperty, $"tables of MariaDB have no property '{properties[0].Name}'");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MariaDbSink? sink in _begun.Values)
            sink?.Release();
    }

    private static (long Rows, string Staging) Parse(ReadOnlyMemory<byte> fragment)
    {
        string[] parts = Encoding.UTF8.GetString(fragment.Span).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private static void Finish(OdbcWork work, MariaDbWriteHandle handle, string[] staged, bool isDirect)
    {
        string schema = handle.Table.Schema;
        var filled = new SchemaTableName(schema, handle.CreateStatement is null ? handle.Table.Table : handle.Staging);
        try
        {
            if (handle.CreateStatement is { } create)
                work.Execute(create);
            if (!isDirect)
                work.Connection.Begin();
            if (handle.Kind == MariaDbWriteKind.Overwrite)
                work.Execute($"DELETE FROM {MariaDbNames.Name(filled)}");
            foreach (string staging in staged)
                MariaDbMoves.Move(work, handle, filled, MariaDbNames.Name(new SchemaTableName(schema, staging)));
            work.Connection.Commit();
            if (handle.CreateStatement is not null)
                Rename(work, handle, filled);
        }
        catch
        {
            work.Connection.Rollback();
            DropStaged(work, handle);
            throw;
        }

        DropStaged(work, handle);
    }

    private static void Rename(OdbcWork work, MariaDbWriteHandle handle, SchemaTableName filled)
    {
        string target = MariaDbNames.Name(handle.Table);
        bool isThere = handle.Kind == MariaDbWriteKind.Replace && work.Query(
            $"SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = {MariaDbMetadata.Text(handle.Table.Schema)} AND BINARY TABLE_NAME = BINARY {MariaDbMetadata.Text(handle.Table.Table)}").Count > 0;
        string old = MariaDbNames.Name(new SchemaTableName(handle.Table.Schema, $"{handle.Staging}_old"));
        work.Execute(isThere
            ? $"RENAME TABLE {target} TO {old}, {MariaDbNames.Name(filled)} TO {target}"
            : $"RENAME TABLE {MariaDbNames.Name(filled)} TO {target}");
    }

    private static void DropStaged(OdbcWork work, MariaDbWriteHandle handle)
    {
        string where = $"TABLE_SCHEMA = {MariaDbMetadata.Text(handle.Table.Schema)} AND TABLE_NAME LIKE '{handle.Staging.Replace("_", "\\_", StringComparison.Ordinal)}%' ESCAPE '\\'";
        foreach (string?[] row in work.Query($"SELECT TABLE_NAME FROM information_schema.TABLES WHERE {where}"))
            work.Execute($"DROP TABLE IF EXISTS {MariaDbNames.Name(new SchemaTableName(handle.Table.Schema, row[0]!))}");
    }
}
