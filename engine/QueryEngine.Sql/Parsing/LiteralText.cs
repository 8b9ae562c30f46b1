using System.Globalization;
using System.Numerics;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Sql.Parsing;

/// <summary>Turns constants as written into their values.</summary>
internal static class LiteralText
{
    /// <summary>The longest hexadecimal, octal or binary number: 128 bits in binary and its prefix.</summary>
    private const int LongestRadixNumber = 130;

    /// <summary>Takes the quotes off and halves doubled ones.</summary>
    public static string Unquote(ReadOnlySpan<char> quoted, char quote)
    {
        string inner = quoted[1..^1].ToString();
        return inner.Contains(quote) ? inner.Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal) : inner;
    }

    /// <summary>The value of <c>'...'</c> after <c>E</c>.</summary>
    public static string Unescape(ReadOnlySpan<char> quoted, SourcePosition position)
    {
        var text = quoted[1..^1];
        var result = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            char c = text[index];
            if (c == '\'')
            {
                index++;
                result.Append('\'');
            }
            else if (c != '\\')
            {
                result.Append(c);
            }
            else
            {
                index++;
                index += AppendEscape(result, text[index..], position);
            }
        }

        return Checked(result.ToString(), position);
    }

    /// <summary>Resolves <c>\0041</c> and <c>\+000041</c> with the given escape character.</summary>
    public static string UnescapeUnicode(string text, char escape, SourcePosition position)
    {
        if (!text.Contains(escape))
            return text;

        var result = new StringBuilder(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] != escape)
            {
                result.Append(text[index]);
                continue;
            }

            var rest = text.AsSpan(index + 1);
            if (rest.Length > 0 && rest[0] == escape)
            {
                result.Append(escape);
                index++;
            }
            else if (rest.Length > 0 && rest[0] == '+')
            {
                AppendCodePoint(result, rest[1..], 6, position);
                index += 7;
            }
            else
            {
                AppendCodePoint(result, rest, 4, position);
                index += 4;
            }
        }

        return Checked(result.ToString(), position);
    }

    /// <summary>The bytes of <c>X'...'</c>; blanks between digits are fine, and the first of an odd number of digits is a byte of its own.</summary>
    public static ImmutableArray<byte> Bytes(ReadOnlySpan<char> quoted, SourcePosition position)
    {
        string digits = quoted[1..^1].ToString().Replace(" ", "", StringComparison.Ordinal);
        if (!digits.All(char.IsAsciiHexDigit))
            throw new QueryException(ErrorCode.SyntaxError, "a binary literal is made of hexadecimal digits", position);
        return [.. Convert.FromHexString(digits.Length % 2 == 0 ? digits : $"0{digits}")];
    }

    /// <summary>The decimal digits of <c>0x1F</c>, <c>0o17</c> or <c>0b101</c>.</summary>
    public static string RadixDigits(ReadOnlySpan<char> text, SourcePosition position)
    {
        int radix = (text[1] | 0x20) switch { 'x' => 16, 'o' => 8, _ => 2 };
        var value = BigInteger.Zero;
        bool isValid = text.Length is > 2 and <= LongestRadixNumber;
        for (int index = 2; isValid && index < text.Length; index++)
        {
            if (text[index] == '_')
                continue;

            int digit = Convert.ToInt32(text[index].ToString(), 16);
            isValid = digit < radix;
            value = (value * radix) + digit;
        }

        return isValid
            ? value.ToString(CultureInfo.InvariantCulture)
            : throw new QueryException(ErrorCode.SyntaxError, $"'{text}' is not an integer", position);
    }

    private static int AppendEscape(StringBuilder result, ReadOnlySpan<char> text, SourcePosition position)
    {
        switch (text[0])
        {
            case 'b':
                result.Append('\b');
                return 0;
            case 'f':
                result.Append('\f');
                return 0;
            case 'n':
                result.Append('\n');
                return 0;
            case 'r':
                result.Append('\r');
                return 0;
            case 't':
                result.Append('\t');
                return 0;
            case 'u':
                AppendCodePoint(result, text[1..], 4, position);
                return 4;
            case 'U':
                AppendCodePoint(result, text[1..], 8, position);
                return 8;
            case 'x' when text.Length > 1 && char.IsAsciiHexDigit(text[1]):
                int hexDigits = text.Length > 2 && char.IsAsciiHexDigit(text[2]) ? 2 : 1;
                result.Append((char)Convert.ToInt32(text.Slice(1, hexDigits).ToString(), 16));
                return hexDigits;
            case >= '0' and <= '7':
                int octalDigits = 1;
                while (octalDigits < 3 && octalDigits < text.Length && text[octalDigits] is >= '0' and <= '7')
                    octalDigits++;
                result.Append((char)(Convert.ToInt32(text[..octalDigits].ToString(), 8) & 0xFF));
                return octalDigits - 1;
            default:
                result.Append(text[0]);
                return 0;
        }
    }

    private static void AppendCodePoint(StringBuilder result, ReadOnlySpan<char> text, int digits, SourcePosition position)
    {
        if (text.Length < digits || !int.TryParse(text[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            || value is < 0 or > 0x10FFFF)
        {
            throw new QueryException(
                ErrorCode.InvalidEscape, "invalid Unicode escape", position, $"A Unicode escape has {digits} hexadecimal digits.");
        }

        // A pair of escapes may write the two surrogates of one character.
        if (value > 0xFFFF)
            result.Append(char.ConvertFromUtf32(value));
        else
            result.Append((char)value);
    }

    // Half of a surrogate pair is no character.
    private static string Checked(string text, SourcePosition position)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (!char.IsSurrogate(text[index]))
                continue;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[index + 1]))
                throw new QueryException(ErrorCode.SyntaxError, "invalid Unicode surrogate pair", position);
            index++;
        }

        return text;
    }
}
