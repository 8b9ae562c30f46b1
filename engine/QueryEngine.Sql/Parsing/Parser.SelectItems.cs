using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Items of SELECT and GROUP BY.</content>
internal sealed partial class Parser
{
    private SelectItem ParseSelectItem()
    {
        var position = Here;
        if (Accept(TokenKind.Star))
            return ParseStarAliases(ParseStarSuffixes(new SelectAll(Target: null) { Position = position }));
        if (IsIdentifier(Current) && Peek(1).Kind == TokenKind.Colon)
            return ParsePrefixAlias(position);

        var expression = ParseExpression(Power.Lowest);
        if (At(TokenKind.Dot) && Peek(1).Kind == TokenKind.Star)
        {
            _index += 2;
            return ParseStarAliases(ParseStarSuffixes(new SelectAll(expression) { Position = position }));
        }

        return new SelectExpression(expression, ParseColumnAlias()) { Position = position };
    }

    private SelectAll ParseStarAliases(SelectAll all)
    {
        bool hasAliases = At(Keyword.AS) && Peek(1).Kind == TokenKind.LeftParen && Accept(Keyword.AS);
        return hasAliases ? all with { Aliases = ParseColumnNames() } : all;
    }

    /// <summary><c>alias: expression</c></summary>
    private SelectExpression ParsePrefixAlias(SourcePosition position)
    {
        var alias = TakeIdentifier();
        _index++;
        return new SelectExpression(ParseExpression(Power.Lowest), alias) { Position = position };
    }

    private Identifier? ParseColumnAlias()
    {
        if (Accept(Keyword.AS))
        {
            var position = Here;
            return At(TokenKind.String) ? new Identifier(ParseText(), IsQuoted: true) { Position = position } : ParseLabel();
        }

        return AtIdentifier ? TakeIdentifier() : null;
    }

    private SelectAll ParseStarSuffixes(SelectAll all)
    {
        if (At(Keyword.EXCLUDE) || (At(Keyword.EXCEPT) && Peek(1).Kind == TokenKind.LeftParen && IsIdentifier(Peek(2))))
        {
            _index++;
            all = all with
            {
                Exclude = At(TokenKind.LeftParen)
                    ? ListInParens(static parser => parser.ParseQualifiedName())
                    : [ParseQualifiedName()],
            };
        }

        if (At(Keyword.REPLACE) && Peek(1).Kind == TokenKind.LeftParen)
        {
            _index++;
            all = all with { Replace = ListInParens(static parser => parser.ParseReplacement()) };
        }

        if (At(Keyword.RENAME) && Peek(1).Kind == TokenKind.LeftParen)
        {
            _index++;
            all = all with { Rename = ListInParens(static parser => parser.ParseRenamedColumn()) };
        }

        return all;
    }

    private SelectExpression ParseReplacement()
    {
        var position = Here;
        var expression = ParseExpression(Power.Lowest);
        Accept(Keyword.AS);
        return new SelectExpression(expression, ParseLabel()) { Position = position };
    }

    private RenamedColumn ParseRenamedColumn()
    {
        var position = Here;
        var column = ParseQualifiedName();
        Expect(Keyword.AS);
        return new RenamedColumn(column, ParseLabel()) { Position = position };
    }

    private GroupByClause ParseGroupBy()
    {
        var position = Here;
        Expect(Keyword.GROUP, Keyword.BY);
        if (At(Keyword.ALL) && IsClauseEnd(Peek(1)))
        {
            _index++;
            return new GroupByClause(IsAll: true, IsDistinct: false, []) { Position = position };
        }

        bool isDistinct = Accept(Keyword.DISTINCT);
        if (!isDistinct)
            Accept(Keyword.ALL);
        return new GroupByClause(IsAll: false, isDistinct, List(static parser => parser.ParseGroupingElement())) { Position = position };
    }

    private static bool IsClauseEnd(Token token) =>
        token.Kind is TokenKind.End or TokenKind.Semicolon or TokenKind.RightParen
        || token.Keyword is Keyword.HAVING or Keyword.ORDER or Keyword.LIMIT or Keyword.WINDOW or Keyword.QUALIFY or Keyword.UNION
            or Keyword.INTERSECT or Keyword.EXCEPT or Keyword.OFFSET or Keyword.FETCH or Keyword.FOR or Keyword.WITH or Keyword.RETURNING;

    private GroupingElement ParseGroupingElement()
    {
        var position = Here;
        if (Accept(Keyword.GROUPING, Keyword.SETS))
        {
            Enter();
            var sets = new GroupingSets(ListInParens(static parser => parser.ParseGroupingElement())) { Position = position };
            Leave();
            return sets;
        }

        bool isCall = Peek(1).Kind == TokenKind.LeftParen;
        if (At(Keyword.ROLLUP) && isCall)
        {
            _index++;
            return new RollupGrouping(ListInParens(static parser => parser.ParseGroupingColumns())) { Position = position };
        }

        if (At(Keyword.CUBE) && isCall)
        {
            _index++;
            return new CubeGrouping(ListInParens(static parser => parser.ParseGroupingColumns())) { Position = position };
        }

        return ParseGroupingColumns();
    }

    private GroupingColumns ParseGroupingColumns()
    {
        var position = Here;
        bool isParen = At(TokenKind.LeftParen);
        if (isParen && Peek(1).Kind == TokenKind.RightParen)
            return new GroupingColumns(EmptyParens()) { Position = position };

        var expression = ParseExpression(Power.Lowest);
        return isParen && expression is RowConstructor row && row.Position == position
            ? new GroupingColumns(row.Items) { Position = position }
            : new GroupingColumns([expression]) { Position = position };
    }
}
