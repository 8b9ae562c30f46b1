namespace QueryEngine.Spi;

/// <summary>
/// Something with a number of owners. Whoever makes or retains it disposes it once; the last dispose releases it.
/// An owner that forgets costs memory until the garbage collector finds out; one that disposes twice gets an exception, never another's memory.
/// </summary>
public abstract class RefCounted : IDisposable
{
    private int _owners = 1;

    /// <summary>Whether the last owner has let go.</summary>
    public bool IsReleased => Volatile.Read(ref _owners) <= 0;

    /// <summary>Adds an owner.</summary>
    public void Retain()
    {
        if (Interlocked.Increment(ref _owners) <= 1)
            throw new ObjectDisposedException(GetType().Name, "retained after its last owner released it");
    }

    /// <summary>Lets go of one ownership.</summary>
    public void Dispose()
    {
        int owners = Interlocked.Decrement(ref _owners);
        if (owners < 0)
            throw new ObjectDisposedException(GetType().Name, "disposed more often than it was owned");
        if (owners > 0)
            return;

        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what is held; called once.</summary>
    protected abstract void Release();
}
