using System.Collections.Immutable;
using QueryEngine.Spi;

namespace QueryEngine.Metadata.Sessions;

/// <summary>
/// A client's session: who it is and what its statements have set. Thread-safe; a query works on the snapshot that <see cref="NewQuery"/> took.
/// </summary>
public sealed class Session
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly QueryIdSource _ids;
    private State _state;

    /// <summary>Makes a session with the default settings.</summary>
    public Session(string user, QueryIdSource ids, TimeProvider? time = null)
    {
        (User, _ids, _time) = (user, ids, time ?? TimeProvider.System);
        _state = new State(
            "memory", "default", "UTC", SessionProperties.Default, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty, Transaction: null, Kept: null);
    }

    /// <summary>Who asks.</summary>
    public string User { get; }

    /// <summary>The catalog of names that say none.</summary>
    public string Catalog => Current.Catalog;

    /// <summary>The schema of names that say none.</summary>
    public string Schema => Current.Schema;

    /// <summary>The time zone, an IANA name.</summary>
    public string TimeZone => Current.TimeZone;

    /// <summary>What SET SESSION set.</summary>
    public SessionProperties Properties => Current.Properties;

    /// <summary>The transaction under way; null when every statement is one by itself.</summary>
    public string? Transaction => Current.Transaction;

    /// <summary>The id of what the engine keeps for the session (see <see cref="SessionStates"/>); null when that is nothing.</summary>
    public string? Kept => Current.Kept;

    /// <summary>Texts of prepared statements, by folded name.</summary>
    public IReadOnlyDictionary<string, string> Prepared => Current.Prepared;

    /// <summary>Settings of PostgreSQL's SET that have no meaning here, kept so that SHOW gives them back.</summary>
    public IReadOnlyDictionary<string, string> Variables => Current.Variables;

    private State Current
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>USE.</summary>
    public void Use(string catalog, string schema) => Change(state => state with { Catalog = catalog, Schema = schema });

    /// <summary>SET TIME ZONE.</summary>
    public void SetTimeZone(string zone) => Change(state => state with { TimeZone = zone });

    /// <summary>SET SESSION.</summary>
    public void SetProperty(string name, string value) => Change(state => state with { Properties = state.Properties.With(name, value) });

    /// <summary>RESET SESSION; null resets all.</summary>
    public void ResetProperty(string? name) =>
        Change(state => state with { Properties = name is null ? SessionProperties.Default : state.Properties.Without(name) });

    /// <summary>PREPARE.</summary>
    public void Prepare(string name, string text) => Change(state => state with { Prepared = state.Prepared.SetItem(name, text) });

    /// <summary>DEALLOCATE; null forgets all.</summary>
    /// <exception cref="QueryException">PREPARED_STATEMENT_NOT_FOUND.</exception>
    public void Deallocate(string? name) => Change(state =>
    {
        if (name is null)
            return state with { Prepared = state.Prepared.Clear() };
        return state.Prepared.ContainsKey(name)
            ? state with { Prepared = state.Prepared.Remove(name) }
            : throw new QueryException(ErrorCode.PreparedStatementNotFound, $"prepared statement '{name}' does not exist");
    });

    /// <summary>SET of a setting that has no meaning here.</summary>
    public void SetVariable(string name, string value) => Change(state => state with { Variables = state.Variables.SetItem(name, value) });

    /// <summary>START TRANSACTION, and its end.</summary>
    public void SetTransaction(string? id) => Change(state => state with { Transaction = id });

    /// <summary>Says what the engine keeps for the session.</summary>
    public void SetKept(string? id) => Change(state => state with { Kept = id });

    /// <summary>Starts a query: a new id, the time of now, and a snapshot of the settings.</summary>
    public QueryContext NewQuery()
    {
        State state = Current;
        DateTimeOffset start = _time.GetUtcNow();
        return new QueryContext(_ids.Next(start), User, start)
        {
            Catalog = state.Catalog,
            Schema = state.Schema,
            TimeZone = state.TimeZone,
            Properties = state.Properties,
            Prepared = state.Prepared,
            Variables = state.Variables,
            Transaction = state.Transaction,
            Kept = state.Kept,
        };
    }

    private void Change(Func<State, State> change)
    {
        lock (_lock)
            _state = change(_state);
    }

    private sealed record State(
        string Catalog,
        string Schema,
        string TimeZone,
        SessionProperties Properties,
        ImmutableDictionary<string, string> Prepared,
        ImmutableDictionary<string, string> Variables,
        string? Transaction,
        string? Kept);
}
