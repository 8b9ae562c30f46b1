using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>Changes a root step by step; what it made on the way is given back when it is disposed.</summary>
internal sealed class RootEditor : IDisposable
{
    private readonly MemoryContext _memory;
    private MemoryRoot _root;

    public RootEditor(MemoryRoot start, MemoryContext memory)
    {
        start.Retain();
        (_root, _memory) = (start, memory);
    }

    /// <summary>The root so far, still owned by the editor.</summary>
    public MemoryRoot Root => _root;

    /// <summary>The root, which the caller then owns.</summary>
    public MemoryRoot Take()
    {
        _root.Retain();
        return _root;
    }

    /// <summary>Puts in a table or another version of it, taking it over.</summary>
    public void Put(SchemaTableName name, MemoryTable table)
    {
        using (table)
            Replace(_root.With(name, table));
    }

    /// <summary>Goes on with another root, taking it over.</summary>
    public void Replace(MemoryRoot root)
    {
        _root.Dispose();
        _root = root;
    }

    /// <summary>
    /// Takes rows away and adds others, taking over their batches, and sees to it that all keys hold afterwards. When it throws, the batches are disposed.
    /// </summary>
    public void ChangeRows(SchemaTableName name, RowChanges changes)
    {
        MemoryTable old = _root.Find(name)!;
        long[] gone = changes.Gone();
        List<KeyChange> keys;
        try
        {
            keys = KeyChange.All(old, gone, changes.Batches);
        }
        catch
        {
            changes.Dispose();
            throw;
        }

        old.Retain();
        try
        {
            MemoryTable next = gone.Length == 0
                ? old.Append(changes.Batches, changes.Profiles, _memory)
                : old.Change(gone, changes.Batches, changes.Profiles, _memory);
            foreach (KeyChange key in keys)
                next.Adopt(key.Columns, key.Index);
            Put(name, next);
            ForeignKeys.CheckAdded(_root, name, old, next, gone.Length == 0 ? old.RowCount : next.RowCount - changes.RowCount);
            ForeignKeys.FollowGone(this, name, old, changes);
        }
        catch
        {
            foreach (KeyChange key in keys)
                key.Undo(old);
            throw;
        }
        finally
        {
            old.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();
}

/// <summary>What a statement does to the rows of a table. Owns its batches until they are taken over.</summary>
internal sealed class RowChanges(IReadOnlyList<RecordBatch> batches, ColumnProfile[] profiles) : IDisposable
{
    /// <summary>New rows and the new versions of rows.</summary>
    public IReadOnlyList<RecordBatch> Batches => batches;

    /// <summary>What is known of them.</summary>
    public ColumnProfile[] Profiles => profiles;

    /// <summary>Numbers of rows that go, in any order.</summary>
    public List<long> Deleted { get; init; } = [];

    /// <summary>Numbers of rows that a new version takes the place of, in any order.</summary>
    public List<long> Updated { get; init; } = [];

    public long RowCount => batches.Sum(batch => (long)batch.RowCount);

    /// <summary>All numbers, sorted.</summary>
    /// <exception cref="QueryException">CARDINALITY_VIOLATION when one comes twice.</exception>
    public long[] Gone()
    {
        long[] gone = [.. Deleted, .. Updated];
        Array.Sort(gone);
        for (int at = 1; at < gone.Length; at++)
            if (gone[at] == gone[at - 1])
                throw new QueryException(ErrorCode.CardinalityViolation, "a row would be changed more than once by the same statement");
        return gone;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RecordBatch batch in batches)
            batch.Dispose();
    }
}

/// <summary>A unique constraint of a table and how its keys change.</summary>
internal sealed class KeyChange
{
    private readonly List<RowKey> _gone;
    private readonly List<RowKey> _added;

    private KeyChange(ValueList<string> columns, KeyIndex index, List<RowKey> gone, List<RowKey> added) =>
        (Columns, Index, _gone, _added) = (columns, index, gone, added);

    public ValueList<string> Columns { get; }

    public KeyIndex Index { get; }

    /// <summary>Takes the indexes of a version and changes them for the next one.</summary>
    /// <exception cref="QueryException">UNIQUE_VIOLATION; then the version has its indexes as before.</exception>
    public static List<KeyChange> All(MemoryTable table, long[] gone, IReadOnlyList<RecordBatch> batches)
    {
        var changes = new List<KeyChange>();
        foreach (UniqueConstraint constraint in table.Definition.Constraints.OfType<UniqueConstraint>())
        {
            int[] places = table.Places(constraint.Columns);
            List<RowKey> goneKeys = KeysOf(table, gone, places), addedKeys = KeysOf(batches, places);
            KeyIndex index = table.TakeIndex(constraint.Columns);
            RowKey? twice = index.Change(goneKeys, addedKeys);
            if (twice is null)
            {
                changes.Add(new KeyChange(constraint.Columns, index, goneKeys, addedKeys));
                continue;
            }

            table.Adopt(constraint.Columns, index);
            foreach (KeyChange change in changes)
                change.Undo(table);
            throw Violated(constraint, table.Definition.Name, twice);
        }

        return changes;
    }

    /// <summary>The error for a key that two rows would have.</summary>
    public static QueryException Violated(UniqueConstraint constraint, SchemaTableName table, RowKey key) => new(
        ErrorCode.UniqueViolation,
        $"key ({string.Join(", ", constraint.Columns)}) = {key} is there already: unique constraint '{constraint.Name}' of {table}");

    /// <summary>The keys of rows of a table, without those with a NULL.</summary>
    public static List<RowKey> KeysOf(MemoryTable table, IEnumerable<long> rows, int[] places)
    {
        var keys = new List<RowKey>();
        foreach (long row in rows)
        {
            (RecordBatch batch, int place) = table.Locate(row);
            if (RowKey.Of(batch, place, places) is { } key)
                keys.Add(key);
        }

        return keys;
    }

    /// <summary>Gives the index back to the version that it was taken from.</summary>
    public void Undo(MemoryTable table)
    {
        Index.Undo(_gone, _added);
        table.Adopt(Columns, Index);
    }

    private static List<RowKey> KeysOf(IReadOnlyList<RecordBatch> batches, int[] places)
    {
        var keys = new List<RowKey>();
        foreach (RecordBatch batch in batches)
        {
            for (int row = 0; row < batch.RowCount; row++)
                if (RowKey.Of(batch, row, places) is { } key)
                    keys.Add(key);
        }

        return keys;
    }
}
