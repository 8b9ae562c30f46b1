using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Expressions without operators.</content>
internal sealed partial class Parser
{
    private Expression ParsePrimary()
    {
        var token = Current;
        var position = Here;
        switch (token.Kind)
        {
            case TokenKind.Word:
                return ParseWord(token.Keyword);
            case TokenKind.QuotedWord or TokenKind.UnicodeWord:
                return ParseNameOrCall();
            case TokenKind.Integer:
                _index++;
                return new IntegerLiteral(NumberText(token)) { Position = position };
            case TokenKind.RadixInteger:
                _index++;
                return new IntegerLiteral(LiteralText.RadixDigits(_tokens.TextOf(token), position)) { Position = position };
            case TokenKind.Decimal:
                _index++;
                return new DecimalLiteral(NumberText(token)) { Position = position };
            case TokenKind.Double:
                _index++;
                return new DoubleLiteral(NumberText(token)) { Position = position };
            case TokenKind.HexString:
                _index++;
                return new BinaryLiteral(LiteralText.Bytes(_tokens.TextOf(token)[1..], position)) { Position = position };
            case TokenKind.BitString:
                return ParseBits(position);
            case TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString or TokenKind.DollarString:
                return new StringLiteral(ParseText()) { Position = position };
            case TokenKind.Question or TokenKind.IndexedParameter or TokenKind.NamedParameter or TokenKind.Colon:
                return ParseParameter(position);
            case TokenKind.LeftParen:
                return ParseParenthesized();
            case TokenKind.LeftBracket:
                return ParseArrayItems(position);
            case TokenKind.LeftBrace:
                return ParseStruct(position);
            default:
                throw Unexpected("an expression");
        }
    }

    private string NumberText(Token token)
    {
        string text = _tokens.TextOf(token).ToString();
        return text.Contains('_') ? text.Replace("_", "", StringComparison.Ordinal) : text;
    }

    private BitLiteral ParseBits(SourcePosition position)
    {
        string bits = _tokens.TextOf(Current)[2..^1].ToString();
        if (bits.AsSpan().ContainsAnyExcept('0', '1'))
            throw new QueryException(ErrorCode.SyntaxError, "a bit literal holds only the digits 0 and 1", position);

        _index++;
        return new BitLiteral(bits) { Position = position };
    }

    private ParameterExpression ParseParameter(SourcePosition position)
    {
        var token = Current;
        _index++;
        switch (token.Kind)
        {
            case TokenKind.Question:
                return new ParameterExpression(++_parameterCount, Name: null) { Position = position };
            case TokenKind.IndexedParameter:
                if (!int.TryParse(_tokens.TextOf(token)[1..], out int index) || index is < 1 or > ushort.MaxValue)
                    throw new QueryException(ErrorCode.UndefinedParameter, $"there is no parameter {_tokens.TextOf(token)}", position);
                _parameterCount = Math.Max(_parameterCount, index);
                return new ParameterExpression(index, Name: null) { Position = position };
            case TokenKind.NamedParameter:
                return new ParameterExpression(0, _tokens.TextOf(token)[1..].ToString()) { Position = position };
            default:
                if (!At(TokenKind.Word) || Current.Start != token.End)
                    throw Unexpected("the name of a parameter");
                return new ParameterExpression(0, ParseLabel().Value) { Position = position };
        }
    }

    private Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            var position = Here;
            switch (Current.Kind)
            {
                case TokenKind.LeftBracket:
                    _index++;
                    value = ParseSubscript(value, position);
                    break;
                case TokenKind.DoubleColon:
                    _index++;
                    value = new CastExpression(value, ParseType(), IsTry: false) { Position = position };
                    break;
                case TokenKind.Dot when Peek(1).Kind != TokenKind.Star:
                    _index++;
                    value = new FieldAccess(value, ParseLabel()) { Position = position };
                    break;
                default:
                    return value;
            }

            _height = CheckHeight(_height + 1);
        }
    }

    private Expression ParseSubscript(Expression value, SourcePosition position)
    {
        var lower = At(TokenKind.Colon) ? null : ParseExpression(Power.Lowest);
        if (Accept(TokenKind.Colon))
        {
            var upper = At(TokenKind.RightBracket) || At(TokenKind.Colon) ? null : ParseExpression(Power.Lowest);
            var step = Accept(TokenKind.Colon) ? ParseExpression(Power.Lowest) : null;
            Expect(TokenKind.RightBracket, "']'");
            return new SliceExpression(value, lower, upper) { Position = position, Step = step };
        }

        Expect(TokenKind.RightBracket, "']'");
        return new SubscriptExpression(value, lower!) { Position = position };
    }

    /// <summary><c>(query)</c>, <c>(a, b)</c> or just an expression.</summary>
    private Expression ParseParenthesized()
    {
        var position = Here;
        ExpectLeftParen();
        if (AtQuery)
            return EndSubquery(ParseQuery(), position);

        var first = ParseExpression(Power.Lowest);
        if (first is SubqueryExpression subquery && AtQueryContinuation)
            return EndSubquery(ContinueQuery(subquery.Query), position);

        if (!At(TokenKind.Comma))
        {
            ExpectRightParen();
            return first;
        }

        var items = ImmutableArray.CreateBuilder<Expression>();
        items.Add(first);
        while (Accept(TokenKind.Comma))
            items.Add(ParseExpression(Power.Lowest));
        ExpectRightParen();
        return new RowConstructor(items.DrainToImmutable()) { Position = position };
    }

    private SubqueryExpression EndSubquery(Query query, SourcePosition position)
    {
        ExpectRightParen();
        return new SubqueryExpression(query) { Position = position };
    }

    private ArrayConstructor ParseArrayItems(SourcePosition position)
    {
        Expect(TokenKind.LeftBracket, "'['");
        ImmutableArray<Expression> items = At(TokenKind.RightBracket) ? [] : List(static parser => parser.ParseArrayItem());
        Expect(TokenKind.RightBracket, "']'");
        return new ArrayConstructor(items) { Position = position };
    }

    private Expression ParseArrayItem() => ParseExpression(Power.Lowest);

    /// <summary><c>{'a': 1, b: 2}</c></summary>
    private RowConstructor ParseStruct(SourcePosition position)
    {
        Expect(TokenKind.LeftBrace, "'{'");
        var names = ImmutableArray.CreateBuilder<Identifier>();
        var items = ImmutableArray.CreateBuilder<Expression>();
        do
        {
            var namePosition = Here;
            names.Add(AtText ? new Identifier(ParseText(), IsQuoted: true) { Position = namePosition } : ParseLabel());
            Expect(TokenKind.Colon, "':'");
            items.Add(ParseExpression(Power.Lowest));
        }
        while (Accept(TokenKind.Comma));
        Expect(TokenKind.RightBrace, "'}'");
        return new RowConstructor(items.DrainToImmutable()) { Position = position, FieldNames = names.DrainToImmutable() };
    }

    private Expression ParseWord(Keyword keyword)
    {
        var position = Here;
        bool isCall = Peek(1).Kind == TokenKind.LeftParen;
        switch (keyword)
        {
            case Keyword.None:
                return ParseNameOrCall();
            case Keyword.NULL:
                _index++;
                return new NullLiteral { Position = position };
            case Keyword.TRUE or Keyword.FALSE:
                _index++;
                return new BooleanLiteral(keyword == Keyword.TRUE) { Position = position };
            case Keyword.CASE:
                return ParseCase(position);
            case Keyword.CAST or Keyword.TRY_CAST when isCall:
                return ParseCast(position);
            case Keyword.DEFAULT:
                _index++;
                return new DefaultExpression { Position = position };
            case Keyword.LIKE or Keyword.ILIKE when isCall:
                return ParseCall(new QualifiedName([TakeIdentifier()]) { Position = position });
            case Keyword.NEXT when IsWord(Peek(1), "VALUE") && Peek(2).Keyword == Keyword.FOR:
                _index += 3;
                return Call("nextval", position, new StringLiteral(ParseQualifiedName("a name of a sequence").ToString()) { Position = position });
            case Keyword.EXISTS when isCall:
                return ParseExists(position);
            case Keyword.ARRAY when Peek(1).Kind == TokenKind.LeftBracket:
                _index++;
                return ParseArrayItems(position);
            case Keyword.ARRAY when isCall && IsQueryBehindParens(2):
                _index++;
                return ParseParenthesized() is SubqueryExpression subquery
                    ? new ArraySubqueryExpression(subquery.Query) { Position = position }
                    : throw Unexpected("a query");
            case Keyword.ROW when isCall:
                return ParseRow(position);
            case Keyword.MAP when Peek(1).Kind == TokenKind.LeftBrace:
                return ParseMap(position);
            case Keyword.INTERVAL when AtInterval:
                return ParseInterval(position);
            case Keyword.CURRENT_DATE or Keyword.CURRENT_TIME or Keyword.CURRENT_TIMESTAMP or Keyword.LOCALTIME
                or Keyword.LOCALTIMESTAMP or Keyword.CURRENT_USER or Keyword.SESSION_USER or Keyword.USER
                or Keyword.CURRENT_ROLE or Keyword.CURRENT_CATALOG or Keyword.CURRENT_SCHEMA or Keyword.CURRENT_PATH:
                return ParseCurrentValue(position);
            case Keyword.EXTRACT or Keyword.POSITION or Keyword.SUBSTRING or Keyword.TRIM or Keyword.OVERLAY or Keyword.NORMALIZE
                or Keyword.JSON_VALUE or Keyword.JSON_QUERY or Keyword.JSON_EXISTS or Keyword.JSON_OBJECT or Keyword.JSON_ARRAY
                when isCall:
                return ParseSpecialCall(keyword, position);
            default:
                return ParseNameOrCall();
        }
    }

    private Expression ParseNameOrCall()
    {
        var position = Here;
        if (IsTypedLiteralAhead())
        {
            var type = ParseType();
            return new TypedLiteral(type, ParseText()) { Position = position };
        }

        if ((AtWord("FINAL") || AtWord("RUNNING")) && IsIdentifier(Peek(1)) && Peek(2).Kind == TokenKind.LeftParen)
        {
            bool isFinal = AtWord("FINAL");
            _index++;
            return ParseCall(ParseQualifiedName()) with { IsFinal = isFinal };
        }

        if (Peek(1).Kind == TokenKind.LeftParen && (AtWord("CHAR_LENGTH") || AtWord("CHARACTER_LENGTH")))
            return ParseLengthIn(position);
        if (AtWord("SYSTEM_USER") && Peek(1).Kind is not (TokenKind.LeftParen or TokenKind.Dot))
            return ParseCurrentValue(position);
        var name = ParseQualifiedName("an expression");
        return At(TokenKind.LeftParen)
            ? ParseCall(name)
            : new ColumnReference(name) { Position = position };
    }

    /// <summary>Whether a type name and a text follow: <c>DATE '...'</c>, <c>DECIMAL(10, 2) '...'</c>, <c>DOUBLE PRECISION '...'</c>.</summary>
    private bool IsTypedLiteralAhead()
    {
        int offset = 1;
        if (IsText(Peek(1)))
            return IsIdentifier(Current);
        if (Peek(1).Kind is not (TokenKind.LeftParen or TokenKind.Word or TokenKind.Dot))
            return false;

        while (Peek(offset).Kind == TokenKind.Dot && IsLabel(Peek(offset + 1)))
            offset += 2;
        if (Peek(offset).Keyword is Keyword.PRECISION or Keyword.VARYING)
            offset++;
        if (Peek(offset).Kind == TokenKind.LeftParen)
        {
            offset++;
            while (Peek(offset).Kind is TokenKind.Integer or TokenKind.Comma)
                offset++;
            if (Peek(offset).Kind != TokenKind.RightParen)
                return false;
            offset++;
        }

        if (Peek(offset).Keyword is Keyword.WITH or Keyword.WITHOUT && Peek(offset + 1).Keyword == Keyword.TIME)
            offset += 3;
        return IsText(Peek(offset)) && IsIdentifier(Current);
    }

    private bool IsQueryBehindParens(int offset)
    {
        while (Peek(offset).Kind == TokenKind.LeftParen)
            offset++;
        return IsQueryStart(offset);
    }

    private CaseExpression ParseCase(SourcePosition position)
    {
        _index++;
        var operand = At(Keyword.WHEN) ? null : ParseExpression(Power.Lowest);
        var whens = ImmutableArray.CreateBuilder<WhenClause>();
        do
        {
            var whenPosition = Here;
            Expect(Keyword.WHEN);
            var condition = ParseExpression(Power.Lowest);
            Expect(Keyword.THEN);
            whens.Add(new WhenClause(condition, ParseExpression(Power.Lowest)) { Position = whenPosition });
        }
        while (At(Keyword.WHEN));
        var otherwise = Accept(Keyword.ELSE) ? ParseExpression(Power.Lowest) : null;
        Expect(Keyword.END);
        return new CaseExpression(operand, whens.DrainToImmutable(), otherwise) { Position = position };
    }

    private CastExpression ParseCast(SourcePosition position)
    {
        bool isTry = At(Keyword.TRY_CAST);
        _index++;
        ExpectLeftParen();
        var value = ParseExpression(Power.Lowest);
        Expect(Keyword.AS);
        var type = ParseType();
        ExpectRightParen();
        return new CastExpression(value, type, isTry) { Position = position };
    }

    private ExistsExpression ParseExists(SourcePosition position)
    {
        _index++;
        return ParseParenthesized() is SubqueryExpression subquery
            ? new ExistsExpression(subquery.Query) { Position = position }
            : throw new QueryException(ErrorCode.SyntaxError, "EXISTS takes a query", position);
    }

    private RowConstructor ParseRow(SourcePosition position)
    {
        _index++;
        ExpectLeftParen();
        if (Accept(TokenKind.RightParen))
            return new RowConstructor([]) { Position = position };

        var items = List(static parser => parser.ParseRowItem());
        ExpectRightParen();
        bool isNamed = items.All(item => item.Alias is not null);
        if (!isNamed && items.Any(item => item.Alias is not null))
            throw new QueryException(ErrorCode.SyntaxError, "either all fields of a row have names or none", position);
        return new RowConstructor([.. items.Select(item => item.Expression)])
        {
            Position = position,
            FieldNames = isNamed ? [.. items.Select(item => item.Alias!)] : [],
        };
    }

    private NamedExpression ParseRowItem()
    {
        var position = Here;
        var expression = ParseExpression(Power.Lowest);
        if (At(TokenKind.Dot) && Peek(1).Kind == TokenKind.Star)
        {
            _index += 2;
            expression = new StarExpression(expression) { Position = position };
        }

        return new NamedExpression(expression, Accept(Keyword.AS) ? ParseLabel() : null) { Position = position };
    }

    private MapConstructor ParseMap(SourcePosition position)
    {
        _index += 2;
        var keys = ImmutableArray.CreateBuilder<Expression>();
        var values = ImmutableArray.CreateBuilder<Expression>();
        if (!At(TokenKind.RightBrace))
        {
            do
            {
                keys.Add(ParseExpression(Power.Lowest));
                Expect(TokenKind.Colon, "':'");
                values.Add(ParseExpression(Power.Lowest));
            }
            while (Accept(TokenKind.Comma));
        }

        Expect(TokenKind.RightBrace, "'}'");
        return new MapConstructor(keys.DrainToImmutable(), values.DrainToImmutable()) { Position = position };
    }

    private FunctionCall ParseCurrentValue(SourcePosition position)
    {
        string name = _tokens.TextOf(Current).ToString().ToLowerInvariant();
        _index++;
        ImmutableArray<Expression> arguments = [];
        if (Accept(TokenKind.LeftParen))
        {
            if (!At(TokenKind.RightParen))
                arguments = [ParseExpression(Power.Lowest)];
            ExpectRightParen();
        }

        return new FunctionCall(NameOf(name, position), arguments) { Position = position };
    }
}
