using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Names and constant texts.</content>
internal sealed partial class Parser
{
    private bool AtIdentifier => IsIdentifier(Current);

    private bool AtText => IsText(Current);

    private static bool IsText(Token token) =>
        token.Kind is TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString or TokenKind.DollarString;

    private static bool IsIdentifier(Token token) => token.Kind switch
    {
        TokenKind.Word => !Keywords.IsReserved(token.Keyword),
        TokenKind.QuotedWord or TokenKind.UnicodeWord => true,
        _ => false,
    };

    private static bool IsLabel(Token token) => token.Kind is TokenKind.Word or TokenKind.QuotedWord or TokenKind.UnicodeWord;

    /// <summary>A name; reserved words need quotes.</summary>
    private Identifier ParseIdentifier(string description = "a name") =>
        AtIdentifier ? TakeIdentifier() : throw Unexpected(description);

    /// <summary>A name where even reserved words are clear: after AS or a dot.</summary>
    private Identifier ParseLabel() => IsLabel(Current) ? TakeIdentifier() : throw Unexpected("a name");

    private Identifier TakeIdentifier()
    {
        var token = Current;
        var position = Here;
        var text = _tokens.TextOf(token);
        _index++;
        return token.Kind switch
        {
            TokenKind.QuotedWord => new Identifier(LiteralText.Unquote(text, '"'), IsQuoted: true) { Position = position },
            TokenKind.UnicodeWord => new Identifier(UnicodeText(text[2..], '"', position), IsQuoted: true) { Position = position },
            _ => new Identifier(text.ToString(), IsQuoted: false) { Position = position },
        };
    }

    /// <summary>A name that may be qualified by dots.</summary>
    private QualifiedName ParseQualifiedName(string description = "a name")
    {
        var position = Here;
        var first = ParseIdentifier(description);
        if (!At(TokenKind.Dot) || Peek(1).Kind == TokenKind.Star)
            return new QualifiedName([first]) { Position = position };

        var parts = ImmutableArray.CreateBuilder<Identifier>();
        parts.Add(first);
        while (At(TokenKind.Dot) && Peek(1).Kind != TokenKind.Star)
        {
            _index++;
            parts.Add(ParseLabel());
        }

        return new QualifiedName(parts.DrainToImmutable()) { Position = position };
    }

    private static QualifiedName NameOf(string name, Spi.SourcePosition position) =>
        new([new Identifier(name, IsQuoted: false) { Position = position }]) { Position = position };

    private ImmutableArray<Identifier> ParseColumnNames() => OptionalListInParens(static parser => parser.ParseIdentifier());

    /// <summary>The value of a constant text; neighbours on further lines belong to it.</summary>
    private string ParseText(string description = "a text in single quotes")
    {
        if (!AtText)
            throw Unexpected(description);

        string value = TakeText();
        while (AtText && IsOnNewLine())
            value += TakeText();
        return value;
    }

    private string TakeText()
    {
        var token = Current;
        var position = Here;
        var text = _tokens.TextOf(token);
        _index++;
        switch (token.Kind)
        {
            case TokenKind.EscapeString:
                return LiteralText.Unescape(text[1..], position);
            case TokenKind.UnicodeString:
                return UnicodeText(text[2..], '\'', position);
            case TokenKind.DollarString:
                int tag = text[1..].IndexOf('$') + 2;
                return text[tag..^tag].ToString();
            default:
                return LiteralText.Unquote(text[text.IndexOf('\'')..], '\'');
        }
    }

    private string UnicodeText(ReadOnlySpan<char> quoted, char quote, Spi.SourcePosition position)
    {
        char escape = '\\';
        if (At(Keyword.UESCAPE) && Peek(1).Kind == TokenKind.String)
        {
            _index++;
            string text = TakeText();
            if (text.Length != 1 || char.IsAsciiHexDigit(text[0]) || char.IsWhiteSpace(text[0]) || text[0] is '+' or '\'' or '"')
                throw new Spi.QueryException(
                    Spi.ErrorCode.SyntaxError, "UESCAPE takes one character", position, "Hexadecimal digits, the plus sign, quotes and blanks do not escape.");
            escape = text[0];
        }

        return LiteralText.UnescapeUnicode(LiteralText.Unquote(quoted, quote), escape, position);
    }

    // Comments to the end of the line may stand between, those in /* */ may not.
    private bool IsOnNewLine()
    {
        ReadOnlySpan<char> between = _text.AsSpan(_tokens[_index - 1].End, Current.Start - _tokens[_index - 1].End);
        foreach (ReadOnlySpan<char> line in between.EnumerateLines())
            if (line.TrimStart() is var text && !text.IsEmpty && !text.StartsWith("--"))
                return false;
        return between.Contains('\n');
    }

    /// <summary>A word of the grammar that is not a keyword elsewhere.</summary>
    private bool AtWord(string word) => IsWord(Current, word);

    private bool IsWord(Token token, string word) =>
        token.Kind == TokenKind.Word && _tokens.TextOf(token).Equals(word, StringComparison.OrdinalIgnoreCase);

    private bool AcceptWord(string word)
    {
        if (!AtWord(word))
            return false;
        _index++;
        return true;
    }
}
