using System.Globalization;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("$char", "The cast to PostgreSQL's type \"char\" of one byte: the first byte of a text, or the one that a backslash and three octal digits say.")]
internal readonly struct OneByteFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        ReadOnlySpan<byte> text = first.Bytes;
        int code = text.IsEmpty ? 0 : text[0];
        if (text.Length == 4 && text[0] == '\\' && text[1] is >= (byte)'0' and <= (byte)'3' && text[2] is >= (byte)'0' and <= (byte)'7' && text[3] is >= (byte)'0' and <= (byte)'7')
            code = ((text[1] - '0') << 6) | ((text[2] - '0') << 3) | (text[3] - '0');
        return OneBytes.Write(code, second);
    }
}

[ScalarFunction("$char", "The byte of a code from -128 to 127.")]
internal readonly struct OneByteOfCodeFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => first is >= sbyte.MinValue and <= sbyte.MaxValue
        ? OneBytes.Write((int)(first & 0xFF), second)
        : throw new QueryException(ErrorCode.NumericValueOutOfRange, $"{first} is out of range for \"char\"");
}

/// <summary>Values of "char".</summary>
internal static class OneBytes
{
    /// <summary>The byte as text: nothing for 0, an octal escape beyond ASCII.</summary>
    public static Text Write(int code, TextOutput output) => output.Write(code switch
    {
        0 => string.Empty,
        < 128 => ((char)code).ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\{(code >> 6) & 7}{(code >> 3) & 7}{code & 7}"),
    });
}
