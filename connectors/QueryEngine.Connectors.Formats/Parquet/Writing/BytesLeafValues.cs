using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Writing;

/// <summary>Text, json and binary: a length and the bytes. Bounds are cut to a few bytes, the upper one then rounded up.</summary>
internal sealed class BytesLeafValues(bool isText, MemoryContext memory) : LeafValues
{
    private const int BoundBytes = 64;

    private readonly NativeOutput _page = new(memory);
    private readonly NativeOutput _dictionary = new(memory);
    private readonly List<int> _dictionaryStarts = [];
    private int[] _slots = new int[1024];
    private byte[]? _pageMin;
    private byte[]? _pageMax;
    private byte[]? _chunkMin;
    private byte[]? _chunkMax;
    private ColumnVector? _source;
    private int[] _codesOfSource = [];
    private int[] _pagesOfCodes = new int[256];
    private int _pageNumber = 1;
    private long _codedBytes;
    private ulong _minPrefix;
    private ulong _maxPrefix;

    /// <inheritdoc/>
    public override long PageBytes => _codedBytes + _page.Length;

    /// <inheritdoc/>
    public override void Add(ColumnVector vector, ReadOnlySpan<int> rows)
    {
        var values = (BytesVector)vector;
        int coded = CollectsDictionary ? AddCodes(values, rows) : 0;
        AddValues(coded);
        if (coded == rows.Length)
            return;
        WriteCodedValues();
        AddPlain(values, rows[coded..]);
        AddValues(rows.Length - coded);
    }

    /// <inheritdoc/>
    public override void WriteDictionary(NativeOutput output) => output.Append(_dictionary.Written);

    /// <inheritdoc/>
    protected override void WritePlain(NativeOutput output)
    {
        WriteCodedValues();
        output.Append(_page.Written);
    }

    /// <inheritdoc/>
    protected override StoredBounds TakePageBounds()
    {
        StoredBounds bounds = Store(_pageMin, _pageMax);
        if (_pageMin is not null && (_chunkMin is null || _pageMin.AsSpan().SequenceCompareTo(_chunkMin) < 0))
            _chunkMin = _pageMin;
        if (_pageMax is not null && (_chunkMax is null || _pageMax.AsSpan().SequenceCompareTo(_chunkMax) > 0))
            _chunkMax = _pageMax;
        (_pageMin, _pageMax) = (null, null);
        return bounds;
    }

    /// <inheritdoc/>
    protected override StoredBounds TakeChunkBounds()
    {
        StoredBounds bounds = Store(_chunkMin, _chunkMax);
        (_chunkMin, _chunkMax) = (null, null);
        return bounds;
    }

    /// <inheritdoc/>
    protected override void ClearPage()
    {
        _page.Clear();
        _codedBytes = 0;
        _pageNumber++;
    }

    /// <inheritdoc/>
    protected override void ClearDictionary()
    {
        _dictionary.Clear();
        _dictionaryStarts.Clear();
        _slots.AsSpan().Clear();
        _pagesOfCodes.AsSpan().Clear();
        _source = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _page.Dispose();
        _dictionary.Dispose();
    }

    private static void WriteValue(ReadOnlySpan<byte> value, NativeOutput output)
    {
        Span<byte> target = output.Reserve(sizeof(int) + value.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target, value.Length);
        value.CopyTo(target[sizeof(int)..]);
        output.Advance(target.Length);
    }

    /// <summary>Writes codes of rows until one ends the dictionary; how many. The values themselves are written only if the page ends up plain.</summary>
    private int AddCodes(BytesVector values, ReadOnlySpan<int> rows)
    {
        if (!ReferenceEquals(_source, values))
        {
            // Rows of one vector repeat when it is the dictionary of a column: its codes are then found once.
            _source = values;
            if (_codesOfSource.Length < values.Length)
                _codesOfSource = new int[values.Length];
            _codesOfSource.AsSpan(0, values.Length).Clear();
        }

        Span<int> codes = ReserveCodes(rows.Length);
        ReadOnlySpan<int> offsets = values.Offsets;
        for (int place = 0; place < rows.Length; place++)
        {
            int row = rows[place];
            int code = _codesOfSource[row] - 1;
            if (code < 0)
            {
                code = FindCode(values[row]);
                _codesOfSource[row] = code + 1;
            }
            codes[place] = code;
            _codedBytes += sizeof(int) + offsets[row + 1] - offsets[row];
            if (_pagesOfCodes[code] != _pageNumber)
            {
                _pagesOfCodes[code] = _pageNumber;
                AddBounds(values[row]);
            }
            if (!CollectsDictionary)
                return place + 1;
        }
        return rows.Length;
    }

    private void AddPlain(BytesVector values, ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        {
            ReadOnlySpan<byte> value = values[row];
            WriteValue(value, _page);
            AddBounds(value);
        }
    }

    /// <summary>Values of the page that so far are there as codes only.</summary>
    private void WriteCodedValues()
    {
        if (_codedBytes == 0)
            return;
        foreach (int code in Codes)
            WriteValue(ValueOf(code), _page);
        _codedBytes = 0;
    }

    private void AddBounds(ReadOnlySpan<byte> value)
    {
        // The first eight bytes tell most values apart from both bounds.
        ulong prefix = PrefixOf(value);
        if (_pageMin is not null && prefix > _minPrefix && prefix < _maxPrefix)
            return;
        if (_pageMin is null || value.SequenceCompareTo(_pageMin) < 0)
            (_pageMin, _minPrefix) = (value.ToArray(), prefix);
        if (_pageMax is null || value.SequenceCompareTo(_pageMax) > 0)
            (_pageMax, _maxPrefix) = (value.ToArray(), prefix);
    }

    private static ulong PrefixOf(ReadOnlySpan<byte> value)
    {
        if (value.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(value);
        ulong prefix = 0;
        for (int place = 0; place < sizeof(ulong); place++)
            prefix = (prefix << 8) | (place < value.Length ? value[place] : 0UL);
        return prefix;
    }

    private int FindCode(ReadOnlySpan<byte> value)
    {
        if (DictionaryCount * 2 >= _slots.Length)
            Rehash();
        int mask = _slots.Length - 1;
        int slot = Hash(value) & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int code = _slots[slot] - 1;
            if (ValueOf(code).SequenceEqual(value))
                return code;
        }

        _dictionaryStarts.Add(_dictionary.Length);
        WriteValue(value, _dictionary);
        DictionaryCount++;
        if (_pagesOfCodes.Length < DictionaryCount)
            Array.Resize(ref _pagesOfCodes, _pagesOfCodes.Length * 2);
        _slots[slot] = DictionaryCount;
        if (_dictionary.Length >= DictionaryBytes)
            StopDictionary();
        return DictionaryCount - 1;
    }

    private ReadOnlySpan<byte> ValueOf(int code)
    {
        ReadOnlySpan<byte> from = _dictionary.Written[_dictionaryStarts[code]..];
        return from.Slice(sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(from));
    }

    private void Rehash()
    {
        var slots = new int[_slots.Length * 2];
        int mask = slots.Length - 1;
        for (int code = 0; code < DictionaryCount; code++)
        {
            int slot = Hash(ValueOf(code)) & mask;
            while (slots[slot] != 0)
                slot = (slot + 1) & mask;
            slots[slot] = code + 1;
        }
        _slots = slots;
    }

    private static int Hash(ReadOnlySpan<byte> value)
    {
        ulong hash = (ulong)value.Length * 0x9E3779B97F4A7C15;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(value);
        foreach (ulong word in words)
            hash = (System.Numerics.BitOperations.RotateLeft(hash, 23) ^ word) * 0x9E3779B97F4A7C15;
        ulong rest = 0;
        foreach (byte next in value[(words.Length * sizeof(ulong))..])
            rest = (rest << 8) | next;
        hash = (System.Numerics.BitOperations.RotateLeft(hash, 23) ^ rest) * 0x9E3779B97F4A7C15;
        return (int)((hash >> 33) & int.MaxValue);
    }

    private StoredBounds Store(byte[]? min, byte[]? max)
    {
        if (min is null || max is null)
            return default;
        byte[] shortMin = min.Length <= BoundBytes ? min : min[..CutAt(min)];
        byte[]? shortMax = max.Length <= BoundBytes ? max : RoundUp(max.AsSpan(0, CutAt(max)));
        return new StoredBounds(shortMin, shortMax, min.Length <= BoundBytes, max.Length <= BoundBytes);
    }

    /// <summary>How many bytes of a long value a bound keeps: whole characters of text.</summary>
    private int CutAt(byte[] value)
    {
        int cut = BoundBytes;
        while (isText && cut > 0 && (value[cut] & 0xC0) == 0x80)
            cut--;
        return cut;
    }

    /// <summary>The next value of the same length or shorter; null when there is none.</summary>
    private byte[]? RoundUp(ReadOnlySpan<byte> prefix)
    {
        Span<byte> bytes = stackalloc byte[4];
        while (!prefix.IsEmpty)
        {
            if (!isText)
            {
                if (prefix[^1] < 0xFF)
                    return [.. prefix[..^1], (byte)(prefix[^1] + 1)];
                prefix = prefix[..^1];
                continue;
            }

            if (Rune.DecodeLastFromUtf8(prefix, out Rune last, out int length) != System.Buffers.OperationStatus.Done)
                return null;
            prefix = prefix[..^length];
            int next = last.Value + 1 == 0xD800 ? 0xE000 : last.Value + 1;
            if (!Rune.IsValid(next))
                continue;
            return [.. prefix, .. bytes[..new Rune(next).EncodeToUtf8(bytes)]];
        }
        return null;
    }
}
