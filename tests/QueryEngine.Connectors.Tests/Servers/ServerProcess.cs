using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace QueryEngine.Tests.Servers;

/// <summary>A server that a test run started: what it writes to its log is kept to tell why it ended.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private ServerProcess(Process process) => _process = process;

    /// <summary>A port of the loopback address that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The command as another user where the tests run as root, which database servers refuse; setpriv becomes the server, so that its id is the server's.</summary>
    public static string[] As(string user, params string[] command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups", .. command] : command;

    public static ServerProcess Start(params string[] command)
    {
        var server = new ServerProcess(Launch(command));
        server._process.ErrorDataReceived += (_, line) => server._log.AppendLine(line.Data);
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a command to its end.</summary>
    public static async Task RunAsync(params string[] command)
    {
        using Process process = Launch(command);
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[0]} ended with {process.ExitCode}: {errors}");
    }

    /// <summary>Tries until it works, for half a minute; fails at once where the server has ended.</summary>
    public async Task WaitUntilReadyAsync<TException>(Func<Task> attempt)
        where TException : Exception
    {
        for (int attempts = 0; ; attempts++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (TException exception) when (attempts < 300)
            {
                Assert.False(_process.HasExited, $"the server ended: {exception.Message}\n{_log}");
                await Task.Delay(100);
            }
        }
    }

    /// <summary>Ends it by a signal's name.</summary>
    public async Task StopAsync(string signal)
    {
        if (_process.HasExited)
            return;
        await RunAsync("kill", "-" + signal, _process.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    private static Process Launch(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
