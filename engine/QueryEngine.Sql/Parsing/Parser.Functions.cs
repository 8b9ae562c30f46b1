using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Functions written in SQL.</content>
internal sealed partial class Parser
{
    /// <summary><c>FUNCTION name(parameters) RETURNS type characteristics RETURN expression</c></summary>
    private CreateFunctionStatement ParseFunction(SourcePosition position, bool orReplace)
    {
        Expect(Keyword.FUNCTION);
        var name = ParseQualifiedName("a name of a function");
        bool hasParameters = At(TokenKind.LeftParen) && Peek(1).Kind != TokenKind.RightParen;
        var parameters = hasParameters ? ListInParens(static parser => parser.ParseFunctionParameter()) : [];
        if (!hasParameters)
        {
            ExpectLeftParen();
            ExpectRightParen();
        }

        if (!AcceptWord("RETURNS"))
            throw Unexpected("RETURNS");
        var returns = ParseType();
        var function = new CreateFunctionStatement(name, parameters, returns, new NullLiteral { Position = position }) { Position = position, OrReplace = orReplace };
        while (TryParseCharacteristic(ref function))
        {
        }

        if (AcceptWord("RETURN"))
            function = function with { Body = ParseExpression(Power.Lowest) };
        else if (Accept(Keyword.AS))
            function = function with { Body = ParseFunctionText() };
        else if (At(Keyword.BEGIN))
            throw QueryException.NotSupported("a function of several statements", Here, "Write RETURN and an expression.");
        else
            throw Unexpected("RETURN");
        while (TryParseCharacteristic(ref function))
        {
        }

        return function;
    }

    private FunctionParameter ParseFunctionParameter()
    {
        var position = Here;
        Accept(Keyword.IN);
        return new FunctionParameter(ParseIdentifier("a name of a parameter"), ParseType()) { Position = position };
    }

    // What is said about a function that the engine finds out by itself is accepted and forgotten.
    private bool TryParseCharacteristic(ref CreateFunctionStatement function)
    {
        if (AcceptWord("LANGUAGE"))
        {
            var language = ParseLabel();
            if (!language.Value.Equals("sql", StringComparison.OrdinalIgnoreCase))
                throw QueryException.NotSupported($"a function in language {language.Value}", language.Position, "Functions are written in SQL.");
            return true;
        }

        if (AcceptWord("RETURNS"))
        {
            Expect(Keyword.NULL, Keyword.ON);
            Expect(Keyword.NULL, Keyword.INPUT);
            function = function with { IsStrict = true };
            return true;
        }

        if (AcceptWord("STRICT"))
        {
            function = function with { IsStrict = true };
            return true;
        }

        if (AcceptWord("CALLED"))
        {
            Expect(Keyword.ON);
            Expect(Keyword.NULL, Keyword.INPUT);
            return true;
        }

        if (Accept(Keyword.SECURITY))
        {
            if (!Accept(Keyword.INVOKER))
                Expect(Keyword.DEFINER);
            return true;
        }

        if (At(Keyword.COMMENT) && IsText(Peek(1)))
        {
            function = function with { Comment = ParseOptionalComment() };
            return true;
        }

        if (At(Keyword.NOT) && _tokens.TextOf(Peek(1)).Equals("DETERMINISTIC", StringComparison.OrdinalIgnoreCase))
            _index++;
        return AcceptWord("DETERMINISTIC") || AcceptWord("IMMUTABLE") || AcceptWord("STABLE") || AcceptWord("VOLATILE")
            || (AtWord("CONTAINS") && AcceptWord("CONTAINS") && AcceptWord("SQL"));
    }

    /// <summary>PostgreSQL's form: the body is text, <c>$$ SELECT expression $$</c>.</summary>
    private Expression ParseFunctionText()
    {
        var position = Here;
        string text = ParseText("the body as text");
        try
        {
            if (SqlParser.ParseStatement(text) is QueryStatement { Query: { With: null, OrderBy.IsEmpty: true, Limit: null, Offset: null, Body: QuerySpecification { From.IsEmpty: true, Where: null } body } }
                && body.Items is [SelectExpression only])
                return only.Expression;
        }
        catch (QueryException error)
        {
            throw new QueryException(error.Code, $"in the body of the function: {error.Message}", position, error.Hint, error);
        }

        throw QueryException.NotSupported("a function whose body is not SELECT and one expression", position);
    }

    private DropFunctionStatement ParseDropFunction(SourcePosition position, bool ifExists)
    {
        var name = ParseQualifiedName("a name of a function");
        ImmutableArray<TypeName>? types = null;
        if (At(TokenKind.LeftParen))
        {
            bool isEmpty = Peek(1).Kind == TokenKind.RightParen;
            _index += isEmpty ? 2 : 0;
            types = isEmpty ? [] : ListInParens(static parser => parser.ParseType());
        }

        AcceptCascade();
        return new DropFunctionStatement(name, types, ifExists) { Position = position };
    }
}
