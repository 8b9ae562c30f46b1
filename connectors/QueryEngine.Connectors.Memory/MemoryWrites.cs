using System.Buffers.Binary;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The writes under way: what their sinks have brought so far. Nothing reaches the store before a write is finished.</summary>
internal sealed class MemoryWrites(MemoryStore store, MemoryContext memory) : IDisposable
{
    /// <summary>Finished writes that are remembered, for a finish that is repeated.</summary>
    private const int RememberedWrites = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, PendingWrite> _pending = [];
    private readonly Dictionary<long, long> _rowsOfFinished = [];
    private readonly Queue<long> _finished = [];
    private long _lastId;

    public MemoryWriteHandle Begin(ConnectorSession session, WriteIntent intent)
    {
        PendingWrite write;
        MemoryWriteKind kind;
        switch (intent)
        {
            case CreateTableIntent create:
                CheckProperties(create.Properties);
                var definition = create.Definition ?? new TableDefinition(create.Table, create.Columns.Select(column => new TableColumn(column)).ToValueList());
                MemoryDefinitions.Check(definition);
                store.Ask(session, root => CheckFree(root, create.Table, create.Replace));
                kind = create.Replace ? MemoryWriteKind.Replace : MemoryWriteKind.Create;
                write = new PendingWrite(definition, SourcesOf(definition.Columns, intent.Columns));
                break;
            case InsertIntent insert:
                kind = insert.Overwrite ? MemoryWriteKind.Overwrite : MemoryWriteKind.Append;
                write = Pending(store.Ask(session, root => store.GetTable(root, insert.Table).Definition), 0);
                break;
            case ChangeRowsIntent change:
                kind = MemoryWriteKind.Change;
                MemoryTable read = store.Get(session, (MemoryTableHandle)change.Read);
                write = Pending(read.Definition, 2);
                write.Read = read;
                break;
            default:
                throw QueryException.NotSupported($"a {intent.GetType().Name} in the memory connector");
        }

        lock (_gate)
        {
            long id = ++_lastId;
            _pending.Add(id, write);
            return new MemoryWriteHandle(intent.Table.Schema, intent.Table.Table, id, kind, intent.Columns);
        }

        PendingWrite Pending(TableDefinition definition, int skipped) =>
            new(definition, [.. SourcesOf(definition.Columns, intent.Columns).Select(source => source < 0 ? source : source + skipped)]);
    }

    public IRecordSink OpenSink(MemoryWriteHandle handle)
    {
        PendingWrite write = Get(handle);
        return write.Read is { } read
            ? new MemoryChangeSink(read, write.Sources, memory, output => Keep(handle, output))
            : new MemoryRecordSink(handle.Name, write.Definition.Columns, write.Sources, memory, output => Keep(handle, output));
    }

    /// <summary>Makes the changes of these sinks visible; what other attempts wrote is dropped.</summary>
    public long Finish(ConnectorSession session, MemoryWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        PendingWrite? write;
        lock (_gate)
        {
            if (_rowsOfFinished.TryGetValue(handle.WriteId, out long known))
                return known;
            if (!_pending.Remove(handle.WriteId, out write))
                throw Unknown(handle);
        }

        using (write)
        {
            RowChanges changes = Collect(handle, write, fragments);
            long rows = changes.RowCount + changes.Deleted.Count;
            Publish(session, handle, write, changes);
            Remember(handle.WriteId, rows);
            return rows;
        }
    }

    public void Abort(MemoryWriteHandle handle)
    {
        PendingWrite? write;
        lock (_gate)
            _pending.Remove(handle.WriteId, out write);
        write?.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (PendingWrite write in _pending.Values)
                write.Dispose();
            _pending.Clear();
        }
    }

    /// <summary>Memory tables take no properties.</summary>
    internal static void CheckProperties(ValueList<TableProperty> properties)
    {
        if (properties.Count > 0)
            throw new QueryException(ErrorCode.InvalidProperty, $"tables in memory have no property '{properties[0].Name}'");
    }

    private static RowChanges Collect(MemoryWriteHandle handle, PendingWrite write, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        List<RecordBatch> batches = [];
        ColumnProfile[] profiles = MemoryTable.EmptyProfiles(write.Definition.Columns);
        var changes = new RowChanges(batches, profiles);
        foreach (ReadOnlyMemory<byte> fragment in fragments)
        {
            long id = BinaryPrimitives.ReadInt64LittleEndian(fragment.Span);
            if (!write.Outputs.Remove(id, out SinkOutput? output))
            {
                changes.Dispose();
                throw Unknown(handle);
            }

            batches.AddRange(output.Batches);
            changes.Deleted.AddRange(output.Deleted);
            changes.Updated.AddRange(output.Updated);
            for (int column = 0; column < profiles.Length; column++)
                profiles[column] = profiles[column].Combine(output.Profiles[column]);
        }

        return changes;
    }

    private void Publish(ConnectorSession session, MemoryWriteHandle handle, PendingWrite write, RowChanges changes)
    {
        bool taken = false;
        try
        {
            store.Change(session, root =>
            {
                using var edit = new RootEditor(root, memory);
                switch (handle.Kind)
                {
                    case MemoryWriteKind.Create or MemoryWriteKind.Replace:
                        CheckFree(root, handle.Name, handle.Kind == MemoryWriteKind.Replace);
                        taken = true;
                        edit.Put(handle.Name, MemoryTable.Create(write.Definition, changes.Batches, changes.Profiles, memory));
                        MemoryDefinitions.CheckKeys(edit.Root, handle.Name);
                        break;
                    case MemoryWriteKind.Append:
                        CheckSame(handle, write, store.GetTable(root, handle.Name));
                        taken = true;
                        edit.ChangeRows(handle.Name, changes);
                        break;
                    case MemoryWriteKind.Overwrite:
                        MemoryTable old = store.GetTable(root, handle.Name);
                        CheckSame(handle, write, old);
                        taken = true;
                        edit.ChangeRows(handle.Name, new RowChanges(changes.Batches, changes.Profiles) { Deleted = AllRows(old) });
                        break;
                    default:
                        MemoryTable table = store.GetTable(root, handle.Name);
                        if (table.Generation != write.Read!.Generation)
                        {
                            throw new QueryException(
                                ErrorCode.SerializationFailure,
                                $"rows of {store.Catalog}.{handle.Name} were changed by somebody else while the statement was running",
                                "Run the statement again.");
                        }

                        taken = true;
                        edit.ChangeRows(handle.Name, changes);
                        break;
                }

                return edit.Take();
            });
        }
        catch when (!taken)
        {
            changes.Dispose();
            throw;
        }
    }

    private static List<long> AllRows(MemoryTable table)
    {
        var rows = new List<long>();
        for (long row = 0; row < table.RowCount; row++)
            rows.Add(row);
        return rows;
    }

    private void CheckSame(MemoryWriteHandle handle, PendingWrite write, MemoryTable table)
    {
        if (table.Columns != write.Definition.Columns)
        {
            throw new QueryException(
                ErrorCode.SerializationFailure,
                $"table {store.Catalog}.{handle.Name} was replaced by another while rows were written to it",
                "Run the statement again.");
        }
    }

    private bool CheckFree(MemoryRoot root, SchemaTableName name, bool replace)
    {
        store.CheckSchema(root, name.Schema);
        if (root.Find(name) is not null && !replace)
            throw new QueryException(ErrorCode.DuplicateTable, $"table {store.Catalog}.{name} already exists");
        return true;
    }

    private ReadOnlyMemory<byte> Keep(MemoryWriteHandle handle, SinkOutput output)
    {
        lock (_gate)
        {
            if (!_pending.TryGetValue(handle.WriteId, out PendingWrite? write))
                throw Unknown(handle);

            long id = ++_lastId;
            write.Outputs.Add(id, output);
            byte[] fragment = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(fragment, id);
            return fragment;
        }
    }

    private PendingWrite Get(MemoryWriteHandle handle)
    {
        lock (_gate)
            return _pending.TryGetValue(handle.WriteId, out PendingWrite? write) ? write : throw Unknown(handle);
    }

    private void Remember(long writeId, long rows)
    {
        lock (_gate)
        {
            _rowsOfFinished.Add(writeId, rows);
            _finished.Enqueue(writeId);
            if (_finished.Count > RememberedWrites)
                _rowsOfFinished.Remove(_finished.Dequeue());
        }
    }

    /// <summary>For each column of the table, its position in the batches, or -1.</summary>
    private static int[] SourcesOf(ValueList<TableColumn> columns, ValueList<ColumnHandle> written)
    {
        string[] names = [.. written.Select(column => column.Name)];
        if (names.FirstOrDefault(name => columns.All(column => column.Name != name)) is { } unknown)
            throw new QueryException(ErrorCode.UndefinedColumn, $"column '{unknown}' does not exist");
        return [.. columns.Select(column => Array.IndexOf(names, column.Name))];
    }

    private static QueryException Unknown(MemoryWriteHandle handle) => new(
        ErrorCode.Internal, $"write {handle.WriteId} to {handle.Name} is not under way in this process");

    /// <summary>What the finished sinks of one write brought, by the number in their fragments.</summary>
    private sealed class PendingWrite(TableDefinition definition, int[] sources) : IDisposable
    {
        public TableDefinition Definition => definition;

        /// <summary>For each column of the table, its position in the batches, or -1.</summary>
        public int[] Sources => sources;

        /// <summary>The version whose rows are changed; null where rows are only added. Owned.</summary>
        public MemoryTable? Read { get; set; }

        public Dictionary<long, SinkOutput> Outputs { get; } = [];

        public void Dispose()
        {
            foreach (RecordBatch batch in Outputs.Values.SelectMany(output => output.Batches))
                batch.Dispose();
            Outputs.Clear();
            Read?.Dispose();
        }
    }
}

/// <summary>What one sink brought.</summary>
internal sealed record SinkOutput(IReadOnlyList<RecordBatch> Batches, ColumnProfile[] Profiles)
{
    /// <summary>Numbers of rows that go.</summary>
    public IReadOnlyList<long> Deleted { get; init; } = [];

    /// <summary>Numbers of rows that a new version takes the place of.</summary>
    public IReadOnlyList<long> Updated { get; init; } = [];
}
