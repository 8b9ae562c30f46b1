using System.Diagnostics;
using System.Globalization;
using QueryEngine.Cluster.Statements;

namespace QueryEngine.Cli.Running;

/// <summary>
/// One line on a terminal's standard error that says how far a statement is, from half a second on; it disappears when rows are printed.
/// </summary>
internal sealed class ProgressLine : IAsyncDisposable
{
    private static readonly TimeSpan _firstAfter = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly ShellConsole _console;
    private readonly IStatementResult _result;
    private readonly Stopwatch _watch;
    private readonly Timer? _timer;
    private bool _isShown;
    private bool _isOver;

    private ProgressLine(ShellConsole console, IStatementResult result, Stopwatch watch)
    {
        (_console, _result, _watch) = (console, result, watch);
        if (console.IsErrorTerminal)
            _timer = new Timer(_ => Show(), state: null, _firstAfter, _every);
    }

    /// <summary>Begins to watch a statement; does nothing where standard error is no terminal.</summary>
    public static ProgressLine Start(ShellConsole console, IStatementResult result, Stopwatch watch) => new(console, result, watch);

    /// <summary>Takes the line away, because rows come. On a terminal that shows the rows it stays away.</summary>
    public void Clear()
    {
        if (_timer is null)
            return;
        lock (_lock)
        {
            Erase();
            _isOver |= _console.IsOutputTerminal;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_timer is null)
            return;
        lock (_lock)
        {
            _isOver = true;
            Erase();
        }

        await _timer.DisposeAsync();
    }

    private void Erase()
    {
        if (_isShown)
            _console.Error.Write("\r\e[K");
        _isShown = false;
    }

    private void Show()
    {
        lock (_lock)
        {
            if (_isOver)
                return;
            string line = Describe(_result.Progress, _watch.Elapsed);
            _console.Error.Write($"\r\e[K{line}");
            _isShown = true;
        }
    }

    private static string Describe(StatementProgress? progress, TimeSpan elapsed)
    {
        string time = string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.0} s");
        if (progress is null)
            return time;
        double seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        string splits = progress.TotalSplits > 0 ? $"  {progress.FinishedSplits}/{progress.TotalSplits} splits" : string.Empty;
        return $"{time}  {progress.State}{splits}  {Short(progress.RowsRead)} rows ({Short(progress.RowsRead / seconds)}/s)"
            + $"  {Short(progress.BytesRead)}B ({Short(progress.BytesRead / seconds)}B/s)  memory {Short(progress.MemoryBytes)}B";
    }

    private static string Short(double number) => number switch
    {
        >= 1e9 => (number / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + "G",
        >= 1e6 => (number / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + "M",
        >= 1e3 => (number / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + "K",
        _ => number.ToString("0", CultureInfo.InvariantCulture),
    };
}
