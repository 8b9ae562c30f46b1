using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

/// <summary>How an aggregate of doubles works on its state, a few doubles a group.</summary>
internal interface IDoubleState
{
    /// <summary>Doubles in a state. The first counts the rows.</summary>
    static abstract int Size { get; }

    /// <summary>Takes in a row; <paramref name="y"/> is 0 when there is one argument.</summary>
    static abstract void Add(Span<double> state, double x, double y);

    /// <summary>Takes in another state that is not empty.</summary>
    static abstract void Merge(Span<double> state, ReadOnlySpan<double> other);
}

/// <summary>Keeps states of doubles for each group; rows with a null argument are skipped.</summary>
internal sealed class DoubleStateAccumulator<TState>(FunctionContext context, SqlType result, Func<double[], double?> finish) : Accumulator
    where TState : struct, IDoubleState
{
    private readonly GroupArray<double> _states = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => _states.Resize(count * TState.Size);

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        using ColumnVector x = Gather.Flatten(arguments[0], context.Memory);
        using ColumnVector y = Gather.Flatten(arguments[^1], context.Memory);
        ReadOnlySpan<double> xs = ((FixedWidthVector<double>)x).Values, ys = ((FixedWidthVector<double>)y).Values;
        Validity xValid = x.Validity, yValid = y.Validity;
        Span<double> states = _states.Items;
        for (int row = 0; row < groups.Length; row++)
            if (xValid[row] && yValid[row])
                TState.Add(states.Slice(groups[row] * TState.Size, TState.Size), xs[row], ys[row]);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        int[] groups = new int[rowCount];
        groups.AsSpan().Fill(group);
        Add(arguments, groups);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        Span<double> other = stackalloc double[TState.Size];
        var flat = new ColumnVector[states.Length];
        for (int column = 0; column < flat.Length; column++)
            flat[column] = Gather.Flatten(states[column], context.Memory);
        for (int row = 0; row < groups.Length; row++)
        {
            for (int column = 0; column < flat.Length; column++)
                other[column] = ((FixedWidthVector<double>)flat[column]).Values[row];
            if (other[0] == 0)
                continue;
            Span<double> state = _states.Items.Slice(groups[row] * TState.Size, TState.Size);
            if (state[0] == 0)
                other.CopyTo(state);
            else
                TState.Merge(state, other);
        }

        foreach (ColumnVector vector in flat)
            vector.Dispose();
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        var states = new ColumnVector[TState.Size];
        for (int column = 0; column < states.Length; column++)
        {
            NativeBuffer buffer = context.Memory.Allocate((long)count * sizeof(double));
            Span<double> values = buffer.Span<double>(count);
            for (int group = 0; group < count; group++)
                values[group] = _states.Items[((firstGroup + group) * TState.Size) + column];
            states[column] = new FixedWidthVector<double>(SqlType.Double, count, buffer);
        }

        return states;
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using VectorBuilder builder = VectorBuilder.Create(result, context.Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            double? value = finish(_states.Items.Slice(group * TState.Size, TState.Size).ToArray());
            if (value is not { } number)
                builder.AppendNull();
            else if (builder is FixedWidthBuilder<long> longs)
                longs.Append((long)number);
            else
                ((FixedWidthBuilder<double>)builder).Append(number);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Release() => _states.Dispose();
}

/// <summary>Count, means of x and y, and sums of squared and crossed distances, after Welford.</summary>
internal readonly struct PairState : IDoubleState
{
    public static int Size => 6;

    public static void Add(Span<double> state, double x, double y)
    {
        double count = ++state[0];
        double dx = x - state[1], dy = y - state[2];
        state[1] += dx / count;
        state[2] += dy / count;
        state[3] += dx * (x - state[1]);
        state[4] += dy * (y - state[2]);
        state[5] += dx * (y - state[2]);
    }

    public static void Merge(Span<double> state, ReadOnlySpan<double> other)
    {
        double total = state[0] + other[0], weight = state[0] * other[0] / total;
        double dx = other[1] - state[1], dy = other[2] - state[2];
        state[3] += other[3] + (dx * dx * weight);
        state[4] += other[4] + (dy * dy * weight);
        state[5] += other[5] + (dx * dy * weight);
        state[1] += dx * other[0] / total;
        state[2] += dy * other[0] / total;
        state[0] = total;
    }
}

/// <summary>Count and the sum of logarithms.</summary>
internal readonly struct LogState : IDoubleState
{
    public static int Size => 2;

    public static void Add(Span<double> state, double x, double y)
    {
        state[0]++;
        state[1] += Math.Log(Maths.MathErrors.Positive(x));
    }

    public static void Merge(Span<double> state, ReadOnlySpan<double> other)
    {
        state[0] += other[0];
        state[1] += other[1];
    }
}

/// <summary>Count and central moments up to the fourth.</summary>
internal readonly struct MomentState : IDoubleState
{
    public static int Size => 5;

    public static void Add(Span<double> state, double x, double y) => Merge(state, [1, x, 0, 0, 0]);

    public static void Merge(Span<double> state, ReadOnlySpan<double> other)
    {
        // Chan, Golub and LeVeque, with Pébay's formulas for the third and the fourth moment.
        (double n1, double n2) = (state[0], other[0]);
        double n = n1 + n2, d = other[1] - state[1], d2 = d * d, d3 = d2 * d, d4 = d2 * d2;
        double m2 = state[2] + other[2] + (d2 * n1 * n2 / n);
        double m3 = state[3] + other[3] + (d3 * n1 * n2 * (n1 - n2) / (n * n)) + (3 * d * ((n1 * other[2]) - (n2 * state[2])) / n);
        double m4 = state[4] + other[4] + (d4 * n1 * n2 * ((n1 * n1) - (n1 * n2) + (n2 * n2)) / (n * n * n))
            + (6 * d2 * ((n1 * n1 * other[2]) + (n2 * n2 * state[2])) / (n * n)) + (4 * d * ((n1 * other[3]) - (n2 * state[3])) / n);
        (state[0], state[1], state[2], state[3], state[4]) = (n, state[1] + (d * n2 / n), m2, m3, m4);
    }
}

/// <summary>An aggregate over doubles with a state of doubles.</summary>
internal abstract class DoubleAggregate<TState>(int arguments) : AggregateOverload
    where TState : struct, IDoubleState
{
    /// <inheritdoc/>
    public override string Signature => $"({string.Join(", ", Enumerable.Repeat("double", arguments))}) -> {ReturnType}";

    /// <summary>The type of the result.</summary>
    protected virtual SqlType ReturnType => SqlType.Double;

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) =>
        types.Count == arguments && types.All(type => Coercion.CanCoerce(type, SqlType.Double)) ? types.Select(_ => SqlType.Double).ToValueList() : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != arguments || types.Any(type => type != SqlType.Double) ? null
        : new SimpleAggregate(name, types, ReturnType, Enumerable.Repeat(SqlType.Double, TState.Size).ToValueList(),
            context => new DoubleStateAccumulator<TState>(context, ReturnType, Finish));

    /// <summary>The result of a state; null is NULL.</summary>
    protected abstract double? Finish(double[] state);
}
