using System.CommandLine;
using QueryEngine.Cli.Running;
using QueryEngine.Server;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Options;

/// <summary><c>qe server</c>: a coordinator, a worker, or both (the default).</summary>
internal sealed class ServerCommand
{
    private readonly Option<bool> _coordinator = new("--coordinator") { Description = "Take statements, plan them and schedule their tasks" };
    private readonly Option<bool> _worker = new("--worker") { Description = "Run tasks" };
    private readonly Option<int> _port = new("--port") { Description = "The port to listen on; 0 takes a free one", DefaultValueFactory = _ => 8080, HelpName = "PORT" };
    private readonly Option<string?> _coordinatorUrl = new("--coordinator-url") { Description = "Where the coordinator of a worker is", HelpName = "URL" };
    private readonly Option<string> _bind = new("--bind") { Description = "The address to listen on; another than a loopback one needs a secret", DefaultValueFactory = _ => "127.0.0.1", HelpName = "ADDRESS" };
    private readonly Option<string[]> _catalog = new("--catalog", "-c") { Description = "Define a catalog by its URL; may be repeated", HelpName = "NAME=URL" };
    private readonly Option<string?> _catalogs = new("--catalogs") { Description = "The directory of NAME.properties files that define catalogs (default: ./catalogs, then ~/.config/qe/catalogs)", HelpName = "DIR" };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads that a task uses (default: one for each processor)", HelpName = "N" };
    private readonly Option<string[]> _connectorFolder = new("--connector-folder") { Description = "Let INSTALL CONNECTOR load connectors below this folder; may be repeated", HelpName = "DIR" };
    private readonly Option<bool> _allowPaths = new("--allow-paths") { Description = "Let statements read files of this machine by path" };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var options = new ServerCommand();
        var command = new Command("server", "Run a server: a coordinator, a worker, or both (the default)");
        foreach (Option option in (Option[])[options._coordinator, options._worker, options._port, options._coordinatorUrl, options._bind, options._catalog, options._catalogs, options._threads, options._connectorFolder, options._allowPaths])
            command.Add(option);
        command.SetAction((result, cancellationToken) => RunAsync(options.Read(result), cancellationToken));
        return command;
    }

    private ServerOptions Read(ParseResult result)
    {
        bool isCoordinator = result.GetValue(_coordinator);
        bool isWorker = result.GetValue(_worker);
        string? url = result.GetValue(_coordinatorUrl);
        Uri? coordinator = null;
        if (url is not null && !Uri.TryCreate(url, UriKind.Absolute, out coordinator))
            throw new UsageException($"'{url}' is no URL; http://127.0.0.1:8080 is");
        if (isWorker && !isCoordinator && coordinator is null)
            throw new UsageException("--worker needs --coordinator-url");

        var engine = new EngineOptions();
        return new ServerOptions
        {
            IsCoordinator = isCoordinator || !isWorker,
            IsWorker = isWorker || !isCoordinator,
            Port = result.GetValue(_port),
            BindAddress = result.GetValue(_bind)!,
            CoordinatorUrl = coordinator,
            Secret = Environment.GetEnvironmentVariable("QE_SECRET"),
            Host = new EngineHostOptions
            {
                Engine = engine with { Threads = result.GetValue(_threads) ?? engine.Threads },
                CatalogDirectory = CatalogFolder.Find(result.GetValue(_catalogs)),
                CatalogUrls = [.. (result.GetValue(_catalog) ?? []).Select(ReadCatalog)],
                AllowsPaths = result.GetValue(_allowPaths),
                ConnectorFolders = result.GetValue(_connectorFolder) ?? [],
            },
        };
    }

    private static KeyValuePair<string, string> ReadCatalog(string definition)
    {
        int equals = definition.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && equals < definition.Length - 1
            ? KeyValuePair.Create(definition[..equals], definition[(equals + 1)..])
            : throw new UsageException("--catalog takes NAME=URL");
    }

    private static async Task<int> RunAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using ServerHost server = await ServerHost.StartAsync(options, cancellationToken);
            foreach (QueryException warning in server.Warnings)
                await Console.Error.WriteAsync($"qe: {warning.Message}\n");
            await Console.Error.WriteAsync($"qe: listening on {server.Address}\n");
            await server.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Success;
        }
        catch (QueryException error)
        {
            await Console.Error.WriteAsync($"qe: {error.Message}{(error.Hint is null ? string.Empty : $"\n{error.Hint}")}\n");
            return error.Code == ErrorCode.ConnectionFailure ? ExitCodes.Connection : ExitCodes.Usage;
        }
    }
}
