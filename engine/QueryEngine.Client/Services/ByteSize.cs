using System.Buffers;
using System.Globalization;

namespace QueryEngine.Client.Services;

/// <summary>Sizes as people write them: 512MB, 4GB, 1.5GiB, 1000000. Units are powers of 1024.</summary>
internal static class ByteSize
{
    private static readonly SearchValues<char> _numberCharacters = SearchValues.Create("0123456789.");
    private static readonly string[] _units = ["", "K", "M", "G", "T"];

    /// <summary>The number of bytes.</summary>
    public static long Parse(string text) =>
        TryParse(text, out long bytes) ? bytes : throw new FormatException($"'{text}' is not a size; 512MB and 4GB are");

    /// <summary>The number of bytes, or false.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string trimmed = text.Trim();
        int digits = trimmed.AsSpan().IndexOfAnyExcept(_numberCharacters);
        string unit = digits < 0 ? string.Empty : trimmed[digits..].Trim().ToUpperInvariant().TrimEnd('B').TrimEnd('I');
        ReadOnlySpan<char> number = digits < 0 ? trimmed : trimmed.AsSpan(0, digits);
        int power = Array.IndexOf(_units, unit);
        if (power < 0 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value))
            return false;
        decimal size = value * (1L << (10 * power));
        bytes = size <= long.MaxValue ? (long)size : 0;
        return size <= long.MaxValue;
    }
}
