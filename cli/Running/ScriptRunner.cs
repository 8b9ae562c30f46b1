using QueryEngine.Cli.Interactive;
using QueryEngine.Sql;

namespace QueryEngine.Cli.Running;

/// <summary>Runs statements and commands one after the other until one fails, or all of them with --ignore-errors.</summary>
internal sealed class ScriptRunner(StatementRunner statements, ShellCommands commands, Interrupts interrupts, bool ignoresErrors)
{
    /// <summary>Runs a script that was given as text.</summary>
    public async Task<int> RunTextAsync(string text)
    {
        if (text.TrimStart().StartsWith('\\'))
            return await RunAsync([ScriptStatement.Of(text.Trim())]);
        return await RunAsync(SqlParser.SplitStatements(text).Select(
            statement => new ScriptStatement(statement.Text, text, statement.Position, FirstLine: 1, Origin: null)));
    }

    /// <summary>Runs a file as it is read; <c>-</c> is standard input.</summary>
    public async Task<int> RunFileAsync(string path)
    {
        if (path == "-")
            return await RunLinesAsync(Console.In, origin: null);
        using var reader = new StreamReader(path);
        return await RunLinesAsync(reader, path);
    }

    /// <summary>Runs statements.</summary>
    /// <returns>The last exit code that is no success, or success.</returns>
    public async Task<int> RunAsync(IEnumerable<ScriptStatement> script)
    {
        int exitCode = ExitCodes.Success;
        foreach (ScriptStatement statement in script)
        {
            int code = await RunAsync(statement);
            exitCode = code == ExitCodes.Success ? exitCode : code;
            if (IsEnd(code))
                break;
        }

        return exitCode;
    }

    private async Task<int> RunLinesAsync(TextReader lines, string? origin)
    {
        var reader = new ScriptReader(origin);
        int exitCode = ExitCodes.Success;
        while (true)
        {
            string? line = await lines.ReadLineAsync();
            int code = await RunAsync(line is null ? reader.Finish() : reader.Add(line));
            exitCode = code == ExitCodes.Success ? exitCode : code;
            if (line is null || IsEnd(code))
                return exitCode;
        }
    }

    private bool IsEnd(int code) =>
        commands.IsLeaving || code == ExitCodes.Interrupted || (code != ExitCodes.Success && !ignoresErrors);

    private async Task<int> RunAsync(ScriptStatement statement)
    {
        if (statement.IsCommand)
        {
            switch (commands.Run(statement.Text))
            {
                case { File: { } file }:
                    return File.Exists(file) ? await RunFileAsync(file) : commands.Fail($"there is no file '{file}'");
                case { Sql: { } sql }:
                    return await RunAsync(ScriptStatement.Of(sql));
                case { ExitCode: var code }:
                    return code;
            }
        }

        CancellationTokenSource cancellation = interrupts.Begin();
        try
        {
            return await statements.RunAsync(statement, cancellation.Token);
        }
        finally
        {
            interrupts.End(cancellation);
        }
    }
}
