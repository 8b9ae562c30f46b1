using System.Text;
using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("strpos", "The place of the occurrence of that number of a text in another, from the end where negative; 0 when there is none.", Aliases = ["instr"])]
[Example("strpos('abcabc', 'b', 2)", "5")]
[Example("strpos('abcabc', 'b', -1)", "5")]
[Example("strpos('abc', 'b', 0)", "error 22023")]
internal readonly struct StrposInstanceFunction : IFunction<Utf8, Utf8, long, long>
{
    public static long Invoke(Utf8 first, Utf8 second, long third)
    {
        if (third == 0)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the number of an occurrence is not zero");
        if (second.Bytes.IsEmpty)
            return 1;
        ReadOnlySpan<byte> text = first.Bytes;
        int start = third > 0 ? 0 : text.Length;
        for (long left = Math.Abs(third); ; left--)
        {
            int found = third > 0 ? text[start..].IndexOf(second.Bytes) + start : text[..start].LastIndexOf(second.Bytes);
            if (found < (third > 0 ? start : 0))
                return 0;
            if (left == 1)
                return Utf8Text.Length(text[..found]) + 1;

            // Occurrences may overlap.
            start = third > 0 ? found + 1 : found + second.Bytes.Length - 1;
        }
    }
}

[ScalarFunction("luhn_check", "Whether the digits of a text pass Luhn's check.")]
[Example("luhn_check('4242424242424242')", "true")]
[Example("luhn_check('123456789')", "false")]
[Example("luhn_check('a')", "error 22023")]
internal readonly struct LuhnCheckFunction : IFunction<Utf8, bool>
{
    public static bool Invoke(Utf8 first)
    {
        int sum = 0;
        for (int at = 0; at < first.Bytes.Length; at++)
        {
            int digit = first.Bytes[^(at + 1)] - '0';
            if (digit is < 0 or > 9)
                throw new QueryException(ErrorCode.InvalidParameterValue, $"'{first.ToString()}' is not a number of digits");
            sum += at % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        return first.Bytes.Length > 0 && sum % 10 == 0;
    }
}

[ScalarFunction("codepoint", "The code point of the only character of a text.")]
[Example("codepoint('A')", "65")]
[Example("codepoint('AB')", "error 22023")]
internal readonly struct CodepointFunction : IFunction<Utf8, int>
{
    public static int Invoke(Utf8 first) => Utf8Text.Length(first.Bytes) == 1
        ? Utf8Text.CodePointAt(first.Bytes)
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"'{first.ToString()}' is not one character");
}

[ScalarFunction("like", "Whether a text matches a pattern of LIKE.")]
[Example("like('abc', 'a%')", "true")]
internal readonly struct LikeCallFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => LikePattern.Parse(second.Bytes, "\\"u8).IsMatch(first.Bytes);
}

[ScalarFunction("jaro_winkler_similarity", "How similar two texts are, 0 to 1, by Jaro and Winkler.")]
[Example("round(jaro_winkler_similarity('martha', 'marhta'), 3)", "0.961")]
internal readonly struct JaroWinklerFunction : IFunction<Utf8, Utf8, double>
{
    public static double Invoke(Utf8 first, Utf8 second) => Similarities.JaroWinkler(first.ToString(), second.ToString());
}

[ScalarFunction("jaro_similarity", "How similar two texts are, 0 to 1, by Jaro.")]
[Example("round(jaro_similarity('martha', 'marhta'), 3)", "0.944")]
internal readonly struct JaroFunction : IFunction<Utf8, Utf8, double>
{
    public static double Invoke(Utf8 first, Utf8 second) => Similarities.Jaro(first.ToString(), second.ToString());
}

[ScalarFunction("jaccard", "The share of characters that two texts have in common.")]
[Example("jaccard('duck', 'luck')", "0.6")]
internal readonly struct JaccardFunction : IFunction<Utf8, Utf8, double>
{
    public static double Invoke(Utf8 first, Utf8 second)
    {
        HashSet<Rune> left = [.. first.ToString().EnumerateRunes()], right = [.. second.ToString().EnumerateRunes()];
        return left.Count + right.Count == 0
            ? throw new QueryException(ErrorCode.InvalidParameterValue, "jaccard of texts without characters")
            : (double)left.Intersect(right).Count() / left.Union(right).Count();
    }
}

[ScalarFunction("from_utf8", "The text of bytes, with a character in place of what is not UTF-8.", Signature = "varbinary; varchar -> varchar")]
[Example("from_utf8(from_hex('58BF'), '#')", "X#")]
[Example("from_utf8(from_hex('58BF'), '')", "X")]
internal readonly struct FromUtf8WithFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third)
    {
        if (Utf8Text.Length(second.Bytes) > 1)
            throw new QueryException(ErrorCode.InvalidParameterValue, "the replacement of what is not UTF-8 is one character, or none");
        return InvalidUtf8.Replace(first.Bytes, second.Bytes, third);
    }
}

[ScalarFunction("from_utf8", "The text of bytes, with the character of a code point in place of what is not UTF-8.", Signature = "varbinary; bigint -> varchar")]
[Example("from_utf8(from_hex('58DF'), 35)", "X#")]
internal readonly struct FromUtf8CodeFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        if (second is < 0 or > 0x10FFFF || !Rune.IsValid((int)second))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"{second} is not a code point");
        return InvalidUtf8.Replace(first.Bytes, Encoding.UTF8.GetBytes(new Rune((int)second).ToString()), third);
    }
}

[ScalarFunction("to_base32", "A binary in base 32.", Signature = "varbinary -> varchar")]
[Example("to_base32(to_utf8('hello'))", "NBSWY3DP")]
internal readonly struct ToBase32Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Base32.Encode(first.Bytes));
}

[ScalarFunction("from_base32", "The binary of a text in base 32.", Signature = "varchar -> varbinary")]
[Example("from_utf8(from_base32('NBSWY3DP'))", "hello")]
[Example("from_base32('1')", "error 22P02")]
internal readonly struct FromBase32Function : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Base32.Decode(first.ToString()) ?? throw Hashes.Invalid(first.ToString(), "base 32"));
}

[ScalarFunction("to_base64url", "A binary in base 64 with the alphabet of URLs.", Signature = "varbinary -> varchar")]
[Example("to_base64url(from_hex('fbff'))", "-_8=")]
internal readonly struct ToBase64UrlFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Convert.ToBase64String(first.Bytes).Replace('+', '-').Replace('/', '_'));
}

[ScalarFunction("from_base64url", "The binary of a text in base 64 with the alphabet of URLs.", Signature = "varchar -> varbinary")]
[Example("to_hex(from_base64url('-_8='))", "FBFF")]
internal readonly struct FromBase64UrlFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(Hashes.FromBase64(first.ToString()));
}

[ScalarFunction("unistr", "A text with \\XXXX, \\+XXXXXX, \\uXXXX and \\UXXXXXXXX resolved.")]
[Example("unistr('d\\0061t\\+000061')", "data")]
[Example("unistr('\\x')", "error 42601")]
internal readonly struct UnistrFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(UnicodeEscapes.Resolve(first.ToString()));
}

[ScalarFunction("quote_nullable", "A text as a SQL literal, NULL as NULL.")]
[Example("quote_nullable('it''s')", "'it''s'")]
[Example("quote_nullable(NULL)", "NULL")]
internal sealed class QuoteNullableOverload() : RowOverload("varchar -> varchar", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) =>
        call.Append(call.IsNull(0) ? "NULL" : $"'{call.Text(0).Replace("'", "''", StringComparison.Ordinal)}'");
}

[ScalarFunction("format", "A text with %s, %I (an identifier) and %L (a literal) replaced by the arguments, %1$s by the first; also %d, %x, %,d and %.2f.", Aliases = ["printf"])]
[Example("printf('%02d', 7)", "07")]
[Example("format('Hello %s, %1$s', 'World')", "Hello World, World")]
[Example("format('%I = %L', 'a b', 'it''s')", "\"a b\" = 'it''s'")]
[Example("format('%.2f|%5d|%,d', 3.14159e0, 42, 1234567)", "3.14|   42|1,234,567")]
[Example("format('%s')", "error 22023")]
internal sealed class FormatOverload() : RowOverload("varchar, any... -> varchar", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0))
        {
            call.AppendNull();
            return;
        }

        var values = new (SqlType, object?)[call.Count - 1];
        for (int at = 1; at < call.Count; at++)
            values[at - 1] = (call[at].Type, call[at].GetValue(call.Row));
        call.Append(TextFormat.Apply(call.Text(0), values));
    }
}

[ScalarFunction("split_to_map", "The map of a text of entries between one separator, whose keys and values are parted by another.")]
[Example("split_to_map('a=1,b=2', ',', '=')", "{a: 1, b: 2}")]
[Example("split_to_map('a=1,a=2', ',', '=')", "error 22023")]
internal sealed class SplitToMapOverload() : RowOverload("varchar, varchar, varchar -> map(varchar, varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        var builder = (MapBuilder)call.Result;
        var keys = new HashSet<string>();
        foreach ((string key, string value) in Splits.Entries(call))
        {
            if (!keys.Add(key))
                throw new QueryException(ErrorCode.InvalidParameterValue, $"duplicate keys ({key}) are not allowed");
            ((BytesBuilder)builder.Keys).Append(key);
            ((BytesBuilder)builder.Values).Append(value);
        }

        builder.EndRow();
    }
}

[ScalarFunction("split_to_multimap", "The map of a text of entries between one separator, whose keys and values are parted by another: of each key the array of its values.")]
[Example("split_to_multimap('a=1,b=2,a=3', ',', '=')", "{a: [1, 3], b: [2]}")]
internal sealed class SplitToMultimapOverload() : RowOverload("varchar, varchar, varchar -> map(varchar, array(varchar))")
{
    protected internal override void Invoke(in RowCall call)
    {
        var builder = (MapBuilder)call.Result;
        foreach (IGrouping<string, string> group in Splits.Entries(call).GroupBy(entry => entry.Key, entry => entry.Value))
        {
            ((BytesBuilder)builder.Keys).Append(group.Key);
            var values = (ArrayBuilder)builder.Values;
            foreach (string value in group)
                ((BytesBuilder)values.Elements).Append(value);
            values.EndRow();
        }

        builder.EndRow();
    }
}

[ScalarFunction("string_to_array", "The parts of a text between separators, its characters where the separator is NULL; parts that are the last argument become NULL.", Aliases = ["string_to_table"])]
[Example("string_to_array('a,b,,c', ',')", "[a, b, , c]")]
[Example("string_to_array('abc', NULL)", "[a, b, c]")]
[Example("string_to_array('a,b', ',', 'b')", "[a, NULL]")]
[Example("string_to_array('', ',')", "[]")]
internal sealed class StringToArrayOverload() : RowOverload("varchar, varchar -> array(varchar) | varchar, varchar, varchar -> array(varchar)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(0))
        {
            call.AppendNull();
            return;
        }

        string text = call.Text(0);
        string? forNull = call.Count > 2 && !call.IsNull(2) ? call.Text(2) : null;
        IEnumerable<string> parts = text.Length == 0 ? []
            : call.IsNull(1) ? text.EnumerateRunes().Select(rune => rune.ToString())
            : call.Text(1).Length == 0 ? [text] : text.Split(call.Text(1));
        foreach (string part in parts)
        {
            if (part == forNull)
                ArrayBuilding.Elements(call).AppendNull();
            else
                ((BytesBuilder)ArrayBuilding.Elements(call)).Append(part);
        }

        ArrayBuilding.End(call);
    }
}
