using QueryEngine.Cli.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Sql;

namespace QueryEngine.Cli.Interactive;

/// <summary>Reads statements from a terminal until Ctrl-D or <c>\q</c>.</summary>
internal sealed class InteractiveShell(
    ScriptRunner scripts, ShellCommands commands, IStatementService service, ShellState state, ShellConsole console)
{
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        await console.Error.WriteAsync("qe: statements end with ;  \\? shows commands, Ctrl-D leaves\n");
        var completer = new Completer(service, state);
        var editor = new LineEditor(new History(History.DefaultPath()), IsComplete, completer.Complete);
        while (!commands.IsLeaving)
        {
            completer.Refresh();
            (EditOutcome outcome, string text) = editor.Read();
            if (outcome == EditOutcome.EndOfInput)
                break;
            if (outcome == EditOutcome.Accepted && !string.IsNullOrWhiteSpace(text))
                await scripts.RunTextAsync(text);
        }

        return ExitCodes.Success;
    }

    private static bool IsComplete(string text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.TrimStart().StartsWith('\\'))
            return true;
        var statements = SqlParser.SplitStatements(text);
        return statements.Count > 0 && statements[^1].IsTerminated;
    }
}
