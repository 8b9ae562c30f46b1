using System.Numerics;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>
/// Cuts a text file into stretches of whole rows. Whether a line end is inside quotes depends on all quotes before it, so they are
/// followed from the start of the data: a pass at the speed of memory, which stays ahead of the readers of the stretches already given out.
/// </summary>
public static unsafe class CsvSplitter
{
    private const int ReadSize = 1 << 20;

    /// <summary>The stretches, each from the first byte of a row to that of another or the end of the file.</summary>
    public static IEnumerable<(long Start, long End)> Split(ByteSource source, CsvDialect dialect, long targetBytes)
    {
        if (CsvInput.IsCompressed(source.Name))
        {
            yield return (dialect.DataStart, long.MaxValue);
            yield break;
        }

        using var scratch = new NativeScratch();
        var scanner = new CsvScanner(dialect.Delimiter, dialect.Quote);
        long start = dialect.DataStart;
        long next = start;
        while (source.Length - start > targetBytes + targetBytes / 2)
        {
            // Without quotes nothing before the cut matters.
            if (dialect.Quote == 0)
                next = start + targetBytes;
            long end = FindRowAfter(source, scratch, ref scanner, ref next, start + targetBytes);
            if (end >= source.Length)
                break;
            yield return (start, end);
            start = end;
        }
        if (start < source.Length)
            yield return (start, source.Length);
    }

    /// <summary>Scans from <paramref name="next"/> to the first row that begins at <paramref name="wanted"/> or later.</summary>
    private static long FindRowAfter(ByteSource source, NativeScratch scratch, ref CsvScanner scanner, ref long next, long wanted)
    {
        byte* bytes = scratch.Ensure(ReadSize);
        while (next < source.Length)
        {
            int length = (int)Math.Min(ReadSize, source.Length - next);
            source.ReadExactly(next, new Span<byte>(bytes, length));
            for (int at = 0; at < length; at += 64)
            {
                scanner.Classify(bytes + at, Math.Min(64, length - at), out _, out ulong lineEnds);
                if (lineEnds == 0 || next + at + 64 < wanted)
                    continue;
                long before = wanted - 1 - (next + at);
                ulong late = before <= 0 ? lineEnds : before >= 64 ? 0 : lineEnds & (ulong.MaxValue << (int)before);
                if (late == 0)
                    continue;

                // The rest of the block belongs to the next stretch, which begins outside quotes.
                next += at + BitOperations.TrailingZeroCount(late) + 1;
                scanner.Restart();
                return next;
            }
            next += length;
        }
        return source.Length;
    }
}
