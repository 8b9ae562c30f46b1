using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

[AggregateFunction("tdigest_agg", "A tdigest of the values, perhaps with weights and with about how many centroids to keep.")]
internal sealed class TDigestAggregate() : SketchAggregate("(double [, double [, double]]) -> tdigest", SqlType.TDigest, 1, SqlType.Double, SqlType.Double, SqlType.Double)
{
    protected override Accumulator Create(FunctionContext context) => new TDigestAccumulator(context);
}

[AggregateFunction("merge", "The tdigest of the values of all.")]
internal sealed class MergeTDigestAggregate() : SketchAggregate("(tdigest) -> tdigest", SqlType.TDigest, 1, SqlType.TDigest)
{
    protected override Accumulator Create(FunctionContext context) => new MergeAccumulator<TDigest>(context, SqlType.TDigest);
}

/// <summary>Collects numbers with weights.</summary>
internal sealed class TDigestAccumulator(FunctionContext context) : SketchAccumulator<TDigest>(context, SqlType.TDigest)
{
    /// <inheritdoc/>
    protected override TDigest Create(ReadOnlySpan<ColumnVector> arguments, int row)
    {
        if (arguments.Length < 3)
            return new TDigest(TDigest.DefaultCompression);
        double compression = Sketches.Number(arguments[2], row, "the compression");
        return compression is >= 10 and <= 1000
            ? new TDigest(compression)
            : throw new QueryException(ErrorCode.InvalidParameterValue, $"a compression of {compression} is not between 10 and 1000");
    }

    /// <inheritdoc/>
    protected override void Add(TDigest sketch, ReadOnlySpan<ColumnVector> arguments, int row) =>
        sketch.Add(Sketches.Number(arguments[0], row, "the value"), arguments.Length > 1 ? Sketches.Number(arguments[1], row, "the weight") : 1);

    /// <inheritdoc/>
    protected override void Finish(TDigest? sketch, VectorBuilder builder) => Sketches.Append(sketch, builder);
}

[ScalarFunction("value_at_quantile", "The value at a fraction (0 to 1) of a tdigest's weight; NULL of an empty one.", Signature = "tdigest; double -> double")]
internal readonly struct ValueAtQuantileFunction : IFunction<Utf8, double, double?>
{
    public static double? Invoke(Utf8 first, double second) => TDigest.Read(first.Bytes).ValueAt(second);
}

[ScalarFunction("quantile_at_value", "The fraction (0 to 1) of a tdigest's weight that is not above a value; NULL of an empty one.", Signature = "tdigest; double -> double")]
internal readonly struct QuantileAtValueFunction : IFunction<Utf8, double, double?>
{
    public static double? Invoke(Utf8 first, double second) => TDigest.Read(first.Bytes).FractionAt(second);
}

[ScalarFunction("scale_tdigest", "A tdigest with all its weights multiplied by a number above zero.", Signature = "tdigest; double -> tdigest")]
internal readonly struct ScaleTDigestFunction : IFunction<Utf8, double, TextOutput, Text>
{
    public static Text Invoke(Utf8 first, double second, TextOutput third) => second > 0
        ? third.Write(TDigest.Read(first.Bytes).Scaled(second).Write())
        : throw new QueryException(ErrorCode.InvalidParameterValue, $"the factor {second} is not above zero");
}

[ScalarFunction("values_at_quantiles", "The values at fractions (0 to 1) of a tdigest's weight.")]
internal sealed class ValuesAtQuantilesOverload() : RowOverload("tdigest, array(double) -> array(double)")
{
    protected internal override void Invoke(in RowCall call)
    {
        TDigest digest = TDigest.Read(call.Bytes(0));
        var builder = (ArrayBuilder)call.Result;
        foreach (double? fraction in Percentiles.Of(call[1], call.Row))
            builder.Elements.AppendBoxed(fraction is { } known ? digest.ValueAt(known) : null);
        builder.EndRow();
    }
}
