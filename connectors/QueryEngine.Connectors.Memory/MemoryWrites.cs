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

    public MemoryWriteHandle Begin(WriteIntent intent)
    {
        ValueList<TableColumn> columns;
        MemoryWriteKind kind;
        switch (intent)
        {
            case CreateTableIntent create:
                CheckProperties(create.Properties);
                store.CheckFree(create.Table, create.Replace);
                columns = create.Columns.Select(column => new TableColumn(column)).ToValueList();
                kind = create.Replace ? MemoryWriteKind.Replace : MemoryWriteKind.Create;
                break;
            case InsertIntent insert:
                columns = store.ColumnsOf(insert.Table);
                kind = insert.Overwrite ? MemoryWriteKind.Overwrite : MemoryWriteKind.Append;
                break;
            default:
                throw QueryException.NotSupported($"a {intent.GetType().Name} in the memory connector");
        }

        int[] sources = SourcesOf(columns, intent.Columns);
        lock (_gate)
        {
            long id = ++_lastId;
            _pending.Add(id, new PendingWrite(columns, sources));
            return new MemoryWriteHandle(intent.Table.Schema, intent.Table.Table, id, kind, intent.Columns);
        }
    }

    public MemoryRecordSink OpenSink(MemoryWriteHandle handle)
    {
        PendingWrite write = Get(handle);
        return new MemoryRecordSink(handle.Name, write.Columns, write.Sources, memory, output => Keep(handle, output));
    }

    /// <summary>Makes the rows of these sinks visible; what other attempts wrote is dropped.</summary>
    public long Finish(MemoryWriteHandle handle, IReadOnlyList<ReadOnlyMemory<byte>> fragments)
    {
        PendingWrite? write;
        lock (_gate)
        {
            if (_rowsOfFinished.TryGetValue(handle.WriteId, out long known))
                return known;
            if (!_pending.Remove(handle.WriteId, out write))
                throw Unknown(handle);
        }

        List<RecordBatch> batches = [];
        ColumnProfile[] profiles = MemoryTable.EmptyProfiles(write.Columns);
        try
        {
            foreach (ReadOnlyMemory<byte> fragment in fragments)
            {
                long id = BinaryPrimitives.ReadInt64LittleEndian(fragment.Span);
                if (!write.Outputs.Remove(id, out SinkOutput? output))
                    throw Unknown(handle);

                batches.AddRange(output.Batches);
                for (int column = 0; column < profiles.Length; column++)
                    profiles[column] = profiles[column].Combine(output.Profiles[column]);
            }

            long rows = batches.Sum(batch => (long)batch.RowCount);
            Publish(handle, write, batches, profiles);
            Remember(handle.WriteId, rows);
            return rows;
        }
        catch
        {
            foreach (RecordBatch batch in batches.Where(batch => !batch.IsReleased))
                batch.Dispose();
            throw;
        }
        finally
        {
            write.Dispose();
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

    private void Publish(MemoryWriteHandle handle, PendingWrite write, List<RecordBatch> batches, ColumnProfile[] profiles)
    {
        if (handle.Kind is MemoryWriteKind.Append or MemoryWriteKind.Overwrite)
        {
            store.Append(handle.Name, write.Columns, batches, profiles, handle.Kind == MemoryWriteKind.Overwrite, memory);
            return;
        }

        var table = new MemoryTable(write.Columns, []);
        table.Append(batches, profiles, memory);
        try
        {
            store.CreateTable(handle.Name, table, handle.Kind == MemoryWriteKind.Replace);
        }
        catch (QueryException)
        {
            table.Clear();
            throw;
        }
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
    private sealed class PendingWrite(ValueList<TableColumn> columns, int[] sources) : IDisposable
    {
        public ValueList<TableColumn> Columns => columns;

        public int[] Sources => sources;

        public Dictionary<long, SinkOutput> Outputs { get; } = [];

        public void Dispose()
        {
            foreach (RecordBatch batch in Outputs.Values.SelectMany(output => output.Batches))
                batch.Dispose();
            Outputs.Clear();
        }
    }
}

/// <summary>What one sink brought.</summary>
internal sealed record SinkOutput(IReadOnlyList<RecordBatch> Batches, ColumnProfile[] Profiles);
