using System.Collections.Concurrent;

namespace QueryEngine.Metadata.Sessions;

/// <summary>What is kept for a session between its statements beyond what the client carries: the values that sequences gave it.</summary>
public sealed class SessionState
{
    private readonly ConcurrentDictionary<Sequence, long> _values = new();

    internal SessionState(string id, string user) => (Id, User) = (id, user);

    /// <summary>Its id, which the session carries.</summary>
    public string Id { get; }

    /// <summary>The sequence that gave the latest value; null when none has.</summary>
    public Sequence? Latest { get; private set; }

    internal string User { get; }

    internal DateTimeOffset LastUsed { get; set; }

    /// <summary>Notes that a sequence gave a value.</summary>
    public void Note(Sequence sequence, long value)
    {
        _values[sequence] = value;
        Latest = sequence;
    }

    /// <summary>Notes where a sequence was set to, which is no new latest one.</summary>
    public void NoteSet(Sequence sequence, long value) => _values[sequence] = value;

    /// <summary>The value that a sequence gave to this session last; null when it gave none.</summary>
    public long? ValueOf(Sequence sequence) => _values.TryGetValue(sequence, out long value) ? value : null;
}

/// <summary>The states of all sessions. One that nothing was heard of for a while is forgotten. Thread-safe.</summary>
public sealed class SessionStates(TimeProvider time)
{
    /// <summary>How long a session may wait for its next statement.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromHours(4);

    private readonly ConcurrentDictionary<string, SessionState> _states = new(StringComparer.Ordinal);

    /// <summary>The state that a session carries; null when it has none, or another user's.</summary>
    public SessionState? Find(Session session)
    {
        if (session.Kept is not { } id || !_states.TryGetValue(id, out SessionState? state) || state.User != session.User)
            return null;
        state.LastUsed = time.GetUtcNow();
        return state;
    }

    /// <summary>The state that a session carries, made when it has none.</summary>
    public SessionState Open(Session session)
    {
        if (Find(session) is { } known)
            return known;
        DateTimeOffset now = time.GetUtcNow();
        foreach (SessionState idle in _states.Values.Where(state => now - state.LastUsed > LongestIdle))
            _states.TryRemove(idle.Id, out _);
        var made = new SessionState(Guid.NewGuid().ToString("N"), session.User) { LastUsed = now };
        _states[made.Id] = made;
        session.SetKept(made.Id);
        return made;
    }
}
