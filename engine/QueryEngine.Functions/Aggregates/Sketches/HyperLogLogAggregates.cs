using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

[AggregateFunction("approx_distinct", "About how many different values there are; the standard error is 1.6% or the second argument.", Aliases = ["approx_count_distinct"])]
internal sealed class DistinctCountAggregate() : SketchAggregate("(T [, double]) -> bigint", SqlType.BigInt, 1, null, SqlType.Double)
{
    protected override bool IsIdempotent => true;

    protected override Accumulator Create(FunctionContext context) => new HyperLogLogAccumulator(context, SqlType.BigInt);
}

[AggregateFunction("approx_set", "A hyperloglog of the values; the standard error is 1.6% or the second argument.")]
internal sealed class ApproximateSetAggregate() : SketchAggregate("(T [, double]) -> hyperloglog", SqlType.HyperLogLog, 1, null, SqlType.Double)
{
    protected override bool IsIdempotent => true;

    protected override Accumulator Create(FunctionContext context) => new HyperLogLogAccumulator(context, SqlType.HyperLogLog);
}

[AggregateFunction("merge", "The hyperloglog of the values of all.")]
internal sealed class MergeHyperLogLogAggregate() : SketchAggregate("(hyperloglog) -> hyperloglog", SqlType.HyperLogLog, 1, SqlType.HyperLogLog)
{
    protected override bool IsIdempotent => true;

    protected override Accumulator Create(FunctionContext context) => new MergeAccumulator<HyperLogLog>(context, SqlType.HyperLogLog);
}

/// <summary>Counts different values of any type.</summary>
internal sealed class HyperLogLogAccumulator(FunctionContext context, SqlType result) : SketchAccumulator<HyperLogLog>(context, result)
{
    private ulong[] _hashes = [];

    /// <inheritdoc/>
    protected override void Begin(ReadOnlySpan<ColumnVector> arguments, int rowCount)
    {
        if (_hashes.Length < rowCount)
            _hashes = new ulong[rowCount];
        RowHash.Hash(arguments[..1], _hashes.AsSpan(0, rowCount));
    }

    /// <inheritdoc/>
    protected override HyperLogLog Create(ReadOnlySpan<ColumnVector> arguments, int row) =>
        new(arguments.Length == 1 ? HyperLogLog.DefaultBits : HyperLogLog.BitsOf(Sketches.Number(arguments[1], row, "the standard error")));

    /// <inheritdoc/>
    protected override void Add(HyperLogLog sketch, ReadOnlySpan<ColumnVector> arguments, int row) => sketch.Add(_hashes[row]);

    /// <inheritdoc/>
    protected override void Finish(HyperLogLog? sketch, VectorBuilder builder)
    {
        if (builder is FixedWidthBuilder<long> numbers)
            numbers.Append(sketch?.Cardinality() ?? 0);
        else
            Sketches.Append(sketch, builder);
    }
}

[ScalarFunction("cardinality", "About how many different values a hyperloglog has seen.", Signature = "hyperloglog -> bigint")]
[Example("cardinality(empty_approx_set())", "0")]
internal readonly struct SketchCardinalityFunction : IFunction<Utf8, long>
{
    public static long Invoke(Utf8 first) => HyperLogLog.Read(first.Bytes).Cardinality();
}

[ScalarFunction("empty_approx_set", "A hyperloglog of no values.", Signature = "-> hyperloglog")]
internal readonly struct EmptyApproximateSetFunction : IFunction<TextOutput, Text>
{
    public static Text Invoke(TextOutput first) => first.Write(new HyperLogLog(HyperLogLog.DefaultBits).Write());
}

[ScalarFunction("empty_approx_set", "A hyperloglog of no values with a standard error.", Signature = "double -> hyperloglog")]
[Example("cardinality(empty_approx_set(0.1))", "0")]
[Example("cardinality(empty_approx_set(0.9))", "error 22023")]
internal readonly struct EmptyApproximateSetWithErrorFunction : IFunction<double, TextOutput, Text>
{
    public static Text Invoke(double first, TextOutput second) => second.Write(new HyperLogLog(HyperLogLog.BitsOf(first)).Write());
}
