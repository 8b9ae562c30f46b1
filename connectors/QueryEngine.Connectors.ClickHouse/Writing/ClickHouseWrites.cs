using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Writing;

/// <summary>
/// Tables made and filled. Sinks fill tables of their own; their parts are gathered in one of them, and this is renamed, or its parts are attached to the
/// table, a partition at a time: there are no transactions.
/// </summary>
internal sealed class ClickHouseWrites(ClickHouseServer server)
{
    private const int RememberedWrites = 256;
    private const string Prefix = "qe_staged_";

    private readonly ConcurrentDictionary<string, long> _finished = new(StringComparer.Ordinal);

    /// <summary>Whether a table is one that a write under way fills.</summary>
    public static bool IsStaging(string table) => table.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Starts a write.</summary>
    public async Task<ClickHouseWriteHandle> BeginAsync(WriteIntent intent, CancellationToken cancellationToken)
    {
        ClickHouseInfo info = await server.GetInfoAsync(cancellationToken);
        string id = Guid.NewGuid().ToString("N");
        switch (intent)
        {
            case CreateTableIntent create:
                if (!create.Replace && await FindEngineAsync(create.Table, cancellationToken) is not null)
                    throw new QueryException(ErrorCode.DuplicateTable, $"table {create.Table} already exists");
                TableColumn[] columns = [.. create.Definition?.Columns ?? create.Columns.Select(column => new TableColumn(column)).ToValueList()];
                string[] types = [.. create.Columns.Select(column => Array.Find(columns, candidate => candidate.Name == column.Name)!)
                    .Select(column => ClickHouseTypes.Declare(column.Type, column.IsNullable, column.Name, info))];
                return new ClickHouseWriteHandle(
                    id, create.Replace ? ClickHouseWriteKind.Replace : ClickHouseWriteKind.Create, create.Table, create.Columns, [.. types], Prefix + id,
                    ClickHouseDdl.FormOf(columns, create.Properties, info));
            case InsertIntent insert:
                return await BeginInsertAsync(insert, id, cancellationToken);
            default:
                throw QueryException.NotSupported($"{intent.GetType().Name} in ClickHouse");
        }
    }

    /// <summary>Makes what these sinks wrote visible; the rows written. Doing it again does nothing.</summary>
    public async Task<long> FinishAsync(ClickHouseWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken)
    {
        if (_finished.TryGetValue(handle.WriteId, out long known))
            return known;
        (long Rows, string Staging)[] parts = [.. fragments.Select(Parse)];
        string[] staged = [.. parts.Where(part => part.Rows > 0).Select(part => part.Staging)];
        try
        {
            if (handle.Kind == ClickHouseWriteKind.AppendRows)
                await InsertAsync(handle, staged, cancellationToken);
            else
                await PublishAsync(handle, staged, cancellationToken);
        }
        finally
        {
            await DropStagedAsync(handle);
        }

        long rows = parts.Sum(part => part.Rows);
        if (_finished.Count >= RememberedWrites)
            _finished.Clear();
        _finished[handle.WriteId] = rows;
        return rows;
    }

    /// <summary>Drops what is staged.</summary>
    public async Task DropStagedAsync(ClickHouseWriteHandle handle)
    {
        string where = $"database = {ClickHouseNames.Text(handle.Table.Schema)} AND startsWith(name, {ClickHouseNames.Text(handle.Staging)})";
        foreach (object?[] row in await server.QueryAsync($"SELECT name FROM system.tables WHERE {where}", CancellationToken.None))
            await server.ExecuteAsync($"DROP TABLE IF EXISTS {Name(handle, (string)row[0]!)}", CancellationToken.None);
    }

    private static (long Rows, string Staging) Parse(ReadOnlyMemory<byte> fragment)
    {
        string[] parts = Encoding.UTF8.GetString(fragment.Span).Split(' ', 2);
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }

    private static string Name(ClickHouseWriteHandle handle, string table) => ClickHouseNames.Table(new SchemaTableName(handle.Table.Schema, table));

    private async Task<ClickHouseWriteHandle> BeginInsertAsync(InsertIntent insert, string id, CancellationToken cancellationToken)
    {
        (string engine, bool feedsViews) = await FindEngineAsync(insert.Table, cancellationToken)
            ?? throw new QueryException(ErrorCode.UndefinedTable, $"table {insert.Table} is no longer there");
        if (insert.Columns.FirstOrDefault(column => column is not SqlColumn { IsCastToText: false, RemoteType.Length: > 0 }) is { } unknown)
            throw QueryException.NotSupported($"writing column '{unknown.Name}' of {insert.Table}, whose type the engine lacks,");
        ValueList<string> types = [.. insert.Columns.Select(column => ((SqlColumn)column).RemoteType)];

        // Parts that are attached reach no materialized view, and those of replicated tables are known by name to other servers.
        bool ownsParts = engine.EndsWith("MergeTree", StringComparison.Ordinal) && !engine.StartsWith("Replicated", StringComparison.Ordinal)
            && !engine.StartsWith("Shared", StringComparison.Ordinal) && !feedsViews;
        if (insert.Overwrite && !ownsParts)
            throw QueryException.NotSupported($"overwriting a table of engine {engine}, or one that feeds views, in ClickHouse");
        string form = ownsParts
            ? $"AS {ClickHouseNames.Table(insert.Table)}"
            : $"({string.Join(", ", insert.Columns.Select((column, place) => $"{ClickHouseNames.Instance.Quote(column.Name)} {types[place]}"))}) ENGINE = MergeTree ORDER BY tuple()";
        ClickHouseWriteKind kind = insert.Overwrite ? ClickHouseWriteKind.Overwrite : ownsParts ? ClickHouseWriteKind.AppendParts : ClickHouseWriteKind.AppendRows;
        return new ClickHouseWriteHandle(id, kind, insert.Table, insert.Columns, types, Prefix + id, form);
    }

    private async Task<(string Engine, bool FeedsViews)?> FindEngineAsync(SchemaTableName table, CancellationToken cancellationToken)
    {
        List<object?[]> found = await server.QueryAsync(
            $"SELECT engine, toInt64(length(dependencies_table)) FROM system.tables WHERE database = {ClickHouseNames.Text(table.Schema)} AND name = {ClickHouseNames.Text(table.Table)}",
            cancellationToken);
        return found is [[string engine, long views]] ? (engine, views > 0) : null;
    }

    private async Task InsertAsync(ClickHouseWriteHandle handle, string[] staged, CancellationToken cancellationToken)
    {
        string columns = ClickHouseNames.List(handle.Columns.Select(column => column.Name));
        foreach (string staging in staged)
            await server.ExecuteAsync($"INSERT INTO {ClickHouseNames.Table(handle.Table)} ({columns}) SELECT {columns} FROM {Name(handle, staging)}", cancellationToken);
    }

    // What other sinks wrote goes to the first one's table, unseen; then one statement a partition, or one that renames.
    private async Task PublishAsync(ClickHouseWriteHandle handle, string[] staged, CancellationToken cancellationToken)
    {
        if (handle.Kind == ClickHouseWriteKind.AppendParts && staged.Length == 0)
            return;
        string gathered = staged.Length > 0 ? staged[0] : $"{handle.Staging}_empty";
        if (staged.Length == 0)
            await server.ExecuteAsync($"CREATE TABLE {Name(handle, gathered)} {handle.StagingForm}", cancellationToken);
        foreach (string staging in staged.Skip(1))
            await AttachAsync(handle, staging, Name(handle, gathered), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        string target = ClickHouseNames.Table(handle.Table);
        switch (handle.Kind)
        {
            case ClickHouseWriteKind.AppendParts:
                await AttachAsync(handle, gathered, target, CancellationToken.None);
                break;
            case ClickHouseWriteKind.Create:
                await server.ExecuteAsync($"RENAME TABLE {Name(handle, gathered)} TO {target}", CancellationToken.None);
                break;
            default:
                bool isThere = await FindEngineAsync(handle.Table, cancellationToken) is not null;
                string away = isThere ? $"{target} TO {Name(handle, $"{handle.Staging}_old")}, " : "";
                await server.ExecuteAsync($"RENAME TABLE {away}{Name(handle, gathered)} TO {target}", CancellationToken.None);
                break;
        }
    }

    private async Task AttachAsync(ClickHouseWriteHandle handle, string from, string to, CancellationToken cancellationToken)
    {
        foreach (object?[] row in await server.QueryAsync(
            $"SELECT DISTINCT partition_id FROM system.parts WHERE active AND {ClickHouseMetadata.Where(new RemoteTable(handle.Table.Schema, from, ""), "table")}", cancellationToken))
            await server.ExecuteAsync($"ALTER TABLE {to} ATTACH PARTITION ID {ClickHouseNames.Text((string)row[0]!)} FROM {Name(handle, from)}", cancellationToken);
    }
}
