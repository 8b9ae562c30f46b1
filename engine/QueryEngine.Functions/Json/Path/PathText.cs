using System.Globalization;
using System.Text;

namespace QueryEngine.Functions.Json.Path;

/// <summary>Paths as text, as PostgreSQL shows them.</summary>
internal static class PathText
{
    /// <summary>The text of a path.</summary>
    public static string Write(JsonPath path)
    {
        var text = new StringBuilder(path.IsStrict ? "strict " : string.Empty);
        Write(path.Root, text, isInPath: false, hasBrackets: true);
        return text.ToString();
    }

    /// <summary>The symbol of an operator.</summary>
    public static string Symbol(PathKind kind) => kind switch
    {
        PathKind.Or => "||",
        PathKind.And => "&&",
        PathKind.Equal => "==",
        PathKind.NotEqual => "!=",
        PathKind.Less => "<",
        PathKind.LessOrEqual => "<=",
        PathKind.Greater => ">",
        PathKind.GreaterOrEqual => ">=",
        PathKind.Add or PathKind.Plus => "+",
        PathKind.Subtract or PathKind.Minus => "-",
        PathKind.Multiply => "*",
        PathKind.Divide => "/",
        PathKind.Modulo => "%",
        _ => "starts with",
    };

    private static int Priority(PathKind kind) => kind switch
    {
        PathKind.Or => 0,
        PathKind.And => 1,
        >= PathKind.Equal and <= PathKind.GreaterOrEqual or PathKind.StartsWith => 2,
        PathKind.Add or PathKind.Subtract => 3,
        PathKind.Multiply or PathKind.Divide or PathKind.Modulo => 4,
        PathKind.Plus or PathKind.Minus => 5,
        _ => 6,
    };

    private static void Write(PathItem item, StringBuilder text, bool isInPath, bool hasBrackets)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (item.Kind)
        {
            case PathKind.Literal when item.Value!.Kind == JsonKind.Number && item.Next is not null:
                text.Append('(').Append(item.Value.Text).Append(')');
                break;
            case PathKind.Literal:
                text.Append(JsonText.Write(item.Value!, JsonStyle.Spaced));
                break;
            case PathKind.Variable:
                text.Append('$');
                JsonText.WriteString(item.Name, text);
                break;
            case PathKind.Root:
                text.Append('$');
                break;
            case PathKind.Current:
                text.Append('@');
                break;
            case PathKind.Last:
                text.Append("last");
                break;
            case PathKind.Key:
                text.Append(isInPath ? "." : string.Empty);
                JsonText.WriteString(item.Name, text);
                break;
            case PathKind.AnyKey:
                text.Append(isInPath ? ".*" : "*");
                break;
            case PathKind.AnyItem:
                text.Append("[*]");
                break;
            case PathKind.Index:
                WriteIndex(item, text);
                break;
            case PathKind.Descend:
                text.Append(isInPath ? ".**" : "**").Append(LevelsOf(item.Levels));
                break;
            case PathKind.Filter:
                text.Append("?(");
                Write(item.Left!, text, isInPath: false, hasBrackets: false);
                text.Append(')');
                break;
            case PathKind.Method:
                text.Append('.').Append(item.Name).Append('(');
                for (int at = 0; at < item.Arguments.Length; at++)
                {
                    text.Append(at > 0 ? "," : string.Empty);
                    Write(item.Arguments[at], text, isInPath: false, hasBrackets: false);
                }

                text.Append(')');
                break;
            default:
                WriteOperator(item, text, hasBrackets);
                break;
        }

        if (item.Next is { } next)
            Write(next, text, isInPath: true, hasBrackets: true);
    }

    private static void WriteOperator(PathItem item, StringBuilder text, bool hasBrackets)
    {
        switch (item.Kind)
        {
            case PathKind.Not:
                text.Append("!(");
                Write(item.Left!, text, isInPath: false, hasBrackets: false);
                text.Append(')');
                return;
            case PathKind.IsUnknown:
                text.Append('(');
                Write(item.Left!, text, isInPath: false, hasBrackets: false);
                text.Append(") is unknown");
                return;
            case PathKind.Exists:
                text.Append("exists (");
                Write(item.Left!, text, isInPath: false, hasBrackets: false);
                text.Append(')');
                return;
        }

        text.Append(hasBrackets ? "(" : string.Empty);
        if (item.Kind is PathKind.Plus or PathKind.Minus)
        {
            text.Append(Symbol(item.Kind));
            WriteOperand(item.Left!, item.Kind, text);
        }
        else
        {
            WriteOperand(item.Left!, item.Kind, text);
            if (item.Kind == PathKind.LikeRegex)
            {
                text.Append(" like_regex ");
                JsonText.WriteString(item.Name, text);
                if (item.Flags.Length > 0)
                    text.Append(" flag \"").Append(item.Flags).Append('"');
            }
            else
            {
                text.Append(' ').Append(Symbol(item.Kind)).Append(' ');
                WriteOperand(item.Right!, item.Kind, text);
            }
        }

        text.Append(hasBrackets ? ")" : string.Empty);
    }

    private static void WriteOperand(PathItem operand, PathKind kind, StringBuilder text) =>
        Write(operand, text, isInPath: false, Priority(operand.Kind) <= Priority(kind));

    private static void WriteIndex(PathItem item, StringBuilder text)
    {
        text.Append('[');
        for (int at = 0; at < item.Ranges.Length; at++)
        {
            text.Append(at > 0 ? "," : string.Empty);
            Write(item.Ranges[at].From, text, isInPath: false, hasBrackets: false);
            if (item.Ranges[at].To is not { } end)
                continue;
            text.Append(" to ");
            Write(end, text, isInPath: false, hasBrackets: false);
        }

        text.Append(']');
    }

    private static string LevelsOf((int First, int Last) levels)
    {
        string first = levels.First == PathItem.Deepest ? "last" : levels.First.ToString(CultureInfo.InvariantCulture);
        string last = levels.Last == PathItem.Deepest ? "last" : levels.Last.ToString(CultureInfo.InvariantCulture);
        return levels is (0, PathItem.Deepest) ? string.Empty : first == last ? $"{{{first}}}" : $"{{{first} to {last}}}";
    }
}
