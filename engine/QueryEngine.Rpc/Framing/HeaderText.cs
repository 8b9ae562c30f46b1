using System.Globalization;
using System.Text;

namespace QueryEngine.Rpc.Framing;

/// <summary>The text forms of the protocol's header values: messages, bytes and timeouts.</summary>
internal static class HeaderText
{
    private const int MaxMessageCharacters = 4000;
    private const long MaxTimeoutValue = 99_999_999;

    /// <summary>Percent-encodes every byte of UTF-8 outside printable ASCII, and the percent sign.</summary>
    public static string EncodeMessage(string message)
    {
        if (message.Length > MaxMessageCharacters)
            message = string.Concat(message.AsSpan(0, MaxMessageCharacters), "...");

        var text = new StringBuilder(message.Length);
        foreach (byte unit in Encoding.UTF8.GetBytes(message))
        {
            if (unit is >= 0x20 and <= 0x7E and not (byte)'%')
                text.Append((char)unit);
            else
                text.Append('%').Append(unit.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>Undoes <see cref="EncodeMessage"/>; what is not valid is kept as it is, as the protocol demands.</summary>
    public static string DecodeMessage(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
            return text;

        var bytes = new List<byte>(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '%' && index + 2 < text.Length
                && byte.TryParse(text.AsSpan(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte unit))
            {
                bytes.Add(unit);
                index += 2;
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, index, 1));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>Base64 without padding.</summary>
    public static string EncodeBinary(ReadOnlySpan<byte> value) => Convert.ToBase64String(value).TrimEnd('=');

    /// <summary>Base64 with or without padding; null where it is neither.</summary>
    public static byte[]? DecodeBinary(string text)
    {
        string stripped = text.TrimEnd('=');
        string padded = stripped.PadRight((stripped.Length + 3) / 4 * 4, '=');
        byte[] bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out int written) ? bytes[..written] : null;
    }

    /// <summary>A timeout in the finest unit whose number has at most eight digits; rounded up, never to zero.</summary>
    public static string EncodeTimeout(TimeSpan timeout)
    {
        long ticks = Math.Max(timeout.Ticks, 1);
        foreach ((long ticksPerUnit, char unit) in (ReadOnlySpan<(long, char)>)
            [(TimeSpan.TicksPerMicrosecond, 'u'), (TimeSpan.TicksPerMillisecond, 'm'), (TimeSpan.TicksPerSecond, 'S'), (TimeSpan.TicksPerMinute, 'M')])
        {
            long value = (ticks / ticksPerUnit) + (ticks % ticksPerUnit == 0 ? 0 : 1);
            if (value <= MaxTimeoutValue)
                return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Math.Min(ticks / TimeSpan.TicksPerHour, MaxTimeoutValue)}H");
    }

    /// <summary>Reads a timeout: one to eight digits and a unit.</summary>
    public static bool TryDecodeTimeout(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long value))
            return false;

        long? ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => null,
        };
        timeout = TimeSpan.FromTicks(ticks ?? 0);
        return ticks is not null;
    }
}
