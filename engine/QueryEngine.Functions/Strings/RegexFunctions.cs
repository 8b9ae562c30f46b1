using System.Text.RegularExpressions;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary>The last regular expression of a batch, ready. Without back-references it runs in time linear in the text.</summary>
internal sealed class RegexCache
{
    private string? _key;
    private Regex? _ready;

    /// <summary>The expression with PostgreSQL's flags: i ignores case, s or n handle lines, x allows blanks.</summary>
    public Regex Get(Utf8 pattern, string flags = "")
    {
        string key = flags + "/" + pattern.ToString();
        if (_ready is null || key != _key)
            (_ready, _key) = (Create(pattern.ToString(), flags), key);
        return _ready;
    }

    /// <summary>The expression of SIMILAR TO.</summary>
    public Regex GetSimilar(Utf8 pattern, char escape = '\\')
    {
        string key = $"similar/{escape}{pattern.ToString()}";
        if (_ready is null || key != _key)
            (_ready, _key) = (Create(FromSimilar(pattern.ToString(), escape), RegexOptions.Singleline | RegexOptions.CultureInvariant), key);
        return _ready;
    }

    private static Regex Create(string pattern, string flags)
    {
        // As in PostgreSQL a dot matches line breaks and the anchors the ends of the text, unless n or m says otherwise.
        RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.Singleline;
        bool isLiteral = false;
        foreach (char flag in flags)
        {
            switch (flag)
            {
                case 'i':
                    options |= RegexOptions.IgnoreCase;
                    break;
                case 'c':
                    options &= ~RegexOptions.IgnoreCase;
                    break;
                case 'n' or 'm':
                    options = (options | RegexOptions.Multiline) & ~RegexOptions.Singleline;
                    break;
                case 's':
                    options = (options | RegexOptions.Singleline) & ~RegexOptions.Multiline;
                    break;
                case 'p':
                    options &= ~RegexOptions.Singleline;
                    break;
                case 'w':
                    options |= RegexOptions.Multiline;
                    break;
                case 'x':
                    options |= RegexOptions.IgnorePatternWhitespace;
                    break;
                case 'q':
                    isLiteral = true;
                    break;
                case 'g' or 'e' or 'b' or 't':
                    break;
                default:
                    throw new QueryException(ErrorCode.InvalidParameterValue, $"invalid regular expression option: \"{flag}\"", "Use i, n, s, x, q or g.");
            }
        }

        return Create(isLiteral ? Regex.Escape(pattern) : RegexText.Translate(pattern, options.HasFlag(RegexOptions.Multiline)), options);
    }

    /// <summary>An expression that is linear in the text where it can be.</summary>
    /// <exception cref="QueryException">INVALID_REGULAR_EXPRESSION.</exception>
    public static Regex Create(string pattern, RegexOptions options)
    {
        try
        {
            try
            {
                return new Regex(pattern, options | RegexOptions.NonBacktracking);
            }
            catch (NotSupportedException)
            {
                return new Regex(pattern, options, TimeSpan.FromSeconds(2)); // look-around and back-references need backtracking
            }
        }
        catch (ArgumentException e)
        {
            throw new QueryException(ErrorCode.InvalidRegularExpression, $"'{pattern}' is not a regular expression: {e.Message}");
        }
    }

    /// <summary>A SIMILAR TO pattern as an expression for the whole text: % and _ of LIKE, the rest as in regular expressions.</summary>
    public static string FromSimilar(string pattern, char escape = '\\')
    {
        var result = new System.Text.StringBuilder(@"\A(?:");
        bool isInClass = false;
        for (int at = 0; at < pattern.Length; at++)
        {
            char next = pattern[at];
            if (next == escape && at + 1 < pattern.Length)
            {
                result.Append(Regex.Escape(pattern[++at].ToString()));
            }
            else if (isInClass || next == '[')
            {
                isInClass = next != ']';
                result.Append(next == '\\' ? "\\\\" : next.ToString());
            }
            else
            {
                result.Append(next switch
                {
                    '%' => ".*",
                    '_' => ".",
                    '(' => "(?:",
                    '.' or '^' or '$' or '\\' => "\\" + next,
                    _ => next.ToString(),
                });
            }
        }

        return RegexText.Translate(result.Append(@")\z").ToString(), isMultiline: false);
    }
}

[ScalarFunction("regexp_like", "Whether a regular expression matches some part of a text.", Aliases = ["$regex", "regexp_matches"])]
[Example("regexp_like('hello', 'l+')", "true")]
[Example("'hello' ~ '^e'", "false")]
[Example("regexp_like('a', '(')", "error 2201B")]
internal readonly struct RegexpLikeFunction : IFunction<Utf8, Utf8, RegexCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, RegexCache third) => third.Get(second).IsMatch(first.ToString());
}

[ScalarFunction("$regex_ignore_case", "Whether a regular expression matches some part of a text, without regard to case.")]
[Example("'HELLO' ~* 'ell'", "true")]
internal readonly struct RegexIgnoreCaseFunction : IFunction<Utf8, Utf8, RegexCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, RegexCache third) => third.Get(second, "i").IsMatch(first.ToString());
}

[ScalarFunction("regexp_like", "Whether a regular expression with flags matches some part of a text.")]
[Example("regexp_like('HELLO', 'l+', 'i')", "true")]
internal readonly struct RegexpLikeFlagsFunction : IFunction<Utf8, Utf8, Utf8, RegexCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, Utf8 third, RegexCache fourth) => third.Bytes.Contains((byte)'g')
        ? throw new QueryException(ErrorCode.InvalidParameterValue, "regexp_like does not support the \"global\" option")
        : fourth.Get(second, third.ToString()).IsMatch(first.ToString());
}

[ScalarFunction("$similar", "Whether a text matches a SIMILAR TO pattern as a whole.")]
[Example("'abc' SIMILAR TO '(a|x)%'", "true")]
[Example("'abc' SIMILAR TO 'a'", "false")]
internal readonly struct SimilarFunction : IFunction<Utf8, Utf8, RegexCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, RegexCache third) => third.GetSimilar(second).IsMatch(first.ToString());
}

[ScalarFunction("$similar", "Whether a text matches a SIMILAR TO pattern with an escape character as a whole.")]
[Example("'a%' SIMILAR TO 'a#%' ESCAPE '#'", "true")]
internal readonly struct SimilarEscapeFunction : IFunction<Utf8, Utf8, Utf8, RegexCache, bool>
{
    public static bool Invoke(Utf8 first, Utf8 second, Utf8 third, RegexCache fourth)
    {
        string escape = third.ToString();
        return escape.Length <= 1
            ? fourth.GetSimilar(second, escape.Length == 0 ? '\0' : escape[0]).IsMatch(first.ToString())
            : throw new QueryException(ErrorCode.InvalidEscape, $"invalid escape string '{escape}'", "Escape string must be empty or one character.");
    }
}

[ScalarFunction("regexp_replace", "A text with the first match of a regular expression replaced; \\1 is its first group.")]
[Example("regexp_replace('abcabc', 'b', 'X')", "aXcabc")]
[Example("regexp_replace('foobar', '(o+)(b)', '\\2\\1')", "fbooar")]
internal readonly struct RegexpReplaceFunction : IFunction<Utf8, Utf8, Utf8, RegexCache, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, Utf8 third, RegexCache fourth, TextOutput fifth) =>
        fifth.Write(fourth.Get(second).Replace(first.ToString(), Replacement.FromPostgres(third.ToString()), 1));
}

[ScalarFunction("regexp_replace_all", "A text with all matches of a regular expression replaced; $1 is its first group.")]
[Example("regexp_replace_all('abcabc', 'b', 'X')", "aXcaXc")]
internal readonly struct RegexpReplaceAllFunction : IFunction<Utf8, Utf8, Utf8, RegexCache, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, Utf8 third, RegexCache fourth, TextOutput fifth) =>
        fifth.Write(fourth.Get(second).Replace(first.ToString(), third.ToString()));
}

[ScalarFunction("regexp_replace", "A text with the matches of a regular expression replaced; the flag g replaces all of them, i ignores case.")]
[Example("regexp_replace('abcABC', 'b', 'X', 'gi')", "aXcAXC")]
internal sealed class RegexpReplaceFlagsOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(varchar, varchar, varchar, varchar) -> varchar";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) =>
        Fit(name, arguments, [SqlType.Varchar, SqlType.Varchar, SqlType.Varchar, SqlType.Varchar], SqlType.Varchar);

    /// <inheritdoc/>
    public override QueryEngine.Functions.Scalar.ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes is [VarcharType, VarcharType, VarcharType, VarcharType]
            ? new RegexpReplaceFlagsFunction(name, parameterTypes, returnType) : null;
}

/// <summary>regexp_replace with flags: one argument more than the adapters take.</summary>
internal sealed class RegexpReplaceFlagsFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    : QueryEngine.Functions.Scalar.VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using var output = new TextOutput(ReturnType, context.Memory, rowCount);
        var cache = new RegexCache();
        for (int row = 0; row < rowCount; row++)
        {
            bool isNull = false;
            foreach (ColumnVector argument in arguments)
                isNull |= argument.IsNull(row);
            output.End(isNull ? Text.Null : Replace(arguments, row, cache, output));
        }

        return output.Build();
    }

    private static Text Replace(ReadOnlySpan<ColumnVector> arguments, int row, RegexCache cache, TextOutput output)
    {
        string flags = new Utf8(new Columnar.BytesReader(arguments[3])[row]).ToString();
        Regex regex = cache.Get(new Utf8(new Columnar.BytesReader(arguments[1])[row]), flags);
        string text = new Utf8(new Columnar.BytesReader(arguments[0])[row]).ToString();
        string replacement = Replacement.FromPostgres(new Utf8(new Columnar.BytesReader(arguments[2])[row]).ToString());
        return output.Write(regex.Replace(text, replacement, flags.Contains('g', StringComparison.Ordinal) ? -1 : 1));
    }
}

[ScalarFunction("regexp_extract", "The first match of a regular expression; NULL when there is none.", Aliases = ["regexp_substr"])]
[Example("regexp_extract('a1b22', '[0-9]+')", "1")]
[Example("regexp_extract('abc', '[0-9]+')", "NULL")]
internal readonly struct RegexpExtractFunction : IFunction<Utf8, Utf8, RegexCache, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, RegexCache third, TextOutput fourth)
    {
        Match match = third.Get(second).Match(first.ToString());
        return match.Success ? fourth.Write(match.ValueSpan) : Text.Null;
    }
}

[ScalarFunction("regexp_extract", "A group of the first match of a regular expression; NULL when there is none.")]
[Example("regexp_extract('key=value', '(.*)=(.*)', 2)", "value")]
internal readonly struct RegexpExtractGroupFunction : IFunction<Utf8, Utf8, long, RegexCache, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, Utf8 second, long third, RegexCache fourth, TextOutput fifth)
    {
        Regex regex = fourth.Get(second);
        if (third < 0 || third >= regex.GetGroupNumbers().Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the regular expression '{regex}' has no group {third}");
        Match match = regex.Match(first.ToString());
        return match.Success && match.Groups[(int)third].Success ? fifth.Write(match.Groups[(int)third].ValueSpan) : Text.Null;
    }
}

[ScalarFunction("regexp_count", "The number of matches of a regular expression.")]
[Example("regexp_count('a1b22', '[0-9]')", "3")]
internal readonly struct RegexpCountFunction : IFunction<Utf8, Utf8, RegexCache, long>
{
    public static long Invoke(Utf8 first, Utf8 second, RegexCache third) => third.Get(second).Count(first.ToString());
}

[ScalarFunction("regexp_instr", "The place of the first match of a regular expression, from 1; 0 when there is none.", Aliases = ["regexp_position"])]
[Example("regexp_instr('abc', 'c')", "3")]
internal readonly struct RegexpInstrFunction : IFunction<Utf8, Utf8, RegexCache, long>
{
    public static long Invoke(Utf8 first, Utf8 second, RegexCache third)
    {
        Match match = third.Get(second).Match(first.ToString());
        return match.Success ? match.Index + 1 - LowSurrogates(first.ToString().AsSpan(0, match.Index)) : 0;
    }

    // Characters beyond U+FFFF are two units of UTF-16, but one.
    private static int LowSurrogates(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (char next in text)
            count += char.IsLowSurrogate(next) ? 1 : 0;
        return count;
    }
}

/// <summary>Replacement texts.</summary>
internal static class Replacement
{
    /// <summary>PostgreSQL's \1 and \&amp; as .NET's ${1} and $&amp;.</summary>
    public static string FromPostgres(string text)
    {
        var result = new System.Text.StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '$')
                result.Append("$$");
            else if (text[at] != '\\' || at + 1 == text.Length)
                result.Append(text[at]);
            else if (char.IsAsciiDigit(text[++at]))
                result.Append("${").Append(text[at]).Append('}');
            else
                result.Append(text[at] == '&' ? "$0" : text[at].ToString());
        }

        return result.ToString();
    }
}
