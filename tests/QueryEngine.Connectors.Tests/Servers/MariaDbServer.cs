using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using QueryEngine.Connectors.Odbc;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;
using Xunit;

namespace QueryEngine.Tests.Servers;

/// <summary>A MariaDB server of its own for a test run: new data in a temporary folder, on a free port, stopped at the end.</summary>
public sealed class MariaDbServer : IAsyncLifetime
{
    public const string User = "tester";
    public const string Password = "p@ss:w/rd'%;{x}";
    private const string ServerFile = "/usr/sbin/mariadbd";

    private string? _folder;
    private Process? _server;

    public int Port { get; private set; }

    /// <summary>A URL as users write it.</summary>
    public string Url => $"mariadb://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/test";

    /// <summary>A connection string of ODBC.</summary>
    public string OdbcText => Connect(User, Password);

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(ServerFile), "server mariadb-server is missing: apt-get install mariadb-server");
        _folder = Directory.CreateTempSubdirectory("qe-mariadb-").FullName;
        string data = Path.Combine(_folder, "data");
        string initialize = Path.Combine(_folder, "initialize.sql");
        await File.WriteAllTextAsync(
            initialize, "CREATE DATABASE test CHARACTER SET utf8mb4;\nCREATE USER 'setup'@'127.0.0.1';\nGRANT ALL ON *.* TO 'setup'@'127.0.0.1' WITH GRANT OPTION;\n");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", "mysql", _folder);
        string[] initializing = ["--no-defaults", $"--datadir={data}", $"--tmpdir={_folder}", "--auth-root-authentication-method=normal", "--skip-test-db"];
        await RunAsync(AsMySql(["/usr/bin/mariadb-install-db", .. initializing]));

        Port = FreePort();
        string port = Port.ToString(CultureInfo.InvariantCulture);
        // A folder of its own for temporary tables: a starting server deletes those it finds, another server's too.
        string[] serve =
        [
            ServerFile, "--no-defaults", $"--datadir={data}", $"--tmpdir={_folder}",
            $"--port={port}", "--bind-address=127.0.0.1", $"--socket={Path.Combine(_folder, "socket")}",
            $"--pid-file={Path.Combine(_folder, "pid")}", $"--init-file={initialize}", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M", "--skip-name-resolve",
        ];
        _server = Start(AsMySql(serve));
        await WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null && !_server.HasExited)
        {
            await RunAsync("kill", "-TERM", _server.Id.ToString(CultureInfo.InvariantCulture));
            await _server.WaitForExitAsync();
        }

        _server?.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    public void Execute(params string[] statements) => Execute(OdbcText, statements);

    private static void Execute(string text, params string[] statements)
    {
        using OdbcConnection connection = OdbcConnection.Open(new OdbcTarget(text, "MariaDB"));
        foreach (string statement in statements)
            connection.Execute(statement);
    }

    /// <summary>The rows of a query as text, by a client that shares nothing with the connector but the driver.</summary>
    public List<string?[]> Query(string sql)
    {
        using OdbcConnection connection = OdbcConnection.Open(new OdbcTarget(OdbcText, "MariaDB"));
        return new OdbcWork(connection, CancellationToken.None).Query(sql);
    }

    private string Connect(string user, string? password) => new OdbcConnectionString()
        .Add("DRIVER", "MariaDB Unicode").Add("SERVER", "127.0.0.1").Add("PORT", Port.ToString(CultureInfo.InvariantCulture)).Add("UID", user).Add("PWD", password)
        .Add("DATABASE", "test").Add("CHARSET", "utf8mb4").ToString();

    // setpriv becomes the server, so that its id is the server's.
    private static string[] AsMySql(string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=mysql", "--regid=mysql", "--init-groups", .. command] : command;

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
                Execute(
                    Connect("setup", null),
                    $"CREATE USER '{User}'@'127.0.0.1' IDENTIFIED BY '{Password.Replace("'", "''", StringComparison.Ordinal)}'",
                    $"GRANT ALL ON *.* TO '{User}'@'127.0.0.1'");
                return;
            }
            catch (QueryException exception) when (attempt < 300)
            {
                Assert.False(_server.HasExited, $"the server ended: {exception.Message}\n{log}");
                await Task.Delay(100);
            }
        }
    }
}
