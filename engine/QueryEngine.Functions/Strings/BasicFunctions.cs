using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("length", "Characters of a text.", Aliases = ["char_length", "character_length", "len"])]
[Example("length('äbc')", "3")]
[Example("length('')", "0")]
internal readonly struct LengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => Utf8Text.Length(first.Bytes);
}

[ScalarFunction("length", "Bytes of a binary.", Signature = "varbinary -> bigint")]
internal readonly struct BinaryLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes.Length;
}

[ScalarFunction("octet_length", "Bytes of a text.")]
[Example("octet_length('äbc')", "4")]
internal readonly struct OctetLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes.Length;
}

[ScalarFunction("octet_length", "Bytes of a binary.", Signature = "varbinary -> bigint")]
internal readonly struct BinaryOctetLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes.Length;
}

[ScalarFunction("bit_length", "Bits of a text.")]
[Example("bit_length('abc')", "24")]
internal readonly struct BitLengthFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => first.Bytes.Length * 8L;
}

[ScalarFunction("upper", "The text in upper case.", Aliases = ["ucase"])]
[Example("upper('abcÄß')", "ABCÄß")]
internal readonly struct UpperFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => CaseMapping.Upper(first.Bytes, second);
}

[ScalarFunction("lower", "The text in lower case.", Aliases = ["lcase"])]
[Example("lower('ABCÄ')", "abcä")]
internal readonly struct LowerFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => CaseMapping.Lower(first.Bytes, second);
}

[ScalarFunction("initcap", "The text with each word beginning in upper case.")]
[Example("initcap('hello wORLD')", "Hello World")]
internal readonly struct InitcapFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(CaseMapping.Capitalize(first.ToString()));
}

[ScalarFunction("substring", "The characters from a place (1 is the first) on.", Aliases = ["substr"])]
[Example("substring('hello', 2)", "ello")]
[Example("substring('hello', 0)", "hello")]
internal readonly struct SubstringFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(first.Bytes[Utf8Text.ByteIndexOf(first.Bytes, second - 1)..]);
}

[ScalarFunction("substring", "So many characters from a place (1 is the first) on; places before the first count, too.", Aliases = ["substr"])]
[Example("substring('hello', 2, 3)", "ell")]
[Example("substring('hello', 0, 3)", "he")]
[Example("substring('hello', 1, -1)", "error 22011")]
internal readonly struct SubstringForFunction : IFunction<Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, long third, TextOutput fourth) => fourth.Write(Slices.Substring(first.Bytes, second, third));
}

[ScalarFunction("substring", "The bytes from a place (1 is the first) on.", Aliases = ["substr"], Signature = "varbinary; bigint -> varbinary")]
internal readonly struct BinarySubstringFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(first.Bytes[(int)Math.Clamp(second - 1, 0, first.Bytes.Length)..]);
}

[ScalarFunction("left", "The first characters; without the last ones when the number is negative.")]
[Example("left('hello', 2)", "he")]
[Example("left('hello', -2)", "hel")]
internal readonly struct LeftFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(Slices.Left(first.Bytes, second));
}

[ScalarFunction("right", "The last characters; without the first ones when the number is negative.")]
[Example("right('hello', 2)", "lo")]
[Example("right('hello', -2)", "llo")]
internal readonly struct RightFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => third.Write(Slices.Right(first.Bytes, second));
}

[ScalarFunction("trim", "The text without blanks at both ends.", Aliases = ["btrim"])]
[Example("trim('  a b ')", "a b")]
internal readonly struct TrimFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes.Trim((byte)' '));
}

[ScalarFunction("ltrim", "The text without blanks at its beginning.")]
[Example("ltrim('  a ')", "a ")]
internal readonly struct LtrimFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes.TrimStart((byte)' '));
}

[ScalarFunction("rtrim", "The text without blanks at its end.")]
[Example("rtrim(' a  ')", " a")]
internal readonly struct RtrimFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes.TrimEnd((byte)' '));
}

[ScalarFunction("trim", "The text without any of some characters at both ends.", Aliases = ["btrim"])]
[Example("trim('xyaxy', 'xy')", "a")]
internal readonly struct TrimCharactersFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(Slices.Trim(first.Bytes, second.Bytes, start: true, end: true));
}

[ScalarFunction("ltrim", "The text without any of some characters at its beginning.")]
[Example("ltrim('xyaxy', 'xy')", "axy")]
internal readonly struct LtrimCharactersFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(Slices.Trim(first.Bytes, second.Bytes, start: true, end: false));
}

[ScalarFunction("rtrim", "The text without any of some characters at its end.")]
[Example("rtrim('xyaxy', 'xy')", "xya")]
internal readonly struct RtrimCharactersFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(Slices.Trim(first.Bytes, second.Bytes, start: false, end: true));
}

[ScalarFunction("strpos", "The place of a text in another, 1 for its beginning, 0 when it is not there.", Aliases = ["instr"])]
[Example("strpos('hällo', 'l')", "3")]
[Example("strpos('abc', 'x')", "0")]
internal readonly struct StrposFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => Slices.Position(first.Bytes, second.Bytes);
}

[ScalarFunction("position", "The place of the first text in the second.", Aliases = [])]
internal readonly struct PositionFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => Slices.Position(second.Bytes, first.Bytes);
}

[ScalarFunction("starts_with", "Whether a text begins with another.", Aliases = ["prefix", "^@"])]
[Example("starts_with('hello', 'he')", "true")]
internal readonly struct StartsWithFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => first.Bytes.StartsWith(second.Bytes);
}

[ScalarFunction("ends_with", "Whether a text ends with another.", Aliases = ["suffix"])]
[Example("ends_with('hello', 'lo')", "true")]
internal readonly struct EndsWithFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => first.Bytes.EndsWith(second.Bytes);
}

[ScalarFunction("contains", "Whether a text has another in it.")]
[Example("contains('hello', 'ell')", "true")]
internal readonly struct ContainsTextFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => first.Bytes.IndexOf(second.Bytes) >= 0;
}

[ScalarFunction("reverse", "The characters in reverse order.")]
[Example("reverse('häb')", "bäh")]
internal readonly struct ReverseFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => Slices.Reverse(first.Bytes, second);
}

[ScalarFunction("repeat", "A text so many times.")]
[Example("repeat('ab', 3)", "ababab")]
[Example("repeat('ab', -1)", "")]
internal readonly struct RepeatFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => Padding.Repeat(first.Bytes, second, third);
}

[ScalarFunction("lpad", "A text filled up or cut to so many characters, with blanks before it.")]
[Example("lpad('abc', 5)", "  abc")]
internal readonly struct LpadFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => Padding.Pad(first.Bytes, second, " "u8, isLeft: true, third);
}

[ScalarFunction("rpad", "A text filled up or cut to so many characters, with blanks after it.")]
[Example("rpad('abc', 2)", "ab")]
internal readonly struct RpadFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third) => Padding.Pad(first.Bytes, second, " "u8, isLeft: false, third);
}

[ScalarFunction("lpad", "A text filled up or cut to so many characters, with another before it.")]
[Example("lpad('abc', 8, 'xy')", "xyxyxabc")]
internal readonly struct LpadWithFunction : IFunction<Utf8, long, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, Utf8 third, TextOutput fourth) => Padding.Pad(first.Bytes, second, third.Bytes, isLeft: true, fourth);
}

[ScalarFunction("rpad", "A text filled up or cut to so many characters, with another after it.")]
[Example("rpad('abc', 5, 'xy')", "abcxy")]
internal readonly struct RpadWithFunction : IFunction<Utf8, long, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, Utf8 third, TextOutput fourth) => Padding.Pad(first.Bytes, second, third.Bytes, isLeft: false, fourth);
}

[ScalarFunction("space", "So many blanks.")]
[Example("length(space(3))", "3")]
internal readonly struct SpaceFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => Padding.Repeat(" "u8, first, second);
}
