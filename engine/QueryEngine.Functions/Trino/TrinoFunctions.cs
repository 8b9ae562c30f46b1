using System.Numerics;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Trino;

[ScalarFunction("$trino_divide", "The quotient; by zero it is infinite or NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoDivide<T> : IFunction<T, T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Invoke(T first, T second) => first / second;
}

[ScalarFunction("$trino_modulus", "The remainder; by zero it is NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoModulus<T> : IFunction<T, T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Invoke(T first, T second) => first % second;
}

[ScalarFunction("$trino_sign", "The sign of a number; NaN of NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoSign<T> : IFunction<T, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static T Invoke(T first) => T.IsNaN(first) ? first : T.CreateTruncating(T.Sign(first));
}

[ScalarFunction("$trino_substr", "The characters from a place on; a negative place counts from the end, outside of the text it is empty.", Aliases = ["$trino_substring"])]
internal readonly struct TrinoSubstr : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(TrinoTexts.Substring(first.Bytes, second, long.MaxValue));
}

[ScalarFunction("$trino_substr", "So many characters from a place on; a negative place counts from the end, outside of the text it is empty.", Aliases = ["$trino_substring"])]
internal readonly struct TrinoSubstrFor : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth) => fourth.Write(TrinoTexts.Substring(first.Bytes, second, third));
}

[ScalarFunction("$trino_split_part", "The part of that number between separators; NULL when there is none. An empty separator is between all characters.")]
internal readonly struct TrinoSplitPart : IFunction<Utf8, Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, TextOutput fourth)
    {
        if (third <= 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the number of a part is greater than zero, not {third}");
        ReadOnlySpan<byte> rest = first.Bytes;
        if (second.Bytes.IsEmpty)
        {
            ReadOnlySpan<byte> character = TrinoTexts.Substring(rest, third, 1);
            return character.IsEmpty ? Text.Null : fourth.Write(character);
        }

        for (long number = third; number > 1; number--)
        {
            int found = rest.IndexOf(second.Bytes);
            if (found < 0)
                return Text.Null;
            rest = rest[(found + second.Bytes.Length)..];
        }

        int end = rest.IndexOf(second.Bytes);
        return fourth.Write(end < 0 ? rest : rest[..end]);
    }
}

[ScalarFunction("$trino_replace", "A text with another one for each place where a third is; the empty text is between all characters.")]
internal readonly struct TrinoReplace : IFunction<Utf8, Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, Utf8 third, TextOutput fourth)
    {
        string text = first.ToString(), replacement = third.ToString();
        return fourth.Write(second.Bytes.IsEmpty
            ? string.Concat(text.EnumerateRunes().Select(rune => replacement + rune)) + replacement
            : text.Replace(second.ToString(), replacement, StringComparison.Ordinal));
    }
}

[ScalarFunction("$trino_trim", "The text without blanks, tabs and line ends at both ends.", Aliases = ["$trino_btrim"])]
internal readonly struct TrinoTrim : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.ToString().Trim());
}

[ScalarFunction("$trino_ltrim", "The text without blanks, tabs and line ends at its beginning.")]
internal readonly struct TrinoLeftTrim : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.ToString().TrimStart());
}

[ScalarFunction("$trino_rtrim", "The text without blanks, tabs and line ends at its end.")]
internal readonly struct TrinoRightTrim : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.ToString().TrimEnd());
}

/// <summary>Places in texts as Trino counts them.</summary>
internal static class TrinoTexts
{
    /// <summary>So many characters from a place on: 1 is the first, -1 the last, other places are outside.</summary>
    public static ReadOnlySpan<byte> Substring(ReadOnlySpan<byte> text, long start, long length)
    {
        long characters = Utf8Text.Length(text);
        long first = start > 0 ? start - 1 : start < 0 ? characters + start : characters;
        if (first < 0 || first >= characters || length <= 0)
            return default;
        int from = Utf8Text.ByteIndexOf(text, first);
        return length >= characters - first ? text[from..] : text[from..Utf8Text.ByteIndexOf(text, first + length)];
    }
}
