using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Aggregates.Sketches;

/// <summary>An aggregate that keeps a sketch a group. Its last arguments may be left out.</summary>
internal abstract class SketchAggregate(string signature, SqlType result, int leastCount, params SqlType?[] parameters) : AggregateOverload
{
    /// <inheritdoc/>
    public override string Signature => signature;

    /// <summary>Whether DISTINCT changes nothing.</summary>
    protected virtual bool IsIdempotent => false;

    /// <inheritdoc/>
    public override ValueList<SqlType>? Resolve(ValueList<SqlType> types)
    {
        if (types.Count < leastCount || types.Count > parameters.Length)
            return null;
        var resolved = new SqlType[types.Count];
        for (int at = 0; at < resolved.Length; at++)
        {
            resolved[at] = parameters[at] ?? types[at];
            if (Coercion.Cost(types[at], resolved[at]) < 0)
                return null;
        }

        return resolved.ToValueList();
    }

    /// <inheritdoc/>
    public override AggregateFunction? Bind(string name, ValueList<SqlType> types) => Resolve(types) is { } resolved && resolved == types
        ? new SimpleAggregate(name, types, result, [SqlType.Varbinary], Create) { Idempotent = IsIdempotent }
        : null;

    /// <summary>Makes the states.</summary>
    protected abstract Accumulator Create(FunctionContext context);
}

/// <summary>Sketches as values.</summary>
internal static class Sketches
{
    /// <summary>Appends a sketch, or NULL.</summary>
    public static void Append<TSketch>(TSketch? sketch, VectorBuilder builder)
        where TSketch : class, ISketch<TSketch>
    {
        if (sketch is null)
            builder.AppendNull();
        else
            ((BytesBuilder)builder).Append(sketch.Write());
    }

    /// <summary>A number among the arguments of a row.</summary>
    /// <exception cref="QueryException">NULL_VALUE_NOT_ALLOWED.</exception>
    public static double Number(ColumnVector argument, int row, string what) => argument.IsNull(row)
        ? throw new QueryException(ErrorCode.NullNotAllowed, $"{what} is NULL")
        : ((FixedWidthVector<double>)argument).Values[row];
}
