using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.PostgreSql.Writing;

/// <summary>Tables made, filled and changed: whatever sinks there were, one transaction makes it all visible.</summary>
internal sealed class PostgresWrites(PostgresDatabase database) : IAsyncDisposable
{
    private const int RememberedWrites = 256;

    private readonly ConcurrentDictionary<string, PostgresTransaction?> _begun = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Starts a write.</summary>
    public PostgresWriteHandle Begin(WriteIntent intent)
    {
        string id = Guid.NewGuid().ToString("N");
        PostgresWriteKind kind = intent switch
        {
            CreateTableIntent create => create.Replace ? PostgresWriteKind.Replace : PostgresWriteKind.Create,
            InsertIntent insert => insert.Overwrite ? PostgresWriteKind.Overwrite : PostgresWriteKind.Append,
            ChangeRowsIntent => PostgresWriteKind.Change,
            _ => throw QueryException.NotSupported($"{intent.GetType().Name} in PostgreSQL"),
        };
        foreach (ColumnHandle column in intent.Columns)
            PostgresWireType.Of(column.Type, column.Name);
        string? statement = null;
        if (intent is CreateTableIntent table)
        {
            CheckProperties(table.Properties);
            statement = PostgresDdl.CreateTable(
                table.Definition ?? new TableDefinition(table.Table, table.Columns.Select(column => new TableColumn(column)).ToValueList()));
        }
        _begun[id] = null;
        return new PostgresWriteHandle(id, kind, intent.Table, intent.Columns, $"qe_staged_{id}") { CreateStatement = statement };
    }

    /// <summary>Opens a sink.</summary>
    public async Task<PostgresSink> OpenSinkAsync(PostgresWriteHandle handle, WriterId writer, CancellationToken cancellationToken)
    {
        string name = StandardIdentifiers.Instance.Quote(string.Create(CultureInfo.InvariantCulture, $"{handle.Staging}_{writer.Task}_{writer.Attempt}"));
        if (_begun.TryGetValue(handle.WriteId, out PostgresTransaction? claimed) && claimed is null)
        {
            bool intoTarget = handle.Kind != PostgresWriteKind.Change && handle.Columns.Count > 0
                && handle.Columns.All(column => handle.CreateStatement is not null || PostgresWireType.Of(column.Type, column.Name).IsTypeOf(column));
            PostgresTransaction direct = await PostgresTransaction.BeginAsync(database, isDirect: true, intoTarget, cancellationToken);
            if (_begun.TryUpdate(handle.WriteId, direct, null))
                return await OpenDirectAsync(direct, handle, name, cancellationToken);
            await direct.DisposeAsync();
        }

        // The target's schema may be one where tables are not made: staging tables live in the schema that new tables go to.
        PostgresTransaction own = await PostgresTransaction.BeginAsync(database, isDirect: false, copiesIntoTarget: false, cancellationToken);
        return await PostgresSink.OpenAsync(database, own, handle, $"{StandardIdentifiers.Instance.Quote(handle.Table.Schema)}.{name}", cancellationToken);
    }

    /// <summary>Makes what these sinks copied visible, at once; the rows written. Doing it again does nothing.</summary>
    public async Task<long> FinishAsync(
        PostgresWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken)
    {
        if (_finished.TryGetValue(handle.WriteId, out long known))
            return known;
        Fragment[] parts = [.. fragments.Select(Fragment.Parse)];
        _begun.TryRemove(handle.WriteId, out PostgresTransaction? direct);
        if (direct is not null && !(direct.IsFilled && parts.Any(part => part.IsDirect)))
        {
            // Another attempt took the place of the sink in this process.
            await direct.DisposeAsync();
            direct = null;
        }

        bool isPrepared = direct is not null;
        PostgresTransaction transaction = direct
            ?? await PostgresTransaction.BeginAsync(database, isDirect: true, copiesIntoTarget: false, cancellationToken);
        await using (transaction)
        {
            if (!isPrepared)
                await PrepareAsync(transaction, handle, cancellationToken);
            foreach (Fragment part in parts.Where(part => part.Staging.Length > 0))
                await MoveAsync(transaction, handle, part.Staging, cancellationToken);
            foreach (Fragment part in parts.Where(part => !part.IsDirect))
                await transaction.ExecuteAsync($"DROP TABLE {part.Staging}", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        long rows = parts.Sum(part => part.Rows);
        if (_finished.Count >= RememberedWrites)
            _finished.Clear();
        _finished[handle.WriteId] = rows;
        return rows;
    }

    /// <summary>Rolls back, and drops what is staged.</summary>
    public async Task AbortAsync(PostgresWriteHandle handle)
    {
        if (_begun.TryRemove(handle.WriteId, out PostgresTransaction? direct) && direct is not null)
            await direct.DisposeAsync();
        List<string> staged = await database.QueryAsync(
            """
            SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE starts_with(c.relname::text, @prefix) AND c.relpersistence <> 't' AND c.relkind = 'r'
            """,
            row => row.GetString(0),
            CancellationToken.None,
            ("prefix", handle.Staging));
        foreach (string table in staged)
            await RunAsync([$"DROP TABLE {table}"], CancellationToken.None);
    }

    /// <summary>Runs statements in one transaction; the rows that they changed.</summary>
    public async Task<long> RunAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        long rows = 0;
        await using PostgresTransaction transaction = await PostgresTransaction.BeginAsync(database, isDirect: true, copiesIntoTarget: false, cancellationToken);
        foreach (string statement in statements)
            rows += Math.Max(0, await transaction.ExecuteAsync(statement, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    /// <summary>Tables of PostgreSQL take no properties.</summary>
    public static void CheckProperties(ValueList<TableProperty> properties)
    {
        if (properties.Count > 0)
            throw new QueryException(ErrorCode.InvalidProperty, $"tables of PostgreSQL have no property '{properties[0].Name}'");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (PostgresTransaction? transaction in _begun.Values)
        {
            if (transaction is not null)
                await transaction.DisposeAsync();
        }
    }

    private async Task<PostgresSink> OpenDirectAsync(
        PostgresTransaction direct, PostgresWriteHandle handle, string name, CancellationToken cancellationToken)
    {
        try
        {
            await PrepareAsync(direct, handle, cancellationToken);
            return await PostgresSink.OpenAsync(database, direct, handle, name, cancellationToken);
        }
        catch
        {
            await direct.DisposeAsync();
            throw;
        }
    }

    private static async Task PrepareAsync(PostgresTransaction transaction, PostgresWriteHandle handle, CancellationToken cancellationToken)
    {
        string name = PostgresDdl.Name(handle.Table);
        if (handle.Kind == PostgresWriteKind.Replace)
            await transaction.ExecuteAsync($"DROP TABLE IF EXISTS {name}", cancellationToken);
        if (handle.CreateStatement is { } create)
            await transaction.ExecuteAsync(create, cancellationToken);
        if (handle.Kind == PostgresWriteKind.Overwrite)
            await transaction.ExecuteAsync($"DELETE FROM {name}", cancellationToken);
    }

    private static async Task MoveAsync(
        PostgresTransaction transaction, PostgresWriteHandle handle, string staging, CancellationToken cancellationToken)
    {
        string name = PostgresDdl.Name(handle.Table);
        if (handle.Kind != PostgresWriteKind.Change)
        {
            await transaction.ExecuteAsync(Insert(handle, name, staging, firstValue: 0, where: ""), cancellationToken);
            return;
        }

        // A row is where it was read, and no newer version of it is there.
        const string Same = "t.tableoid = split_part(s.c1, ' ', 1)::oid AND t.ctid = split_part(s.c1, ' ', 2)::tid AND t.xmin::text = split_part(s.c1, ' ', 3)";
        long changed = await transaction.ExecuteAsync($"DELETE FROM {name} AS t USING {staging} AS s WHERE s.c0 = 3 AND {Same}", cancellationToken);
        if (handle.Columns.Count > 0)
        {
            IEnumerable<string> assignments = handle.Columns.Select((column, place) => $"{PostgresDdl.Quote(column.Name)} = {Value(column, place + 2)}");
            changed += await transaction.ExecuteAsync(
                $"UPDATE {name} AS t SET {string.Join(", ", assignments)} FROM {staging} AS s WHERE s.c0 = 2 AND {Same}", cancellationToken);
        }
        long expected = await transaction.ExecuteAsync($"DELETE FROM {staging} WHERE c0 IN ({(handle.Columns.Count > 0 ? "2, 3" : "3")})", cancellationToken);
        if (changed != expected)
        {
            throw new QueryException(
                ErrorCode.SerializationFailure,
                $"{expected - changed} of the rows of {handle.Table} were changed by somebody else meanwhile",
                "Run the statement again.");
        }
        await transaction.ExecuteAsync(Insert(handle, name, staging, firstValue: 2, where: " WHERE s.c0 = 1"), cancellationToken);
    }

    private static string Insert(PostgresWriteHandle handle, string name, string staging, int firstValue, string where)
    {
        if (handle.Columns.Count == 0)
            return $"INSERT INTO {name} SELECT FROM {staging} AS s{where}";
        string columns = string.Join(", ", handle.Columns.Select(column => PostgresDdl.Quote(column.Name)));
        string values = string.Join(", ", handle.Columns.Select((column, place) => Value(column, place + firstValue)));
        return $"INSERT INTO {name} ({columns}) SELECT {values} FROM {staging} AS s{where}";
    }

    // Types of the server that we lack travel as text; assignment alone would not turn text into them.
    private static string Value(ColumnHandle column, int place) =>
        column is SqlColumn { RemoteType.Length: > 0 } remote && !PostgresWireType.Of(column.Type, column.Name).IsTypeOf(column)
            ? $"s.c{place}::{remote.RemoteType}" : $"s.c{place}";

    /// <summary>What a sink returned.</summary>
    private sealed record Fragment(long Rows, bool IsDirect, string Staging)
    {
        public static Fragment Parse(ReadOnlyMemory<byte> bytes)
        {
            string[] parts = Encoding.UTF8.GetString(bytes.Span).Split(' ', 3);
            return new Fragment(long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1] == "d", parts[2]);
        }
    }
}
