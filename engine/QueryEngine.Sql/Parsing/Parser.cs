using System.Runtime.CompilerServices;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <summary>
/// A recursive-descent parser with operator precedence. Chains of operators are loops; what nests is counted, so that
/// hostile text is an error and never the end of the process.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>How deep parentheses, calls, prefixes and queries may nest.</summary>
    public const int MaximumDepth = 500;

    /// <summary>How high the tree of one expression or relation may grow by chains of operators.</summary>
    private const int MaximumHeight = 2_000;

    private readonly TokenStream _tokens;
    private readonly string _text;
    private int _index;
    private int _depth;
    private int _height;
    private int _parameterCount;
    private QualifiedName? _selectInto;
    private int _selectIntoDepth;

    // Where FOR UPDATE belongs to the cursor whose query is read.
    private int _cursorDepth;

    public Parser(string text)
    {
        _text = text;
        _tokens = new TokenStream(text);
    }

    private Token Current => _tokens[_index];

    private SourcePosition Here => _tokens.PositionOf(Current);

    /// <summary>Statements until the end of the text.</summary>
    public List<ParsedStatement> ParseScript()
    {
        var statements = new List<ParsedStatement>();
        while (true)
        {
            while (Accept(TokenKind.Semicolon))
            {
            }

            if (At(TokenKind.End))
                return statements;

            _parameterCount = 0;
            int start = Current.Start;
            var statement = ParseStatement();
            string text = _text[start.._tokens[_index - 1].End];
            statements.Add(new ParsedStatement(statement, text, _parameterCount));
            if (!At(TokenKind.End))
                Expect(TokenKind.Semicolon, "';' or the end of the statement");
        }
    }

    /// <summary>Parses something that must be the whole text.</summary>
    public T ParseWhole<T>(Func<Parser, T> parse)
    {
        var result = parse(this);
        return At(TokenKind.End) ? result : throw Unexpected("the end of the text");
    }

    /// <summary>An expression of any kind.</summary>
    public Expression ParseAnyExpression() => ParseExpression(Power.Lowest);

    private void Enter()
    {
        if (++_depth > MaximumDepth)
            throw TooDeep(Here);
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooComplex("the statement nests too deep");
    }

    private void Leave() => _depth--;

    private int CheckHeight(int height) =>
        height <= MaximumHeight ? height : throw TooComplex($"a chain of operators is longer than {MaximumHeight} terms");

    /// <summary>The error for parentheses and the like that nest too deep.</summary>
    public static QueryException TooDeep(SourcePosition position) =>
        new(ErrorCode.StatementTooComplex, $"the statement nests deeper than {MaximumDepth} levels", position);

    private QueryException TooComplex(string message) => new(ErrorCode.StatementTooComplex, message, Here);

    private Token Peek(int offset) => _tokens[_index + offset];

    private bool At(TokenKind kind) => Current.Kind == kind;

    private bool At(Keyword keyword) => Current.Keyword == keyword;

    private bool At(Keyword first, Keyword second) => Current.Keyword == first && Peek(1).Keyword == second;

    private bool AtAny(ReadOnlySpan<Keyword> keywords) => At(TokenKind.Word) && keywords.Contains(Current.Keyword);

    private bool Accept(TokenKind kind)
    {
        if (!At(kind))
            return false;
        _index++;
        return true;
    }

    private bool Accept(Keyword keyword)
    {
        if (!At(keyword))
            return false;
        _index++;
        return true;
    }

    private bool Accept(Keyword first, Keyword second)
    {
        if (!At(first, second))
            return false;
        _index += 2;
        return true;
    }

    private bool Accept(Keyword first, Keyword second, Keyword third)
    {
        if (!At(first, second) || Peek(2).Keyword != third)
            return false;
        _index += 3;
        return true;
    }

    private void Expect(TokenKind kind, string description)
    {
        if (!Accept(kind))
            throw Unexpected(description);
    }

    private void Expect(Keyword keyword)
    {
        if (!Accept(keyword))
            throw Unexpected(Keywords.Text(keyword));
    }

    private void Expect(Keyword first, Keyword second)
    {
        Expect(first);
        Expect(second);
    }

    private void ExpectLeftParen() => Expect(TokenKind.LeftParen, "'('");

    private void ExpectRightParen() => Expect(TokenKind.RightParen, "')'");

    private QueryException Unexpected(string expected)
    {
        var token = Current;
        if (token.Kind == TokenKind.End)
            return new QueryException(ErrorCode.SyntaxError, $"syntax error at end of input: expected {expected}", Here);

        string word = _tokens.ShortTextOf(token);
        string? hint = null;
        if (expected.StartsWith("a name", StringComparison.Ordinal) && Keywords.IsReserved(token.Keyword))
            hint = $"{word.ToUpperInvariant()} is a reserved word: write \"{word}\" in double quotes to use it as a name.";
        return new QueryException(ErrorCode.SyntaxError, $"syntax error at or near '{word}': expected {expected}", Here, hint);
    }

    private ImmutableArray<T> List<T>(Func<Parser, T> parse)
    {
        var first = parse(this);
        if (!At(TokenKind.Comma))
            return [first];

        var items = ImmutableArray.CreateBuilder<T>();
        items.Add(first);
        while (Accept(TokenKind.Comma) && !AtTrailingCommaEnd)
            items.Add(parse(this));
        return items.DrainToImmutable();
    }

    /// <summary>Whether the list ends here, so that the comma before was one too many: a habit of editing lists by lines.</summary>
    private bool AtTrailingCommaEnd => At(TokenKind.RightParen) || At(TokenKind.RightBracket) || At(TokenKind.End) || At(TokenKind.Semicolon) || At(Keyword.FROM);

    private ImmutableArray<T> ListInParens<T>(Func<Parser, T> parse)
    {
        ExpectLeftParen();
        var items = List(parse);
        ExpectRightParen();
        return items;
    }

    private ImmutableArray<T> OptionalListInParens<T>(Func<Parser, T> parse) =>
        At(TokenKind.LeftParen) ? ListInParens(parse) : [];
}
