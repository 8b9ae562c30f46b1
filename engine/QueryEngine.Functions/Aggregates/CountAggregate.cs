using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

[AggregateFunction("count", "The number of rows, or of rows whose argument is not null.")]
internal sealed class CountAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "([T]) -> bigint";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count <= 1 ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count > 1 ? null
        : new SimpleAggregate(name, types, SqlType.BigInt, [SqlType.BigInt], context => new CountAccumulator(context.Memory));
}

/// <summary>Counts rows that are not null.</summary>
internal sealed class CountAccumulator(MemoryContext memory) : Accumulator
{
    private readonly GroupArray<long> _counts = new(memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => _counts.Resize(count);

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        Span<long> counts = _counts.Items;
        if (arguments.IsEmpty || !arguments[0].MayHaveNulls)
        {
            Count(groups, counts);
            return;
        }

        Validity valid = arguments[0].Validity;
        for (int row = 0; row < groups.Length; row++)
            counts[groups[row]] += valid[row] ? 1 : 0;
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group) =>
        _counts.Items[group] += arguments.IsEmpty ? rowCount : rowCount - arguments[0].Validity.CountNulls(rowCount);

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector flat = Columnar.Gather.Flatten(states[0], memory);
        ReadOnlySpan<long> values = ((FixedWidthVector<long>)flat).Values;
        Span<long> counts = _counts.Items;
        for (int row = 0; row < groups.Length; row++)
            counts[groups[row]] += values[row];
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => [BuildResults(firstGroup, count)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count) =>
        new FixedWidthVector<long>(SqlType.BigInt, count, _counts.Copy(firstGroup, count));

    /// <summary>Adds the rows of each group to its count.</summary>
    internal static void Count(ReadOnlySpan<int> groups, Span<long> counts)
    {
        if (FewGroups.Pays(counts.Length, groups.Length))
        {
            FewGroups.Count(groups, counts);
            return;
        }

        foreach (int group in groups)
            counts[group]++;
    }

    /// <inheritdoc/>
    protected override void Release() => _counts.Dispose();
}
