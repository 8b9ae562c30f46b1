using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Calls of functions, and windows.</content>
internal sealed partial class Parser
{
    private FunctionCall ParseCall(QualifiedName name)
    {
        ExpectLeftParen();
        if (name.Parts.Length == 1 && name.Last.Folded is "json_arrayagg" or "json_objectagg")
            return ParseJsonAggregate(name);
        var call = new FunctionCall(name, []) { Position = name.Position };
        if (At(TokenKind.Star) && Peek(1).Kind == TokenKind.RightParen)
        {
            _index++;
            call = call with { IsStar = true };
        }
        else if (!At(TokenKind.RightParen))
        {
            call = ParseArguments(call);
        }

        ExpectRightParen();
        return ParseCallSuffixes(call);
    }

    private FunctionCall ParseArguments(FunctionCall call)
    {
        bool isDistinct = Accept(Keyword.DISTINCT);
        if (!isDistinct)
            Accept(Keyword.ALL);

        bool isStar = isDistinct && At(TokenKind.Star) && Peek(1).Kind == TokenKind.RightParen;
        if (isStar)
        {
            _index++;
            return call with { IsDistinct = true, IsStar = true };
        }

        bool isVariadic = false;
        var arguments = ImmutableArray.CreateBuilder<Expression>(2);
        if (!At(Keyword.ORDER, Keyword.BY))
        {
            do
            {
                isVariadic = Accept(Keyword.VARIADIC);
                arguments.Add(ParseArgument(call.Name, isFirst: arguments.Count == 0));
            }
            while (Accept(TokenKind.Comma));
        }

        var overflow = At(Keyword.ON, Keyword.OVERFLOW) ? ParseOverflow() : null;
        var orderBy = ParseOrderBy();
        return call with
        {
            Arguments = arguments.DrainToImmutable(),
            IsDistinct = isDistinct,
            IsVariadic = isVariadic,
            Overflow = overflow,
            OrderBy = orderBy,
            NullTreatment = ParseNullTreatment(),
        };
    }

    private Expression ParseArgument(QualifiedName function, bool isFirst)
    {
        var position = Here;
        if (IsLabel(Current) && Peek(1).Kind is TokenKind.FatArrow or TokenKind.ColonEqual)
        {
            var name = ParseLabel();
            _index++;
            return new NamedArgument(name, ParseArgument(function, isFirst: false)) { Position = position };
        }

        if (IsLambdaAhead(function, isFirst))
            return ParseLambda(position);
        if (At(Keyword.TABLE) && (Peek(1).Kind == TokenKind.LeftParen || IsIdentifier(Peek(1))))
            return ParseTableArgument(position);
        if (At(Keyword.DESCRIPTOR) && Peek(1).Kind == TokenKind.LeftParen)
            return ParseDescriptor(position);
        if (AtQuery)
            return new SubqueryExpression(ParseQuery()) { Position = position };

        var argument = ParseExpression(Power.Lowest);
        if (At(TokenKind.Dot) && Peek(1).Kind == TokenKind.Star && argument is ColumnReference)
            _index += 2; // count(t.*): the relation's row, as count(t)
        return argument;
    }

    private bool IsLambdaAhead(QualifiedName function, bool isFirst)
    {
        if (AtIdentifier && Peek(1).Kind == TokenKind.Arrow)
        {
            bool isJsonStep = isFirst || (IsText(Peek(2)) && !LambdaFunctions.Contains(function.Last.Value));
            return !isJsonStep;
        }

        if (!At(TokenKind.LeftParen))
            return false;

        int offset = 1;
        if (IsIdentifier(Peek(offset)))
        {
            offset++;
            while (Peek(offset).Kind == TokenKind.Comma && IsIdentifier(Peek(offset + 1)))
                offset += 2;
        }

        return Peek(offset).Kind == TokenKind.RightParen && Peek(offset + 1).Kind == TokenKind.Arrow && !(isFirst && offset == 2);
    }

    private LambdaExpression ParseLambda(SourcePosition position)
    {
        ImmutableArray<Identifier> parameters;
        if (At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.RightParen)
        {
            _index += 2;
            parameters = [];
        }
        else
        {
            parameters = At(TokenKind.LeftParen) ? ParseColumnNames() : [ParseIdentifier()];
        }

        Expect(TokenKind.Arrow, "'->'");
        return new LambdaExpression(parameters, ParseExpression(Power.Lowest)) { Position = position };
    }

    private TableArgument ParseTableArgument(SourcePosition position)
    {
        _index++;
        Relation table;
        if (Accept(TokenKind.LeftParen))
        {
            var tablePosition = Here;
            table = AtQuery
                ? new SubqueryRelation(ParseQuery(), IsLateral: false) { Position = tablePosition }
                : new TableReference(ParseQualifiedName("a name of a table")) { Position = tablePosition };
            ExpectRightParen();
        }
        else
        {
            table = new TableReference(ParseQualifiedName("a name of a table")) { Position = position };
        }

        if (!At(Keyword.PARTITION))
            table = ParseAlias(table);

        // Further arguments follow after a comma, so that several columns stand in parentheses.
        var partitionBy = Accept(Keyword.PARTITION, Keyword.BY)
            ? ListOrSingle(static parser => parser.ParseExpression(Power.Lowest))
            : [];
        bool? prune = Accept(Keyword.PRUNE) ? true : Accept(Keyword.KEEP) ? false : null;
        if (prune is not null)
            Expect(Keyword.WHEN, Keyword.EMPTY);
        var orderBy = Accept(Keyword.ORDER, Keyword.BY) ? ListOrSingle(static parser => parser.ParseSortItem()) : [];
        return new TableArgument(table, partitionBy, orderBy) { Position = position, PruneWhenEmpty = prune };
    }

    private ImmutableArray<T> ListOrSingle<T>(Func<Parser, T> parse)
    {
        if (At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.RightParen)
        {
            _index += 2;
            return [];
        }

        return At(TokenKind.LeftParen) ? ListInParens(parse) : [parse(this)];
    }

    private ImmutableArray<Expression> ParsePartitionBy()
    {
        if (!Accept(Keyword.PARTITION, Keyword.BY))
            return [];

        return At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.RightParen
            ? EmptyParens()
            : List(static parser => parser.ParseExpression(Power.Lowest));
    }

    private ImmutableArray<Expression> EmptyParens()
    {
        _index += 2;
        return [];
    }

    private DescriptorArgument ParseDescriptor(SourcePosition position)
    {
        _index++;
        return new DescriptorArgument(ListInParens(static parser => parser.ParseDescriptorField())) { Position = position };
    }

    private RowTypeField ParseDescriptorField()
    {
        var position = Here;
        var name = ParseIdentifier();
        var type = At(TokenKind.Comma) || At(TokenKind.RightParen)
            ? new NamedType(NameOf("unknown", position), []) { Position = position }
            : ParseType();
        return new RowTypeField(name, type) { Position = position };
    }

    private OverflowClause ParseOverflow()
    {
        var position = Here;
        _index += 2;
        if (Accept(Keyword.ERROR))
            return new OverflowClause(IsTruncate: false, Filler: null, WithCount: false) { Position = position };

        Expect(Keyword.TRUNCATE);
        var filler = At(Keyword.WITH) || At(Keyword.WITHOUT) ? null : ParseExpression(Power.Lowest);
        bool withCount = !At(Keyword.WITHOUT);
        _index++;
        AcceptCount();
        return new OverflowClause(IsTruncate: true, filler, withCount) { Position = position };
    }

    private void AcceptCount()
    {
        if (!AcceptWord("COUNT"))
            throw Unexpected("COUNT");
    }

    private FunctionCall ParseCallSuffixes(FunctionCall call)
    {
        if (Accept(Keyword.WITHIN, Keyword.GROUP))
        {
            ExpectLeftParen();
            call = call with { WithinGroup = ParseOrderBy() };
            ExpectRightParen();
        }

        if (At(Keyword.FILTER) && Peek(1).Kind == TokenKind.LeftParen)
        {
            _index += 2;
            Expect(Keyword.WHERE);
            call = call with { Filter = ParseExpression(Power.Lowest) };
            ExpectRightParen();
        }

        if (ParseNullTreatment() is { } treatment)
            call = call with { NullTreatment = treatment };
        return At(Keyword.OVER) && (Peek(1).Kind == TokenKind.LeftParen || IsIdentifier(Peek(1)))
            ? call with { Over = ParseOver() }
            : call;
    }

    private NullTreatment? ParseNullTreatment()
    {
        if (Accept(Keyword.IGNORE, Keyword.NULLS))
            return NullTreatment.Ignore;
        return Accept(Keyword.RESPECT, Keyword.NULLS) ? NullTreatment.Respect : null;
    }

    private Window ParseOver()
    {
        _index++;
        var position = Here;
        return At(TokenKind.LeftParen) ? ParseWindowSpecification() : new NamedWindow(ParseIdentifier()) { Position = position };
    }

    private WindowSpecification ParseWindowSpecification()
    {
        var position = Here;
        ExpectLeftParen();
        bool isBase = AtIdentifier && !At(Keyword.PARTITION) && !AtFrame;
        var baseName = isBase ? ParseIdentifier() : null;
        var partitionBy = ParsePartitionBy();
        var orderBy = ParseOrderBy();
        var frame = AtFrame ? ParseFrame() : null;
        ExpectRightParen();
        return new WindowSpecification(baseName, partitionBy, orderBy, frame) { Position = position };
    }

    private bool AtFrame => AtAny([Keyword.ROWS, Keyword.RANGE, Keyword.GROUPS]) && Peek(1).Kind != TokenKind.RightParen;

    private WindowFrame ParseFrame()
    {
        var position = Here;
        var unit = Current.Keyword switch
        {
            Keyword.ROWS => FrameUnit.Rows,
            Keyword.RANGE => FrameUnit.Range,
            _ => FrameUnit.Groups,
        };
        _index++;
        FrameBound start;
        FrameBound? end = null;
        if (Accept(Keyword.BETWEEN))
        {
            start = ParseFrameBound();
            Expect(Keyword.AND);
            end = ParseFrameBound();
        }
        else
        {
            start = ParseFrameBound();
        }

        return new WindowFrame(unit, start, end, ParseExclusion()) { Position = position };
    }

    private FrameExclusion ParseExclusion()
    {
        if (!Accept(Keyword.EXCLUDE))
            return FrameExclusion.NoOthers;
        if (Accept(Keyword.CURRENT, Keyword.ROW))
            return FrameExclusion.CurrentRow;
        if (Accept(Keyword.GROUP))
            return FrameExclusion.Group;
        if (Accept(Keyword.TIES))
            return FrameExclusion.Ties;

        Expect(Keyword.NO, Keyword.OTHERS);
        return FrameExclusion.NoOthers;
    }

    private FrameBound ParseFrameBound()
    {
        var position = Here;
        if (Accept(Keyword.CURRENT, Keyword.ROW))
            return new FrameBound(FrameBoundKind.CurrentRow, Offset: null) { Position = position };

        bool isUnbounded = At(Keyword.UNBOUNDED) && Peek(1).Keyword is Keyword.PRECEDING or Keyword.FOLLOWING;
        Expression? offset = null;
        if (isUnbounded)
            _index++;
        else
            offset = ParseExpression(Power.Range + 1);

        bool isPreceding = Accept(Keyword.PRECEDING);
        if (!isPreceding && !Accept(Keyword.FOLLOWING))
            throw Unexpected("PRECEDING or FOLLOWING");

        var kind = (isUnbounded, isPreceding) switch
        {
            (true, true) => FrameBoundKind.UnboundedPreceding,
            (true, false) => FrameBoundKind.UnboundedFollowing,
            (false, true) => FrameBoundKind.Preceding,
            (false, false) => FrameBoundKind.Following,
        };
        return new FrameBound(kind, offset) { Position = position };
    }
}
