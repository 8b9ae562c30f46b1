using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace QueryEngine.Tests.Servers;

/// <summary>A PostgreSQL server of its own for a test run: a new cluster in a temporary folder, on a free port, stopped at the end.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string User = "tester";
    public const string Password = "p@ss:w/rd'%";

    private string? _folder;
    private Process? _server;

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
            await RunAsync("chown", "-R", "postgres", _folder);
        string[] initialize =
        [
            Path.Combine(binaries, "initdb"), "-D", data, "-U", User, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--no-sync",
        ];
        await RunAsync(AsPostgres(initialize));

        Port = FreePort();
        string[] serve =
        [
            Path.Combine(binaries, "postgres"), "-D", data, "-p", Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        ];
        _server = Start(AsPostgres(serve));
        await WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null && !_server.HasExited)
        {
            // SIGQUIT: the server ends at once, with all of its processes.
            await RunAsync("kill", "-QUIT", _server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await _server.WaitForExitAsync();
        }

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

    // PostgreSQL refuses to run as root. setpriv becomes the server, so that its id is the server's.
    private static string[] AsPostgres(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task RunAsync(params string[] command)
    {
        using Process process = Start(command);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[0]} ended with {process.ExitCode}: {errors}");
    }

    private async Task WaitUntilReadyAsync()
    {
        var log = new System.Text.StringBuilder();
        _server!.ErrorDataReceived += (_, line) => log.AppendLine(line.Data);
        _server.BeginErrorReadLine();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (NpgsqlException exception) when (attempt < 300)
            {
                Assert.False(_server.HasExited, $"the server ended: {exception.Message}\n{log}");
                await Task.Delay(100);
            }
        }
    }
}
