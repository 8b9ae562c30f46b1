using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>An aggregate function made of its types and a way to make accumulators.</summary>
internal sealed class SimpleAggregate(
    string name,
    ValueList<SqlType> parameterTypes,
    SqlType returnType,
    ValueList<SqlType> intermediateTypes,
    Func<FunctionContext, Accumulator> create) : AggregateFunction
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => parameterTypes;

    /// <inheritdoc/>
    public override SqlType ReturnType => returnType;

    /// <inheritdoc/>
    public override ValueList<SqlType> IntermediateTypes => intermediateTypes;

    /// <summary>Whether DISTINCT changes nothing.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Whether the order of rows matters.</summary>
    public bool OrderSensitive { get; init; }

    /// <inheritdoc/>
    public override bool IgnoresDuplicates => Idempotent;

    /// <inheritdoc/>
    public override bool IsOrderSensitive => OrderSensitive;

    /// <inheritdoc/>
    public override Accumulator CreateAccumulator(FunctionContext context) => create(context);
}

/// <summary>An accumulator that takes in one argument, which it sees flat or constant, and skips its nulls.</summary>
internal abstract class UnaryAccumulator(FunctionContext context) : Accumulator
{
    private int[] _oneGroup = [];

    /// <summary>The context of the query.</summary>
    protected FunctionContext Context => context;

    /// <summary>The memory that states and results are counted in.</summary>
    protected MemoryContext Memory => context.Memory;

    /// <inheritdoc/>
    public sealed override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        using ColumnVector flat = Columnar.Gather.Flatten(arguments[0], Memory);
        AddFlat(flat, groups);
    }

    /// <inheritdoc/>
    public sealed override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        using ColumnVector flat = Columnar.Gather.Flatten(arguments[0], Memory);
        AddFlatToOne(flat, rowCount, group);
    }

    /// <summary>As <see cref="Accumulator.Add"/>, of a flat vector.</summary>
    protected abstract void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups);

    /// <summary>As <see cref="Accumulator.AddToOne"/>, of a flat vector.</summary>
    protected virtual void AddFlatToOne(ColumnVector argument, int rowCount, int group) => AddFlat(argument, OneGroup(rowCount, group));

    /// <summary>The number of one group for every row.</summary>
    protected ReadOnlySpan<int> OneGroup(int rowCount, int group)
    {
        if (_oneGroup.Length < rowCount)
            _oneGroup = new int[rowCount];
        Span<int> groups = _oneGroup.AsSpan(0, rowCount);
        groups.Fill(group);
        return groups;
    }
}
