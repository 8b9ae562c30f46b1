using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Reads a top-level column of any nesting: leaves first, then the lists, maps and structs around them from their levels.</summary>
internal sealed unsafe class ColumnReader : IDisposable
{
    private readonly ParquetNode _column;
    private readonly MemoryContext _memory;
    private readonly Dictionary<int, LeafReader> _leaves = [];
    private readonly LeafReader? _flat;

    public ColumnReader(ByteSource source, ParquetNode column, MemoryContext memory)
    {
        _column = column;
        _memory = memory;
        foreach (ParquetLeaf leaf in column.Leaves)
            _leaves[leaf.ColumnIndex] = new LeafReader(source, leaf, memory) { IsNested = column is not ParquetLeaf };
        if (column is ParquetLeaf only)
            _flat = _leaves[only.ColumnIndex];
    }

    /// <summary>Bytes read from the source so far.</summary>
    public long BytesRead => _leaves.Values.Sum(leaf => leaf.BytesRead);

    /// <summary>Begins another row group.</summary>
    public void Start(RowGroup rowGroup)
    {
        foreach ((int column, LeafReader reader) in _leaves)
        {
            if (column >= rowGroup.Columns.Length)
                throw ParquetErrors.Corrupt($"a row group has no column {_column.Name}");
            reader.Start(rowGroup.Columns[column]);
        }
    }

    /// <summary>Reads the next rows. The caller owns the vector.</summary>
    public ColumnVector Read(int rows)
    {
        if (_flat is not null)
            return _flat.ReadFlat(rows);

        foreach (LeafReader leaf in _leaves.Values)
            leaf.ReadLevels(rows);
        return Build(_column);
    }

    /// <summary>Passes over the next rows.</summary>
    public void Skip(long rows)
    {
        if (_flat is not null)
        {
            _flat.SkipFlat(rows);
            return;
        }
        for (; rows > 0; rows -= RecordBatch.MaxRows)
            Read((int)Math.Min(rows, RecordBatch.MaxRows)).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LeafReader leaf in _leaves.Values)
            leaf.Dispose();
    }

    private ColumnVector Build(ParquetNode node)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return node switch
        {
            ParquetLeaf leaf => _leaves[leaf.ColumnIndex].FinishSlots(),
            ParquetStruct group => BuildStruct(group),
            ParquetList list => BuildList(list),
            ParquetMap map => BuildMap(map),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private RowVector BuildStruct(ParquetStruct group)
    {
        var fields = new ColumnVector?[group.Fields.Length];
        NativeBuffer? validity = null;
        try
        {
            for (int field = 0; field < fields.Length; field++)
            {
                fields[field] = Build(group.Fields[field]);
                if (fields[field]!.Length != fields[0]!.Length)
                    throw ParquetErrors.Corrupt($"the fields of {group.Name} differ in their levels");
            }
            validity = ReadValidity(group, fields[0]!.Length);
            return new RowVector(group.Type, fields[0]!.Length, fields!, validity);
        }
        catch
        {
            Release([validity, .. fields]);
            throw;
        }
    }

    private ArrayVector BuildList(ParquetList list)
    {
        NativeBuffer offsets = ReadOffsets(list, out int slots);
        ColumnVector? elements = null;
        try
        {
            elements = Build(list.Element);
            if (elements.Length != offsets.Span<int>(slots + 1)[slots])
                throw ParquetErrors.Corrupt($"the elements of {list.Name} differ in their levels");
            return new ArrayVector(list.Type, slots, offsets, elements, ReadValidity(list, slots));
        }
        catch
        {
            Release([offsets, elements]);
            throw;
        }
    }

    private MapVector BuildMap(ParquetMap map)
    {
        NativeBuffer offsets = ReadOffsets(map, out int slots);
        ColumnVector? keys = null;
        ColumnVector? values = null;
        try
        {
            keys = Build(map.Key);
            values = Build(map.Value);
            if (keys.Length != values.Length || keys.Length != offsets.Span<int>(slots + 1)[slots])
                throw ParquetErrors.Corrupt($"the keys and values of {map.Name} differ in their levels");
            return new MapVector(map.Type, slots, offsets, keys, values, ReadValidity(map, slots));
        }
        catch
        {
            Release([offsets, keys, values]);
            throw;
        }
    }

    private static void Release(ReadOnlySpan<RefCounted?> owned)
    {
        foreach (RefCounted? one in owned)
            one?.Dispose();
    }

    /// <summary>Where the elements of each slot begin, counted from the levels.</summary>
    private NativeBuffer ReadOffsets(ParquetNode node, out int slots)
    {
        LeafReader leaf = _leaves[node.FirstLeaf.ColumnIndex];
        int entries = leaf.EntryCount;
        NativeBuffer buffer = _memory.Allocate(((long)entries + 1) * sizeof(int));
        var offsets = (int*)buffer.Pointer;
        int* definitions = leaf.Definitions;
        int* repetitions = leaf.Repetitions;
        int slot = 0;
        int elements = 0;
        for (int entry = 0; entry < entries; entry++)
        {
            int definition = definitions[entry];
            int repetition = repetitions[entry];
            if (repetition <= node.SlotRepetition && definition >= node.SlotDefinition)
                offsets[slot++] = elements;
            if (repetition <= node.SlotRepetition + 1 && definition > node.PresentDefinition)
                elements++;
        }
        offsets[slot] = elements;
        slots = slot;
        return buffer;
    }

    private NativeBuffer? ReadValidity(ParquetNode node, int slots)
    {
        if (node.PresentDefinition == node.SlotDefinition)
            return null;

        LeafReader leaf = _leaves[node.FirstLeaf.ColumnIndex];
        bool hasRepetitions = node.FirstLeaf.MaxRepetition > 0;
        NativeBuffer validity = _memory.AllocateCleared(Validity.BytesFor(slots) + 1);
        int slot = 0;
        int nulls = 0;
        for (int entry = 0; entry < leaf.EntryCount; entry++)
        {
            int definition = leaf.Definitions[entry];
            if (definition < node.SlotDefinition || (hasRepetitions && leaf.Repetitions[entry] > node.SlotRepetition))
                continue;
            if (slot == slots)
                throw ParquetErrors.Corrupt($"the fields of {node.Name} differ in their levels");
            if (definition >= node.PresentDefinition)
                Bits.Set(validity.Pointer, slot, true);
            else
                nulls++;
            slot++;
        }
        if (nulls > 0)
            return validity;
        validity.Dispose();
        return null;
    }
}
