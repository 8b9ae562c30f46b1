using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using TableConstraint = QueryEngine.Sql.Tree.TableConstraint;

namespace QueryEngine.Sql.Parsing;

/// <content>Columns and constraints of CREATE TABLE, and ALTER.</content>
internal sealed partial class Parser
{
    private TableElement ParseTableElement()
    {
        var position = Here;
        if (Accept(Keyword.LIKE))
        {
            var table = ParseQualifiedName("a name of a table");
            bool including = Accept(Keyword.INCLUDING);
            if (including || Accept(Keyword.EXCLUDING))
                ParseLabel();
            return new LikeElement(table, including) { Position = position };
        }

        return AtConstraint ? ParseTableConstraint() : ParseColumnDefinition();
    }

    private bool AtConstraint =>
        AtAny([Keyword.CONSTRAINT, Keyword.PRIMARY, Keyword.UNIQUE, Keyword.CHECK, Keyword.FOREIGN]);

    private TableConstraint ParseTableConstraint()
    {
        var position = Here;
        var name = Accept(Keyword.CONSTRAINT) ? ParseIdentifier() : null;
        TableConstraint constraint;
        if (Accept(Keyword.PRIMARY, Keyword.KEY))
        {
            constraint = new TableConstraint(ConstraintKind.PrimaryKey, ParseColumnNames());
        }
        else if (Accept(Keyword.UNIQUE))
        {
            constraint = new TableConstraint(ConstraintKind.Unique, ParseColumnNames());
        }
        else if (Accept(Keyword.CHECK))
        {
            constraint = ParseCheck();
        }
        else
        {
            Expect(Keyword.FOREIGN, Keyword.KEY);
            var columns = ListInParens(static parser => parser.ParseIdentifier());
            Expect(Keyword.REFERENCES);
            constraint = ParseReferences() with { Columns = columns };
        }

        SkipDeferral();
        return constraint with { Position = position, Name = name };
    }

    private TableConstraint ParseCheck()
    {
        ExpectLeftParen();
        var condition = ParseExpression(Power.Lowest);
        ExpectRightParen();
        return new TableConstraint(ConstraintKind.Check, []) { Check = condition };
    }

    private TableConstraint ParseReferences()
    {
        var table = ParseQualifiedName("a name of a table");
        var columns = ParseColumnNames();
        int start = Current.Start;
        int end = start;
        while (AcceptReferenceAction())
            end = _tokens[_index - 1].End;

        string? actions = end > start ? _text[start..end] : null;
        return new TableConstraint(ConstraintKind.ForeignKey, []) { References = table, ReferencedColumns = columns, Actions = actions };
    }

    private bool AcceptReferenceAction()
    {
        if (Accept(Keyword.MATCH))
        {
            ParseLabel();
            return true;
        }

        if (!Accept(Keyword.ON))
            return false;
        if (!Accept(Keyword.DELETE))
            Expect(Keyword.UPDATE);
        if (At(Keyword.NO) || At(Keyword.SET))
            _index++;
        ParseLabel();
        return true;
    }

    private void SkipDeferral()
    {
        while (AtAny([Keyword.DEFERRABLE, Keyword.INITIALLY]) || (At(Keyword.NOT) && Peek(1).Keyword == Keyword.DEFERRABLE))
            _index += At(Keyword.DEFERRABLE) ? 1 : 2;
    }

    private ColumnDefinition ParseColumnDefinition()
    {
        var position = Here;
        var name = ParseIdentifier("a name of a column");
        bool hasType = IsLabel(Current) && (!Keywords.IsReserved(Current.Keyword) || At(TokenKind.QuotedWord)) && !At(Keyword.GENERATED);
        var column = new ColumnDefinition(name, hasType ? ParseType() : null) { Position = position };
        var constraints = ImmutableArray.CreateBuilder<TableConstraint>();
        while (true)
        {
            if (ParseColumnOption(column) is { } changed)
                column = changed;
            else if (ParseColumnConstraint() is { } constraint)
                constraints.Add(constraint);
            else
                return column with { Constraints = constraints.DrainToImmutable() };
        }
    }

    private ColumnDefinition? ParseColumnOption(ColumnDefinition column)
    {
        if (Accept(Keyword.NOT, Keyword.NULL))
            return column with { IsNotNull = true };
        if (Accept(Keyword.NULL))
            return column;
        if (Accept(Keyword.DEFAULT))
            return column with { Default = ParseExpression(Power.Is) };
        if (Accept(Keyword.COLLATE))
            return column with { Collation = ParseQualifiedName() };
        if (At(Keyword.COMMENT) && IsText(Peek(1)))
            return column with { Comment = ParseOptionalComment() };
        if (At(Keyword.WITH) && Peek(1).Kind == TokenKind.LeftParen)
            return column with { Properties = ParseProperties() };
        if (Accept(Keyword.GENERATED))
            return ParseGenerated(column);
        return At(Keyword.AS) && Peek(1).Kind == TokenKind.LeftParen ? ParseGenerationExpression(column) : null;
    }

    private ColumnDefinition ParseGenerated(ColumnDefinition column)
    {
        bool isAlways = Accept(Keyword.ALWAYS);
        if (!isAlways)
        {
            Expect(Keyword.BY);
            Expect(Keyword.DEFAULT);
        }

        return Accept(Keyword.AS, Keyword.IDENTITY)
            ? column with { Identity = ParseIdentityOptions(isAlways) }
            : ParseGenerationExpression(column);
    }

    private ColumnDefinition ParseGenerationExpression(ColumnDefinition column)
    {
        Expect(Keyword.AS);
        ExpectLeftParen();
        var generated = ParseExpression(Power.Lowest);
        ExpectRightParen();
        if (!AcceptWord("STORED"))
            AcceptWord("VIRTUAL");
        return column with { Generated = generated };
    }

    private TableConstraint? ParseColumnConstraint()
    {
        var position = Here;
        var name = Accept(Keyword.CONSTRAINT) ? ParseIdentifier() : null;
        TableConstraint? constraint = null;
        if (Accept(Keyword.PRIMARY, Keyword.KEY))
            constraint = new TableConstraint(ConstraintKind.PrimaryKey, []);
        else if (Accept(Keyword.UNIQUE))
            constraint = new TableConstraint(ConstraintKind.Unique, []);
        else if (Accept(Keyword.CHECK))
            constraint = ParseCheck();
        else if (Accept(Keyword.REFERENCES))
            constraint = ParseReferences();
        else if (name is not null && At(Keyword.NOT))
            return null; // CONSTRAINT name NOT NULL: the name of a missing null is of no use
        else if (name is not null)
            throw Unexpected("a constraint");

        SkipDeferral();
        return constraint is null ? null : constraint with { Position = position, Name = name };
    }

    private Statement ParseAlter(SourcePosition position)
    {
        _index++;
        var kind = ParseObjectKind();
        bool ifExists = AcceptIfExists();
        if (kind != ObjectKind.Table)
        {
            var oldName = ParseQualifiedName();
            bool isRename = Accept(Keyword.RENAME, Keyword.TO);
            if (!isRename && kind == ObjectKind.Sequence)
                return ParseAlterSequence(position, ifExists, oldName);
            if (!isRename)
                throw Unexpected("RENAME TO");
            return new RenameStatement(kind, oldName, ParseQualifiedName()) { Position = position };
        }

        Accept(Keyword.ONLY);
        var table = ParseQualifiedName("a name of a table");
        return new AlterTableStatement(table, ifExists, List(static parser => parser.ParseAlterAction())) { Position = position };
    }

    private AlterAction ParseAlterAction()
    {
        var position = Here;
        var keyword = Current.Keyword;
        _index++;
        return keyword switch
        {
            Keyword.ADD => ParseAdd(position),
            Keyword.DROP => ParseDropPart(position),
            Keyword.RENAME => ParseRename(position),
            Keyword.ALTER => ParseAlterColumn(position),
            Keyword.SET when Accept(Keyword.SCHEMA) => new SetSchemaAction(ParseQualifiedName()) { Position = position },
            Keyword.SET when Accept(Keyword.PROPERTIES) =>
                new SetPropertiesAction(List(static parser => parser.ParseProperty())) { Position = position },
            Keyword.SET or Keyword.RESET when At(TokenKind.LeftParen) => ParseStorage(column: null, keyword == Keyword.RESET, position),
            Keyword.None or Keyword.SET => throw QueryException.NotSupported("this change of a table", position),
            _ => throw UnexpectedBefore("ADD, DROP, RENAME, ALTER or SET"),
        };
    }

    private QueryException UnexpectedBefore(string expected)
    {
        _index--;
        return Unexpected(expected);
    }

    private AlterAction ParseAdd(SourcePosition position)
    {
        if (AtConstraint)
            return new AddConstraintAction(ParseTableConstraint()) { Position = position };

        Accept(Keyword.COLUMN);
        bool ifNotExists = AcceptIfNotExists();
        return new AddColumnAction(ParseColumnDefinition(), ifNotExists) { Position = position };
    }

    private AlterAction ParseDropPart(SourcePosition position)
    {
        bool isConstraint = Accept(Keyword.CONSTRAINT);
        if (!isConstraint)
            Accept(Keyword.COLUMN);
        bool ifExists = AcceptIfExists();
        return isConstraint
            ? new DropConstraintAction(ParseIdentifier(), ifExists, AcceptCascade()) { Position = position }
            : new DropColumnAction(ParseQualifiedName("a name of a column"), ifExists, AcceptCascade()) { Position = position };
    }

    private AlterAction ParseRename(SourcePosition position)
    {
        if (Accept(Keyword.TO))
            return new RenameTableAction(ParseQualifiedName()) { Position = position };

        Accept(Keyword.COLUMN);
        bool ifExists = AcceptIfExists();
        var column = ParseQualifiedName("a name of a column");
        Expect(Keyword.TO);
        return new RenameColumnAction(column, ParseLabel(), ifExists) { Position = position };
    }

    private AlterAction ParseAlterColumn(SourcePosition position)
    {
        Accept(Keyword.COLUMN);
        var column = ParseQualifiedName("a name of a column");
        if (Accept(Keyword.SET, Keyword.DEFAULT))
            return new SetDefaultAction(column, ParseExpression(Power.Lowest)) { Position = position };
        if (Accept(Keyword.DROP, Keyword.DEFAULT))
            return new SetDefaultAction(column, Default: null) { Position = position };
        if (Accept(Keyword.SET, Keyword.NOT, Keyword.NULL))
            return new SetNotNullAction(column, IsNotNull: true) { Position = position };
        if (Accept(Keyword.DROP, Keyword.NOT, Keyword.NULL))
            return new SetNotNullAction(column, IsNotNull: false) { Position = position };

        if (Current.Keyword is Keyword.SET or Keyword.RESET && Peek(1).Keyword != Keyword.DATA)
            return ParseStorage(column, !Accept(Keyword.SET) && Accept(Keyword.RESET), position);
        if (!Accept(Keyword.TYPE) && !Accept(Keyword.SET, Keyword.DATA, Keyword.TYPE))
            throw Unexpected("SET DATA TYPE, SET DEFAULT, DROP DEFAULT, SET NOT NULL or DROP NOT NULL");
        var type = ParseType();
        var conversion = Accept(Keyword.USING) ? ParseExpression(Power.Lowest) : null;
        return new SetColumnTypeAction(column, type, conversion) { Position = position };
    }

    // SET STORAGE EXTERNAL, SET COMPRESSION lz4, SET STATISTICS 100 are short for SET (storage = 'EXTERNAL') and so on.
    private SetStorageAction ParseStorage(QualifiedName? column, bool isReset, SourcePosition position)
    {
        if (At(TokenKind.LeftParen))
            return new SetStorageAction(column, ListInParens(static parser => parser.ParseProperty()), isReset) { Position = position };
        if (isReset || !(AtWord("STORAGE") || AtWord("COMPRESSION") || AtWord("STATISTICS")))
            throw QueryException.NotSupported("this change of a column", position);
        var name = ParseLabel();
        var property = new PropertyNode(new QualifiedName([name]) { Position = name.Position }, ParseSettingValue()) { Position = name.Position };
        return new SetStorageAction(column, [property]) { Position = position };
    }
}
