using System.Text;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary>Upper and lower case, by Unicode's simple mappings; plain ASCII is mapped as bytes.</summary>
internal static class CaseMapping
{
    /// <summary>Writes the text in upper case.</summary>
    public static Text Upper(ReadOnlySpan<byte> text, TextOutput output)
    {
        if (!Ascii.IsValid(text))
            return output.Write(Encoding.UTF8.GetString(text).ToUpperInvariant());
        Ascii.ToUpper(text, output.Room(text.Length), out int written);
        return output.Advance(written);
    }

    /// <summary>Writes the text in lower case.</summary>
    public static Text Lower(ReadOnlySpan<byte> text, TextOutput output)
    {
        if (!Ascii.IsValid(text))
            return output.Write(Encoding.UTF8.GetString(text).ToLowerInvariant());
        Ascii.ToLower(text, output.Room(text.Length), out int written);
        return output.Advance(written);
    }

    /// <summary>The text with each run of letters and digits beginning in upper case.</summary>
    public static string Capitalize(string text)
    {
        var result = new StringBuilder(text.Length);
        bool isInWord = false;
        foreach (char next in text)
        {
            result.Append(isInWord ? char.ToLowerInvariant(next) : char.ToUpperInvariant(next));
            isInWord = char.IsLetterOrDigit(next);
        }

        return result.ToString();
    }
}

/// <summary>Parts of texts.</summary>
internal static class Slices
{
    /// <summary>SQL's substring: the part of the window [start, start + count) that lies in the text.</summary>
    public static ReadOnlySpan<byte> Substring(ReadOnlySpan<byte> text, long start, long count)
    {
        if (count < 0)
            throw new QueryException(ErrorCode.SubstringError, $"negative substring length {count}");
        long end = start > long.MaxValue - count ? long.MaxValue : start + count;
        int from = Utf8Text.ByteIndexOf(text, start - 1);
        ReadOnlySpan<byte> rest = text[from..];
        return end <= Math.Max(start, 1) ? default : rest[..Utf8Text.ByteIndexOf(rest, end - Math.Max(start, 1))];
    }

    /// <summary>The first characters.</summary>
    public static ReadOnlySpan<byte> Left(ReadOnlySpan<byte> text, long count) =>
        text[..Utf8Text.ByteIndexOf(text, count < 0 ? Utf8Text.Length(text) + count : count)];

    /// <summary>The last characters.</summary>
    public static ReadOnlySpan<byte> Right(ReadOnlySpan<byte> text, long count) =>
        text[Utf8Text.ByteIndexOf(text, count < 0 ? -count : Utf8Text.Length(text) - count)..];

    /// <summary>The text without characters of a set at its ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text, ReadOnlySpan<byte> characters, bool start, bool end)
    {
        while (start && text.Length > 0 && characters.IndexOf(text[..Utf8Text.SizeAt(text, 0)]) >= 0)
            text = text[Utf8Text.SizeAt(text, 0)..];
        while (end && text.Length > 0)
        {
            int last = text.Length - 1;
            while (last > 0 && Utf8Text.IsContinuation(text[last]))
                last--;
            if (characters.IndexOf(text[last..]) < 0)
                break;
            text = text[..last];
        }

        return text;
    }

    /// <summary>The place of a part, in characters from 1; 0 when it is not there.</summary>
    public static long Position(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part)
    {
        int found = text.IndexOf(part);
        return found < 0 ? 0 : Utf8Text.Length(text[..found]) + 1;
    }

    /// <summary>Writes the characters in reverse order.</summary>
    public static Text Reverse(ReadOnlySpan<byte> text, TextOutput output)
    {
        Span<byte> room = output.Room(text.Length);
        for (int at = 0; at < text.Length;)
        {
            int size = Utf8Text.SizeAt(text, at);
            text.Slice(at, size).CopyTo(room[(text.Length - at - size)..]);
            at += size;
        }

        return output.Advance(text.Length);
    }
}

/// <summary>Repeating and filling up.</summary>
internal static class Padding
{
    private const int MaxBytes = 64 << 20;

    /// <summary>Writes a text so many times.</summary>
    public static Text Repeat(ReadOnlySpan<byte> text, long times, TextOutput output)
    {
        Check(text.Length, times);
        for (long round = 0; round < times && text.Length > 0; round++)
            output.Write(text);
        return Text.Written;
    }

    /// <summary>Writes a text filled up or cut to so many characters.</summary>
    public static Text Pad(ReadOnlySpan<byte> text, long length, ReadOnlySpan<byte> fill, bool isLeft, TextOutput output)
    {
        int has = Utf8Text.Length(text);
        if (length <= has || fill.IsEmpty)
            return output.Write(text[..Utf8Text.ByteIndexOf(text, Math.Max(0, length))]);

        Check(fill.Length, length);
        if (!isLeft)
            output.Write(text);
        int fillLength = Utf8Text.Length(fill);
        long missing = length - has;
        for (; missing >= fillLength; missing -= fillLength)
            output.Write(fill);
        output.Write(fill[..Utf8Text.ByteIndexOf(fill, missing)]);
        return isLeft ? output.Write(text) : Text.Written;
    }

    private static void Check(int bytes, long times)
    {
        if (times > 0 && bytes > 0 && times > MaxBytes / bytes)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a text of {times} times {bytes} bytes is larger than {MaxBytes} bytes");
    }
}

/// <summary>Replacing parts.</summary>
internal static class Replacing
{
    /// <summary>Writes a text with every occurrence of a part replaced.</summary>
    public static Text Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> part, ReadOnlySpan<byte> replacement, TextOutput output)
    {
        while (!part.IsEmpty)
        {
            int found = text.IndexOf(part);
            if (found < 0)
                break;
            output.Write(text[..found]);
            output.Write(replacement);
            text = text[(found + part.Length)..];
        }

        return output.Write(text);
    }

    /// <summary>Writes a text with characters exchanged.</summary>
    public static Text Translate(string text, string from, string to, TextOutput output)
    {
        Rune[] sources = [.. from.EnumerateRunes()], targets = [.. to.EnumerateRunes()];
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune next in text.EnumerateRunes())
        {
            int at = Array.IndexOf(sources, next);
            if (at >= targets.Length)
                continue;
            int size = (at < 0 ? next : targets[at]).EncodeToUtf8(utf8);
            output.Write(utf8[..size]);
        }

        return Text.Written;
    }

    /// <summary>Writes a text with some characters replaced.</summary>
    public static Text Overlay(ReadOnlySpan<byte> text, ReadOnlySpan<byte> replacement, long start, long count, TextOutput output)
    {
        if (start <= 0)
            throw new QueryException(ErrorCode.SubstringError, $"negative substring length: overlay begins at {start}");
        output.Write(text[..Utf8Text.ByteIndexOf(text, start - 1)]);
        output.Write(replacement);
        return output.Write(text[Utf8Text.ByteIndexOf(text, start - 1 + count)..]);
    }
}

/// <summary>Splitting and comparing.</summary>
internal static class Splitting
{
    /// <summary>Writes the part of a number between separators.</summary>
    public static Text Part(ReadOnlySpan<byte> text, ReadOnlySpan<byte> separator, long number, TextOutput output)
    {
        if (number == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the number of a part is not zero");
        if (separator.IsEmpty)
            return number is 1 or -1 ? output.Write(text) : Text.Written;

        for (; number > 1; number--)
        {
            int found = text.IndexOf(separator);
            if (found < 0)
                return Text.Written;
            text = text[(found + separator.Length)..];
        }

        for (; number < -1; number++)
        {
            int found = text.LastIndexOf(separator);
            if (found < 0)
                return Text.Written;
            text = text[..found];
        }

        int end = number > 0 ? text.IndexOf(separator) : text.LastIndexOf(separator);
        return output.Write(end < 0 ? text : number > 0 ? text[..end] : text[(end + separator.Length)..]);
    }

    /// <summary>Places at which texts of one length differ.</summary>
    public static long Hamming(string left, string right)
    {
        if (left.Length != right.Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"texts of {left.Length} and {right.Length} characters have no Hamming distance");
        return left.Zip(right).LongCount(pair => pair.First != pair.Second);
    }

    /// <summary>Quotes an identifier that needs it.</summary>
    public static string QuoteIdentifier(string name)
    {
        bool isPlain = name.Length > 0 && (char.IsAsciiLetterLower(name[0]) || name[0] == '_')
            && name.All(next => char.IsAsciiLetterLower(next) || char.IsAsciiDigit(next) || next == '_');
        return isPlain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>Hashes and encodings.</summary>
internal static class Hashes
{
    private static readonly uint[] _crcTable = CreateCrcTable();

#pragma warning disable CA5350, CA5351 // the functions are named after these hashes; what they are used for is the user's choice
    /// <summary>The MD5 hash.</summary>
    public static byte[] Md5(ReadOnlySpan<byte> bytes) => System.Security.Cryptography.MD5.HashData(bytes);

    /// <summary>The SHA-1 hash.</summary>
    public static byte[] Sha1(ReadOnlySpan<byte> bytes) => System.Security.Cryptography.SHA1.HashData(bytes);
#pragma warning restore CA5350, CA5351

    /// <summary>Hexadecimal digits in lower case.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The bytes of a text in base 64, padded or not, of the common or the URL alphabet.</summary>
    public static byte[] FromBase64(string text)
    {
        string common = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        byte[] bytes = new byte[common.Length];
        return Convert.TryFromBase64String(common.PadRight((common.Length + 3) / 4 * 4, '='), bytes, out int written)
            ? bytes[..written]
            : throw Invalid(text, "base 64");
    }

    /// <summary>The IEEE checksum.</summary>
    public static long Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte next in bytes)
            crc = _crcTable[(byte)(crc ^ next)] ^ (crc >> 8);
        return crc ^ 0xFFFFFFFF;
    }

    /// <summary>A letter and three digits.</summary>
    public static string Soundex(string word)
    {
        const string codes = "01230120022455012623010202";
        var result = new StringBuilder(4);
        char last = '0';
        foreach (char next in word.ToUpperInvariant())
        {
            if (next is < 'A' or > 'Z')
                continue;
            char code = codes[next - 'A'];
            if (result.Length == 0)
                result.Append(next);
            else if (code != '0' && code != last)
                result.Append(code);
            if (next is not ('H' or 'W'))
                last = code;
            if (result.Length == 4)
                break;
        }

        return result.Length == 0 ? string.Empty : result.ToString().PadRight(4, '0');
    }

    /// <summary>The error of a text that is not of an encoding.</summary>
    public static QueryException Invalid(string text, string encoding) => new(ErrorCode.InvalidText, $"'{text}' is not {encoding}");

    private static uint[] CreateCrcTable()
    {
        uint[] table = new uint[256];
        for (uint at = 0; at < 256; at++)
        {
            uint value = at;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            table[at] = value;
        }

        return table;
    }
}
