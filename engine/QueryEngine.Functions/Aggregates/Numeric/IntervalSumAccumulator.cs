using QueryEngine.Functions.Temporal;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>Sums of intervals, part by part, and their means.</summary>
internal sealed class IntervalSumAccumulator(FunctionContext context, bool isAverage) : UnaryAccumulator(context)
{
    // Months, days, microseconds and the number of values of each group.
    private const int Parts = 4;
    private readonly GroupArray<long> _sums = new(context.Memory);

    /// <summary>The aggregate.</summary>
    public static SimpleAggregate Create(string name, bool isAverage) => new(
        name, [SqlType.Interval], SqlType.Interval, [SqlType.BigInt, SqlType.BigInt, SqlType.BigInt, SqlType.BigInt],
        context => new IntervalSumAccumulator(context, isAverage));

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => _sums.Resize(count * Parts);

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        for (int part = 0; part < Parts; part++)
        {
            using ColumnVector flat = Columnar.Gather.Flatten(states[part], Memory);
            ReadOnlySpan<long> values = ((FixedWidthVector<long>)flat).Values;
            for (int row = 0; row < groups.Length; row++)
                Add(ref _sums.Items[(groups[row] * Parts) + part], values[row]);
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        var states = new ColumnVector[Parts];
        for (int part = 0; part < Parts; part++)
        {
            NativeBuffer buffer = Memory.Allocate((long)count * sizeof(long));
            Span<long> values = buffer.Span<long>(count);
            for (int group = 0; group < values.Length; group++)
                values[group] = _sums.Items[((firstGroup + group) * Parts) + part];
            states[part] = new FixedWidthVector<long>(SqlType.BigInt, count, buffer);
        }

        return states;
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using var builder = new FixedWidthBuilder<Int128>(SqlType.Interval, Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            Span<long> sums = _sums.Items.Slice(group * Parts, Parts);
            if (sums[3] == 0)
            {
                builder.AppendNull();
                continue;
            }

            var sum = new Interval(sums[0], sums[1], sums[2]);
            builder.Append((isAverage ? IntervalMath.Scale(sum, sums[3], isDivision: true) : sum).Bits);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<Int128> values = ((FixedWidthVector<Int128>)argument).Values;
        Validity valid = argument.Validity;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            var interval = new Interval(values[row]);
            Span<long> sums = _sums.Items.Slice(groups[row] * Parts, Parts);
            sums[0] += interval.Months;
            sums[1] += interval.Days;
            Add(ref sums[2], interval.Micros);
            sums[3]++;
        }
    }

    /// <inheritdoc/>
    protected override void Release() => _sums.Dispose();

    private static void Add(ref long sum, long value) => sum = DateMath.Add(sum, value);
}
