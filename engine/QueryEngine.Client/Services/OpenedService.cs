using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Client.Services;

/// <summary>A statement service with what owns it.</summary>
/// <param name="statements">The service.</param>
/// <param name="warnings">What went wrong with single catalogs: the others work.</param>
/// <param name="owner">Disposed with this.</param>
internal sealed class OpenedService(
    IStatementService statements, IReadOnlyList<QueryException> warnings, IAsyncDisposable owner) : IAsyncDisposable
{
    /// <summary>The service.</summary>
    public IStatementService Statements => statements;

    /// <summary>What went wrong with single catalogs.</summary>
    public IReadOnlyList<QueryException> Warnings => warnings;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => owner.DisposeAsync();
}
