using System.Collections.Frozen;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using QueryEngine.Spi;
using QueryEngine.Sql.Tree;
using ArrayType = QueryEngine.Sql.Tree.ArrayType;
using IntervalType = QueryEngine.Sql.Tree.IntervalType;
using MapType = QueryEngine.Sql.Tree.MapType;
using RowType = QueryEngine.Sql.Tree.RowType;

namespace QueryEngine.Sql.Formatting;

/// <summary>Writes nodes as SQL; parentheses only where the text would otherwise mean something else.</summary>
internal sealed partial class SqlWriter
{
    private static readonly FrozenSet<string> _callsWithoutParens = FrozenSet.Create(
        StringComparer.Ordinal,
        "current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_user", "session_user",
        "user", "current_role", "current_catalog", "current_schema", "current_path", "system_user");

    private readonly StringBuilder _text = new();

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Writes any node.</summary>
    public void Write(SyntaxNode node)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new QueryException(ErrorCode.StatementTooComplex, "the tree is too deep to be written as text", node.Position);

        switch (node)
        {
            case Expression expression:
                WriteExpression(expression);
                break;
            case Statement statement:
                WriteStatement(statement);
                break;
            case Relation relation:
                WriteRelation(relation);
                break;
            case QueryBody body:
                WriteQueryBody(body);
                break;
            case Query query:
                WriteQuery(query);
                break;
            case TypeName type:
                WriteType(type);
                break;
            default:
                WritePart(node);
                break;
        }
    }

    private void WritePart(SyntaxNode node)
    {
        switch (node)
        {
            case Identifier identifier:
                WriteIdentifier(identifier);
                break;
            case QualifiedName name:
                WriteList(name.Parts, ".");
                break;
            case SelectItem item:
                WriteSelectItem(item);
                break;
            case SortItem item:
                WriteSortItem(item);
                break;
            case GroupingElement element:
                WriteGroupingElement(element);
                break;
            case GroupByClause groupBy:
                WriteGroupBy(groupBy);
                break;
            case Window window:
                WriteWindow(window);
                break;
            case TableElement element:
                WriteTableElement(element);
                break;
            case AlterAction action:
                WriteAlterAction(action);
                break;
            case JoinCondition condition:
                WriteJoinCondition(condition);
                break;
            default:
                WriteSmallPart(node);
                break;
        }
    }

    private void WriteSmallPart(SyntaxNode node)
    {
        switch (node)
        {
            case WithClause with:
                WriteWith(with);
                break;
            case CommonTable table:
                WriteCommonTable(table);
                break;
            case LimitClause limit:
                WriteLimit(limit);
                break;
            case WindowDefinition definition:
                Node(definition.Name).Text(" AS ").Node(definition.Specification);
                break;
            case WindowFrame frame:
                WriteFrame(frame);
                break;
            case FrameBound bound:
                WriteFrameBound(bound);
                break;
            case WhenClause clause:
                Text("WHEN ").Node(clause.Condition).Text(" THEN ").Node(clause.Result);
                break;
            case RenamedColumn renamed:
                Node(renamed.Column).Text(" AS ").Node(renamed.Name);
                break;
            case NamedExpression named:
                Node(named.Expression).Optional(" AS ", named.Alias);
                break;
            case PropertyNode property:
                Node(property.Name).Optional(" = ", property.Value);
                break;
            case Assignment assignment:
                WriteAssignment(assignment);
                break;
            case FunctionParameter parameter:
                Node(parameter.Name).Text(" ").Node(parameter.Type);
                break;
            case RowTypeField field:
                Optional("", field.Name).When(field.Name is not null, " ").Node(field.Type);
                break;
            case LikePattern pattern:
                Text("LIKE ").Quote(pattern.Pattern);
                if (pattern.Escape is not null)
                    Text(" ESCAPE ").Quote(pattern.Escape);
                break;
            default:
                WriteRarePart(node);
                break;
        }
    }

    private void WriteRarePart(SyntaxNode node)
    {
        switch (node)
        {
            case PivotColumn column:
                Node(column.Column, Parsing.Power.Range + 1).Text(" IN (").WriteList(column.Values);
                Text(")");
                break;
            case UnpivotInput input:
                WriteUnpivotInput(input);
                break;
            case TableVersion version:
                Text(version.IsTimestamp ? "FOR TIMESTAMP AS OF " : "FOR VERSION AS OF ").Node(version.Value, Parsing.Power.Range + 1);
                break;
            case OverflowClause overflow:
                WriteOverflow(overflow);
                break;
            case OnConflictClause conflict:
                WriteOnConflict(conflict);
                break;
            case MergeClause clause:
                WriteMergeClause(clause);
                break;
            case JsonBehavior behavior:
                WriteJsonBehavior(behavior);
                break;
            case JsonPassing passing:
                Node(passing.Value).Text(" AS ").Node(passing.Name);
                break;
            case JsonMember member:
                Text("KEY ").Node(member.Key).Text(" VALUE ").Node(member.Value);
                break;
            case JsonTableColumns columns:
                WriteJsonColumns(columns);
                break;
            case JsonTableColumn column:
                WriteJsonColumn(column);
                break;
            default:
                throw new UnreachableException(node.GetType().Name);
        }
    }

    private SqlWriter Text(string text)
    {
        _text.Append(text);
        return this;
    }

    private SqlWriter Node(SyntaxNode node)
    {
        Write(node);
        return this;
    }

    private SqlWriter When(bool condition, string text) => condition ? Text(text) : this;

    /// <summary>Writes the prefix and the node, or nothing where there is no node.</summary>
    private SqlWriter Optional(string prefix, SyntaxNode? node) => node is null ? this : Text(prefix).Node(node);

    private SqlWriter Quote(string text)
    {
        _text.Append('\'').Append(text.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        return this;
    }

    private void WriteList<T>(ImmutableArray<T> nodes, string separator = ", ")
        where T : SyntaxNode
    {
        for (int index = 0; index < nodes.Length; index++)
        {
            if (index > 0)
                _text.Append(separator);
            Write(nodes[index]);
        }
    }

    private SqlWriter Parens<T>(ImmutableArray<T> nodes)
        where T : SyntaxNode
    {
        _text.Append('(');
        WriteList(nodes);
        _text.Append(')');
        return this;
    }

    /// <summary>Writes the prefix and the nodes, or nothing where there are no nodes.</summary>
    private SqlWriter OptionalList<T>(string prefix, ImmutableArray<T> nodes)
        where T : SyntaxNode
    {
        if (nodes.IsEmpty)
            return this;

        _text.Append(prefix);
        WriteList(nodes);
        return this;
    }

    private SqlWriter OptionalParens<T>(string prefix, ImmutableArray<T> nodes)
        where T : SyntaxNode =>
        nodes.IsEmpty ? this : Text(prefix).Parens(nodes);

    private void WriteIdentifier(Identifier identifier)
    {
        if (identifier.IsQuoted)
            _text.Append('"').Append(identifier.Value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            _text.Append(identifier.Value);
    }

    private void WriteType(TypeName type)
    {
        switch (type)
        {
            case ArrayType array:
                Text("array(").Node(array.Element).Text(")");
                break;
            case MapType map:
                Text("map(").Node(map.Key).Text(", ").Node(map.Value).Text(")");
                break;
            case RowType row:
                Text("row").Parens(row.Fields);
                break;
            case IntervalType interval:
                Text("interval").WriteFields(interval.Start, interval.End);
                break;
            case NamedType named:
                WriteNamedType(named);
                break;
            default:
                throw new UnreachableException(type.GetType().Name);
        }
    }

    private void WriteNamedType(NamedType type)
    {
        const string Zone = " with time zone";
        string parameters = type.Parameters.IsEmpty ? "" : $"({string.Join(", ", type.Parameters)})";
        if (!type.Name.Last.IsQuoted && type.Name.Last.Value.EndsWith(Zone, StringComparison.Ordinal))
            Text(type.Name.Last.Value[..^Zone.Length]).Text(parameters).Text(Zone);
        else
            Node(type.Name).Text(parameters);
        OptionalParens("", type.TypeArguments);
    }

    private void WriteFields(IntervalField? start, IntervalField? end)
    {
        if (start is not null)
            Text(" ").Text(Upper(start.Value));
        if (end is not null)
            Text(" TO ").Text(Upper(end.Value));
    }

    private static string Upper<T>(T value)
        where T : struct, Enum =>
        value.ToString().ToUpperInvariant();
}
