using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>The standard's JSON functions.</content>
internal sealed partial class Parser
{
    private JsonPathExpression ParseJsonPath(JsonPathFunction function, SourcePosition position)
    {
        _index += 2;
        var input = ParseExpression(Power.Lowest);
        bool isFormatJson = AcceptFormatJson();
        if (!At(TokenKind.Comma))
            throw Unexpected("',' and a path");
        _index++;
        var path = ParseExpression(Power.Lowest);
        if (Accept(Keyword.AS))
            ParseLabel();

        var passing = ParsePassing();
        var returning = ParseReturning();
        var wrapper = ParseWrapper();
        bool? keepQuotes = Accept(Keyword.KEEP) ? true : Accept(Keyword.OMIT) ? false : null;
        if (keepQuotes is not null)
        {
            Expect(Keyword.QUOTES);
            if (Accept(Keyword.ON, Keyword.SCALAR))
                AcceptWord("STRING");
        }

        var (onEmpty, onError) = ParseJsonBehaviors();
        ExpectRightParen();
        return new JsonPathExpression(function, input, path)
        {
            Position = position,
            IsFormatJson = isFormatJson,
            Passing = passing,
            Returning = returning,
            Wrapper = wrapper,
            KeepQuotes = keepQuotes,
            OnEmpty = onEmpty,
            OnError = onError,
        };
    }

    private bool AcceptFormatJson()
    {
        if (!Accept(Keyword.FORMAT, Keyword.JSON))
            return false;
        if (Accept(Keyword.ENCODING))
            ParseLabel();
        return true;
    }

    private ImmutableArray<JsonPassing> ParsePassing() =>
        Accept(Keyword.PASSING) ? List(static parser => parser.ParsePassingItem()) : [];

    private JsonPassing ParsePassingItem()
    {
        var position = Here;
        var value = ParseExpression(Power.Lowest);
        AcceptFormatJson();
        Expect(Keyword.AS);
        return new JsonPassing(value, ParseLabel()) { Position = position };
    }

    private TypeName? ParseReturning()
    {
        if (!Accept(Keyword.RETURNING))
            return null;

        var type = ParseType();
        AcceptFormatJson();
        return type;
    }

    private JsonWrapper? ParseWrapper()
    {
        JsonWrapper wrapper;
        if (Accept(Keyword.WITHOUT))
        {
            wrapper = JsonWrapper.Without;
        }
        else if (Accept(Keyword.WITH))
        {
            wrapper = Accept(Keyword.CONDITIONAL) ? JsonWrapper.Conditional : JsonWrapper.Unconditional;
            Accept(Keyword.UNCONDITIONAL);
        }
        else
        {
            return null;
        }

        Accept(Keyword.ARRAY);
        Expect(Keyword.WRAPPER);
        return wrapper;
    }

    private (JsonBehavior? OnEmpty, JsonBehavior? OnError) ParseJsonBehaviors()
    {
        JsonBehavior? onEmpty = null;
        JsonBehavior? onError = null;
        while (AtAny([Keyword.NULL, Keyword.ERROR, Keyword.DEFAULT, Keyword.EMPTY, Keyword.TRUE, Keyword.FALSE, Keyword.UNKNOWN]))
        {
            var behavior = ParseJsonBehavior();
            Expect(Keyword.ON);
            if (Accept(Keyword.EMPTY))
            {
                onEmpty = behavior;
            }
            else
            {
                Expect(Keyword.ERROR);
                onError = behavior;
            }
        }

        return (onEmpty, onError);
    }

    private JsonBehavior ParseJsonBehavior()
    {
        var position = Here;
        var keyword = Current.Keyword;
        _index++;
        var value = keyword == Keyword.DEFAULT ? ParseExpression(Power.Lowest) : null;
        var kind = keyword switch
        {
            Keyword.NULL => JsonBehaviorKind.Null,
            Keyword.ERROR => JsonBehaviorKind.Error,
            Keyword.DEFAULT => JsonBehaviorKind.Default,
            Keyword.TRUE => JsonBehaviorKind.True,
            Keyword.FALSE => JsonBehaviorKind.False,
            Keyword.UNKNOWN => JsonBehaviorKind.Unknown,
            _ when Accept(Keyword.OBJECT) => JsonBehaviorKind.EmptyObject,
            _ => JsonBehaviorKind.EmptyArray,
        };
        if (keyword == Keyword.EMPTY && kind == JsonBehaviorKind.EmptyArray)
            Accept(Keyword.ARRAY);
        return new JsonBehavior(kind, value) { Position = position };
    }

    /// <summary>True for NULL ON NULL, false for ABSENT ON NULL.</summary>
    private bool? AcceptNullHandling()
    {
        if (Accept(Keyword.NULL, Keyword.ON, Keyword.NULL))
            return true;
        return Accept(Keyword.ABSENT, Keyword.ON, Keyword.NULL) ? false : null;
    }

    private bool? AcceptUniqueKeys()
    {
        bool? unique = null;
        if (Accept(Keyword.WITH, Keyword.UNIQUE))
            unique = true;
        else if (Accept(Keyword.WITHOUT, Keyword.UNIQUE))
            unique = false;
        if (unique is not null)
            Accept(Keyword.KEYS);
        return unique;
    }

    private Expression ParseJsonObject(SourcePosition position)
    {
        _index += 2;
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        bool atEnd = At(TokenKind.RightParen) || At(Keyword.RETURNING) || At(Keyword.NULL, Keyword.ON) || At(Keyword.ABSENT, Keyword.ON);
        if (!atEnd)
        {
            do
            {
                var memberPosition = Here;
                bool hasKey = At(Keyword.KEY) && Peek(1).Kind is not (TokenKind.Colon or TokenKind.Comma or TokenKind.Dot);
                if (hasKey)
                    _index++;
                var key = ParseExpression(Power.Lowest);
                if (members.Count == 0 && At(TokenKind.Comma))
                    return EndPlainCall("json_object", position, key);
                if (members.Count == 0 && At(TokenKind.RightParen))
                    return EndPlainCall("json_object", position, key);
                if (!Accept(TokenKind.Colon))
                    Expect(Keyword.VALUE);
                var value = ParseExpression(Power.Lowest);
                AcceptFormatJson();
                members.Add(new JsonMember(key, value) { Position = memberPosition });
            }
            while (Accept(TokenKind.Comma));
        }

        bool? nullOnNull = AcceptNullHandling();
        bool hasUniqueKeys = AcceptUniqueKeys() ?? false;
        var returning = ParseReturning();
        ExpectRightParen();
        return new JsonObjectExpression(members.DrainToImmutable(), nullOnNull, hasUniqueKeys, returning) { Position = position };
    }

    private JsonArrayExpression ParseJsonArray(SourcePosition position)
    {
        _index += 2;
        bool atEnd = At(TokenKind.RightParen) || At(Keyword.RETURNING) || At(Keyword.NULL, Keyword.ON) || At(Keyword.ABSENT, Keyword.ON);
        ImmutableArray<Expression> items = atEnd ? [] : List(static parser => parser.ParseJsonArrayItem());
        bool? nullOnNull = AcceptNullHandling();
        var returning = ParseReturning();
        ExpectRightParen();
        return new JsonArrayExpression(items, nullOnNull, returning) { Position = position };
    }

    private Expression ParseJsonArrayItem()
    {
        var position = Here;
        var item = AtQuery ? new SubqueryExpression(ParseQuery()) { Position = position } : ParseExpression(Power.Lowest);
        AcceptFormatJson();
        return item;
    }

    /// <summary>
    /// JSON_ARRAYAGG(x ORDER BY y NULL ON NULL) and JSON_OBJECTAGG(k : v ABSENT ON NULL WITH UNIQUE KEYS): PostgreSQL's aggregates by other names.
    /// </summary>
    private FunctionCall ParseJsonAggregate(QualifiedName name)
    {
        bool isObject = name.Last.Folded == "json_objectagg";
        bool hasKey = isObject && At(Keyword.KEY) && Peek(1).Kind is not (TokenKind.Colon or TokenKind.Comma or TokenKind.Dot);
        if (hasKey)
            _index++;
        var arguments = ImmutableArray.Create(ParseExpression(Power.Lowest));
        if (isObject)
        {
            if (!Accept(TokenKind.Colon) && !Accept(TokenKind.Comma))
                Expect(Keyword.VALUE);
            arguments = arguments.Add(ParseExpression(Power.Lowest));
        }

        AcceptFormatJson();
        var orderBy = ParseOrderBy();
        bool isStrict = AcceptNullHandling() is { } nullOnNull ? !nullOnNull : !isObject;
        bool isUnique = AcceptUniqueKeys() ?? false;
        var returning = ParseReturning();
        if (returning is not null and not NamedType { Name.Last.Folded: "json" or "jsonb" })
            throw QueryException.NotSupported("RETURNING another type than json or jsonb of an aggregate", returning.Position, "Cast its result.");
        if (isUnique && isStrict)
            throw QueryException.NotSupported("ABSENT ON NULL together with WITH UNIQUE KEYS", name.Position);
        ExpectRightParen();

        bool isNormal = returning is NamedType { Name.Last.Folded: "jsonb" };
        if (isNormal && isObject && (isStrict || isUnique))
            throw QueryException.NotSupported("RETURNING jsonb with these clauses", name.Position, "Cast its result.");
        string function = $"{(isNormal ? "jsonb" : "json")}_{(isObject ? "object_" : string.Empty)}agg{(isUnique ? "_unique" : isStrict ? "_strict" : string.Empty)}";
        return ParseCallSuffixes(new FunctionCall(NameOf(function, name.Position), arguments) { Position = name.Position, OrderBy = orderBy });
    }

    private JsonTableRelation ParseJsonTable(SourcePosition position)
    {
        _index++;
        ExpectLeftParen();
        var input = ParseExpression(Power.Lowest);
        AcceptFormatJson();
        Expect(TokenKind.Comma, "',' and a path");
        var path = ParseExpression(Power.Lowest);
        if (Accept(Keyword.AS))
            ParseLabel();
        var passing = ParsePassing();
        var columns = ParseJsonColumns(path: null);
        var (_, onError) = ParseJsonBehaviors();
        ExpectRightParen();
        return new JsonTableRelation(input, path, columns) { Position = position, Passing = passing, OnError = onError };
    }

    private JsonTableColumns ParseJsonColumns(string? path)
    {
        Enter();
        var position = Here;
        Expect(Keyword.COLUMNS);
        ExpectLeftParen();
        var columns = ImmutableArray.CreateBuilder<JsonTableColumn>();
        var nested = ImmutableArray.CreateBuilder<JsonTableColumns>();
        do
        {
            if (Accept(Keyword.NESTED))
            {
                Accept(Keyword.PATH);
                string nestedPath = ParseText("a path");
                if (Accept(Keyword.AS))
                    ParseLabel();
                nested.Add(ParseJsonColumns(nestedPath));
            }
            else
            {
                columns.Add(ParseJsonColumn());
            }
        }
        while (Accept(TokenKind.Comma));
        ExpectRightParen();
        Leave();
        return new JsonTableColumns(path, columns.DrainToImmutable(), nested.DrainToImmutable()) { Position = position };
    }

    private JsonTableColumn ParseJsonColumn()
    {
        var position = Here;
        var name = ParseIdentifier();
        if (Accept(Keyword.FOR, Keyword.ORDINALITY))
            return new JsonTableColumn(name) { Position = position, IsOrdinality = true };

        var type = ParseType();
        bool isFormatJson = AcceptFormatJson();
        bool isExists = Accept(Keyword.EXISTS);
        string? path = Accept(Keyword.PATH) ? ParseText("a path") : null;
        var (onEmpty, onError) = ParseJsonBehaviors();
        return new JsonTableColumn(name)
        {
            Position = position,
            Type = type,
            IsExists = isExists,
            IsFormatJson = isFormatJson,
            Path = path,
            OnEmpty = onEmpty,
            OnError = onError,
        };
    }
}
