using System.CommandLine;

namespace QueryEngine.Cli.Options;

/// <summary><c>qe server</c>: a coordinator, a worker or both.</summary>
internal static class ServerCommand
{
    public static Command Create()
    {
        var command = new Command("server", "Run a server: a coordinator, a worker, or both (the default)");
        return command;
    }
}
