using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>Variances and deviations of doubles.</summary>
internal abstract class VarianceAggregate(bool isSample, bool isRoot) : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(double) -> double; (numeric) -> numeric";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) =>
        types is [NumberType] ? [SqlType.Number] : types.Count == 1 && Coercion.CanCoerce(types[0], SqlType.Double) ? [SqlType.Double] : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types is [NumberType { Precision: null }] ? NumberSumAccumulator.Create(name, Kind)
        : types is not [FloatType { Kind: TypeKind.Double }] ? null
        : new SimpleAggregate(name, types, SqlType.Double, [SqlType.BigInt, SqlType.Double, SqlType.Double],
            context => new VarianceAccumulator(context, isSample, isRoot));

    private NumberSumKind Kind => (isSample, isRoot) switch
    {
        (false, false) => NumberSumKind.VariancePopulation,
        (true, false) => NumberSumKind.VarianceSample,
        (false, true) => NumberSumKind.DeviationPopulation,
        (true, true) => NumberSumKind.DeviationSample,
    };
}

[AggregateFunction("var_pop", "The population variance.")]
internal sealed class VariancePopulation() : VarianceAggregate(isSample: false, isRoot: false);

[AggregateFunction("var_samp", "The sample variance.", Aliases = ["variance"])]
internal sealed class VarianceSample() : VarianceAggregate(isSample: true, isRoot: false);

[AggregateFunction("stddev_pop", "The population standard deviation.")]
internal sealed class DeviationPopulation() : VarianceAggregate(isSample: false, isRoot: true);

[AggregateFunction("stddev_samp", "The sample standard deviation.", Aliases = ["stddev"])]
internal sealed class DeviationSample() : VarianceAggregate(isSample: true, isRoot: true);

/// <summary>Welford's running mean and sum of squared distances, merged after Chan.</summary>
internal sealed class VarianceAccumulator(FunctionContext context, bool isSample, bool isRoot) : UnaryAccumulator(context)
{
    private readonly GroupArray<long> _counts = new(context.Memory);
    private readonly GroupArray<double> _means = new(context.Memory);
    private readonly GroupArray<double> _squares = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _counts.Resize(count);
        _means.Resize(count);
        _squares.Resize(count);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector counts = Columnar.Gather.Flatten(states[0], Memory);
        using ColumnVector means = Columnar.Gather.Flatten(states[1], Memory);
        using ColumnVector squares = Columnar.Gather.Flatten(states[2], Memory);
        for (int row = 0; row < groups.Length; row++)
        {
            long more = ((FixedWidthVector<long>)counts).Values[row];
            if (more == 0)
                continue;
            int group = groups[row];
            long had = _counts.Items[group];
            double distance = ((FixedWidthVector<double>)means).Values[row] - _means.Items[group];
            long total = had + more;
            _means.Items[group] += distance * more / total;
            _squares.Items[group] += ((FixedWidthVector<double>)squares).Values[row] + (distance * distance * had * more / total);
            _counts.Items[group] = total;
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) =>
    [
        new FixedWidthVector<long>(SqlType.BigInt, count, _counts.Copy(firstGroup, count)),
        new FixedWidthVector<double>(SqlType.Double, count, _means.Copy(firstGroup, count)),
        new FixedWidthVector<double>(SqlType.Double, count, _squares.Copy(firstGroup, count)),
    ];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using var builder = new FixedWidthBuilder<double>(SqlType.Double, Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            long divisor = _counts.Items[group] - (isSample ? 1 : 0);
            if (divisor <= 0)
            {
                builder.AppendNull();
                continue;
            }

            double variance = _squares.Items[group] / divisor;
            builder.Append(isRoot ? Math.Sqrt(variance) : variance);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<double> values = ((FixedWidthVector<double>)argument).Values;
        Validity valid = argument.Validity;
        Span<long> counts = _counts.Items;
        Span<double> means = _means.Items, squares = _squares.Items;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            int group = groups[row];
            double distance = values[row] - means[group];
            means[group] += distance / ++counts[group];
            squares[group] += distance * (values[row] - means[group]);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _counts.Dispose();
        _means.Dispose();
        _squares.Dispose();
    }
}
