using System.Net.Http.Json;
using QueryEngine.Connectors.Objects;
using QueryEngine.Spi;

namespace Tracker;

/// <summary>A row of <c>issues</c>: its properties are the columns <c>number, title, state, created_at, labels</c>.</summary>
public sealed record Issue(long Number, string Title, string State, DateTimeOffset CreatedAt, string[] Labels);

/// <summary>A row of <c>projects</c>.</summary>
public sealed record Project(string Name, int Stars);

/// <summary>The tables of a tracker: each method is one. Requests keep to ten a second and are sent again when the server is busy.</summary>
[RequestLimits(RequestsPerSecond = 10, MaxConcurrency = 2, Retries = 3)]
public sealed class TrackerConnector(HttpClient http) : ObjectConnector
{
    /// <summary><c>SELECT * FROM tracker.default.projects</c>: pages that name the next one.</summary>
    [Table(Comment = "All projects.")]
    public IAsyncEnumerable<Project> Projects(TableScan scan) => scan.PagesAsync<Project>(async (next, cancellationToken) =>
    {
        ProjectPage? page = await http.GetFromJsonAsync<ProjectPage>(next ?? "projects", cancellationToken);
        return new Page<Project>(page!.Items, page.Next);
    });

    /// <summary>
    /// <c>... FROM tracker.default.issues WHERE repo IN ('a', 'b') AND state = 'open'</c>: two calls, each with its pages. <c>repo</c> is no
    /// property of an issue, so it must be given; <c>state</c> may be.
    /// </summary>
    [Table(Comment = "Issues of a project.")]
    public IAsyncEnumerable<Issue> Issues([RequiredKey] string repo, string? state, TableScan scan)
    {
        const int Size = 50;
        string filter = state is null ? "" : $"&state={Uri.EscapeDataString(state)}";
        return scan.NumberedPagesAsync(Size, async (page, cancellationToken) =>
            (IReadOnlyList<Issue>)(await http.GetFromJsonAsync<Issue[]>(
                $"projects/{Uri.EscapeDataString(repo)}/issues?size={Size}&page={page}{filter}", cancellationToken))!);
    }

    /// <inheritdoc/>
    protected override ValueTask CloseAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record ProjectPage(Project[] Items, string? Next);
}

/// <summary><c>CREATE CATALOG t USING tracker WITH (url = 'https://...', token = '...')</c>, or <c>FROM 'tracker://host?token=...'</c>.</summary>
public sealed class TrackerFactory : ObjectConnectorFactory<TrackerConnector>
{
    /// <inheritdoc/>
    public override string Name => "tracker";

    /// <inheritdoc/>
    public override IReadOnlyList<PropertySpec> Properties { get; } =
    [
        new("url", "Where the tracker is.") { IsRequired = true },
        new("token", "What it wants to know us by.") { IsSecret = true },
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<string> UrlSchemes { get; } = ["tracker"];

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> ParseUrl(Uri url)
    {
        Dictionary<string, string> properties = ConnectionUrl.Options(url);
        properties["url"] = $"http://{url.Authority}/";
        return properties;
    }

    /// <inheritdoc/>
    protected override TrackerConnector Create(ConnectorContext context, PropertyBag properties)
    {
        var http = new HttpClient { BaseAddress = new Uri(properties.Get("url")) };
        if (properties.FindSecret("token") is { } token)
            http.DefaultRequestHeaders.Add("X-Token", token.Value);
        return new TrackerConnector(http);
    }
}
