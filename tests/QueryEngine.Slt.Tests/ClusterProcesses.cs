using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using QueryEngine.Cluster.Statements;
using QueryEngine.Slt.Tests.Running;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>A coordinator and three workers, each a process of its own, on free loopback ports; stopped by their process ids.</summary>
public sealed class ClusterProcesses : IAsyncLifetime
{
    private const int Workers = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly List<Process> _processes = [];
    private readonly List<string> _workers = [];

    /// <summary>Where the coordinator is.</summary>
    public Uri Coordinator { get; private set; } = null!;

    /// <summary>A client of the coordinator.</summary>
    public IStatementService Statements { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        int port = FreePort();
        Coordinator = new Uri($"http://127.0.0.1:{port}");
        Start("--coordinator", "--port", $"{port}");
        for (int worker = 0; worker < Workers; worker++)
            StartWorker();
        Statements = new RemoteStatementService(Coordinator);
        await WaitForWorkersAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Statements.DisposeAsync();
        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Kills the last worker and gives its node id.</summary>
    public async Task<string> KillWorkerAsync()
    {
        (Process process, string node) = (_processes[^1], _workers[^1]);
        _processes.RemoveAt(_processes.Count - 1);
        _workers.RemoveAt(_workers.Count - 1);
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        return node;
    }

    private void StartWorker()
    {
        int port = FreePort();
        _workers.Add($"worker-{port}");
        Start("--worker", "--port", $"{port}", "--coordinator-url", Coordinator.ToString());
    }

    private async Task WaitForWorkersAsync()
    {
        var session = new SltSession(Statements, new SessionSettings("test"));
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                (_, List<object?[]> rows) = await session.RunAsync(
                    "SELECT count(*) FROM system.runtime.nodes WHERE role = 'worker' AND state = 'active'", CancellationToken.None);
                if (rows is [[long and Workers]])
                    return;
            }
            catch (Spi.QueryException error) when (error.Code.Kind == Spi.ErrorKind.External)
            {
                // The coordinator does not listen yet.
            }

            if (Stopwatch.GetElapsedTime(start) > _patience)
                throw new TimeoutException($"{Workers} workers did not come within {_patience.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private void Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["exec", Path.Combine(AppContext.BaseDirectory, "qe.dll"), "server", .. arguments])
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _processes.Add(process);
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
