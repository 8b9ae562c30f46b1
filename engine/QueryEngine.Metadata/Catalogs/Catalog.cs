using QueryEngine.Spi;

namespace QueryEngine.Metadata.Catalogs;

/// <summary>What a catalog is made from. Its text shows no secret.</summary>
public sealed record CatalogDefinition(string Name, string Connector, IReadOnlyDictionary<string, string> Properties)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Connector})";
}

/// <summary>
/// A catalog of the engine. Its connector is made at first use, and a catalog that cannot be made fails only those who use it. Thread-safe.
/// </summary>
public sealed class Catalog : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Func<CancellationToken, ValueTask<IConnector>> _create;
    private volatile IConnector? _connector;
    private bool _isDisposed;

    internal Catalog(CatalogDefinition definition, Func<CancellationToken, ValueTask<IConnector>> create) =>
        (Definition, _create) = (definition, create);

    /// <summary>What it was made from.</summary>
    public CatalogDefinition Definition { get; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>The name of its connector.</summary>
    public string ConnectorName => Definition.Connector;

    /// <summary>Whether lists leave it out.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Why it cannot be used, when its configuration is wrong.</summary>
    public QueryException? Error { get; init; }

    /// <summary>The connector, or null when nobody has asked for it yet.</summary>
    public IConnector? OpenConnector => _connector;

    /// <summary>The connector, of a catalog that <see cref="GetConnectorAsync"/> was awaited on before.</summary>
    public IConnector Connector =>
        _connector ?? throw new InvalidOperationException($"the connector of catalog {Name} is asked for before it was made");

    /// <summary>The connector, made now if nobody asked before. A failure is not remembered: the next call tries again.</summary>
    public async ValueTask<IConnector> GetConnectorAsync(CancellationToken cancellationToken)
    {
        if (_connector is { } ready)
            return ready;
        if (Error is not null)
            throw new QueryException(Error.Code, $"catalog '{Name}' cannot be used: {Error.Message}", Error.Hint, Error);

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isDisposed)
                throw new QueryException(ErrorCode.UndefinedCatalog, $"catalog '{Name}' was dropped");
            return _connector ??= await _create(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (_connector is { } connector)
                await connector.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
