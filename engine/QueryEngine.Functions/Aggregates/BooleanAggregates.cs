using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>AND or OR of booleans.</summary>
internal abstract class BooleanAggregate(bool isAnd) : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(boolean) -> boolean";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types is [BooleanType or UnknownType] ? [SqlType.Boolean] : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types is not [BooleanType] ? null
        : new SimpleAggregate(name, types, SqlType.Boolean, types, context => new BooleanAccumulator(context, isAnd)) { Idempotent = true };
}

[AggregateFunction("bool_and", "Whether all values are true; NULL of no values.", Aliases = ["every"])]
internal sealed class BoolAndAggregate() : BooleanAggregate(isAnd: true);

[AggregateFunction("bool_or", "Whether some value is true; NULL of no values.")]
internal sealed class BoolOrAggregate() : BooleanAggregate(isAnd: false);

/// <summary>AND or OR of each group: 0 nothing seen, 1 false, 2 true.</summary>
internal sealed class BooleanAccumulator(FunctionContext context, bool isAnd) : UnaryAccumulator(context)
{
    private readonly GroupArray<byte> _states = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => _states.Resize(count);

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups) => Add(states, groups);

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => [BuildResults(firstGroup, count)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using var builder = new FixedWidthBuilder<bool>(SqlType.Boolean, Memory, count);
        foreach (byte state in _states.Items.Slice(firstGroup, count))
        {
            if (state == 0)
                builder.AppendNull();
            else
                builder.Append(state == 2);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<bool> values = ((FixedWidthVector<bool>)argument).Values;
        Validity valid = argument.Validity;
        Span<byte> states = _states.Items;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            ref byte state = ref states[groups[row]];
            byte next = values[row] ? (byte)2 : (byte)1;
            state = state == 0 ? next : isAnd ? Math.Min(state, next) : Math.Max(state, next);
        }
    }

    /// <inheritdoc/>
    protected override void Release() => _states.Dispose();
}
