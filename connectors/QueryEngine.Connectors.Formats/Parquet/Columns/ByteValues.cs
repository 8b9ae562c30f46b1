using QueryEngine.Connectors.Formats.Parquet.Encodings;
using QueryEngine.Connectors.Formats.Parquet.Metadata;

namespace QueryEngine.Connectors.Formats.Parquet.Columns;

/// <summary>
/// The values of a page of BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY in one of three forms: with a length before each, all of one
/// length, or behind a table of offsets (what the delta encodings are decoded to when the page begins).
/// </summary>
internal sealed unsafe class ByteValues(int fixedLength) : IDisposable
{
    private readonly NativeScratch _offsets = new();
    private readonly NativeScratch _bytes = new();
    private DeltaDecoder? _lengths;
    private DeltaDecoder? _suffixes;

    /// <summary>Whether <see cref="Offsets"/> says where values are.</summary>
    public bool HasOffsets { get; private set; }

    /// <summary>The length of each value; 0 when they differ.</summary>
    public int FixedLength { get; } = fixedLength;

    /// <summary>The next value, or what <see cref="Offsets"/> count from.</summary>
    public byte* Next;

    /// <summary>The end of the values.</summary>
    public byte* End { get; private set; }

    /// <summary>Where values begin and the last one ends, from <see cref="Next"/> on.</summary>
    public int* Offsets => (int*)_offsets.Pointer;

    /// <summary>The next value in <see cref="Offsets"/>.</summary>
    public int Position;

    /// <summary>How many values <see cref="Offsets"/> has.</summary>
    public int Count { get; private set; }

    /// <summary>Begins a page.</summary>
    public void Start(PageEncoding encoding, byte* data, long length, int entries)
    {
        Next = data;
        End = data + length;
        Position = 0;
        Count = 0;
        HasOffsets = false;
        switch (encoding)
        {
            case PageEncoding.Plain:
                break;
            case PageEncoding.ByteStreamSplit when FixedLength > 0:
                Next = _bytes.Ensure(length);
                End = Next + length;
                ByteStreamSplit.Decode(data, length / FixedLength, 0, FixedLength, Next, (int)(length / FixedLength));
                break;
            case PageEncoding.DeltaLengthByteArray:
                HasOffsets = true;
                if (length > 0)
                    LoadLengths(data, length, entries);
                break;
            case PageEncoding.DeltaByteArray:
                HasOffsets = true;
                if (length > 0)
                    LoadPrefixed(data, length, entries);
                break;
            default:
                throw ParquetErrors.NotSupported($"encoding {encoding} of byte arrays");
        }
    }

    /// <summary>Takes the next value.</summary>
    public byte* Take(out int length)
    {
        if (HasOffsets)
        {
            Require(Position < Count);
            int offset = Offsets[Position];
            length = Offsets[++Position] - offset;
            return Next + offset;
        }

        byte* value = Next;
        if (FixedLength > 0)
        {
            length = FixedLength;
        }
        else
        {
            Require(End - value >= sizeof(int));
            length = *(int*)value;
            value += sizeof(int);
        }
        Require((uint)length <= (ulong)(End - value));
        Next = value + length;
        return value;
    }

    /// <summary>Passes over values.</summary>
    public void Skip(int values)
    {
        for (int value = 0; value < values; value++)
            Take(out _);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _offsets.Dispose();
        _bytes.Dispose();
        _lengths?.Dispose();
        _suffixes?.Dispose();
    }

    private void LoadLengths(byte* data, long length, int entries)
    {
        _lengths ??= new DeltaDecoder();
        Count = DecodeLengths(_lengths, data, length, entries, _offsets);
        Next = _lengths.Next;
        long total = Sum(Offsets, Count);
        Require(total <= data + length - Next);
    }

    private void LoadPrefixed(byte* data, long length, int entries)
    {
        _lengths ??= new DeltaDecoder();
        _suffixes ??= new DeltaDecoder();
        byte* end = data + length;
        int count = DecodeLengths(_lengths, data, length, entries, _bytes);
        using var prefixes = new NativeScratch();
        int* prefix = (int*)prefixes.Ensure((long)count * sizeof(int));
        Buffer.MemoryCopy(_bytes.Pointer, prefix, (long)count * sizeof(int), (long)count * sizeof(int));
        byte* suffixStart = _lengths.Next;
        Count = DecodeLengths(_suffixes, suffixStart, end - suffixStart, entries, _offsets);
        Require(Count == count);

        byte* suffix = _suffixes.Next;
        long total = 0;
        long suffixTotal = 0;
        int previous = 0;
        for (int value = 0; value < count; value++)
        {
            Require((uint)prefix[value] <= (uint)previous && Offsets[value] >= 0);
            suffixTotal += Offsets[value];
            previous = prefix[value] + Offsets[value];
            Require(previous >= 0);
            total += previous;
        }
        Require(suffixTotal <= end - suffix && total <= int.MaxValue);

        byte* output = _bytes.Ensure(total);
        byte* last = output;
        int offset = 0;
        for (int value = 0; value < count; value++)
        {
            int suffixLength = Offsets[value];
            byte* target = output + offset;
            new ReadOnlySpan<byte>(last, prefix[value]).CopyTo(new Span<byte>(target, prefix[value]));
            new ReadOnlySpan<byte>(suffix, suffixLength).CopyTo(new Span<byte>(target + prefix[value], suffixLength));
            suffix += suffixLength;
            last = target;
            Offsets[value] = offset;
            offset += prefix[value] + suffixLength;
        }
        Offsets[count] = offset;
        Next = output;
    }

    private static int DecodeLengths(DeltaDecoder decoder, byte* data, long length, int entries, NativeScratch scratch)
    {
        decoder.Start(data, length);
        Require(decoder.Count <= entries);
        int count = (int)decoder.Count;
        long* wide = (long*)scratch.Ensure((long)(count + 1) * sizeof(long));
        decoder.Decode(wide, count);
        int* narrow = (int*)wide;
        for (int value = 0; value < count; value++)
            narrow[value] = (int)wide[value];
        return count;
    }

    /// <summary>Turns lengths into offsets in place.</summary>
    private static long Sum(int* lengths, int count)
    {
        long total = 0;
        for (int value = 0; value < count; value++)
        {
            int length = lengths[value];
            Require(length >= 0);
            lengths[value] = (int)total;
            total += length;
            Require(total <= int.MaxValue);
        }
        lengths[count] = (int)total;
        return total;
    }

    private static void Require(bool condition)
    {
        if (!condition)
            ParquetErrors.ThrowCorrupt("byte arrays that do not fit their page");
    }
}
