using System.Diagnostics;
using System.Globalization;
using QueryEngine.Cli.Errors;
using QueryEngine.Cli.Output;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Running;

/// <summary>Runs one statement after the other and prints what they give.</summary>
internal sealed class StatementRunner(IStatementService service, ShellState state, ShellConsole console, bool isRemote)
{
    /// <summary>Runs a statement; an error is printed. The token cancels it, here and at the sources.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(ScriptStatement statement, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(statement.Text, cancellationToken);
            return ExitCodes.Success;
        }
        catch (QueryException error)
        {
            Flush();
            if (cancellationToken.IsCancellationRequested)
                return Interrupted();
            await console.Error.WriteAsync(ErrorPrinter.Describe(error, statement));
            bool isConnection = isRemote && error.Code.SqlState.StartsWith("08", StringComparison.Ordinal);
            return isConnection ? ExitCodes.Connection : ExitCodes.SqlError;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Flush();
            return Interrupted();
        }
    }

    private int Interrupted()
    {
        console.Error.Write("canceled\n");
        return ExitCodes.Interrupted;
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var request = new StatementRequest(sql, state.Settings) { Source = "qe" };
        await using IStatementResult result = await service.ExecuteAsync(request, cancellationToken);
        bool hasRows = result.Columns.Count > 0;
        var writer = ResultWriter.Create(state.Format, console.Output, new CellText(state.UtcOffset()), console.UsesColor);
        using var owned = writer as IDisposable;
        if (hasRows)
            writer.Begin(result.Columns);

        long rows = 0;
        await using (var progress = ProgressLine.Start(console, result, watch))
        {
            await foreach (RecordBatch batch in result.ReadAsync(cancellationToken))
            {
                using (batch)
                {
                    progress.Clear();
                    rows += batch.RowCount;
                    if (hasRows)
                        writer.Write(batch);
                    if (console.IsOutputTerminal)
                        Flush();
                }
            }
        }

        state.Settings = result.End?.Settings ?? state.Settings;
        string time = state.ShowsTiming ? $" in {Seconds(watch.Elapsed)}" : string.Empty;
        if (hasRows)
            WriteEnd(writer, $"{rows} {(rows == 1 ? "row" : "rows")}{time}");
        else if (result.End is { } end)
            WriteUpdate(end, time, writer);
        Flush();
    }

    private void WriteEnd(ResultWriter writer, string summary)
    {
        writer.End($"({summary})");
        if (!writer.ShowsSummary && state.ShowsTiming)
        {
            Flush();
            console.Error.Write($"({summary})\n");
        }
    }

    private void WriteUpdate(StatementEnd end, string time, ResultWriter writer)
    {
        string count = end.UpdateCount is { } rows ? $": {rows.ToString(CultureInfo.InvariantCulture)} {(rows == 1 ? "row" : "rows")}" : string.Empty;
        string line = $"{end.UpdateType}{count}{time}\n";
        if (writer.ShowsSummary)
            console.Output.Write(line);
        else if (state.ShowsTiming)
            console.Error.Write(line);
    }

    private void Flush() => console.Output.Flush();

    private static string Seconds(TimeSpan time) => time.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };
}
