using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tracker;

namespace QueryEngine.Extensibility.Tests.Objects;

/// <summary>A tracker of issues on a loopback port: pages, filters, a token, and failures as it is told. It counts its requests.</summary>
internal sealed class TrackerServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TrackerServer(WebApplication application) => _application = application;

    /// <summary>What was asked, path and query.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>How many requests to answer with 503 before the next good answer.</summary>
    public int Busy { get; set; }

    /// <summary>Whether the last page of projects names the first.</summary>
    public bool RepeatsPages { get; set; }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public static async Task<TrackerServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new TrackerServer(builder.Build());
        server._application.Use(server.CheckAsync);
        server._application.MapGet("/projects", server.Projects);
        server._application.MapGet("/projects/{repo}/issues", Issues);
        await server._application.StartAsync();
        server.Address = new Uri(server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        lock (Requests)
            Requests.Add(context.Request.Path + context.Request.QueryString);
        if (context.Request.Headers["X-Token"] != "right")
            context.Response.StatusCode = 401;
        else if (Busy-- > 0)
            context.Response.StatusCode = 503;
        else
            await next(context);
    }

    private IResult Projects(int page = 1) => TypedResults.Json(new
    {
        items = Enumerable.Range((page - 1) * 2, 2).Select(number => new Project($"p{number}", number * 10)),
        next = page < 3 ? $"projects?page={page + 1}" : RepeatsPages ? "projects?page=2" : null,
    });

    // A project p3 has 3 * 40 issues; every third is closed.
    private static IResult Issues(string repo, int size, int page, string? state = null) => TypedResults.Json(
        Enumerable.Range(1, int.Parse(repo[1..], CultureInfo.InvariantCulture) * 40)
            .Select(number => new Issue(
                number, $"{repo} #{number}", number % 3 == 0 ? "closed" : "open", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(number), number % 2 == 0 ? ["even", repo] : []))
            .Where(issue => state is null || issue.State == state)
            .Skip((page - 1) * size).Take(size));
}
