using System.Globalization;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Strings;

[ScalarFunction("length_grapheme", "The number of characters as people see them: a letter with its accents, a flag, a family is one.")]
[Example("length_grapheme('a👩‍👩‍👧')", "2")]
[Example("length_grapheme('')", "0")]
internal readonly struct LengthGraphemeFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => new StringInfo(first.ToString()).LengthInTextElements;
}

[ScalarFunction("left_grapheme", "The first characters as people see them; without the last ones when the number is negative.")]
[Example("left_grapheme('👩‍👩‍👧ab', 2)", "👩‍👩‍👧a")]
[Example("left_grapheme('ab', -5)", "")]
internal readonly struct LeftGraphemeFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        var text = new StringInfo(first.ToString());
        int count = (int)Math.Clamp(second < 0 ? text.LengthInTextElements + second : second, 0, text.LengthInTextElements);
        return third.Write(count == 0 ? "" : text.SubstringByTextElements(0, count));
    }
}

[ScalarFunction("right_grapheme", "The last characters as people see them; without the first ones when the number is negative.")]
[Example("right_grapheme('ab👩‍👩‍👧', 2)", "b👩‍👩‍👧")]
[Example("right_grapheme('a', -922337203685477580)", "")]
internal readonly struct RightGraphemeFunction : IFunction<Utf8, long, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, long second, TextOutput third)
    {
        var text = new StringInfo(first.ToString());
        int start = (int)Int128.Clamp(second < 0 ? -(Int128)second : (Int128)text.LengthInTextElements - second, 0, text.LengthInTextElements);
        return third.Write(start == text.LengthInTextElements ? "" : text.SubstringByTextElements(start));
    }
}
