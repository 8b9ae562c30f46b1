using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Queries.</content>
internal sealed partial class Parser
{
    private bool AtQuery => IsQueryStart(0);

    private bool AtQueryContinuation => AtAny([
        Keyword.UNION, Keyword.INTERSECT, Keyword.EXCEPT, Keyword.ORDER, Keyword.LIMIT, Keyword.OFFSET, Keyword.FETCH]);

    private bool IsQueryStart(int offset)
    {
        var next = Peek(offset + 1);
        return Peek(offset).Keyword switch
        {
            Keyword.SELECT or Keyword.WITH or Keyword.FROM => true,
            Keyword.TABLE => IsIdentifier(next),
            Keyword.VALUES => next.Kind is TokenKind.LeftParen or TokenKind.Integer or TokenKind.Decimal or TokenKind.Double
                or TokenKind.String or TokenKind.EscapeString or TokenKind.UnicodeString or TokenKind.DollarString or TokenKind.HexString or TokenKind.BitString
                or TokenKind.Minus or TokenKind.Plus or TokenKind.Question or TokenKind.IndexedParameter or TokenKind.NamedParameter
                || IsValueAhead(offset + 1) || next.Keyword is Keyword.NULL or Keyword.TRUE or Keyword.FALSE
                or Keyword.ROW or Keyword.CAST or Keyword.TRY_CAST or Keyword.CASE or Keyword.ARRAY or Keyword.INTERVAL or Keyword.TIMESTAMP or Keyword.TIME,
            _ => false,
        };
    }

    // BIGINT '1', DOUBLE PRECISION '1', DECIMAL(5, 2) '1.5', current_date, f(x).
    private bool IsValueAhead(int offset)
    {
        if (Peek(offset).Keyword is Keyword.CURRENT_DATE or Keyword.CURRENT_TIME or Keyword.CURRENT_TIMESTAMP or Keyword.LOCALTIME or Keyword.LOCALTIMESTAMP
            or Keyword.CURRENT_USER or Keyword.CURRENT_ROLE or Keyword.SESSION_USER or Keyword.CURRENT_CATALOG or Keyword.CURRENT_PATH)
            return true;
        if (Peek(offset).Kind == TokenKind.Word && Peek(offset).Keyword == Keyword.None && Peek(offset + 1).Kind == TokenKind.LeftParen)
            return true;
        if (Peek(offset).Kind != TokenKind.Word || Keywords.IsReserved(Peek(offset).Keyword))
            return false;
        int next = offset + 1;
        if (IsWord(Peek(next), "PRECISION"))
            next++;
        if (Peek(next).Kind == TokenKind.LeftParen && Peek(next + 1).Kind == TokenKind.Integer)
        {
            next += Peek(next + 2).Kind == TokenKind.Comma ? 4 : 2;
            if (Peek(next++).Kind != TokenKind.RightParen)
                return false;
        }

        return Peek(next).Kind == TokenKind.String;
    }

    /// <summary>A query with everything around its body.</summary>
    private Query ParseQuery()
    {
        Enter();
        int heightOfSiblings = _height;
        _height = 0;
        var position = Here;
        var with = At(Keyword.WITH) ? ParseWith() : null;
        var query = EndQuery(position, with, ParseQueryBody(first: null, isIntersectOnly: false));
        _height = CheckHeight(Math.Max(heightOfSiblings, _height + 1));
        Leave();
        return query;
    }

    /// <summary>Goes on with a query whose first part stood in parentheses: <c>(SELECT 1) UNION ...</c>.</summary>
    private Query ContinueQuery(Query first)
    {
        var body = new SubqueryBody(first) { Position = first.Position };
        return EndQuery(first.Position, with: null, ParseQueryBody(Simplify(body), isIntersectOnly: false));
    }

    private Query EndQuery(SourcePosition position, WithClause? with, QueryBody body)
    {
        var orderBy = ParseOrderBy();
        Expression? offset = null;
        LimitClause? limit = null;
        while (true)
        {
            if (At(Keyword.LIMIT) && limit is null)
                limit = ParseLimit();
            else if (At(Keyword.FETCH) && limit is null)
                limit = ParseFetch();
            else if (At(Keyword.OFFSET) && offset is null)
                offset = ParseOffset();
            else
                break;
        }

        if (At(Keyword.FOR) && Peek(1).Keyword is Keyword.UPDATE or Keyword.SHARE && !(_cursorDepth == _depth && Peek(1).Keyword == Keyword.UPDATE))
            throw QueryException.NotSupported("locking rows", Here);

        // (SELECT 1) alone is SELECT 1.
        bool isBare = with is null && orderBy.IsEmpty && offset is null && limit is null;
        if (body is SubqueryBody subquery)
        {
            if (isBare)
                return subquery.Query;
            CheckNotTwice(subquery.Query, orderBy, offset, limit);
        }

        return new Query(body) { Position = position, With = with, OrderBy = orderBy, Offset = offset, Limit = limit };
    }

    // (SELECT ... ORDER BY a) ORDER BY b would forget the first order.
    private static void CheckNotTwice(Query inner, ImmutableArray<SortItem> orderBy, Expression? offset, LimitClause? limit)
    {
        if (!inner.OrderBy.IsEmpty && !orderBy.IsEmpty)
            throw new QueryException(ErrorCode.SyntaxError, "the query has two ORDER BY clauses", orderBy[0].Position);
        if (inner.Limit is not null && limit is not null)
            throw new QueryException(ErrorCode.SyntaxError, "the query has two LIMIT clauses", limit.Position);
        if (inner.Offset is not null && offset is not null)
            throw new QueryException(ErrorCode.SyntaxError, "the query has two OFFSET clauses", offset.Position);
    }

    private WithClause ParseWith()
    {
        var position = Here;
        _index++;
        var functions = ImmutableArray.CreateBuilder<CreateFunctionStatement>();
        while (At(Keyword.FUNCTION) && IsIdentifier(Peek(1)))
        {
            functions.Add(ParseFunction(Here, orReplace: false));
            if (!Accept(TokenKind.Comma))
                break;
        }

        // WITH FUNCTION f ... WITH t AS ... SELECT, and WITH FUNCTION f ... SELECT.
        bool hasTables = functions.Count == 0 || IsIdentifier(Current) || Accept(Keyword.WITH);
        bool isRecursive = hasTables && At(Keyword.RECURSIVE) && IsIdentifier(Peek(1)) && Accept(Keyword.RECURSIVE);
        return new WithClause(isRecursive, hasTables ? List(static parser => parser.ParseCommonTable()) : [])
        {
            Position = position,
            Functions = functions.DrainToImmutable(),
        };
    }

    private CommonTable ParseCommonTable()
    {
        var position = Here;
        var name = ParseIdentifier();
        var columns = ParseColumnNames();
        Expect(Keyword.AS);
        bool? isMaterialized = Accept(Keyword.NOT, Keyword.MATERIALIZED) ? false : Accept(Keyword.MATERIALIZED) ? true : null;
        ExpectLeftParen();
        bool isChange = AtAny([Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.MERGE]);
        var statementPosition = Here;
        var statement = isChange ? ParseStatement() : new QueryStatement(ParseQuery()) { Position = statementPosition };
        ExpectRightParen();
        return new CommonTable(name, columns, isMaterialized, statement) { Position = position, Search = ParseSearch(), Cycle = ParseCycle() };
    }

    private SearchClause? ParseSearch()
    {
        var position = Here;
        if (!AcceptWord("SEARCH"))
            return null;
        bool isDepthFirst = AcceptWord("DEPTH");
        if (!isDepthFirst && !AcceptWord("BREADTH"))
            throw Unexpected("DEPTH or BREADTH");
        Expect(Keyword.FIRST, Keyword.BY);
        var columns = List(static parser => parser.ParseIdentifier());
        Expect(Keyword.SET);
        return new SearchClause(isDepthFirst, columns, ParseIdentifier()) { Position = position };
    }

    private CycleClause? ParseCycle()
    {
        var position = Here;
        if (!AcceptWord("CYCLE"))
            return null;
        var columns = List(static parser => parser.ParseIdentifier());
        Expect(Keyword.SET);
        var mark = ParseIdentifier();
        Expression? value = null;
        Expression? otherwise = null;
        if (Accept(Keyword.TO))
        {
            value = ParseExpression(Power.Lowest);
            Expect(Keyword.DEFAULT);
            otherwise = ParseExpression(Power.Lowest);
        }

        Expect(Keyword.USING);
        return new CycleClause(columns, mark, value, otherwise, ParseIdentifier()) { Position = position };
    }

    /// <summary>Set operators from left to right; INTERSECT binds tighter than the others.</summary>
    private QueryBody ParseQueryBody(QueryBody? first, bool isIntersectOnly)
    {
        int height = first is null ? 0 : 1;
        var left = first ?? ParseQueryPrimary();
        while (At(Keyword.INTERSECT) || (!isIntersectOnly && (At(Keyword.UNION) || At(Keyword.EXCEPT))))
        {
            var position = Here;
            var inputs = ImmutableArray.CreateBuilder<QueryBody>();
            inputs.Add(left);
            var (setOperator, isAll, isByName, corresponding) = ParseSetOperator();
            while (true)
            {
                inputs.Add(setOperator == SetOperator.Intersect ? ParseQueryPrimary() : ParseQueryBody(first: null, isIntersectOnly: true));
                int index = _index;
                if (corresponding is not null || !AtSetOperator || ParseSetOperator() != (setOperator, isAll, isByName, null))
                {
                    _index = index;
                    break;
                }
            }

            left = new SetOperation(setOperator, isAll, isByName, inputs.DrainToImmutable()) { Position = position, Corresponding = corresponding };
            height = CheckHeight(height + 1);
        }

        _height = CheckHeight(_height + height);
        return left;
    }

    private bool AtSetOperator => AtAny([Keyword.UNION, Keyword.INTERSECT, Keyword.EXCEPT]);

    private (SetOperator Operator, bool IsAll, bool IsByName, CorrespondingClause? Corresponding) ParseSetOperator()
    {
        var setOperator = Current.Keyword switch
        {
            Keyword.UNION => SetOperator.Union,
            Keyword.INTERSECT => SetOperator.Intersect,
            _ => SetOperator.Except,
        };
        _index++;
        bool isAll = Accept(Keyword.ALL);
        if (!isAll)
            Accept(Keyword.DISTINCT);
        bool isByName = At(Keyword.BY, Keyword.NAME) && Accept(Keyword.BY, Keyword.NAME);
        var position = Here;
        var corresponding = AcceptWord("CORRESPONDING") ? new CorrespondingClause(Accept(Keyword.BY) ? ParseColumnNames() : []) { Position = position } : null;
        return (setOperator, isAll, isByName, corresponding);
    }

    private QueryBody ParseQueryPrimary()
    {
        var position = Here;
        switch (Current.Kind == TokenKind.LeftParen ? Keyword.None : Current.Keyword)
        {
            case Keyword.SELECT:
                return ParseSelect();
            case Keyword.FROM:
                return ParseFromFirst();
            case Keyword.VALUES:
                _index++;
                return new ValuesBody(List(static parser => parser.ParseRowOfValues())) { Position = position };
            case Keyword.TABLE:
                _index++;
                return new TableBody(ParseQualifiedName("a name of a table")) { Position = position };
            default:
                Expect(TokenKind.LeftParen, "a query");
                var query = ParseQuery();
                ExpectRightParen();
                return Simplify(new SubqueryBody(query) { Position = position });
        }
    }

    /// <summary>Parentheses around a single SELECT mean nothing.</summary>
    private static QueryBody Simplify(SubqueryBody body)
    {
        var query = body.Query;
        bool isBare = query.With is null && query.OrderBy.IsEmpty && query.Offset is null && query.Limit is null;
        return isBare && query.Body is not SetOperation ? query.Body : body;
    }

    private QuerySpecification ParseSelect()
    {
        var position = Here;
        _index++;
        bool isDistinct = Accept(Keyword.DISTINCT);
        var distinctOn = ImmutableArray<Expression>.Empty;
        if (isDistinct && Accept(Keyword.ON))
            distinctOn = ListInParens(static parser => parser.ParseExpression(Power.Lowest));
        else if (!isDistinct)
            Accept(Keyword.ALL);

        // PostgreSQL allows a SELECT of no columns.
        ImmutableArray<SelectItem> items = At(Keyword.FROM) || At(Keyword.WHERE) || IsClauseEnd(Current)
            ? []
            : List(static parser => parser.ParseSelectItem());
        if (At(Keyword.INTO))
            ParseSelectInto();

        var from = Accept(Keyword.FROM) ? List(static parser => parser.ParseRelation()) : [];
        return EndSelect(new QuerySpecification(items)
        {
            Position = position,
            IsDistinct = isDistinct,
            DistinctOn = distinctOn,
            From = from,
        });
    }

    private void ParseSelectInto()
    {
        if (_selectInto is not null)
            throw Unexpected("FROM");

        _index++;
        if (!Accept(Keyword.TEMPORARY))
            Accept(Keyword.TEMP);
        Accept(Keyword.TABLE);
        _selectInto = ParseQualifiedName("a name of a table");
        _selectIntoDepth = _depth;
    }

    private QuerySpecification ParseFromFirst()
    {
        var position = Here;
        _index++;
        var from = List(static parser => parser.ParseRelation());
        if (!At(Keyword.SELECT))
            return EndSelect(new QuerySpecification([new SelectAll(Target: null) { Position = position }]) { Position = position, From = from });

        var select = ParseSelect();
        return select.From.IsEmpty
            ? EndSelect(select with { From = from })
            : throw new QueryException(ErrorCode.SyntaxError, "the query has two FROM clauses", select.From[0].Position);
    }

    private QuerySpecification EndSelect(QuerySpecification select)
    {
        var where = Accept(Keyword.WHERE) ? ParseExpression(Power.Lowest) : select.Where;
        var groupBy = At(Keyword.GROUP) ? ParseGroupBy() : select.GroupBy;
        var having = Accept(Keyword.HAVING) ? ParseExpression(Power.Lowest) : select.Having;
        var qualify = Accept(Keyword.QUALIFY) ? ParseExpression(Power.Lowest) : select.Qualify;
        var windows = Accept(Keyword.WINDOW) ? List(static parser => parser.ParseWindowDefinition()) : select.Windows;
        if (qualify is null && Accept(Keyword.QUALIFY))
            qualify = ParseExpression(Power.Lowest);
        return select with { Where = where, GroupBy = groupBy, Having = having, Windows = windows, Qualify = qualify };
    }

    private WindowDefinition ParseWindowDefinition()
    {
        var position = Here;
        var name = ParseIdentifier();
        Expect(Keyword.AS);
        return new WindowDefinition(name, ParseWindowSpecification()) { Position = position };
    }

    private LimitClause? ParseLimit()
    {
        var position = Here;
        _index++;
        if (Accept(Keyword.ALL))
            return null;

        bool isPercentSign = Peek(1).Kind == TokenKind.Percent && IsClauseEnd(Peek(2));
        var count = ParseExpression(isPercentSign ? Power.Postfix : Power.Comparison);
        bool isPercent = Accept(TokenKind.Percent) || Accept(Keyword.PERCENT);
        return At(TokenKind.Comma)
            ? throw new QueryException(
                ErrorCode.SyntaxError, "syntax error at or near ',': LIMIT takes one number", Here, "Write LIMIT count OFFSET start.")
            : new LimitClause(count, WithTies: false, isPercent) { Position = position };
    }

    private LimitClause ParseFetch()
    {
        var position = Here;
        _index++;
        if (!Accept(Keyword.FIRST))
            Expect(Keyword.NEXT);
        var count = At(Keyword.ROW) || At(Keyword.ROWS)
            ? new IntegerLiteral("1") { Position = Here }
            : ParseExpression(Power.Unary);
        bool isPercent = Accept(Keyword.PERCENT);
        if (!Accept(Keyword.ROW))
            Expect(Keyword.ROWS);
        bool withTies = Accept(Keyword.WITH, Keyword.TIES);
        if (!withTies)
            Expect(Keyword.ONLY);
        return new LimitClause(count, withTies, isPercent) { Position = position };
    }

    private Expression ParseOffset()
    {
        _index++;
        var offset = ParseExpression(Power.Comparison);
        if (!Accept(Keyword.ROW))
            Accept(Keyword.ROWS);
        return offset;
    }

    private ImmutableArray<SortItem> ParseOrderBy()
    {
        if (!Accept(Keyword.ORDER))
            return [];
        Expect(Keyword.BY);
        return List(static parser => parser.ParseSortItem());
    }

    private SortItem ParseSortItem()
    {
        var position = Here;
        Expression expression = Accept(Keyword.ALL)
            ? new AllColumnsExpression { Position = position }
            : ParseExpression(Power.Lowest);
        bool isDescending = Accept(Keyword.DESC);
        if (!isDescending && !Accept(Keyword.ASC) && Accept(Keyword.USING))
        {
            isDescending = At(TokenKind.Greater);
            if (!isDescending && !At(TokenKind.Less))
                throw Unexpected("'<' or '>'");
            _index++;
        }

        bool? nullsFirst = Accept(Keyword.NULLS, Keyword.FIRST) ? true : Accept(Keyword.NULLS, Keyword.LAST) ? false : null;
        return new SortItem(expression, isDescending, nullsFirst) { Position = position };
    }

    // (ROW(1, 2)) is a row of one value, which is a row; ROW(1, 2) and (1, 2) are rows of two.
    private Expression ParseRowOfValues()
    {
        var start = Here;
        bool isParenthesized = At(TokenKind.LeftParen);
        var row = ParseExpression(Power.Lowest);
        return isParenthesized && row is RowConstructor && row.Position != start ? new RowConstructor([row]) { Position = start } : row;
    }
}
