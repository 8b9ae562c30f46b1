using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Expressions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Turns expressions over the input of an aggregation into expressions over its output: what equals a key becomes the key's column, and what is
/// then left of the input is an error.
/// </summary>
internal sealed class GroupedTranslator
{
    private readonly Dictionary<Expression, Expression> _keys;
    private readonly HashSet<Column> _input;
    private readonly Dictionary<Column, Expression> _merged;
    private readonly bool _hasComputedKeys;

    /// <summary>
    /// <paramref name="keys"/> gives what stands for an expression; <paramref name="input"/> are the columns that are gone, of which
    /// <paramref name="merged"/> are made of others.
    /// </summary>
    public GroupedTranslator(Dictionary<Expression, Expression> keys, HashSet<Column> input, Dictionary<Column, Expression> merged)
    {
        (_keys, _input, _merged) = (keys, input, merged);
        _hasComputedKeys = keys.Keys.Any(key => key is not ColumnExpression);
    }

    /// <summary>The expression over the output.</summary>
    /// <exception cref="QueryException">GROUPING_ERROR.</exception>
    public Expression Translate(Expression expression, Dictionary<Column, SourcePosition> positions) =>
        Translate(expression, positions, _hasComputedKeys);

    /// <summary>
    /// The subquery, reading the output instead of the input. As in the standard and PostgreSQL it may name grouped columns only, not expressions that
    /// happen to equal a key.
    /// </summary>
    public SubqueryUse Translate(SubqueryUse subquery, Dictionary<Column, SourcePosition> positions) => subquery with
    {
        Subquery = PlanRewriter.Rewrite(subquery.Subquery, expression => Translate(expression, positions, matchComputed: false)),
        Comparison = subquery.Comparison is null ? null : Translate(subquery.Comparison, positions),
    };

    private Expression Translate(Expression expression, Dictionary<Column, SourcePosition> positions, bool matchComputed)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if ((matchComputed || expression is ColumnExpression) && _keys.TryGetValue(expression, out Expression? key))
            return key;
        if (expression is ColumnExpression { Column: var column })
            return TranslateColumn(expression, column, positions, matchComputed);

        ValueList<Expression> children = expression.Children;
        if (children.Count == 0)
            return expression;
        var translated = new Expression[children.Count];
        bool changed = false;
        for (int child = 0; child < translated.Length; child++)
        {
            translated[child] = Translate(children[child], positions, matchComputed);
            changed |= !ReferenceEquals(translated[child], children[child]);
        }

        return changed ? expression.WithChildren(translated.ToValueList()) : expression;
    }

    // t LEFT JOIN s USING (a) GROUP BY t.a: the merged column is t.a, or a cast of it.
    private Expression TranslateColumn(Expression expression, Column column, Dictionary<Column, SourcePosition> positions, bool matchComputed)
    {
        if (!_input.Contains(column))
            return expression;
        if (!_merged.TryGetValue(column, out Expression? source) || source == expression || source.References().Any(part => !_keys.ContainsKey(part.Ref())))
            throw NotGrouped(column, positions);
        return Translate(source, positions, matchComputed);
    }

    private static QueryException NotGrouped(Column column, Dictionary<Column, SourcePosition> positions) => new(
        ErrorCode.GroupingError,
        $"column '{column.Name}' must appear in GROUP BY or be used in an aggregate function",
        positions.TryGetValue(column, out SourcePosition position) ? position : null);
}
