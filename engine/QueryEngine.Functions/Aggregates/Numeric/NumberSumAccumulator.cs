using QueryEngine.Columnar;
using QueryEngine.Functions.Numbers;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>What is made of the sums of numbers of any size.</summary>
internal enum NumberSumKind
{
    Sum,
    Average,
    VariancePopulation,
    VarianceSample,
    DeviationPopulation,
    DeviationSample,
}

/// <summary>Exact sums of numbers of any size and, for variances, of their squares.</summary>
internal sealed class NumberSumAccumulator(FunctionContext context, NumberSumKind kind) : UnaryAccumulator(context)
{
    private readonly GroupArray<long> _counts = new(context.Memory);
    private BigNumber[] _sums = [];
    private BigNumber[] _squares = [];

    private bool HasSquares => kind > NumberSumKind.Average;

    /// <summary>The function for numeric.</summary>
    public static SimpleAggregate Create(string name, NumberSumKind kind) => new(
        name, [SqlType.Number], SqlType.Number, [SqlType.Number, SqlType.Number, SqlType.BigInt], context => new NumberSumAccumulator(context, kind));

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _counts.Resize(count);
        if (_sums.Length >= count)
            return;
        Array.Resize(ref _sums, Math.Max(count, _sums.Length * 2));
        Array.Resize(ref _squares, _sums.Length);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector sums = Gather.Flatten(states[0], Memory);
        using ColumnVector squares = Gather.Flatten(states[1], Memory);
        using ColumnVector counts = Gather.Flatten(states[2], Memory);
        for (int row = 0; row < groups.Length; row++)
        {
            int group = groups[row];
            _sums[group] = BigMath.Add(_sums[group], BigNumbers.Read(sums, row));
            _squares[group] = BigMath.Add(_squares[group], BigNumbers.Read(squares, row));
            _counts.Items[group] += ((FixedWidthVector<long>)counts).Values[row];
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) =>
    [
        Build(_sums.AsSpan(firstGroup, count)),
        Build(_squares.AsSpan(firstGroup, count)),
        new FixedWidthVector<long>(SqlType.BigInt, count, _counts.Copy(firstGroup, count)),
    ];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using var builder = new BytesBuilder(SqlType.Number, Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            if (Result(_counts.Items[group], _sums[group], _squares[group]) is { } result)
                builder.Append(BigNumberBytes.Write(result));
            else
                builder.AppendNull();
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        Validity valid = argument.Validity;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            BigNumber value = BigNumbers.Read(argument, row);
            int group = groups[row];
            _counts.Items[group]++;
            _sums[group] = BigMath.Add(_sums[group], value);
            if (HasSquares)
                _squares[group] = BigMath.Add(_squares[group], new BigNumber(value.Unscaled * value.Unscaled, value.Scale * 2));
            if (HasSquares && !value.IsFinite)
                _squares[group] = BigNumber.NaN;
        }
    }

    /// <inheritdoc/>
    protected override void Release() => _counts.Dispose();

    private BigNumber? Result(long count, BigNumber sum, BigNumber squares)
    {
        bool isSample = kind is NumberSumKind.VarianceSample or NumberSumKind.DeviationSample;
        if (count == 0 || (isSample && count == 1))
            return null;
        if (kind == NumberSumKind.Sum)
            return BigMath.Checked(sum);
        var rows = new BigNumber(count);
        if (kind == NumberSumKind.Average)
            return BigMath.Divide(sum, rows);
        if (!squares.IsFinite)
            return BigNumber.NaN;

        // (n * sum of squares - square of sum) / (n * n), or / (n * (n - 1)): exact but for the division.
        var product = new BigNumber(squares.Unscaled * count, squares.Scale);
        BigNumber distance = BigMath.Subtract(product, new BigNumber(sum.Unscaled * sum.Unscaled, sum.Scale * 2));
        if (distance.Sign <= 0)
            return default(BigNumber);
        BigNumber variance = BigMath.Divide(distance, new BigNumber((System.Numerics.BigInteger)count * (isSample ? count - 1 : count)));
        return kind is NumberSumKind.DeviationPopulation or NumberSumKind.DeviationSample ? BigMath.Sqrt(variance) : variance;
    }

    private ColumnVector Build(ReadOnlySpan<BigNumber> values)
    {
        using var builder = new BytesBuilder(SqlType.Number, Memory, values.Length);
        foreach (BigNumber value in values)
            builder.Append(BigNumberBytes.Write(value));
        return builder.Build();
    }
}
