using System.Diagnostics;
using QueryEngine.Sql.Parsing;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Formatting;

/// <content>Literals, calls, windows and JSON.</content>
internal sealed partial class SqlWriter
{
    private void WriteLiteral(Literal literal)
    {
        switch (literal)
        {
            case NullLiteral:
                Text("NULL");
                break;
            case BooleanLiteral boolean:
                Text(boolean.Value ? "TRUE" : "FALSE");
                break;
            case IntegerLiteral integer:
                Text(integer.Digits);
                break;
            case DecimalLiteral number:
                Text(number.Text);
                break;
            case DoubleLiteral number:
                Text(number.Text);
                break;
            case StringLiteral text:
                Quote(text.Value);
                break;
            case BinaryLiteral binary:
                Text("X").Quote(Convert.ToHexString(binary.Bytes.AsSpan()));
                break;
            case BitLiteral bits:
                Text("B").Quote(bits.Bits);
                break;
            case TypedLiteral typed:
                Node(typed.Type).Text(" ").Quote(typed.Text);
                break;
            case IntervalLiteral interval:
                Text("INTERVAL").When(interval.Precision is not null, $"({interval.Precision})").Text(interval.IsNegative ? " -" : " ")
                    .Quote(interval.Text).WriteFields(interval.Start, interval.End);
                break;
            default:
                throw new UnreachableException(literal.GetType().Name);
        }
    }

    private void WriteCall(FunctionCall call)
    {
        When(call.IsFinal == true, "FINAL ").When(call.IsFinal == false, "RUNNING ").Node(call.Name);
        bool isBare = call.Arguments.IsEmpty && call.Name.Parts is [{ IsQuoted: false } name] && _callsWithoutParens.Contains(name.Value);
        if (isBare)
            return;

        Text("(").When(call.IsDistinct, "DISTINCT ").When(call.IsStar, "*");
        for (int index = 0; index < call.Arguments.Length; index++)
        {
            When(index > 0, ", ").When(call.IsVariadic && index == call.Arguments.Length - 1, "VARIADIC ");
            WriteArgument(call.Arguments[index]);
        }

        Optional(" ON OVERFLOW ", call.Overflow).OptionalList(call.Arguments.IsEmpty ? "ORDER BY " : " ORDER BY ", call.OrderBy);
        Text(")");
        OptionalList(" WITHIN GROUP (ORDER BY ", call.WithinGroup).When(!call.WithinGroup.IsEmpty, ")");
        if (call.Filter is not null)
            Text(" FILTER (WHERE ").Node(call.Filter).Text(")");
        if (call.NullTreatment is { } treatment)
            Text(treatment == NullTreatment.Ignore ? " IGNORE NULLS" : " RESPECT NULLS");
        Optional(" OVER ", call.Over);
    }

    private void WriteArgument(Expression argument)
    {
        int start = _text.Length;
        Write(argument);
        if (argument is not (LambdaExpression or NamedArgument) && StartsLikeLambda(start))
        {
            _text.Insert(start, '(').Append(')');
        }
    }

    /// <summary>Whether the text is a name and an arrow: a step into JSON that would read as a lambda.</summary>
    private bool StartsLikeLambda(int start)
    {
        int end = start;
        if (_text[start] == '"')
        {
            do
            {
                end++;
            }
            while (end < _text.Length && _text[end] != '"');
            end++;
        }
        else
        {
            while (end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] is '_' or '$'))
                end++;
        }

        return end > start && end + 3 < _text.Length && _text[end] == ' ' && _text[end + 1] == '-' && _text[end + 2] == '>';
    }

    private void WriteOverflow(OverflowClause overflow)
    {
        if (!overflow.IsTruncate)
            Text("ERROR");
        else
            Text("TRUNCATE ").Optional("", overflow.Filler).Text(overflow.WithCount ? " WITH COUNT" : " WITHOUT COUNT");
    }

    private void WriteWindow(Window window)
    {
        if (window is NamedWindow named)
        {
            Node(named.Name);
            return;
        }

        var specification = (WindowSpecification)window;
        Text("(").Optional("", specification.BaseName);
        Separator().OptionalList("PARTITION BY ", specification.PartitionBy);
        Separator().OptionalList("ORDER BY ", specification.OrderBy);
        Separator().Optional("", specification.Frame);
        if (_text[^1] == ' ')
            _text.Length--;
        Text(")");
    }

    /// <summary>A blank, unless there is one or nothing to separate from.</summary>
    private SqlWriter Separator() => When(_text[^1] is not ('(' or ' '), " ");

    private void WriteFrame(WindowFrame frame)
    {
        Text(Upper(frame.Unit));
        if (frame.End is null)
            Text(" ").Node(frame.Start);
        else
            Text(" BETWEEN ").Node(frame.Start).Text(" AND ").Node(frame.End);
        Text(frame.Exclusion switch
        {
            FrameExclusion.CurrentRow => " EXCLUDE CURRENT ROW",
            FrameExclusion.Group => " EXCLUDE GROUP",
            FrameExclusion.Ties => " EXCLUDE TIES",
            _ => "",
        });
    }

    private void WriteFrameBound(FrameBound bound)
    {
        if (bound.Offset is not null)
            Node(bound.Offset, Power.Range + 1).Text(" ");
        Text(bound.Kind switch
        {
            FrameBoundKind.UnboundedPreceding => "UNBOUNDED PRECEDING",
            FrameBoundKind.Preceding => "PRECEDING",
            FrameBoundKind.CurrentRow => "CURRENT ROW",
            FrameBoundKind.Following => "FOLLOWING",
            _ => "UNBOUNDED FOLLOWING",
        });
    }

    private void WriteJson(Expression expression)
    {
        switch (expression)
        {
            case JsonPathExpression path:
                WriteJsonPath(path);
                break;
            case JsonObjectExpression @object:
                Text("JSON_OBJECT(").WriteList(@object.Members);
                WriteNullHandling(@object.NullOnNull);
                When(@object.HasUniqueKeys, " WITH UNIQUE KEYS").Optional(" RETURNING ", @object.Returning).Text(")");
                break;
            case JsonArrayExpression array:
                Text("JSON_ARRAY(").WriteList(array.Items);
                WriteNullHandling(array.NullOnNull);
                Optional(" RETURNING ", array.Returning).Text(")");
                break;
            default:
                throw new UnreachableException(expression.GetType().Name);
        }
    }

    private void WriteNullHandling(bool? nullOnNull)
    {
        if (nullOnNull is { } isNull)
            Text(isNull ? " NULL ON NULL" : " ABSENT ON NULL");
    }

    private void WriteJsonPath(JsonPathExpression path)
    {
        Text(path.Function switch
        {
            JsonPathFunction.Exists => "JSON_EXISTS(",
            JsonPathFunction.Value => "JSON_VALUE(",
            _ => "JSON_QUERY(",
        });
        Node(path.Input).When(path.IsFormatJson, " FORMAT JSON").Text(", ").Node(path.Path);
        OptionalList(" PASSING ", path.Passing).Optional(" RETURNING ", path.Returning);
        Text(path.Wrapper switch
        {
            JsonWrapper.Without => " WITHOUT WRAPPER",
            JsonWrapper.Conditional => " WITH CONDITIONAL WRAPPER",
            JsonWrapper.Unconditional => " WITH UNCONDITIONAL WRAPPER",
            _ => "",
        });
        if (path.KeepQuotes is { } keep)
            Text(keep ? " KEEP QUOTES" : " OMIT QUOTES");
        WriteJsonBehaviors(path.OnEmpty, path.OnError);
        Text(")");
    }

    private void WriteJsonBehaviors(JsonBehavior? onEmpty, JsonBehavior? onError)
    {
        Optional(" ", onEmpty).When(onEmpty is not null, " ON EMPTY");
        Optional(" ", onError).When(onError is not null, " ON ERROR");
    }

    private void WriteJsonBehavior(JsonBehavior behavior)
    {
        Text(behavior.Kind switch
        {
            JsonBehaviorKind.EmptyArray => "EMPTY ARRAY",
            JsonBehaviorKind.EmptyObject => "EMPTY OBJECT",
            _ => Upper(behavior.Kind),
        });
        Optional(" ", behavior.Default);
    }

    private void WriteJsonTable(JsonTableRelation table)
    {
        Text("JSON_TABLE(").Node(table.Input).Text(", ").Node(table.Path).OptionalList(" PASSING ", table.Passing).Text(" ");
        Node(table.Columns);
        WriteJsonBehaviors(onEmpty: null, table.OnError);
        Text(")");
    }

    private void WriteJsonColumns(JsonTableColumns columns)
    {
        if (columns.Path is not null)
            Text("NESTED PATH ").Quote(columns.Path).Text(" ");
        Text("COLUMNS (").WriteList(columns.Columns);
        When(!columns.Columns.IsEmpty && !columns.Nested.IsEmpty, ", ").WriteList(columns.Nested);
        Text(")");
    }

    private void WriteJsonColumn(JsonTableColumn column)
    {
        Node(column.Name).When(column.IsOrdinality, " FOR ORDINALITY").Optional(" ", column.Type);
        When(column.IsFormatJson, " FORMAT JSON").When(column.IsExists, " EXISTS");
        if (column.Path is not null)
            Text(" PATH ").Quote(column.Path);
        WriteJsonBehaviors(column.OnEmpty, column.OnError);
    }
}
