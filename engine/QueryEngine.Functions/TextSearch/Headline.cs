using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>
/// Marks the words of a query in a text, and cuts out of a long one the part that has most of them: at least MinWords and at most MaxWords words. Fragments
/// of several places are not made.
/// </summary>
internal sealed class Headline
{
    private readonly TextConfiguration _configuration;
    private readonly TsWord[] _words;
    private string _start = "<b>";
    private string _stop = "</b>";
    private int _maxWords = 35;
    private int _minWords = 15;
    private int _shortWord = 3;
    private bool _isAll;

    /// <summary>Reads the options: <c>StartSel = [, MaxWords = 10</c>.</summary>
    /// <exception cref="QueryException">INVALID_PARAMETER_VALUE.</exception>
    public Headline(TextConfiguration configuration, TsQuery? query, string options)
    {
        (_configuration, _words) = (configuration, [.. query?.Words ?? []]);
        foreach (string option in options.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equal = option.IndexOf('=', StringComparison.Ordinal);
            if (equal < 0)
                throw Wrong($"'{option}' is no option of a headline: it looks like MaxWords = 10");
            Set(option[..equal].Trim(), option[(equal + 1)..].Trim().Trim('"'));
        }

        if (_minWords >= _maxWords)
            throw Wrong("MinWords must be less than MaxWords");
    }

    /// <summary>The marked part of a text.</summary>
    public string Of(string text)
    {
        TextToken[] tokens = [.. TextTokens.Of(text).Where(token => !token.IsPart)];
        bool[] isHit = [.. tokens.Select(IsHit)];
        (int first, int last) = _isAll ? (0, tokens.Length - 1) : Choose(tokens, isHit);
        bool isFromStart = first <= 0, isToEnd = last >= tokens.Length - 1;
        if (tokens.Length == 0)
            return text;
        var marked = new StringBuilder();
        int at = isFromStart && (_isAll || tokens.Length <= _maxWords) ? 0 : tokens[first].Start;
        for (int token = first; token <= last; token++)
        {
            marked.Append(text, at, tokens[token].Start - at);
            marked.Append(isHit[token] ? _start : "").Append(text, tokens[token].Start, tokens[token].End - tokens[token].Start).Append(isHit[token] ? _stop : "");
            at = tokens[token].End;
        }

        return isToEnd ? marked.Append(text, at, text.Length - at).ToString() : marked.ToString();
    }

    private static QueryException Wrong(string what) => new(ErrorCode.InvalidParameterValue, what);

    private void Set(string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "startsel":
                _start = value;
                break;
            case "stopsel":
                _stop = value;
                break;
            case "maxwords":
                _maxWords = Number(name, value, 1);
                break;
            case "minwords":
                _minWords = Number(name, value, 1);
                break;
            case "shortword":
                _shortWord = Number(name, value, 0);
                break;
            case "highlightall":
                _isAll = value.ToLowerInvariant() is "1" or "on" or "true" or "t" or "y" or "yes";
                break;
            case "maxfragments" or "fragmentdelimiter":
                if (name.Equals("maxfragments", StringComparison.OrdinalIgnoreCase) && Number(name, value, 0) > 0)
                    throw QueryException.NotSupported("a headline of several fragments");
                break;
            default:
                throw Wrong($"unrecognized headline parameter: \"{name}\"");
        }
    }

    private static int Number(string name, string value, int least) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number >= least ? number : throw Wrong($"{name} takes a whole number from {least}, not '{value}'");

    private bool IsHit(TextToken token)
    {
        if (_configuration.Keep(token) is not { } kept)
            return false;
        return Array.Exists(_words, word => word.IsPrefix ? kept.StartsWith(word.Text, StringComparison.Ordinal) : kept == word.Text);
    }

    // The stretch with the most different words of the query, the shortest and first of them, made as long as MinWords asks for.
    private (int First, int Last) Choose(TextToken[] tokens, bool[] isHit)
    {
        if (tokens.Length <= _minWords || Array.IndexOf(isHit, true) < 0)
            return (0, Math.Min(tokens.Length, Array.IndexOf(isHit, true) < 0 ? _minWords : tokens.Length) - 1);
        (int first, int last, int most) = (0, 0, -1);
        int[] hits = [.. Enumerable.Range(0, tokens.Length).Where(at => isHit[at])];
        foreach (int from in hits)
        {
            var words = new HashSet<string?>();
            foreach (int to in hits.Where(at => at >= from && at - from < _maxWords))
            {
                if (!words.Add(_configuration.Keep(tokens[to])))
                    continue;
                if (words.Count > most || (words.Count == most && to - from < last - first))
                    (first, last, most) = (from, to, words.Count);
            }
        }

        while (last - first + 1 < _minWords && last < tokens.Length - 1)
            last++;
        while (last - first + 1 < _minWords && first > 0)
            first--;
        while (last < tokens.Length - 1 && last - first + 1 < _maxWords && !isHit[last] && tokens[last].End - tokens[last].Start <= _shortWord)
            last++;
        return (first, last);
    }
}
