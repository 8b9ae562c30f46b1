using System.Diagnostics;

namespace QueryEngine.Cli.Tests.Support;

/// <summary>What a run of the shell gave.</summary>
internal sealed record QeRun(int ExitCode, string Output, string Error);

/// <summary>Runs the built shell as a process, as users do.</summary>
internal static class QeProcess
{
    /// <summary>The shell's assembly, next to this one.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "qe.dll");

    /// <summary>Runs the shell with options.</summary>
    public static Task<QeRun> RunAsync(params string[] arguments) => RunWithAsync(input: null, folder: null, arguments);

    /// <summary>Runs the shell with options and standard input.</summary>
    public static async Task<QeRun> RunWithAsync(string? input, string? folder, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input ?? string.Empty);
        process.StandardInput.Close();
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await process.WaitForExitAsync(timeout.Token);
        return new QeRun(process.ExitCode, await output, await error);
    }

    /// <summary>Starts the shell and leaves it running.</summary>
    public static Process Start(string? folder, params string[] arguments)
    {
        // A runner started in the background ignores Ctrl-C, and its children would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? AppContext.BaseDirectory,
        };
        start.Environment["HOME"] = System.IO.Path.GetTempPath();
        start.Environment["XDG_CONFIG_HOME"] = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "qe-tests-config");
        return Process.Start(start)!;
    }
}
