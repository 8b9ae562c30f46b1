using QueryEngine.Spi;

namespace QueryEngine.Connectors.Objects;

/// <summary>What a method that is a table may ask for: how many rows are wanted, and requests to the source with its limits, retries and counts.</summary>
public sealed class TableScan
{
    private readonly RequestPolicy _policy;
    private readonly ScanMetrics _metrics;

    internal TableScan(RequestPolicy policy, ConnectorSession session, ScanMetrics metrics, long? limit, CancellationToken cancellationToken) =>
        (_policy, Session, _metrics, Limit, CancellationToken) = (policy, session, metrics, limit, cancellationToken);

    /// <summary>Who reads.</summary>
    public ConnectorSession Session { get; }

    /// <summary>The most rows that are read of this call; null when all are. A method may give more: they are not read.</summary>
    public long? Limit { get; }

    /// <summary>Says that nobody wants the rows any more.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Sends a request within the declared limits, again when it fails for a reason that may pass.</summary>
    /// <exception cref="QueryException">ACCESS_DENIED for 401 and 403, CONNECTION_FAILURE or REMOTE_ERROR for what did not pass.</exception>
    public Task<T> SendAsync<T>(Func<CancellationToken, Task<T>> request) => _policy.SendAsync(request, _metrics, CancellationToken);

    /// <summary>
    /// The rows of pages: <paramref name="fetch"/> gets null for the first page, then what the page before named as next, until one names none.
    /// </summary>
    /// <exception cref="QueryException">PROTOCOL_VIOLATION when a page names one that was there before: it would never end.</exception>
    public async IAsyncEnumerable<T> PagesAsync<T>(Func<string?, CancellationToken, Task<Page<T>>> fetch)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            string? token = next;
            Page<T> page = await SendAsync(cancellationToken => fetch(token, cancellationToken)).ConfigureAwait(false);
            foreach (T row in page.Rows)
                yield return row;
            next = page.Next;
            if (next is not null && !seen.Add(next))
                throw new QueryException(ErrorCode.ProtocolViolation, $"page '{next}' comes a second time", "The source repeats its pages.");
        }
        while (next is not null);
    }

    /// <summary>The rows of pages with numbers from <paramref name="first"/>, until one has fewer rows than <paramref name="size"/>.</summary>
    public IAsyncEnumerable<T> NumberedPagesAsync<T>(int size, Func<int, CancellationToken, Task<IReadOnlyList<T>>> fetch, int first = 1) =>
        PagesAsync<T>(async (token, cancellationToken) =>
        {
            int number = token is null ? first : int.Parse(token, System.Globalization.CultureInfo.InvariantCulture);
            IReadOnlyList<T> rows = await fetch(number, cancellationToken).ConfigureAwait(false);
            return new Page<T>(rows, rows.Count < size ? null : (number + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));
        });
}

/// <summary>A page of rows, and what names the next one; null after the last.</summary>
public sealed record Page<T>(IReadOnlyList<T> Rows, string? Next);
