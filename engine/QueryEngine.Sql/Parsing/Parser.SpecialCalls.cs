using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>The standard's calls with words between the arguments.</content>
internal sealed partial class Parser
{
    private Expression ParseSpecialCall(Keyword keyword, SourcePosition position)
    {
        switch (keyword)
        {
            case Keyword.EXTRACT when IsLabelOrText(Peek(2)) && Peek(3).Keyword == Keyword.FROM:
                return ParseExtract(position);
            case Keyword.POSITION:
                return ParsePosition(position);
            case Keyword.SUBSTRING:
                return ParseSubstring(position);
            case Keyword.TRIM:
                return ParseTrim(position);
            case Keyword.OVERLAY:
                return ParseOverlay(position);
            case Keyword.NORMALIZE:
                return ParseNormalize(position);
            case Keyword.JSON_EXISTS:
                return ParseJsonPath(JsonPathFunction.Exists, position);
            case Keyword.JSON_VALUE:
                return ParseJsonPath(JsonPathFunction.Value, position);
            case Keyword.JSON_QUERY:
                return ParseJsonPath(JsonPathFunction.Query, position);
            case Keyword.JSON_OBJECT:
                return ParseJsonObject(position);
            case Keyword.JSON_ARRAY:
                return ParseJsonArray(position);
            default:
                return ParseNameOrCall();
        }
    }

    private static bool IsLabelOrText(Token token) => IsLabel(token) || IsText(token);

    private static FunctionCall Call(string name, SourcePosition position, params ReadOnlySpan<Expression> arguments) =>
        new(NameOf(name, position), [.. arguments]) { Position = position };

    /// <summary>Ends a call that turned out to have plain arguments: <c>position(a, b)</c>.</summary>
    private FunctionCall EndPlainCall(string name, SourcePosition position, Expression first)
    {
        var arguments = ImmutableArray.CreateBuilder<Expression>();
        arguments.Add(first);
        while (Accept(TokenKind.Comma))
            arguments.Add(ParseExpression(Power.Lowest));
        ExpectRightParen();
        return ParseCallSuffixes(new FunctionCall(NameOf(name, position), arguments.DrainToImmutable()) { Position = position });
    }

    private FunctionCall ParseExtract(SourcePosition position)
    {
        _index += 2;
        var fieldPosition = Here;
        string field = AtText ? ParseText() : ParseLabel().Value.ToLowerInvariant();
        Expect(Keyword.FROM);
        var source = ParseExpression(Power.Lowest);
        ExpectRightParen();
        return Call("extract", position, new StringLiteral(field) { Position = fieldPosition }, source);
    }

    private FunctionCall ParsePosition(SourcePosition position)
    {
        _index += 2;
        var first = ParseExpression(Power.Range + 1);
        if (!Accept(Keyword.IN))
            return EndPlainCall("position", position, first);

        var text = ParseExpression(Power.Lowest);
        bool isOctets = AcceptOctets();
        ExpectRightParen();
        return isOctets ? Call("strpos", position, Bytes(text), Bytes(first)) : Call("strpos", position, text, first);
    }

    private FunctionCall ParseSubstring(SourcePosition position)
    {
        _index += 2;
        var text = ParseExpression(Power.Lowest);
        if (Accept(Keyword.SIMILAR))
        {
            var pattern = ParseExpression(Power.Range + 1);
            Expect(Keyword.ESCAPE);
            var escape = ParseExpression(Power.Range + 1);
            ExpectRightParen();
            return Call("substring", position, text, pattern, escape);
        }

        if (!At(Keyword.FROM) && !At(Keyword.FOR))
            return EndPlainCall("substring", position, text);

        Expression? start = null;
        Expression? length = null;
        while (At(Keyword.FROM) || At(Keyword.FOR))
        {
            if (Accept(Keyword.FROM))
                start = ParseExpression(Power.Lowest);
            else if (Accept(Keyword.FOR))
                length = ParseExpression(Power.Lowest);
        }

        bool isOctets = AcceptOctets();
        ExpectRightParen();
        start ??= new IntegerLiteral("1") { Position = position };
        var part = isOctets ? Bytes(text) : text;
        var call = length is null ? Call("substring", position, part, start) : Call("substring", position, part, start, length);
        return isOctets ? Call("from_utf8", position, call) : call;
    }

    /// <summary><c>USING CHARACTERS</c> or <c>USING OCTETS</c>; true for the latter.</summary>
    private bool AcceptOctets()
    {
        if (!Accept(Keyword.USING))
            return false;
        if (AcceptWord("OCTETS"))
            return true;
        return AcceptWord("CHARACTERS") ? false : throw Unexpected("CHARACTERS or OCTETS");
    }

    /// <summary>The bytes of a text, in UTF-8.</summary>
    private static FunctionCall Bytes(Expression text) => Call("to_utf8", text.Position, text);

    private FunctionCall ParseLengthIn(SourcePosition position)
    {
        string name = _tokens.TextOf(Current).ToString().ToLowerInvariant();
        _index += 2;
        var text = ParseExpression(Power.Lowest);
        if (!At(Keyword.USING))
            return EndPlainCall(name, position, text);
        bool isOctets = AcceptOctets();
        ExpectRightParen();
        return Call(isOctets ? "octet_length" : name, position, text);
    }

    private FunctionCall ParseTrim(SourcePosition position)
    {
        _index += 2;
        string name = "trim";
        if (Accept(Keyword.LEADING))
            name = "ltrim";
        else if (Accept(Keyword.TRAILING))
            name = "rtrim";
        else
            Accept(Keyword.BOTH);

        if (Accept(Keyword.FROM))
            return EndPlainCall(name, position, ParseExpression(Power.Lowest));

        var first = ParseExpression(Power.Lowest);
        if (!Accept(Keyword.FROM))
            return EndPlainCall(name, position, first);

        var text = ParseExpression(Power.Lowest);
        ExpectRightParen();
        return Call(name, position, text, first);
    }

    private FunctionCall ParseOverlay(SourcePosition position)
    {
        _index += 2;
        var text = ParseExpression(Power.Lowest);
        if (!Accept(Keyword.PLACING))
            return EndPlainCall("overlay", position, text);

        var replacement = ParseExpression(Power.Lowest);
        Expect(Keyword.FROM);
        var start = ParseExpression(Power.Lowest);
        var length = Accept(Keyword.FOR) ? ParseExpression(Power.Lowest) : null;
        if (AcceptOctets())
            throw QueryException.NotSupported("USING OCTETS in OVERLAY", position);
        ExpectRightParen();
        return length is null
            ? Call("overlay", position, text, replacement, start)
            : Call("overlay", position, text, replacement, start, length);
    }

    private FunctionCall ParseNormalize(SourcePosition position)
    {
        _index += 2;
        var text = ParseExpression(Power.Lowest);
        bool isForm = At(TokenKind.Comma) && Peek(1).Kind == TokenKind.Word && Peek(2).Kind == TokenKind.RightParen;
        if (!isForm)
            return EndPlainCall("normalize", position, text);

        _index++;
        var formPosition = Here;
        var form = new StringLiteral(ParseLabel().Value.ToUpperInvariant()) { Position = formPosition };
        ExpectRightParen();
        return Call("normalize", position, text, form);
    }
}
