using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using QueryEngine.Connectors.ClickHouse.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse;

/// <summary>What a server is: what follows from its version, and whether its own zone is UTC.</summary>
internal sealed record ClickHouseInfo(string Version, bool IsUtc)
{
    /// <summary>Date32 and DateTime64.</summary>
    public bool HasLongDates => IsAtLeast(21, 9);

    public bool HasBool => IsAtLeast(21, 12);

    public bool HasMaps => IsAtLeast(21, 8);

    public bool RenamesColumns => IsAtLeast(20, 4);

    private bool IsAtLeast(int major, int minor)
    {
        string[] parts = Version.Split('.');
        int first = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
        int second = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number) ? number : 0;
        return first > major || (first == major && second >= minor);
    }
}

/// <summary>The HTTP interface of a server. Every statement has an id that begins with that of our query, by which it is found and killed.</summary>
internal sealed class ClickHouseServer : IDisposable
{
    // What results depend on is set; statements may be long, as lists are.
    private const string Settings =
        "&join_use_nulls=1&max_query_size=67108864&max_ast_elements=1000000&max_expanded_ast_elements=1000000&count_distinct_implementation=uniqExact";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly string[] _utc = ["UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal", "GMT", "Etc/GMT"];

    private readonly HttpClient _http;
    private readonly SemaphoreSlim _asking = new(1);
    private ClickHouseInfo? _info;

    public ClickHouseServer(ClickHouseOptions options)
    {
        Options = options;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(options.ConnectTimeout), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) };
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("QueryEngine", "1.0"));
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}")));
    }

    /// <summary>The catalog's properties.</summary>
    public ClickHouseOptions Options { get; }

    /// <summary>What is known of the server, if it was ever asked.</summary>
    public ClickHouseInfo? InfoIfKnown => Volatile.Read(ref _info);

    /// <summary>What the server is.</summary>
    public async ValueTask<ClickHouseInfo> GetInfoAsync(CancellationToken cancellationToken)
    {
        if (InfoIfKnown is { } known)
            return known;
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_info is null)
            {
                List<object?[]> rows = await QueryAsync("SELECT version(), timezone()", new ClickHouseInfo("", IsUtc: true), cancellationToken);
                Volatile.Write(ref _info, new ClickHouseInfo((string)rows[0][0]!, _utc.Contains((string)rows[0][1]!)));
            }

            return _info;
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The rows of a small query as boxed values.</summary>
    public async Task<List<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        await QueryAsync(sql, await GetInfoAsync(cancellationToken), cancellationToken);

    /// <summary>Runs a statement that gives no rows.</summary>
    public async Task ExecuteAsync(string statement, CancellationToken cancellationToken, HttpContent? data = null)
    {
        using HttpResponseMessage response = await SendAsync(statement, NewId("statement"), cancellationToken, data);
        try
        {
            await response.Content.CopyToAsync(Stream.Null, cancellationToken); // it is done when the answer ends
        }
        catch (Exception exception) when (ClickHouseErrors.IsForeign(exception))
        {
            throw ClickHouseErrors.Unreachable(exception, Options);
        }
    }

    /// <summary>An id for a statement of a query.</summary>
    public static string NewId(string queryId) => $"qe_{queryId}_{Guid.NewGuid():N}";

    /// <summary>Sends a statement; the answer's head has come, its body has not. When canceled the statement is killed.</summary>
    public async Task<HttpResponseMessage> SendAsync(string statement, string statementId, CancellationToken cancellationToken, HttpContent? data = null)
    {
        string url = $"?query_id={Uri.EscapeDataString(statementId)}&database={Uri.EscapeDataString(Options.Database)}&default_format=Native{Settings}"
            + (Options.MaxThreads is { } threads ? $"&max_threads={Uri.EscapeDataString(threads)}" : "")
            + (data is null ? "" : $"&query={Uri.EscapeDataString(statement)}");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Options.Endpoint, url)) { Content = data ?? new ByteArrayContent(Encoding.UTF8.GetBytes(statement)) };
        HttpResponseMessage? response = null;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            string said = await response.Content.ReadAsStringAsync(cancellationToken);
            response.Dispose();
            throw ClickHouseErrors.OfServer(said.Length > 0 ? said : $"status {(int)response.StatusCode}", Options);
        }
        catch (OperationCanceledException)
        {
            response?.Dispose();
            await KillAsync(statementId);
            throw;
        }
        catch (Exception exception) when (ClickHouseErrors.IsForeign(exception))
        {
            response?.Dispose();
            throw ClickHouseErrors.Unreachable(exception, Options);
        }
    }

    /// <summary>Ends a statement at the server. That it does not answer is no error: it ends with its connection then.</summary>
    public async Task KillAsync(string statementId)
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            string kill = $"KILL QUERY WHERE query_id = {ClickHouseNames.Text(statementId)} ASYNC";
            using var request = new HttpRequestMessage(HttpMethod.Post, Options.Endpoint) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(kill)) };
            using HttpResponseMessage response = await _http.SendAsync(request, patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException || ClickHouseErrors.IsForeign(exception))
        {
            // Its connection is closed all the same.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _asking.Dispose();
    }

    private async Task<List<object?[]>> QueryAsync(string sql, ClickHouseInfo info, CancellationToken cancellationToken)
    {
        var rows = new List<object?[]>();
        await using var reader = new ClickHouseReader(this, info, columns: null, "", MemoryContext.Unlimited, new ScanMetrics());
        await reader.StartAsync(sql, "metadata", cancellationToken);
        while (await reader.ReadBatchAsync(cancellationToken) is { } batch)
        {
            using (batch)
            {
                for (int row = 0; row < batch.RowCount; row++)
                    rows.Add([.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch[column].GetValue(row))]);
            }
        }

        return rows;
    }
}
