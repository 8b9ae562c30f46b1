using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>CREATE and DROP.</content>
internal sealed partial class Parser
{
    private Statement ParseCreate(SourcePosition position)
    {
        _index++;
        bool orReplace = At(Keyword.OR) && Accept(Keyword.OR, Keyword.REPLACE);
        if (!Accept(Keyword.GLOBAL))
            Accept(Keyword.LOCAL);
        bool isTemporary = Accept(Keyword.TEMPORARY) || Accept(Keyword.TEMP);
        switch (Current.Keyword)
        {
            case Keyword.TABLE:
                _index++;
                return ParseCreateTable(position, orReplace, isTemporary);
            case Keyword.VIEW or Keyword.MATERIALIZED or Keyword.RECURSIVE:
                return ParseCreateView(position, orReplace, isTemporary);
            case Keyword.SCHEMA:
                return ParseCreateSchema(position);
            case Keyword.CATALOG:
                return ParseCreateCatalog(position);
            case Keyword.INDEX or Keyword.UNIQUE:
                return ParseCreateIndex(position);
            case Keyword.ROLE:
                _index++;
                return new CreateRoleStatement(ParseIdentifier()) { Position = position };
            case Keyword.FUNCTION:
                return ParseFunction(position, orReplace);
            case Keyword.SEQUENCE:
                return ParseCreateSequence(position);
            case Keyword.TYPE or Keyword.TRIGGER or Keyword.DOMAIN:
                return ParseCreateOther(position);
            default:
                if (AtWord("COLLATION") || AtWord("TRANSLATION") || At(Keyword.CHARACTER, Keyword.SET))
                    return ParseCreateOther(position);
                throw Unexpected("TABLE, VIEW, SCHEMA, CATALOG or INDEX");
        }
    }

    private bool AcceptIfNotExists() => Accept(Keyword.IF, Keyword.NOT, Keyword.EXISTS);

    private bool AcceptIfExists() => Accept(Keyword.IF, Keyword.EXISTS);

    private bool AcceptCascade()
    {
        bool isCascade = Accept(Keyword.CASCADE);
        if (!isCascade)
            Accept(Keyword.RESTRICT);
        return isCascade;
    }

    private ImmutableArray<PropertyNode> ParseProperties()
    {
        bool hasProperties = At(Keyword.WITH) && Peek(1).Kind == TokenKind.LeftParen && Accept(Keyword.WITH);
        return hasProperties ? ListInParens(static parser => parser.ParseProperty()) : [];
    }

    private PropertyNode ParseProperty()
    {
        var position = Here;
        QualifiedName name;
        if (AtText)
        {
            name = new QualifiedName([new Identifier(ParseText(), IsQuoted: true) { Position = position }]) { Position = position };
        }
        else
        {
            // Names of settings hold dashes and dots: connection-url, hive.s3.endpoint.
            var parts = ImmutableArray.CreateBuilder<Identifier>();
            do
            {
                parts.Add(ParsePropertyNamePart());
            }
            while (Accept(TokenKind.Dot));
            name = new QualifiedName(parts.DrainToImmutable()) { Position = position };
        }

        if (At(TokenKind.Comma) || At(TokenKind.RightParen))
            return new PropertyNode(name, Value: null) { Position = position };
        Expect(TokenKind.Equal, "'='");
        return new PropertyNode(name, ParseSettingValue()) { Position = position };
    }

    private Identifier ParsePropertyNamePart()
    {
        var part = ParseLabel();
        while (At(TokenKind.Minus) && IsLabel(Peek(1)))
        {
            _index++;
            var next = ParseLabel();
            part = new Identifier($"{part.Value}-{next.Value}", IsQuoted: true) { Position = part.Position };
        }

        return part;
    }

    private string? ParseOptionalComment() => At(Keyword.COMMENT) && IsText(Peek(1)) && Accept(Keyword.COMMENT) ? ParseText() : null;

    private Statement ParseCreateTable(SourcePosition position, bool orReplace, bool isTemporary)
    {
        bool ifNotExists = AcceptIfNotExists();
        var name = ParseQualifiedName("a name of a table");
        if (At(Keyword.PARTITION))
            throw QueryException.NotSupported("a partitioned table", Here);
        bool isAs = !At(TokenKind.LeftParen) || IsColumnListAhead() || IsQueryStart(1);
        if (isAs)
        {
            var columns = IsColumnListAhead() ? ParseColumnNames() : [];
            string? tableComment = ParseOptionalComment();
            var properties = ParseProperties();
            SkipOnCommit();
            Expect(Keyword.AS);
            var query = ParseQuery();
            bool hasData = Accept(Keyword.WITH, Keyword.DATA);
            bool withNoData = !hasData && Accept(Keyword.WITH, Keyword.NO) && Accept(Keyword.DATA);
            return new CreateTableAsStatement(name, columns, query)
            {
                Position = position,
                IfNotExists = ifNotExists,
                OrReplace = orReplace,
                IsTemporary = isTemporary,
                WithNoData = withNoData,
                Comment = tableComment,
                Properties = properties,
            };
        }

        bool isEmpty = Peek(1).Kind == TokenKind.RightParen;
        _index += isEmpty ? 2 : 0;
        var elements = isEmpty ? [] : ListInParens(static parser => parser.ParseTableElement());
        string? comment = ParseOptionalComment();
        var tableProperties = ParseProperties();
        SkipOnCommit();
        if (At(Keyword.PARTITION) || AtWord("INHERITS"))
            throw QueryException.NotSupported($"{_tokens.TextOf(Current).ToString().ToUpperInvariant()} of a table", Here);
        return new CreateTableStatement(name, elements)
        {
            Position = position,
            IfNotExists = ifNotExists,
            OrReplace = orReplace,
            IsTemporary = isTemporary,
            Comment = comment,
            Properties = tableProperties,
        };
    }

    /// <summary><c>ON COMMIT PRESERVE ROWS</c>: rows live as long as the table.</summary>
    private void SkipOnCommit()
    {
        if (!Accept(Keyword.ON, Keyword.COMMIT))
            return;
        if (!AcceptWord("PRESERVE"))
            throw QueryException.NotSupported("ON COMMIT DELETE ROWS", Here);
        Expect(Keyword.ROWS);
    }

    /// <summary>Whether bare names in parentheses follow, and then AS: <c>(a, b) AS SELECT</c>.</summary>
    private bool IsColumnListAhead()
    {
        int offset = 1;
        while (IsIdentifier(Peek(offset)) && Peek(offset + 1).Kind == TokenKind.Comma)
            offset += 2;
        return At(TokenKind.LeftParen) && IsIdentifier(Peek(offset)) && Peek(offset + 1).Kind == TokenKind.RightParen;
    }

    private CreateViewStatement ParseCreateView(SourcePosition position, bool orReplace, bool isTemporary)
    {
        bool isMaterialized = Accept(Keyword.MATERIALIZED);
        bool isRecursive = Accept(Keyword.RECURSIVE);
        Expect(Keyword.VIEW);
        bool ifNotExists = AcceptIfNotExists();
        var name = ParseQualifiedName("a name of a view");
        var columns = ParseColumnNames();
        string? comment = ParseOptionalComment();
        bool? isInvoker = null;
        if (Accept(Keyword.SECURITY))
        {
            isInvoker = Accept(Keyword.INVOKER);
            if (isInvoker == false)
                Expect(Keyword.DEFINER);
        }

        var properties = ParseProperties();
        Expect(Keyword.AS);
        var query = ParseQuery();
        bool withCheckOption = false;
        if (At(Keyword.WITH))
        {
            _index++;
            if (!AcceptWord("CASCADED"))
                Accept(Keyword.LOCAL);
            Expect(Keyword.CHECK, Keyword.OPTION);
            withCheckOption = true;
        }

        return new CreateViewStatement(name, columns, query)
        {
            Position = position,
            IfNotExists = ifNotExists,
            OrReplace = orReplace,
            IsTemporary = isTemporary,
            IsMaterialized = isMaterialized,
            IsRecursive = isRecursive,
            IsInvoker = isInvoker,
            WithCheckOption = withCheckOption,
            Comment = comment,
            Properties = properties,
        };
    }

    private CreateSchemaStatement ParseCreateSchema(SourcePosition position)
    {
        _index++;
        bool ifNotExists = AcceptIfNotExists();
        bool isOnlyOwner = At(Keyword.AUTHORIZATION) && IsLabel(Peek(1));
        var name = isOnlyOwner ? null : ParseQualifiedName("a name of a schema");
        var authorization = Accept(Keyword.AUTHORIZATION) ? ParseLabel() : null;
        name ??= new QualifiedName([authorization!]) { Position = authorization!.Position };
        var properties = ParseProperties();
        var elements = ImmutableArray.CreateBuilder<Statement>();
        while (At(Keyword.CREATE) || At(Keyword.GRANT))
            elements.Add(ParseSchemaElement(ifNotExists));
        return new CreateSchemaStatement(name, ifNotExists, properties) { Position = position, Authorization = authorization, Elements = elements.DrainToImmutable() };
    }

    private Statement ParseSchemaElement(bool ifNotExists)
    {
        var position = Here;
        var element = ParseStatement();
        if (element is not (CreateTableStatement or CreateViewStatement or CreateIndexStatement or CreateSequenceStatement or CreateOtherStatement or GrantStatement))
            throw new QueryException(ErrorCode.SyntaxError, "CREATE SCHEMA takes definitions of tables, views, sequences, types and GRANT", position);
        return ifNotExists
            ? throw new QueryException(ErrorCode.SyntaxError, "CREATE SCHEMA IF NOT EXISTS says nothing of what is in it", position, "Leave IF NOT EXISTS away, or create the rest by statements of their own.")
            : element;
    }

    private CreateCatalogStatement ParseCreateCatalog(SourcePosition position)
    {
        _index++;
        bool ifNotExists = AcceptIfNotExists();
        var name = ParseIdentifier("a name of a catalog");
        if (Accept(Keyword.FROM))
        {
            string url = ParseText("a URL in single quotes");
            return new CreateCatalogStatement(name, Connector: null, url, ParseProperties(), ifNotExists) { Position = position };
        }

        if (!Accept(Keyword.USING))
            throw Unexpected("USING and a connector, or FROM and a URL");
        var connector = ParsePropertyNamePart();
        return new CreateCatalogStatement(name, connector, Url: null, ParseProperties(), ifNotExists) { Position = position };
    }

    private CreateIndexStatement ParseCreateIndex(SourcePosition position)
    {
        bool isUnique = Accept(Keyword.UNIQUE);
        Expect(Keyword.INDEX);
        AcceptWord("CONCURRENTLY");
        bool ifNotExists = AcceptIfNotExists();
        var name = At(Keyword.ON) ? null : ParseQualifiedName();
        Expect(Keyword.ON);
        var table = ParseQualifiedName("a name of a table");
        if (Accept(Keyword.USING))
            ParseIdentifier();
        var columns = ListInParens(static parser => parser.ParseSortItem());
        var where = Accept(Keyword.WHERE) ? ParseExpression(Power.Lowest) : null;
        return new CreateIndexStatement(name, table, columns, isUnique, ifNotExists, where) { Position = position };
    }

    private CreateOtherStatement ParseCreateOther(SourcePosition position)
    {
        var kind = ParseObjectKind();
        AcceptIfNotExists();
        var name = ParseQualifiedName();
        int start = Current.Start;
        bool isType = kind is ObjectKind.Domain or ObjectKind.Type;
        bool hasAs = isType && Accept(Keyword.AS);
        bool hasType = (hasAs || kind == ObjectKind.Domain) && !AtWord("ENUM") && !AtWord("RANGE") && !At(TokenKind.LeftParen);
        var type = hasType ? ParseType() : null;
        if (hasType && kind == ObjectKind.Type)
        {
            Accept(Keyword.NOT);
            AcceptWord("FINAL");
        }

        if (isType && !At(TokenKind.End) && !At(TokenKind.Semicolon))
            throw QueryException.NotSupported($"this definition of a {kind.ToString().ToLowerInvariant()}", Here, "Write AS and a type.");
        while (!At(TokenKind.End) && !At(TokenKind.Semicolon))
            _index++;
        string definition = _text[start..Math.Max(start, _tokens[_index - 1].End)].Trim();
        return new CreateOtherStatement(kind, name, definition) { Position = position, Type = type };
    }

    private Statement ParseDrop(SourcePosition position)
    {
        _index++;
        var kind = ParseObjectKind();
        bool ifExists = AcceptIfExists();
        if (kind == ObjectKind.Function)
            return ParseDropFunction(position, ifExists);
        var names = List(static parser => parser.ParseQualifiedName());
        return new DropStatement(kind, names, ifExists, AcceptCascade()) { Position = position };
    }
}
