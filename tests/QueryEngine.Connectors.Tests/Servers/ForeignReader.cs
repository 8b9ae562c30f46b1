using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace QueryEngine.Connectors.Tests.Servers;

/// <summary>Other implementations of file formats, from npm. Installs its packages on first use.</summary>
internal static class ForeignReader
{
    private static readonly SemaphoreSlim _installing = new(1);

    private static readonly string _folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "node"));

    /// <summary>The rows that DuckDB or hyparquet reads from a Parquet file, each a JSON object.</summary>
    public static async Task<JsonElement[]> ReadAsync(string reader, string file) =>
        [.. (await RunAsync(reader, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The first column of the rows that DuckDB answers.</summary>
    public static async Task<string[]> QueryAsync(string sql) => (await RunAsync("query", sql)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The file of DuckDB's library.</summary>
    public static async Task<string> FindDuckDbAsync()
    {
        await InstallAsync();
        string package = Path.Combine(_folder, "node_modules", "@duckdb", $"node-bindings-linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}");
        return Path.Combine(package, "libduckdb.so");
    }

    private static async Task<string> RunAsync(string reader, string argument)
    {
        await InstallAsync();
        return await StartAsync("node", "read.mjs", reader, argument);
    }

    private static async Task InstallAsync()
    {
        await _installing.WaitAsync();
        try
        {
            if (!Directory.Exists(Path.Combine(_folder, "node_modules", "hyparquet")))
                await StartAsync("npm", "ci", "--no-fund", "--no-audit", "--loglevel=error");
        }
        finally
        {
            _installing.Release();
        }
    }

    private static async Task<string> StartAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
