using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Statistics;

/// <summary>What share of rows conditions let pass.</summary>
internal static class Selectivity
{
    private const double Unknown = 0.33;
    private const double Pattern = 0.1;
    private const double Smallest = 1e-9;

    /// <summary>The rows that pass all conditions, with bounds and distinct values narrowed.</summary>
    public static PlanEstimate Apply(PlanEstimate source, IEnumerable<Expression> conditions)
    {
        double share = 1;
        var columns = new Dictionary<Column, ColumnEstimate>(source.Columns);
        foreach (IGrouping<Column?, Expression> group in conditions.GroupBy(ComparedColumn))
        {
            // Two bounds of one column are one range, not two independent chances.
            if (group.Key is { } column && source.Columns.GetValueOrDefault(column) is { Low: { } low, High: { } high } known
                && Range(group, low, high) is { } range)
            {
                double width = Math.Max(high - low, 1e-9);
                double inside = Math.Clamp((range.High - range.Low) / width, Smallest, 1);
                share *= Math.Max(inside, 1 / Math.Max(known.Distinct, 1)) * (1 - known.NullFraction);
                columns[column] = known with { Low = range.Low, High = range.High, Distinct = Math.Max(1, known.Distinct * inside), NullFraction = 0 };
                continue;
            }

            foreach (Expression condition in group)
            {
                share *= Of(condition, source);
                if (Chosen(condition) is var (chosen, values) && columns.TryGetValue(chosen, out ColumnEstimate? all))
                    columns[chosen] = all with { Distinct = Math.Min(all.Distinct, values), NullFraction = 0 };
            }
        }

        return source with { Rows = Math.Max(source.Rows * share, 1e-3), Columns = columns };
    }

    /// <summary>The share of rows for which a condition is true.</summary>
    public static double Of(Expression condition, PlanEstimate source)
    {
        switch (condition)
        {
            case ConstantExpression constant:
                return constant.Value is true ? 1 : Smallest;
            case SpecialExpression { Form: SpecialForm.And } and:
                return and.Arguments.Aggregate(1.0, (share, term) => share * Of(term, source));
            case SpecialExpression { Form: SpecialForm.Or } or:
                return 1 - or.Arguments.Aggregate(1.0, (share, term) => share * (1 - Of(term, source)));
            case SpecialExpression { Form: SpecialForm.Not } not:
                return Math.Max(1 - Of(not.Arguments[0], source), 0.05);
            case SpecialExpression { Form: SpecialForm.IsNull, Arguments: [ColumnExpression column] }:
                return Math.Max(source.Columns.GetValueOrDefault(column.Column)?.NullFraction ?? 0.05, Smallest);
            case SpecialExpression { Form: SpecialForm.In, Arguments: [ColumnExpression column, ..] } list:
                return Math.Min((list.Arguments.Count - 1) / source.BaseDistinct(column.Column), 0.9);
            case SpecialExpression { Form: SpecialForm.In } list:
                return Math.Min((list.Arguments.Count - 1) * 0.05, 0.5);
            case CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression left, ColumnExpression right] }:
                return 1 / Math.Max(source.BaseDistinct(left.Column), source.BaseDistinct(right.Column));
            case CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression column, _] }:
                return 1 / source.BaseDistinct(column.Column);
            case CallExpression { Function: OperatorNames.Equal }:
                return 0.05;
            case CallExpression { Function: OperatorNames.NotEqual, Arguments: [ColumnExpression column, _] }:
                return Math.Max(1 - (1 / source.BaseDistinct(column.Column)), 0.1);
            case CallExpression { Function: OperatorNames.NotEqual }:
                return 0.9;
            case CallExpression { Function: OperatorNames.Like }:
                return Pattern;
            case CallExpression { Arguments: [ColumnExpression column, ConstantExpression] } when source.Columns.GetValueOrDefault(column.Column) is { Low: { } low, High: { } high } && Range([condition], low, high) is { } range:
                return Math.Clamp((range.High - range.Low) / Math.Max(high - low, 1e-9), Smallest, 1);
            default:
                return Unknown;
        }
    }

    // How many values of a column an equality or a list leaves.
    private static (Column Column, int Values)? Chosen(Expression condition) => condition switch
    {
        CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression column, ConstantExpression] } => (column.Column, 1),
        SpecialExpression { Form: SpecialForm.In, Arguments: [ColumnExpression column, ..] } list => (column.Column, list.Arguments.Count - 1),
        _ => null,
    };

    private static Column? ComparedColumn(Expression condition) =>
        condition is CallExpression { Function: OperatorNames.Less or OperatorNames.LessOrEqual or OperatorNames.Greater or OperatorNames.GreaterOrEqual, Arguments: [ColumnExpression column, ConstantExpression] }
            ? column.Column : null;

    private static (double Low, double High)? Range(IEnumerable<Expression> comparisons, double low, double high)
    {
        foreach (Expression comparison in comparisons)
        {
            if (comparison is not CallExpression { Arguments: [_, ConstantExpression constant] } call || NumericBound.Of(constant.Value, constant.Type) is not { } bound)
                return null;
            switch (call.Function)
            {
                case OperatorNames.Less or OperatorNames.LessOrEqual:
                    high = Math.Min(high, bound);
                    break;
                case OperatorNames.Greater or OperatorNames.GreaterOrEqual:
                    low = Math.Max(low, bound);
                    break;
                default:
                    return null;
            }
        }

        return (low, Math.Max(low, high));
    }
}
