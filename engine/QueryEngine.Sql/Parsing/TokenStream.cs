using QueryEngine.Spi;

namespace QueryEngine.Sql.Parsing;

/// <summary>All tokens of a text, and their places in it.</summary>
internal sealed class TokenStream
{
    /// <summary>A tree of more tokens would not fit the memory of a small machine.</summary>
    private const int MaximumTokens = 4_000_000;

    private readonly string _text;
    private readonly List<int> _lineStarts = [0];
    private Token[] _tokens;
    private int _count;
    private int _lastLine;

    /// <summary>Cuts up the text; text that is no token is a syntax error.</summary>
    public TokenStream(string text)
    {
        _text = text;
        FindLines();
        _tokens = new Token[Math.Max(16, text.Length / 5)];
        var lexer = new Lexer(text);
        int open = 0;
        Token token;
        do
        {
            token = lexer.Next();
            switch (token.Kind)
            {
                case TokenKind.Invalid:
                    throw Invalid(token, lexer.Error!);
                case TokenKind.LeftParen or TokenKind.LeftBracket or TokenKind.LeftBrace:
                    if (++open > Parser.MaximumDepth)
                        throw Parser.TooDeep(PositionOf(token));
                    break;
                case TokenKind.RightParen or TokenKind.RightBracket or TokenKind.RightBrace:
                    open--;
                    break;
                case TokenKind.Semicolon:
                    open = 0;
                    break;
            }

            if (_count == MaximumTokens)
                throw new QueryException(
                    ErrorCode.StatementTooComplex, $"the text holds more than {MaximumTokens} words and symbols", PositionOf(token));
            if (_count == _tokens.Length)
                Array.Resize(ref _tokens, _count * 2);
            _tokens[_count++] = token;
        }
        while (token.Kind != TokenKind.End);
    }

    /// <summary>The token at an index; past the end it is <see cref="TokenKind.End"/>.</summary>
    public Token this[int index] => _tokens[Math.Min(index, _count - 1)];

    /// <summary>The token's text.</summary>
    public ReadOnlySpan<char> TextOf(Token token) => _text.AsSpan(token.Start, token.Length);

    /// <summary>The token's text for a message.</summary>
    public string ShortTextOf(Token token) => token.Length <= 60
        ? TextOf(token).ToString()
        : string.Concat(TextOf(token)[..57], "...");

    /// <summary>Where the token starts.</summary>
    public SourcePosition PositionOf(Token token)
    {
        // Most questions are about the line of the one before, or the next.
        int line = _lastLine;
        if (token.Start < _lineStarts[line] || (line + 1 < _lineStarts.Count && token.Start >= _lineStarts[line + 1]))
        {
            line = _lineStarts.BinarySearch(token.Start);
            if (line < 0)
                line = ~line - 1;
            _lastLine = line;
        }

        return new SourcePosition(line + 1, token.Start - _lineStarts[line] + 1);
    }

    /// <summary>Takes the first character off a token of two, so that <c>&gt;&gt;</c> can close two lists of types.</summary>
    public void SplitShift(int index) =>
        _tokens[index] = new Token(TokenKind.Greater, Keyword.None, _tokens[index].Start + 1, 1);

    private void FindLines()
    {
        var rest = _text.AsSpan();
        int offset = 0;
        while (true)
        {
            int length = rest.IndexOf('\n');
            if (length < 0)
                return;

            offset += length + 1;
            _lineStarts.Add(offset);
            rest = rest[(length + 1)..];
        }
    }

    private QueryException Invalid(Token token, string error)
    {
        string? hint = _text[token.Start] == '`' ? "Names that need quotes stand in double quotes." : null;
        string message = error.StartsWith("letters", StringComparison.Ordinal)
            ? $"syntax error at or near '{ShortTextOf(token)}': {error}"
            : error;
        return new QueryException(ErrorCode.SyntaxError, message, PositionOf(token), hint);
    }
}
