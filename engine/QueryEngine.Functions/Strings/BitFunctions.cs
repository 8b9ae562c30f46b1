using System.Globalization;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("bitwise_and", "The bits that both strings of bits have.", Aliases = ["$bitwise_and"], Signature = "varbit; varbit -> varbit")]
[Example("B'1100' & B'1010'", "1000")]
[Example("B'1100' & B'101'", "error 22026")]
internal readonly struct BitsAndFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => BitStrings.Combine(first, second, third, static (left, right) => left & right, "AND");
}

[ScalarFunction("bitwise_or", "The bits that one of two strings of bits has.", Aliases = ["$bitwise_or"], Signature = "varbit; varbit -> varbit")]
[Example("B'1100' | B'1010'", "1110")]
internal readonly struct BitsOrFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => BitStrings.Combine(first, second, third, static (left, right) => left | right, "OR");
}

[ScalarFunction("bitwise_xor", "The bits that just one of two strings of bits has.", Aliases = ["$bitwise_xor", "xor"], Signature = "varbit; varbit -> varbit")]
[Example("B'1100' # B'1010'", "0110")]
internal readonly struct BitsXorFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => BitStrings.Combine(first, second, third, static (left, right) => left ^ right, "XOR");
}

[ScalarFunction("bitwise_not", "The bits turned.", Aliases = ["$bitwise_not"], Signature = "varbit -> varbit")]
[Example("~B'1100'", "0011")]
internal readonly struct BitsNotFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second)
    {
        foreach (byte bit in first.Bytes)
            second.Write((byte)(bit ^ 1));
        return Text.Written;
    }
}

[ScalarFunction("$shift_left", "Bits moved to the left; zeros come in and the length stays.", Signature = "varbit; bigint -> varbit")]
[Example("B'10110' << 2", "11000")]
internal readonly struct BitsShiftLeftFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => BitStrings.Shift(first.Bytes, second, third);
}

[ScalarFunction("$shift_right", "Bits moved to the right; zeros come in and the length stays.", Signature = "varbit; bigint -> varbit")]
[Example("B'10110' >> 2", "00101")]
internal readonly struct BitsShiftRightFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => BitStrings.Shift(first.Bytes, second == long.MinValue ? long.MaxValue : -second, third);
}

[ScalarFunction("$concat", "The bits of both strings.", Signature = "varbit; varbit -> varbit")]
[Example("B'10' || B'011'", "10011")]
internal readonly struct BitsConcatFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third)
    {
        third.Write(first.Bytes);
        return third.Write(second.Bytes);
    }
}

[ScalarFunction("length", "The number of bits.", Aliases = ["bit_length"], Signature = "varbit -> bigint")]
[Example("length(B'10110')", "5")]
internal readonly struct BitsLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes.Length;
}

[ScalarFunction("octet_length", "The number of bytes that hold the bits.", Signature = "varbit -> bigint")]
[Example("octet_length(B'1011001100')", "2")]
internal readonly struct BitsOctetLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => (first.Bytes.Length + 7) / 8;
}

[ScalarFunction("bit_count", "The number of ones.", Signature = "varbit -> bigint")]
[Example("bit_count(B'10110')", "3")]
internal readonly struct BitsCountFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first)
    {
        long ones = 0;
        foreach (byte bit in first.Bytes)
            ones += bit & 1;
        return ones;
    }
}

[ScalarFunction("get_bit", "The bit at a place, from 0, the leftmost first.", Signature = "varbit; bigint -> bigint")]
[Example("get_bit(B'100', 0)", "1")]
[Example("get_bit(B'100', 3)", "error 2202E")]
internal readonly struct BitsGetFunction : IFunction<Utf8, long, long>
{
    public static long Invoke(Utf8 first, long second) => first.Bytes[Binaries.Check(second, first.Bytes.Length)] & 1;
}

[ScalarFunction("set_bit", "The bits with the one at a place, from 0, the leftmost first, replaced.", Signature = "varbit; bigint; bigint -> varbit")]
[Example("set_bit(B'000', 1, 1)", "010")]
[Example("set_bit(B'000', 1, 2)", "error 22023")]
internal readonly struct BitsSetFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth)
    {
        if (third is not (0 or 1))
            throw new QueryException(ErrorCode.InvalidParameterValue, "new bit must be 0 or 1");
        int at = Binaries.Check(second, first.Bytes.Length);
        fourth.Write(first.Bytes[..at]);
        fourth.Write((byte)('0' + third));
        return fourth.Write(first.Bytes[(at + 1)..]);
    }
}

[ScalarFunction("substring", "The bits from a place (1 is the first) on.", Aliases = ["substr"], Signature = "varbit; bigint -> varbit")]
[Example("substring(B'10110', 3)", "110")]
internal readonly struct BitsSubstringFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(first.Bytes[(int)Math.Clamp(second - 1, 0, first.Bytes.Length)..]);
}

[ScalarFunction("substring", "So many bits from a place (1 is the first) on.", Aliases = ["substr"], Signature = "varbit; bigint; bigint -> varbit")]
[Example("substring(B'10110', 2, 3)", "011")]
internal readonly struct BitsSubstringForFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth) => BinarySubstringForFunction.Invoke(first, second, third, fourth);
}

[ScalarFunction("overlay", "Bits with those from a place on replaced by others.", Signature = "varbit; varbit; bigint -> varbit")]
[Example("overlay(B'0101011100', B'001', 2)", "0001011100")]
internal readonly struct BitsOverlayFunction : IFunction<Utf8, Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, TextOutput fourth) => Binaries.Overlay(first.Bytes, second.Bytes, third, second.Bytes.Length, fourth);
}

[ScalarFunction("overlay", "Bits with so many from a place on replaced by others.", Signature = "varbit; varbit; bigint; bigint -> varbit")]
[Example("overlay(B'0101011100', B'101', 6, 2)", "01010101100")]
internal readonly struct BitsOverlayForFunction : IFunction<Utf8, Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, long fourth, TextOutput fifth) => Binaries.Overlay(first.Bytes, second.Bytes, third, fourth, fifth);
}

[ScalarFunction("strpos", "The place of bits in others, from 1; 0 when they are not there.", Signature = "varbit; varbit -> bigint")]
[Example("strpos(B'1101011', B'010')", "3")]
internal readonly struct BitsPositionFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => first.Bytes.IndexOf(second.Bytes) + 1L;
}

[ScalarFunction("$assign_bits", "Bits that a column of a length takes: all of bit(n), up to n of bit varying(n).", Signature = "varbit; bigint; boolean -> varbit")]
internal readonly struct AssignBitsFunction : IFunction<Utf8, long, bool, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, bool third, TextOutput fourth)
    {
        int length = first.Bytes.Length;
        if (third && length > second)
            throw new QueryException(ErrorCode.StringTooLong, string.Create(CultureInfo.InvariantCulture, $"bit string of {length} bits is too long for type bit varying({second})"));
        if (!third && length != second)
            throw new QueryException(ErrorCode.StringLengthMismatch, string.Create(CultureInfo.InvariantCulture, $"bit string length {length} does not match type bit({second})"));
        return fourth.Write(first.Bytes);
    }
}

/// <summary>Work on bits that are written as zeros and ones.</summary>
internal static class BitStrings
{
    /// <summary>Each bit with its counterpart.</summary>
    public static Text Combine(Utf8 left, Utf8 right, TextOutput output, Func<int, int, int> combine, string what)
    {
        if (left.Bytes.Length != right.Bytes.Length)
            throw new QueryException(ErrorCode.StringLengthMismatch, $"cannot {what} bit strings of different sizes");
        for (int at = 0; at < left.Bytes.Length; at++)
            output.Write((byte)('0' + combine(left.Bytes[at] & 1, right.Bytes[at] & 1)));
        return Text.Written;
    }

    /// <summary>The bits so many places to the left, or to the right where negative.</summary>
    public static Text Shift(ReadOnlySpan<byte> bits, long places, TextOutput output)
    {
        for (int at = 0; at < bits.Length; at++)
            output.Write(at + (Int128)places is var source && source >= 0 && source < bits.Length ? bits[(int)source] : (byte)'0');
        return Text.Written;
    }
}
