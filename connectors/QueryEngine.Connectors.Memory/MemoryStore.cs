using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>
/// What a catalog holds: one root that all see and one more for each transaction, behind one lock that is never held for longer than a few small
/// copies. Versions of tables that a query has found stay until the query ends.
/// </summary>
internal sealed class MemoryStore(string catalog) : IDisposable
{
    private const string DefaultSchema = "default";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<MemoryTable>> _pinned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MemoryTransaction> _transactions = new(StringComparer.Ordinal);
    private MemoryRoot _main = MemoryRoot.Create(DefaultSchema);

    /// <summary>The catalog's name, for messages.</summary>
    public string Catalog => catalog;

    public IReadOnlyList<string> ListSchemas(ConnectorSession session)
    {
        lock (_gate)
            return [.. Root(session).Schemas];
    }

    public IReadOnlyList<SchemaTableName> ListTables(ConnectorSession session, string? schema)
    {
        lock (_gate)
        {
            MemoryRoot root = Root(session);
            return
            [
                .. from name in root.Schemas
                   where schema is null || name == schema
                   from table in root.TablesOf(name).Keys
                   select new SchemaTableName(name, table),
            ];
        }
    }

    /// <summary>The rows that a table has now, or null when there is no such table. The version stays until the query ends.</summary>
    public MemoryTableHandle? Find(ConnectorSession session, RequestedName schema, RequestedName table)
    {
        lock (_gate)
        {
            MemoryRoot root = Root(session);
            if (schema.Choose(root.Schemas) is not { } schemaName || table.Choose(root.TablesOf(schemaName).Keys) is not { } tableName)
                return null;

            MemoryTable found = root.TablesOf(schemaName)[tableName];
            Pin(session.QueryId, found);
            return new MemoryTableHandle(schemaName, tableName, found.Version, found.RowCount);
        }
    }

    /// <summary>The version of a table that a handle speaks of; the caller disposes it.</summary>
    public MemoryTable Get(ConnectorSession session, MemoryTableHandle handle)
    {
        lock (_gate)
        {
            MemoryTable? table = _pinned.TryGetValue(session.QueryId, out List<MemoryTable>? pinned)
                ? pinned.Find(candidate => candidate.Version == handle.Version)
                : null;
            table ??= Root(session).Find(handle.Name) is { } current && current.Version == handle.Version ? current : null;
            if (table is null)
            {
                throw new QueryException(
                    ErrorCode.UndefinedTable,
                    $"table {catalog}.{handle.Name} was changed or dropped while the query was reading it",
                    "Run the query again.");
            }

            table.Retain();
            return table;
        }
    }

    /// <summary>Lets go of what a query has found.</summary>
    public void EndQuery(string queryId)
    {
        lock (_gate)
        {
            if (!_pinned.Remove(queryId, out List<MemoryTable>? tables))
                return;
            foreach (MemoryTable table in tables)
                table.Dispose();
        }
    }

    /// <summary>Puts another root in the place of what the session sees; what <paramref name="change"/> makes is taken over. When it throws, nothing happens.</summary>
    public void Change(ConnectorSession session, Func<MemoryRoot, MemoryRoot> change)
    {
        lock (_gate)
        {
            if (session.TransactionId is { } id)
            {
                MemoryTransaction transaction = GetTransaction(id);
                transaction.Replace(change(transaction.Current));
                return;
            }

            MemoryRoot before = _main;
            _main = change(before);
            before.Dispose();
        }
    }

    /// <summary>Asks the root that the session sees.</summary>
    public T Ask<T>(ConnectorSession session, Func<MemoryRoot, T> question)
    {
        lock (_gate)
            return question(Root(session));
    }

    /// <summary>A table, still owned by the root.</summary>
    /// <exception cref="QueryException">TABLE_NOT_FOUND.</exception>
    public MemoryTable GetTable(MemoryRoot root, SchemaTableName name) => root.Find(name)
        ?? throw new QueryException(ErrorCode.UndefinedTable, $"table {catalog}.{name} does not exist");

    /// <summary>Fails when there is no such schema.</summary>
    public void CheckSchema(MemoryRoot root, string schema)
    {
        if (!root.HasSchema(schema))
        {
            throw new QueryException(
                ErrorCode.UndefinedSchema, $"schema {catalog}.{schema} does not exist", Suggestion.DidYouMean(schema, root.Schemas));
        }
    }

    public void Begin(string id)
    {
        lock (_gate)
        {
            if (!_transactions.ContainsKey(id))
                _transactions.Add(id, new MemoryTransaction(_main));
        }
    }

    public void Commit(string id)
    {
        lock (_gate)
        {
            if (!_transactions.Remove(id, out MemoryTransaction? transaction))
                return;
            using (transaction)
            {
                MemoryRoot merged = _main.Merge(transaction.Start, transaction.Current) ?? throw new QueryException(
                    ErrorCode.SerializationFailure,
                    $"a table of {catalog} was changed by somebody else while the transaction was changing it",
                    "Run the transaction again.");
                _main.Dispose();
                _main = merged;
            }
        }
    }

    public void Rollback(string id)
    {
        lock (_gate)
        {
            if (_transactions.Remove(id, out MemoryTransaction? transaction))
                transaction.Dispose();
        }
    }

    /// <summary>Does something with the transaction.</summary>
    public void InTransaction(string id, Action<MemoryTransaction> action)
    {
        lock (_gate)
            action(GetTransaction(id));
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (MemoryTransaction transaction in _transactions.Values)
                transaction.Dispose();
            _transactions.Clear();
            foreach (string query in _pinned.Keys.ToArray())
                EndQuery(query);
            _main.Dispose();
            _main = MemoryRoot.Create(DefaultSchema);
        }
    }

    private MemoryRoot Root(ConnectorSession session) => session.TransactionId is { } id ? GetTransaction(id).Current : _main;

    private MemoryTransaction GetTransaction(string id)
    {
        if (!_transactions.TryGetValue(id, out MemoryTransaction? transaction))
            _transactions.Add(id, transaction = new MemoryTransaction(_main));
        return transaction;
    }

    private void Pin(string queryId, MemoryTable table)
    {
        if (!_pinned.TryGetValue(queryId, out List<MemoryTable>? tables))
            _pinned.Add(queryId, tables = []);
        if (tables.Contains(table))
            return;
        table.Retain();
        tables.Add(table);
    }
}
