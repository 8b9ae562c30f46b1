namespace QueryEngine.Functions.TextSearch;

/// <summary>A piece of a text; <see cref="IsWord"/> when it is of letters, so that it has a stem.</summary>
internal readonly record struct TextToken(string Text, bool IsWord, int Start, int End, bool IsPart = false);

/// <summary>
/// Cuts text into words and numbers. As PostgreSQL's parser does for common text: numbers with sign, point and exponent are one piece; a word with hyphens
/// is a piece, and so are its parts; addresses of mail, hosts and paths stay whole; tags and entities of XML are no words.
/// </summary>
internal static class TextTokens
{
    /// <summary>The pieces in their order; parts of a word with hyphens follow it.</summary>
    public static IEnumerable<TextToken> Of(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            int end;
            if (text[at] == '<' && (end = EndOfTag(text, at)) > at)
            {
                at = end;
            }
            else if (text[at] == '&' && (end = EndOfEntity(text, at)) > at)
            {
                at = end;
            }
            else if ((end = EndOfNumber(text, at)) > at)
            {
                yield return new TextToken(text[at..end], IsWord: false, at, end);
                at = end;
            }
            else if (char.IsLetterOrDigit(text[at]) || (text[at] == '_' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1])))
            {
                foreach (TextToken token in Word(text, at, out end))
                    yield return token;
                at = end;
            }
            else
            {
                at++;
            }
        }
    }

    private static IEnumerable<TextToken> Word(string text, int start, out int end)
    {
        int address = EndOfAddress(text, start);
        if (address > start)
        {
            end = address;
            return [new TextToken(text[start..end], IsWord: false, start, end)];
        }

        end = EndOfRun(text, start);
        var parts = new List<(int Start, int End)> { (start, end) };
        while (end + 1 < text.Length && text[end] == '-' && char.IsLetter(text[end + 1]))
        {
            int next = EndOfRun(text, end + 1);
            parts.Add((end + 1, next));
            end = next;
        }

        var whole = new TextToken(text[start..end], IsPlain(text, start, end), start, end);
        return parts.Count == 1 ? [whole] : [whole, .. parts.Select(part => new TextToken(text[part.Start..part.End], IsPlain(text, part.Start, part.End), part.Start, part.End, IsPart: true))];
    }

    private static bool IsPlain(string text, int start, int end)
    {
        for (int at = start; at < end; at++)
            if (!char.IsLetter(text[at]) && text[at] != '-' && char.GetUnicodeCategory(text[at]) is not (System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark))
                return false;
        return true;
    }

    private static int EndOfRun(string text, int at)
    {
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_' || char.GetUnicodeCategory(text[at]) is System.Globalization.UnicodeCategory.NonSpacingMark))
            at++;
        while (text[at - 1] == '_')
            at--;
        return at;
    }

    // user@host.org, host.org, host.org/path: letters and digits joined by dots whose last part is of two letters at least.
    private static int EndOfAddress(string text, int start)
    {
        int at = start;
        bool hasAt = false;
        int lastDot = -1;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '-' or '_' or '@'))
        {
            if (text[at] is '.' or '@' && (at + 1 >= text.Length || !char.IsLetterOrDigit(text[at + 1])))
                break;
            hasAt |= text[at] == '@';
            if (text[at] == '.')
                lastDot = at;
            else if (text[at] == '@')
                lastDot = -1;
            at++;
        }

        while (at > start && text[at - 1] is '-' or '_')
            at--;
        bool isHost = lastDot > start && at - lastDot > 2 && text[(lastDot + 1)..at].All(char.IsLetter) && (hasAt || text[start..at].Any(char.IsLetter));
        if (!isHost)
            return start;
        if (!hasAt && at < text.Length && text[at] == '/')
            while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('<' or '>' or '"' or ',' or ')'))
                at++;
        return at;
    }

    private static int EndOfNumber(string text, int start)
    {
        int at = start;
        bool isSigned = text[at] is '-' or '+';
        if (isSigned && start > 0 && char.IsLetterOrDigit(text[start - 1]))
            return start;
        at += isSigned ? 1 : 0;
        int digits = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        if (at == digits)
            return start;
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]);)
                at++;
        if (at + 1 < text.Length && text[at] is 'e' or 'E')
        {
            int exponent = at + (text[at + 1] is '-' or '+' ? 2 : 1);
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                for (at = exponent; at < text.Length && char.IsAsciiDigit(text[at]);)
                    at++;
        }

        // 12ab is a word.
        return at < text.Length && (char.IsLetter(text[at]) || text[at] == '_') ? start : at;
    }

    private static int EndOfTag(string text, int start)
    {
        bool isTag = start + 1 < text.Length && (char.IsAsciiLetter(text[start + 1]) || text[start + 1] is '/' or '!' or '?');
        int end = isTag ? text.IndexOf('>', start) : -1;
        return end < 0 ? start : end + 1;
    }

    private static int EndOfEntity(string text, int start)
    {
        int end = text.IndexOf(';', start);
        return end > start + 1 && text[(start + 1)..end].All(symbol => char.IsAsciiLetterOrDigit(symbol) || symbol == '#') ? end + 1 : start;
    }
}
