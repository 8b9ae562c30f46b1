using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Operators.</content>
internal sealed partial class Parser
{
    /// <summary>
    /// An expression of operators that bind at least this tightly. Leaves the height of its tree in <see cref="_height"/>
    /// when it is above what was there.
    /// </summary>
    private Expression ParseExpression(int minimumPower)
    {
        int heightOfSiblings = _height;
        _height = 0;
        var left = ParsePrefix();
        int height = _height + 1;
        while (true)
        {
            int power = InfixPower();
            if (power == Power.None || power < minimumPower)
                break;

            _height = 0;
            left = ParseInfix(left, power);
            height = CheckHeight(Math.Max(height, _height) + 1);
        }

        _height = Math.Max(heightOfSiblings, height);
        return left;
    }

    private Expression ParsePrefix()
    {
        Enter();
        var position = Here;
        Expression result;
        switch (Current.Kind)
        {
            case TokenKind.Minus:
                _index++;
                result = new UnaryExpression(UnaryOperator.Minus, ParseExpression(Power.Unary)) { Position = position };
                break;
            case TokenKind.Plus:
                _index++;
                result = new UnaryExpression(UnaryOperator.Plus, ParseExpression(Power.Unary)) { Position = position };
                break;
            case TokenKind.Tilde:
                _index++;
                result = new UnaryExpression(UnaryOperator.BitwiseNot, ParseExpression(Power.Operator + 1)) { Position = position };
                break;
            case TokenKind.OtherOperator:
                string symbol = _tokens.TextOf(Current).ToString();
                _index++;
                result = new OperatorExpression(symbol, Left: null, ParseExpression(Power.Operator + 1)) { Position = position };
                break;
            case TokenKind.Word when At(Keyword.NOT):
                _index++;
                result = new NotExpression(ParseExpression(Power.Not)) { Position = position };
                break;
            default:
                result = ParsePostfix(ParsePrimary());
                break;
        }

        Leave();
        return result;
    }

    private int InfixPower()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Word:
                return token.Keyword == Keyword.None ? Power.None : WordPower(token.Keyword);
            case TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual
                or TokenKind.Greater or TokenKind.GreaterOrEqual:
                return Power.Comparison;
            case TokenKind.Plus or TokenKind.Minus:
                return Power.Additive;
            case TokenKind.Star or TokenKind.Slash or TokenKind.DoubleSlash or TokenKind.Percent:
                return Power.Multiplicative;
            case TokenKind.Caret:
                return Power.Exponent;
            case TokenKind.Concat or TokenKind.Ampersand or TokenKind.Bar or TokenKind.Hash or TokenKind.ShiftLeft
                or TokenKind.ShiftRight or TokenKind.Arrow or TokenKind.LongArrow or TokenKind.OtherOperator or TokenKind.Question
                or TokenKind.Tilde or TokenKind.TildeStar or TokenKind.NotTilde or TokenKind.NotTildeStar
                or TokenKind.DoubleTilde or TokenKind.DoubleTildeStar or TokenKind.NotDoubleTilde or TokenKind.NotDoubleTildeStar:
                return Power.Operator;
            default:
                return Power.None;
        }
    }

    private int WordPower(Keyword keyword)
    {
        switch (keyword)
        {
            case Keyword.OR:
                return Power.Or;
            case Keyword.AND:
                return Power.And;
            case Keyword.IS or Keyword.ISNULL or Keyword.NOTNULL:
                return Power.Is;
            case Keyword.IN or Keyword.LIKE or Keyword.ILIKE or Keyword.BETWEEN or Keyword.OVERLAPS:
                return Power.Range;
            case Keyword.SIMILAR when Peek(1).Keyword == Keyword.TO:
                return Power.Range;
            case Keyword.NOT when Peek(1).Keyword is Keyword.IN or Keyword.LIKE or Keyword.ILIKE or Keyword.BETWEEN or Keyword.SIMILAR:
                return Power.Range;
            case Keyword.OPERATOR when Peek(1).Kind == TokenKind.LeftParen:
                return Power.Operator;
            case Keyword.AT when Peek(1).Keyword is Keyword.TIME or Keyword.LOCAL:
                return Power.At;
            case Keyword.COLLATE:
                return Power.Collate;
            default:
                return Power.None;
        }
    }

    private Expression ParseInfix(Expression left, int power)
    {
        var position = Here;
        var token = Current;
        _index++;
        switch (power)
        {
            case Power.Or:
                return ParseLogical(LogicalOperator.Or, left, Keyword.OR, power, position);
            case Power.And:
                return ParseLogical(LogicalOperator.And, left, Keyword.AND, power, position);
            case Power.Is:
                return ParseIs(left, token.Keyword, position);
            case Power.Comparison:
                return ParseComparison(left, ComparisonOf(token.Kind), position);
            case Power.Range:
                return ParseRange(left, token.Keyword, position);
            case Power.At:
                return ParseAtTimeZone(left, position);
            case Power.Collate:
                return new CollateExpression(left, ParseQualifiedName()) { Position = position };
            default:
                return token.Keyword == Keyword.OPERATOR
                    ? ParseNamedOperator(left, position)
                    : ParseSymbol(left, token, power, position);
        }
    }

    private LogicalExpression ParseLogical(
        LogicalOperator @operator, Expression first, Keyword keyword, int power, SourcePosition position)
    {
        var second = ParseExpression(power + 1);
        if (!At(keyword))
            return new LogicalExpression(@operator, [first, second]) { Position = position };

        var terms = ImmutableArray.CreateBuilder<Expression>();
        terms.Add(first);
        terms.Add(second);
        while (Accept(keyword))
            terms.Add(ParseExpression(power + 1));
        return new LogicalExpression(@operator, terms.DrainToImmutable()) { Position = position };
    }

    private static ComparisonOperator ComparisonOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal => ComparisonOperator.Equal,
        TokenKind.NotEqual => ComparisonOperator.NotEqual,
        TokenKind.Less => ComparisonOperator.LessThan,
        TokenKind.LessOrEqual => ComparisonOperator.LessThanOrEqual,
        TokenKind.Greater => ComparisonOperator.GreaterThan,
        _ => ComparisonOperator.GreaterThanOrEqual,
    };

    private Expression ParseComparison(Expression left, ComparisonOperator @operator, SourcePosition position)
    {
        if (AcceptQuantifier() is { } quantifier)
            return new QuantifiedComparison(left, @operator, quantifier, ParseParenthesized()) { Position = position };
        return new ComparisonExpression(@operator, left, ParseExpression(Power.Comparison + 1)) { Position = position };
    }

    private Quantifier? AcceptQuantifier()
    {
        if (!AtAny([Keyword.ANY, Keyword.SOME, Keyword.ALL]) || Peek(1).Kind != TokenKind.LeftParen)
            return null;

        var quantifier = At(Keyword.ALL) ? Quantifier.All : Quantifier.Any;
        _index++;
        return quantifier;
    }

    private Expression ParseIs(Expression left, Keyword keyword, SourcePosition position)
    {
        if (keyword != Keyword.IS)
            return new IsNullExpression(left, IsNegated: keyword == Keyword.NOTNULL) { Position = position };

        bool isNegated = Accept(Keyword.NOT);
        if (Accept(Keyword.NULL))
            return new IsNullExpression(left, isNegated) { Position = position };
        if (Accept(Keyword.TRUE))
            return new IsBooleanExpression(left, Truth: true, isNegated) { Position = position };
        if (Accept(Keyword.FALSE))
            return new IsBooleanExpression(left, Truth: false, isNegated) { Position = position };
        if (Accept(Keyword.UNKNOWN))
            return new IsBooleanExpression(left, Truth: null, isNegated) { Position = position };
        if (Accept(Keyword.JSON))
            return ParseIsJson(left, isNegated, position);
        if (Accept(Keyword.DISTINCT, Keyword.FROM))
        {
            var @operator = isNegated ? ComparisonOperator.IsNotDistinctFrom : ComparisonOperator.IsDistinctFrom;
            return new ComparisonExpression(@operator, left, ParseExpression(Power.Is + 1)) { Position = position };
        }

        return ParseIsNormalized(left, isNegated, position);
    }

    private Expression ParseIsNormalized(Expression left, bool isNegated, SourcePosition position)
    {
        var form = new StringLiteral("NFC") { Position = Here };
        if (At(TokenKind.Word) && Peek(1).Keyword == Keyword.NORMALIZED)
            form = form with { Value = ParseLabel().Value.ToUpperInvariant() };
        if (!Accept(Keyword.NORMALIZED))
            throw Unexpected("NULL, TRUE, FALSE, UNKNOWN, JSON or DISTINCT FROM");

        var call = Call("is_normalized", position, left, form);
        return isNegated ? new NotExpression(call) { Position = position } : call;
    }

    private IsJsonExpression ParseIsJson(Expression left, bool isNegated, SourcePosition position)
    {
        var kind = JsonItemKind.AnyValue;
        if (Accept(Keyword.ARRAY))
            kind = JsonItemKind.AnyArray;
        else if (Accept(Keyword.OBJECT))
            kind = JsonItemKind.AnyObject;
        else if (Accept(Keyword.SCALAR))
            kind = JsonItemKind.AnyScalar;
        else
            Accept(Keyword.VALUE);
        return new IsJsonExpression(left, kind, AcceptUniqueKeys() ?? false, isNegated) { Position = position };
    }

    private Expression ParseRange(Expression left, Keyword keyword, SourcePosition position)
    {
        bool isNegated = keyword == Keyword.NOT;
        if (isNegated)
        {
            keyword = Current.Keyword;
            _index++;
        }

        switch (keyword)
        {
            case Keyword.BETWEEN:
                bool isSymmetric = Accept(Keyword.SYMMETRIC);
                if (!isSymmetric)
                    Accept(Keyword.ASYMMETRIC);
                var low = ParseExpression(Power.Range + 1);
                Expect(Keyword.AND);
                var high = ParseExpression(Power.Range + 1);
                return new BetweenExpression(left, low, high, isSymmetric, isNegated) { Position = position };
            case Keyword.IN:
                return ParseIn(left, isNegated, position);
            case Keyword.OVERLAPS:
                return ParseOverlaps(left, position);
            case Keyword.SIMILAR:
                _index++;
                return ParsePattern(PatternKind.SimilarTo, left, isNegated, Power.Range, position);
            default:
                var kind = keyword == Keyword.LIKE ? PatternKind.Like : PatternKind.ILike;
                return ParsePattern(kind, left, isNegated, Power.Range, position);
        }
    }

    private Expression ParseIn(Expression left, bool isNegated, SourcePosition position)
    {
        ExpectLeftParen();
        if (AtQuery)
        {
            var query = ParseQuery();
            ExpectRightParen();
            return new InSubqueryExpression(left, query, isNegated) { Position = position };
        }

        var items = List(static parser => parser.ParseExpression(Power.Lowest));
        if (items is [SubqueryExpression subquery])
        {
            // Either a query with set operators behind its first part, or one in doubled parentheses.
            var query = AtQueryContinuation ? ContinueQuery(subquery.Query) : subquery.Query;
            ExpectRightParen();
            return new InSubqueryExpression(left, query, isNegated) { Position = position };
        }

        ExpectRightParen();
        return new InListExpression(left, items, isNegated) { Position = position };
    }

    private FunctionCall ParseOverlaps(Expression left, SourcePosition position)
    {
        var right = ParseExpression(Power.Range + 1);
        if (left is not RowConstructor { Items.Length: 2 } first || right is not RowConstructor { Items.Length: 2 } second)
            throw new QueryException(ErrorCode.SyntaxError, "OVERLAPS compares two pairs of values", position);
        return new FunctionCall(NameOf("overlaps", position), [.. first.Items, .. second.Items]) { Position = position };
    }

    private PatternExpression ParsePattern(
        PatternKind kind, Expression left, bool isNegated, int power, SourcePosition position)
    {
        var quantifier = AcceptQuantifier();
        var pattern = quantifier is null ? ParseExpression(power + 1) : ParseParenthesized();
        var escape = Accept(Keyword.ESCAPE) ? ParseExpression(Power.Range + 1) : null;
        return new PatternExpression(kind, left, pattern, escape, isNegated) { Position = position, Quantifier = quantifier };
    }

    private AtTimeZoneExpression ParseAtTimeZone(Expression left, SourcePosition position)
    {
        if (Accept(Keyword.LOCAL))
            return new AtTimeZoneExpression(left, Zone: null) { Position = position };

        Expect(Keyword.TIME, Keyword.ZONE);
        return new AtTimeZoneExpression(left, ParseExpression(Power.At + 1)) { Position = position };
    }

    /// <summary><c>OPERATOR(pg_catalog.=)</c>: the schema does not matter, all operators are built in.</summary>
    private Expression ParseNamedOperator(Expression left, SourcePosition position)
    {
        ExpectLeftParen();
        while (AtIdentifier && Peek(1).Kind == TokenKind.Dot)
            _index += 2;
        var token = Current;
        int power = InfixPower();
        if (token.Kind == TokenKind.Word || power is not (>= Power.Comparison and <= Power.Exponent))
            throw Unexpected("an operator");

        _index++;
        ExpectRightParen();
        return power == Power.Comparison
            ? ParseComparison(left, ComparisonOf(token.Kind), position)
            : ParseSymbol(left, token, Power.Operator, position);
    }

    private Expression ParseSymbol(Expression left, Token token, int power, SourcePosition position)
    {
        if (PatternOf(token.Kind) is var (kind, isNegated))
            return ParsePattern(kind, left, isNegated, power, position);

        if (BinaryOf(token.Kind) is { } @operator)
            return new BinaryExpression(@operator, left, ParseExpression(power + 1)) { Position = position };

        string symbol = _tokens.TextOf(token).ToString();
        bool isLonger = token.Kind == TokenKind.Question && (At(TokenKind.Bar) || At(TokenKind.Ampersand));
        if (isLonger && Current.Start == token.End)
        {
            symbol += _tokens.TextOf(Current).ToString();
            _index++;
        }

        return new OperatorExpression(symbol, left, ParseExpression(power + 1)) { Position = position };
    }

    private static (PatternKind Kind, bool IsNegated)? PatternOf(TokenKind kind) => kind switch
    {
        TokenKind.Tilde => (PatternKind.Regex, false),
        TokenKind.TildeStar => (PatternKind.RegexIgnoreCase, false),
        TokenKind.NotTilde => (PatternKind.Regex, true),
        TokenKind.NotTildeStar => (PatternKind.RegexIgnoreCase, true),
        TokenKind.DoubleTilde => (PatternKind.Like, false),
        TokenKind.DoubleTildeStar => (PatternKind.ILike, false),
        TokenKind.NotDoubleTilde => (PatternKind.Like, true),
        TokenKind.NotDoubleTildeStar => (PatternKind.ILike, true),
        _ => null,
    };

    private static BinaryOperator? BinaryOf(TokenKind kind) => kind switch
    {
        TokenKind.Plus => BinaryOperator.Add,
        TokenKind.Minus => BinaryOperator.Subtract,
        TokenKind.Star => BinaryOperator.Multiply,
        TokenKind.Slash => BinaryOperator.Divide,
        TokenKind.DoubleSlash => BinaryOperator.IntegerDivide,
        TokenKind.Percent => BinaryOperator.Modulo,
        TokenKind.Caret => BinaryOperator.Power,
        TokenKind.Concat => BinaryOperator.Concat,
        TokenKind.Ampersand => BinaryOperator.BitwiseAnd,
        TokenKind.Bar => BinaryOperator.BitwiseOr,
        TokenKind.Hash => BinaryOperator.BitwiseXor,
        TokenKind.ShiftLeft => BinaryOperator.ShiftLeft,
        TokenKind.ShiftRight => BinaryOperator.ShiftRight,
        TokenKind.Arrow => BinaryOperator.JsonGet,
        TokenKind.LongArrow => BinaryOperator.JsonGetText,
        _ => null,
    };
}
