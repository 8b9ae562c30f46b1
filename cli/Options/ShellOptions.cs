using QueryEngine.Cli.Output;
using QueryEngine.Client.Services;

namespace QueryEngine.Cli.Options;

/// <summary>What the command line of the shell says.</summary>
internal sealed record ShellOptions
{
    /// <summary>Scripts to run, in this order; none for standard input or typing.</summary>
    public required IReadOnlyList<ScriptSource> Scripts { get; init; }

    /// <summary>Where statements run.</summary>
    public required ServiceOptions Service { get; init; }

    /// <summary>The user that sources see.</summary>
    public required string User { get; init; }

    /// <summary>The catalog of names that say none; null for the default.</summary>
    public string? Catalog { get; init; }

    /// <summary>The schema of names that say none; null for the default.</summary>
    public string? Schema { get; init; }

    /// <summary>How results are printed.</summary>
    public OutputFormat Format { get; init; }

    /// <summary>Whether a script goes on after an error.</summary>
    public bool IgnoresErrors { get; init; }

    /// <summary>Whether times are shown; null for only when someone types.</summary>
    public bool? ShowsTiming { get; init; }
}

/// <summary>The text of a script, or the file that holds it.</summary>
internal sealed record ScriptSource(string? Text, string? File);
