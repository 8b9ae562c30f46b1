using Npgsql;
using Xunit;

namespace QueryEngine.Tests.Servers;

/// <summary>A PostgreSQL server of its own for a test run: a new cluster in a temporary folder, on a free port, stopped at the end.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string User = "tester";
    public const string Password = "p@ss:w/rd'%";

    private string? _folder;
    private ServerProcess? _server;

    public int Port { get; private set; }

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = "postgres",
        Username = User,
        Password = Password,
        Pooling = false,
    }.ConnectionString;

    /// <summary>A URL as users write it.</summary>
    public string Url => $"postgresql://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/postgres";

    public async Task InitializeAsync()
    {
        string binaries = FindBinaries();
        _folder = Directory.CreateTempSubdirectory("qe-postgres-").FullName;
        string data = Path.Combine(_folder, "data");
        string passwordFile = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        if (Environment.IsPrivilegedProcess)
            await ServerProcess.RunAsync("chown", "-R", "postgres", _folder);
        string[] initialize =
        [
            Path.Combine(binaries, "initdb"), "-D", data, "-U", User, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync",
        ];
        await ServerProcess.RunAsync(ServerProcess.As("postgres", initialize));

        Port = ServerProcess.FreePort();
        string[] serve =
        [
            Path.Combine(binaries, "postgres"), "-D", data, "-p", Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        ];
        _server = ServerProcess.Start(ServerProcess.As("postgres", serve));
        await _server.WaitUntilReadyAsync<NpgsqlException>(() => ExecuteAsync("SELECT 1"));
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        // The server ends at once by SIGQUIT, with all of its processes.
        if (_server is not null)
            await _server.StopAsync("QUIT");
        _server?.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    public async Task ExecuteAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        foreach (string statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    public async Task<T> QueryAsync<T>(string query)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static string FindBinaries()
    {
        const string Versions = "/usr/lib/postgresql";
        string? newest = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Max()
            : null;
        Assert.True(newest is not null, "server postgresql is missing: apt-get install postgresql");
        return newest;
    }
}
