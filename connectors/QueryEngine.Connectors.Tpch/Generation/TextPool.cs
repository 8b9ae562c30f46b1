namespace QueryEngine.Connectors.Tpch.Generation;

/// <summary>
/// The 300 MiB of text that all comments are cut from. It is made of segments that come into being when a comment first
/// needs them: a handful of comments costs milliseconds, and parallel splits make the pool in parallel.
/// </summary>
internal sealed class TextPool
{
    /// <summary>Bytes of the whole pool.</summary>
    public const int Size = 300 << 20;

    /// <summary>Bytes by which every segment reaches into the next one: no comment is longer.</summary>
    private const int Overlap = 256;

    private const int SegmentBits = 22;
    private const int SegmentSize = 1 << SegmentBits;

    private readonly Lazy<byte[]>[] _segments;

    public TextPool()
    {
        _segments = new Lazy<byte[]>[Size >> SegmentBits];
        for (int index = 0; index < _segments.Length; index++)
        {
            int segment = index;
            _segments[segment] = new Lazy<byte[]>(() => Generate(segment, out _));
        }
    }

    /// <summary>The pool of the process: its content is a constant.</summary>
    public static TextPool Shared { get; } = new();

    public static int SegmentCount => Size >> SegmentBits;

    /// <summary>A stretch of the pool, at most 256 bytes long.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int length) =>
        _segments[offset >> SegmentBits].Value.AsSpan(SentenceWriter.MaxSentence + (offset & (SegmentSize - 1)), length);

    /// <summary>Writes one segment, behind a margin of <see cref="SentenceWriter.MaxSentence"/> bytes.</summary>
    /// <param name="segment">Its number, from 0.</param>
    /// <param name="next">Where the sentence lies that runs into, or starts at, the following segment.</param>
    internal static byte[] Generate(int segment, out TextPoolCheckpoint next)
    {
        const int Start = SentenceWriter.MaxSentence;
        const int End = Start + SegmentSize;

        // Pinned, so that the collector never moves these megabytes.
        byte[] text = GC.AllocateUninitializedArray<byte>(End + Overlap + SentenceWriter.MaxSentence, pinned: true);
        TextPoolCheckpoint first = TextPoolCheckpoint.Of(segment);
        int position = Start - first.Lead;
        var writer = new SentenceWriter(text, position, first.State);

        next = default;
        while (position < End + Overlap)
        {
            if (position <= End)
                next = new TextPoolCheckpoint(writer.State, End - position);
            position = writer.WriteSentence();
        }

        return text;
    }
}
