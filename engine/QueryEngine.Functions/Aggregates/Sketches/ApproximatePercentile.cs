using System.Runtime.InteropServices;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

[AggregateFunction(
    "approx_percentile", "About the value at a fraction (0 to 1) of the values, or at several; weights may stand between the two. Exact while there are few values.",
    Aliases = ["approx_quantile", "approx_percentile_cont"])]
internal sealed class ApproximatePercentileAggregate : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T [, double], double or array(double)) -> T or array(T)";

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types)
    {
        if (types.Count is not (2 or 3) || !(types[0].IsNumeric || types[0] is UnknownType))
            return null;
        SqlType value = types[0].IsInteger ? SqlType.BigInt : types[0].Kind == TypeKind.Real ? SqlType.Real : SqlType.Double;
        SqlType fraction = types[^1] is ArrayType ? SqlType.Array(SqlType.Double) : SqlType.Double;
        if (Coercion.Cost(types[^1], fraction) < 0 || (types.Count == 3 && Coercion.Cost(types[1], SqlType.Double) < 0))
            return null;
        return types.Count == 2 ? [value, fraction] : [value, SqlType.Double, fraction];
    }

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types)
    {
        if (Resolve(types) is not { } resolved || resolved != types)
            return null;
        SqlType result = types[^1] is ArrayType ? SqlType.Array(types[0]) : types[0];
        return new SimpleAggregate(name, types, result, [SqlType.Varbinary], context => new ApproximatePercentileAccumulator(context, result));
    }
}

/// <summary>A tdigest and the fractions that are asked for. Written as their number, they, then the tdigest.</summary>
internal sealed class PercentileSketch(double?[] fractions, TDigest digest) : ISketch<PercentileSketch>
{
    /// <inheritdoc/>
    public long Bytes => digest.Bytes + (16 * fractions.Length);

    /// <summary>The values at the fractions; null at a null one.</summary>
    public IEnumerable<double?> Values => fractions.Select(fraction => fraction is { } known ? digest.ValueAt(known) : null);

    /// <inheritdoc/>
    public static PercentileSketch Read(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<double> numbers = MemoryMarshal.Cast<byte, double>(bytes);
        int count = (int)numbers[0];
        var fractions = new double?[count];
        for (int at = 0; at < count; at++)
            fractions[at] = double.IsNaN(numbers[1 + at]) ? null : numbers[1 + at];
        return new PercentileSketch(fractions, TDigest.Read(bytes[((1 + count) * sizeof(double))..]));
    }

    /// <inheritdoc/>
    public byte[] Write()
    {
        double[] head = [fractions.Length, .. fractions.Select(fraction => fraction ?? double.NaN)];
        return [.. MemoryMarshal.AsBytes<double>(head), .. digest.Write()];
    }

    /// <summary>Takes in a value.</summary>
    public void Add(double value, double weight) => digest.Add(value, weight);

    /// <inheritdoc/>
    public void Merge(PercentileSketch other) => digest.Merge(other.Digest);

    private TDigest Digest => digest;
}

/// <summary>Finds the values at fractions.</summary>
internal sealed class ApproximatePercentileAccumulator(FunctionContext context, SqlType result) : SketchAccumulator<PercentileSketch>(context, result)
{
    /// <inheritdoc/>
    protected override PercentileSketch Create(ReadOnlySpan<ColumnVector> arguments, int row)
    {
        ColumnVector last = arguments[^1];
        double?[] fractions = last.Type is ArrayType ? Percentiles.Of(last, row) : [(double?)last.GetValue(row)];
        foreach (double? fraction in fractions)
            Percentiles.Check(fraction ?? 0);
        return new PercentileSketch(fractions, new TDigest(TDigest.DefaultCompression));
    }

    /// <inheritdoc/>
    protected override void Add(PercentileSketch sketch, ReadOnlySpan<ColumnVector> arguments, int row)
    {
        double value = arguments[0] switch
        {
            FixedWidthVector<long> whole => whole.Values[row],
            FixedWidthVector<float> real => real.Values[row],
            ColumnVector number => ((FixedWidthVector<double>)number).Values[row],
        };
        if (arguments.Length == 2)
            sketch.Add(value, 1);
        else if (!arguments[1].IsNull(row))
            sketch.Add(value, ((FixedWidthVector<double>)arguments[1]).Values[row]);
    }

    /// <inheritdoc/>
    protected override void Finish(PercentileSketch? sketch, VectorBuilder builder)
    {
        if (sketch is null)
        {
            builder.AppendNull();
        }
        else if (builder is ArrayBuilder array)
        {
            foreach (double? value in sketch.Values)
                Append(value, array.Elements);
            array.EndRow();
        }
        else
        {
            Append(sketch.Values.Single(), builder);
        }
    }

    // 2^63 as a double is one beyond the greatest bigint.
    private static void Append(double? value, VectorBuilder builder) => builder.AppendBoxed(value is not { } known ? null : builder switch
    {
        FixedWidthBuilder<long> => known >= 9.2233720368547758E18 ? long.MaxValue : (long)Math.Round(known, MidpointRounding.AwayFromZero),
        FixedWidthBuilder<float> => (float)known,
        _ => (object)known,
    });
}
