using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>The smallest and largest value of a page or chunk, plain-encoded; null where they are not known.</summary>
internal readonly record struct StoredBounds(byte[]? Min, byte[]? Max, bool IsMinExact = true, bool IsMaxExact = true);

/// <summary>
/// The values of a leaf that are not null: those of the page under way, and the dictionary and bounds of the column chunk under way.
/// A chunk begins with a dictionary; when that grows too large or does not pay, its later pages are plain.
/// </summary>
internal abstract class LeafValues : IDisposable
{
    /// <summary>A dictionary that has more bytes than this ends.</summary>
    protected const int DictionaryBytes = 1 << 19;

    private int[] _codes = new int[1024];
    private bool _usesDictionary;

    /// <summary>Values of the page under way.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that the values of the page under way take when plain-encoded.</summary>
    public abstract long PageBytes { get; }

    /// <summary>Values in the dictionary.</summary>
    public int DictionaryCount { get; protected set; }

    /// <summary>Whether some page of the chunk has codes of the dictionary.</summary>
    public bool HasDictionary => _usesDictionary;

    /// <summary>Whether new values still go into the dictionary.</summary>
    protected bool CollectsDictionary { get; private set; } = true;

    /// <summary>Adds rows, none of them null, of a flat vector.</summary>
    public abstract void Add(ColumnVector vector, ReadOnlySpan<int> rows);

    /// <summary>Appends the values of the page under way.</summary>
    public PageEncoding WritePage(NativeOutput output)
    {
        PageEncoding encoding = PageEncoding.Plain;
        if (Count > 0 && CollectsDictionary && !_usesDictionary && DictionaryCount > Count / 2)
            StopDictionary();
        if (Count > 0 && CollectsDictionary)
        {
            _usesDictionary = true;
            encoding = PageEncoding.RleDictionary;
            int width = HybridEncoder.BitWidth(DictionaryCount - 1);
            output.Append((byte)width);
            HybridEncoder.Encode(_codes.AsSpan(0, Count), width, output);
        }
        else
        {
            WritePlain(output);
        }
        return encoding;
    }

    /// <summary>The bounds of the page under way, which begins again after this.</summary>
    public StoredBounds EndPage()
    {
        StoredBounds bounds = TakePageBounds();
        Count = 0;
        ClearPage();
        return bounds;
    }

    /// <summary>The bounds of the chunk. The next chunk begins after this.</summary>
    public StoredBounds EndChunk()
    {
        StoredBounds bounds = TakeChunkBounds();
        ClearDictionary();
        DictionaryCount = 0;
        _usesDictionary = false;
        CollectsDictionary = true;
        return bounds;
    }

    /// <summary>Appends the plain encoding of the dictionary.</summary>
    public abstract void WriteDictionary(NativeOutput output);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives memory back.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Appends the plain encoding of the page under way.</summary>
    protected abstract void WritePlain(NativeOutput output);

    protected abstract StoredBounds TakePageBounds();

    protected abstract StoredBounds TakeChunkBounds();

    protected abstract void ClearPage();

    protected abstract void ClearDictionary();

    /// <summary>From now on values are plain; pages before this one keep their codes.</summary>
    protected void StopDictionary() => CollectsDictionary = false;

    /// <summary>The codes of the values of the page, as long as all of them have one.</summary>
    protected ReadOnlySpan<int> Codes => _codes.AsSpan(0, Count);

    /// <summary>Room for the codes of more values; those that are written there count after <see cref="AddValues"/>.</summary>
    protected Span<int> ReserveCodes(int count)
    {
        if (_codes.Length < Count + count)
            Array.Resize(ref _codes, Math.Max(_codes.Length * 2, Count + count));
        return _codes.AsSpan(Count, count);
    }

    /// <summary>Counts values of the page.</summary>
    protected void AddValues(int count) => Count += count;
}
