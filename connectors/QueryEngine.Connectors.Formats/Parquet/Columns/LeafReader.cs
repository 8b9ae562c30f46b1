using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Connectors.Formats.Parquet.Pages;
using QueryEngine.Connectors.Formats.Parquet.Schema;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>Reads a leaf column of a row group in runs of rows that need not end where pages end.</summary>
internal sealed unsafe class LeafReader : IDisposable
{
    private readonly ParquetLeaf _leaf;
    private readonly MemoryContext _memory;
    private readonly PageReader _pages;
    private readonly ValueReader _values;
    private readonly NativeScratch _pageDefinitions = new();
    private readonly NativeScratch _pageRepetitions = new();
    private readonly NativeScratch _definitions = new();
    private readonly NativeScratch _repetitions = new();
    private readonly NativeScratch _slotValidity = new();
    private int _pageEntries;
    private int _pagePosition;
    private bool _sawData;
    private int _nullSlots;

    public LeafReader(ByteSource source, ParquetLeaf leaf, MemoryContext memory)
    {
        _leaf = leaf;
        _memory = memory;
        _values = ValueReaderFactory.Create(leaf, memory);
        _pages = new PageReader(source, leaf, memory);
    }

    /// <summary>Bytes read from the source so far.</summary>
    public long BytesRead => _pages.BytesRead;

    /// <summary>Entries of the last <see cref="ReadLevels"/>.</summary>
    public int EntryCount { get; private set; }

    /// <summary>Slots of the last <see cref="ReadLevels"/>.</summary>
    public int SlotCount { get; private set; }

    /// <summary>The definition level of each entry.</summary>
    public int* Definitions => (int*)_definitions.Pointer;

    /// <summary>The repetition level of each entry; not set when the leaf is in no list.</summary>
    public int* Repetitions => (int*)_repetitions.Pointer;

    /// <summary>Begins another row group.</summary>
    public void Start(ColumnChunk chunk)
    {
        if (chunk.Type != _leaf.Element.Type)
            throw ParquetErrors.Corrupt($"column {_leaf.Name} changes its physical type");
        _pages.Start(chunk);
        _values.StartChunk();
        _pageEntries = 0;
        _pagePosition = 0;
        _sawData = false;
    }

    /// <summary>Reads rows of a leaf that is a column itself: at most one null level, no lists.</summary>
    public ColumnVector ReadFlat(int rows)
    {
        _values.Begin(rows);
        NativeBuffer? validity = null;
        int nulls = 0;
        try
        {
            for (int done = 0; done < rows;)
            {
                if (_pagePosition == _pageEntries && !NextPage())
                    throw ParquetErrors.Corrupt($"column {_leaf.Name} has fewer rows than its row group");
                int taken = Math.Min(rows - done, _pageEntries - _pagePosition);
                int present = taken;
                if (_leaf.MaxDefinition > 0 && !(validity is null && _pages.DefinitionLevels.TrySkipRepeated(1, taken)))
                {
                    if (validity is null)
                    {
                        validity = _memory.AllocateCleared(Validity.BytesFor(rows) + sizeof(ulong));
                        Bits.Fill(validity.Pointer, 0, done, true);
                    }
                    present = _pages.DefinitionLevels.DecodeBits(validity.Pointer, done, taken);
                    nulls += taken - present;
                }
                _values.Read(done, taken, present, validity is null ? null : validity.Pointer);
                _pagePosition += taken;
                done += taken;
            }
            if (nulls == 0)
            {
                validity?.Dispose();
                validity = null;
            }
            return _values.Finish(rows, validity);
        }
        catch
        {
            validity?.Dispose();
            throw;
        }
    }

    /// <summary>Passes over rows of a leaf that is a column itself.</summary>
    public void SkipFlat(long rows)
    {
        for (long done = 0; done < rows;)
        {
            if (_pagePosition == _pageEntries)
            {
                done += _pages.SkipWholePages(rows - done);
                if (done == rows)
                    return;
                if (!NextPage())
                    throw ParquetErrors.Corrupt($"column {_leaf.Name} has fewer rows than its row group");
            }
            int taken = (int)Math.Min(rows - done, _pageEntries - _pagePosition);
            int present = taken;
            if (_leaf.MaxDefinition > 0 && !_pages.DefinitionLevels.TrySkipRepeated(1, taken))
            {
                byte* bits = _slotValidity.Ensure(taken / 8 + sizeof(ulong));
                present = _pages.DefinitionLevels.DecodeBits(bits, 0, taken);
            }
            _values.Skip(present);
            _pagePosition += taken;
            done += taken;
        }
    }

    /// <summary>Reads the levels and values of rows of a leaf somewhere inside a nested column.</summary>
    public void ReadLevels(int rows)
    {
        EntryCount = 0;
        SlotCount = 0;
        _nullSlots = 0;
        _values.Begin(rows);
        int rowsSeen = 0;
        while (true)
        {
            if (_pagePosition == _pageEntries)
            {
                // Without lists the last row is complete; with lists only the next row's start or the chunk's end tells.
                if (rowsSeen == rows && _leaf.MaxRepetition == 0)
                    break;
                if (!NextPage())
                    break;
            }

            int start = _pagePosition;
            int position = start;
            if (_leaf.MaxRepetition == 0)
            {
                int taken = Math.Min(rows - rowsSeen, _pageEntries - position);
                position += taken;
                rowsSeen += taken;
            }
            else
            {
                int* repetitions = (int*)_pageRepetitions.Pointer;
                for (; position < _pageEntries; position++)
                {
                    if (repetitions[position] != 0)
                        continue;
                    if (rowsSeen == rows)
                        break;
                    rowsSeen++;
                }
            }
            Take(start, position - start);
            _pagePosition = position;
            if (rowsSeen == rows && position < _pageEntries)
                break;
        }
        if (rowsSeen != rows)
            throw ParquetErrors.Corrupt($"column {_leaf.Name} has fewer rows than its row group");
    }

    /// <summary>The values that <see cref="ReadLevels"/> read, one slot each.</summary>
    public ColumnVector FinishSlots()
    {
        NativeBuffer? validity = null;
        if (_nullSlots > 0)
        {
            int bytes = Validity.BytesFor(SlotCount);
            validity = _memory.Allocate(bytes);
            new ReadOnlySpan<byte>(_slotValidity.Pointer, bytes).CopyTo(validity.Bytes);
        }
        try
        {
            return _values.Finish(SlotCount, validity);
        }
        catch
        {
            validity?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages.Dispose();
        _values.Dispose();
        _pageDefinitions.Dispose();
        _pageRepetitions.Dispose();
        _definitions.Dispose();
        _repetitions.Dispose();
        _slotValidity.Dispose();
    }

    private void Take(int start, int count)
    {
        if (count == 0)
            return;
        long bytes = ((long)EntryCount + count) * sizeof(int);
        int* definitions = (int*)_definitions.Grow(bytes, (long)EntryCount * sizeof(int)) + EntryCount;
        int* pageDefinitions = (int*)_pageDefinitions.Pointer + start;
        Buffer.MemoryCopy(pageDefinitions, definitions, (long)count * sizeof(int), (long)count * sizeof(int));
        if (_leaf.MaxRepetition > 0)
        {
            int* repetitions = (int*)_repetitions.Grow(bytes, (long)EntryCount * sizeof(int)) + EntryCount;
            Buffer.MemoryCopy((int*)_pageRepetitions.Pointer + start, repetitions, (long)count * sizeof(int), (long)count * sizeof(int));
        }
        EntryCount += count;

        byte* validity = _slotValidity.Grow((SlotCount + (long)count) / 8 + sizeof(ulong), SlotCount / 8 + 1);
        int slots = 0;
        int present = 0;
        for (int entry = 0; entry < count; entry++)
        {
            int level = pageDefinitions[entry];
            if (level < _leaf.SlotDefinition)
                continue;
            bool isPresent = level == _leaf.MaxDefinition;
            Bits.Set(validity, (long)SlotCount + slots, isPresent);
            slots++;
            present += isPresent ? 1 : 0;
        }
        _values.Read(SlotCount, slots, present, validity);
        SlotCount += slots;
        _nullSlots += slots - present;
    }

    private bool NextPage()
    {
        while (_pages.MoveNext())
        {
            if (_pages.Header.Type == PageType.Dictionary)
            {
                if (_sawData)
                    throw ParquetErrors.Corrupt($"column {_leaf.Name} has a dictionary after its data");
                _values.LoadDictionary(_pages.Values, _pages.ValuesLength, _pages.Header.ValueCount);
                continue;
            }
            if (_pages.Header.ValueCount == 0)
                continue;

            _sawData = true;
            _pageEntries = _pages.Header.ValueCount;
            _pagePosition = 0;
            _values.StartPage(_pages.Header.Encoding, _pages.Values, _pages.ValuesLength, _pageEntries);
            if (_leaf.SlotDefinition > 0 || _leaf.MaxDefinition > 1 || _leaf.MaxRepetition > 0 || IsNested)
                DecodePageLevels();
            return true;
        }
        return false;
    }

    /// <summary>Whether the leaf is read by <see cref="ReadLevels"/>; set once before the first row group.</summary>
    public bool IsNested { get; init; }

    private void DecodePageLevels()
    {
        int* definitions = (int*)_pageDefinitions.Ensure((long)_pageEntries * sizeof(int));
        if (_leaf.MaxDefinition > 0)
            _pages.DefinitionLevels.Decode(definitions, _pageEntries);
        else
            new Span<int>(definitions, _pageEntries).Clear();
        CheckLevels(definitions, _leaf.MaxDefinition);
        if (_leaf.MaxRepetition == 0)
            return;
        int* repetitions = (int*)_pageRepetitions.Ensure((long)_pageEntries * sizeof(int));
        _pages.RepetitionLevels.Decode(repetitions, _pageEntries);
        CheckLevels(repetitions, _leaf.MaxRepetition);
    }

    private void CheckLevels(int* levels, int maximum)
    {
        if (HybridDecoder.Maximum(levels, _pageEntries) > (uint)maximum)
            throw ParquetErrors.Corrupt($"column {_leaf.Name} has a level beyond its schema");
    }
}
