using QueryEngine.Cli.Output;

namespace QueryEngine.Cli.Running;

/// <summary>The three standard streams. Output is raw, so that a reader that has gone away is noticed.</summary>
internal sealed class ShellConsole
{
    private const int BrokenPipe = 32;

    public ShellConsole()
    {
        Output = new Utf8Output(OpenOutput());
        IsInteractive = !Console.IsInputRedirected && !Console.IsOutputRedirected;
        IsOutputTerminal = !Console.IsOutputRedirected;
        IsErrorTerminal = !Console.IsErrorRedirected;
        UsesColor = IsOutputTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    }

    /// <summary>Standard output.</summary>
    public Utf8Output Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = Console.Error;

    /// <summary>Whether someone types and reads here.</summary>
    public bool IsInteractive { get; }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutputTerminal { get; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; }

    /// <summary>Whether output is styled.</summary>
    public bool UsesColor { get; }

    /// <summary>Whether the error says that nobody reads the output any more.</summary>
    public static bool IsClosedOutput(IOException error) => (error.HResult & 0xFFFF) == BrokenPipe;

    private static Stream OpenOutput() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutputStream();
}
