using System.Collections.Concurrent;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>What is kept for a session between its statements beyond what the client carries: the values that sequences gave it, and its cursors.</summary>
public sealed class SessionState
{
    private readonly ConcurrentDictionary<Sequence, long> _values = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Cursor> _cursors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CursorDeclaration> _declared = new(StringComparer.Ordinal);

    internal SessionState(string id, string user) => (Id, User) = (id, user);

    /// <summary>Its id, which the session carries.</summary>
    public string Id { get; }

    /// <summary>The role of SET ROLE; null for none.</summary>
    public string? Role { get; set; }

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

    /// <summary>The error for a cursor that is not there.</summary>
    public static QueryException NoCursor(string name, IEnumerable<string>? others = null) =>
        new(ErrorCode.UndefinedCursor, $"cursor '{name}' does not exist", Suggestion.DidYouMean(name, others ?? []));

    /// <summary>The cursor of a name.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR.</exception>
    public Cursor Cursor(string name)
    {
        lock (_gate)
            return _cursors.TryGetValue(name, out Cursor? cursor) ? cursor : throw NoCursor(name, _cursors.Keys.ToArray());
    }

    /// <summary>Checks that there is no cursor of a name yet.</summary>
    /// <exception cref="QueryException">DUPLICATE_CURSOR.</exception>
    public void CheckNew(string name)
    {
        lock (_gate)
            if (_cursors.ContainsKey(name))
                throw new QueryException(ErrorCode.DuplicateCursor, $"cursor '{name}' already exists", "CLOSE it first.");
    }

    /// <summary>Keeps a cursor, which the state then owns, in the place of one that was declared only.</summary>
    public void Open(Cursor cursor, CursorDeclaration declaration)
    {
        if (cursor.IsOpened)
            CloseCursors(open => open.Name == cursor.Name);
        CheckNew(cursor.Name);
        lock (_gate)
            (_cursors[cursor.Name], _declared[cursor.Name]) = (cursor, declaration);
    }

    /// <summary>What OPEN is to open: a cursor that was declared and not used yet, or was closed.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR, or INVALID_CURSOR_STATE when it is open.</exception>
    public CursorDeclaration Declared(string name)
    {
        lock (_gate)
        {
            if (!_declared.TryGetValue(name, out CursorDeclaration? declared))
                throw NoCursor(name, _declared.Keys.ToArray());
            return _cursors.TryGetValue(name, out Cursor? open) && (open.IsOpened || open.IsMoved)
                ? throw new QueryException(ErrorCode.InvalidCursorState, $"cursor '{name}' is open already", "CLOSE it first.")
                : declared;
        }
    }

    /// <summary>CLOSE.</summary>
    /// <exception cref="QueryException">UNDEFINED_CURSOR.</exception>
    public void Close(string name)
    {
        Cursor(name);
        CloseCursors(cursor => cursor.Name == name);
    }

    /// <summary>Closes those cursors of which something is true.</summary>
    public void CloseCursors(Predicate<Cursor> isMeant)
    {
        lock (_gate)
        {
            foreach (Cursor cursor in _cursors.Values.Where(cursor => isMeant(cursor)).ToArray())
            {
                _cursors.Remove(cursor.Name);
                cursor.Dispose();
            }
        }
    }

    /// <summary>A transaction has ended, and cursors with it: all of them when it was rolled back, else those without HOLD.</summary>
    public void EndTransaction(string id, bool isCommitted)
    {
        CloseCursors(cursor => cursor.Transaction == id && !(isCommitted && cursor.IsHold));
        lock (_gate)
            foreach (Cursor held in _cursors.Values.Where(cursor => cursor.Transaction == id))
                held.Transaction = null;
    }

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
    public SessionState? Find(Session session) => Find(session.Kept, session.User);

    /// <summary>The state of the session of a query.</summary>
    public SessionState? Find(QueryContext query) => Find(query.Kept, query.User);

    /// <summary>Forgets all of them, and closes their cursors.</summary>
    public void Clear()
    {
        foreach (SessionState state in _states.Values)
            state.CloseCursors(static _ => true);
        _states.Clear();
    }

    /// <summary>The state that a session carries, made when it has none.</summary>
    public SessionState Open(Session session)
    {
        if (Find(session) is { } known)
            return known;
        DateTimeOffset now = time.GetUtcNow();
        foreach (SessionState idle in _states.Values.Where(state => now - state.LastUsed > LongestIdle))
        {
            _states.TryRemove(idle.Id, out _);
            idle.CloseCursors(static _ => true);
        }

        var made = new SessionState(Guid.NewGuid().ToString("N"), session.User) { LastUsed = now };
        _states[made.Id] = made;
        session.SetKept(made.Id);
        return made;
    }

    private SessionState? Find(string? kept, string user)
    {
        if (kept is not { } id || !_states.TryGetValue(id, out SessionState? state) || state.User != user)
            return null;
        state.LastUsed = time.GetUtcNow();
        return state;
    }
}
