using Npgsql;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>
/// Keeps the connections that export snapshots open: each until all splits of its scan are read here, or for an hour when they are read
/// elsewhere and nobody says that the query has ended.
/// </summary>
internal sealed class PostgresSnapshots(PostgresDatabase server, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Exported> _exported = [];

    /// <summary>Snapshots held now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _exported.Count;
        }
    }

    /// <summary>Exports a snapshot that so many splits will read; its identifier.</summary>
    public async Task<string> ExportAsync(string queryId, int splits, CancellationToken cancellationToken)
    {
        await ReleaseAsync(exported => time.GetElapsedTime(exported.Since) > _lifetime);
        NpgsqlConnection connection = await server.OpenAsync(cancellationToken);
        try
        {
            await using var command = new NpgsqlCommand(
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_export_snapshot()", connection);
            string id = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
            lock (_lock)
                _exported[id] = new Exported(connection, queryId, splits, time.GetTimestamp());
            return id;
        }
        catch (Exception exception)
        {
            await connection.DisposeAsync();
            if (PostgresErrors.IsForeign(exception))
                throw PostgresErrors.Translate(exception, server.Options, cancellationToken);
            throw;
        }
    }

    /// <summary>A split of a snapshot was read, wholly or as far as anyone wanted.</summary>
    public ValueTask SplitReadAsync(string? id, int split) =>
        id is null ? default : ReleaseAsync(exported => exported.Is(id, _exported) && exported.Unread.Remove(split) && exported.Unread.Count == 0);

    /// <summary>The query has ended, here and elsewhere.</summary>
    public ValueTask EndQueryAsync(string queryId) => ReleaseAsync(exported => exported.QueryId == queryId);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ReleaseAsync(_ => true);

    private async ValueTask ReleaseAsync(Func<Exported, bool> isOver)
    {
        List<NpgsqlConnection> released = [];
        lock (_lock)
        {
            foreach ((string id, Exported exported) in _exported.ToArray())
            {
                if (!isOver(exported))
                    continue;
                _exported.Remove(id);
                released.Add(exported.Connection);
            }
        }

        foreach (NpgsqlConnection connection in released)
            await connection.DisposeAsync(); // the pool rolls the transaction back
    }

    private sealed class Exported(NpgsqlConnection connection, string queryId, int splits, long since)
    {
        public NpgsqlConnection Connection => connection;

        public string QueryId => queryId;

        public long Since => since;

        public HashSet<int> Unread { get; } = [.. Enumerable.Range(0, splits)];

        public bool Is(string id, Dictionary<string, Exported> all) => all.GetValueOrDefault(id) == this;
    }
}
