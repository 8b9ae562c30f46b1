using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>How a text becomes words: in lower case, for English without stop words and by their stems.</summary>
internal sealed class TextConfiguration
{
    private static readonly FrozenSet<string> _englishStops = new[]
    {
        "i", "me", "my", "myself", "we", "our", "ours", "ourselves", "you", "your", "yours", "yourself", "yourselves", "he", "him", "his", "himself", "she", "her", "hers",
        "herself", "it", "its", "itself", "they", "them", "their", "theirs", "themselves", "what", "which", "who", "whom", "this", "that", "these", "those", "am", "is",
        "are", "was", "were", "be", "been", "being", "have", "has", "had", "having", "do", "does", "did", "doing", "a", "an", "the", "and", "but", "if", "or", "because",
        "as", "until", "while", "of", "at", "by", "for", "with", "about", "against", "between", "into", "through", "during", "before", "after", "above", "below", "to",
        "from", "up", "down", "in", "out", "on", "off", "over", "under", "again", "further", "then", "once", "here", "there", "when", "where", "why", "how", "all", "any",
        "both", "each", "few", "more", "most", "other", "some", "such", "no", "nor", "not", "only", "own", "same", "so", "than", "too", "very", "s", "t", "can", "will",
        "just", "don", "should", "now",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly bool _isEnglish;

    private TextConfiguration(bool isEnglish) => _isEnglish = isEnglish;

    /// <summary>What is used where no configuration is named.</summary>
    public static TextConfiguration English { get; } = new(isEnglish: true);

    /// <summary>Words as they are, in lower case.</summary>
    public static TextConfiguration Simple { get; } = new(isEnglish: false);

    /// <summary>The configuration of a name.</summary>
    /// <exception cref="QueryException">UNDEFINED_OBJECT.</exception>
    public static TextConfiguration Find(string name) => name.ToLowerInvariant() switch
    {
        "english" or "pg_catalog.english" => English,
        "simple" or "pg_catalog.simple" => Simple,
        _ => throw new QueryException(ErrorCode.UndefinedObject, $"text search configuration '{name}' does not exist", "There are english and simple."),
    };

    /// <summary>What a piece of a text is kept as; null for one that is not kept.</summary>
    public string? Keep(TextToken token)
    {
        string word = token.Text.ToLowerInvariant();
        if (!_isEnglish || !token.IsWord)
            return word;
        return _englishStops.Contains(word) ? null : EnglishStemmer.Stem(word);
    }

    /// <summary>Adds a text to a document behind a position; the last position that it took.</summary>
    public int AddTo(TsVector vector, string text, int position)
    {
        foreach (TextToken token in TextTokens.Of(text))
        {
            position++;
            if (Keep(token) is { } word)
                vector.Add(word, position, weight: 0);
        }

        return position;
    }

    /// <summary>The document of a text.</summary>
    public TsVector ToVector(string text)
    {
        var vector = new TsVector();
        AddTo(vector, text, 0);
        return vector;
    }

    /// <summary>The words of a text joined by an operator, stop words told apart; null when the text has none.</summary>
    public TsQuery? Join(string text, char symbol, int weights = 0, bool isPrefix = false)
    {
        TsQuery? joined = null;
        foreach (TextToken token in TextTokens.Of(text))
        {
            var word = new TsWord(Keep(token) ?? "", weights, isPrefix);
            word = word with { IsStop = word.Text.Length == 0 };
            joined = joined is null ? word : new TsPair(joined, word, symbol, symbol == TsPair.Phrase ? 1 : 0);
        }

        return joined;
    }

    /// <summary>The query of to_tsquery: operators, and words that mean here what they mean in documents.</summary>
    public TsQuery? ToQuery(string text) => new TsQueryParser(text, (word, weights, isPrefix) => Join(word, TsPair.Phrase, weights, isPrefix)).Parse();

    /// <summary>The query of websearch_to_tsquery: words, "phrases", or, and - for not.</summary>
    public TsQuery? ToWebQuery(string text)
    {
        TsQuery? alternatives = null, all = null;
        bool isOr = false;
        for (int at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            bool isNot = text[at] == '-';
            at += isNot ? 1 : 0;
            bool isPhrase = at < text.Length && text[at] == '"';
            int end = isPhrase ? text.IndexOf('"', at + 1) : at;
            if (isPhrase && end < 0)
                end = text.Length;
            while (!isPhrase && end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '"')
                end++;
            string piece = isPhrase ? text[(at + 1)..end] : text[at..end];
            at = Math.Min(text.Length, end + (isPhrase ? 1 : 0));
            if (!isPhrase && !isNot && piece.Equals("or", StringComparison.OrdinalIgnoreCase) && all is not null)
            {
                isOr = true;
                continue;
            }

            TsQuery? next = Join(piece, TsPair.Phrase) is { } joined ? TsQueryParser.Clean(joined).Node : null;
            if (next is null)
                continue;
            if (isNot)
                next = new TsNot(next);
            if (isOr)
                (alternatives, all) = (alternatives is null ? all : new TsPair(alternatives, all!, '|'), null);
            all = all is null ? next : new TsPair(all, next, '&');
            isOr = false;
        }

        return alternatives is null ? all : new TsPair(alternatives, all!, '|');
    }
}
