using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>PIVOT, UNPIVOT and MATCH_RECOGNIZE.</content>
internal sealed partial class Parser
{
    private PivotRelation ParsePivot(Relation relation, SourcePosition position)
    {
        _index++;
        ExpectLeftParen();
        var aggregates = List(static parser => parser.ParseAliasedExpression());
        Expect(Keyword.FOR);
        var columns = ImmutableArray.CreateBuilder<PivotColumn>();
        do
        {
            columns.Add(ParsePivotColumn());
        }
        while (!At(TokenKind.RightParen) && !At(Keyword.GROUP));
        var groupBy = Accept(Keyword.GROUP, Keyword.BY) ? List(static parser => parser.ParseExpression(Power.Lowest)) : [];
        ExpectRightParen();
        return new PivotRelation(relation, aggregates, columns.DrainToImmutable(), groupBy) { Position = position };
    }

    private PivotColumn ParsePivotColumn()
    {
        var position = Here;
        var column = ParseExpression(Power.Range + 1);
        Expect(Keyword.IN);
        return new PivotColumn(column, ListInParens(static parser => parser.ParseAliasedExpression())) { Position = position };
    }

    private NamedExpression ParseAliasedExpression()
    {
        var position = Here;
        var expression = ParseExpression(Power.Lowest);
        return new NamedExpression(expression, ParseColumnAlias()) { Position = position };
    }

    private UnpivotRelation ParseUnpivot(Relation relation, SourcePosition position)
    {
        _index++;
        bool includeNulls = Accept(Keyword.INCLUDE, Keyword.NULLS);
        if (!includeNulls)
            Accept(Keyword.EXCLUDE, Keyword.NULLS);
        ExpectLeftParen();
        var values = At(TokenKind.LeftParen) ? ParseColumnNames() : [ParseIdentifier()];
        Expect(Keyword.FOR);
        var name = ParseIdentifier();
        Expect(Keyword.IN);
        var inputs = ListInParens(static parser => parser.ParseUnpivotInput());
        ExpectRightParen();
        return new UnpivotRelation(relation, includeNulls, values, name, inputs) { Position = position };
    }

    private UnpivotInput ParseUnpivotInput()
    {
        var position = Here;
        var columns = At(TokenKind.LeftParen)
            ? ListInParens(static parser => parser.ParseExpression(Power.Lowest))
            : [ParseExpression(Power.Lowest)];
        var alias = Accept(Keyword.AS) ? ParseExpression(Power.Lowest) : null;
        return new UnpivotInput(columns, alias) { Position = position };
    }

    private MatchRecognizeRelation ParseMatchRecognize(Relation relation, SourcePosition position)
    {
        _index++;
        ExpectLeftParen();
        var partitionBy = ParsePartitionBy();
        var orderBy = ParseOrderBy();
        var measures = Accept(Keyword.MEASURES) ? List(static parser => parser.ParseMeasure()) : [];
        bool allRows = false;
        string? emptyMatches = null;
        if (Accept(Keyword.ALL, Keyword.ROWS))
        {
            allRows = true;
            Expect(Keyword.PER, Keyword.MATCH);
            emptyMatches = TakeWordsUntil([Keyword.AFTER, Keyword.PATTERN]);
        }
        else if (Accept(Keyword.ONE, Keyword.ROW))
        {
            Expect(Keyword.PER, Keyword.MATCH);
        }

        string? skip = Accept(Keyword.AFTER, Keyword.MATCH, Keyword.SKIP) ? TakeWordsUntil([Keyword.PATTERN]) : null;
        Expect(Keyword.PATTERN);
        int patternStart = Peek(1).Start;
        string pattern = TakeBalancedText();
        var syntax = new RowPatternReader(pattern, patternStart, offset => _tokens.PositionOf(new Token(TokenKind.Word, Keyword.None, offset, 1))).Read();
        var subsets = AcceptWord("SUBSET") ? List(static parser => parser.ParseSubset()) : [];
        if (!AcceptWord("DEFINE"))
            throw Unexpected("DEFINE");
        var definitions = List(static parser => parser.ParseDefinition());
        ExpectRightParen();
        return new MatchRecognizeRelation(relation, pattern, definitions)
        {
            Position = position,
            Syntax = syntax,
            PartitionBy = partitionBy,
            OrderBy = orderBy,
            Measures = measures,
            AllRows = allRows,
            EmptyMatches = emptyMatches,
            AfterMatchSkip = skip,
            Subsets = subsets,
        };
    }

    private NamedExpression ParseMeasure()
    {
        var position = Here;
        var expression = ParseExpression(Power.Lowest);
        Expect(Keyword.AS);
        return new NamedExpression(expression, ParseLabel()) { Position = position };
    }

    private NamedExpression ParseDefinition()
    {
        var position = Here;
        var name = ParseIdentifier();
        Expect(Keyword.AS);
        return new NamedExpression(ParseExpression(Power.Lowest), name) { Position = position };
    }

    private FunctionCall ParseSubset()
    {
        var name = ParseQualifiedName();
        Expect(TokenKind.Equal, "'='");
        var variables = ListInParens(static parser => parser.ParseExpression(Power.Lowest));
        return new FunctionCall(name, variables) { Position = name.Position };
    }

    private string? TakeWordsUntil(ReadOnlySpan<Keyword> ends)
    {
        var words = new List<string>();
        while (At(TokenKind.Word) && !ends.Contains(Current.Keyword))
        {
            words.Add(_tokens.TextOf(Current).ToString().ToUpperInvariant());
            _index++;
        }

        return words.Count == 0 ? null : string.Join(' ', words);
    }

    /// <summary>The text between a parenthesis and its partner.</summary>
    private string TakeBalancedText()
    {
        ExpectLeftParen();
        int start = Current.Start;
        int open = 1;
        while (true)
        {
            if (At(TokenKind.End))
                throw Unexpected("')'");
            if (At(TokenKind.LeftParen))
                open++;
            else if (At(TokenKind.RightParen))
                open--;
            if (open == 0)
                break;
            _index++;
        }

        string text = _text[start..Current.Start].TrimEnd();
        _index++;
        return text;
    }
}
