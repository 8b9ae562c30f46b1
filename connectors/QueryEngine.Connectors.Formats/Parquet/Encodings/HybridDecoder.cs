using System.Runtime.Intrinsics;

namespace QueryEngine.Connectors.Formats.Parquet.Encodings;

/// <summary>
/// Decodes the hybrid of run lengths and bit packing that levels, dictionary codes and booleans are written in.
/// Keeps its place, so that a page can be decoded batch by batch.
/// </summary>
internal unsafe struct HybridDecoder
{
    private byte* _next;
    private byte* _end;
    private int _width;
    private byte* _packed;
    private long _packedFirst;
    private long _left;
    private int _repeated;
    private bool _isRepeated;

    /// <summary>Starts at <paramref name="data"/>, which must be padded as <see cref="NativeScratch"/> is.</summary>
    public HybridDecoder(byte* data, long length, int width)
    {
        if (width is < 0 or > 32)
            ParquetErrors.ThrowCorrupt($"a bit width of {width}");
        _next = data;
        _end = data + length;
        _width = width;
    }

    /// <summary>Decodes the next <paramref name="count"/> numbers.</summary>
    public void Decode(int* destination, int count)
    {
        while (count > 0)
        {
            if (_left == 0)
                ReadRun();
            int taken = (int)Math.Min(count, _left);
            if (_isRepeated)
                new Span<int>(destination, taken).Fill(_repeated);
            else
                BitUnpacker.Unpack(_packed, _packedFirst, _width, destination, taken);
            Advance(taken);
            destination += taken;
            count -= taken;
        }
    }

    /// <summary>Passes over the next <paramref name="count"/> numbers.</summary>
    public void Skip(long count)
    {
        while (count > 0)
        {
            if (_left == 0)
                ReadRun();
            long taken = Math.Min(count, _left);
            Advance(taken);
            count -= taken;
        }
    }

    /// <summary>Whether the next <paramref name="count"/> numbers are one run of <paramref name="value"/>; if so, passes over them.</summary>
    public bool TrySkipRepeated(int value, int count)
    {
        if (_left == 0)
            ReadRun();
        if (!_isRepeated || _repeated != value || _left < count)
            return false;
        Advance(count);
        return true;
    }

    /// <summary>
    /// Decodes one-bit numbers into bits: bit <paramref name="firstBit"/> of <paramref name="bits"/> and on.
    /// </summary>
    /// <returns>How many were one.</returns>
    public int DecodeBits(byte* bits, int firstBit, int count)
    {
        int ones = 0;
        while (count > 0)
        {
            if (_left == 0)
                ReadRun();
            int taken = (int)Math.Min(count, _left);
            if (_isRepeated)
            {
                Bits.Fill(bits, firstBit, taken, _repeated != 0);
                ones += _repeated != 0 ? taken : 0;
            }
            else
            {
                ones += Bits.Copy(_packed, _packedFirst, bits, firstBit, taken);
            }
            Advance(taken);
            firstBit += taken;
            count -= taken;
        }
        return ones;
    }

    /// <summary>The largest of <paramref name="count"/> numbers, as if they had no sign.</summary>
    public static uint Maximum(int* values, int count)
    {
        int value = 0;
        uint maximum = 0;
        if (Vector512.IsHardwareAccelerated && count >= 16)
        {
            Vector512<uint> most = Vector512<uint>.Zero;
            for (; value <= count - 16; value += 16)
                most = Vector512.Max(most, Vector512.Load((uint*)values + value));
            for (int lane = 0; lane < 16; lane++)
                maximum = Math.Max(maximum, most[lane]);
        }
        else if (count >= 8)
        {
            Vector256<uint> most = Vector256<uint>.Zero;
            for (; value <= count - 8; value += 8)
                most = Vector256.Max(most, Vector256.Load((uint*)values + value));
            for (int lane = 0; lane < 8; lane++)
                maximum = Math.Max(maximum, most[lane]);
        }
        for (; value < count; value++)
            maximum = Math.Max(maximum, (uint)values[value]);
        return maximum;
    }

    private void Advance(long taken)
    {
        _left -= taken;
        _packedFirst += taken;
    }

    private void ReadRun()
    {
        ulong header = 0;
        int shift = 0;
        byte next;
        do
        {
            if (_next >= _end || shift > 63)
                ParquetErrors.ThrowCorrupt("a run of levels or codes ends early");
            next = *_next++;
            header |= (ulong)(next & 0x7F) << shift;
            shift += 7;
        }
        while (next >= 0x80);

        ulong length = header >> 1;
        if (length is 0 or > int.MaxValue)
            ParquetErrors.ThrowCorrupt("a run of levels or codes has no sensible length");
        if ((header & 1) == 0)
        {
            ReadRepeated((long)length);
            return;
        }

        // Some writers cut the last group short: what is missing reads as padding and is never asked for.
        long bytes = (long)length * _width;
        _isRepeated = false;
        _packed = _next;
        _packedFirst = 0;
        _left = (long)length * 8;
        if (bytes > _end - _next)
        {
            bytes = _end - _next;
            if (_width > 0)
                _left = bytes * 8 / _width;
            if (_left == 0)
                ParquetErrors.ThrowCorrupt("a run of levels or codes ends early");
        }
        _next += bytes;
    }

    private void ReadRepeated(long length)
    {
        int bytes = (_width + 7) / 8;
        if (bytes > _end - _next)
            ParquetErrors.ThrowCorrupt("a run of levels or codes ends early");
        int value = 0;
        for (int part = 0; part < bytes; part++)
            value |= _next[part] << (8 * part);
        _next += bytes;
        _isRepeated = true;
        _repeated = value;
        _left = length;
    }
}
