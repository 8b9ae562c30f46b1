namespace QueryEngine.Connectors.Formats.Parquet.Encodings;

/// <summary>
/// Decodes DELTA_BINARY_PACKED: blocks of differences, each block with a minimum and a bit width per miniblock.
/// Keeps its place between calls.
/// </summary>
internal sealed unsafe class DeltaDecoder : IDisposable
{
    private const int LargestMiniblock = 1 << 16;

    private readonly NativeScratch _miniblock = new();
    private byte* _next;
    private byte* _end;
    private long _value;
    private long _valuesLeft;
    private bool _hasFirst;
    private int _miniblocksPerBlock;
    private int _valuesPerMiniblock;
    private byte* _widths;
    private int _miniblocksLeft;
    private long _minimumDelta;
    private int _deltaPosition;
    private int _deltaCount;

    /// <summary>How many values the header promises.</summary>
    public long Count { get; private set; }

    /// <summary>The first byte after the encoded values; known after all values were decoded.</summary>
    public byte* Next => _next;

    /// <summary>Reads the header at <paramref name="data"/>, which must be padded.</summary>
    public void Start(byte* data, long length)
    {
        _next = data;
        _end = data + length;
        ulong blockSize = ReadVarint();
        ulong miniblocks = ReadVarint();
        ulong count = ReadVarint();
        _value = ReadZigZag();
        if (miniblocks is 0 or > 4096 || blockSize == 0 || blockSize % miniblocks != 0 || blockSize / miniblocks > LargestMiniblock
            || blockSize / miniblocks % 8 != 0 || count > int.MaxValue)
            ParquetErrors.ThrowCorrupt("a delta encoding with impossible sizes");
        _miniblocksPerBlock = (int)miniblocks;
        _valuesPerMiniblock = (int)(blockSize / miniblocks);
        _miniblocksLeft = 0;
        _deltaPosition = 0;
        _deltaCount = 0;
        _valuesLeft = (long)count;
        Count = (long)count;
        _hasFirst = count > 0;
    }

    /// <summary>Decodes the next <paramref name="count"/> values.</summary>
    public void Decode(long* destination, int count)
    {
        if (count > _valuesLeft)
            ParquetErrors.ThrowCorrupt("a delta encoding ends early");
        _valuesLeft -= count;
        if (_hasFirst && count > 0)
        {
            *destination++ = _value;
            count--;
            _hasFirst = false;
        }

        while (count > 0)
        {
            if (_deltaPosition == _deltaCount)
                ReadMiniblock();
            int taken = Math.Min(count, _deltaCount - _deltaPosition);
            long* deltas = (long*)_miniblock.Pointer + _deltaPosition;
            long value = _value;
            long minimum = _minimumDelta;
            for (int index = 0; index < taken; index++)
            {
                value += minimum + deltas[index];
                destination[index] = value;
            }
            _value = value;
            _deltaPosition += taken;
            destination += taken;
            count -= taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _miniblock.Dispose();

    private void ReadMiniblock()
    {
        if (_miniblocksLeft == 0)
        {
            _minimumDelta = ReadZigZag();
            if (_end - _next < _miniblocksPerBlock)
                ParquetErrors.ThrowCorrupt("a delta encoding ends early");
            _widths = _next;
            _next += _miniblocksPerBlock;
            _miniblocksLeft = _miniblocksPerBlock;
        }

        int width = *_widths++;
        _miniblocksLeft--;
        long bytes = (long)_valuesPerMiniblock * width / 8;
        if (width > 64)
            ParquetErrors.ThrowCorrupt($"a bit width of {width}");

        // The last miniblock may be cut after its last byte with values.
        long available = Math.Min(bytes, _end - _next);
        _deltaCount = bytes == available ? _valuesPerMiniblock : (int)(available * 8 / width);
        if (_deltaCount == 0)
            ParquetErrors.ThrowCorrupt("a delta encoding ends early");
        _deltaPosition = 0;
        BitUnpacker.UnpackLong(_next, width, (long*)_miniblock.Ensure((long)_valuesPerMiniblock * sizeof(long)), _deltaCount);
        _next += available;
    }

    private long ReadZigZag()
    {
        ulong raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_next >= _end)
                ParquetErrors.ThrowCorrupt("a delta encoding ends early");
            byte next = *_next++;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw ParquetErrors.Corrupt("a number is longer than 64 bits");
    }
}
