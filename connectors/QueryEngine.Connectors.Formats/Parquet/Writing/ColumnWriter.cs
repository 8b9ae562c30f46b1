using System.Runtime.CompilerServices;
using QueryEngine.Connectors.Formats.Compression;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>
/// Writes a top-level column of any nesting: takes lists, maps and rows apart into the levels and values of their leaves, the reverse of
/// what the reader puts together.
/// </summary>
internal sealed class ColumnWriter : IDisposable
{
    private readonly ParquetNode _column;
    private readonly Dictionary<int, LeafWriter> _leaves = [];
    private int[] _places = [];

    public ColumnWriter(ParquetNode column, SqlType type, string[][] paths, PageCompressor compressor, int pageEntries, MemoryContext memory)
    {
        _column = column;
        AddLeaves(column, type, paths, compressor, pageEntries, memory);
    }

    /// <summary>Bytes that the chunks under way have so far.</summary>
    public long PendingBytes => _leaves.Values.Sum(leaf => leaf.PendingBytes);

    /// <summary>Adds rows of a vector of any encoding.</summary>
    public void Append(ColumnVector vector, int start, int count)
    {
        if (_column is ParquetLeaf leaf && vector.Validity.AllValid && vector is not ConstantVector)
        {
            AppendPresent(leaf, vector, start, count);
            return;
        }

        var entries = new Entries(count);
        for (int row = 0; row < count; row++)
            entries.Add(0, 0, start + row);
        Append(_column, vector, entries, count);
    }

    /// <summary>Writes the chunks of the leaves to the file, in the order of the schema.</summary>
    public IEnumerable<WrittenChunk> EndChunks(Stream output, Position position)
    {
        foreach (ParquetLeaf leaf in _column.Leaves)
            yield return _leaves[leaf.ColumnIndex].EndChunk(output, ref position.Offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LeafWriter leaf in _leaves.Values)
            leaf.Dispose();
    }

    private void AddLeaves(ParquetNode node, SqlType type, string[][] paths, PageCompressor compressor, int pageEntries, MemoryContext memory)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case ParquetLeaf leaf:
                _leaves.Add(leaf.ColumnIndex, new LeafWriter(leaf, type, paths[leaf.ColumnIndex], compressor, pageEntries, memory));
                break;
            case ParquetList list:
                AddLeaves(list.Element, ((ArrayType)type).Element, paths, compressor, pageEntries, memory);
                break;
            case ParquetMap map:
                AddLeaves(map.Key, ((MapType)type).Key, paths, compressor, pageEntries, memory);
                AddLeaves(map.Value, ((MapType)type).Value, paths, compressor, pageEntries, memory);
                break;
            case ParquetStruct group:
                for (int field = 0; field < group.Fields.Length; field++)
                    AddLeaves(group.Fields[field], ((RowType)type).Fields[field].Type, paths, compressor, pageEntries, memory);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Most columns: no nesting and no nulls.</summary>
    private void AppendPresent(ParquetLeaf leaf, ColumnVector vector, int start, int count)
    {
        if (vector is DictionaryVector dictionary)
        {
            _leaves[leaf.ColumnIndex].Append(dictionary.Dictionary, dictionary.Indices.Slice(start, count));
            return;
        }

        if (_places.Length < count)
            _places = new int[count];
        for (int row = 0; row < count; row++)
            _places[row] = start + row;
        _leaves[leaf.ColumnIndex].Append(vector, _places.AsSpan(0, count));
    }

    private void Append(ParquetNode node, ColumnVector vector, Entries entries, int rows)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        ColumnVector flat = Flatten(vector, entries);
        switch (node)
        {
            case ParquetLeaf leaf:
                AppendLeaf(leaf, flat, entries, rows);
                break;
            case ParquetStruct group:
                MarkPresent(entries, group.PresentDefinition);
                for (int field = 0; field < group.Fields.Length; field++)
                    Append(group.Fields[field], ((RowVector)flat).Fields[field], entries.Copy(), rows);
                break;
            case ParquetList list:
                var array = (ArrayVector)flat;
                Append(list.Element, array.Elements, Expand(list, array.Offsets, entries), rows);
                break;
            case ParquetMap map:
                var pairs = (MapVector)flat;
                Entries pairEntries = Expand(map, pairs.Offsets, entries);
                Append(map.Key, pairs.Keys, pairEntries.Copy(), rows);
                Append(map.Value, pairs.Values, pairEntries, rows);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Ends the entries whose row is null and makes the others point into the flat vector below the encoding.</summary>
    private static ColumnVector Flatten(ColumnVector vector, Entries entries)
    {
        Validity validity = vector.Validity;
        Span<int> rows = entries.Rows;
        if (!validity.AllValid)
        {
            for (int entry = 0; entry < rows.Length; entry++)
                if (rows[entry] >= 0 && !validity[rows[entry]])
                    rows[entry] = Entries.Ended;
        }
        switch (vector)
        {
            case ConstantVector constant:
                foreach (ref int row in rows)
                    row = row >= 0 ? 0 : row;
                return constant.Value;
            case DictionaryVector dictionary:
                ReadOnlySpan<int> indices = dictionary.Indices;
                foreach (ref int row in rows)
                    row = row >= 0 ? indices[row] : row;
                return dictionary.Dictionary;
            default:
                return vector;
        }
    }

    private void AppendLeaf(ParquetLeaf leaf, ColumnVector flat, Entries entries, int rows)
    {
        MarkPresent(entries, leaf.PresentDefinition);
        Span<int> all = entries.Rows;
        int values = 0;
        foreach (int row in all)
        {
            if (row >= 0)
                all[values++] = row;
        }
        _leaves[leaf.ColumnIndex].Append(entries.Repetitions, entries.Definitions, flat, all[..values], rows);
    }

    private static void MarkPresent(Entries entries, int definition)
    {
        Span<int> definitions = entries.Definitions;
        Span<int> rows = entries.Rows;
        for (int entry = 0; entry < rows.Length; entry++)
            if (rows[entry] >= 0)
                definitions[entry] = definition;
    }

    private static Entries Expand(ParquetNode node, ReadOnlySpan<int> offsets, Entries entries)
    {
        var elements = new Entries(entries.Rows.Length);
        for (int entry = 0; entry < entries.Rows.Length; entry++)
        {
            int row = entries.Rows[entry];
            int repetition = entries.Repetitions[entry];
            if (row < 0)
            {
                elements.Add(repetition, entries.Definitions[entry], Entries.Ended);
                continue;
            }
            if (offsets[row] == offsets[row + 1])
            {
                elements.Add(repetition, node.PresentDefinition, Entries.Ended);
                continue;
            }
            for (int element = offsets[row]; element < offsets[row + 1]; element++)
            {
                elements.Add(repetition, node.PresentDefinition + 1, element);
                repetition = node.SlotRepetition + 1;
            }
        }
        return elements;
    }

    /// <summary>A place in the file that grows.</summary>
    internal sealed class Position
    {
        public long Offset;
    }

    /// <summary>Entries of a node: levels, and the row of its vector, or <see cref="Ended"/> where something above is null or empty.</summary>
    private sealed class Entries(int capacity)
    {
        public const int Ended = -1;

        private int[] _repetitions = new int[capacity];
        private int[] _definitions = new int[capacity];
        private int[] _rows = new int[capacity];
        private int _count;

        public Span<int> Repetitions => _repetitions.AsSpan(0, _count);

        public Span<int> Definitions => _definitions.AsSpan(0, _count);

        public Span<int> Rows => _rows.AsSpan(0, _count);

        public void Add(int repetition, int definition, int row)
        {
            if (_count == _rows.Length)
            {
                int larger = Math.Max(16, _count * 2);
                Array.Resize(ref _repetitions, larger);
                Array.Resize(ref _definitions, larger);
                Array.Resize(ref _rows, larger);
            }
            _repetitions[_count] = repetition;
            _definitions[_count] = definition;
            _rows[_count++] = row;
        }

        public Entries Copy()
        {
            var copy = new Entries(_count) { _count = _count };
            Repetitions.CopyTo(copy.Repetitions);
            Definitions.CopyTo(copy.Definitions);
            Rows.CopyTo(copy.Rows);
            return copy;
        }
    }
}
