using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>What a transaction sees: the root at its start, its own root, and the roots at its savepoints. Guarded by the lock of the store.</summary>
internal sealed class MemoryTransaction : IDisposable
{
    private readonly List<(string Name, MemoryRoot Root)> _savepoints = [];

    public MemoryTransaction(MemoryRoot start)
    {
        start.Retain();
        start.Retain();
        (Start, Current) = (start, start);
    }

    /// <summary>What there was when it started.</summary>
    public MemoryRoot Start { get; }

    /// <summary>What its statements see.</summary>
    public MemoryRoot Current { get; private set; }

    /// <summary>Takes over another root.</summary>
    public void Replace(MemoryRoot root)
    {
        Current.Dispose();
        Current = root;
    }

    public void SetSavepoint(string name)
    {
        Current.Retain();
        _savepoints.Add((name, Current));
    }

    public void RollbackTo(string name)
    {
        int place = Find(name);
        Forget(place + 1);
        _savepoints[place].Root.Retain();
        Replace(_savepoints[place].Root);
    }

    public void Release(string name) => Forget(Find(name));

    public void Dispose()
    {
        Forget(0);
        Current.Dispose();
        Start.Dispose();
    }

    private int Find(string name)
    {
        int place = _savepoints.FindLastIndex(savepoint => savepoint.Name == name);
        return place >= 0 ? place : throw new QueryException(ErrorCode.InvalidSavepoint, $"savepoint '{name}' does not exist");
    }

    private void Forget(int from)
    {
        for (int savepoint = from; savepoint < _savepoints.Count; savepoint++)
            _savepoints[savepoint].Root.Dispose();
        _savepoints.RemoveRange(from, _savepoints.Count - from);
    }
}
