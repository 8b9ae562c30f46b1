using System.Text;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>UTF-8 text by code points. Bytes that are not valid UTF-8 count as one character each where they begin one.</summary>
internal static class Utf8Text
{
    /// <summary>Code points of a text.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        if (System.Text.Ascii.IsValid(text))
            return text.Length;
        int count = 0;
        foreach (byte next in text)
            count += IsContinuation(next) ? 0 : 1;
        return count;
    }

    /// <summary>Where the code point of a number (0 is the first) begins; the length of the text when it has no more than so many.</summary>
    public static int ByteIndexOf(ReadOnlySpan<byte> text, long codePoint)
    {
        if (codePoint <= 0)
            return 0;
        if (codePoint >= text.Length)
            return text.Length;
        if (System.Text.Ascii.IsValid(text[..(int)codePoint]))
            return (int)codePoint + SkipContinuation(text[(int)codePoint..]);

        long seen = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (!IsContinuation(text[at]) && seen++ == codePoint)
                return at;
        }

        return text.Length;
    }

    /// <summary>Bytes of the code point at a place.</summary>
    public static int SizeAt(ReadOnlySpan<byte> text, int at)
    {
        int size = 1;
        while (at + size < text.Length && IsContinuation(text[at + size]))
            size++;
        return size;
    }

    /// <summary>The code point at the beginning of a text.</summary>
    public static int CodePointAt(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out Rune rune, out _);
        return rune.Value;
    }

    /// <summary>Whether a byte is not the first of its code point.</summary>
    public static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;

    private static int SkipContinuation(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && IsContinuation(text[at]))
            at++;
        return at;
    }
}
