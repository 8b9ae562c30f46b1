using System.Runtime.InteropServices;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>The first argument where the second one is least or greatest.</summary>
internal abstract class PickByAggregate(int direction) : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T, K) -> T";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count == 2 && types[1] is not (MapType or JsonType or GeometryType or SketchType) ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 2 ? null
        : new SimpleAggregate(name, types, types[0], types, context => new PickByAccumulator(context, types, direction)) { Idempotent = true };
}

[AggregateFunction("min_by", "The first argument of the row in which the second one is least.", Aliases = ["arg_min", "argmin"])]
internal sealed class MinByAggregate() : PickByAggregate(-1);

[AggregateFunction("max_by", "The first argument of the row in which the second one is greatest.", Aliases = ["arg_max", "argmax"])]
internal sealed class MaxByAggregate() : PickByAggregate(1);

/// <summary>Keeps the value of the best key of each group; rows of null keys are skipped.</summary>
internal sealed class PickByAccumulator(FunctionContext context, ValueList<SqlType> types, int direction) : Accumulator
{
    private readonly List<(object? Key, object? Value)> _groups = [];

    /// <inheritdoc/>
    public override long ExtraBytes => _groups.Count * 96L;

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        for (int row = 0; row < groups.Length; row++)
            Offer(arguments, row, groups[row]);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        for (int row = 0; row < rowCount; row++)
            Offer(arguments, row, group);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups) => Add(states, groups);

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) =>
        [BuildResults(firstGroup, count), VectorBuilder.FromBoxed(types[1], _groups.GetRange(firstGroup, count).Select(group => group.Key), context.Memory)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count) =>
        VectorBuilder.FromBoxed(types[0], _groups.GetRange(firstGroup, count).Select(group => group.Value), context.Memory);

    /// <inheritdoc/>
    protected override void Release() => _groups.Clear();

    private void Offer(ReadOnlySpan<ColumnVector> arguments, int row, int group)
    {
        if (arguments[1].GetValue(row) is not { } key)
            return;
        ref (object? Key, object? Value) held = ref CollectionsMarshal.AsSpan(_groups)[group];
        if (held.Key is null || BoxedValue.Compare(key, held.Key) * direction > 0)
            held = (key, arguments[0].GetValue(row));
    }
}
