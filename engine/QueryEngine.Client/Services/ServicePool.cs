namespace QueryEngine.Client.Services;

/// <summary>
/// Services that connections share: equal options, one engine in the process. An engine stays when its last connection closes, so that
/// tables of the memory catalog live as long as the process or until the pool is cleared.
/// </summary>
internal sealed class ServicePool
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ServiceOptions, Entry> _entries = [];

    /// <summary>The pool of the process.</summary>
    public static ServicePool Shared { get; } = new();

    /// <summary>The service of these options, opened by the first who asks.</summary>
    public async ValueTask<ServiceLease> RentAsync(ServiceOptions options, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(options, out entry!))
                _entries.Add(options, entry = new Entry());
            entry.Users++;
        }

        try
        {
            await entry.Gate.WaitAsync(cancellationToken);
            try
            {
                entry.Service ??= await ServiceFactory.OpenAsync(options, cancellationToken);
            }
            finally
            {
                entry.Gate.Release();
            }

            return new ServiceLease(this, entry);
        }
        catch
        {
            await ReturnAsync(entry);
            throw;
        }
    }

    /// <summary>Forgets all services: those without a connection are stopped now, the others when their last connection closes.</summary>
    public async ValueTask ClearAsync()
    {
        List<Entry> idle;
        lock (_lock)
        {
            foreach (Entry entry in _entries.Values)
                entry.IsForgotten = true;
            idle = [.. _entries.Values.Where(entry => entry.Users == 0)];
            _entries.Clear();
        }

        foreach (Entry entry in idle)
            await entry.StopAsync();
    }

    private async ValueTask ReturnAsync(Entry entry)
    {
        bool isLast;
        lock (_lock)
            isLast = --entry.Users == 0 && entry.IsForgotten;
        if (isLast)
            await entry.StopAsync();
    }

    /// <summary>A connection's use of a service; disposing it returns the service to the pool.</summary>
    internal sealed class ServiceLease(ServicePool pool, Entry entry) : IAsyncDisposable
    {
        private Entry? _entry = entry;

        /// <summary>The service.</summary>
        public OpenedService Service => _entry?.Service ?? throw new ObjectDisposedException(nameof(ServiceLease));

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } used)
                await pool.ReturnAsync(used);
        }
    }

    /// <summary>A service of the pool; guarded by the pool's lock, its opening by the gate.</summary>
    internal sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public OpenedService? Service { get; set; }

        public int Users { get; set; }

        public bool IsForgotten { get; set; }

        public async ValueTask StopAsync()
        {
            if (Service is { } service)
                await service.DisposeAsync();
            Gate.Dispose();
        }
    }
}
