using System.Runtime.CompilerServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>
/// Writes expressions as SQL of a dialect. A method that returns text returns why the source would not compute what the engine
/// computes; null says that it is written. After a refusal what was written so far has no meaning.
/// </summary>
public sealed class SqlExpressionWriter(SqlDialect dialect, SqlText sql, ISqlValues values, SqlScope scope)
{
    private const int MaxComparisons = 100;

    /// <summary>The dialect.</summary>
    public SqlDialect Dialect => dialect;

    /// <summary>Where it is written.</summary>
    public SqlText Sql => sql;

    /// <summary>Writes an expression, in parentheses where its parts would else fall apart.</summary>
    public string? Write(ConnectorExpression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!dialect.HasTruthValues && expression is not ConnectorCall && expression.Type.Kind == TypeKind.Boolean)
            return "the source has no values of truth";
        return expression switch
        {
            ConnectorColumn column => scope.WriteColumn(this, column.Column),
            ConnectorConstant constant => values.Write(sql, constant.Value, constant.Type),
            ConnectorCall call => WriteCall(call),
            SqlNumber number => WriteNumber(number),
            _ => $"a {expression.GetType().Name} has no form in SQL",
        };
    }

    /// <summary>Writes a value.</summary>
    public string? WriteValue(object? value, SqlType type) => values.Write(sql, value, type);

    /// <summary>Writes <c>(left operator right)</c>.</summary>
    public string? WriteInfix(ConnectorExpression left, string symbol, ConnectorExpression right)
    {
        sql.Add("(");
        if (Write(left) is { } leftReason)
            return leftReason;
        sql.Add(symbol);
        if (Write(right) is { } rightReason)
            return rightReason;
        sql.Add(")");
        return null;
    }

    /// <summary>Writes <c>name(arguments)</c>.</summary>
    public string? WriteFunction(string name, IEnumerable<ConnectorExpression> arguments)
    {
        sql.Add(name);
        return WriteList(arguments);
    }

    /// <summary>Writes <c>(items)</c>.</summary>
    public string? WriteList(IEnumerable<ConnectorExpression> items, string separator = ", ")
    {
        sql.Add("(");
        bool first = true;
        foreach (ConnectorExpression item in items)
        {
            if (!first)
                sql.Add(separator);
            first = false;
            if (Write(item) is { } reason)
                return reason;
        }

        sql.Add(")");
        return null;
    }

    /// <summary>Why two values are not compared by the source as here; null when they are.</summary>
    public string? WhyNotComparable(ConnectorExpression left, ConnectorExpression right, bool ordered) =>
        dialect.WhyNotComparable(left, right, ordered)
        ?? WhyNotComparable(left, ordered)
        ?? WhyNotComparable(right, ordered);

    /// <summary>Why an expression's value does not compare in the source as here; null when it does.</summary>
    public string? WhyNotComparable(ConnectorExpression expression, bool ordered)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case ConnectorColumn { Column: SqlColumn column }:
                bool orderable = column.Comparison == SqlComparison.Full
                    || (column.Comparison == SqlComparison.Equality && column.Type.IsText && dialect.OrderedByCodePoint("x") is not null);
                return (ordered ? orderable : column.Comparison != SqlComparison.None) ? null
                    : column.Reason ?? $"{column.RemoteType} is compared by rules of the source";
            case ConnectorCall call:
                // A call's value compares like the texts it is made of; the rule of the function answers for what it does with them.
                foreach (ConnectorExpression argument in call.Arguments)
                    if (argument.Type.IsText && WhyNotComparable(argument, ordered) is { } reason)
                        return reason;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Writes an expression so that the source orders it as the engine does.</summary>
    public string? WriteOrdered(ConnectorExpression expression)
    {
        if (!expression.Type.IsText || expression is ConnectorConstant || IsFullyComparable(expression) || dialect.OrderedByCodePoint("x") is null)
            return Write(expression);

        var inner = new SqlText();
        if (new SqlExpressionWriter(dialect, inner, values, scope).Write(expression) is { } reason)
            return reason;
        if (inner.Parameters.Count > 0)
            return "a parameter is not ordered by code point";
        sql.Add(dialect.OrderedByCodePoint(inner.ToString())!);
        return null;
    }

    /// <summary>Writes the keys of an order, before each of them a separator, the first given; null when written.</summary>
    public string? WriteOrder(ValueList<ConnectorSortKey> order, string separator)
    {
        foreach (ConnectorSortKey key in order)
        {
            sql.Add(separator);
            if (dialect.SortsNullsLow && key.NullsFirst == key.Descending)
            {
                sql.Add(dialect.HasTruthValues ? "(" : "CASE WHEN ");
                if (Write(new ConnectorColumn(key.Column)) is { } reason)
                    return reason;
                sql.Add(key.NullsFirst ? " IS NOT NULL" : " IS NULL").Add(dialect.HasTruthValues ? "), " : " THEN 1 ELSE 0 END, ");
            }

            if (WriteOrdered(new ConnectorColumn(key.Column)) is { } orderedReason)
                return orderedReason;
            dialect.WriteDirection(sql, key);
            separator = ", ";
        }

        return null;
    }

    /// <summary>A writer whose text goes nowhere, to ask whether something could be written.</summary>
    public SqlExpressionWriter ToNowhere() => new(dialect, new SqlText(), values, scope);

    private string? WriteNumber(SqlNumber number)
    {
        sql.Add(number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return null;
    }

    private static bool IsFullyComparable(ConnectorExpression expression) => expression switch
    {
        ConnectorColumn { Column: SqlColumn column } => column.Comparison == SqlComparison.Full,
        ConnectorCall call => call.Arguments.Where(argument => argument.Type.IsText).All(IsFullyComparable),
        _ => true,
    };

    // Beside a char column, text is char too: the comparison can then use the column's index.
    private static ConnectorExpression Align(ConnectorExpression expression, SqlType other) =>
        other.Kind == TypeKind.Char && expression is ConnectorConstant { Type.Kind: TypeKind.Varchar } constant
            ? new ConnectorConstant(constant.Value, other) : expression;

    private static bool HasLogic(ConnectorExpression expression) =>
        expression is ConnectorCall call && (call.Function is "$and" or "$or" || call.Arguments.Any(HasLogic));

    private string? WriteCall(ConnectorCall call) =>
        !dialect.HasThreeValuedLogic && call.Function is not ("$and" or "$or") && call.Arguments.Any(HasLogic)
            ? "the source's AND and OR treat NULL in another way" : WriteKnownCall(call);

    private string? WriteKnownCall(ConnectorCall call) => call.Function switch
    {
        "$eq" => WriteComparison(call, " = ", ordered: false),
        "$ne" => WriteComparison(call, " <> ", ordered: false),
        "$lt" => WriteComparison(call, " < ", ordered: true),
        "$le" => WriteComparison(call, " <= ", ordered: true),
        "$gt" => WriteComparison(call, " > ", ordered: true),
        "$ge" => WriteComparison(call, " >= ", ordered: true),
        "$is_distinct" => WriteDistinct(call),
        "$and" => WriteList(call.Arguments, " AND "),
        "$or" => WriteList(call.Arguments, " OR "),
        "$not" => WritePrefix("(NOT ", call.Arguments[0], ")"),
        "$is_null" => WritePrefix("(", call.Arguments[0], " IS NULL)"),
        "$in" => WriteIn(call),
        "$case" => WriteCase(call),
        "$coalesce" => call.Arguments.Any(argument => argument.Type.Kind == TypeKind.Char)
            ? "char values lose their blanks in COALESCE" : WriteFunction("COALESCE", call.Arguments),
        _ => dialect.Functions.TryGetValue(call.Function, out SqlFunctionRule? rule)
            ? rule(this, call)
            : $"function {call.Function.TrimStart('$')} has no form in the source that is known to be the same",
    };

    private string? WriteComparison(ConnectorCall call, string symbol, bool ordered)
    {
        (ConnectorExpression left, ConnectorExpression right) = (call.Arguments[0], call.Arguments[1]);
        if (WhyNotComparable(left, right, ordered) is { } reason)
            return reason;
        (left, right) = (Align(left, right.Type), Align(right, left.Type));
        if (!ordered)
            return call.Function == "$eq" && WriteIndexed(left, [right]) is { } written ? written.Reason : WriteInfix(left, symbol, right);

        sql.Add("(");
        if (WriteOrdered(left) is { } leftReason)
            return leftReason;
        sql.Add(symbol);
        if (WriteOrdered(right) is { } rightReason)
            return rightReason;
        sql.Add(")");
        return null;
    }

    private string? WriteDistinct(ConnectorCall call)
    {
        if (dialect.DistinctFrom.Length == 0)
            return "the source has no IS DISTINCT FROM that is known";
        if (!dialect.IsDistinctFromNegated)
            return WriteComparison(call, $" {dialect.DistinctFrom} ", ordered: false);
        sql.Add("(NOT ");
        if (WriteComparison(call, $" {dialect.DistinctFrom} ", ordered: false) is { } reason)
            return reason;
        sql.Add(")");
        return null;
    }

    // The comparison by the index finds the rows, the exact one decides. Null where the column has no such form.
    private (string? Reason, bool IsWritten)? WriteIndexed(ConnectorExpression operand, IReadOnlyList<ConnectorExpression> values)
    {
        if (operand is not ConnectorColumn { Column: SqlColumn column } || !scope.IsRemote(column) || dialect.IndexedColumn(column) is not { } indexed
            || values.Any(value => value is not ConnectorConstant { Value: not null }))
            return null;
        sql.Add("(");
        dialect.WriteColumn(sql, indexed);
        sql.Add(" IN ");
        if (WriteList(values) is { } reason)
            return (reason, false);
        sql.Add(" AND ");
        if (Write(operand) is { } operandReason)
            return (operandReason, false);
        sql.Add(" IN ");
        if (WriteList(values) is { } exactReason)
            return (exactReason, false);
        sql.Add(")");
        return (null, true);
    }

    private string? WritePrefix(string before, ConnectorExpression operand, string after)
    {
        sql.Add(before);
        if (Write(operand) is { } reason)
            return reason;
        sql.Add(after);
        return null;
    }

    // condition, value, condition, value, ..., otherwise
    private string? WriteCase(ConnectorCall call)
    {
        bool isOneType = call.Arguments.Where((_, place) => place % 2 == 1 || place == call.Arguments.Count - 1)
            .All(value => value.Type == call.Type || (value.Type.Kind == TypeKind.Varchar && call.Type.Kind == TypeKind.Varchar)
                || value is ConnectorConstant { Value: null });
        if (!isOneType || call.Type.Kind == TypeKind.Char)
            return "CASE over values of several types is left to the engine";
        sql.Add("(CASE");
        for (int branch = 0; branch + 1 < call.Arguments.Count; branch += 2)
        {
            sql.Add(" WHEN ");
            if (Write(call.Arguments[branch]) is { } conditionReason)
                return conditionReason;
            sql.Add(" THEN ");
            if (Write(call.Arguments[branch + 1]) is { } valueReason)
                return valueReason;
        }
        if (call.Arguments[^1] is not ConnectorConstant { Value: null })
        {
            sql.Add(" ELSE ");
            if (Write(call.Arguments[^1]) is { } otherReason)
                return otherReason;
        }
        sql.Add(" END)");
        return null;
    }

    private string? WriteIn(ConnectorCall call)
    {
        if (call.Arguments.Count - 1 > dialect.MaxListItems)
            return $"a list of {call.Arguments.Count - 1} values is longer than the {dialect.MaxListItems} sent to the source";
        for (int item = 1; item < call.Arguments.Count; item++)
            if (WhyNotComparable(call.Arguments[0], call.Arguments[item], ordered: false) is { } reason)
                return reason;

        if (!dialect.HasNullsInLists)
            return WriteInWithoutNulls(call);
        if (WriteIndexed(call.Arguments[0], [.. call.Arguments.Skip(1)]) is { } written)
            return written.Reason;
        return WritePlainIn(call, call.Arguments.Skip(1));
    }

    // Says what NULL makes of it beside the list.
    private string? WriteInWithoutNulls(ConnectorCall call)
    {
        ConnectorExpression operand = call.Arguments[0];
        ConnectorExpression[] items = [.. call.Arguments.Skip(1).Where(item => item is not ConnectorConstant { Value: null })];
        if (items.Any(item => item is not ConnectorConstant))
            return "a list of what is not constant is left to the engine";
        if (items.Length == 0)
            return "a list of NULL is left to the engine";
        bool hasNull = items.Length + 1 < call.Arguments.Count;
        bool isNullable = operand is not ConnectorColumn { Column: SqlColumn column } || !scope.IsRemote(column) || dialect.MayBeNull(column);
        bool hasLists = dialect.HasListsOf(operand.Type);
        if (!hasLists && items.Length > MaxComparisons)
            return $"a list of {items.Length} values is longer than the {MaxComparisons} comparisons sent to the source";
        if (hasLists && !isNullable && !hasNull)
            return WritePlainIn(call, items);
        sql.Add("(CASE");
        if (isNullable)
        {
            sql.Add(" WHEN ");
            if (Write(operand) is { } reason)
                return reason;
            sql.Add(" IS NULL THEN NULL");
        }

        foreach (ConnectorExpression? item in hasLists ? new ConnectorExpression?[] { null } : items)
        {
            sql.Add(" WHEN ");
            if ((item is null ? WritePlainIn(call, items) : WriteInfix(operand, " = ", item)) is { } listReason)
                return listReason;
            sql.Add(" THEN 1");
        }

        sql.Add(" ELSE ").Add(hasNull ? "NULL" : "0").Add(" END)");
        return null;
    }

    private string? WritePlainIn(ConnectorCall call, IEnumerable<ConnectorExpression> items)
    {
        sql.Add("(");
        if (Write(call.Arguments[0]) is { } operandReason)
            return operandReason;
        sql.Add(" IN ");
        if (WriteList(items.Select(item => Align(item, call.Arguments[0].Type))) is { } listReason)
            return listReason;
        sql.Add(")");
        return null;
    }
}

/// <summary>What columns mean at one level of a query.</summary>
public abstract class SqlScope
{
    /// <summary>Writes a column; null when written, else why not.</summary>
    public abstract string? WriteColumn(SqlExpressionWriter writer, ColumnHandle column);

    /// <summary>Whether the column is one of a remote table as it is.</summary>
    public virtual bool IsRemote(ColumnHandle column) => false;
}
