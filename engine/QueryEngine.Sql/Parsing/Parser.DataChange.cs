using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>INSERT, UPDATE, DELETE, MERGE and TRUNCATE.</content>
internal sealed partial class Parser
{
    private Statement ParseChange(SourcePosition position, WithClause? with)
    {
        var keyword = Current.Keyword;
        _index++;
        return keyword switch
        {
            Keyword.INSERT => ParseInsert(position, with),
            Keyword.UPDATE => ParseUpdate(position, with),
            Keyword.DELETE => ParseDelete(position, with),
            Keyword.MERGE => ParseMerge(position, with),
            Keyword.TRUNCATE => ParseTruncate(position),
            _ => throw UnexpectedBefore("a statement"),
        };
    }

    private QualifiedName ParseInsertTarget()
    {
        if (!At(Keyword.TABLE) || Peek(1).Kind != TokenKind.LeftParen)
            return ParseQualifiedName("a name of a table");
        _index += 2;
        return AtWord("sink") && ParseUrlTable() is { } table ? table : throw Unexpected("sink('url')");
    }

    private InsertStatement ParseInsert(SourcePosition position, WithClause? with)
    {
        OnConflictClause? onConflict = null;
        bool isReplace = Accept(Keyword.OR, Keyword.REPLACE);
        if (!isReplace && Accept(Keyword.OR, Keyword.IGNORE))
            onConflict = new OnConflictClause([], Constraint: null, [], Where: null) { Position = position };
        bool isOverwrite = Accept(Keyword.OVERWRITE);
        if (isOverwrite)
        {
            Accept(Keyword.INTO);
            Accept(Keyword.TABLE);
        }
        else
        {
            Expect(Keyword.INTO);
            isOverwrite = At(Keyword.OVERWRITE) && IsIdentifier(Peek(1)) && Accept(Keyword.OVERWRITE);
        }

        var table = ParseInsertTarget();
        var alias = Accept(Keyword.AS) ? ParseIdentifier() : null;
        bool hasColumns = At(TokenKind.LeftParen) && !IsQueryStart(1) && Peek(1).Kind != TokenKind.LeftParen;
        var columns = hasColumns ? ParseColumnNames() : [];
        bool isByName = Accept(Keyword.BY, Keyword.NAME);
        if (!isByName)
            Accept(Keyword.BY, Keyword.POSITION);
        bool? overridesIdentity = null;
        if (AcceptWord("OVERRIDING"))
        {
            overridesIdentity = Accept(Keyword.SYSTEM);
            if (overridesIdentity == false)
                Expect(Keyword.USER);
            if (!AcceptWord("VALUE"))
                throw Unexpected("VALUE");
        }

        var source = Accept(Keyword.DEFAULT, Keyword.VALUES) ? null : ParseQuery();
        if (At(Keyword.ON, Keyword.CONFLICT))
            onConflict = ParseOnConflict();
        return new InsertStatement(table, columns, source)
        {
            Position = position,
            With = with,
            Alias = alias,
            IsOverwrite = isOverwrite,
            IsReplace = isReplace,
            IsByName = isByName,
            OverridesIdentity = overridesIdentity,
            OnConflict = onConflict,
            Returning = ParseReturningItems(),
        };
    }

    private ImmutableArray<SelectItem> ParseReturningItems() =>
        Accept(Keyword.RETURNING) ? List(static parser => parser.ParseSelectItem()) : [];

    private OnConflictClause ParseOnConflict()
    {
        var position = Here;
        _index += 2;
        var columns = ParseColumnNames();
        var constraint = Accept(Keyword.ON, Keyword.CONSTRAINT) ? ParseIdentifier() : null;
        Expect(Keyword.DO);
        if (Accept(Keyword.NOTHING))
            return new OnConflictClause(columns, constraint, [], Where: null) { Position = position };

        Expect(Keyword.UPDATE, Keyword.SET);
        var assignments = List(static parser => parser.ParseAssignment());
        var where = Accept(Keyword.WHERE) ? ParseExpression(Power.Lowest) : null;
        return new OnConflictClause(columns, constraint, assignments, where) { Position = position };
    }

    private Assignment ParseAssignment()
    {
        var position = Here;
        var columns = At(TokenKind.LeftParen)
            ? ListInParens(static parser => parser.ParseQualifiedName("a name of a column"))
            : [ParseQualifiedName("a name of a column")];
        var steps = ParseSteps();
        Expect(TokenKind.Equal, "'='");
        var value = ParseExpression(Power.Lowest);
        if (steps.Length > 0)
        {
            // A part of a column is assigned by giving the column what a function makes of the whole.
            var path = new ArrayConstructor(steps) { Position = position };
            var column = new ColumnReference(new QualifiedName([columns[0].Last]) { Position = position }) { Position = position };
            var function = new QualifiedName([new Identifier("$json_assign", IsQuoted: true) { Position = position }]) { Position = position };
            value = new FunctionCall(function, [column, path, value]) { Position = position };
        }

        return new Assignment(columns, value) { Position = position };
    }

    // ['name'][0], as text.
    private ImmutableArray<Expression> ParseSteps()
    {
        var steps = ImmutableArray.CreateBuilder<Expression>();
        while (At(TokenKind.LeftBracket))
        {
            var position = Here;
            _index++;
            var step = ParseExpression(Power.Lowest);
            Expect(TokenKind.RightBracket, "']'");
            steps.Add(new CastExpression(step, Named("varchar", position, []), IsTry: false) { Position = position });
        }

        return steps.ToImmutable();
    }

    private UpdateStatement ParseUpdate(SourcePosition position, WithClause? with)
    {
        Accept(Keyword.ONLY);
        var table = ParseQualifiedName("a name of a table");
        var alias = ParseTableAlias();
        Expect(Keyword.SET);
        var assignments = List(static parser => parser.ParseAssignment());
        var from = Accept(Keyword.FROM) ? List(static parser => parser.ParseRelation()) : [];
        bool hasWhere = Accept(Keyword.WHERE);
        var currentOf = hasWhere ? ParseCurrentOf() : null;
        var where = hasWhere && currentOf is null ? ParseExpression(Power.Lowest) : null;
        return new UpdateStatement(table, assignments)
        {
            Position = position,
            With = with,
            Alias = alias,
            From = from,
            Where = where,
            CurrentOf = currentOf,
            Returning = ParseReturningItems(),
        };
    }

    private Identifier? ParseTableAlias()
    {
        bool isAlias = Accept(Keyword.AS) || (AtIdentifier && !Keywords.IsNotRelationAlias(Current.Keyword));
        return isAlias ? ParseIdentifier("a name for the table") : null;
    }

    private DeleteStatement ParseDelete(SourcePosition position, WithClause? with)
    {
        Expect(Keyword.FROM);
        Accept(Keyword.ONLY);
        var table = ParseQualifiedName("a name of a table");
        var alias = ParseTableAlias();
        var usingRelations = Accept(Keyword.USING) ? List(static parser => parser.ParseRelation()) : [];
        bool hasWhere = Accept(Keyword.WHERE);
        var currentOf = hasWhere ? ParseCurrentOf() : null;
        var where = hasWhere && currentOf is null ? ParseExpression(Power.Lowest) : null;
        return new DeleteStatement(table)
        {
            Position = position,
            With = with,
            Alias = alias,
            Using = usingRelations,
            Where = where,
            CurrentOf = currentOf,
            Returning = ParseReturningItems(),
        };
    }

    private TruncateStatement ParseTruncate(SourcePosition position)
    {
        Accept(Keyword.TABLE);
        Accept(Keyword.ONLY);
        var tables = List(static parser => parser.ParseQualifiedName("a name of a table"));
        bool restarts = AcceptWord("RESTART");
        if (restarts || AcceptWord("CONTINUE"))
            Expect(Keyword.IDENTITY);
        return new TruncateStatement(tables) { Position = position, RestartsIdentity = restarts };
    }

    private MergeStatement ParseMerge(SourcePosition position, WithClause? with)
    {
        Expect(Keyword.INTO);
        Accept(Keyword.ONLY);
        var table = ParseQualifiedName("a name of a table");
        var alias = ParseTableAlias();
        Expect(Keyword.USING);
        var source = ParseRelation();
        Expect(Keyword.ON);
        var condition = ParseExpression(Power.Lowest);
        var clauses = ImmutableArray.CreateBuilder<MergeClause>();
        do
        {
            clauses.Add(ParseMergeClause());
        }
        while (At(Keyword.WHEN));
        return new MergeStatement(table, alias, source, condition, clauses.DrainToImmutable())
        {
            Position = position,
            With = with,
            Returning = ParseReturningItems(),
        };
    }

    private MergeClause ParseMergeClause()
    {
        var position = Here;
        Expect(Keyword.WHEN);
        var match = Accept(Keyword.NOT) ? MergeMatch.NotMatched : MergeMatch.Matched;
        Expect(Keyword.MATCHED);
        if (Accept(Keyword.BY))
        {
            if (AcceptWord("SOURCE"))
                match = MergeMatch.NotMatchedBySource;
            else if (!AcceptWord("TARGET"))
                throw Unexpected("SOURCE or TARGET");
        }

        var condition = Accept(Keyword.AND) ? ParseExpression(Power.Lowest) : null;
        Expect(Keyword.THEN);
        if (Accept(Keyword.DELETE))
            return new MergeClause(match, condition, MergeActionKind.Delete) { Position = position };
        if (Accept(Keyword.DO, Keyword.NOTHING))
            return new MergeClause(match, condition, MergeActionKind.DoNothing) { Position = position };
        if (Accept(Keyword.UPDATE, Keyword.SET))
        {
            return new MergeClause(match, condition, MergeActionKind.Update)
            {
                Position = position,
                Assignments = List(static parser => parser.ParseAssignment()),
            };
        }

        Expect(Keyword.INSERT);
        var columns = ParseColumnNames();
        bool isDefault = Accept(Keyword.DEFAULT, Keyword.VALUES);
        if (!isDefault)
            Expect(Keyword.VALUES);
        return new MergeClause(match, condition, MergeActionKind.Insert)
        {
            Position = position,
            Columns = columns,
            Values = isDefault ? [] : ListInParens(static parser => parser.ParseExpression(Power.Lowest)),
        };
    }
}
