using System.Collections.Concurrent;
using QueryEngine.Execution.Operators.Joins;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>
/// Where the build sides of joins publish what their keys are and scans learn of it. Ids are unique in a query. Thread-safe.
/// A filter is published once, when its build side is complete.
/// </summary>
public sealed class DynamicFilterHub
{
    private readonly ConcurrentDictionary<int, Slot> _filters = new();

    /// <summary>Says which values the build side has. Only the first time counts.</summary>
    public void Publish(int filterId, Domain domain) => SlotOf(filterId).Publish(domain);

    /// <summary>Says which keys a build side of this process has, exactly. The build side owns them, and outlives the scans that they filter.</summary>
    internal void PublishKeys(int filterId, KeyBitmap keys) => SlotOf(filterId).Keys = keys;

    /// <summary>The exact keys, where they are known.</summary>
    internal KeyBitmap? TryGetKeys(int filterId) => SlotOf(filterId).Keys;

    /// <summary>Completes once the values are known.</summary>
    public Task WhenPublishedAsync(int filterId, CancellationToken cancellationToken) => SlotOf(filterId).WaitAsync(cancellationToken);

    /// <summary>What is known of a filter now.</summary>
    public bool TryGet(int filterId, out Domain domain)
    {
        Domain? published = SlotOf(filterId).Domain;
        domain = published ?? Domain.All;
        return published is not null;
    }

    private Slot SlotOf(int filterId) => _filters.GetOrAdd(filterId, _ => new Slot());

    private sealed class Slot
    {
        private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Domain? _domain;
        private KeyBitmap? _keys;

        public KeyBitmap? Keys
        {
            get => Volatile.Read(ref _keys);
            set => Volatile.Write(ref _keys, value);
        }

        public Domain? Domain => Volatile.Read(ref _domain);

        public Task WaitAsync(CancellationToken cancellationToken) => _published.Task.WaitAsync(cancellationToken);

        public void Publish(Domain domain)
        {
            if (Interlocked.CompareExchange(ref _domain, domain, null) is null)
                _published.TrySetResult();
        }
    }
}
