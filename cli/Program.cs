using System.CommandLine;
using System.Reflection;
using QueryEngine.Cli.Options;
using QueryEngine.Cli.Running;

namespace QueryEngine.Cli;

/// <summary>The entry of <c>qe</c>: reads the command line and runs the shell or a server.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        var shell = new ShellCommand();
        var root = new RootCommand("One SQL statement over many systems. Without -e, -f or piped input, opens an interactive shell.");
        root.Options.Remove(root.Options.Single(option => option is VersionOption));
        var version = new Option<bool>("--version") { Description = "Show the version and leave" };
        root.Add(version);
        shell.AddTo(root);
        root.SetAction((result, cancellationToken) => ShellProgram.RunAsync(shell.Read(result), cancellationToken));
        root.Add(ServerCommand.Create());

        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.GetValue(version))
        {
            await Console.Out.WriteAsync($"qe {Version()}\n");
            return ExitCodes.Success;
        }

        if (parsed.Errors.Count > 0)
            return await FailAsync(string.Join('\n', parsed.Errors.Select(error => error.Message)));
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException error)
        {
            return await FailAsync(error.Message);
        }
    }

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteAsync($"qe: {message}\nTry 'qe --help'.\n");
        return ExitCodes.Usage;
    }

    private static string Version()
    {
        string version = typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return version.Split('+')[0];
    }
}
