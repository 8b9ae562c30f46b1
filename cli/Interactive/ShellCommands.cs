using QueryEngine.Cli.Output;
using QueryEngine.Cli.Running;

namespace QueryEngine.Cli.Interactive;

/// <summary>What a command asks for: a statement to run, a file to run, or nothing more.</summary>
internal readonly record struct CommandOutcome(string? Sql = null, string? File = null, int ExitCode = ExitCodes.Success);

/// <summary>The commands that begin with a backslash, as psql has them.</summary>
internal sealed class ShellCommands(ShellState state, ShellConsole console)
{
    private const string Help = """
        \?              this list
        \q              leave (also Ctrl-D)
        \l              catalogs
        \dn [CATALOG]   schemas
        \dt [SCHEMA]    tables of a schema
        \d NAME         columns of a table
        \c SCHEMA       make a schema the current one: \c pg.public
        \x              a line for each value, or a table
        \f FORMAT       aligned, vertical, csv, tsv, json, jsonl, markdown or null
        \timing         show or hide times
        \i FILE         run the statements of a file

        """;

    /// <summary>Whether the shell was asked to end.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Does what it can and says what is left to do.</summary>
    public CommandOutcome Run(string line)
    {
        string[] parts = line.TrimEnd(';', ' ').Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string argument = parts.Length > 1 ? parts[1] : string.Empty;
        switch (parts[0])
        {
            case "\\q":
                IsLeaving = true;
                return default;
            case "\\?" or "\\h":
                return Say(Help);
            case "\\l":
                return new CommandOutcome(Sql: "SHOW CATALOGS");
            case "\\dn":
                return new CommandOutcome(Sql: argument.Length == 0 ? "SHOW SCHEMAS" : $"SHOW SCHEMAS FROM {argument}");
            case "\\dt":
                return new CommandOutcome(Sql: argument.Length == 0 ? "SHOW TABLES" : $"SHOW TABLES FROM {argument}");
            case "\\d":
                return new CommandOutcome(Sql: argument.Length == 0 ? "SHOW TABLES" : $"DESCRIBE {argument}");
            case "\\c" when argument.Length > 0:
                return new CommandOutcome(Sql: $"USE {argument}");
            case "\\i" when argument.Length > 0:
                return new CommandOutcome(File: argument);
            case "\\timing":
                state.ShowsTiming = argument.Length == 0 ? !state.ShowsTiming : argument == "on";
                return Say($"timing is {(state.ShowsTiming ? "on" : "off")}\n");
            case "\\x":
                state.Format = state.Format == OutputFormat.Vertical ? OutputFormat.Aligned : OutputFormat.Vertical;
                return Say($"output format is {Name(state.Format)}\n");
            case "\\f" when Enum.TryParse(argument, ignoreCase: true, out OutputFormat format) && Enum.IsDefined(format):
                state.Format = format;
                return Say($"output format is {Name(format)}\n");
            default:
                return new CommandOutcome(ExitCode: Fail($"'{line}' is no command; \\? shows them"));
        }
    }

    /// <summary>Says that a command went wrong.</summary>
    /// <returns>The exit code.</returns>
    public int Fail(string message)
    {
        console.Error.Write($"error: {message}\n");
        return ExitCodes.SqlError;
    }

    private static string Name(OutputFormat format) => format.ToString().ToLowerInvariant();

    private CommandOutcome Say(string text)
    {
        console.Error.Write(text);
        return default;
    }
}
