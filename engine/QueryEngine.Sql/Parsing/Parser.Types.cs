using System.Globalization;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using ArrayType = QueryEngine.Sql.Tree.ArrayType;
using IntervalType = QueryEngine.Sql.Tree.IntervalType;
using MapType = QueryEngine.Sql.Tree.MapType;
using RowType = QueryEngine.Sql.Tree.RowType;

namespace QueryEngine.Sql.Parsing;

/// <content>Names of types, and intervals.</content>
internal sealed partial class Parser
{
    /// <summary>A type, with any number of <c>[]</c> behind it.</summary>
    public TypeName ParseType()
    {
        Enter();
        var position = Here;
        var type = ParseTypeWithoutSuffix(position);
        int suffixes = 0;
        while (At(TokenKind.LeftBracket) || At(Keyword.ARRAY))
        {
            CheckHeight(++suffixes + _depth);
            Accept(Keyword.ARRAY);
            if (Accept(TokenKind.LeftBracket))
            {
                if (At(TokenKind.Integer) && !int.TryParse(_tokens.TextOf(Current), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    throw new QueryException(ErrorCode.NumericValueOutOfRange, $"an array of {_tokens.TextOf(Current)} elements is too large", Here);
                Accept(TokenKind.Integer);
                Expect(TokenKind.RightBracket, "']'");
            }

            type = new ArrayType(type) { Position = position };
        }

        Leave();
        return type;
    }

    private TypeName ParseTypeWithoutSuffix(SourcePosition position)
    {
        switch (Current.Keyword)
        {
            case Keyword.ARRAY when Peek(1).Kind is TokenKind.LeftParen or TokenKind.Less:
                _index++;
                return new ArrayType(ParseTypeArguments(1)[0]) { Position = position };
            case Keyword.MAP when Peek(1).Kind is TokenKind.LeftParen or TokenKind.Less:
                _index++;
                var arguments = ParseTypeArguments(2);
                return new MapType(arguments[0], arguments[1]) { Position = position };
            case Keyword.ROW when Peek(1).Kind is TokenKind.LeftParen or TokenKind.Less:
                return ParseRowType(position);
            case Keyword.INTERVAL:
                _index++;
                var (start, end, _) = ParseIntervalFields();
                return new IntervalType(start, end) { Position = position };
            case Keyword.DOUBLE:
                _index++;
                Accept(Keyword.PRECISION);
                return Named("double", position, []);
            case Keyword.TIMESTAMP or Keyword.TIME:
                return ParseTimeType(position);
            case Keyword.NATIONAL or Keyword.CHARACTER or Keyword.CHAR or Keyword.NCHAR:
                return ParseCharacterType(position);
            case Keyword.BINARY when Peek(1).Keyword is Keyword.VARYING or Keyword.LARGE:
                _index += 2;
                Accept(Keyword.OBJECT);
                return Named("varbinary", position, ParseLength());
            case Keyword.BIT when Peek(1).Keyword == Keyword.VARYING:
                _index += 2;
                return Named("bit varying", position, ParseLength());
            default:
                return AtWord("STRUCT") && Peek(1).Kind is TokenKind.LeftParen or TokenKind.Less
                    ? ParseRowType(position)
                    : ParseNamedType(position);
        }
    }

    private static NamedType Named(string name, SourcePosition position, ImmutableArray<int> parameters) =>
        new(NameOf(name, position), parameters) { Position = position };

    private NamedType ParseTimeType(SourcePosition position)
    {
        string name = Keywords.Text(Current.Keyword).ToLowerInvariant();
        _index++;
        var parameters = ParseLength();
        if (At(Keyword.WITH) && Peek(1).Keyword is Keyword.TIME or Keyword.LOCAL)
        {
            _index++;
            Accept(Keyword.LOCAL);
            Expect(Keyword.TIME, Keyword.ZONE);
            name += " with time zone";
        }
        else if (Accept(Keyword.WITHOUT, Keyword.TIME))
        {
            Expect(Keyword.ZONE);
        }

        return Named(name, position, parameters);
    }

    private NamedType ParseCharacterType(SourcePosition position)
    {
        if (Accept(Keyword.NATIONAL) && !At(Keyword.CHARACTER) && !At(Keyword.CHAR))
            throw Unexpected("CHARACTER");
        _index++;
        bool isVarying = Accept(Keyword.VARYING) || AcceptWord("VARING");
        if (Accept(Keyword.LARGE, Keyword.OBJECT))
            isVarying = true;
        var parameters = ParseLength();
        if (Accept(Keyword.CHARACTER, Keyword.SET))
            ParseQualifiedName();
        return Named(isVarying ? "varchar" : "char", position, parameters);
    }

    private ImmutableArray<int> ParseLength()
    {
        if (!At(TokenKind.LeftParen))
            return [];

        _index++;
        int length = ParseTypeParameter();
        if (!Accept(Keyword.CHARACTERS))
            AcceptWord("OCTETS");
        ExpectRightParen();
        return [length];
    }

    private int ParseTypeParameter()
    {
        bool isNegative = Accept(TokenKind.Minus);
        var token = Current;
        Expect(TokenKind.Integer, "an integer");
        return int.TryParse(NumberText(token), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? isNegative ? -value : value
            : throw new QueryException(ErrorCode.InvalidParameterValue, $"{_tokens.TextOf(token)} is too large", _tokens.PositionOf(token));
    }

    private NamedType ParseNamedType(SourcePosition position)
    {
        var name = ParseQualifiedName("a name of a type");
        if (AcceptWord("UNSIGNED"))
            return Named($"{name.Last.Folded} unsigned", position, []);
        if (!At(TokenKind.LeftParen))
            return new NamedType(name, []) { Position = position };
        if (Peek(1).Kind is TokenKind.Integer or TokenKind.Minus)
        {
            _index++;
            var parameters = List(static parser => parser.ParseTypeParameter());
            if (!Accept(Keyword.CHARACTERS))
                AcceptWord("OCTETS");
            ExpectRightParen();
            return new NamedType(name, parameters) { Position = position };
        }

        return new NamedType(name, []) { Position = position, TypeArguments = ListInParens(static parser => parser.ParseType()) };
    }

    private ImmutableArray<TypeName> ParseTypeArguments(int count)
    {
        bool isAngled = At(TokenKind.Less);
        _index++;
        var arguments = List(static parser => parser.ParseType());
        EndTypeArguments(isAngled);
        return arguments.Length == count
            ? arguments
            : throw new QueryException(ErrorCode.SyntaxError, $"the type takes {count} type arguments", arguments[0].Position);
    }

    private void EndTypeArguments(bool isAngled)
    {
        if (!isAngled)
            ExpectRightParen();
        else if (At(TokenKind.ShiftRight))
            _tokens.SplitShift(_index);
        else
            Expect(TokenKind.Greater, "'>'");
    }

    private RowType ParseRowType(SourcePosition position)
    {
        bool isAngled = Peek(1).Kind == TokenKind.Less;
        _index += 2;
        var fields = List(static parser => parser.ParseRowTypeField());
        EndTypeArguments(isAngled);
        return new RowType(fields) { Position = position };
    }

    private RowTypeField ParseRowTypeField()
    {
        var position = Here;
        bool isNamed = AtIdentifier && !IsTypeOfSeveralWords() && (IsLabel(Peek(1)) || Peek(1).Kind == TokenKind.Colon);
        if (!isNamed)
            return new RowTypeField(Name: null, ParseType()) { Position = position };

        var name = ParseIdentifier();
        Accept(TokenKind.Colon);
        return new RowTypeField(name, ParseType()) { Position = position };
    }

    private bool IsTypeOfSeveralWords()
    {
        var second = Peek(1).Keyword;
        return Current.Keyword switch
        {
            Keyword.DOUBLE => second == Keyword.PRECISION,
            Keyword.TIME or Keyword.TIMESTAMP => second is Keyword.WITH or Keyword.WITHOUT,
            Keyword.CHARACTER or Keyword.CHAR or Keyword.NCHAR or Keyword.BINARY or Keyword.BIT => second is Keyword.VARYING or Keyword.LARGE,
            Keyword.NATIONAL => second is Keyword.CHARACTER or Keyword.CHAR,
            Keyword.INTERVAL => FieldOf(second) is not null,
            _ => false,
        };
    }

    private bool AtInterval
    {
        get
        {
            var next = Peek(1);
            return IsText(next) || next.Kind is TokenKind.Integer or TokenKind.Decimal or TokenKind.LeftParen
                || (next.Kind is TokenKind.Plus or TokenKind.Minus && (IsText(Peek(2)) || Peek(2).Kind == TokenKind.Integer));
        }
    }

    private Expression ParseInterval(SourcePosition position)
    {
        _index++;
        bool hasPrecision = At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.Integer
            && Peek(2).Kind == TokenKind.RightParen && (IsText(Peek(3)) || (Peek(3).Kind == TokenKind.Minus && IsText(Peek(4))));
        int? precision = hasPrecision ? ParseLength()[0] : null;
        bool isNegative = At(TokenKind.Minus) && IsText(Peek(1));
        if (isNegative || (At(TokenKind.Plus) && IsText(Peek(1))))
            _index++;
        if (!AtText)
        {
            var value = ParseExpression(Power.Unary);
            var field = ParseIntervalField() ?? throw Unexpected("a field such as DAY");
            return new IntervalExpression(value, field) { Position = position };
        }

        string text = ParseText();
        var (start, end, fieldPrecision) = ParseIntervalFields();
        return new IntervalLiteral(text, isNegative, start, end) { Position = position, Precision = fieldPrecision ?? precision };
    }

    private (IntervalField? Start, IntervalField? End, int? Precision) ParseIntervalFields()
    {
        bool isPlural = Current.Keyword is Keyword.YEARS or Keyword.MONTHS or Keyword.DAYS or Keyword.HOURS or Keyword.MINUTES;
        var start = ParseIntervalField();
        if (start is null)
            return (null, null, At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.Integer ? ParseLength()[0] : null);

        int? precision = ParseFieldPrecision(start.Value);
        if (isPlural || !At(Keyword.TO) || FieldOf(Peek(1).Keyword) is null)
            return (start, null, precision);

        _index++;
        var end = ParseIntervalField();
        return (start, end, ParseFieldPrecision(end!.Value));
    }

    private int? ParseFieldPrecision(IntervalField field)
    {
        if (!Accept(TokenKind.LeftParen))
            return null;

        // The first number of SECOND(2, 3) and that of every other field limits the digits before the point.
        int precision = ParseTypeParameter();
        bool hasFraction = Accept(TokenKind.Comma);
        if (hasFraction)
            precision = ParseTypeParameter();
        ExpectRightParen();
        return field == IntervalField.Second ? precision : null;
    }

    private IntervalField? ParseIntervalField()
    {
        var field = FieldOf(Current.Keyword);
        if (field is not null)
            _index++;
        return field;
    }

    private static IntervalField? FieldOf(Keyword keyword) => keyword switch
    {
        Keyword.YEAR or Keyword.YEARS => IntervalField.Year,
        Keyword.QUARTER or Keyword.QUARTERS => IntervalField.Quarter,
        Keyword.MONTH or Keyword.MONTHS => IntervalField.Month,
        Keyword.WEEK or Keyword.WEEKS => IntervalField.Week,
        Keyword.DAY or Keyword.DAYS => IntervalField.Day,
        Keyword.HOUR or Keyword.HOURS => IntervalField.Hour,
        Keyword.MINUTE or Keyword.MINUTES => IntervalField.Minute,
        Keyword.SECOND or Keyword.SECONDS => IntervalField.Second,
        Keyword.MILLISECOND or Keyword.MILLISECONDS => IntervalField.Millisecond,
        Keyword.MICROSECOND or Keyword.MICROSECONDS => IntervalField.Microsecond,
        _ => null,
    };
}
