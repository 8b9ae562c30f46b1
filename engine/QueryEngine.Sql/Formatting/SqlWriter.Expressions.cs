using System.Diagnostics;
using QueryEngine.Sql.Parsing;
using QueryEngine.Sql.Tree;

namespace QueryEngine.Sql.Formatting;

/// <content>Expressions.</content>
internal sealed partial class SqlWriter
{
    /// <summary>Writes an expression, in parentheses if it binds less tightly than its place asks for.</summary>
    private SqlWriter Node(Expression expression, int minimumPower)
    {
        bool needsParens = PowerOf(expression) < minimumPower;
        return When(needsParens, "(").Node(expression).When(needsParens, ")");
    }

    private static int PowerOf(Expression expression) => expression switch
    {
        LogicalExpression logical => logical.Operator == LogicalOperator.Or ? Power.Or : Power.And,
        NotExpression => Power.Not,
        IsNullExpression or IsBooleanExpression or IsJsonExpression => Power.Is,
        ComparisonExpression { Operator: ComparisonOperator.IsDistinctFrom or ComparisonOperator.IsNotDistinctFrom } => Power.Is,
        ComparisonExpression or QuantifiedComparison => Power.Comparison,
        BetweenExpression or InListExpression or InSubqueryExpression => Power.Range,
        PatternExpression pattern => SymbolOf(pattern) is null ? Power.Range : Power.Operator,
        BinaryExpression binary => PowerOf(binary.Operator),
        OperatorExpression => Power.Operator,
        UnaryExpression { Operator: UnaryOperator.BitwiseNot } => Power.Operator,
        UnaryExpression => Power.Unary,
        AtTimeZoneExpression => Power.At,
        CollateExpression => Power.Collate,
        LambdaExpression or NamedArgument => Power.Lowest,
        _ => Power.Postfix,
    };

    private static int PowerOf(BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Add or BinaryOperator.Subtract => Power.Additive,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.IntegerDivide or BinaryOperator.Modulo => Power.Multiplicative,
        BinaryOperator.Power => Power.Exponent,
        _ => Power.Operator,
    };

    private static string SymbolOf(BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.IntegerDivide => "//",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Concat => "||",
        BinaryOperator.BitwiseAnd => "&",
        BinaryOperator.BitwiseOr => "|",
        BinaryOperator.BitwiseXor => "#",
        BinaryOperator.ShiftLeft => "<<",
        BinaryOperator.ShiftRight => ">>",
        BinaryOperator.JsonGet => "->",
        BinaryOperator.JsonGetText => "->>",
        _ => throw new UnreachableException(),
    };

    private static string SymbolOf(ComparisonOperator @operator) => @operator switch
    {
        ComparisonOperator.Equal => "=",
        ComparisonOperator.NotEqual => "<>",
        ComparisonOperator.LessThan => "<",
        ComparisonOperator.LessThanOrEqual => "<=",
        ComparisonOperator.GreaterThan => ">",
        ComparisonOperator.GreaterThanOrEqual => ">=",
        ComparisonOperator.IsDistinctFrom => "IS DISTINCT FROM",
        ComparisonOperator.IsNotDistinctFrom => "IS NOT DISTINCT FROM",
        _ => throw new UnreachableException(),
    };

    /// <summary>The symbol of a pattern operator that is not written in words.</summary>
    private static string? SymbolOf(PatternExpression pattern) => (pattern.Kind, pattern.IsNegated) switch
    {
        (PatternKind.Regex, false) => "~",
        (PatternKind.Regex, true) => "!~",
        (PatternKind.RegexIgnoreCase, false) => "~*",
        (PatternKind.RegexIgnoreCase, true) => "!~*",
        _ => null,
    };

    private void WriteExpression(Expression expression)
    {
        switch (expression)
        {
            case Literal literal:
                WriteLiteral(literal);
                break;
            case ColumnReference column:
                Node(column.Name);
                break;
            case FunctionCall call:
                WriteCall(call);
                break;
            case LogicalExpression logical:
                WriteLogical(logical);
                break;
            case NotExpression not:
                Text("NOT ").Node(not.Operand, Power.Not);
                break;
            case ComparisonExpression comparison:
                int power = PowerOf(comparison);
                Node(comparison.Left, power).Text($" {SymbolOf(comparison.Operator)} ").Node(comparison.Right, power + 1);
                break;
            case QuantifiedComparison quantified:
                Node(quantified.Value, Power.Comparison).Text($" {SymbolOf(quantified.Operator)} ");
                WriteQuantified(quantified.Quantifier, quantified.Source);
                break;
            case BinaryExpression binary:
                WriteBinary(binary);
                break;
            case UnaryExpression unary:
                WriteUnary(unary);
                break;
            case OperatorExpression other:
                if (other.Left is not null)
                    Node(other.Left, Power.Operator).Text(" ");
                Text(other.Symbol).Text(" ").Node(other.Right, Power.Operator + 1);
                break;
            case CaseExpression @case:
                WriteCase(@case);
                break;
            case CastExpression cast:
                Text(cast.IsTry ? "TRY_CAST(" : "CAST(").Node(cast.Value).Text(" AS ").Node(cast.Type).Text(")");
                break;
            case SubqueryExpression subquery:
                Text("(").Node(subquery.Query).Text(")");
                break;
            default:
                WritePredicate(expression);
                break;
        }
    }

    private void WritePredicate(Expression expression)
    {
        switch (expression)
        {
            case BetweenExpression between:
                Node(between.Value, Power.Range).When(between.IsNegated, " NOT").Text(" BETWEEN ").When(between.IsSymmetric, "SYMMETRIC ")
                    .Node(between.Low, Power.Range + 1).Text(" AND ").Node(between.High, Power.Range + 1);
                break;
            case InListExpression list:
                Node(list.Value, Power.Range).When(list.IsNegated, " NOT").Text(" IN ").Parens(list.Items);
                break;
            case InSubqueryExpression subquery:
                Node(subquery.Value, Power.Range).When(subquery.IsNegated, " NOT").Text(" IN (").Node(subquery.Query).Text(")");
                break;
            case PatternExpression pattern:
                WritePattern(pattern);
                break;
            case ExistsExpression exists:
                Text("EXISTS (").Node(exists.Query).Text(")");
                break;
            case IsNullExpression isNull:
                Node(isNull.Value, Power.Is).Text(isNull.IsNegated ? " IS NOT NULL" : " IS NULL");
                break;
            case IsBooleanExpression isBoolean:
                string truth = isBoolean.Truth switch { true => "TRUE", false => "FALSE", null => "UNKNOWN" };
                Node(isBoolean.Value, Power.Is).Text(isBoolean.IsNegated ? " IS NOT " : " IS ").Text(truth);
                break;
            case IsJsonExpression isJson:
                string kind = Upper(isJson.Kind)["ANY".Length..];
                Node(isJson.Value, Power.Is).Text(isJson.IsNegated ? " IS NOT JSON " : " IS JSON ").Text(kind)
                    .When(isJson.HasUniqueKeys, " WITH UNIQUE KEYS");
                break;
            case AtTimeZoneExpression at:
                Node(at.Value, Power.At);
                if (at.Zone is null)
                    Text(" AT LOCAL");
                else
                    Text(" AT TIME ZONE ").Node(at.Zone, Power.At + 1);
                break;
            case CollateExpression collate:
                Node(collate.Value, Power.Collate).Text(" COLLATE ").Node(collate.Collation);
                break;
            default:
                WriteConstructor(expression);
                break;
        }
    }

    private void WriteConstructor(Expression expression)
    {
        switch (expression)
        {
            case RowConstructor row:
                WriteRow(row);
                break;
            case ArrayConstructor array:
                Text("ARRAY[").WriteList(array.Items);
                Text("]");
                break;
            case ArraySubqueryExpression array:
                Text("ARRAY(").Node(array.Query).Text(")");
                break;
            case MapConstructor map:
                WriteMap(map);
                break;
            case StarExpression star:
                WriteStarTarget(star.Target);
                break;
            case FieldAccess field:
                Text("(").Node(field.Value).Text(").").Node(field.Field);
                break;
            case SubscriptExpression subscript:
                WriteSubscripted(subscript.Value);
                Text("[").Node(subscript.Index).Text("]");
                break;
            case SliceExpression slice:
                WriteSlice(slice);
                break;
            case ParameterExpression parameter:
                Text(parameter.Name is null ? $"${parameter.Index}" : $":{parameter.Name}");
                break;
            case LambdaExpression lambda:
                Parens(lambda.Parameters).Text(" -> ").Node(lambda.Body);
                break;
            case NamedArgument argument:
                Node(argument.Name).Text(" => ").Node(argument.Value);
                break;
            case IntervalExpression interval:
                Text("INTERVAL (").Node(interval.Value).Text(")").WriteFields(interval.Field, null);
                break;
            case DefaultExpression:
                Text("DEFAULT");
                break;
            case AllColumnsExpression:
                Text("ALL");
                break;
            case TableArgument table:
                WriteTableArgument(table);
                break;
            case DescriptorArgument descriptor:
                Text("DESCRIPTOR").Parens(descriptor.Fields);
                break;
            default:
                WriteJson(expression);
                break;
        }
    }

    private void WriteLogical(LogicalExpression logical)
    {
        bool isOr = logical.Operator == LogicalOperator.Or;
        int power = (isOr ? Power.Or : Power.And) + 1;
        for (int index = 0; index < logical.Terms.Length; index++)
            When(index > 0, isOr ? " OR " : " AND ").Node(logical.Terms[index], power);
    }

    /// <summary>Writes a chain of operators without recursion on its left side.</summary>
    private void WriteBinary(BinaryExpression binary)
    {
        var chain = new Stack<(BinaryExpression Node, bool HasParens)>();
        Expression left = binary;
        int power = Power.Lowest;
        while (left is BinaryExpression inner)
        {
            bool hasParens = PowerOf(inner.Operator) < power;
            chain.Push((inner, hasParens));
            When(hasParens, "(");
            power = PowerOf(inner.Operator);
            left = inner.Left;
        }

        Node(left, power);
        foreach (var (node, hasParens) in chain)
        {
            Text($" {SymbolOf(node.Operator)} ").Node(node.Right, PowerOf(node.Operator) + 1).When(hasParens, ")");
        }
    }

    private void WriteUnary(UnaryExpression unary)
    {
        Text(unary.Operator switch { UnaryOperator.Minus => "-", UnaryOperator.Plus => "+", _ => "~" });
        int start = _text.Length;
        Node(unary.Operand, unary.Operator == UnaryOperator.BitwiseNot ? Power.Operator + 1 : Power.Unary);

        // Two signs would read as a comment, or as another operator.
        if (_text[start] is '-' or '+' or '~' or '*')
            _text.Insert(start, ' ');
    }

    private void WriteCase(CaseExpression @case)
    {
        Text("CASE ");
        if (@case.Operand is not null)
            Node(@case.Operand).Text(" ");
        WriteList(@case.Whens, " ");
        Optional(" ELSE ", @case.Else).Text(" END");
    }

    private void WritePattern(PatternExpression pattern)
    {
        string? symbol = SymbolOf(pattern);
        int power = symbol is null ? Power.Range : Power.Operator;
        string words = pattern.Kind switch
        {
            PatternKind.Like => "LIKE",
            PatternKind.ILike => "ILIKE",
            _ => "SIMILAR TO",
        };
        Node(pattern.Value, power).Text(" ").Text(symbol ?? (pattern.IsNegated ? $"NOT {words}" : words)).Text(" ");
        if (pattern.Quantifier is { } quantifier)
            WriteQuantified(quantifier, pattern.Pattern);
        else
            Node(pattern.Pattern, power + 1);
        if (pattern.Escape is not null)
            Text(" ESCAPE ").Node(pattern.Escape, Power.Range + 1);
    }

    private void WriteQuantified(Quantifier quantifier, Expression source)
    {
        Text(quantifier == Quantifier.Any ? "ANY " : "ALL ");
        if (source is SubqueryExpression subquery)
            Text("(").Node(subquery.Query).Text(")");
        else
            Text("(").Node(source).Text(")");
    }

    private void WriteRow(RowConstructor row)
    {
        Text("ROW(");
        for (int index = 0; index < row.Items.Length; index++)
        {
            When(index > 0, ", ").Node(row.Items[index]);
            if (!row.FieldNames.IsEmpty)
                Text(" AS ").Node(row.FieldNames[index]);
        }

        Text(")");
    }

    private void WriteMap(MapConstructor map)
    {
        Text("MAP {");
        for (int index = 0; index < map.Keys.Length; index++)
            When(index > 0, ", ").Node(map.Keys[index]).Text(": ").Node(map.Values[index]);
        Text("}");
    }

    private void WriteStarTarget(Expression target)
    {
        if (target is ColumnReference)
            Node(target).Text(".*");
        else
            Text("(").Node(target).Text(").*");
    }

    private void WriteSubscripted(Expression value)
    {
        bool isPlain = value is ColumnReference or FieldAccess or SubscriptExpression or SliceExpression or ArrayConstructor
            or CastExpression or ParameterExpression { Name: null };
        When(!isPlain, "(").Node(value).When(!isPlain, ")");
    }

    private void WriteSlice(SliceExpression slice)
    {
        WriteSubscripted(slice.Value);
        Text("[").WriteSliceBound(slice.Lower).Text(":").WriteSliceBound(slice.Upper);
        if (slice.Step is not null)
            Text(" :").WriteSliceBound(slice.Step);
        Text("]");
    }

    private SqlWriter WriteSliceBound(Expression? bound)
    {
        if (bound is null)
            return this;

        // The colon of a parameter would be that of the slice.
        bool isPlain = bound is Literal or ColumnReference;
        return When(!isPlain, "(").Node(bound).When(!isPlain, ")");
    }

    private void WriteTableArgument(TableArgument table)
    {
        Text("TABLE(");
        var source = table.Table is AliasedRelation { Source: var inner } ? inner : table.Table;
        if (source is SubqueryRelation subquery)
            Node(subquery.Query);
        else
            Node(source);
        Text(")");
        if (table.Table is AliasedRelation aliased)
            Text(" AS ").Node(aliased.Alias).OptionalParens(" ", aliased.Columns);
        OptionalParens(" PARTITION BY ", table.PartitionBy);
        if (table.PruneWhenEmpty is { } prune)
            Text(prune ? " PRUNE WHEN EMPTY" : " KEEP WHEN EMPTY");
        OptionalParens(" ORDER BY ", table.OrderBy);
    }
}
