using System.Globalization;
using System.Net;
using System.Text;

namespace QueryEngine.Spi;

/// <summary>The text of <see cref="AddressType"/>: <c>10.0.0.1</c>, <c>2001:db8::1</c>, <c>10.0.0.0/8</c>.</summary>
public static class AddressText
{
    private const int Size = 16;
    private const int BitsBeforeVersion4 = 96;

    /// <summary>The text of an address (16 bytes) or a network (17 bytes).</summary>
    public static string Format(ReadOnlySpan<byte> bytes)
    {
        string address = IsVersion4(bytes) ? $"{bytes[12]}.{bytes[13]}.{bytes[14]}.{bytes[15]}" : FormatVersion6(bytes);
        return bytes.Length == Size ? address : string.Create(CultureInfo.InvariantCulture, $"{address}/{bytes[Size]}");
    }

    /// <summary>The 16 bytes of an address, or null when the text is none.</summary>
    public static byte[]? ParseAddress(string text)
    {
        text = text.Trim();
        bool isVersion4 = !text.Contains(':', StringComparison.Ordinal);
        if (text.Contains('%', StringComparison.Ordinal) || (isVersion4 && !IsDotted(text)) || !IPAddress.TryParse(text, out IPAddress? address))
            return null;
        return address.MapToIPv6().GetAddressBytes();
    }

    /// <summary>The 17 bytes of a network, its address cut to its bits, or null when the text is none. An address alone is a network of itself.</summary>
    public static byte[]? ParsePrefix(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (ParseAddress(slash < 0 ? text : text[..slash]) is not { } address)
            return null;
        int most = IsVersion4(address) ? 32 : 128, bits = most;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
            return null;
        return Prefix(address, bits);
    }

    /// <summary>The network of so many bits (of 32 for version 4, of 128 for version 6) that an address is in.</summary>
    public static byte[] Prefix(ReadOnlySpan<byte> address, int bits)
    {
        byte[] prefix = new byte[Size + 1];
        address[..Size].CopyTo(prefix);
        Fill(prefix, IsVersion4(address) ? bits + BitsBeforeVersion4 : bits, isUpper: false);
        prefix[Size] = (byte)bits;
        return prefix;
    }

    /// <summary>The lowest or the highest address of a network.</summary>
    public static byte[] Bound(ReadOnlySpan<byte> prefix, bool isUpper)
    {
        byte[] address = prefix[..Size].ToArray();
        Fill(address, IsVersion4(prefix) ? prefix[Size] + BitsBeforeVersion4 : prefix[Size], isUpper);
        return address;
    }

    /// <summary>Whether an address is one of version 4.</summary>
    public static bool IsVersion4(ReadOnlySpan<byte> address) => address[..12].SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);

    // RFC 5952: the longest run of at least two zeros, the first of several, becomes ::. No part is written as version 4.
    private static string FormatVersion6(ReadOnlySpan<byte> bytes)
    {
        Span<int> groups = stackalloc int[8];
        int start = -1, length = 1;
        for (int at = 0, run = 0; at < 8; at++)
        {
            groups[at] = (bytes[2 * at] << 8) | bytes[(2 * at) + 1];
            run = groups[at] == 0 ? run + 1 : 0;
            if (run > length)
                (start, length) = (at - run + 1, run);
        }

        var text = new StringBuilder();
        for (int at = 0; at < 8; at++)
        {
            if (at == start)
            {
                text.Append("::");
                at += length - 1;
                continue;
            }

            if (text.Length > 0 && text[^1] != ':')
                text.Append(':');
            text.Append(CultureInfo.InvariantCulture, $"{groups[at]:x}");
        }

        return text.ToString();
    }

    // .NET also takes 1.2, 0x7f.1 and leading zeros as octal numbers.
    private static bool IsDotted(string text)
    {
        string[] parts = text.Split('.');
        return parts.Length == 4 && Array.TrueForAll(
            parts, part => part is { Length: 1 } or [not '0', ..] && byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private static void Fill(Span<byte> address, int from, bool isUpper)
    {
        for (int bit = from; bit < Size * 8; bit++)
        {
            byte mask = (byte)(0x80 >> (bit % 8));
            address[bit / 8] = (byte)(isUpper ? address[bit / 8] | mask : address[bit / 8] & ~mask);
        }
    }
}
