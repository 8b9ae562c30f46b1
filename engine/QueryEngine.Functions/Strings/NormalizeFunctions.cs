using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("normalize", "A text in Unicode's composed form.", Aliases = ["nfc_normalize"])]
[Example("length(normalize('schön'))", "5")]
[Example("octet_length(normalize(chr(97) || chr(776)))", "2")]
internal readonly struct NormalizeFunction : IFunction<Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, TextOutput second) => second.Write(UnicodeNormalizer.Normalize(first.ToString(), isCompatible: false, isComposed: true));
}

[ScalarFunction("normalize", "A text in one of Unicode's normal forms: NFC, NFD, NFKC or NFKD.")]
[Example("octet_length(normalize('ä', 'NFD'))", "3")]
[Example("normalize('㈱ﬁ', 'NFKC')", "(株)fi")]
[Example("normalize('각', 'NFC')", "각")]
[Example("normalize('a', 'x')", "error 22023")]
internal readonly struct NormalizeFormFunction : IFunction<Utf8, Utf8, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, TextOutput third) => third.Write(NormalForms.Of(first, second));
}

[ScalarFunction("is_normalized", "Whether a text is in one of Unicode's normal forms.")]
[Example("is_normalized('ä', 'NFC')", "true")]
[Example("is_normalized('ä', 'NFD')", "false")]
internal readonly struct IsNormalizedFunction : IFunction<Utf8, Utf8, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second) => NormalForms.Of(first, second) == first.ToString();
}

/// <summary>Normal forms by name.</summary>
internal static class NormalForms
{
    /// <summary>The text in a form.</summary>
    public static string Of(Utf8 text, Utf8 form) => form.ToString().ToUpperInvariant() switch
    {
        "NFC" => UnicodeNormalizer.Normalize(text.ToString(), isCompatible: false, isComposed: true),
        "NFD" => UnicodeNormalizer.Normalize(text.ToString(), isCompatible: false, isComposed: false),
        "NFKC" => UnicodeNormalizer.Normalize(text.ToString(), isCompatible: true, isComposed: true),
        "NFKD" => UnicodeNormalizer.Normalize(text.ToString(), isCompatible: true, isComposed: false),
        _ => throw new QueryException(ErrorCode.InvalidParameterValue, $"invalid normalization form: {form.ToString()}", "Forms are NFC, NFD, NFKC and NFKD."),
    };
}
