using System.Globalization;
using System.Text;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary>How similar texts are.</summary>
internal static class Similarities
{
    /// <summary>Jaro's similarity.</summary>
    public static double Jaro(string left, string right)
    {
        if (left.Length == 0 && right.Length == 0)
            return 1;
        int window = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1), matches = 0;
        bool[] isTaken = new bool[right.Length];
        var matched = new List<char>();
        for (int at = 0; at < left.Length; at++)
        {
            for (int other = Math.Max(0, at - window); other < Math.Min(right.Length, at + window + 1); other++)
            {
                if (isTaken[other] || left[at] != right[other])
                    continue;
                isTaken[other] = true;
                matched.Add(left[at]);
                matches++;
                break;
            }
        }

        if (matches == 0)
            return 0;
        int next = 0, swapped = 0;
        for (int other = 0; other < right.Length; other++)
            if (isTaken[other] && right[other] != matched[next++])
                swapped++;
        return (((double)matches / left.Length) + ((double)matches / right.Length) + ((matches - (swapped / 2.0)) / matches)) / 3;
    }

    /// <summary>Jaro's similarity, raised by up to 4 equal characters at the beginning.</summary>
    public static double JaroWinkler(string left, string right)
    {
        double jaro = Jaro(left, right);
        int prefix = 0;
        while (prefix < Math.Min(4, Math.Min(left.Length, right.Length)) && left[prefix] == right[prefix])
            prefix++;
        return jaro > 0.7 ? jaro + (prefix * 0.1 * (1 - jaro)) : jaro;
    }
}

/// <summary>Bytes that should be UTF-8.</summary>
internal static class InvalidUtf8
{
    /// <summary>Writes bytes with a replacement for each that is not valid.</summary>
    public static Text Replace(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> replacement, TextOutput output)
    {
        while (!bytes.IsEmpty)
        {
            bool isValid = Rune.DecodeFromUtf8(bytes, out _, out int consumed) == System.Buffers.OperationStatus.Done;
            output.Write(isValid ? bytes[..consumed] : replacement);
            bytes = bytes[consumed..];
        }

        return Text.Written;
    }
}

/// <summary>RFC 4648's base 32.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The text of bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        int bits = 0, buffer = 0;
        foreach (byte next in bytes)
        {
            buffer = (buffer << 8) | next;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
            text.Append(Alphabet[(buffer << (5 - bits)) & 31]);
        return text.Append('=', (8 - (text.Length % 8)) % 8).ToString();
    }

    /// <summary>The bytes of a text; null when it is not base 32.</summary>
    public static byte[]? Decode(string text)
    {
        var bytes = new List<byte>();
        int bits = 0, buffer = 0;
        foreach (char next in text.TrimEnd('='))
        {
            int digit = Alphabet.IndexOf(char.ToUpperInvariant(next), StringComparison.Ordinal);
            if (digit < 0)
                return null;
            buffer = ((buffer << 5) | digit) & 0xFFF;
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
        }

        return [.. bytes];
    }
}

/// <summary>Escapes of Unicode in texts.</summary>
internal static class UnicodeEscapes
{
    /// <summary>The text with its escapes resolved.</summary>
    public static string Resolve(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\')
            {
                result.Append(text[at]);
                continue;
            }

            (int skip, int digits) = (at + 1 < text.Length ? text[at + 1] : '\0') switch
            {
                '\\' => (1, 0),
                '+' => (2, 6),
                'u' => (2, 4),
                'U' => (2, 8),
                _ => (1, 4),
            };
            if (digits == 0)
            {
                result.Append('\\');
                at++;
                continue;
            }

            if (at + skip + digits > text.Length
                || !int.TryParse(text.AsSpan(at + skip, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
                throw new QueryException(ErrorCode.SyntaxError, "invalid Unicode escape", "Unicode escapes are \\XXXX, \\+XXXXXX, \\uXXXX and \\UXXXXXXXX.");
            if (value is > 0xFFFF and <= 0x10FFFF)
                result.Append(new Rune(value).ToString());
            else if (value <= 0xFFFF)
                result.Append((char)value);
            else
                throw new QueryException(ErrorCode.SyntaxError, "invalid Unicode escape value");
            at += skip + digits - 1;
        }

        string resolved = result.ToString();
        for (int at = 0; at < resolved.Length; at++)
        {
            if (!char.IsSurrogate(resolved[at]))
                continue;
            if (at + 1 == resolved.Length || !char.IsSurrogatePair(resolved[at], resolved[at + 1]))
                throw new QueryException(ErrorCode.SyntaxError, "invalid Unicode surrogate pair");
            at++;
        }

        return resolved;
    }
}

/// <summary>format(): PostgreSQL's %s, %I, %L and the usual %d, %x, %f.</summary>
internal static class TextFormat
{
    /// <summary>The text with its places filled.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public static string Apply(string format, (SqlType Type, object? Value)[] values)
    {
        var result = new StringBuilder();
        int next = 0;
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                result.Append(format[at]);
                continue;
            }

            if (++at == format.Length)
                throw new QueryException(ErrorCode.InvalidParameterValue, "unterminated format() type specifier", "For a single \"%\" use \"%%\".");
            if (format[at] == '%')
            {
                result.Append('%');
                continue;
            }

            int start = at;
            while (at < format.Length && !char.IsAsciiLetter(format[at]))
                at++;
            if (at == format.Length)
                throw new QueryException(ErrorCode.InvalidParameterValue, "unterminated format() type specifier", "For a single \"%\" use \"%%\".");
            result.Append(One(format[start..at], format[at], values, ref next));
        }

        return result.ToString();
    }

    private static string One(string specification, char kind, (SqlType Type, object? Value)[] values, ref int next)
    {
        int dollar = specification.IndexOf('$', StringComparison.Ordinal);
        int place = next;
        if (dollar > 0)
        {
            if (!int.TryParse(specification.AsSpan(0, dollar), NumberStyles.None, CultureInfo.InvariantCulture, out place) || place < 1)
                throw new QueryException(ErrorCode.InvalidParameterValue, "format specifies argument 0, but arguments are numbered from 1");
            place--;
            specification = specification[(dollar + 1)..];
        }

        if (place >= values.Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, "too few arguments for format()");
        next = place + 1;
        string text = Value(specification, kind, values[place]);
        bool isLeft = specification.StartsWith('-');
        string digits = string.Concat(specification.TrimStart('-', '+', ',', ' ', '#').TakeWhile(char.IsAsciiDigit));
        if (digits.Length == 0)
            return text;
        int width = Math.Min(int.Parse(digits, CultureInfo.InvariantCulture), 10_000);
        return isLeft ? text.PadRight(width) : digits[0] == '0' && kind is 'd' or 'x' or 'f' ? text.PadLeft(width, '0') : text.PadLeft(width);
    }

    private static string Value(string specification, char kind, (SqlType Type, object? Value) argument)
    {
        string? text = argument.Value is null ? null : SqlValueText.Format(argument.Type, argument.Value);
        switch (kind)
        {
            case 's' or 'S':
                return kind == 'S' ? text?.ToUpperInvariant() ?? string.Empty : text ?? string.Empty;
            case 'I':
                return text is null
                    ? throw new QueryException(ErrorCode.NullNotAllowed, "null values cannot be formatted as an SQL identifier")
                    : Splitting.QuoteIdentifier(text);
            case 'L':
                return text is null ? "NULL" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
            case 'b':
                return text ?? "null";
            case 'd' when argument.Type is IntegerType && text is not null:
                string whole = specification.Contains(',', StringComparison.Ordinal)
                    ? long.Parse(text, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture) : text;
                return specification.Contains('+', StringComparison.Ordinal) && whole[0] != '-' ? "+" + whole : whole;
            case 'x' or 'X' when argument.Type is IntegerType && text is not null:
                return long.Parse(text, CultureInfo.InvariantCulture).ToString(kind.ToString(), CultureInfo.InvariantCulture);
            case 'f' or 'e' when argument.Type.IsNumeric && text is not null:
                int point = specification.IndexOf('.', StringComparison.Ordinal);
                int decimals = point < 0 ? 6 : int.Parse("0" + specification[(point + 1)..], CultureInfo.InvariantCulture);
                double number = double.Parse(text, CultureInfo.InvariantCulture);
                return kind == 'e' ? number.ToString($"0.{new string('0', decimals)}e+00", CultureInfo.InvariantCulture)
                    : number.ToString((specification.Contains(',', StringComparison.Ordinal) ? "N" : "F") + decimals, CultureInfo.InvariantCulture);
            case 'd' or 'x' or 'X' or 'f' or 'e' when text is null:
                return "null";
            default:
                throw new QueryException(ErrorCode.InvalidParameterValue, $"unrecognized format() type specifier \"{kind}\" for {argument.Type}", "For a single \"%\" use \"%%\".");
        }
    }
}

/// <summary>Texts of keys and values.</summary>
internal static class Splits
{
    /// <summary>The entries of the first argument.</summary>
    public static List<(string Key, string Value)> Entries(in RowCall call)
    {
        string entrySeparator = call.Text(1), keySeparator = call.Text(2);
        if (entrySeparator.Length == 0 || keySeparator.Length == 0 || entrySeparator == keySeparator)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the separators of entries and of keys are not empty and not the same");
        var entries = new List<(string, string)>();
        foreach (string entry in call.Text(0).Split(entrySeparator))
        {
            if (entry.Length == 0)
                continue;
            string[] parts = entry.Split(keySeparator);
            if (parts.Length != 2)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"key-value delimiter must appear exactly once in each entry: '{entry}'");
            entries.Add((parts[0], parts[1]));
        }

        return entries;
    }
}
