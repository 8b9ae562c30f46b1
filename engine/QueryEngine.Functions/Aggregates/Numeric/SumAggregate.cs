using System.Numerics;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Operators;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Numeric;

[AggregateFunction("sum", "The sum; NULL of no values. Of bigints decimal(38,0), of smaller integers bigint, of decimals decimal(38,s).")]
internal sealed class SumAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(number or interval) -> number or interval";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types is [UnknownType] ? [SqlType.BigInt]
        : types is [IntervalType] ? [SqlType.Interval] : types is [NumberType] ? [SqlType.Number] : Bind("sum", types) is null ? null : types;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null : types[0].Kind switch
    {
        TypeKind.TinyInt => Exact<sbyte>(name, types, SqlType.BigInt),
        TypeKind.SmallInt => Exact<short>(name, types, SqlType.BigInt),
        TypeKind.Integer => Exact<int>(name, types, SqlType.BigInt),
        TypeKind.BigInt => Exact<long>(name, types, SqlType.Decimal(38, 0)),
        TypeKind.Decimal when ((DecimalType)types[0]).IsShort => Exact<long>(name, types, SqlType.Decimal(38, ((DecimalType)types[0]).Scale)),
        TypeKind.Decimal => Exact<Int128>(name, types, SqlType.Decimal(38, ((DecimalType)types[0]).Scale)),
        TypeKind.Number => types[0] is NumberType { Precision: null } ? NumberSumAccumulator.Create(name, NumberSumKind.Sum) : null,
        TypeKind.Interval => IntervalSumAccumulator.Create(name, isAverage: false),
        TypeKind.Real => new SimpleAggregate(name, types, SqlType.Real, [SqlType.Double, SqlType.BigInt], context => new FloatSumAccumulator<float>(context, false)),
        TypeKind.Double => new SimpleAggregate(name, types, SqlType.Double, [SqlType.Double, SqlType.BigInt], context => new FloatSumAccumulator<double>(context, false)),
        _ => null,
    };

    private static SimpleAggregate Exact<T>(string name, ValueList<SqlType> types, SqlType result)
        where T : unmanaged, IBinaryInteger<T> => new(
            name, types, result, [SqlType.Decimal(38, 0), SqlType.BigInt], context => new ExactSumAccumulator<T>(context, result, averageScale: null));
}

[AggregateFunction("avg", "The mean; NULL of no values. Of integers and doubles double, of decimals decimal(38, 16 where there is room).", Aliases = ["mean"])]
internal sealed class AverageAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(number or interval) -> double, decimal or interval";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types) => types is [UnknownType] ? [SqlType.Double]
        : types is [IntervalType] ? [SqlType.Interval] : types is [NumberType] ? [SqlType.Number] : Bind("avg", types) is null ? null : types;

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => types.Count != 1 ? null : types[0].Kind switch
    {
        TypeKind.TinyInt => Exact<sbyte>(name, types, SqlType.Double, 0),
        TypeKind.SmallInt => Exact<short>(name, types, SqlType.Double, 0),
        TypeKind.Integer => Exact<int>(name, types, SqlType.Double, 0),
        TypeKind.BigInt => Exact<long>(name, types, SqlType.Double, 0),
        TypeKind.Decimal when ((DecimalType)types[0]).IsShort => Decimal<long>(name, types),
        TypeKind.Decimal => Decimal<Int128>(name, types),
        TypeKind.Number => types[0] is NumberType { Precision: null } ? NumberSumAccumulator.Create(name, NumberSumKind.Average) : null,
        TypeKind.Interval => IntervalSumAccumulator.Create(name, isAverage: true),
        TypeKind.Real => new SimpleAggregate(name, types, SqlType.Double, [SqlType.Double, SqlType.BigInt], context => new FloatSumAccumulator<float>(context, true)),
        TypeKind.Double => new SimpleAggregate(name, types, SqlType.Double, [SqlType.Double, SqlType.BigInt], context => new FloatSumAccumulator<double>(context, true)),
        _ => null,
    };

    private static SimpleAggregate Decimal<T>(string name, ValueList<SqlType> types)
        where T : unmanaged, IBinaryInteger<T>
    {
        // As many digits as PostgreSQL's sixteen, where the whole part leaves room for them; twelve at least, for sums say that they may be of any size.
        var type = (DecimalType)types[0];
        int room = DecimalType.MaxPrecision - (type.Precision - type.Scale);
        return Exact<T>(name, types, SqlType.Decimal(DecimalType.MaxPrecision, Math.Max(type.Scale, Math.Clamp(room, 12, 16))), type.Scale);
    }

    private static SimpleAggregate Exact<T>(string name, ValueList<SqlType> types, SqlType result, int scale)
        where T : unmanaged, IBinaryInteger<T> => new(
            name, types, result, [SqlType.Decimal(38, 0), SqlType.BigInt], context => new ExactSumAccumulator<T>(context, result, scale));
}

/// <summary>Exact sums and the number of values; the result is the sum, or the mean when the scale of the values is given.</summary>
internal sealed class ExactSumAccumulator<T>(FunctionContext context, SqlType result, int? averageScale) : UnaryAccumulator(context)
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly ExactSum _sums = new(context.Memory);
    private readonly GroupArray<long> _counts = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _sums.Resize(count);
        _counts.Resize(count);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector sums = Columnar.Gather.Flatten(states[0], Memory);
        using ColumnVector counts = Columnar.Gather.Flatten(states[1], Memory);
        _sums.Add(((FixedWidthVector<Int128>)sums).Values, default, groups);
        ReadOnlySpan<long> values = ((FixedWidthVector<long>)counts).Values;
        for (int row = 0; row < groups.Length; row++)
            _counts.Items[groups[row]] += values[row];
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count)
    {
        NativeBuffer sums = Memory.Allocate(count * 16L);
        Span<Int128> target = sums.Span<Int128>(count);
        for (int group = 0; group < count; group++)
            target[group] = _sums[firstGroup + group];
        return
        [
            new FixedWidthVector<Int128>(SqlType.Decimal(38, 0), count, sums),
            new FixedWidthVector<long>(SqlType.BigInt, count, _counts.Copy(firstGroup, count)),
        ];
    }

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        using VectorBuilder builder = VectorBuilder.Create(result, Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            long values = _counts.Items[group];
            if (values == 0)
                builder.AppendNull();
            else
                Append(builder, _sums[group], values);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        Validity valid = argument.Validity;
        _sums.Add(((FixedWidthVector<T>)argument).Values, valid, groups);
        Span<long> counts = _counts.Items;
        if (valid.AllValid)
        {
            CountAccumulator.Count(groups, counts);
            return;
        }

        for (int row = 0; row < groups.Length; row++)
            counts[groups[row]] += valid[row] ? 1 : 0;
    }

    /// <inheritdoc/>
    protected override void AddFlatToOne(ColumnVector argument, int rowCount, int group)
    {
        _sums.AddToOne(((FixedWidthVector<T>)argument).Values, argument.Validity, group);
        _counts.Items[group] += rowCount - argument.Validity.CountNulls(rowCount);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _sums.Dispose();
        _counts.Dispose();
    }

    private void Append(VectorBuilder builder, Int128 sum, long values)
    {
        if (averageScale is { } scale)
        {
            if (result is FloatType)
            {
                ((FixedWidthBuilder<double>)builder).Append((double)sum / values);
                return;
            }

            sum = DecimalMath.Divide(sum, result is DecimalType type ? type.Scale - scale : 0, values);
        }

        switch (builder)
        {
            case FixedWidthBuilder<Int128> wide:
                wide.Append(DecimalMath.Check(sum, (DecimalType)result));
                break;
            case FixedWidthBuilder<long> longs when sum == (long)sum:
                longs.Append((long)sum);
                break;
            case FixedWidthBuilder<int> ints when sum == (int)sum:
                ints.Append((int)sum);
                break;
            default:
                throw new QueryException(ErrorCode.NumericValueOutOfRange, $"the sum {sum} is out of range for {result}");
        }
    }
}

/// <summary>Sums of doubles or reals and the number of values; the result is the sum or the mean.</summary>
internal sealed class FloatSumAccumulator<T>(FunctionContext context, bool isAverage) : UnaryAccumulator(context)
    where T : unmanaged, INumberBase<T>
{
    private readonly GroupArray<double> _sums = new(context.Memory);
    private readonly GroupArray<long> _counts = new(context.Memory);

    /// <inheritdoc/>
    public override void EnsureGroups(int count)
    {
        _sums.Resize(count);
        _counts.Resize(count);
    }

    /// <inheritdoc/>
    public override void Merge(ReadOnlySpan<ColumnVector> states, ReadOnlySpan<int> groups)
    {
        using ColumnVector sums = Columnar.Gather.Flatten(states[0], Memory);
        using ColumnVector counts = Columnar.Gather.Flatten(states[1], Memory);
        ReadOnlySpan<double> doubles = ((FixedWidthVector<double>)sums).Values;
        ReadOnlySpan<long> longs = ((FixedWidthVector<long>)counts).Values;
        for (int row = 0; row < groups.Length; row++)
        {
            _sums.Items[groups[row]] += doubles[row];
            _counts.Items[groups[row]] += longs[row];
        }
    }

    /// <inheritdoc/>
    public override ColumnVector[] BuildStates(int firstGroup, int count) =>
    [
        new FixedWidthVector<double>(SqlType.Double, count, _sums.Copy(firstGroup, count)),
        new FixedWidthVector<long>(SqlType.BigInt, count, _counts.Copy(firstGroup, count)),
    ];

    /// <inheritdoc/>
    public override ColumnVector BuildResults(int firstGroup, int count)
    {
        bool isReal = typeof(T) == typeof(float) && !isAverage;
        using VectorBuilder builder = VectorBuilder.Create(isReal ? SqlType.Real : SqlType.Double, Memory, count);
        for (int group = firstGroup; group < firstGroup + count; group++)
        {
            long values = _counts.Items[group];
            double sum = _sums.Items[group];
            if (values == 0)
                builder.AppendNull();
            else if (isReal)
                ((FixedWidthBuilder<float>)builder).Append((float)sum);
            else
                ((FixedWidthBuilder<double>)builder).Append(isAverage ? sum / values : sum);
        }

        return builder.Build();
    }

    /// <inheritdoc/>
    protected override void AddFlat(ColumnVector argument, ReadOnlySpan<int> groups)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)argument).Values;
        Validity valid = argument.Validity;
        Span<double> sums = _sums.Items;
        Span<long> counts = _counts.Items;
        for (int row = 0; row < groups.Length; row++)
        {
            if (!valid[row])
                continue;
            sums[groups[row]] += double.CreateTruncating(values[row]);
            counts[groups[row]]++;
        }
    }

    /// <inheritdoc/>
    protected override void AddFlatToOne(ColumnVector argument, int rowCount, int group)
    {
        ReadOnlySpan<T> values = ((FixedWidthVector<T>)argument).Values;
        Validity valid = argument.Validity;
        double sum = 0;
        for (int row = 0; row < rowCount; row++)
            if (valid[row])
                sum += double.CreateTruncating(values[row]);
        _sums.Items[group] += sum;
        _counts.Items[group] += rowCount - valid.CountNulls(rowCount);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        _sums.Dispose();
        _counts.Dispose();
    }
}
