using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>
/// One version of a table: columns, constraints, rows. Immutable; a change makes another version that shares the batches. Owns its batches
/// together with the other versions that have them.
/// </summary>
internal sealed class MemoryTable : RefCounted
{
    private static long _lastVersion;

    private readonly RecordBatch[] _batches;
    private readonly long[] _ends;
    private readonly ColumnProfile[] _profiles;
    private readonly Dictionary<string, KeyIndex> _indexes = new(StringComparer.Ordinal);

    private MemoryTable(TableDefinition definition, RecordBatch[] batches, ColumnProfile[] profiles)
    {
        (Definition, _batches, _profiles) = (definition, batches, profiles);
        _ends = new long[batches.Length];
        for (int batch = 0; batch < batches.Length; batch++)
            _ends[batch] = batches[batch].RowCount + (batch == 0 ? 0 : _ends[batch - 1]);
        Version = Generation = Interlocked.Increment(ref _lastVersion);
    }

    /// <summary>Everything but the rows.</summary>
    public TableDefinition Definition { get; }

    public ValueList<TableColumn> Columns => Definition.Columns;

    /// <summary>No two versions of any table have the same.</summary>
    public long Version { get; }

    /// <summary>Changes whenever rows or columns go away: rows keep their numbers within a generation.</summary>
    public long Generation { get; private init; }

    public long RowCount => _ends.Length == 0 ? 0 : _ends[^1];

    public ReadOnlySpan<RecordBatch> Batches => _batches;

    /// <summary>One profile a column; of rows that have been there, when some have gone.</summary>
    public ReadOnlySpan<ColumnProfile> Profiles => _profiles;

    public static ColumnProfile[] EmptyProfiles(ValueList<TableColumn> columns) =>
        [.. columns.Select(_ => ColumnProfile.Empty)];

    /// <summary>A new table, taking over the batches.</summary>
    public static MemoryTable Create(TableDefinition definition, IEnumerable<RecordBatch> batches, ColumnProfile[]? profiles = null, MemoryContext? memory = null)
    {
        var all = new BatchTail([], definition.Columns, memory ?? MemoryContext.Unlimited);
        foreach (RecordBatch batch in batches)
            all.Append(batch);
        return new MemoryTable(definition, all.ToArray(), profiles ?? EmptyProfiles(definition.Columns));
    }

    /// <summary>A version with more rows, taking over the batches.</summary>
    public MemoryTable Append(IEnumerable<RecordBatch> batches, ReadOnlySpan<ColumnProfile> profiles, MemoryContext memory)
    {
        var all = new BatchTail(Share(_batches), Columns, memory);
        foreach (RecordBatch batch in batches)
            all.Append(batch);
        return new MemoryTable(Definition, all.ToArray(), Combine(profiles)) { Generation = Generation };
    }

    /// <summary>A version without some rows, given by their sorted numbers, and with more, taking over the batches.</summary>
    public MemoryTable Change(
        ReadOnlySpan<long> gone, IEnumerable<RecordBatch> batches, ReadOnlySpan<ColumnProfile> profiles, MemoryContext memory)
    {
        var kept = new List<RecordBatch>();
        try
        {
            int next = 0;
            for (int batch = 0; batch < _batches.Length; batch++)
            {
                int first = next;
                while (next < gone.Length && gone[next] < _ends[batch])
                    next++;
                if (Without(_batches[batch], _ends[batch] - _batches[batch].RowCount, gone[first..next], memory) is { } rest)
                    kept.Add(rest);
            }
        }
        catch
        {
            foreach (RecordBatch batch in kept.Concat(batches))
                batch.Dispose();
            throw;
        }

        var all = new BatchTail(kept, Columns, memory);
        foreach (RecordBatch batch in batches)
            all.Append(batch);
        return new MemoryTable(Definition, all.ToArray(), RowCount == gone.Length ? [.. profiles] : Combine(profiles));
    }

    /// <summary>A version with another definition whose columns are those given; null where a column is new and has the same value in all rows.</summary>
    public MemoryTable Redefine(TableDefinition definition, int[] sources, Func<int, int, ColumnVector> fill)
    {
        var batches = new RecordBatch[_batches.Length];
        for (int batch = 0; batch < batches.Length; batch++)
        {
            RecordBatch old = _batches[batch];
            var columns = new ColumnVector[sources.Length];
            for (int column = 0; column < columns.Length; column++)
            {
                if (sources[column] < 0)
                {
                    columns[column] = fill(column, old.RowCount);
                    continue;
                }

                columns[column] = old[sources[column]];
                columns[column].Retain();
            }

            batches[batch] = new RecordBatch(columns, old.RowCount);
        }

        ColumnProfile[] profiles = [.. sources.Select(source => source < 0 ? ColumnProfile.Empty : _profiles[source])];
        return new MemoryTable(definition, batches, profiles);
    }

    /// <summary>The batches with rows of a stretch, each retained for the caller, and where the stretch lies in them.</summary>
    public List<BatchRows> Retain(long firstRow, long endRow)
    {
        List<BatchRows> rows = [];
        for (int batch = BatchOf(firstRow); batch < _batches.Length && firstRow < endRow; batch++)
        {
            long start = _ends[batch] - _batches[batch].RowCount;
            int first = (int)(firstRow - start);
            int length = (int)(Math.Min(endRow, _ends[batch]) - firstRow);
            _batches[batch].Retain();
            rows.Add(new BatchRows(_batches[batch], first, length, firstRow));
            firstRow += length;
        }

        return rows;
    }

    /// <summary>The batch that has a row, still owned by the table, and the row's place in it.</summary>
    public (RecordBatch Batch, int Row) Locate(long row)
    {
        int batch = BatchOf(row);
        return (_batches[batch], (int)(row - _ends[batch] + _batches[batch].RowCount));
    }

    /// <summary>The key values of all rows, without those that have a NULL.</summary>
    public KeyIndex IndexOf(ValueList<string> columns)
    {
        string name = string.Join('\0', columns);
        if (!_indexes.TryGetValue(name, out KeyIndex? index))
            _indexes.Add(name, index = KeyIndex.Of(_batches, Places(columns)));
        return index;
    }

    /// <summary>Gives an index that follows this version's rows to it.</summary>
    public void Adopt(ValueList<string> columns, KeyIndex index) => _indexes[string.Join('\0', columns)] = index;

    /// <summary>Takes an index away, to be changed for the next version.</summary>
    public KeyIndex TakeIndex(ValueList<string> columns)
    {
        KeyIndex index = IndexOf(columns);
        _indexes.Remove(string.Join('\0', columns));
        return index;
    }

    /// <summary>Where columns are in the batches.</summary>
    public int[] Places(ValueList<string> names)
    {
        string[] all = [.. Columns.Select(column => column.Name)];
        return [.. names.Select(name => Array.IndexOf(all, name))];
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (RecordBatch batch in _batches)
            batch.Dispose();
    }

    private static List<RecordBatch> Share(RecordBatch[] batches)
    {
        foreach (RecordBatch batch in batches)
            batch.Retain();
        return [.. batches];
    }

    private static RecordBatch? Without(RecordBatch batch, long start, ReadOnlySpan<long> gone, MemoryContext memory)
    {
        if (gone.IsEmpty)
        {
            batch.Retain();
            return batch;
        }

        if (gone.Length == batch.RowCount)
            return null;
        using var builder = new BatchBuilder(batch.Columns.ToArray().Select(column => column.Type), memory, batch.RowCount - gone.Length);
        int next = 0;
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (next < gone.Length && gone[next] == start + row)
            {
                next++;
                continue;
            }

            for (int column = 0; column < batch.ColumnCount; column++)
                builder[column].AppendFrom(batch[column], row);
            builder.EndRow();
        }

        return builder.Build();
    }

    private int BatchOf(long row)
    {
        int batch = Array.BinarySearch(_ends, row + 1);
        return batch < 0 ? ~batch : batch;
    }

    private ColumnProfile[] Combine(ReadOnlySpan<ColumnProfile> profiles)
    {
        var combined = new ColumnProfile[_profiles.Length];
        for (int column = 0; column < combined.Length; column++)
            combined[column] = _profiles[column].Combine(profiles[column]);
        return combined;
    }
}

/// <summary>Some rows of a batch, and the number of the first of them in the table.</summary>
internal readonly record struct BatchRows(RecordBatch Batch, int First, int Length, long Number);
