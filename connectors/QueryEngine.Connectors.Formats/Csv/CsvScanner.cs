using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// Finds the ends of values and rows, 64 bytes at a time: bit masks of delimiters, line feeds and quotes, and the running
/// parity of quotes to tell what is inside them. A quote in the middle of a bare value is text; from the first one of those on,
/// bytes are looked at one by one.
/// </summary>
internal unsafe struct CsvScanner(byte delimiter, byte quote)
{
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private ulong _inQuotes;
    private bool _lastWasBoundary = true;
    private bool _isSlow;
    private bool _slowInQuotes;
    private bool _slowAfterQuote;

    /// <summary>Whether the bytes scanned so far end inside a quoted value.</summary>
    public readonly bool IsInQuotes => _isSlow ? _slowInQuotes : _inQuotes != 0;

    /// <summary>Starts again before the first byte of a row.</summary>
    public void Restart()
    {
        _inQuotes = 0;
        _lastWasBoundary = true;
        _slowInQuotes = false;
        _slowAfterQuote = false;
    }

    /// <summary>
    /// Classifies up to 64 bytes: which of them end a value (delimiters and line feeds outside quotes), and which end a row.
    /// Up to 64 bytes are read whatever <paramref name="length"/> is.
    /// </summary>
    public void Classify(byte* data, int length, out ulong ends, out ulong lineEnds)
    {
        ulong valid = length >= 64 ? ulong.MaxValue : (1UL << length) - 1;
        if (_isSlow)
        {
            ClassifySlowly(data, Math.Min(length, 64), out ends, out lineEnds);
            return;
        }

        Masks(data, out ulong delimiters, out ulong lineFeeds, out ulong quotes);
        delimiters &= valid;
        lineFeeds &= valid;
        quotes = quote == 0 ? 0 : quotes & valid;
        if (quotes == 0 && _inQuotes == 0)
        {
            ends = delimiters | lineFeeds;
            lineEnds = lineFeeds;
            _lastWasBoundary = (ends >> (Math.Min(length, 64) - 1) & 1) != 0;
            return;
        }

        // inside: from an opening quote on, up to but without the closing one.
        ulong inside = PrefixXor(quotes) ^ _inQuotes;
        ulong boundaries = (delimiters | lineFeeds) & ~inside;
        ulong opening = quotes & inside;
        ulong mayOpen = ((boundaries | quotes) << 1) | (_lastWasBoundary ? 1UL : 0);
        if ((opening & ~mayOpen) != 0)
        {
            _isSlow = true;
            _slowInQuotes = _inQuotes != 0;
            _slowAfterQuote = false;
            ClassifySlowly(data, Math.Min(length, 64), out ends, out lineEnds);
            return;
        }

        int last = Math.Min(length, 64) - 1;
        _lastWasBoundary = ((boundaries | quotes) >> last & 1) != 0;
        _inQuotes = (inside >> last & 1) != 0 ? ulong.MaxValue : 0;
        ends = boundaries;
        lineEnds = lineFeeds & ~inside;
    }

    private void ClassifySlowly(byte* data, int length, out ulong ends, out ulong lineEnds)
    {
        ends = 0;
        lineEnds = 0;
        for (int at = 0; at < length; at++)
        {
            byte next = data[at];
            if (_slowInQuotes)
            {
                if (next == quote)
                {
                    _slowInQuotes = false;
                    _slowAfterQuote = true;
                }
                continue;
            }
            if (next == quote && quote != 0 && (_lastWasBoundary || _slowAfterQuote))
            {
                _slowInQuotes = true;
                _slowAfterQuote = false;
                _lastWasBoundary = false;
                continue;
            }

            _slowAfterQuote = false;
            _lastWasBoundary = next == delimiter || next == LineFeed;
            if (_lastWasBoundary)
                ends |= 1UL << at;
            if (next == LineFeed)
                lineEnds |= 1UL << at;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Masks(byte* data, out ulong delimiters, out ulong lineFeeds, out ulong quotes)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> block = Vector512.Load(data);
            delimiters = Vector512.Equals(block, Vector512.Create(delimiter)).ExtractMostSignificantBits();
            lineFeeds = Vector512.Equals(block, Vector512.Create(LineFeed)).ExtractMostSignificantBits();
            quotes = Vector512.Equals(block, Vector512.Create(quote)).ExtractMostSignificantBits();
            return;
        }
        Vector256<byte> low = Vector256.Load(data);
        Vector256<byte> high = Vector256.Load(data + 32);
        delimiters = Mask(low, high, delimiter);
        lineFeeds = Mask(low, high, LineFeed);
        quotes = Mask(low, high, quote);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << 32);

    /// <summary>Each bit: the parity of the bits up to and with it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>Whether a value holds nothing, or only the carriage return of its line end.</summary>
    public static bool IsBlank(byte* start, byte* end) => start >= end || (end - start == 1 && *start == CarriageReturn);

    /// <summary>Writes the places of the one bits; up to 8 more elements may be overwritten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WritePlaces(ulong bits, int first, int* places)
    {
        int count = BitOperations.PopCount(bits);
        for (int written = 0; written < count; written += 8)
        {
            for (int lane = 0; lane < 8; lane++)
            {
                places[written + lane] = first + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }
    }
}
