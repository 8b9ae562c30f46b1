using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>Statements that are not about data or its definition.</content>
internal sealed partial class Parser
{
    /// <summary>One statement, without the semicolon.</summary>
    public Statement ParseStatement()
    {
        Enter();
        var statement = ParseStatementHere();
        Leave();
        return statement;
    }

    private Statement ParseStatementHere()
    {
        var position = Here;
        switch (Current.Keyword)
        {
            case Keyword.WITH:
                return ParseWithStatement(position);
            case Keyword.EXPLAIN:
                return ParseExplain(position);
            case Keyword.INSERT or Keyword.UPDATE or Keyword.DELETE or Keyword.MERGE or Keyword.TRUNCATE or Keyword.REPLACE:
                return ParseChange(position, with: null);
            case Keyword.CREATE:
                return ParseCreate(position);
            case Keyword.DROP:
                return ParseDrop(position);
            case Keyword.ALTER:
                return ParseAlter(position);
            case Keyword.SHOW:
                return ParseShow(position);
            case Keyword.DESCRIBE or Keyword.DESC:
                return ParseDescribe(position);
            case Keyword.USE:
                return ParseUse(position);
            case Keyword.SET:
                return ParseSet(position);
            case Keyword.RESET:
                return ParseReset(position);
            case Keyword.PREPARE:
                return ParsePrepare(position);
            case Keyword.EXECUTE:
                return ParseExecute(position);
            case Keyword.DEALLOCATE:
                return ParseDeallocate(position);
            case Keyword.START or Keyword.BEGIN or Keyword.COMMIT or Keyword.END or Keyword.ROLLBACK or Keyword.SAVEPOINT
                or Keyword.RELEASE:
                return ParseTransaction(position);
            case Keyword.ANALYZE:
                return ParseAnalyze(position);
            case Keyword.CALL:
                return ParseCallStatement(position);
            case Keyword.COMMENT:
                return ParseComment(position);
            case Keyword.GRANT or Keyword.REVOKE:
                return ParseGrant(position);
            default:
                if (ParseCursorStatement(position) is { } cursor)
                    return cursor;
                if ((AtWord("INSTALL") || AtWord("UNINSTALL")) && IsWord(Peek(1), "CONNECTOR"))
                    return ParseInstall(position);
                if (AtQuery || At(TokenKind.LeftParen) || At(Keyword.VALUES))
                    return ParseQueryStatement(position);
                throw Unexpected("a statement");
        }
    }

    private Statement ParseInstall(SourcePosition position)
    {
        bool isRemoval = AtWord("UNINSTALL");
        _index += 2;
        if (!isRemoval)
            return new InstallConnectorStatement(ParseText("a path in single quotes")) { Position = position };
        bool ifExists = AcceptIfExists();
        return new UninstallConnectorStatement(ParseIdentifier("a name of a connector"), ifExists) { Position = position };
    }

    private Statement ParseWithStatement(SourcePosition position)
    {
        if (Peek(1).Keyword == Keyword.SESSION && IsLabel(Peek(2)) && Peek(3).Kind is TokenKind.Equal or TokenKind.Dot)
        {
            _index += 2;
            var properties = List(static parser => parser.ParseSessionProperty());
            return new WithSessionStatement(properties, ParseStatement()) { Position = position };
        }

        var with = ParseWith();
        if (AtAny([Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.MERGE]))
            return ParseChange(position, with);

        var query = EndQuery(position, with, ParseQueryBody(first: null, isIntersectOnly: false));
        return new QueryStatement(query) { Position = position };
    }

    /// <summary>A query, or <c>SELECT ... INTO table</c>, which creates one.</summary>
    private Statement ParseQueryStatement(SourcePosition position)
    {
        int depth = _depth;
        var query = ParseQuery();
        if (_selectInto is not { } table)
            return new QueryStatement(query) { Position = position };

        _selectInto = null;
        return _selectIntoDepth == depth + 1
            ? new CreateTableAsStatement(table, [], query) { Position = position }
            : throw new QueryException(ErrorCode.SyntaxError, "SELECT INTO creates a table only at the top of a statement", table.Position);
    }

    private ExplainStatement ParseExplain(SourcePosition position)
    {
        _index++;
        bool isAnalyze = Accept(Keyword.ANALYZE);
        bool isVerbose = Accept(Keyword.VERBOSE);
        var options = ImmutableArray<PropertyNode>.Empty;
        if (At(TokenKind.LeftParen) && Peek(1).Kind == TokenKind.Word && !IsQueryStart(1))
            options = ListInParens(static parser => parser.ParseExplainOption());
        return new ExplainStatement(ParseStatement(), isAnalyze, isVerbose, options) { Position = position };
    }

    private PropertyNode ParseExplainOption()
    {
        var position = Here;
        var name = new QualifiedName([ParseLabel()]) { Position = position };
        if (At(TokenKind.Comma) || At(TokenKind.RightParen))
            return new PropertyNode(name, Value: null) { Position = position };
        return new PropertyNode(name, ParseSettingValue()) { Position = position };
    }

    /// <summary>A value of a setting; a bare word, even a reserved one, is a <see cref="ColumnReference"/>.</summary>
    private Expression ParseSettingValue()
    {
        var position = Here;
        bool isWord = At(TokenKind.Word) && !AtAny([Keyword.TRUE, Keyword.FALSE, Keyword.NULL, Keyword.INTERVAL])
            && Peek(1).Kind is TokenKind.End or TokenKind.Comma or TokenKind.Semicolon or TokenKind.RightParen;
        return isWord
            ? new ColumnReference(new QualifiedName([ParseLabel()]) { Position = position }) { Position = position }
            : ParseExpression(Power.Lowest);
    }

    private PrepareStatement ParsePrepare(SourcePosition position)
    {
        _index++;
        var name = ParseIdentifier();
        var types = OptionalListInParens(static parser => parser.ParseType());
        if (!Accept(Keyword.FROM))
            Expect(Keyword.AS);
        return new PrepareStatement(name, types, ParseStatement()) { Position = position };
    }

    private Statement ParseExecute(SourcePosition position)
    {
        _index++;
        if (Accept(Keyword.IMMEDIATE))
        {
            string text = ParseText();
            return new ExecuteImmediateStatement(text, ParseExecuteArguments()) { Position = position };
        }

        var name = ParseIdentifier();
        var arguments = OptionalListInParens(static parser => parser.ParseExpression(Power.Lowest));
        return new ExecuteStatement(name, arguments.IsEmpty ? ParseExecuteArguments() : arguments) { Position = position };
    }

    private ImmutableArray<Expression> ParseExecuteArguments() =>
        Accept(Keyword.USING) ? List(static parser => parser.ParseExpression(Power.Lowest)) : [];

    private DeallocateStatement ParseDeallocate(SourcePosition position)
    {
        _index++;
        Accept(Keyword.PREPARE);
        return new DeallocateStatement(Accept(Keyword.ALL) ? null : ParseIdentifier()) { Position = position };
    }

    private Statement ParseDescribe(SourcePosition position)
    {
        _index++;
        bool isInput = At(Keyword.INPUT);
        if ((isInput || At(Keyword.OUTPUT)) && IsIdentifier(Peek(1)))
        {
            _index++;
            return new DescribePreparedStatement(ParseIdentifier(), isInput) { Position = position };
        }

        if (AtQuery || At(TokenKind.LeftParen))
            return new DescribeQueryStatement(ParseQuery()) { Position = position };

        Accept(Keyword.TABLE);
        return new ShowColumnsStatement(ParseQualifiedName("a name of a table"), Like: null) { Position = position };
    }

    private UseStatement ParseUse(SourcePosition position)
    {
        _index++;
        var first = ParseIdentifier("a name of a schema");
        return Accept(TokenKind.Dot)
            ? new UseStatement(first, ParseLabel()) { Position = position }
            : new UseStatement(Catalog: null, first) { Position = position };
    }

    private PropertyNode ParseSessionProperty()
    {
        var position = Here;
        var name = ParseQualifiedName();
        Expect(TokenKind.Equal, "'='");
        return new PropertyNode(name, ParseExpression(Power.Lowest)) { Position = position };
    }

    private Statement ParseSet(SourcePosition position)
    {
        _index++;
        bool isSession = At(Keyword.SESSION) && IsSettingName(Peek(1)) && Accept(Keyword.SESSION);
        bool isLocal = !isSession && At(Keyword.LOCAL) && IsSettingName(Peek(1)) && Accept(Keyword.LOCAL);
        if (isSession && AtWord("CHARACTERISTICS"))
            throw QueryException.NotSupported("SET SESSION CHARACTERISTICS", position, "Write SET TRANSACTION in each transaction.");
        if (Accept(Keyword.TIME, Keyword.ZONE))
            return ParseSetTimeZone(position);
        if (!isSession && At(Keyword.ROLE) && IsSettingName(Peek(1)) && Accept(Keyword.ROLE))
            return new SetRoleStatement(Accept(Keyword.NONE) ? null : ParseIdentifier()) { Position = position };
        if (At(Keyword.TRANSACTION) && Peek(1).Kind is TokenKind.Word)
        {
            _index++;
            var modes = ParseTransactionModes(position);
            return new SetTransactionStatement(modes.IsolationLevel, modes.IsReadOnly) { Position = position };
        }

        if (At(Keyword.TRANSACTION) || AtWord("CHARACTERISTICS") || At(Keyword.AUTHORIZATION))
            throw QueryException.NotSupported($"SET {_tokens.TextOf(Current).ToString().ToUpperInvariant()}", position);

        var name = ParseQualifiedName();
        bool isTo = Accept(Keyword.TO);
        if (!isTo)
            Expect(TokenKind.Equal, "'=' or TO");
        var values = List(static parser => parser.ParseSettingValue());
        return isSession && !isTo && values.Length == 1
            ? new SetSessionStatement(name, values[0]) { Position = position }
            : new SetVariableStatement(name, values, isLocal) { Position = position };
    }

    private static bool IsSettingName(Token token) => IsLabel(token) && token.Keyword != Keyword.TO;

    private SetTimeZoneStatement ParseSetTimeZone(SourcePosition position)
    {
        bool isLocal = Accept(Keyword.LOCAL) || Accept(Keyword.DEFAULT);
        return new SetTimeZoneStatement(isLocal ? null : ParseSettingValue()) { Position = position };
    }

    private ResetSessionStatement ParseReset(SourcePosition position)
    {
        _index++;
        bool isSession = At(Keyword.SESSION) && IsLabel(Peek(1));
        if (isSession)
            _index++;
        return new ResetSessionStatement(Accept(Keyword.ALL) ? null : ParseQualifiedName()) { Position = position };
    }

    private Statement ParseTransaction(SourcePosition position)
    {
        var keyword = Current.Keyword;
        _index++;
        if (keyword == Keyword.SAVEPOINT)
            return new SavepointStatement(ParseIdentifier(), IsRelease: false) { Position = position };
        if (keyword == Keyword.RELEASE)
        {
            Accept(Keyword.SAVEPOINT);
            return new SavepointStatement(ParseIdentifier(), IsRelease: true) { Position = position };
        }

        if (keyword == Keyword.START)
            Expect(Keyword.TRANSACTION);
        else if (!Accept(Keyword.WORK))
            Accept(Keyword.TRANSACTION);

        if (keyword is Keyword.START or Keyword.BEGIN)
            return ParseTransactionModes(position);
        if (keyword is Keyword.COMMIT or Keyword.END)
            return new CommitStatement { Position = position };

        if (!Accept(Keyword.TO))
            return new RollbackStatement(Savepoint: null) { Position = position };

        Accept(Keyword.SAVEPOINT);
        return new RollbackStatement(ParseIdentifier()) { Position = position };
    }

    private StartTransactionStatement ParseTransactionModes(SourcePosition position)
    {
        string? level = null;
        bool? isReadOnly = null;
        while (true)
        {
            if (Accept(Keyword.ISOLATION, Keyword.LEVEL))
                level = ParseIsolationLevel();
            else if (Accept(Keyword.READ, Keyword.ONLY))
                isReadOnly = true;
            else if (Accept(Keyword.READ, Keyword.WRITE))
                isReadOnly = false;
            else
                return new StartTransactionStatement(level, isReadOnly) { Position = position };
            Accept(TokenKind.Comma);
        }
    }

    private string ParseIsolationLevel()
    {
        if (Accept(Keyword.SERIALIZABLE))
            return "SERIALIZABLE";
        if (Accept(Keyword.REPEATABLE, Keyword.READ))
            return "REPEATABLE READ";

        Expect(Keyword.READ);
        if (Accept(Keyword.COMMITTED))
            return "READ COMMITTED";
        Expect(Keyword.UNCOMMITTED);
        return "READ UNCOMMITTED";
    }

    private AnalyzeStatement ParseAnalyze(SourcePosition position)
    {
        _index++;
        Accept(Keyword.VERBOSE);
        Accept(Keyword.TABLE);
        if (!AtIdentifier)
            return new AnalyzeStatement(Table: null, [], []) { Position = position };

        var table = ParseQualifiedName("a name of a table");
        return new AnalyzeStatement(table, ParseColumnNames(), ParseProperties()) { Position = position };
    }

    private CallStatement ParseCallStatement(SourcePosition position)
    {
        _index++;
        var call = ParseCall(ParseQualifiedName("a name of a procedure"));
        return new CallStatement(call.Name, call.Arguments) { Position = position };
    }

    private CommentStatement ParseComment(SourcePosition position)
    {
        _index++;
        Expect(Keyword.ON);
        var kind = ParseObjectKind();
        var name = ParseQualifiedName();
        Expect(Keyword.IS);
        return new CommentStatement(kind, name, Accept(Keyword.NULL) ? null : ParseText()) { Position = position };
    }

    private GrantStatement ParseGrant(SourcePosition position)
    {
        bool isRevoke = At(Keyword.REVOKE);
        _index++;
        bool withOption = isRevoke && (Accept(Keyword.GRANT, Keyword.OPTION) || Accept(Keyword.ADMIN, Keyword.OPTION));
        if (withOption)
            Expect(Keyword.FOR);
        var privileges = List(static parser => parser.ParsePrivilege());
        ObjectKind? kind = null;
        QualifiedName? name = null;
        QualifiedName? methodOf = null;
        string? words = null;
        if (Accept(Keyword.ON))
        {
            words = ParseGrantKind();
            if (words is null)
                kind = AtAny([Keyword.TABLE, Keyword.SCHEMA, Keyword.CATALOG, Keyword.VIEW]) ? ParseObjectKind() : ObjectKind.Table;
            name = ParseQualifiedName();
            if (words is not null)
                OptionalListInParens(static parser => parser.ParseType());
            if (words is not null && Accept(Keyword.FOR))
                methodOf = ParseQualifiedName();
        }

        if (!isRevoke)
            Expect(Keyword.TO);
        else
            Expect(Keyword.FROM);
        var grantees = List(static parser => parser.ParseGrantee());
        if (Accept(Keyword.WITH))
        {
            withOption = true;
            if (!Accept(Keyword.GRANT))
                Expect(Keyword.ADMIN);
            Expect(Keyword.OPTION);
        }

        if (Accept(Keyword.GRANTED, Keyword.BY))
            ParseLabel();
        if (!Accept(Keyword.CASCADE))
            Accept(Keyword.RESTRICT);
        return new GrantStatement(isRevoke, privileges, kind, name, grantees, withOption) { Position = position, KindWords = words, MethodOf = methodOf };
    }

    /// <summary>The words of a kind of object that has no statements of its own here; a word before TO or FROM is the object itself.</summary>
    private string? ParseGrantKind()
    {
        var words = new List<string>();
        while (AtGrantKind() && Peek(1) is { Kind: TokenKind.Word or TokenKind.QuotedWord, Keyword: not (Keyword.TO or Keyword.FROM) })
        {
            words.Add(_tokens.TextOf(Current).ToString().ToUpperInvariant());
            _index++;
        }

        return words.Count == 0 ? null : string.Join(' ', words);
    }

    private bool AtGrantKind() => At(TokenKind.Word) && _tokens.TextOf(Current).ToString().ToUpperInvariant()
        is "SPECIFIC" or "INSTANCE" or "STATIC" or "CONSTRUCTOR" or "ROUTINE" or "FUNCTION" or "PROCEDURE" or "METHOD" or "SEQUENCE" or "TYPE" or "DOMAIN"
        or "COLLATION" or "CHARACTER" or "SET" or "TRANSLATION";

    /// <summary>A privilege or a role: words, then perhaps columns, all as text.</summary>
    private string ParsePrivilege()
    {
        var words = new List<string>();
        while (At(TokenKind.Word) && !AtAny([Keyword.ON, Keyword.TO, Keyword.FROM]))
        {
            words.Add(_tokens.TextOf(Current).ToString().ToUpperInvariant());
            _index++;
        }

        if (words.Count == 0)
            throw Unexpected("a privilege");
        if (At(TokenKind.LeftParen))
            words.Add($"({string.Join(", ", ParseColumnNames().Select(name => name.Value))})");
        return string.Join(' ', words);
    }

    private Identifier ParseGrantee()
    {
        if (IsIdentifier(Peek(1)) && (At(Keyword.USER) || At(Keyword.ROLE)))
            _index++;
        return ParseLabel();
    }
}
