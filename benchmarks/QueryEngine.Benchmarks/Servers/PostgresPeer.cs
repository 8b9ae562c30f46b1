using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace QueryEngine.Benchmarks.Servers;

/// <summary>A PostgreSQL server of its own in a temporary folder, spoken to by psql, which tells how long statements took.</summary>
internal sealed partial class PostgresPeer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _port;
    private readonly Process _server;

    private PostgresPeer(string folder, int port, Process server) => (_folder, _port, _server) = (folder, port, server);

    /// <summary>Where our engine finds it.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"postgresql://bench@127.0.0.1:{_port}/postgres");

    /// <summary>The port, for foreign tables that lead back to it.</summary>
    public int Port => _port;

    /// <summary>A file that the server can write and read.</summary>
    public string FileOf(string name) => Path.Join(_folder, name);

    /// <summary>Starts a server; null where none is installed.</summary>
    public static async Task<PostgresPeer?> StartAsync(CancellationToken cancellationToken)
    {
        const string versions = "/usr/lib/postgresql";
        string? binaries = Directory.Exists(versions)
            ? Directory.GetDirectories(versions).Select(version => Path.Join(version, "bin")).Where(one => File.Exists(Path.Join(one, "initdb"))).Max()
            : null;
        if (binaries is null)
            return null;
        string folder = Directory.CreateTempSubdirectory("queryengine-postgres-").FullName;
        string data = Path.Join(folder, "data");
        if (Environment.IsPrivilegedProcess)
            await RunAsync(["chown", "postgres", folder], cancellationToken);
        await RunAsync(AsPostgres([Path.Join(binaries, "initdb"), "-D", data, "-U", "bench", "--auth", "trust", "--locale", "C.UTF-8", "--no-sync"]), cancellationToken);
        int port = FreePort();
        string[] serve =
        [
            Path.Join(binaries, "postgres"), "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={folder}", "-c", "fsync=off", "-c", "shared_buffers=512MB", "-c", "work_mem=256MB", "-c", "max_parallel_workers_per_gather=0",
        ];
        var peer = new PostgresPeer(folder, port, Start(AsPostgres(serve)));
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await peer.RunAsync("SELECT 1", cancellationToken);
                return peer;
            }
            catch (IOException) when (attempt < 100)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    /// <summary>Runs statements, or psql's own, and gives what psql says they took, in milliseconds, each.</summary>
    /// <exception cref="IOException">One failed.</exception>
    public async Task<List<double>> RunAsync(string script, CancellationToken cancellationToken)
    {
        string port = _port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("psql", ["-h", "127.0.0.1", "-p", port, "-U", "bench", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-f", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process psql = Process.Start(start) ?? throw new IOException("psql did not start");
        await psql.StandardInput.WriteLineAsync($"\\timing on\n{script}".AsMemory(), cancellationToken);
        psql.StandardInput.Close();
        Task<string> errors = psql.StandardError.ReadToEndAsync(cancellationToken);
        string text = await psql.StandardOutput.ReadToEndAsync(cancellationToken);
        await psql.WaitForExitAsync(cancellationToken);
        if (psql.ExitCode != 0)
            throw new IOException($"psql ended with {psql.ExitCode}: {await errors}");
        return [.. Timing().Matches(text).Select(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // SIGQUIT: the server ends at once, with all of its processes.
        await RunAsync(["kill", "-QUIT", _server.Id.ToString(CultureInfo.InvariantCulture)], CancellationToken.None);
        await _server.WaitForExitAsync();
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
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

    private static Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        try
        {
            Process process = Process.Start(start) ?? throw new IOException($"{command[0]} did not start");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception error)
        {
            throw new IOException($"{command[0]} does not start: {error.Message}", error);
        }
    }

    private static async Task RunAsync(string[] command, CancellationToken cancellationToken)
    {
        using Process process = Start(command);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new IOException($"{command[0]} ended with {process.ExitCode}");
    }

    [GeneratedRegex(@"^Time: ([\d.]+) ms", RegexOptions.Multiline)]
    private static partial Regex Timing();
}
