using QueryEngine.Cli.Errors;
using QueryEngine.Cli.Interactive;
using QueryEngine.Cli.Options;
using QueryEngine.Client.Services;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Running;

/// <summary>One run of the shell: opens the engine or the server, then runs scripts, standard input, or what is typed.</summary>
internal static class ShellProgram
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ShellOptions options, CancellationToken cancellationToken)
    {
        var console = new ShellConsole();
        try
        {
            await using OpenedService service = await ServiceFactory.OpenAsync(options.Service, cancellationToken);
            foreach (QueryException warning in service.Warnings)
                await console.Error.WriteAsync($"warning: {warning.Message}\n");
            return await RunAsync(options, console, service.Statements);
        }
        catch (QueryException error)
        {
            await console.Error.WriteAsync(ErrorPrinter.Describe(error, statement: null));
            return options.Service.Server is null ? ExitCodes.SqlError : ExitCodes.Connection;
        }
        catch (IOException error) when (ShellConsole.IsClosedOutput(error))
        {
            // Whoever read our output has seen enough (qe ... | head): that is no failure.
            return ExitCodes.Success;
        }
        catch (IOException error)
        {
            await console.Error.WriteAsync($"error: {error.Message}\n");
            return ExitCodes.SqlError;
        }
    }

    private static async Task<int> RunAsync(ShellOptions options, ShellConsole console, IStatementService statements)
    {
        bool isTyping = options.Scripts.Count == 0 && console.IsInteractive;
        var settings = new SessionSettings(options.User);
        settings = settings with { Catalog = options.Catalog ?? settings.Catalog, Schema = options.Schema ?? settings.Schema };
        var state = new ShellState(settings) { Format = options.Format, ShowsTiming = options.ShowsTiming ?? isTyping };
        var runner = new StatementRunner(statements, state, console, options.Service.Server is not null);
        using var interrupts = new Interrupts();
        var commands = new ShellCommands(state, console);
        var scripts = new ScriptRunner(runner, commands, interrupts, options.IgnoresErrors || isTyping);
        if (isTyping)
            return await new InteractiveShell(scripts, commands, statements, state, console).RunAsync();

        IReadOnlyList<ScriptSource> sources = options.Scripts.Count > 0 ? options.Scripts : [new ScriptSource(Text: null, File: "-")];
        int exitCode = ExitCodes.Success;
        foreach (ScriptSource source in sources)
        {
            int code = source.Text is { } text ? await scripts.RunTextAsync(text) : await scripts.RunFileAsync(source.File!);
            exitCode = code == ExitCodes.Success ? exitCode : code;
            if (commands.IsLeaving || code == ExitCodes.Interrupted || (code != ExitCodes.Success && !options.IgnoresErrors))
                break;
        }

        return exitCode;
    }
}
