using System.Numerics;
using System.Runtime.InteropServices;
using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>The least or the greatest value of any ordered type.</summary>
internal abstract class ExtremeAggregate(bool isMax) : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T) -> T";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count == 1 && types[0] is not (MapType or JsonType or GeometryType or SketchType) ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null
        : new SimpleAggregate(name, types, types[0], types, context => Create(types[0], context)) { Idempotent = true };

    private Accumulator Create(SqlType type, FunctionContext context) => type.Physical switch
    {
        PhysicalType.Int8 => new ExtremeAccumulator<sbyte>(type, context, isMax),
        PhysicalType.Int16 => new ExtremeAccumulator<short>(type, context, isMax),
        PhysicalType.Int32 => new ExtremeAccumulator<int>(type, context, isMax),
        PhysicalType.Int64 => new ExtremeAccumulator<long>(type, context, isMax),
        PhysicalType.Int128 => new ExtremeAccumulator<Int128>(type, context, isMax),
        PhysicalType.UInt128 => new ExtremeAccumulator<UInt128>(type, context, isMax),
        PhysicalType.Float32 => new ExtremeAccumulator<float>(type, context, isMax),
        PhysicalType.Float64 => new ExtremeAccumulator<double>(type, context, isMax),
        _ => new PickAccumulator(type, context, isMax ? 1 : -1),
    };
}

[AggregateFunction("min", "The least value; NULL of no values.")]
internal sealed class MinAggregate() : ExtremeAggregate(isMax: false);

[AggregateFunction("max", "The greatest value; NULL of no values.")]
internal sealed class MaxAggregate() : ExtremeAggregate(isMax: true);

[AggregateFunction("any_value", "Some value that is not null.", Aliases = ["arbitrary"])]
internal sealed class AnyValueAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T) -> T";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types.Count == 1 ? types : null;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null
        : new SimpleAggregate(name, types, types[0], types, context => new PickAccumulator(types[0], context, 0)) { Idempotent = true };
}

/// <summary>The least or greatest number of each group.</summary>
internal sealed class ExtremeAccumulator<T>(SqlType type, FunctionContext context, bool isMax) : UnaryAccumulator(context)
    where T : unmanaged, IComparisonOperators<T, T, bool>, INumberBase<T>
{
    private readonly GroupArray<T> _values = new(context.Memory);
    private readonly GroupArray<bool> _hasValue = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _values.Resize(count);
        _hasValue.Resize(count);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups) => Add(states, groups);

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => [BuildResults(firstGroup, count)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count) => new FixedWidthVector<T>(
        type, count, _values.Copy(firstGroup, count), ValidityBitmap.FromBools(_hasValue.Items.Slice(firstGroup, count), Memory));

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)argument).Values;
        Validity valid = argument.Validity;
        Span<T> best = _values.Items;
        Span<bool> hasValue = _hasValue.Items;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            int group = groups[row];
            if (!hasValue[group] || IsBetter(values[row], best[group]))
                (best[group], hasValue[group]) = (values[row], true);
        }
    }

    /// <inheritdoc/>
    protected override void AddFlatToOne(ColumnVector argument, int rowCount, int group)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)argument).Values;
        if (rowCount == 0)
            return;
        if (argument.MayHaveNulls || typeof(T) == typeof(double) || typeof(T) == typeof(float))
        {
            AddFlat(argument, OneGroup(rowCount, group));
            return;
        }

        T best = values[0];
        if (Vector.IsHardwareAccelerated && Vector<T>.IsSupported && rowCount >= Vector<T>.Count * 2)
        {
            var lanes = new Vector<T>(values);
            int row = Vector<T>.Count;
            for (; row <= values.Length - Vector<T>.Count; row += Vector<T>.Count)
                lanes = isMax ? Vector.Max(lanes, new Vector<T>(values[row..])) : Vector.Min(lanes, new Vector<T>(values[row..]));
            for (int lane = 0; lane < Vector<T>.Count; lane++)
                best = IsBetter(lanes[lane], best) ? lanes[lane] : best;
            values = values[row..];
        }

        foreach (T value in values)
            best = IsBetter(value, best) ? value : best;
        if (!_hasValue.Items[group] || IsBetter(best, _values.Items[group]))
            (_values.Items[group], _hasValue.Items[group]) = (best, true);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _values.Dispose();
        _hasValue.Dispose();
    }

    private bool IsBetter(T value, T best)
    {
        if (typeof(T) == typeof(double) || typeof(T) == typeof(float))
        {
            int order = ComparisonKernel.OrderWithNaN(value, best);
            return isMax ? order > 0 : order < 0;
        }

        return isMax ? value > best : value < best;
    }
}

/// <summary>Keeps one value of any type for each group: the least (-1), the greatest (1) or the first (0).</summary>
internal sealed class PickAccumulator(SqlType type, FunctionContext context, int direction) : Accumulator
{
    private readonly List<Held> _groups = [];
    private long _bytes;

    /// <inheritdoc/>
    public override long ExtraBytes => _bytes + (_groups.Count * 24L);

    /// <inheritdoc/>
    public override void EnsureGroups(int count) => CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<ColumnVector> arguments, ReadOnlySpan<int> groups)
    {
        ColumnVector argument = arguments[0];
        Validity valid = argument.Validity;
        Span<Held> held = CollectionsMarshal.AsSpan(_groups);
        if (type.Physical == PhysicalType.Bytes)
        {
            var reader = new BytesReader(argument);
            for (int row = 0; row < groups.Length; row++)
                if (valid[row])
                    Offer(ref held[groups[row]], reader[row]);
            return;
        }

        for (int row = 0; row < groups.Length; row++)
            if (valid[row])
                Offer(ref held[groups[row]], argument, row);
    }

    /// <inheritdoc/>
    public override void AddToOne(ReadOnlySpan<ColumnVector> arguments, int rowCount, int group)
    {
        int[] groups = new int[rowCount];
        groups.AsSpan().Fill(group);
        Add(arguments, groups);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups) => Add(states, groups);

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) => [BuildResults(firstGroup, count)];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using VectorBuilder builder = VectorBuilder.Create(type, context.Memory, count);
        foreach (ref readonly Held held in CollectionsMarshal.AsSpan(_groups).Slice(firstGroup, count))
        {
            if (held.Bytes is not null)
                ((BytesBuilder)builder).Append(held.Bytes.AsSpan(0, held.Length));
            else
                builder.AppendBoxed(held.Value);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void Release() => _groups.Clear();

    private void Offer(ref Held held, ReadOnlySpan<byte> value)
    {
        if (held.Bytes is not null && (direction == 0 || value.SequenceCompareTo(held.Bytes.AsSpan(0, held.Length)) * direction <= 0))
            return;
        if (held.Bytes is null || held.Bytes.Length < value.Length)
        {
            _bytes += value.Length - (held.Bytes?.Length ?? 0);
            held.Bytes = new byte[value.Length];
        }

        value.CopyTo(held.Bytes);
        held.Length = value.Length;
    }

    private void Offer(ref Held held, ColumnVector argument, int row)
    {
        if (held.Value is not null && direction == 0)
            return;
        object value = argument.GetValue(row)!;
        if (held.Value is null || BoxedValue.Compare(value, held.Value) * direction > 0)
        {
            _bytes += held.Value is null ? 32 : 0;
            held.Value = value;
        }
    }

    private struct Held
    {
        public byte[]? Bytes;
        public int Length;
        public object? Value;
    }
}
