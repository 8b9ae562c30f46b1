using System.Diagnostics;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Formatting;

/// <content>Statements that do not define or change data.</content>
internal sealed partial class SqlWriter
{
    private void WriteStatement(Statement statement)
    {
        switch (statement)
        {
            case QueryStatement query:
                Node(query.Query);
                break;
            case ExplainStatement explain:
                WriteExplain(explain);
                break;
            case PrepareStatement prepare:
                Text("PREPARE ").Node(prepare.Name).OptionalParens(" ", prepare.ParameterTypes).Text(" FROM ").Node(prepare.Statement);
                break;
            case ExecuteStatement execute:
                Text("EXECUTE ").Node(execute.Name).OptionalList(" USING ", execute.Arguments);
                break;
            case ExecuteImmediateStatement execute:
                Text("EXECUTE IMMEDIATE ").Quote(execute.Text).OptionalList(" USING ", execute.Arguments);
                break;
            case DeallocateStatement deallocate:
                Text("DEALLOCATE PREPARE ").When(deallocate.Name is null, "ALL").Optional("", deallocate.Name);
                break;
            case UseStatement use:
                Text("USE ").Optional("", use.Catalog).When(use.Catalog is not null, ".").Node(use.Schema);
                break;
            case CreateSequenceStatement create:
                WriteSequence(create.IfNotExists ? "CREATE SEQUENCE IF NOT EXISTS " : "CREATE SEQUENCE ", create.Name, create.Options);
                break;
            case AlterSequenceStatement alter:
                WriteSequence(alter.IfExists ? "ALTER SEQUENCE IF EXISTS " : "ALTER SEQUENCE ", alter.Name, alter.Options);
                break;
            case DeclareCursorStatement declare:
                Text("DECLARE ").Node(declare.Name).When(declare.IsInsensitive, " INSENSITIVE")
                    .When(declare.IsScroll is not null, declare.IsScroll == true ? " SCROLL" : " NO SCROLL").Text(" CURSOR")
                    .When(declare.IsHold, " WITH HOLD").Text(" FOR ").Node(declare.Query)
                    .When(declare.Use == CursorUse.ReadOnly, " FOR READ ONLY").When(declare.Use == CursorUse.Update, " FOR UPDATE").OptionalList(" OF ", declare.Columns);
                break;
            case OpenCursorStatement open:
                Text("OPEN ").Node(open.Name);
                break;
            case FetchStatement fetch:
                string count = fetch.Count is { } number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : "ALL";
                Text($"{(fetch.IsMove ? "MOVE" : "FETCH")} {fetch.Direction.ToString().ToUpperInvariant()} {count} FROM ").Node(fetch.Name).Optional(" INTO ", fetch.Into);
                break;
            case CloseCursorStatement close:
                Text("CLOSE ").When(close.Name is null, "ALL").Optional("", close.Name);
                break;
            case CallStatement call:
                Text("CALL ").Node(call.Name).Parens(call.Arguments);
                break;
            case AnalyzeStatement analyze:
                Text("ANALYZE").Optional(" ", analyze.Table).OptionalParens(" ", analyze.Columns).OptionalParens(" WITH ", analyze.Properties);
                break;
            case CommentStatement comment:
                Text($"COMMENT ON {KindText(comment.Kind)} ").Node(comment.Name).Text(" IS ");
                if (comment.Comment is null)
                    Text("NULL");
                else
                    Quote(comment.Comment);
                break;
            case GrantStatement grant:
                WriteGrant(grant);
                break;
            default:
                WriteShow(statement);
                break;
        }
    }

    private void WriteShow(Statement statement)
    {
        switch (statement)
        {
            case ShowCatalogsStatement show:
                Text("SHOW CATALOGS").Optional(" ", show.Like);
                break;
            case ShowConnectorsStatement show:
                Text("SHOW CONNECTORS").Optional(" ", show.Like);
                break;
            case ShowSchemasStatement show:
                Text("SHOW SCHEMAS").Optional(" FROM ", show.Catalog).Optional(" ", show.Like);
                break;
            case ShowTablesStatement show:
                Text("SHOW TABLES").Optional(" FROM ", show.Schema).Optional(" ", show.Like);
                break;
            case ShowColumnsStatement show:
                Text("SHOW COLUMNS FROM ").Node(show.Table).Optional(" ", show.Like);
                break;
            case ShowFunctionsStatement show:
                Text("SHOW FUNCTIONS").Optional(" FROM ", show.Schema).Optional(" ", show.Like);
                break;
            case ShowSessionStatement show:
                Text("SHOW SESSION").Optional(" ", show.Like);
                break;
            case ShowCreateStatement show:
                Text($"SHOW CREATE {KindText(show.Kind)} ").Node(show.Name);
                break;
            case ShowStatsStatement show:
                Text("SHOW STATS FOR ").Node(show.Target);
                break;
            case ShowRolesStatement show:
                Text("SHOW ").When(show.IsCurrent, "CURRENT ").Text("ROLES").Optional(" ", show.Like);
                break;
            case ShowGrantsStatement show:
                Text(show.OfRoles ? "SHOW ROLE GRANTS" : "SHOW GRANTS").Optional(" ON TABLE ", show.Table);
                break;
            case ShowVariableStatement show:
                Text("SHOW ").Node(show.Name);
                break;
            case DescribePreparedStatement describe:
                Text(describe.IsInput ? "DESCRIBE INPUT " : "DESCRIBE OUTPUT ").Node(describe.Name);
                break;
            case DescribeQueryStatement describe:
                Text("DESCRIBE ").Node(describe.Query);
                break;
            default:
                WriteSession(statement);
                break;
        }
    }

    private void WriteSession(Statement statement)
    {
        switch (statement)
        {
            case SetSessionStatement set:
                Text("SET SESSION ").Node(set.Name).Text(" = ").Node(set.Value);
                break;
            case ResetSessionStatement reset:
                Text("RESET ").When(reset.Name is null, "ALL").Optional("SESSION ", reset.Name);
                break;
            case SetVariableStatement set:
                Text(set.IsLocal ? "SET LOCAL " : "SET ").Node(set.Name).OptionalList(" TO ", set.Values);
                break;
            case SetTimeZoneStatement set:
                Text("SET TIME ZONE ").When(set.Zone is null, "LOCAL").Optional("", set.Zone);
                break;
            case SetRoleStatement set:
                Text("SET ROLE ").When(set.Role is null, "NONE").Optional("", set.Role);
                break;
            case WithSessionStatement session:
                Text("WITH SESSION ");
                WriteList(session.Properties);
                Text(" ").Node(session.Statement);
                break;
            case SetTransactionStatement set:
                Text("SET TRANSACTION").WriteModes(set.IsolationLevel, set.IsReadOnly);
                break;
            case StartTransactionStatement start:
                WriteStartTransaction(start);
                break;
            case CommitStatement:
                Text("COMMIT");
                break;
            case RollbackStatement rollback:
                Text("ROLLBACK").Optional(" TO SAVEPOINT ", rollback.Savepoint);
                break;
            case SavepointStatement savepoint:
                Text(savepoint.IsRelease ? "RELEASE SAVEPOINT " : "SAVEPOINT ").Node(savepoint.Name);
                break;
            default:
                WriteDefinition(statement);
                break;
        }
    }

    private void WriteStartTransaction(StartTransactionStatement start)
    {
        Text("START TRANSACTION").WriteModes(start.IsolationLevel, start.IsReadOnly);
    }

    private void WriteModes(string? isolationLevel, bool? isReadOnly)
    {
        When(isolationLevel is not null, $" ISOLATION LEVEL {isolationLevel}");
        if (isReadOnly is { } readOnly)
            When(isolationLevel is not null, ",").Text(readOnly ? " READ ONLY" : " READ WRITE");
    }

    private void WriteExplain(ExplainStatement explain)
    {
        Text("EXPLAIN ").When(explain.IsAnalyze, "ANALYZE ").When(explain.IsVerbose, "VERBOSE ");
        for (int index = 0; index < explain.Options.Length; index++)
            Text(index == 0 ? "(" : ", ").Node(explain.Options[index].Name).Optional(" ", explain.Options[index].Value);
        When(!explain.Options.IsEmpty, ") ").Node(explain.Statement);
    }

    private void WriteGrant(GrantStatement grant)
    {
        Text(grant.IsRevoke ? "REVOKE " : "GRANT ").When(grant.IsRevoke && grant.WithGrantOption, "GRANT OPTION FOR ");
        Text(string.Join(", ", grant.Privileges));
        if (grant.Name is not null)
            Text($" ON {(grant.KindWords ?? KindText(grant.Kind!.Value))} ").Optional("", grant.Name).Optional(" FOR ", grant.MethodOf);
        OptionalList(grant.IsRevoke ? " FROM " : " TO ", grant.Grantees);
        When(!grant.IsRevoke && grant.WithGrantOption, " WITH GRANT OPTION");
    }

    private static string KindText(ObjectKind kind) => kind switch
    {
        ObjectKind.MaterializedView => "MATERIALIZED VIEW",
        ObjectKind.Catalog or ObjectKind.Schema or ObjectKind.Table or ObjectKind.View or ObjectKind.Index or ObjectKind.Function
            or ObjectKind.Column or ObjectKind.Sequence or ObjectKind.Type or ObjectKind.Role or ObjectKind.Domain
            or ObjectKind.Trigger or ObjectKind.Collation or ObjectKind.Translation => Upper(kind),
        ObjectKind.CharacterSet => "CHARACTER SET",
        _ => throw new UnreachableException(),
    };
}
