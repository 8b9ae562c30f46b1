using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar;

/// <summary>A scalar function bound to argument types. Stateless and thread-safe.</summary>
public abstract class ScalarFunction
{
    /// <summary>The catalog name.</summary>
    public abstract string Name { get; }

    /// <summary>The types of the arguments, exactly.</summary>
    public abstract ValueList<SqlType> ParameterTypes { get; }

    /// <summary>The type of the result.</summary>
    public abstract SqlType ReturnType { get; }

    /// <summary>Whether equal arguments give equal results within one query.</summary>
    public virtual bool IsDeterministic => true;

    /// <summary>
    /// Computes one row for each row of the arguments, which may be of any encoding and all have <paramref name="rowCount"/> rows. The caller
    /// keeps its ownership of the arguments and owns the result, which may be of any encoding (and may share an argument, retained).
    /// A row that would raise while some argument of a strict function is null must not raise.
    /// </summary>
    public abstract ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context);
}

/// <summary>A function that takes lambdas (transform, filter, reduce). <see cref="ScalarFunction.Invoke"/> is not called on it.</summary>
public abstract class HigherOrderFunction : ScalarFunction
{
    /// <summary>
    /// As for other functions; <paramref name="lambdas"/> has one entry an argument, null where the argument is a vector.
    /// </summary>
    public abstract ColumnVector Invoke(
        ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, FunctionContext context);

    /// <inheritdoc/>
    public sealed override ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context) =>
        throw new InvalidOperationException($"{Name} takes lambdas");
}

/// <summary>A lambda at run time.</summary>
public interface ILambda
{
    /// <summary>
    /// The body for each element. <paramref name="outerRows"/> gives, for each element, the row of the enclosing batch whose columns the body
    /// may capture. The caller keeps its ownership of the parameters and owns the result.
    /// </summary>
    ColumnVector Invoke(ReadOnlySpan<ColumnVector> parameters, ReadOnlySpan<int> outerRows);
}
