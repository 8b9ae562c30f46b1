using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Guesses how many rows a query gives where the source knows no more than the rows of its tables.</summary>
public static class SqlEstimates
{
    private const double OfEquality = 0.1, OfRange = 0.3, OfOther = 0.25;

    /// <summary>The rows of a handle; null when those of one of its tables are not known.</summary>
    public static double? Rows(SqlTableHandle handle, Func<RemoteTable, double?> rowsOf)
    {
        if (Input(handle, rowsOf) is not { } rows)
            return null;
        foreach (PushedCondition condition in handle.Filter)
            rows *= Selectivity(condition.Condition);
        if (handle.Aggregation is { } aggregation)
            rows = aggregation.GroupBy.Count == 0 ? 1 : Math.Min(rows, Math.Pow(rows, aggregation.GroupBy.Count == 1 ? 0.7 : 0.85));
        return handle.Limit is { } limit ? Math.Min(limit, rows) : rows;
    }

    private static double? Input(SqlTableHandle handle, Func<RemoteTable, double?> rowsOf)
    {
        if (handle.Union is { } union)
            return union.Inputs.Aggregate((double?)0, (sum, input) => sum + Rows(input.Query, rowsOf));
        if (handle.Source is not { } source)
            return rowsOf(handle.Table);
        double? left = Rows(source, rowsOf);
        if (handle.Join is not { } join)
            return left;
        double? right = Rows(join.Right, rowsOf);
        bool hasKey = join.Conjuncts.Any(conjunct => conjunct is ConnectorCall { Function: "$eq" });
        return join.Kind switch
        {
            ConnectorJoinKind.Semi or ConnectorJoinKind.Anti => left / 2,
            _ => hasKey ? left is null || right is null ? null : Math.Max(left.Value, right.Value) : left * right,
        };
    }

    private static double Selectivity(ConnectorExpression condition) => condition is not ConnectorCall call ? OfOther : call.Function switch
    {
        "$and" => call.Arguments.Aggregate(1.0, (all, argument) => all * Selectivity(argument)),
        "$or" => Math.Min(1, call.Arguments.Sum(Selectivity)),
        "$not" => 1 - Selectivity(call.Arguments[0]),
        "$eq" or "$is_null" => OfEquality,
        "$in" => Math.Min(0.5, OfEquality * (call.Arguments.Count - 1)),
        "$ne" or "$is_distinct" => 1 - OfEquality,
        "$lt" or "$le" or "$gt" or "$ge" => OfRange,
        _ => OfOther,
    };
}
