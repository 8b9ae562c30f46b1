using System.Text;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("replace", "A text with every occurrence of another replaced.")]
[Example("replace('aXbX', 'X', 'yy')", "ayybyy")]
[Example("replace('abc', '', 'x')", "abc")]
internal readonly struct ReplaceFunction : IFunction<Utf8, Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, Utf8 third, TextOutput fourth) => Replacing.Replace(first.Bytes, second.Bytes, third.Bytes, fourth);
}

[ScalarFunction("replace", "A text with every occurrence of another left out.")]
[Example("replace('aXbX', 'X')", "ab")]
internal readonly struct RemoveFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => Replacing.Replace(first.Bytes, second.Bytes, default, third);
}

[ScalarFunction("translate", "A text with characters exchanged one by one; those without a partner are left out.")]
[Example("translate('12345', '143', 'ax')", "a2x5")]
internal readonly struct TranslateFunction : IFunction<Utf8, Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, Utf8 third, TextOutput fourth) => Replacing.Translate(first.ToString(), second.ToString(), third.ToString(), fourth);
}

[ScalarFunction("overlay", "A text with a part of it, from a place on, replaced by another of the same length.")]
[Example("overlay('abcdef', 'XX', 2)", "aXXdef")]
internal readonly struct OverlayFunction : IFunction<Utf8, Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, TextOutput fourth) => Replacing.Overlay(first.Bytes, second.Bytes, third, Utf8Text.Length(second.Bytes), fourth);
}

[ScalarFunction("overlay", "A text with so many characters, from a place on, replaced by another.")]
[Example("overlay('abcdef', 'X', 2, 3)", "aXef")]
internal readonly struct OverlayForFunction : IFunction<Utf8, Utf8, long, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, long fourth, TextOutput fifth) => Replacing.Overlay(first.Bytes, second.Bytes, third, fourth, fifth);
}

[ScalarFunction("split_part", "The part of that number (1 is the first, -1 the last) between separators; empty when there is none.")]
[Example("split_part('a,b,c', ',', 2)", "b")]
[Example("split_part('a,b,c', ',', -1)", "c")]
[Example("split_part('a,b', ',', 5)", "")]
[Example("split_part('a', ',', 0)", "error 22023")]
internal readonly struct SplitPartFunction : IFunction<Utf8, Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, TextOutput fourth) => Splitting.Part(first.Bytes, second.Bytes, third, fourth);
}

[ScalarFunction("chr", "The character of a code point.")]
[Example("chr(65)", "A")]
[Example("chr(-1)", "error 22023")]
internal readonly struct ChrFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => Rune.IsValid(first is >= 0 and <= int.MaxValue ? (int)first : -1) ? second.Write(new Rune((int)first).ToString()) : throw new QueryException(ErrorCode.InvalidParameterValue, $"{first} is not a code point");
}

[ScalarFunction("ascii", "The code point of the first character; 0 for the empty text.", Aliases = ["unicode", "ord"])]
[Example("ascii('A')", "65")]
[Example("ascii('')", "0")]
internal readonly struct AsciiFunction : IFunction<Utf8, int>
{
    public static int Invoke(Utf8 first) => first.Bytes.IsEmpty ? 0 : Utf8Text.CodePointAt(first.Bytes);
}

[ScalarFunction("levenshtein_distance", "The fewest insertions, deletions and replacements of characters that make one text the other.", Aliases = ["levenshtein", "editdist3"])]
[Example("levenshtein('kitten', 'sitting')", "3")]
internal readonly struct LevenshteinFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => EditDistance.Of(first.ToString(), second.ToString());
}

[ScalarFunction("hamming_distance", "The places at which two texts of the same length differ.", Aliases = ["mismatches"])]
[Example("hamming_distance('abc', 'axc')", "1")]
[Example("hamming_distance('a', 'ab')", "error 22023")]
internal readonly struct HammingFunction : IFunction<Utf8, Utf8, long>
{
    public static long Invoke(Utf8 first, Utf8 second) => Splitting.Hamming(first.ToString(), second.ToString());
}

[ScalarFunction("md5", "The MD5 hash of a text, as hexadecimal digits.")]
[Example("md5('abc')", "900150983cd24fb0d6963f7d28e17f72")]
internal readonly struct Md5Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.Hex(Hashes.Md5(first.Bytes)));
}

[ScalarFunction("md5", "The MD5 hash of a binary, as hexadecimal digits.", Signature = "varbinary -> varchar")]
[Example("md5(to_utf8('abc'))", "900150983cd24fb0d6963f7d28e17f72")]
internal readonly struct Md5BinaryFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.Hex(Hashes.Md5(first.Bytes)));
}

[ScalarFunction("sha1", "The SHA-1 hash of a text, as hexadecimal digits.")]
[Example("sha1('abc')", "a9993e364706816aba3e25717850c26c9cd0d89d")]
internal readonly struct Sha1TextFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.Hex(Hashes.Sha1(first.Bytes)));
}

[ScalarFunction("sha1", "The SHA-1 hash of a binary.", Signature = "varbinary -> varbinary")]
internal readonly struct Sha1Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.Sha1(first.Bytes));
}

[ScalarFunction("sha256", "The SHA-256 hash of a binary.", Signature = "varbinary -> varbinary")]
[Example("to_hex(sha256(to_utf8('abc')))", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
internal readonly struct Sha256Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(System.Security.Cryptography.SHA256.HashData(first.Bytes));
}

[ScalarFunction("sha512", "The SHA-512 hash of a binary.", Signature = "varbinary -> varbinary")]
[Example("length(sha512(to_utf8('abc')))", "64")]
internal readonly struct Sha512Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(System.Security.Cryptography.SHA512.HashData(first.Bytes));
}

[ScalarFunction("crc32", "The CRC-32 checksum of a binary.", Signature = "varbinary -> bigint")]
[Example("crc32(to_utf8('123456789'))", "3421780262")]
internal readonly struct Crc32Function : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => Hashes.Crc32(first.Bytes);
}

[ScalarFunction("to_utf8", "The bytes of a text.", Signature = "varchar -> varbinary")]
[Example("to_hex(to_utf8('a'))", "61")]
internal readonly struct ToUtf8Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.Bytes);
}

[ScalarFunction("from_utf8", "The text of bytes; what is not UTF-8 becomes U+FFFD.", Signature = "varbinary -> varchar")]
[Example("from_utf8(to_utf8('ä'))", "ä")]
internal readonly struct FromUtf8Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(first.ToString());
}

[ScalarFunction("to_hex", "A binary as hexadecimal digits, in capitals.", Aliases = ["hex"], Signature = "varbinary -> varchar")]
[Example("to_hex(from_hex('BEEF'))", "BEEF")]
internal readonly struct ToHexFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Convert.ToHexString(first.Bytes));
}

[ScalarFunction("to_hex", "An integer as hexadecimal digits.", Aliases = ["hex"])]
[Example("to_hex(255)", "ff")]
internal readonly struct ToHexIntegerFunction : IFunction<long, TextOutput, Text>
{
    public static Text Invoke(long first, TextOutput second) => second.Write(first.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
}

[ScalarFunction("to_hex", "An integer as hexadecimal digits.")]
[Example("to_hex(-1)", "ffffffff")]
internal readonly struct ToHexNarrowFunction : IFunction<int, TextOutput, Text>
{
    public static Text Invoke(int first, TextOutput second) => second.Write(first.ToString("x", System.Globalization.CultureInfo.InvariantCulture));
}

[ScalarFunction("from_hex", "The binary of hexadecimal digits.", Aliases = ["unhex"], Signature = "varchar -> varbinary")]
[Example("from_hex('zz')", "error 22P02")]
internal readonly struct FromHexFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Casts.ValueText.FromHex(first.Bytes) ?? throw Hashes.Invalid(first.ToString(), "hexadecimal"));
}

[ScalarFunction("to_base64", "A binary in base 64.", Aliases = ["base64"], Signature = "varbinary -> varchar")]
[Example("to_base64(to_utf8('abc'))", "YWJj")]
internal readonly struct ToBase64Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Convert.ToBase64String(first.Bytes));
}

[ScalarFunction("from_base64", "The binary of a text in base 64.", Signature = "varchar -> varbinary")]
[Example("from_utf8(from_base64('YWJj'))", "abc")]
[Example("from_base64('*')", "error 22P02")]
internal readonly struct FromBase64Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.FromBase64(first.ToString()));
}

[ScalarFunction("url_encode", "A text with what URLs do not allow escaped.")]
[Example("url_encode('a b&c')", "a%20b%26c")]
internal readonly struct UrlEncodeFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Uri.EscapeDataString(first.ToString()));
}

[ScalarFunction("url_decode", "A text with URL escapes resolved.")]
[Example("url_decode('a%20b+c')", "a b c")]
internal readonly struct UrlDecodeFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Uri.UnescapeDataString(first.ToString().Replace('+', ' ')));
}

[ScalarFunction("soundex", "The Soundex code of an English word.")]
[Example("soundex('Robert')", "R163")]
internal readonly struct SoundexFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.Soundex(first.ToString()));
}

[ScalarFunction("quote_literal", "A text as a SQL literal.")]
[Example("quote_literal('it''s')", "'it''s'")]
internal readonly struct QuoteLiteralFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write($"'{first.ToString().Replace("'", "''", StringComparison.Ordinal)}'");
}

[ScalarFunction("quote_ident", "A text as a SQL identifier.")]
[Example("quote_ident('abc')", "abc")]
internal readonly struct QuoteIdentFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Splitting.QuoteIdentifier(first.ToString()));
}
