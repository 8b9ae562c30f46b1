using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates;

/// <summary>An aggregate that collects the values of its groups.</summary>
internal abstract class CollectingAggregate(string signature, bool skipsNulls = true, bool isOrderSensitive = false) : AggregateOverload
{
    private readonly ValueList<TypePattern> _parameters = TypePattern.ParseSignature(signature).Parameters;
    private readonly TypePattern _result = TypePattern.ParseSignature(signature).Result;

    /// <inheritdoc/>
    public override string Signature => $"({signature.Replace(" ->", ") ->", StringComparison.Ordinal)}";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types)
    {
        if (types.Count != _parameters.Count)
            return null;
        var variables = new Dictionary<char, SqlType>();
        for (int at = 0; at < types.Count; at++)
        {
            if (!_parameters[at].Unify(types[at], variables))
                return null;
            if (_parameters[at] is TypePattern.Variable variable)
                variables.TryAdd(variable.Name, SqlType.Varchar);
        }

        SqlType?[] parameters = [.. _parameters.Select(parameter => parameter.Substitute(variables))];
        for (int at = 0; at < types.Count; at++)
            if (parameters[at] is not { } type || Coercion.Cost(types[at], type) < 0)
                return null;
        return parameters.OfType<SqlType>().ToValueList();
    }

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types)
    {
        if (Resolve(types) is not { } parameters || parameters != types)
            return null;
        var variables = new Dictionary<char, SqlType>();
        for (int at = 0; at < types.Count; at++)
            _parameters[at].Unify(types[at], variables);
        SqlType result = _result.Substitute(variables) ?? SqlType.Unknown;
        return new SimpleAggregate(
            name, types, result, types.Select(type => (SqlType)SqlType.Array(type)).ToValueList(),
            context => new CollectingAccumulator(context, types, result, skipsNulls, Finish))
        { OrderSensitive = isOrderSensitive };
    }

    /// <inheritdoc cref="GroupFinisher"/>
    protected abstract void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context);

    /// <summary>Rows in the order of a column.</summary>
    protected static int[] Sorted(ColumnVector column, ReadOnlySpan<int> rows)
    {
        int[] sorted = rows.ToArray();
        Array.Sort(sorted, (left, right) => RowComparer.Compare(column, left, column, right));
        return sorted;
    }
}

[AggregateFunction("array_agg", "The array of all values, NULLs too; NULL of no rows.", Aliases = ["list"])]
internal sealed class ArrayAggregate() : CollectingAggregate("T -> array(T)", skipsNulls: false, isOrderSensitive: true)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        var builder = (ArrayBuilder)result;
        foreach (int row in rows)
            builder.Elements.AppendFrom(columns[0], row);
        builder.EndRow();
    }
}

[AggregateFunction("string_agg", "The texts, one after the other, with a separator between them.", Aliases = ["listagg", "group_concat"])]
internal sealed class StringAggregate() : CollectingAggregate("varchar, varchar -> varchar", isOrderSensitive: true)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        Join(columns[0], columns[1], rows, (BytesBuilder)result);

    /// <summary>Appends the texts with separators; the first row's separator is not used.</summary>
    public static void Join(ColumnVector texts, ColumnVector? separators, ReadOnlySpan<int> rows, BytesBuilder result)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        for (int at = 0; at < rows.Length; at++)
        {
            if (at > 0 && separators is not null && !separators.IsNull(rows[at]))
                System.Buffers.BuffersExtensions.Write(buffer, new BytesReader(separators)[rows[at]]);
            System.Buffers.BuffersExtensions.Write(buffer, new BytesReader(texts)[rows[at]]);
        }

        result.Append(buffer.WrittenSpan);
    }
}

[AggregateFunction("listagg", "The texts, one after the other.", Aliases = ["group_concat"])]
internal sealed class PlainStringAggregate() : CollectingAggregate("varchar -> varchar", isOrderSensitive: true)
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        StringAggregate.Join(columns[0], null, rows, (BytesBuilder)result);
}

[AggregateFunction("percentile_cont", "The value at a fraction (0 to 1) of the ordered values, between two of them if need be.", Aliases = ["quantile_cont"])]
internal sealed class PercentileContAggregate() : CollectingAggregate("double, double -> double")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        if (columns[1].GetValue(rows[0]) is double fraction)
            ((FixedWidthBuilder<double>)result).Append(Interpolate((FixedWidthVector<double>)columns[0], Sorted(columns[0], rows), fraction));
        else
            result.AppendNull();
    }

    /// <summary>The value at a fraction of sorted rows.</summary>
    public static double Interpolate(FixedWidthVector<double> values, ReadOnlySpan<int> sorted, double fraction)
    {
        Percentiles.Check(fraction);
        double at = fraction * (sorted.Length - 1);
        int below = (int)Math.Floor(at), above = (int)Math.Ceiling(at);
        double low = values.Values[sorted[below]], high = values.Values[sorted[above]];
        return low == high ? low : low + ((high - low) * (at - below));
    }
}

[AggregateFunction("median", "The middle one of the ordered values, or the mean of the middle two.")]
internal sealed class MedianAggregate() : CollectingAggregate("double -> double")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context) =>
        ((FixedWidthBuilder<double>)result).Append(PercentileContAggregate.Interpolate((FixedWidthVector<double>)columns[0], Sorted(columns[0], rows), 0.5));
}

[AggregateFunction("percentile_disc", "The first of the ordered values at which a fraction (0 to 1) of them is reached.", Aliases = ["quantile_disc", "quantile"])]
internal sealed class PercentileDiscAggregate() : CollectingAggregate("T, double -> T")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        if (columns[1].GetValue(rows[0]) is not double fraction)
        {
            result.AppendNull();
            return;
        }

        result.AppendFrom(columns[0], Sorted(columns[0], rows)[Percentiles.Place(fraction, rows.Length)]);
    }
}

[AggregateFunction("mode", "The most frequent value; the least of several.")]
internal sealed class ModeAggregate() : CollectingAggregate("T -> T")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        int[] sorted = Sorted(columns[0], rows);
        int best = 0, bestCount = 0;
        for (int start = 0, at = 1; at <= sorted.Length; at++)
        {
            if (at < sorted.Length && RowComparer.Equal(columns[0], sorted[at], columns[0], sorted[start]))
                continue;
            if (at - start > bestCount)
                (best, bestCount) = (sorted[start], at - start);
            start = at;
        }

        result.AppendFrom(columns[0], best);
    }
}

[AggregateFunction("histogram", "A map of each value to the number of its occurrences.")]
internal sealed class HistogramAggregate() : CollectingAggregate("T -> map(T, bigint)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        int[] sorted = Sorted(columns[0], rows);
        var builder = (MapBuilder)result;
        for (int start = 0, at = 1; at <= sorted.Length; at++)
        {
            if (at < sorted.Length && RowComparer.Equal(columns[0], sorted[at], columns[0], sorted[start]))
                continue;
            builder.Keys.AppendFrom(columns[0], sorted[start]);
            ((FixedWidthBuilder<long>)builder.Values).Append(at - start);
            start = at;
        }

        builder.EndRow();
    }
}

[AggregateFunction("map_agg", "A map of keys to values; of equal keys the first one counts.")]
internal sealed class MapAggregate() : CollectingAggregate("K, V -> map(K, V)")
{
    protected override void Finish(ReadOnlySpan<ColumnVector> columns, ReadOnlySpan<int> rows, VectorBuilder result, FunctionContext context)
    {
        var builder = (MapBuilder)result;
        for (int at = 0; at < rows.Length; at++)
        {
            bool isRepeated = false;
            for (int before = 0; before < at && !isRepeated; before++)
                isRepeated = RowComparer.Equal(columns[0], rows[at], columns[0], rows[before]);
            if (isRepeated)
                continue;
            builder.Keys.AppendFrom(columns[0], rows[at]);
            builder.Values.AppendFrom(columns[1], rows[at]);
        }

        builder.EndRow();
    }
}

/// <summary>Fractions.</summary>
internal static class Percentiles
{
    /// <summary>The fractions in an array.</summary>
    public static double?[] Of(ColumnVector arrays, int row) =>
        arrays.GetValue(row) is ValueList<object?> fractions ? [.. fractions.Select(fraction => (double?)fraction)] : [];

    /// <summary>The place of a fraction among sorted values.</summary>
    public static int Place(double fraction, int count)
    {
        Check(fraction);
        return Math.Max(0, (int)Math.Ceiling(fraction * count) - 1);
    }

    /// <summary>Refuses what is no fraction.</summary>
    public static void Check(double fraction)
    {
        if (fraction is not (>= 0 and <= 1))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"percentile value {fraction} is not between 0 and 1");
    }
}
