using QueryEngine.Spi;

namespace QueryEngine.Connectors.AdoNet;

/// <summary>Aggregates that all relational sources compute alike.</summary>
public static class SqlAggregateRules
{
    /// <summary><c>count(*)</c>, <c>count(x)</c>, <c>count(DISTINCT x)</c>.</summary>
    public static string? Count(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        if (call.Arguments.Count > 1)
            return "a count of several columns is left to the engine";
        if (call.Arguments.Count == 0)
        {
            writer.Sql.Add("count(*)");
            return null;
        }

        return call.IsDistinct && WhyNotDistinct(writer, call.Arguments[0]) is { } reason ? reason : Simple("count", writer, call);
    }

    /// <summary><c>name(x)</c> or <c>name(DISTINCT x)</c>.</summary>
    public static string? Simple(string name, SqlExpressionWriter writer, ConnectorAggregate call)
    {
        writer.Sql.Add(name).Add(call.IsDistinct ? "(DISTINCT " : "(");
        if (writer.Write(call.Arguments[0]) is { } reason)
            return reason;
        writer.Sql.Add(")");
        return null;
    }

    /// <summary><c>sum(x)</c> and <c>sum(DISTINCT x)</c> where the source adds up without losing a digit.</summary>
    public static string? Sum(SqlExpressionWriter writer, ConnectorAggregate call)
    {
        SqlType argument = call.Arguments[0].Type;
        bool isExact = argument switch
        {
            { Kind: TypeKind.TinyInt or TypeKind.SmallInt or TypeKind.Integer } => call.Type.Kind == TypeKind.BigInt,
            { Kind: TypeKind.BigInt } => call.Type is DecimalType { Scale: 0 },
            DecimalType number => call.Type is DecimalType result && result.Scale == number.Scale,
            _ => false,
        };
        return WhyNotSummed(writer, call) ?? (isExact ? Simple("sum", writer, call) : $"sum of {argument} is {call.Type} here and of another type in the source");
    }

    /// <summary>Variances and deviations, by the names of the standard; the last digits depend on the order of the rows, here as in the source.</summary>
    public static IReadOnlyList<string> Variances { get; } = ["var_pop", "var_samp", "variance", "stddev_pop", "stddev_samp", "stddev"];

    /// <summary>Covariance and regression, by the names of the standard.</summary>
    public static IReadOnlyList<string> Regressions { get; } =
        ["covar_pop", "covar_samp", "corr", "regr_slope", "regr_intercept", "regr_r2", "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy"];

    /// <summary>
    /// A function of floating point numbers such as those of <see cref="Variances"/>. Where the source fails at infinities and NaN, only whole numbers are left to it.
    /// </summary>
    public static SqlAggregateRule Statistic(string name, bool takesInfinities) => (writer, call) =>
    {
        if (call.Type.Kind != TypeKind.Double || call.IsDistinct || call.Arguments.Any(argument => argument.Type.Kind != TypeKind.Double))
            return $"this {call.Function} is left to the engine";
        if (!takesInfinities && !call.Arguments.All(IsWholeNumber))
            return $"{call.Function} of infinities and NaN fails in the source";
        return writer.WriteFunction(name, call.Arguments);
    };

    private static bool IsWholeNumber(ConnectorExpression expression) => expression switch
    {
        ConnectorCall { Function: "$cast" } cast => cast.Arguments[0].Type.IsInteger,
        ConnectorCall { Function: "$case" } choice => choice.Arguments.Skip(1).Where((_, place) => place % 2 == 0 || place == choice.Arguments.Count - 2)
            .All(value => value is ConnectorConstant { Value: null } || IsWholeNumber(value)),
        _ => false,
    };

    /// <summary>Why a sum in the source may differ from the engine's, or null.</summary>
    public static string? WhyNotSummed(SqlExpressionWriter writer, ConnectorAggregate call) =>
        call.Arguments[0].Type.Kind is TypeKind.Real or TypeKind.Double ? "sums of floating point numbers depend on the order of the rows"
        : call.IsDistinct ? WhyNotDistinct(writer, call.Arguments[0])
        : null;

    /// <summary>Why the source tells other values apart than the engine, or null.</summary>
    public static string? WhyNotDistinct(SqlExpressionWriter writer, ConnectorExpression argument) =>
        writer.WhyNotComparable(argument, argument, ordered: false);
}
