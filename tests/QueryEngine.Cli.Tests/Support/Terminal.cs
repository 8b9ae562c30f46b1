using System.Diagnostics;

namespace QueryEngine.Cli.Tests.Support;

/// <summary>The shell on a real terminal: a detached tmux session of its own server.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private readonly string _socket = $"qe-{Environment.ProcessId}-{Guid.NewGuid():N}";

    public TemporaryFolder Home { get; } = new();

    /// <summary>Starts the shell and waits for its prompt.</summary>
    public static async Task<Terminal> StartAsync(int width = 100, int height = 30)
    {
        var terminal = new Terminal();
        string command = $"env HOME={terminal.Home.Path} XDG_STATE_HOME={terminal.Home.Path}/state LANG=C.UTF-8 dotnet {QeProcess.Path}; echo left-with-$?; sleep 600";
        await terminal.TmuxAsync("new-session", "-d", "-x", $"{width}", "-y", $"{height}", command);
        await terminal.WaitForAsync("\nqe>");
        return terminal;
    }

    /// <summary>Types text as it is.</summary>
    public Task TypeAsync(string text) => TmuxAsync("send-keys", "-l", Escaped(text));

    /// <summary>Presses keys by tmux's names: Enter, C-c, Up, ...</summary>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    /// <summary>Pastes text as terminals do, with marks around it.</summary>
    public async Task PasteAsync(string text)
    {
        await TmuxAsync("set-buffer", Escaped(text));
        await TmuxAsync("paste-buffer", "-p");
    }

    /// <summary>What the terminal shows, without blanks at the ends of its lines.</summary>
    public Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p");

    /// <summary>Waits until the terminal shows a text.</summary>
    public Task<string> WaitForAsync(string text) => WaitUntilAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>Waits until the terminal shows what is wanted.</summary>
    public async Task<string> WaitUntilAsync(Func<string, bool> isWanted, string what)
    {
        var watch = Stopwatch.StartNew();
        string screen = string.Empty;
        while (watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            screen = await ScreenAsync();
            if (isWanted(screen))
                return screen;
            await Task.Delay(100);
        }

        throw new Xunit.Sdk.XunitException($"the terminal never showed {what}; it shows:\n{screen}");
    }

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync("kill-server");
        Home.Dispose();
    }

    // A semicolon at the end of an argument would end tmux's own command.
    private static string Escaped(string text) => text.EndsWith(';') ? text[..^1] + "\\;" : text;

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-L", _socket, "-f", "/dev/null", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? output : throw new Xunit.Sdk.XunitException($"tmux {arguments[0]}: {await error}");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new Xunit.Sdk.XunitException("server tmux is missing");
        }
    }
}
