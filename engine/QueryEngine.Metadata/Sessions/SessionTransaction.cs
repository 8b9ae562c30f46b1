using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>A transaction of a session: which catalogs it writes to and whether a statement of it has failed. Guarded by its manager.</summary>
public sealed class SessionTransaction
{
    private readonly List<(Action Run, bool WhenCommitted, int Savepoints)> _actions = [];

    internal SessionTransaction(string id, string user, bool isReadOnly) => (Id, User, IsReadOnly) = (id, user, isReadOnly);

    /// <summary>Its id, which the session carries.</summary>
    public string Id { get; }

    /// <summary>Whether a statement has failed: only ROLLBACK goes on.</summary>
    public bool IsFailed { get; internal set; }

    internal string User { get; }

    internal bool IsReadOnly { get; set; }

    internal DateTimeOffset LastUsed { get; set; }

    /// <summary>The catalogs that it writes to, in the order of their first writes.</summary>
    internal List<(string Catalog, ISupportsTransactions Source)> Sources { get; } = [];

    internal List<string> Savepoints { get; } = [];

    /// <summary>Something of the engine's own that is to follow the transaction's end.</summary>
    internal void Add(Action action, bool whenCommitted) => _actions.Add((action, whenCommitted, Savepoints.Count));

    /// <summary>It has ended.</summary>
    internal void End(bool isCommitted)
    {
        // What was done last is undone first.
        IEnumerable<(Action Run, bool WhenCommitted, int Savepoints)> actions = isCommitted ? _actions : Enumerable.Reverse(_actions);
        foreach ((Action run, bool whenCommitted, int _) in actions.ToArray())
            if (whenCommitted == isCommitted)
                run();
        _actions.Clear();
    }

    /// <summary>Goes back to the savepoint of that place.</summary>
    internal void RollbackTo(int place)
    {
        foreach ((Action run, bool whenCommitted, int _) in Enumerable.Reverse(_actions).Where(action => action.Savepoints > place).ToArray())
            if (!whenCommitted)
                run();
        _actions.RemoveAll(action => action.Savepoints > place);
        Savepoints.RemoveRange(place + 1, Savepoints.Count - place - 1);
        IsFailed = false;
    }

    /// <summary>Forgets the savepoint of that place and those after it.</summary>
    internal void Release(int place)
    {
        for (int at = 0; at < _actions.Count; at++)
            _actions[at] = _actions[at] with { Savepoints = Math.Min(_actions[at].Savepoints, place) };
        Savepoints.RemoveRange(place, Savepoints.Count - place);
    }
}
