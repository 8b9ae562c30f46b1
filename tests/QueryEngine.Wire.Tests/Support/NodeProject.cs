using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace QueryEngine.Wire.Tests.Support;

/// <summary>The npm project with the foreign clients and servers. Installs its packages on first use.</summary>
internal static class NodeProject
{
    private static readonly SemaphoreSlim _installing = new(1);
    private static bool _installed;

    /// <summary>The folder of the scripts.</summary>
    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "node");

    /// <summary>Starts a script; the caller ends it.</summary>
    public static async Task<Process> StartAsync(params string[] arguments)
    {
        await InstallOnceAsync();
        return Start("node", arguments);
    }

    /// <summary>Runs a script to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        using Process process = await StartAsync(arguments);
        process.StandardInput.Close();
        return await FinishAsync(process);
    }

    /// <summary>Runs a script that prints JSON.</summary>
    public static async Task<JsonElement> RunJsonAsync(params string[] arguments) =>
        JsonDocument.Parse(await RunAsync(arguments)).RootElement;

    private static Process Start(string program, string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(info)!;
    }

    private static async Task<string> FinishAsync(Process process)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}: {await error}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task InstallOnceAsync()
    {
        await _installing.WaitAsync();
        try
        {
            if (!_installed)
                await InstallAsync();
            _installed = true;
        }
        finally
        {
            _installing.Release();
        }
    }

    private static async Task InstallAsync()
    {
        // Test processes may run side by side: the file lock lets one install and the others wait.
        string lockPath = Path.Combine(Path.GetTempPath(), "queryengine-wire-npm.lock");
        await using FileStream held = await LockAsync(lockPath);
        if (File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")))
            return;

        using Process npm = Start("npm", ["ci", "--no-audit", "--no-fund"]);
        npm.StandardInput.Close();
        await FinishAsync(npm);
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 600)
            {
                await Task.Delay(200);
            }
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
