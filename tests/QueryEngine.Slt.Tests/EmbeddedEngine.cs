using QueryEngine.Server;
using Xunit;

namespace QueryEngine.Slt.Tests;

/// <summary>One engine in this process for the tests of a class.</summary>
public sealed class EmbeddedEngine : IAsyncLifetime
{
    /// <summary>The engine.</summary>
    public EngineHost Host { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await EngineHost.StartAsync(new EngineHostOptions(), CancellationToken.None);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
