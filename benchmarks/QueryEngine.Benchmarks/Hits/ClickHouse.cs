using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using QueryEngine.Benchmarks.DuckDb;

namespace QueryEngine.Benchmarks.Hits;

/// <summary>ClickHouse inside of a node process, which runs statements that come by its standard input.</summary>
internal sealed class ClickHouse : IAsyncDisposable
{
    private readonly Process _process;

    private ClickHouse(Process process) => _process = process;

    /// <summary>Starts it, installing it first where it is missing; null where that does not work.</summary>
    public static async Task<ClickHouse?> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            string folder = await NodePackages.FindAsync("chdb", "chdb", cancellationToken);
            var start = new ProcessStartInfo("node", ["run.cjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
            return Process.Start(start) is { } process ? new ClickHouse(process) : null;
        }
        catch (Exception error) when (error is DuckDbException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs a statement to its end.</summary>
    /// <exception cref="DuckDbException">It failed.</exception>
    public async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(sql).AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        string answer = await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new DuckDbException("ClickHouse ended");
        if (JsonNode.Parse(answer)!["error"] is { } error)
            throw new DuckDbException($"ClickHouse: {error.GetValue<string>()}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
