using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>
/// Decodes the values of a leaf column, page by page, into a vector, batch by batch. Pages hold only the values that are not null;
/// the vector has a slot for the others too.
/// </summary>
internal abstract unsafe class ValueReader(SqlType type, MemoryContext memory) : IDisposable
{
    /// <summary>Bytes past the end of each output buffer that vector moves may overwrite.</summary>
    protected const int OutputPadding = 64;

    private HybridDecoder _codes;

    /// <summary>The type of the vectors.</summary>
    protected SqlType Type { get; } = type;

    /// <summary>What output and dictionaries are counted in.</summary>
    protected MemoryContext Memory { get; } = memory;

    /// <summary>Whether the current page holds dictionary codes.</summary>
    protected bool IsDictionaryPage { get; private set; }

    /// <summary>Takes the dictionary of a chunk.</summary>
    public abstract void LoadDictionary(byte* data, long length, int count);

    /// <summary>Forgets the dictionary of the last chunk.</summary>
    public abstract void StartChunk();

    /// <summary>Begins a vector of about <paramref name="capacity"/> slots.</summary>
    public abstract void Begin(int capacity);

    /// <summary>
    /// Decodes the next <paramref name="values"/> values into slots <paramref name="position"/> and on. Where there are fewer values
    /// than <paramref name="slots"/>, bits <paramref name="position"/> and on of <paramref name="validity"/> say which slots they go to.
    /// </summary>
    public abstract void Read(int position, int slots, int values, byte* validity);

    /// <summary>Ends the vector begun last and takes over <paramref name="validity"/>.</summary>
    public abstract ColumnVector Finish(int slots, NativeBuffer? validity);

    /// <summary>Passes over values of the current page.</summary>
    public void Skip(int values)
    {
        if (IsDictionaryPage)
            _codes.Skip(values);
        else
            SkipPlain(values);
    }

    /// <summary>Begins a data page with <paramref name="entries"/> entries, nulls among them.</summary>
    public void StartPage(PageEncoding encoding, byte* data, long length, int entries)
    {
        IsDictionaryPage = encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;
        if (!IsDictionaryPage)
        {
            StartPlainPage(encoding, data, length, entries);
            return;
        }

        // A page of nulls alone may have no codes at all, not even their width.
        _codes = length == 0 ? new HybridDecoder(data, 0, 0) : new HybridDecoder(data + 1, length - 1, *data);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees all that is held.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Begins a page without dictionary codes.</summary>
    protected abstract void StartPlainPage(PageEncoding encoding, byte* data, long length, int entries);

    /// <summary>Passes over values of a page without dictionary codes.</summary>
    protected abstract void SkipPlain(int values);

    /// <summary>Decodes dictionary codes and checks that all of them are in the dictionary.</summary>
    protected void ReadCodes(int* destination, int count, int dictionaryCount)
    {
        _codes.Decode(destination, count);
        if (count > 0 && HybridDecoder.Maximum(destination, count) >= (uint)dictionaryCount)
            ParquetErrors.ThrowCorrupt("a dictionary code without a dictionary entry");
    }

    /// <summary>Moves <paramref name="values"/> dense values apart to their slots, in place; the other slots get the default.</summary>
    protected static void Spread<T>(T* target, int slots, int values, byte* validity, int firstBit)
        where T : unmanaged
    {
        int next = values - 1;
        for (int slot = slots - 1; slot >= 0; slot--)
        {
            if (Bits.Get(validity, (long)firstBit + slot))
                target[slot] = target[next--];
            else
                target[slot] = default;
        }
    }

    /// <summary>A larger copy of an output buffer.</summary>
    protected NativeBuffer Enlarge(NativeBuffer buffer, long used, long needed)
    {
        NativeBuffer larger = Memory.Allocate(Math.Max(needed, used * 2) + OutputPadding);
        Buffer.MemoryCopy(buffer.Pointer, larger.Pointer, larger.Capacity, used);
        buffer.Dispose();
        return larger;
    }

    /// <summary>The error of an encoding that does not go with the physical type.</summary>
    protected static QueryException UnknownEncoding(PageEncoding encoding, ParquetType type) =>
        ParquetErrors.NotSupported($"encoding {encoding} of {type} values");
}
