using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>One signature, or a family of signatures, behind a function's name.</summary>
internal abstract class ScalarOverload
{
    /// <summary>The signature for people.</summary>
    public abstract string Signature { get; }

    /// <summary>The signature that these arguments fit and how far they are from it (0: exactly), or null.</summary>
    public abstract Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments);

    /// <summary>The function for types that <see cref="Resolve"/> gave, or null when they are not this overload's.</summary>
    public abstract ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType);

    /// <summary>A match at a distance.</summary>
    internal sealed record Match(FunctionResolution Resolution, int Cost);

    /// <summary>How far an argument is from a parameter; -1 when it does not fit.</summary>
    protected static int CostOf(ArgumentType argument, SqlType parameter)
    {
        if (argument.LambdaArity is not null)
            return -1;
        if (argument.IsUntypedLiteral)
            return parameter is VarcharType ? 1 : parameter is FloatType ? 3 : parameter is BooleanType ? 5 : 4;
        return Coercion.Cost(argument.Type, parameter);
    }

    /// <summary>A match when every argument fits its parameter.</summary>
    protected static Match? Fit(string name, IReadOnlyList<ArgumentType> arguments, ValueList<SqlType> parameters, SqlType returnType)
    {
        if (arguments.Count != parameters.Count)
            return null;

        int cost = 0;
        for (int at = 0; at < parameters.Count; at++)
        {
            int one = CostOf(arguments[at], parameters[at]);
            if (one < 0)
                return null;
            cost += one;
        }

        return new Match(new FunctionResolution(name, parameters, returnType), cost);
    }
}

/// <summary>A single signature.</summary>
internal sealed class FixedOverload(
    ValueList<SqlType> parameters, SqlType returnType, Func<string, ValueList<SqlType>, SqlType, ScalarFunction> create) : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => $"({string.Join(", ", parameters)}) -> {returnType}";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments) => Fit(name, arguments, parameters, returnType);

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType boundType) =>
        parameterTypes == parameters && boundType == returnType ? create(name, parameters, returnType) : null;
}
