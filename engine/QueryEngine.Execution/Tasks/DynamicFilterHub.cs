using System.Collections.Concurrent;
using QueryEngine.Spi;

namespace QueryEngine.Execution;

/// <summary>
/// Where the build sides of joins publish what their keys are and scans learn of it. Ids are unique in a query. Thread-safe.
/// A filter is published once, when its build side is complete.
/// </summary>
public sealed class DynamicFilterHub
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<Domain>> _filters = new();

    /// <summary>Says which values the build side has.</summary>
    public void Publish(int filterId, Domain domain) => Slot(filterId).TrySetResult(domain);

    /// <summary>Completes with the values once they are known.</summary>
    public Task<Domain> WhenPublished(int filterId) => Slot(filterId).Task;

    /// <summary>What is known of a filter now.</summary>
    public bool TryGet(int filterId, out Domain domain)
    {
        Task<Domain> task = Slot(filterId).Task;
        domain = task.IsCompletedSuccessfully ? task.GetAwaiter().GetResult() : Domain.All;
        return task.IsCompletedSuccessfully;
    }

    private TaskCompletionSource<Domain> Slot(int filterId) =>
        _filters.GetOrAdd(filterId, _ => new TaskCompletionSource<Domain>(TaskCreationOptions.RunContinuationsAsynchronously));
}
