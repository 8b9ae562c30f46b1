namespace QueryEngine.Sql.Parsing;

/// <summary>
/// Cuts text into tokens, one at a time and without allocation. It never throws: text that is no token comes as
/// <see cref="TokenKind.Invalid"/> with the reason in <see cref="Error"/>.
/// </summary>
internal ref struct Lexer(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    /// <summary>Why the last token is invalid.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether the text ends inside the last token, so that more text might make it valid.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>The next token; at the end of the text <see cref="TokenKind.End"/>, again and again.</summary>
    public Token Next()
    {
        int commentStart = SkipBlanks();
        if (commentStart >= 0)
            return Unterminated(commentStart, "unterminated comment");

        int start = _position;
        if (start >= _text.Length)
            return new Token(TokenKind.End, Keyword.None, _text.Length, 0);

        char c = _text[start];
        if (IsWordStart(c))
            return Word(start, c);

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
            return Number(start);

        return c switch
        {
            '\'' => Quoted(TokenKind.String, start, start, backslashEscapes: false),
            '"' => Quoted(TokenKind.QuotedWord, start, start, backslashEscapes: false),
            '$' => Dollar(start),
            '@' when IsWordStart(Peek(1)) => NamedParameter(start),
            _ => Symbol(start, c),
        };
    }

    private readonly char Peek(int offset) => _position + offset < _text.Length ? _text[_position + offset] : '\0';

    private static bool IsWordStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c >= 0x80 && !char.IsWhiteSpace(c));

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || (c >= 0x80 && !char.IsWhiteSpace(c));

    private Token Take(TokenKind kind, int start, int end)
    {
        _position = end;
        return new Token(kind, Keyword.None, start, end - start);
    }

    private Token Unterminated(int start, string error)
    {
        IsUnterminated = true;
        Error = error;
        return Take(TokenKind.Invalid, start, _text.Length);
    }

    private Token Invalid(int start, int end, string error)
    {
        Error = error;
        return Take(TokenKind.Invalid, start, end);
    }

    /// <returns>Where a comment starts that never ends, or -1.</returns>
    private int SkipBlanks()
    {
        while (_position < _text.Length)
        {
            char c = _text[_position];
            if (char.IsWhiteSpace(c) || c == '\uFEFF')
            {
                _position++;
            }
            else if (c == '-' && Peek(1) == '-')
            {
                int length = _text[_position..].IndexOfAny('\n', '\r');
                _position = length < 0 ? _text.Length : _position + length;
            }
            else if (c == '/' && Peek(1) == '*')
            {
                int start = _position;
                if (!SkipBlockComment())
                    return start;
            }
            else
            {
                break;
            }
        }

        return -1;
    }

    /// <summary>Skips a comment, which may hold others.</summary>
    private bool SkipBlockComment()
    {
        int depth = 0;
        while (_position < _text.Length)
        {
            if (_text[_position] == '/' && Peek(1) == '*')
            {
                depth++;
                _position += 2;
            }
            else if (_text[_position] == '*' && Peek(1) == '/')
            {
                depth--;
                _position += 2;
                if (depth == 0)
                    return true;
            }
            else
            {
                _position++;
            }
        }

        return false;
    }

    private Token Word(int start, char first)
    {
        char second = Peek(1);
        if (second == '\'')
        {
            switch (first)
            {
                case 'e' or 'E':
                    return Quoted(TokenKind.EscapeString, start, start + 1, backslashEscapes: true);
                case 'x' or 'X':
                    return Quoted(TokenKind.HexString, start, start + 1, backslashEscapes: false);
                case 'b' or 'B':
                    return Quoted(TokenKind.BitString, start, start + 1, backslashEscapes: false);
                case 'n' or 'N':
                    return Quoted(TokenKind.String, start, start + 1, backslashEscapes: false);
            }
        }

        if (first is 'u' or 'U' && second == '&')
        {
            if (Peek(2) == '\'')
                return Quoted(TokenKind.UnicodeString, start, start + 2, backslashEscapes: false);
            if (Peek(2) == '"')
                return Quoted(TokenKind.UnicodeWord, start, start + 2, backslashEscapes: false);
        }

        int end = start + 1;
        while (end < _text.Length && IsWordPart(_text[end]))
            end++;
        _position = end;
        return new Token(TokenKind.Word, Keywords.Find(_text[start..end]), start, end - start);
    }

    private Token Quoted(TokenKind kind, int start, int quoteStart, bool backslashEscapes)
    {
        char quote = _text[quoteStart];
        int end = quoteStart + 1;
        while (true)
        {
            int length = backslashEscapes ? _text[end..].IndexOfAny(quote, '\\') : _text[end..].IndexOf(quote);
            if (length < 0)
                return Unterminated(start, quote == '"' ? "unterminated quoted identifier" : "unterminated string");

            end += length + 1;
            if (_text[end - 1] == '\\')
            {
                if (end == _text.Length)
                    return Unterminated(start, "unterminated string");
                end++;
            }
            else if (end < _text.Length && _text[end] == quote)
            {
                end++;
            }
            else
            {
                break;
            }
        }

        bool isEmptyName = quote == '"' && end - quoteStart == 2;
        return isEmptyName ? Invalid(start, end, "a quoted identifier must not be empty") : Take(kind, start, end);
    }

    private Token Number(int start)
    {
        char second = Peek(1);
        if (_text[start] == '0' && second is 'x' or 'X' or 'o' or 'O' or 'b' or 'B')
        {
            int digits = start + 2;
            while (digits < _text.Length && (char.IsAsciiHexDigit(_text[digits]) || _text[digits] == '_'))
                digits++;
            return EndOfNumber(TokenKind.RadixInteger, start, digits);
        }

        var kind = TokenKind.Integer;
        int end = Digits(start);
        if (end < _text.Length && _text[end] == '.' && !(end + 1 < _text.Length && _text[end + 1] == '.'))
        {
            kind = TokenKind.Decimal;
            end = Digits(end + 1);
        }

        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            int exponent = end + 1;
            if (exponent < _text.Length && _text[exponent] is '+' or '-')
                exponent++;
            if (exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                kind = TokenKind.Double;
                end = Digits(exponent);
            }
        }

        return EndOfNumber(kind, start, end);
    }

    private readonly int Digits(int end)
    {
        while (end < _text.Length && (char.IsAsciiDigit(_text[end]) || (_text[end] == '_' && end > 0 && char.IsAsciiDigit(_text[end - 1]))))
            end++;
        return end;
    }

    private Token EndOfNumber(TokenKind kind, int start, int end)
    {
        if (end < _text.Length && IsWordStart(_text[end]))
        {
            while (end < _text.Length && IsWordPart(_text[end]))
                end++;
            return Invalid(start, end, "letters follow a number");
        }

        return Take(kind, start, end);
    }

    private Token Dollar(int start)
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            int digits = Digits(start + 1);
            return EndOfNumber(TokenKind.IndexedParameter, start, digits);
        }

        int end = start + 1;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_' || _text[end] >= 0x80))
            end++;
        if (end < _text.Length && _text[end] == '$')
        {
            var tag = _text[start..(end + 1)];
            int length = _text[(end + 1)..].IndexOf(tag);
            return length < 0
                ? Unterminated(start, "unterminated dollar-quoted string")
                : Take(TokenKind.DollarString, start, end + 1 + length + tag.Length);
        }

        return end > start + 1 ? Take(TokenKind.NamedParameter, start, end) : Take(TokenKind.OtherOperator, start, end);
    }

    private Token NamedParameter(int start)
    {
        int end = start + 1;
        while (end < _text.Length && IsWordPart(_text[end]))
            end++;

        // @t.c is the absolute value of a column: parameters have no parts.
        bool isOperator = end + 1 < _text.Length && _text[end] == '.' && IsWordStart(_text[end + 1]);
        return isOperator ? Take(TokenKind.OtherOperator, start, start + 1) : Take(TokenKind.NamedParameter, start, end);
    }

    private Token Symbol(int start, char c)
    {
        var rest = _text[start..];
        var kind = c switch
        {
            '(' => TokenKind.LeftParen,
            ')' => TokenKind.RightParen,
            '[' => TokenKind.LeftBracket,
            ']' => TokenKind.RightBracket,
            '{' => TokenKind.LeftBrace,
            '}' => TokenKind.RightBrace,
            ',' => TokenKind.Comma,
            ';' => TokenKind.Semicolon,
            '.' => TokenKind.Dot,
            '?' => TokenKind.Question,
            _ => TokenKind.Invalid,
        };
        if (kind != TokenKind.Invalid)
            return Take(kind, start, start + 1);

        foreach (var (symbol, symbolKind) in Symbols.StartingWith(c))
        {
            if (rest.StartsWith(symbol))
                return Take(symbolKind, start, start + symbol.Length);
        }

        return Invalid(start, start + (char.IsHighSurrogate(c) && rest.Length > 1 ? 2 : 1), $"unexpected character '{c}'");
    }
}
