namespace QueryEngine.Spi;

/// <summary>
/// Counts the bytes that a query, a task or an operator holds, against a limit. Contexts form a tree: a child's bytes are its
/// parent's too. Thread-safe. Going over a limit fails the one who asked, with EXCEEDED_MEMORY_LIMIT, and changes nothing.
/// </summary>
public sealed class MemoryContext
{
    private readonly MemoryContext? _parent;
    private long _bytes;
    private long _peak;
    private volatile QueryException? _stop;

    /// <summary>Makes a root. <paramref name="limit"/> is in bytes.</summary>
    public MemoryContext(string name, long limit = long.MaxValue)
        : this(name, limit, parent: null)
    {
    }

    private MemoryContext(string name, long limit, MemoryContext? parent) => (Name, Limit, _parent) = (name, limit, parent);

    /// <summary>A context without a limit, for tests and tools.</summary>
    public static MemoryContext Unlimited { get; } = new("unlimited");

    /// <summary>What the bytes are for, as error messages and EXPLAIN ANALYZE show it.</summary>
    public string Name { get; }

    /// <summary>The most bytes allowed.</summary>
    public long Limit { get; }

    /// <summary>Bytes held now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The most bytes ever held at once.</summary>
    public long PeakBytes => Interlocked.Read(ref _peak);

    /// <summary>
    /// Asked where the limit would be passed, with the context below this one that asks: whether it may go on, up to a tenth above the limit, because another
    /// gives its bytes back soon. Null refuses.
    /// </summary>
    public Func<MemoryContext, bool>? WhenFull { get; set; }

    /// <summary>The least limit of this context and all above it.</summary>
    public long Budget
    {
        get
        {
            long least = Limit;
            for (MemoryContext? context = _parent; context is not null; context = context._parent)
                least = Math.Min(least, context.Limit);
            return least;
        }
    }

    /// <summary>Bytes that may still be held before some limit of this context or one above it is reached.</summary>
    public long Room
    {
        get
        {
            long least = long.MaxValue;
            for (MemoryContext? context = this; context is not null; context = context._parent)
                if (context.Limit != long.MaxValue)
                    least = Math.Min(least, context.Limit - context.Bytes);
            return least;
        }
    }

    /// <summary>A context below this one.</summary>
    public MemoryContext Child(string name, long limit = long.MaxValue) => new(name, limit, this);

    /// <summary>A pooled buffer of at least <paramref name="bytes"/> bytes, not cleared, counted here until it is released.</summary>
    public NativeBuffer Allocate(long bytes) => NativeBuffer.Allocate(this, bytes, clear: false);

    /// <summary>A pooled buffer of at least <paramref name="bytes"/> zero bytes.</summary>
    public NativeBuffer AllocateCleared(long bytes) => NativeBuffer.Allocate(this, bytes, clear: true);

    /// <summary>Counts bytes; false, and nothing counted, when some limit would be passed.</summary>
    public bool TryReserve(long bytes)
    {
        MemoryContext asking = this;
        for (MemoryContext? context = this; context is not null; context = context._parent)
        {
            long held = Interlocked.Add(ref context._bytes, bytes);
            if (bytes > 0 && (context._stop is not null || (held > context.Limit && !context.MayPass(held, asking))))
            {
                TakeBack(bytes, context);
                return false;
            }

            context.NotePeak(held);
            asking = context;
        }

        return true;
    }

    /// <summary>Counts bytes.</summary>
    /// <exception cref="QueryException">EXCEEDED_MEMORY_LIMIT.</exception>
    public void Reserve(long bytes)
    {
        if (TryReserve(bytes))
            return;

        for (MemoryContext? context = this; context is not null; context = context._parent)
            if (context._stop is { } stop)
                throw stop;
        MemoryContext full = this;
        while (full._parent is not null && full.Bytes + bytes <= full.Limit)
            full = full._parent;
        throw new QueryException(
            ErrorCode.OutOfMemory,
            $"{full.Name} holds {full.Bytes} bytes and asked for {bytes} more ({Name}), over its limit of {full.Limit} bytes",
            "Raise query_max_memory, or let the query keep fewer rows at once.");
    }

    /// <summary>Whoever asks for bytes here or below from now on gets an error.</summary>
    public void Stop(QueryException error) => _stop = error;

    /// <summary>Takes reserved bytes back.</summary>
    public void Free(long bytes)
    {
        for (MemoryContext? context = this; context is not null; context = context._parent)
            Interlocked.Add(ref context._bytes, -bytes);
    }

    private bool MayPass(long held, MemoryContext asking) => WhenFull is { } ask && held - Limit <= Limit / 10 && ask(asking);

    private void TakeBack(long bytes, MemoryContext last)
    {
        for (MemoryContext context = this; ; context = context._parent!)
        {
            Interlocked.Add(ref context._bytes, -bytes);
            if (context == last)
                return;
        }
    }

    private void NotePeak(long held)
    {
        long peak = Interlocked.Read(ref _peak);
        while (held > peak)
        {
            long seen = Interlocked.CompareExchange(ref _peak, held, peak);
            if (seen == peak)
                return;
            peak = seen;
        }
    }
}
