using System.Globalization;
using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.TextSearch;

/// <summary>Reads the pieces of the text of a tsvector or a tsquery.</summary>
internal sealed class TsReader(string text)
{
    private int _at;

    /// <summary>Whether all is read but blanks.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipBlanks();
            return _at >= text.Length;
        }
    }

    /// <summary>The next character; zero at the end.</summary>
    public char Next => _at < text.Length ? text[_at] : '\0';

    /// <summary>Writes a word in quotes.</summary>
    public static void Quote(string word, StringBuilder target)
    {
        target.Append('\'');
        foreach (char next in word)
        {
            if (next is '\'' or '\\')
                target.Append(next);
            target.Append(next);
        }

        target.Append('\'');
    }

    /// <summary>Takes a character.</summary>
    public bool Accept(char symbol)
    {
        if (Next != symbol)
            return false;
        _at++;
        return true;
    }

    /// <summary>Takes characters.</summary>
    public bool Accept(string symbols)
    {
        if (string.CompareOrdinal(text, _at, symbols, 0, symbols.Length) != 0)
            return false;
        _at += symbols.Length;
        return true;
    }

    /// <summary>Skips blanks.</summary>
    public void SkipBlanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    /// <summary>A word, in quotes or up to a blank or one of <paramref name="ends"/>; false at the end.</summary>
    public bool TryReadWord(out string word, string ends = ":")
    {
        SkipBlanks();
        word = "";
        if (_at >= text.Length)
            return false;
        var read = new StringBuilder();
        bool isQuoted = Accept('\'');
        while (_at < text.Length)
        {
            char next = text[_at];
            if (isQuoted && next == '\'')
            {
                _at++;
                if (Next != '\'')
                {
                    isQuoted = false;
                    break;
                }
            }
            else if (!isQuoted && (char.IsWhiteSpace(next) || ends.Contains(next, StringComparison.Ordinal)))
            {
                break;
            }
            else if (next == '\\' && ++_at >= text.Length)
            {
                throw Wrong();
            }

            read.Append(text[_at++]);
        }

        word = read.ToString();
        return !isQuoted && word.Length > 0 ? true : throw Wrong();
    }

    /// <summary>A position.</summary>
    public int ReadPosition()
    {
        int start = _at;
        while (char.IsAsciiDigit(Next))
            _at++;
        if (start == _at)
            throw Wrong();
        int position = int.TryParse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out int read) ? read : TsVector.MaxPosition;
        return position > 0 ? position : throw Wrong();
    }

    /// <summary>The distance of a phrase.</summary>
    public int ReadDistance()
    {
        int start = _at;
        while (char.IsAsciiDigit(Next))
            _at++;
        return int.TryParse(text.AsSpan(start, _at - start), CultureInfo.InvariantCulture, out int distance) && distance <= TsVector.MaxPosition ? distance : throw Wrong();
    }

    /// <summary>The weight of a place: A to D, D where none is written.</summary>
    public int ReadWeight()
    {
        int weight = char.ToUpperInvariant(Next) is >= 'A' and <= 'D' and var letter ? 'D' - letter : -1;
        if (weight >= 0)
            _at++;
        return Math.Max(0, weight);
    }

    /// <summary>The error for a text that cannot be read.</summary>
    public QueryException Wrong() => new(ErrorCode.SyntaxError, $"syntax error in text search: \"{text}\"");
}
