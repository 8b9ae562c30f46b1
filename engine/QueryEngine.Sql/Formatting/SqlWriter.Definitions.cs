using System.Diagnostics;
using QueryEngine.Sql.Parsing;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Formatting;

/// <content>Statements that define or change data.</content>
internal sealed partial class SqlWriter
{
    private void WriteDefinition(Statement statement)
    {
        switch (statement)
        {
            case CreateTableStatement create:
                Text("CREATE ").When(create.OrReplace, "OR REPLACE ").When(create.IsTemporary, "TEMPORARY ").Text("TABLE ")
                    .When(create.IfNotExists, "IF NOT EXISTS ").Node(create.Name).Text(" ").Parens(create.Elements);
                WriteCommentAndProperties(create.Comment, create.Properties);
                break;
            case CreateTableAsStatement create:
                Text("CREATE ").When(create.OrReplace, "OR REPLACE ").When(create.IsTemporary, "TEMPORARY ").Text("TABLE ")
                    .When(create.IfNotExists, "IF NOT EXISTS ").Node(create.Name).OptionalParens(" ", create.Columns);
                WriteCommentAndProperties(create.Comment, create.Properties);
                Text(" AS ").Node(create.Query).When(create.WithNoData, " WITH NO DATA");
                break;
            case CreateViewStatement create:
                WriteCreateView(create);
                break;
            case CreateSchemaStatement create:
                Text("CREATE SCHEMA ").When(create.IfNotExists, "IF NOT EXISTS ").Node(create.Name)
                    .Optional(" AUTHORIZATION ", create.Authorization).OptionalParens(" WITH ", create.Properties);
                foreach (Statement element in create.Elements)
                    Text(" ").Node(element);
                break;
            case CreateCatalogStatement create:
                Text("CREATE CATALOG ").When(create.IfNotExists, "IF NOT EXISTS ").Node(create.Name).Optional(" USING ", create.Connector);
                if (create.Url is not null)
                    Text(" FROM ").Quote(create.Url);
                OptionalParens(" WITH ", create.Properties);
                break;
            case InstallConnectorStatement install:
                Text("INSTALL CONNECTOR ").Quote(install.Path);
                break;
            case UninstallConnectorStatement uninstall:
                Text("UNINSTALL CONNECTOR ").When(uninstall.IfExists, "IF EXISTS ").Node(uninstall.Name);
                break;
            case CreateIndexStatement create:
                Text("CREATE ").When(create.IsUnique, "UNIQUE ").Text("INDEX ").When(create.IfNotExists, "IF NOT EXISTS ")
                    .Optional("", create.Name).When(create.Name is not null, " ").Text("ON ").Node(create.Table).Text(" ")
                    .Parens(create.Columns).Optional(" WHERE ", create.Where);
                break;
            case CreateFunctionStatement create:
                Text("CREATE ").When(create.OrReplace, "OR REPLACE ").WriteFunction(create);
                break;
            case DropFunctionStatement drop:
                Text("DROP FUNCTION ").When(drop.IfExists, "IF EXISTS ").Node(drop.Name);
                if (drop.ParameterTypes is { } types)
                    Text(" ").Parens(types);
                break;
            case CreateRoleStatement create:
                Text("CREATE ROLE ").Node(create.Name);
                break;
            case CreateOtherStatement create:
                Text($"CREATE {KindText(create.Kind)} ").Node(create.Name).When(create.Definition.Length > 0, $" {create.Definition}");
                break;
            case DropStatement drop:
                Text($"DROP {KindText(drop.Kind)} ").When(drop.IfExists, "IF EXISTS ").WriteList(drop.Names);
                When(drop.IsCascade, " CASCADE");
                break;
            case AlterTableStatement alter:
                Text("ALTER TABLE ").When(alter.IfExists, "IF EXISTS ").Node(alter.Table).Text(" ").WriteList(alter.Actions);
                break;
            case RenameStatement rename:
                Text($"ALTER {KindText(rename.Kind)} ").Node(rename.Name).Text(" RENAME TO ").Node(rename.NewName);
                break;
            default:
                WriteChange(statement);
                break;
        }
    }

    private void WriteFunction(CreateFunctionStatement function)
    {
        Text("FUNCTION ").Node(function.Name).Parens(function.Parameters).Text(" RETURNS ").Node(function.Returns)
            .When(function.IsStrict, " RETURNS NULL ON NULL INPUT");
        if (function.Comment is not null)
            Text(" COMMENT ").Quote(function.Comment);
        Text(" RETURN ").Node(function.Body);
    }

    private void WriteCommentAndProperties(string? comment, ImmutableArray<PropertyNode> properties)
    {
        if (comment is not null)
            Text(" COMMENT ").Quote(comment);
        OptionalParens(" WITH ", properties);
    }

    private void WriteCreateView(CreateViewStatement create)
    {
        Text("CREATE ").When(create.OrReplace, "OR REPLACE ").When(create.IsTemporary, "TEMPORARY ")
            .When(create.IsMaterialized, "MATERIALIZED ").When(create.IsRecursive, "RECURSIVE ").Text("VIEW ")
            .When(create.IfNotExists, "IF NOT EXISTS ").Node(create.Name).OptionalParens(" ", create.Columns);
        if (create.Comment is not null)
            Text(" COMMENT ").Quote(create.Comment);
        if (create.IsInvoker is { } isInvoker)
            Text(isInvoker ? " SECURITY INVOKER" : " SECURITY DEFINER");
        OptionalParens(" WITH ", create.Properties).Text(" AS ").Node(create.Query).When(create.WithCheckOption, " WITH CHECK OPTION");
    }

    private void WriteTableElement(TableElement element)
    {
        switch (element)
        {
            case ColumnDefinition column:
                WriteColumn(column);
                break;
            case TableConstraint constraint:
                WriteConstraint(constraint);
                break;
            case LikeElement like:
                Text("LIKE ").Node(like.Table).When(like.IncludingProperties, " INCLUDING PROPERTIES");
                break;
            default:
                throw new UnreachableException(element.GetType().Name);
        }
    }

    private void WriteColumn(ColumnDefinition column)
    {
        Node(column.Name).Optional(" ", column.Type).Optional(" COLLATE ", column.Collation).When(column.IsNotNull, " NOT NULL");
        if (column.Default is not null)
            Text(" DEFAULT ").Node(column.Default, Power.Is);
        if (column.Generated is not null)
            Text(" GENERATED ALWAYS AS (").Node(column.Generated).Text(")");
        if (column.Identity is not null)
            WriteIdentity(column.Identity);
        OptionalList(" ", column.Constraints, " ");
        WriteCommentAndProperties(column.Comment, column.Properties);
    }

    private void OptionalList(string prefix, ImmutableArray<TableConstraint> constraints, string separator)
    {
        When(!constraints.IsEmpty, prefix).WriteList(constraints, separator);
    }

    private void WriteConstraint(TableConstraint constraint)
    {
        Optional("CONSTRAINT ", constraint.Name).When(constraint.Name is not null, " ");
        switch (constraint.Kind)
        {
            case ConstraintKind.PrimaryKey:
                Text("PRIMARY KEY").OptionalParens(" ", constraint.Columns);
                break;
            case ConstraintKind.Unique:
                Text("UNIQUE").OptionalParens(" ", constraint.Columns);
                break;
            case ConstraintKind.Check:
                Text("CHECK (").Optional("", constraint.Check).Text(")");
                break;
            case ConstraintKind.ForeignKey:
                OptionalParens("FOREIGN KEY ", constraint.Columns).When(!constraint.Columns.IsEmpty, " ");
                Optional("REFERENCES ", constraint.References).OptionalParens(" ", constraint.ReferencedColumns)
                    .When(constraint.Actions is not null, $" {constraint.Actions}");
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void WriteAlterAction(AlterAction action)
    {
        switch (action)
        {
            case AddColumnAction add:
                Text("ADD COLUMN ").When(add.IfNotExists, "IF NOT EXISTS ").Node(add.Column);
                break;
            case DropColumnAction drop:
                Text("DROP COLUMN ").When(drop.IfExists, "IF EXISTS ").Node(drop.Column).When(drop.IsCascade, " CASCADE");
                break;
            case RenameColumnAction rename:
                Text("RENAME COLUMN ").When(rename.IfExists, "IF EXISTS ").Node(rename.Column).Text(" TO ").Node(rename.NewName);
                break;
            case RenameTableAction rename:
                Text("RENAME TO ").Node(rename.NewName);
                break;
            case SetColumnTypeAction set:
                Text("ALTER COLUMN ").Node(set.Column).Text(" SET DATA TYPE ").Node(set.Type).Optional(" USING ", set.Using);
                break;
            case SetDefaultAction set:
                Text("ALTER COLUMN ").Node(set.Column).Text(set.Default is null ? " DROP DEFAULT" : " SET DEFAULT ").Optional("", set.Default);
                break;
            case SetNotNullAction set:
                Text("ALTER COLUMN ").Node(set.Column).Text(set.IsNotNull ? " SET NOT NULL" : " DROP NOT NULL");
                break;
            case AddConstraintAction add:
                Text("ADD ").Node(add.Constraint);
                break;
            case DropConstraintAction drop:
                Text("DROP CONSTRAINT ").When(drop.IfExists, "IF EXISTS ").Node(drop.Name).When(drop.IsCascade, " CASCADE");
                break;
            case SetPropertiesAction set:
                Text("SET PROPERTIES ").WriteList(set.Properties);
                break;
            case SetStorageAction set:
                Optional("ALTER COLUMN ", set.Column).When(set.Column is not null, " ").Text(set.IsReset ? "RESET (" : "SET (").WriteList(set.Properties);
                Text(")");
                break;
            case SetSchemaAction set:
                Text("SET SCHEMA ").Node(set.Schema);
                break;
            default:
                throw new UnreachableException(action.GetType().Name);
        }
    }

    private void WriteChange(Statement statement)
    {
        switch (statement)
        {
            case InsertStatement insert:
                WriteInsert(insert);
                break;
            case UpdateStatement update:
                Optional("", update.With).When(update.With is not null, " ").Text("UPDATE ").Node(update.Table)
                    .Optional(" AS ", update.Alias).OptionalList(" SET ", update.Assignments).OptionalList(" FROM ", update.From)
                    .Optional(" WHERE ", update.Where).Optional(" WHERE CURRENT OF ", update.CurrentOf).OptionalList(" RETURNING ", update.Returning);
                break;
            case DeleteStatement delete:
                Optional("", delete.With).When(delete.With is not null, " ").Text("DELETE FROM ").Node(delete.Table)
                    .Optional(" AS ", delete.Alias).OptionalList(" USING ", delete.Using).Optional(" WHERE ", delete.Where)
                    .Optional(" WHERE CURRENT OF ", delete.CurrentOf)
                    .OptionalList(" RETURNING ", delete.Returning);
                break;
            case MergeStatement merge:
                Optional("", merge.With).When(merge.With is not null, " ").Text("MERGE INTO ").Node(merge.Table)
                    .Optional(" AS ", merge.Alias).Text(" USING ").Node(merge.Source).Text(" ON ").Node(merge.Condition).Text(" ")
                    .WriteList(merge.Clauses, " ");
                OptionalList(" RETURNING ", merge.Returning);
                break;
            case TruncateStatement truncate:
                Text("TRUNCATE TABLE ").WriteList(truncate.Tables);
                When(truncate.RestartsIdentity, " RESTART IDENTITY");
                break;
            default:
                throw new UnreachableException(statement.GetType().Name);
        }
    }

    private void WriteInsert(InsertStatement insert)
    {
        Optional("", insert.With).When(insert.With is not null, " ").Text("INSERT ").When(insert.IsReplace, "OR REPLACE ")
            .Text(insert.IsOverwrite ? "OVERWRITE " : "INTO ").Node(insert.Table).Optional(" AS ", insert.Alias)
            .OptionalParens(" ", insert.Columns).When(insert.IsByName, " BY NAME");
        if (insert.OverridesIdentity is { } overrides)
            Text(overrides ? " OVERRIDING SYSTEM VALUE" : " OVERRIDING USER VALUE");
        if (insert.Source is null)
            Text(" DEFAULT VALUES");
        else
            Text(" ").Node(insert.Source);
        Optional(" ", insert.OnConflict).OptionalList(" RETURNING ", insert.Returning);
    }

    private void WriteOnConflict(OnConflictClause conflict)
    {
        Text("ON CONFLICT").OptionalParens(" ", conflict.Columns).Optional(" ON CONSTRAINT ", conflict.Constraint);
        if (conflict.Assignments.IsEmpty)
            Text(" DO NOTHING");
        else
            OptionalList(" DO UPDATE SET ", conflict.Assignments).Optional(" WHERE ", conflict.Where);
    }

    private void WriteAssignment(Assignment assignment)
    {
        if (assignment.Columns.Length == 1)
            Node(assignment.Columns[0]);
        else
            Parens(assignment.Columns);
        Text(" = ").Node(assignment.Value);
    }

    private void WriteMergeClause(MergeClause clause)
    {
        Text(clause.Match switch
        {
            MergeMatch.Matched => "WHEN MATCHED",
            MergeMatch.NotMatched => "WHEN NOT MATCHED",
            _ => "WHEN NOT MATCHED BY SOURCE",
        });
        Optional(" AND ", clause.Condition).Text(" THEN ");
        switch (clause.Action)
        {
            case MergeActionKind.Insert:
                Text("INSERT").OptionalParens(" ", clause.Columns).Text(clause.Values.IsEmpty ? " DEFAULT VALUES" : " VALUES ")
                    .OptionalParens("", clause.Values);
                break;
            case MergeActionKind.Update:
                Text("UPDATE SET ").WriteList(clause.Assignments);
                break;
            case MergeActionKind.Delete:
                Text("DELETE");
                break;
            case MergeActionKind.DoNothing:
                Text("DO NOTHING");
                break;
            default:
                throw new UnreachableException();
        }
    }
}
