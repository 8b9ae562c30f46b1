using System.Globalization;
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
    private ServerProcess? _server;

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
            await ServerProcess.RunAsync("chown", "-R", "mysql", _folder);
        string[] initializing = ["--no-defaults", $"--datadir={data}", $"--tmpdir={_folder}", "--auth-root-authentication-method=normal", "--skip-test-db"];
        await ServerProcess.RunAsync(ServerProcess.As("mysql", ["/usr/bin/mariadb-install-db", .. initializing]));

        Port = ServerProcess.FreePort();
        string port = Port.ToString(CultureInfo.InvariantCulture);
        // A folder of its own for temporary tables: a starting server deletes those it finds, another server's too.
        string[] serve =
        [
            ServerFile, "--no-defaults", $"--datadir={data}", $"--tmpdir={_folder}",
            $"--port={port}", "--bind-address=127.0.0.1", $"--socket={Path.Combine(_folder, "socket")}",
            $"--pid-file={Path.Combine(_folder, "pid")}", $"--init-file={initialize}", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M", "--skip-name-resolve",
        ];
        _server = ServerProcess.Start(ServerProcess.As("mysql", serve));
        await _server.WaitUntilReadyAsync<QueryException>(() =>
        {
            Execute(
                Connect("setup", null),
                $"CREATE USER '{User}'@'127.0.0.1' IDENTIFIED BY '{Password.Replace("'", "''", StringComparison.Ordinal)}'",
                $"GRANT ALL ON *.* TO '{User}'@'127.0.0.1'");
            return Task.CompletedTask;
        });
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.StopAsync("TERM");
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
}
