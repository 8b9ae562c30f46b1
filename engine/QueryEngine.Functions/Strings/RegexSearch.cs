using System.Text.RegularExpressions;
using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;
using RegexMatch = System.Text.RegularExpressions.Match;

namespace QueryEngine.Functions.Strings;

/// <summary>A function of regular expressions, row by row; the last expression stays ready.</summary>
internal abstract class RegexOverload(string signature) : RowOverload(signature)
{
    private Ready? _ready;

    /// <summary>The expression of an argument with flags.</summary>
    protected Regex RegexOf(in RowCall call, int argument, string flags = "")
    {
        string pattern = call.Text(argument);
        if (_ready is { } ready && ready.Pattern == pattern && ready.Flags == flags)
            return ready.Regex;
        Regex regex = new RegexCache().Get(new Utf8(call.Bytes(argument)), flags);
        _ready = new Ready(pattern, flags, regex);
        return regex;
    }

    /// <summary>The matches from a place (1 is the first) on.</summary>
    protected static IEnumerable<RegexMatch> MatchesFrom(Regex regex, string text, long start)
    {
        if (start < 1)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"invalid value for parameter \"start\": {start}");
        int from = (int)Math.Min(start - 1, text.Length + 1L);
        return from > text.Length ? [] : regex.Matches(text, from);
    }

    /// <summary>The flags of an argument that may be missing, without g.</summary>
    protected static string FlagsOf(in RowCall call, int argument) => call.Count <= argument ? string.Empty
        : call.Text(argument) is var flags && flags.Contains('g', StringComparison.Ordinal)
            ? throw new QueryException(ErrorCode.InvalidParameterValue, "this function does not support the \"global\" option of regular expressions")
            : flags;

    /// <summary>A whole number that may be missing.</summary>
    protected static long NumberOf(in RowCall call, int argument, long otherwise, long least, string name)
    {
        long value = call.Count > argument ? call.Long(argument) : otherwise;
        return value >= least ? value : throw new QueryException(ErrorCode.InvalidParameterValue, $"invalid value for parameter \"{name}\": {value}");
    }

    private sealed record Ready(string Pattern, string Flags, Regex Regex);
}

[ScalarFunction("regexp_match", "The groups of the first match of a regular expression, or all of it where there are no groups; NULL when there is no match.")]
[Example("regexp_match('foobarbequebaz', '(bar)(beque)')", "[bar, beque]")]
[Example("regexp_match('abc', 'd')", "NULL")]
internal sealed class RegexpMatchOverload() : RegexOverload("varchar, varchar -> array(varchar) | varchar, varchar, varchar -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        RegexMatch match = RegexOf(call, 1, FlagsOf(call, 2)).Match(call.Text(0));
        if (match.Success)
            Append((ArrayBuilder)call.Result, match);
        else
            call.AppendNull();
    }

    /// <summary>Appends the groups of a match, or all of it.</summary>
    public static void Append(ArrayBuilder builder, RegexMatch match)
    {
        for (int group = match.Groups.Count > 1 ? 1 : 0; group < match.Groups.Count; group++)
        {
            if (match.Groups[group].Success)
                ((BytesBuilder)builder.Elements).Append(match.Groups[group].Value);
            else
                builder.Elements.AppendNull();
        }

        builder.EndRow();
    }
}

[ScalarFunction("$regexp_matches", "The groups of the first match, or with the flag g of all matches, of a regular expression.")]
internal sealed class RegexpMatchesOverload() : RegexOverload("varchar, varchar -> array(array(varchar)) | varchar, varchar, varchar -> array(array(varchar))")
{
    protected internal override void Invoke(in RowCall call)
    {
        string flags = call.Count > 2 ? call.Text(2) : string.Empty;
        var matches = (ArrayBuilder)ArrayBuilding.Elements(call);
        foreach (RegexMatch match in RegexOf(call, 1, flags).Matches(call.Text(0)))
        {
            RegexpMatchOverload.Append(matches, match);
            if (!flags.Contains('g', StringComparison.Ordinal))
                break;
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("regexp_split_to_array", "The parts of a text between the matches of a regular expression.", Aliases = ["regexp_split_to_table", "string_split_regex", "str_split_regex"])]
[Example("regexp_split_to_array('a1b22c', '[0-9]+')", "[a, b, c]")]
[Example("regexp_split_to_array('abc', '')", "[a, b, c]")]
internal sealed class RegexpSplitOverload() : RegexOverload("varchar, varchar -> array(varchar) | varchar, varchar, varchar -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        string text = call.Text(0);
        var parts = (BytesBuilder)ArrayBuilding.Elements(call);
        int start = 0;
        foreach (RegexMatch match in RegexOf(call, 1, FlagsOf(call, 2)).Matches(text))
        {
            // PostgreSQL: nothing is split off at the ends of the text, nor right after the match before.
            if (match.Length == 0 && (match.Index == start || match.Index == text.Length))
                continue;

            parts.Append(text.AsSpan(start, match.Index - start));
            start = match.Index + match.Length;
        }

        parts.Append(text.AsSpan(start));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("regexp_split", "The parts of a text between the matches of a regular expression, empty ones included.")]
[Example("regexp_split('1a2b14m', '[a-z]')", "[1, 2, 14, ]")]
internal sealed class RegexpSplitTrinoOverload() : RegexOverload("varchar, varchar -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        string text = call.Text(0);
        var parts = (BytesBuilder)ArrayBuilding.Elements(call);
        int start = 0;
        foreach (RegexMatch match in RegexOf(call, 1).Matches(text))
        {
            parts.Append(text.AsSpan(start, match.Index - start));
            start = match.Index + match.Length;
        }

        parts.Append(text.AsSpan(start));
        ArrayBuilding.End(call);
    }
}

[ScalarFunction("regexp_extract_all", "All matches of a regular expression, or a group of each.")]
[Example("regexp_extract_all('1a 2b 14m', '[0-9]+')", "[1, 2, 14]")]
[Example("regexp_extract_all('1a 2b', '([0-9]+)([a-z])', 2)", "[a, b]")]
internal sealed class RegexpExtractAllOverload() : RegexOverload("varchar, varchar -> array(varchar) | varchar, varchar, bigint -> array(varchar)")
{
    protected internal override void Invoke(in RowCall call)
    {
        Regex regex = RegexOf(call, 1);
        long group = NumberOf(call, 2, 0, 0, "group");
        if (group >= regex.GetGroupNumbers().Length)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"the regular expression '{regex}' has no group {group}");
        foreach (RegexMatch match in regex.Matches(call.Text(0)))
        {
            if (match.Groups[(int)group].Success)
                ((BytesBuilder)ArrayBuilding.Elements(call)).Append(match.Groups[(int)group].Value);
            else
                ArrayBuilding.Elements(call).AppendNull();
        }

        ArrayBuilding.End(call);
    }
}

[ScalarFunction("regexp_count", "The number of matches of a regular expression, from a place on, with flags.")]
[Example("regexp_count('123123123', '\\d{3}', 4)", "2")]
internal sealed class RegexpCountFromOverload() : RegexOverload("varchar, varchar, bigint -> bigint | varchar, varchar, bigint, varchar -> bigint")
{
    protected internal override void Invoke(in RowCall call) =>
        call.Append(MatchesFrom(RegexOf(call, 1, FlagsOf(call, 3)), call.Text(0), NumberOf(call, 2, 1, 1, "start")).LongCount());
}

[ScalarFunction("regexp_instr", "The place of a match of a regular expression: from a place on, the match of that number, where it begins (0) or ends (1), with flags, and of one of its groups.")]
[Example("regexp_instr('abcabcabc', 'a.c', 2)", "4")]
[Example("regexp_instr('abcabcabc', 'a.c', 1, 3)", "7")]
[Example("regexp_instr('1234567890', '(123)(4(56)(78))', 1, 1, 1, 'i', 1)", "4")]
internal sealed class RegexpInstrFromOverload() : RegexOverload(
    "varchar, varchar, bigint -> bigint | varchar, varchar, bigint, bigint -> bigint | varchar, varchar, bigint, bigint, bigint -> bigint"
    + " | varchar, varchar, bigint, bigint, bigint, varchar -> bigint | varchar, varchar, bigint, bigint, bigint, varchar, bigint -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        long number = NumberOf(call, 3, 1, 1, "n"), end = NumberOf(call, 4, 0, 0, "endoption"), group = NumberOf(call, 6, 0, 0, "subexpr");
        if (end > 1)
            throw new QueryException(ErrorCode.InvalidParameterValue, $"invalid value for parameter \"endoption\": {end}");
        string text = call.Text(0);
        RegexMatch? match = MatchesFrom(RegexOf(call, 1, FlagsOf(call, 5)), text, NumberOf(call, 2, 1, 1, "start")).ElementAtOrDefault((int)Math.Min(number - 1, int.MaxValue));
        if (match is null || group >= match.Groups.Count || !match.Groups[(int)group].Success)
        {
            call.Append(0L);
            return;
        }

        Group found = match.Groups[(int)group];
        call.Append(1L + CodePoints(text, end == 0 ? found.Index : found.Index + found.Length));
    }

    private static int CodePoints(string text, int length) => text.AsSpan(0, length).Length - text.Take(length).Count(char.IsLowSurrogate);
}

[ScalarFunction("regexp_substr", "A match of a regular expression: from a place on, the match of that number, with flags, and one of its groups; NULL when there is none.")]
[Example("regexp_substr('abcabc', 'a.c', 2)", "abc")]
[Example("regexp_substr('1234567890', '(123)(4(56)(78))', 1, 1, 'i', 4)", "78")]
internal sealed class RegexpSubstrOverload() : RegexOverload(
    "varchar, varchar, bigint -> varchar | varchar, varchar, bigint, bigint -> varchar | varchar, varchar, bigint, bigint, varchar -> varchar"
    + " | varchar, varchar, bigint, bigint, varchar, bigint -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        long number = NumberOf(call, 3, 1, 1, "n"), group = NumberOf(call, 5, 0, 0, "subexpr");
        RegexMatch? match = MatchesFrom(RegexOf(call, 1, FlagsOf(call, 4)), call.Text(0), NumberOf(call, 2, 1, 1, "start"))
            .ElementAtOrDefault((int)Math.Min(number - 1, int.MaxValue));
        if (match is null || group >= match.Groups.Count || !match.Groups[(int)group].Success)
            call.AppendNull();
        else
            call.Append(match.Groups[(int)group].ValueSpan);
    }
}

[ScalarFunction("regexp_replace", "A text with a match of a regular expression replaced: from a place on, the match of that number or all (0), with flags.")]
[Example("regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i')", "X PXstgrXSQL fXnctXXn")]
[Example("regexp_replace('abcabc', 'b', 'X', 3)", "abcaXc")]
internal sealed class RegexpReplaceFromOverload() : RegexOverload(
    "varchar, varchar, varchar, bigint -> varchar | varchar, varchar, varchar, bigint, bigint -> varchar | varchar, varchar, varchar, bigint, bigint, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        long start = NumberOf(call, 3, 1, 1, "start"), number = NumberOf(call, 4, 1, 0, "n"), seen = 0;
        string text = call.Text(0), replacement = Replacement.FromPostgres(call.Text(2));
        Regex regex = RegexOf(call, 1, FlagsOf(call, 5));
        call.Append(start > text.Length + 1 ? text : regex.Replace(
            text, match => ++seen == number || number == 0 ? match.Result(replacement) : match.Value, number == 0 ? -1 : (int)number, (int)start - 1));
    }
}

[ScalarFunction("regexp_replace", "A text without the matches of a regular expression.")]
[Example("regexp_replace('1a 2b 14m', '\\d+[ab] ')", "14m")]
internal sealed class RegexpRemoveOverload() : RegexOverload("varchar, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call) => call.Append(RegexOf(call, 1).Replace(call.Text(0), string.Empty));
}

[ScalarFunction("substring", "The first match of a regular expression, or its first group; NULL when there is none.", Aliases = ["substr"])]
[Example("substring('abcdefg', 'b(.*)f')", "cde")]
internal sealed class SubstringRegexOverload() : RegexOverload("varchar, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        RegexMatch match = RegexOf(call, 1).Match(call.Text(0));
        Group found = match.Groups[match.Groups.Count > 1 ? 1 : 0];
        if (match.Success && found.Success)
            call.Append(found.ValueSpan);
        else
            call.AppendNull();
    }
}

[ScalarFunction("substring", "The part of a text that the middle of a SIMILAR TO pattern matches; the escape character before double quotes marks it.")]
[Example("substring('abcdefg', 'a#\"(b_d)#\"%', '#')", "bcd")]
[Example("substring('abcdefg', '#\"%#\"x', '#')", "NULL")]
internal sealed class SubstringSimilarOverload() : RegexOverload("varchar, varchar, varchar -> varchar")
{
    protected internal override void Invoke(in RowCall call)
    {
        string escape = call.Text(2), text = call.Text(0);
        if (escape.Length > 1)
            throw new QueryException(ErrorCode.InvalidEscape, $"invalid escape string '{escape}'", "Escape string must be empty or one character.");
        string[] parts = call.Text(1).Split(escape + "\"");
        if (parts.Length is not (1 or 3) || escape.Length == 0)
            throw parts.Length > 3
                ? new QueryException(ErrorCode.InvalidEscape, "SQL regular expression may not contain more than two escape-double-quote separators")
                : new QueryException(ErrorCode.InvalidEscape, "a pattern of SUBSTRING has its middle between two escaped double quotes");
        Regex[] regexes = [.. parts.Select(part => RegexCache.Create(RegexCache.FromSimilar(part, escape[0]), RegexOptions.Singleline | RegexOptions.CultureInvariant))];
        string? found = regexes.Length == 1 ? regexes[0].IsMatch(text) ? text : null : Middle(text, regexes);
        if (found is null)
            call.AppendNull();
        else
            call.Append(found);
    }

    // The first part matches as little as it can, the middle as much.
    private static string? Middle(string text, Regex[] parts)
    {
        for (int start = 0; start <= text.Length; start++)
        {
            if (!parts[0].IsMatch(text[..start]))
                continue;
            for (int end = text.Length; end >= start; end--)
                if (parts[2].IsMatch(text[end..]) && parts[1].IsMatch(text[start..end]))
                    return text[start..end];
        }

        return null;
    }
}
