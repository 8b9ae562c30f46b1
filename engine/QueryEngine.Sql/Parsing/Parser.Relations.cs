using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>FROM.</content>
internal sealed partial class Parser
{
    private bool AtJoin => Current.Keyword switch
    {
        Keyword.JOIN or Keyword.INNER or Keyword.CROSS or Keyword.FULL or Keyword.NATURAL => true,
        Keyword.LEFT or Keyword.RIGHT => true,
        Keyword.OUTER => Peek(1).Keyword == Keyword.APPLY,
        Keyword.SEMI or Keyword.ANTI => Peek(1).Keyword == Keyword.JOIN,
        Keyword.ASOF => true,
        _ => false,
    };

    private Relation ParseRelation()
    {
        int heightOfSiblings = _height;
        _height = 0;
        var left = ParseRelationPrimary();
        int height = _height + 1;
        while (AtJoin)
        {
            _height = 0;
            left = ParseJoin(left);
            height = CheckHeight(Math.Max(height, _height) + 1);
        }

        _height = Math.Max(heightOfSiblings, height);
        return left;
    }

    private JoinRelation ParseJoin(Relation left)
    {
        Enter();
        var position = Here;
        var join = Accept(Keyword.NATURAL) ? ParseNaturalJoin(left, position) : ParseOtherJoin(left, position);
        Leave();
        return join;
    }

    private JoinRelation ParseNaturalJoin(Relation left, SourcePosition position)
    {
        var kind = ParseJoinKind();
        Expect(Keyword.JOIN);
        return new JoinRelation(kind, left, ParseRelationPrimary(), new NaturalJoin { Position = position }) { Position = position };
    }

    private JoinRelation ParseOtherJoin(Relation left, SourcePosition position)
    {
        if (Accept(Keyword.CROSS, Keyword.APPLY))
            return new JoinRelation(JoinKind.Cross, left, Lateral(ParseRelationPrimary()), Condition: null) { Position = position };
        if (Accept(Keyword.OUTER, Keyword.APPLY))
        {
            var always = new JoinOn(new BooleanLiteral(Value: true) { Position = position }) { Position = position };
            return new JoinRelation(JoinKind.Left, left, Lateral(ParseRelationPrimary()), always) { Position = position };
        }

        if (Accept(Keyword.CROSS))
        {
            Expect(Keyword.JOIN);
            return new JoinRelation(JoinKind.Cross, left, ParseRelationPrimary(), Condition: null) { Position = position };
        }

        bool isAsOf = Accept(Keyword.ASOF);
        var kind = ParseJoinKind();
        Expect(Keyword.JOIN);
        var right = ParseRelationPrimary();
        int height = 0;
        while (!At(Keyword.ON) && !At(Keyword.USING) && AtJoin)
        {
            right = ParseJoin(right); // a JOIN b JOIN c ON ... ON ...
            height = CheckHeight(height + 1);
        }

        _height = CheckHeight(_height + height);
        return new JoinRelation(kind, left, right, ParseJoinCondition()) { Position = position, IsAsOf = isAsOf };
    }

    private JoinKind ParseJoinKind()
    {
        if (Accept(Keyword.SEMI))
            return JoinKind.Semi;
        if (Accept(Keyword.ANTI))
            return JoinKind.Anti;
        if (Accept(Keyword.LEFT, Keyword.SEMI))
            return JoinKind.Semi;
        if (Accept(Keyword.LEFT, Keyword.ANTI))
            return JoinKind.Anti;

        var kind = Current.Keyword switch
        {
            Keyword.LEFT => JoinKind.Left,
            Keyword.RIGHT => JoinKind.Right,
            Keyword.FULL => JoinKind.Full,
            _ => JoinKind.Inner,
        };
        if (kind == JoinKind.Inner)
        {
            Accept(Keyword.INNER);
            return kind;
        }

        _index++;
        Accept(Keyword.OUTER);
        return kind;
    }

    private JoinCondition ParseJoinCondition()
    {
        var position = Here;
        if (Accept(Keyword.ON))
            return new JoinOn(ParseExpression(Power.Lowest)) { Position = position };
        if (!Accept(Keyword.USING))
            throw Unexpected("ON or USING");

        var columns = ListInParens(static parser => parser.ParseIdentifier());
        var alias = Accept(Keyword.AS) ? ParseIdentifier() : null;
        return new JoinUsing(columns, alias) { Position = position };
    }

    private static Relation Lateral(Relation relation) => relation switch
    {
        SubqueryRelation subquery => subquery with { IsLateral = true },
        TableFunctionRelation function => function with { IsLateral = true },
        AliasedRelation aliased => aliased with { Source = Lateral(aliased.Source) },
        _ => relation,
    };

    /// <summary>A relation with its alias, sample and the like, but without joins.</summary>
    private Relation ParseRelationPrimary()
    {
        Enter();
        var relation = ParseRelationSuffixes(ParseRelationSource());
        Leave();
        return relation;
    }

    private Relation ParseRelationSource()
    {
        var position = Here;
        if (AtText)
            return new FileRelation(ParseText()) { Position = position };
        if (At(TokenKind.LeftParen))
            return ParseParenthesizedRelation(isLateral: false);
        if (Accept(Keyword.LATERAL))
            return ParseLateral(position);
        if (At(Keyword.ONLY))
            return ParseOnly(position);
        if (Accept(Keyword.TABLE))
        {
            ExpectLeftParen();
            if (AtWord("source") && ParseUrlTable() is { } table)
                return new TableReference(table) { Position = position };
            var function = ParseCall(ParseQualifiedName("a name of a table function"));
            ExpectRightParen();
            return RemoteQuery(function, position) ?? new TableFunctionRelation(function, AcceptOrdinality(), IsLateral: true) { Position = position };
        }

        if (At(Keyword.ROWS, Keyword.FROM) && Peek(2).Kind == TokenKind.LeftParen)
            return ParseRowsFrom(position);
        bool isCall = Peek(1).Kind == TokenKind.LeftParen;
        if (At(Keyword.UNNEST) && isCall)
            return ParseUnnest(position);
        if (At(Keyword.JSON_TABLE) && isCall)
            return ParseJsonTable(position);
        if (At(Keyword.VALUES) && isCall)
        {
            var values = new Query(ParseQueryPrimary()) { Position = position };
            return new SubqueryRelation(values, IsLateral: false) { Position = position };
        }

        var name = ParseQualifiedName("a name of a table");
        if (At(TokenKind.LeftParen))
        {
            var function = ParseCall(name);
            return RemoteQuery(function, position) ?? new TableFunctionRelation(function, AcceptOrdinality(), IsLateral: true) { Position = position };
        }

        Accept(TokenKind.Star); // PostgreSQL: the table and those that inherit from it
        return new TableReference(name) { Position = position, Version = ParseVersion() };
    }

    // catalog.system.query('...') and catalog.system.query(query => '...').
    private static Relation? RemoteQuery(FunctionCall call, SourcePosition position)
    {
        if (call.Name.Parts is not [_, { Folded: "system" }, { Folded: "query" }])
            return null;
        Expression? argument = call.Arguments is [NamedArgument { Name.Folded: "query", Value: var named }] ? named : call.Arguments is [var only] ? only : null;
        return argument is StringLiteral { Value: var text }
            ? new RemoteQueryRelation(call.Name, text) { Position = position }
            : throw new QueryException(
                ErrorCode.SyntaxError, $"{call.Name} takes one text, the query", position, "It looks like TABLE(catalog.system.query('SELECT ...')).");
    }

    /// <summary><c>source('url')</c> or <c>sink('url')</c> and the parenthesis behind it: the table that a connection URL names, or null.</summary>
    private QualifiedName? ParseUrlTable()
    {
        var position = Here;
        if (Peek(1).Kind != TokenKind.LeftParen || !IsText(Peek(2)) || Peek(3).Kind != TokenKind.RightParen)
            return null;
        _index += 2;
        var url = new Identifier(ParseText(), IsQuoted: true) { Position = position };
        ExpectRightParen();
        ExpectRightParen();
        return new QualifiedName([new Identifier("$url", IsQuoted: true) { Position = position }, url]) { Position = position };
    }

    private Relation ParseLateral(SourcePosition position)
    {
        if (At(TokenKind.LeftParen))
            return Lateral(ParseParenthesizedRelation(isLateral: true)) with { Position = position };
        if (At(Keyword.UNNEST))
            return ParseUnnest(position);

        var call = ParseCall(ParseQualifiedName("a query in parentheses or a function"));
        return new TableFunctionRelation(call, AcceptOrdinality(), IsLateral: true) { Position = position };
    }

    private TableReference ParseOnly(SourcePosition position)
    {
        _index++;
        bool isParen = Accept(TokenKind.LeftParen);
        var name = ParseQualifiedName("a name of a table");
        if (isParen)
            ExpectRightParen();
        return new TableReference(name) { Position = position };
    }

    private UnnestRelation ParseUnnest(SourcePosition position)
    {
        _index++;
        var expressions = ListInParens(static parser => parser.ParseExpression(Power.Lowest));
        return new UnnestRelation(expressions, AcceptOrdinality()) { Position = position };
    }

    // ROWS FROM (unnest(a), generate_series(1, 3)): the rows of several functions side by side, as UNNEST has those of several arrays.
    private UnnestRelation ParseRowsFrom(SourcePosition position)
    {
        _index += 2;
        var collections = ListInParens(static parser => parser.ParseCall(parser.ParseQualifiedName("a function"))).SelectMany(call => call switch
        {
            { Name.Last.Folded: "unnest" } => call.Arguments,
            { Name.Last.Folded: "generate_series", Arguments.Length: 2 } => [call with { Arguments = call.Arguments.Add(new IntegerLiteral("1") { Position = call.Position }) }],
            { Name.Last.Folded: "generate_series" } => [call],
            _ => throw QueryException.NotSupported($"{call.Name} in ROWS FROM", call.Position, "It takes unnest and generate_series."),
        });
        return new UnnestRelation([.. collections], AcceptOrdinality()) { Position = position };
    }

    private bool AcceptOrdinality() => Accept(Keyword.WITH, Keyword.ORDINALITY);

    private TableVersion? ParseVersion()
    {
        bool isVersion = At(Keyword.FOR) && (Peek(1).Keyword is Keyword.VERSION or Keyword.TIMESTAMP) && Peek(2).Keyword == Keyword.AS;
        if (!isVersion)
            return null;

        var position = Here;
        bool isTimestamp = Peek(1).Keyword == Keyword.TIMESTAMP;
        _index += 2;
        Expect(Keyword.AS, Keyword.OF);
        return new TableVersion(isTimestamp, ParseExpression(Power.Range + 1)) { Position = position };
    }

    /// <summary>A query, or a join in parentheses: which one may show only behind the first inner parentheses.</summary>
    private Relation ParseParenthesizedRelation(bool isLateral)
    {
        Enter();
        var position = Here;
        ExpectLeftParen();
        Relation relation;
        if (AtQuery)
        {
            relation = new SubqueryRelation(ParseQuery(), isLateral) { Position = position };
        }
        else
        {
            relation = ParseRelation();
            if (relation is SubqueryRelation subquery && AtQueryContinuation)
                relation = new SubqueryRelation(ContinueQuery(subquery.Query), isLateral) { Position = position };
        }

        ExpectRightParen();
        Leave();
        return relation;
    }

    private Relation ParseRelationSuffixes(Relation relation)
    {
        relation = ParseAlias(relation);
        int suffixes = 0;
        while (true)
        {
            var position = Here;
            switch (Current.Keyword)
            {
                case Keyword.TABLESAMPLE:
                    relation = ParseSample(relation, position);
                    break;
                case Keyword.PIVOT when Peek(1).Kind == TokenKind.LeftParen:
                    relation = ParsePivot(relation, position);
                    break;
                case Keyword.UNPIVOT:
                    relation = ParseUnpivot(relation, position);
                    break;
                case Keyword.MATCH_RECOGNIZE:
                    relation = ParseMatchRecognize(relation, position);
                    break;
                default:
                    _height = CheckHeight(_height + suffixes);
                    return relation;
            }

            relation = ParseAlias(relation);
            suffixes = CheckHeight(suffixes + 2);
        }
    }

    private Relation ParseAlias(Relation relation)
    {
        var position = Here;
        bool hasAs = Accept(Keyword.AS);
        if (!hasAs && (!AtIdentifier || Keywords.IsNotRelationAlias(Current.Keyword)))
            return relation;

        // f() AS (a integer) takes the function's name.
        bool isNameless = hasAs && At(TokenKind.LeftParen) && relation is TableFunctionRelation;
        var alias = isNameless ? ((TableFunctionRelation)relation).Call.Name.Last : ParseIdentifier("a name for the relation");
        if (!At(TokenKind.LeftParen))
            return new AliasedRelation(relation, alias, []) { Position = position };

        var columns = ListInParens(static parser => parser.ParseAliasColumn());
        return new AliasedRelation(relation, alias, [.. columns.Select(column => column.Name)])
        {
            Position = position,
            ColumnTypes = columns.All(column => column.Type is not null) ? [.. columns.Select(column => column.Type!)] : [],
        };
    }

    private (Identifier Name, TypeName? Type) ParseAliasColumn()
    {
        var name = ParseIdentifier("a name of a column");
        return (name, At(TokenKind.Comma) || At(TokenKind.RightParen) ? null : ParseType());
    }

    private SampledRelation ParseSample(Relation relation, SourcePosition position)
    {
        _index++;
        var method = SampleMethod.Bernoulli;
        if (Accept(Keyword.SYSTEM))
            method = SampleMethod.System;
        else
            Accept(Keyword.BERNOULLI);
        ExpectLeftParen();
        var percentage = ParseExpression(Power.Additive);
        if (!Accept(TokenKind.Percent))
            Accept(Keyword.PERCENT);
        ExpectRightParen();
        Expression? seed = null;
        if (Accept(Keyword.REPEATABLE))
        {
            ExpectLeftParen();
            seed = ParseExpression(Power.Lowest);
            ExpectRightParen();
        }

        return new SampledRelation(relation, method, percentage, seed) { Position = position };
    }
}
