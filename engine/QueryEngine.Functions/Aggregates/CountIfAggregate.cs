using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

[AggregateFunction("count_if", "The number of rows for which a condition is true.", Aliases = ["countif"])]
internal sealed class CountIfAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(boolean) -> bigint";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types is [BooleanType or UnknownType] ? [SqlType.Boolean] : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types is not [BooleanType] ? null
        : new SimpleAggregate(name, types, SqlType.BigInt, [SqlType.BigInt], context => new FoldAccumulator<bool, CountTrue>(context, emptyIsNull: false));
}

/// <summary>Folds values of a type into an int64 a group.</summary>
internal interface IFold<T>
{
    /// <summary>The state of no values.</summary>
    static abstract long Start { get; }

    /// <summary>The state with a value more.</summary>
    static abstract long Add(long state, T value);

    /// <summary>Two states as one.</summary>
    static abstract long Merge(long left, long right);
}

internal readonly struct CountTrue : IFold<bool>
{
    public static long Start => 0;

    public static long Add(long state, bool value) => state + (value ? 1 : 0);

    public static long Merge(long left, long right) => left + right;
}

internal readonly struct BitAnd : IFold<long>
{
    public static long Start => -1;

    public static long Add(long state, long value) => state & value;

    public static long Merge(long left, long right) => left & right;
}

internal readonly struct BitOr : IFold<long>
{
    public static long Start => 0;

    public static long Add(long state, long value) => state | value;

    public static long Merge(long left, long right) => left | right;
}

internal readonly struct BitXor : IFold<long>
{
    public static long Start => 0;

    public static long Add(long state, long value) => state ^ value;

    public static long Merge(long left, long right) => left ^ right;
}

/// <summary>An aggregate that folds bits of bigints.</summary>
internal abstract class BitAggregate<TFold>(bool isIdempotent) : AggregateOverload
    where TFold : struct, IFold<long>
{
    /// <inheritdoc/>
    public override string Signature => "(bigint) -> bigint";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) =>
        types.Count == 1 && Coercion.CanCoerce(types[0], SqlType.BigInt) ? [SqlType.BigInt] : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types is not [IntegerType { Kind: TypeKind.BigInt }] ? null
        : new SimpleAggregate(name, types, SqlType.BigInt, [SqlType.BigInt], context => new FoldAccumulator<long, TFold>(context, emptyIsNull: true))
        {
            Idempotent = isIdempotent,
        };
}

[AggregateFunction("bit_and", "The bits that all values have; NULL of no values.", Aliases = ["bitwise_and_agg"])]
internal sealed class BitAndAggregate() : BitAggregate<BitAnd>(isIdempotent: true);

[AggregateFunction("bit_or", "The bits that some value has; NULL of no values.", Aliases = ["bitwise_or_agg"])]
internal sealed class BitOrAggregate() : BitAggregate<BitOr>(isIdempotent: true);

[AggregateFunction("bit_xor", "The bits that an odd number of values has; NULL of no values.", Aliases = ["bitwise_xor_agg"])]
internal sealed class BitXorAggregate() : BitAggregate<BitXor>(isIdempotent: false);

/// <summary>Folds the values of each group; a group of no values gives NULL where that is asked for.</summary>
internal sealed class FoldAccumulator<T, TFold>(FunctionContext context, bool emptyIsNull) : UnaryAccumulator(context)
    where T : unmanaged
    where TFold : struct, IFold<T>
{
    private readonly GroupArray<long> _states = new(context.Memory);
    private readonly GroupArray<bool> _hasValue = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        int before = _states.Count;
        _states.Resize(count);
        _hasValue.Resize(count);
        if (count > before)
            _states.Items[before..].Fill(TFold.Start);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector flat = Columnar.Gather.Flatten(states[0], Memory);
        ReadOnlySpan<long> values = ((FixedWidthVector<long>)flat).Values;
        for (int row = 0; row < groups.Length; row++)
        {
            if (flat.IsNull(row))
                continue;
            _states.Items[groups[row]] = TFold.Merge(_states.Items[groups[row]], values[row]);
            _hasValue.Items[groups[row]] = true;
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => [BuildResults(firstGroup, count)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count) => new FixedWidthVector<long>(
        SqlType.BigInt, count, _states.Copy(firstGroup, count),
        emptyIsNull ? Columnar.ValidityBitmap.FromBools(_hasValue.Items.Slice(firstGroup, count), Memory) : null);

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)argument).Values;
        Validity valid = argument.Validity;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            _states.Items[groups[row]] = TFold.Add(_states.Items[groups[row]], values[row]);
            _hasValue.Items[groups[row]] = true;
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _states.Dispose();
        _hasValue.Dispose();
    }
}
