using System.Runtime.InteropServices;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>The value of the only row of a group; an error when there are more rows. What a correlated scalar subquery becomes.</summary>
[AggregateFunction("$single_value", "The value of the only row; an error when there are more.")]
internal sealed class SingleValueAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T) -> T";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count == 1 ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null
        : new SimpleAggregate(name, types, types[0], [], context => new SingleValueAccumulator(types[0], context));
}

/// <summary>Keeps one row's value, which may be NULL, for each group.</summary>
internal sealed class SingleValueAccumulator(SqlType type, FunctionContext context) : Accumulator
{
    private readonly List<(bool HasRow, object? Value)> _groups = [];

    /// <inheritdoc/>
    public override long ExtraBytes => _groups.Count * 32L;

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        for (int row = 0; row < groups.Length; row++)
            Take(groups[row], arguments[0], row);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        for (int row = 0; row < rowCount; row++)
            Take(group, arguments[0], row);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups) =>
        throw new InvalidOperationException("a single value has no partial state");

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => throw new InvalidOperationException("a single value has no partial state");

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count) =>
        VectorBuilder.FromBoxed(type, _groups.Skip(firstGroup).Take(count).Select(group => group.Value), context.Memory);

    /// <inheritdoc/>
    protected override void Release() => _groups.Clear();

    private void Take(int group, ColumnVector values, int row)
    {
        if (_groups[group].HasRow)
            throw new QueryException(
                ErrorCode.CardinalityViolation, "a subquery used as a value gave more than one row", "Add LIMIT 1, or an aggregate such as max().");
        _groups[group] = (true, values.GetValue(row));
    }
}
