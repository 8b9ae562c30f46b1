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

    internal Catalog(CatalogDefinition definition, Func<CancellationToken, ValueTask<IConnector>> create, TimeProvider time, IConnector? ready = null) =>
        (Definition, _create, Health, _connector) = (definition, create, new CatalogHealth(time), ready);

    /// <summary>What it was made from.</summary>
    public CatalogDefinition Definition { get; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>The name of its connector.</summary>
    public string ConnectorName => Definition.Connector;

    /// <summary>Whether lists leave it out.</summary>
    public bool IsHidden { get; init; }

    /// <summary>How its source has answered lately.</summary>
    public CatalogHealth Health { get; }

    /// <summary>How long a question may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

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

    /// <summary>
    /// Asks the connector something of its metadata. A source that does not answer in time fails this question and no other catalog's, even when its
    /// connector does not listen to its token; see <see cref="CatalogHealth"/>.
    /// </summary>
    public async ValueTask<T> AskAsync<T>(Func<IConnector, CancellationToken, ValueTask<T>> question, CancellationToken cancellationToken)
    {
        Health.Check(Name);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            IConnector connector = await GetConnectorAsync(patience.Token).AsTask().WaitAsync(patience.Token).ConfigureAwait(false);
            ValueTask<T> asked = question(connector, patience.Token);
            T answer = asked.IsCompletedSuccessfully ? await asked.ConfigureAwait(false) : await asked.AsTask().WaitAsync(patience.Token).ConfigureAwait(false);
            Health.Answered();
            return answer;
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            var error = new QueryException(
                ErrorCode.ConnectionFailure, $"catalog '{Name}' did not answer within {Patience.TotalSeconds:0.###} s", hint: null, slow);
            Health.Failed(error);
            throw error;
        }
        catch (QueryException error)
        {
            if (error.Code.Kind == ErrorKind.External)
                Health.Failed(error);
            else if (Error is null)
                Health.Answered();
            throw;
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
