using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;
using QueryEngine.Connectors.Formats.Parquet.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>
/// Decodes text, json and binary. A batch whose pages are all dictionary codes becomes a <see cref="DictionaryVector"/> over
/// the chunk's one dictionary; any other becomes flat.
/// </summary>
internal sealed unsafe class TextReader(SqlType type, int fixedLength, MemoryContext memory) : ValueReader(type, memory)
{
    private const int ShortCopy = 32;

    private readonly ByteValues _values = new(fixedLength);
    private readonly NativeScratch _scratch = new();
    private readonly bool _isText = type.Kind != TypeKind.Varbinary;
    private BytesVector? _dictionary;
    private int* _dictionaryOffsets;
    private byte* _dictionaryData;
    private NativeBuffer? _codes;
    private NativeBuffer? _offsets;
    private NativeBuffer? _data;
    private long _dataLength;
    private int _capacity;
    private int _averageLength = 16;

    /// <inheritdoc/>
    public override void StartChunk()
    {
        _dictionary?.Dispose();
        _dictionary = null;
    }

    /// <inheritdoc/>
    public override void LoadDictionary(byte* data, long length, int count)
    {
        StartChunk();
        if (count == 0)
            return;
        if (count > length)
            ParquetErrors.ThrowCorrupt("a dictionary is shorter than its header says");

        int capacity = _capacity;
        Begin(count);
        _values.Start(PageEncoding.Plain, data, length, count);
        BeginFlat(count, count);
        AppendPlain(0, count);
        Validate(0, count);
        (NativeBuffer offsets, NativeBuffer bytes) = (_offsets!, _data!);
        (_offsets, _data) = (null, null);
        _dictionaryOffsets = (int*)offsets.Pointer;
        _dictionaryData = bytes.Pointer;
        _dictionary = new BytesVector(Type, count, offsets, bytes);
        Begin(capacity);
    }

    /// <inheritdoc/>
    public override void Begin(int capacity)
    {
        ReleaseOutput();
        _capacity = capacity;
        _dataLength = 0;
    }

    /// <inheritdoc/>
    public override void Read(int position, int slots, int values, byte* validity)
    {
        if (IsDictionaryPage && _offsets is null && _dictionary is not null)
        {
            ReadDictionaryCodes(position, slots, values, validity);
            return;
        }

        BeginFlat(position, position + slots);
        if (IsDictionaryPage)
            AppendFromDictionary(position, values);
        else
            AppendPlain(position, values);
        if (slots != values)
            SpreadOffsets((int*)_offsets!.Pointer + position, slots, values, validity, position);
    }

    /// <inheritdoc/>
    public override ColumnVector Finish(int slots, NativeBuffer? validity)
    {
        if (_codes is { } codes)
        {
            _codes = null;
            _dictionary!.Retain();
            return new DictionaryVector(_dictionary, slots, codes, validity);
        }

        BeginFlat(0, slots);
        Validate(0, slots);
        (NativeBuffer offsets, NativeBuffer data) = (_offsets!, _data!);
        (_offsets, _data) = (null, null);
        _averageLength = slots == 0 ? _averageLength : (int)Math.Min(_dataLength / slots, int.MaxValue >> 8) + 1;
        return new BytesVector(Type, slots, offsets, data, validity);
    }

    /// <inheritdoc/>
    protected override void StartPlainPage(PageEncoding encoding, byte* data, long length, int entries) =>
        _values.Start(encoding, data, length, entries);

    /// <inheritdoc/>
    protected override void SkipPlain(int values) => _values.Skip(values);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        ReleaseOutput();
        _dictionary?.Dispose();
        _dictionary = null;
        _values.Dispose();
        _scratch.Dispose();
    }

    private void ReadDictionaryCodes(int position, int slots, int values, byte* validity)
    {
        long needed = ((long)position + slots) * sizeof(int);
        if (_codes is null)
            _codes = Memory.Allocate(Math.Max(needed, (long)_capacity * sizeof(int)) + OutputPadding);
        else if (needed + OutputPadding > _codes.Capacity)
            _codes = Enlarge(_codes, (long)position * sizeof(int), needed);
        int* codes = (int*)_codes.Pointer + position;
        ReadCodes(codes, values, _dictionary!.Length);
        if (slots != values)
            Spread(codes, slots, values, validity, position);
    }

    /// <summary>Makes sure that there is flat output with room for offsets; codes read so far are looked up.</summary>
    private void BeginFlat(int filled, int slots)
    {
        long needed = ((long)Math.Max(slots, _capacity) + 1) * sizeof(int);
        if (_offsets is null)
        {
            _offsets = Memory.Allocate(needed + OutputPadding);
            ((int*)_offsets.Pointer)[0] = 0;
            _data = Memory.Allocate((long)Math.Max(slots, _capacity) * _averageLength + OutputPadding);
            _dataLength = 0;
        }
        else if (needed + OutputPadding > _offsets.Capacity)
        {
            _offsets = Enlarge(_offsets, ((long)filled + 1) * sizeof(int), needed);
        }

        if (_codes is { } codes)
        {
            _codes = null;
            AppendCodes((int*)codes.Pointer, 0, filled);
            codes.Dispose();
        }
    }

    private void AppendFromDictionary(int position, int values)
    {
        int* codes = (int*)_scratch.Ensure((long)values * sizeof(int));
        ReadCodes(codes, values, _dictionary?.Length ?? 0);
        AppendCodes(codes, position, values);
    }

    private void AppendCodes(int* codes, int position, int values)
    {
        for (int value = 0; value < values; value++)
        {
            int start = _dictionaryOffsets[codes[value]];
            int length = _dictionaryOffsets[codes[value] + 1] - start;
            Reserve(length);
            Copy(_dictionaryData + start, _data!.Pointer + _dataLength, length);
            _dataLength += length;
            ((int*)_offsets!.Pointer)[position + value + 1] = (int)_dataLength;
        }
    }

    private void AppendPlain(int position, int values)
    {
        if (_values.HasOffsets || _values.FixedLength > 0)
        {
            for (int value = 0; value < values; value++)
            {
                byte* source = _values.Take(out int size);
                Reserve(size);
                Buffer.MemoryCopy(source, _data!.Pointer + _dataLength, size, size);
                _dataLength += size;
                ((int*)_offsets!.Pointer)[position + value + 1] = (int)_dataLength;
            }
            return;
        }

        // Lengths and bytes alternate. Short values are moved by one whole vector: both sides are padded.
        byte* next = _values.Next;
        byte* end = _values.End;
        int* offsets = (int*)_offsets!.Pointer + position + 1;
        byte* target = _data!.Pointer + _dataLength;
        byte* targetStart = _data.Pointer;
        byte* targetEnd = targetStart + (_data.Capacity - OutputPadding);
        for (int value = 0; value < values; value++)
        {
            if (end - next < sizeof(int))
                ParquetErrors.ThrowCorrupt("a page has fewer values than its header says");
            uint length = *(uint*)next;
            next += sizeof(int);
            if (length > (ulong)(end - next))
                ParquetErrors.ThrowCorrupt("text that is longer than its page");
            if (length > (ulong)(targetEnd - target))
            {
                _dataLength = target - targetStart;
                Reserve(length);
                targetStart = _data.Pointer;
                target = targetStart + _dataLength;
                targetEnd = targetStart + (_data.Capacity - OutputPadding);
            }

            if (length <= ShortCopy)
                Vector256.Load(next).Store(target);
            else
                Buffer.MemoryCopy(next, target, length, length);
            next += length;
            target += length;
            offsets[value] = (int)(target - targetStart);
        }
        _values.Next = next;
        _dataLength = target - targetStart;
    }

    private void Reserve(long length)
    {
        if (_dataLength + length + OutputPadding <= _data!.Capacity)
            return;
        if (_dataLength + length > int.MaxValue - OutputPadding)
            throw ParquetErrors.NotSupported("more than 2 GiB of text in one batch");
        _data = Enlarge(_data, _dataLength, _dataLength + length);
    }

    /// <summary>Text must be UTF-8: everything after this relies on it. ASCII, which nearly all is, passes in one sweep.</summary>
    private void Validate(int first, int count)
    {
        if (!_isText || Ascii.IsValid(new ReadOnlySpan<byte>(_data!.Pointer, (int)_dataLength)))
            return;
        int* offsets = (int*)_offsets!.Pointer;
        for (int value = first; value < first + count; value++)
        {
            if (!Utf8.IsValid(new ReadOnlySpan<byte>(_data.Pointer + offsets[value], offsets[value + 1] - offsets[value])))
                ParquetErrors.ThrowCorrupt("text that is not UTF-8");
        }
    }

    private static void Copy(byte* source, byte* target, int length)
    {
        if (length <= ShortCopy)
            Vector256.Load(source).Store(target);
        else
            Buffer.MemoryCopy(source, target, length, length);
    }

    /// <summary>As <see cref="ValueReader.Spread"/>, for ends of values: a null ends where the value before it ends.</summary>
    private static void SpreadOffsets(int* offsets, int slots, int values, byte* validity, int firstBit)
    {
        int last = values;
        for (int slot = slots - 1; slot >= 0; slot--)
        {
            offsets[slot + 1] = offsets[last];
            if (Encodings.Bits.Get(validity, (long)firstBit + slot))
                last--;
        }
    }

    private void ReleaseOutput()
    {
        _codes?.Dispose();
        _offsets?.Dispose();
        _data?.Dispose();
        _codes = null;
        _offsets = null;
        _data = null;
    }
}
