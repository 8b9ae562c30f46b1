using Npgsql;

namespace QueryEngine.Connectors.PostgreSql;

/// <summary>The pool of connections to one database, and small queries over it.</summary>
internal sealed class PostgresDatabase(PostgresOptions options) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(options.ConnectionString);
    private RemoteDatabase? _database;

    /// <summary>The catalog's properties.</summary>
    public PostgresOptions Options => options;

    /// <summary>Opens a connection.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, options, cancellationToken);
        }
    }

    /// <summary>Runs a query with bound parameters and reads its rows.</summary>
    public async Task<List<T>> QueryAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        try
        {
            await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            foreach ((string name, object value) in parameters)
                command.Parameters.AddWithValue(name, value);
            return await ReadAsync(command, read, cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, options, cancellationToken);
        }
    }

    /// <summary>Makes a temporary view of a query, asks about it by the name that parameter <c>table</c> has, and rolls it back.</summary>
    public async Task<List<T>> QueryInViewAsync<T>(string view, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        const string Name = "qe_remote_query";
        try
        {
            await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var create = new NpgsqlCommand($"CREATE TEMPORARY VIEW {Name} AS {view}", connection))
                await create.ExecuteNonQueryAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddWithValue("table", Name);
            return await ReadAsync(command, read, cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.IsForeign(exception))
        {
            throw PostgresErrors.Translate(exception, options, cancellationToken);
        }
    }

    private static async Task<List<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Version, encoding and collation of the database; read once.</summary>
    public async ValueTask<RemoteDatabase> DescribeAsync(CancellationToken cancellationToken)
    {
        if (_database is { } known)
            return known;

        List<RemoteDatabase> rows = await QueryAsync(
            """
            SELECT current_setting('server_version_num')::int, pg_encoding_to_char(d.encoding)::text, coalesce(to_jsonb(d)->>'datlocprovider', 'c'),
                CASE WHEN to_jsonb(d)->>'datlocprovider' = 'i' THEN coalesce(to_jsonb(d)->>'daticulocale', to_jsonb(d)->>'datlocale') ELSE d.datcollate::text END
            FROM pg_catalog.pg_database d WHERE d.datname = current_database()
            """,
            row => new RemoteDatabase(
                row.GetInt32(0), row.GetString(1), new RemoteCollation("default", row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), true)),
            cancellationToken);
        return _database = rows[0];
    }

    /// <summary>Stops what a connection of ours runs.</summary>
    public Task CancelAsync(int processId, CancellationToken cancellationToken) =>
        QueryAsync("SELECT pg_cancel_backend(@id)", row => row.GetBoolean(0), cancellationToken, ("id", processId));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
