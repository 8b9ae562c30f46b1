using System.Collections.Concurrent;
using QueryEngine.Cli.Running;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;
using QueryEngine.Sql;

namespace QueryEngine.Cli.Interactive;

/// <summary>
/// Completes keywords and the names of catalogs, schemas and tables. Names are fetched in the background the first time they are asked
/// for, so that a slow source never holds up typing; the next Tab knows them.
/// </summary>
internal sealed class Completer(IStatementService service, ShellState state)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _names = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Completes the word before the cursor.</summary>
    public Completion Complete(string text, int cursor)
    {
        int start = cursor;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '.' or '"' or '$'))
            start--;
        string word = text[start..cursor];
        int dot = word.LastIndexOf('.');
        string scope = dot < 0 ? string.Empty : word[..dot];
        string prefix = word[(dot + 1)..];
        IEnumerable<string> names = dot < 0
            ? Fetch("SHOW TABLES").Concat(Fetch("SHOW SCHEMAS")).Concat(Fetch("SHOW CATALOGS")).Concat(prefix.Length > 0 ? Keywords(prefix) : [])
            : scope.Contains('.', StringComparison.Ordinal)
                ? Fetch($"SHOW TABLES FROM {scope}")
                : Fetch($"SHOW SCHEMAS FROM {scope}").Concat(Fetch($"SHOW TABLES FROM {scope}"));
        string[] candidates =
        [
            .. names.Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                .Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase),
        ];
        return new Completion(cursor - prefix.Length, candidates);
    }

    /// <summary>Forgets names, because a statement may have changed them, and fetches the usual ones anew.</summary>
    public void Refresh()
    {
        _names.Clear();
        foreach (string statement in (ReadOnlySpan<string>)["SHOW CATALOGS", "SHOW SCHEMAS", "SHOW TABLES"])
            Fetch(statement);
    }

    private static IEnumerable<string> Keywords(string prefix)
    {
        bool isLower = char.IsLower(prefix[0]);
        return SqlWords.All.Select(word => isLower ? word.ToLowerInvariant() : word);
    }

    private IReadOnlyList<string> Fetch(string statement)
    {
        if (_names.TryGetValue(statement, out IReadOnlyList<string>? names))
            return names;
        if (_names.TryAdd(statement, []))
            _ = Task.Run(() => FetchAsync(statement));
        return [];
    }

    private async Task FetchAsync(string statement)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            var names = new List<string>();
            var request = new StatementRequest(statement, state.Settings) { Source = "qe completion" };
            await using IStatementResult result = await service.ExecuteAsync(request, timeout.Token);
            await foreach (RecordBatch batch in result.ReadAsync(timeout.Token))
            {
                using (batch)
                {
                    for (int row = 0; row < batch.RowCount; row++)
                        if (batch[0].GetValue(row) is string name)
                            names.Add(Quote(name));
                }
            }

            _names[statement] = names;
        }
        catch (Exception error) when (error is QueryException or OperationCanceledException or ObjectDisposedException)
        {
            // A scope that does not exist, or a source that is down, has nothing to offer.
        }
    }

    private static string Quote(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') && !char.IsAsciiDigit(name[0])
        ? name
        : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
