using System.CommandLine;
using System.CommandLine.Parsing;
using QueryEngine.Cli.Output;
using QueryEngine.Client;
using QueryEngine.Client.Services;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Options;

/// <summary>The options of the shell itself.</summary>
internal sealed class ShellCommand
{
    private readonly Option<string[]> _execute = new("--execute", "-e") { Description = "Run statements and leave; may be repeated", HelpName = "SQL" };
    private readonly Option<string[]> _file = new("--file", "-f") { Description = "Run the statements of a file and leave; may be repeated", HelpName = "PATH" };
    private readonly Option<string[]> _catalog = new("--catalog", "-c") { Description = "Define a catalog by its URL (pg=postgresql://user:pass@host/db); without a URL, make a catalog the current one", HelpName = "NAME=URL" };
    private readonly Option<string?> _catalogs = new("--catalogs") { Description = "The directory of NAME.properties files that define catalogs (default: ./catalogs, then ~/.config/qe/catalogs)", HelpName = "DIR" };
    private readonly Option<string?> _server = new("--server", "-s") { Description = "Run statements on a server instead of in this process", HelpName = "URL" };
    private readonly Option<string?> _user = new("--user", "-u") { Description = "The user that sources see (default: you)", HelpName = "NAME" };
    private readonly Option<string?> _schema = new("--schema") { Description = "The schema of names that say none; with its catalog: pg.public", HelpName = "SCHEMA" };
    private readonly Option<string> _format = new("--output-format", "-o") { Description = "How results are printed", DefaultValueFactory = _ => "aligned" };
    private readonly Option<int?> _threads = new("--threads") { Description = "Threads that a query uses (default: one for each processor)", HelpName = "N" };
    private readonly Option<string?> _memory = new("--memory") { Description = "Memory that queries may hold, such as 4GB", HelpName = "SIZE" };
    private readonly Option<string?> _spillPath = new("--spill-path") { Description = "The directory for rows that do not fit in memory (default: in the temporary directory)", HelpName = "DIR" };
    private readonly Option<string?> _spillMax = new("--spill-max-bytes") { Description = "The most bytes in that directory, such as 20GB; 0 for none", HelpName = "SIZE" };
    private readonly Option<bool> _ignoreErrors = new("--ignore-errors") { Description = "Go on with the next statement after an error" };
    private readonly Option<bool> _timing = new("--timing") { Description = "Show how long each statement took" };
    private readonly Option<bool> _noTiming = new("--no-timing") { Description = "Do not show how long statements take" };

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        _format.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Enum.GetNames<OutputFormat>().Select(name => name.ToLowerInvariant())]);
        foreach (Option option in (Option[])[_execute, _file, _catalog, _catalogs, _server, _user, _schema, _format, _threads, _memory, _spillPath, _spillMax, _ignoreErrors, _timing, _noTiming])
            command.Add(option);
    }

    /// <summary>What the command line says.</summary>
    /// <exception cref="UsageException">When options contradict one another or have values that make no sense.</exception>
    public ShellOptions Read(ParseResult result)
    {
        string? server = result.GetValue(_server);
        (ValueList<KeyValuePair<string, string>> urls, string? current) = ReadCatalogs(result.GetValue(_catalog) ?? []);
        if (server is not null && (urls.Count > 0 || result.GetValue(_catalogs) is not null))
            throw new UsageException("--catalog NAME=URL and --catalogs define catalogs of this process; on a server use CREATE CATALOG");
        if (server is not null && (result.GetValue(_spillPath) ?? result.GetValue(_spillMax)) is not null)
            throw new UsageException("--spill-path and --spill-max-bytes are for statements in this process; a server has its own");
        if (server is not null && (result.GetValue(_threads) is not null || result.GetValue(_memory) is not null))
            throw new UsageException("--threads and --memory are for statements in this process; a server has its own");

        string? schema = result.GetValue(_schema);
        if (schema?.Split('.') is [var catalog, var rest])
            (current, schema) = (catalog, rest);
        return new ShellOptions
        {
            Scripts = ReadScripts(result),
            Service = new ServiceOptions
            {
                Server = server is null ? null : ReadServer(server),
                CatalogDirectory = server is null ? CatalogFolder.Find(result.GetValue(_catalogs)) : null,
                CatalogUrls = urls,
                Threads = ReadThreads(result.GetValue(_threads)),
                MemoryLimit = ReadMemory(result.GetValue(_memory)),
                SpillPath = result.GetValue(_spillPath),
                SpillMaxBytes = ReadSpillMax(result.GetValue(_spillMax)),
            },
            User = result.GetValue(_user) ?? Environment.UserName,
            Catalog = current,
            Schema = schema,
            Format = Enum.Parse<OutputFormat>(result.GetValue(_format)!, ignoreCase: true),
            IgnoresErrors = result.GetValue(_ignoreErrors),
            ShowsTiming = result.GetValue(_noTiming) ? false : result.GetValue(_timing) ? true : null,
        };
    }

    // -e and -f run in the order of the command line, so they are read from its tokens.
    private List<ScriptSource> ReadScripts(ParseResult result)
    {
        var scripts = new List<ScriptSource>();
        IEnumerator<Token>[] values = [Values(result, _execute), Values(result, _file)];
        foreach (Token token in result.Tokens.Where(token => token.Type == TokenType.Option))
        {
            bool isExecute = token.Value is "-e" or "--execute";
            if (!isExecute && token.Value is not ("-f" or "--file"))
                continue;
            IEnumerator<Token> next = values[isExecute ? 0 : 1];
            if (!next.MoveNext())
                continue;
            string value = next.Current.Value;
            if (!isExecute && value != "-" && !File.Exists(value))
                throw new UsageException($"there is no file '{value}'");
            scripts.Add(isExecute ? new ScriptSource(value, File: null) : new ScriptSource(Text: null, value));
        }

        return scripts;
    }

    private static IEnumerator<Token> Values(ParseResult result, Option option) =>
        (result.GetResult(option)?.Tokens ?? []).GetEnumerator();

    private static (ValueList<KeyValuePair<string, string>> Urls, string? Current) ReadCatalogs(string[] definitions)
    {
        var urls = new List<KeyValuePair<string, string>>();
        string? current = null;
        foreach (string definition in definitions)
        {
            int equals = definition.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0 || equals == definition.Length - 1)
                throw new UsageException($"'{Redact(definition)}' does not define a catalog; NAME=URL does");
            if (equals < 0)
                current = definition;
            else
                urls.Add(KeyValuePair.Create(definition[..equals], definition[(equals + 1)..]));
        }

        return (urls.ToValueList(), current);
    }

    private static string Redact(string definition) => definition.Contains('@', StringComparison.Ordinal) ? "***" : definition;

    private static Uri ReadServer(string server)
    {
        try
        {
            return QueryEngineConnectionStringBuilder.ParseServer(server);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static int ReadThreads(int? threads) => threads switch
    {
        null => 0,
        >= 1 and <= 1024 => threads.Value,
        _ => throw new UsageException($"--threads {threads} is not 1 to 1024"),
    };

    private static long? ReadSpillMax(string? size) => size is null
        ? null
        : ByteSize.TryParse(size, out long bytes) ? bytes : throw new UsageException($"--spill-max-bytes '{size}' is not a size; 20GB and 0 are");

    private static long ReadMemory(string? memory)
    {
        if (memory is null)
            return 0;
        return ByteSize.TryParse(memory, out long bytes) && bytes > 0
            ? bytes
            : throw new UsageException($"--memory '{memory}' is not a size; 512MB and 4GB are");
    }
}
