using QueryEngine.Spi;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Parsing;

/// <content>SHOW.</content>
internal sealed partial class Parser
{
    private Statement ParseShow(SourcePosition position)
    {
        _index++;
        var keyword = Current.Keyword;
        var next = Peek(1);
        bool isLast = next.Kind is TokenKind.End or TokenKind.Semicolon;
        bool isWord = isLast || next.Keyword is Keyword.FROM or Keyword.IN or Keyword.LIKE;
        if (isWord && AcceptWord("CONNECTORS"))
            return new ShowConnectorsStatement(ParseLikePattern()) { Position = position };
        if (ParseShowRoles(position, isWord) is { } roles)
            return roles;
        switch (keyword)
        {
            case Keyword.CATALOGS when isWord:
                _index++;
                return new ShowCatalogsStatement(ParseLikePattern()) { Position = position };
            case Keyword.SCHEMAS when isWord:
                _index++;
                var catalog = AcceptFromOrIn() ? ParseIdentifier("a name of a catalog") : null;
                return new ShowSchemasStatement(catalog, ParseLikePattern()) { Position = position };
            case Keyword.TABLES when isWord:
                _index++;
                var schema = AcceptFromOrIn() ? ParseQualifiedName("a name of a schema") : null;
                return new ShowTablesStatement(schema, ParseLikePattern()) { Position = position };
            case Keyword.COLUMNS when isWord && !isLast:
                _index++;
                if (!AcceptFromOrIn())
                    throw Unexpected("FROM");
                var table = ParseQualifiedName("a name of a table");
                return new ShowColumnsStatement(table, ParseLikePattern()) { Position = position };
            case Keyword.FUNCTIONS when isWord:
                _index++;
                var functionSchema = AcceptFromOrIn() ? ParseQualifiedName("a name of a schema") : null;
                return new ShowFunctionsStatement(functionSchema, ParseLikePattern()) { Position = position };
            case Keyword.SESSION when isWord:
                _index++;
                return new ShowSessionStatement(ParseLikePattern()) { Position = position };
            case Keyword.CREATE:
                _index++;
                return new ShowCreateStatement(ParseObjectKind(), ParseQualifiedName()) { Position = position };
            case Keyword.STATS when next.Keyword == Keyword.FOR:
                _index += 2;
                return new ShowStatsStatement(ParseRelationSource()) { Position = position };
            case Keyword.TIME when next.Keyword == Keyword.ZONE:
                _index += 2;
                return new ShowVariableStatement(NameOf("timezone", position)) { Position = position };
            case Keyword.TRANSACTION when next.Keyword == Keyword.ISOLATION:
                _index += 3;
                return new ShowVariableStatement(NameOf("transaction_isolation", position)) { Position = position };
            case Keyword.ALL:
                _index++;
                return new ShowVariableStatement(NameOf("all", position)) { Position = position };
            default:
                return new ShowVariableStatement(ParseQualifiedName("what to show, such as TABLES")) { Position = position };
        }
    }

    private Statement? ParseShowRoles(SourcePosition position, bool isWord)
    {
        if (isWord && AcceptWord("ROLES"))
            return new ShowRolesStatement(IsCurrent: false, ParseLikePattern()) { Position = position };
        if (AtWord("CURRENT") && IsWord(Peek(1), "ROLES"))
        {
            _index += 2;
            return new ShowRolesStatement(IsCurrent: true, ParseLikePattern()) { Position = position };
        }

        if (At(Keyword.ROLE) && IsWord(Peek(1), "GRANTS"))
        {
            _index += 2;
            return new ShowGrantsStatement(Table: null, OfRoles: true) { Position = position };
        }

        if (!AtWord("GRANTS") || Peek(1).Kind is not (TokenKind.End or TokenKind.Semicolon) && Peek(1).Keyword != Keyword.ON)
            return null;
        _index++;
        QualifiedName? table = null;
        if (Accept(Keyword.ON))
        {
            Accept(Keyword.TABLE);
            table = ParseQualifiedName("a name of a table");
        }

        return new ShowGrantsStatement(table, OfRoles: false) { Position = position };
    }

    private bool AcceptFromOrIn() => Accept(Keyword.FROM) || Accept(Keyword.IN);

    private LikePattern? ParseLikePattern()
    {
        var position = Here;
        if (!Accept(Keyword.LIKE))
            return null;

        string pattern = ParseText();
        return new LikePattern(pattern, Accept(Keyword.ESCAPE) ? ParseText() : null) { Position = position };
    }

    private ObjectKind ParseObjectKind()
    {
        if (Accept(Keyword.MATERIALIZED))
        {
            Expect(Keyword.VIEW);
            return ObjectKind.MaterializedView;
        }

        if (Accept(Keyword.CHARACTER, Keyword.SET))
            return ObjectKind.CharacterSet;
        if (AcceptWord("COLLATION"))
            return ObjectKind.Collation;
        if (AcceptWord("TRANSLATION"))
            return ObjectKind.Translation;
        ObjectKind kind = Current.Keyword switch
        {
            Keyword.CATALOG => ObjectKind.Catalog,
            Keyword.SCHEMA => ObjectKind.Schema,
            Keyword.TABLE => ObjectKind.Table,
            Keyword.VIEW => ObjectKind.View,
            Keyword.INDEX => ObjectKind.Index,
            Keyword.FUNCTION => ObjectKind.Function,
            Keyword.COLUMN => ObjectKind.Column,
            Keyword.SEQUENCE => ObjectKind.Sequence,
            Keyword.TYPE => ObjectKind.Type,
            Keyword.ROLE => ObjectKind.Role,
            Keyword.DOMAIN => ObjectKind.Domain,
            Keyword.TRIGGER => ObjectKind.Trigger,
            _ => throw Unexpected("a kind of object, such as TABLE"),
        };
        _index++;
        return kind;
    }
}
