using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

// The first argument is y, the dependent variable: states hold it as x of PairState, so s[3] is Syy and s[4] is Sxx.
[AggregateFunction("corr", "The coefficient of correlation.")]
internal sealed class CorrelationAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[3] > 0 && state[4] > 0 ? state[5] / Math.Sqrt(state[3] * state[4]) : null;
}

[AggregateFunction("covar_pop", "The population covariance.")]
internal sealed class CovariancePopulationAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[5] / state[0] : null;
}

[AggregateFunction("covar_samp", "The sample covariance.")]
internal sealed class CovarianceSampleAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 1 ? state[5] / (state[0] - 1) : null;
}

[AggregateFunction("regr_slope", "The slope of the line of least squares through (second, first).")]
internal sealed class RegressionSlopeAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[4] > 0 ? state[5] / state[4] : null;
}

[AggregateFunction("regr_intercept", "The intercept of the line of least squares through (second, first).")]
internal sealed class RegressionInterceptAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[4] > 0 ? state[1] - (state[5] / state[4] * state[2]) : null;
}

[AggregateFunction("regr_r2", "The square of the coefficient of correlation.")]
internal sealed class RegressionR2Aggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) =>
        !(state[4] > 0) ? null : state[3] == 0 ? 1 : state[5] * state[5] / (state[3] * state[4]);
}

[AggregateFunction("regr_count", "The rows where both arguments are not null.")]
internal sealed class RegressionCountAggregate() : DoubleAggregate<PairState>(2)
{
    protected override SqlType ReturnType => SqlType.BigInt;

    protected override double? Finish(double[] state) => state[0];
}

[AggregateFunction("regr_avgx", "The mean of the second argument.")]
internal sealed class RegressionAverageXAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[2] : null;
}

[AggregateFunction("regr_avgy", "The mean of the first argument.")]
internal sealed class RegressionAverageYAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[1] : null;
}

[AggregateFunction("regr_sxx", "The sum of squared distances of the second argument from its mean.")]
internal sealed class RegressionSxxAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[4] : null;
}

[AggregateFunction("regr_syy", "The sum of squared distances of the first argument from its mean.")]
internal sealed class RegressionSyyAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[3] : null;
}

[AggregateFunction("regr_sxy", "The sum of products of the distances of both arguments from their means.")]
internal sealed class RegressionSxyAggregate() : DoubleAggregate<PairState>(2)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? state[5] : null;
}

[AggregateFunction("geometric_mean", "The geometric mean of positive numbers.", Aliases = ["geomean"])]
internal sealed class GeometricMeanAggregate() : DoubleAggregate<LogState>(1)
{
    protected override double? Finish(double[] state) => state[0] > 0 ? Math.Exp(state[1] / state[0]) : null;
}

[AggregateFunction("skewness", "The skewness of a sample.")]
internal sealed class SkewnessAggregate() : DoubleAggregate<MomentState>(1)
{
    protected override double? Finish(double[] state)
    {
        double n = state[0];
        return n < 3 || state[2] <= 0 ? null : Math.Sqrt(n * (n - 1)) / (n - 2) * (Math.Sqrt(n) * state[3] / Math.Pow(state[2], 1.5));
    }
}

[AggregateFunction("kurtosis", "The excess kurtosis of a sample.")]
internal sealed class KurtosisAggregate() : DoubleAggregate<MomentState>(1)
{
    protected override double? Finish(double[] state)
    {
        double n = state[0];
        if (n < 4 || state[2] <= 0)
            return null;
        double variance = state[2] / (n - 1);
        return (n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * state[4] / (variance * variance)) - (3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)));
    }
}
