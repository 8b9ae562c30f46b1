using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary>
/// A LIKE pattern made ready: <c>%</c> is any text, <c>_</c> one character, the escape character takes the next one literally. Patterns that are
/// a mere prefix, suffix, part or the whole are searched as bytes.
/// </summary>
internal sealed class LikePattern
{
    private readonly Segment[] _segments;
    private readonly bool _startsAnchored;
    private readonly bool _endsAnchored;

    private LikePattern(Segment[] segments, bool startsAnchored, bool endsAnchored) =>
        (_segments, _startsAnchored, _endsAnchored) = (segments, startsAnchored, endsAnchored);

    /// <summary>Reads a pattern. <paramref name="escape"/> is one character, or empty for none.</summary>
    /// <exception cref="QueryException">INVALID_ESCAPE_SEQUENCE.</exception>
    public static LikePattern Parse(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> escape)
    {
        if (Utf8Text.Length(escape) > 1)
            throw new QueryException(ErrorCode.InvalidEscape, $"the escape '{new Utf8(escape).ToString()}' is more than one character");

        var segments = new List<Segment>();
        var literal = new List<byte>();
        var isAny = new List<bool>();
        bool endsWithPercent = false, startsWithPercent = pattern.Length > 0 && pattern[0] == '%' && !escape.StartsWith("%"u8);
        for (int at = 0; at < pattern.Length;)
        {
            endsWithPercent = false;
            if (!escape.IsEmpty && pattern[at..].StartsWith(escape))
            {
                at += escape.Length;
                if (at == pattern.Length)
                    throw new QueryException(ErrorCode.InvalidEscape, $"the pattern '{new Utf8(pattern).ToString()}' ends with its escape character");
                int size = Utf8Text.SizeAt(pattern, at);
                Append(pattern.Slice(at, size));
                at += size;
            }
            else if (pattern[at] == '%')
            {
                End();
                endsWithPercent = true;
                at++;
            }
            else
            {
                isAny.Add(pattern[at] == '_');
                literal.Add(pattern[at++]);
            }
        }

        End();
        return new LikePattern([.. segments], !startsWithPercent, !endsWithPercent);

        void Append(ReadOnlySpan<byte> bytes)
        {
            foreach (byte next in bytes)
            {
                literal.Add(next);
                isAny.Add(false);
            }
        }

        void End()
        {
            if (literal.Count > 0)
                segments.Add(new Segment([.. literal], isAny.Contains(true) ? [.. isAny] : null));
            literal.Clear();
            isAny.Clear();
        }
    }

    /// <summary>The bytes that a text must have somewhere, where that is all that the pattern says; else empty.</summary>
    public ReadOnlySpan<byte> Part => !_startsAnchored && !_endsAnchored && _segments is [{ IsLiteral: true } only] ? only.Bytes : default;

    /// <summary>Whether a text matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        int first = 0, last = _segments.Length;
        if (last == 0)
            return !_startsAnchored || !_endsAnchored || text.IsEmpty;
        if (last == 1 && _startsAnchored && _endsAnchored)
            return _segments[0].MatchAt(text) == text.Length;

        if (_startsAnchored)
        {
            int length = _segments[first++].MatchAt(text);
            if (length < 0)
                return false;
            text = text[length..];
        }

        if (_endsAnchored)
        {
            int length = _segments[--last].MatchAtEnd(text);
            if (length < 0)
                return false;
            text = text[..^length];
        }

        // The leftmost place for each part in turn: if any places work, these do.
        for (; first < last; first++)
        {
            int end = _segments[first].FindEnd(text);
            if (end < 0)
                return false;
            text = text[end..];
        }

        return true;
    }

    /// <summary>What stands between two <c>%</c>: bytes, some of which may be a <c>_</c>.</summary>
    private sealed class Segment(byte[] bytes, bool[]? isAny)
    {
        /// <summary>Whether all bytes stand for themselves.</summary>
        public bool IsLiteral => isAny is null;

        /// <summary>The bytes, and anything where a <c>_</c> stands.</summary>
        public ReadOnlySpan<byte> Bytes => bytes;

        /// <summary>Bytes of a match at the beginning of a text, or -1.</summary>
        public int MatchAt(ReadOnlySpan<byte> text)
        {
            if (isAny is null)
                return text.StartsWith(bytes) ? bytes.Length : -1;

            int at = 0;
            for (int wanted = 0; wanted < bytes.Length; wanted++)
            {
                if (at >= text.Length)
                    return -1;
                if (isAny[wanted])
                    at += Utf8Text.SizeAt(text, at);
                else if (text[at++] != bytes[wanted])
                    return -1;
            }

            return at;
        }

        /// <summary>Bytes of a match at the end of a text, or -1.</summary>
        public int MatchAtEnd(ReadOnlySpan<byte> text)
        {
            if (isAny is null)
                return text.EndsWith(bytes) ? bytes.Length : -1;

            int at = text.Length;
            for (int wanted = bytes.Length - 1; wanted >= 0; wanted--)
            {
                if (at <= 0)
                    return -1;
                at--;
                if (isAny[wanted])
                {
                    while (at > 0 && Utf8Text.IsContinuation(text[at]))
                        at--;
                }
                else if (text[at] != bytes[wanted])
                {
                    return -1;
                }
            }

            return text.Length - at;
        }

        /// <summary>Where the first match in a text ends, or -1.</summary>
        public int FindEnd(ReadOnlySpan<byte> text)
        {
            if (isAny is null)
            {
                int found = text.IndexOf(bytes);
                return found < 0 ? -1 : found + bytes.Length;
            }

            for (int start = 0; start < text.Length; start += Utf8Text.SizeAt(text, start))
            {
                int length = MatchAt(text[start..]);
                if (length >= 0)
                    return start + length;
            }

            return -1;
        }
    }
}
