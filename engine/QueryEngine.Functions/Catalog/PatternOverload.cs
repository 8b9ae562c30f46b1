using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>
/// Families of signatures given by patterns: <c>array(T), T -> bigint</c>, several with <c>|</c> between them. A last parameter with <c>...</c>
/// stands for any number of arguments, also none.
/// </summary>
internal abstract class PatternOverload : ScalarOverload
{
    private readonly Pattern[] _patterns;
    private readonly string _signature;

    /// <summary>Reads the patterns.</summary>
    protected PatternOverload(string signature)
    {
        _signature = signature;
        _patterns = [.. signature.Split('|', StringSplitOptions.TrimEntries).Select(Pattern.Parse)];
    }

    /// <inheritdoc/>
    public override string Signature => string.Join("; ", _signature.Split('|', StringSplitOptions.TrimEntries).Select(Show));

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        Match? best = null;
        foreach (Pattern pattern in _patterns)
            if (pattern.Resolve(name, arguments) is { } match && (best is null || match.Cost < best.Cost))
                best = match;
        return best;
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        Array.Exists(_patterns, pattern => pattern.Fits(parameterTypes, returnType)) ? Create(name, parameterTypes, returnType) : null;

    /// <summary>The function for types that fit the pattern.</summary>
    protected abstract ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType);

    private static string Show(string signature)
    {
        int arrow = signature.LastIndexOf("->", StringComparison.Ordinal);
        return $"({signature[..arrow].Trim()}) -> {signature[(arrow + 2)..].Trim()}";
    }

    private sealed class Pattern(ValueList<TypePattern> written, bool isVariadic, TypePattern result)
    {
        public static Pattern Parse(string signature)
        {
            int arrow = signature.LastIndexOf("->", StringComparison.Ordinal);
            bool isVariadic = signature[..arrow].TrimEnd().EndsWith("...", StringComparison.Ordinal);
            (ValueList<TypePattern> parameters, TypePattern result) = TypePattern.ParseSignature(signature.Replace("...", string.Empty, StringComparison.Ordinal));
            return new Pattern(parameters, isVariadic, result);
        }

        public Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
        {
            if (ParametersFor(arguments.Count) is not { } parameters)
                return null;

            var types = new Dictionary<char, SqlType>();
            for (int at = 0; at < arguments.Count; at++)
            {
                if ((parameters[at] is TypePattern.LambdaOf) != (arguments[at].LambdaArity is not null))
                    return null;
                if (arguments[at].LambdaArity is null && !arguments[at].IsUntypedLiteral && !parameters[at].Unify(arguments[at].Type, types))
                    return null;
            }

            // What only untyped literals or NULLs stand for is text.
            bool hasLambda = Array.Exists(parameters, parameter => parameter is TypePattern.LambdaOf);
            for (int at = 0; at < parameters.Length; at++)
                if (parameters[at] is TypePattern.Variable variable)
                    types.TryAdd(variable.Name, hasLambda && !arguments[at].IsUntypedLiteral ? SqlType.Unknown : SqlType.Varchar);

            // What is inside of NULL, of ARRAY[] and of MAP() has no type.
            foreach (char open in parameters.SelectMany(TypePattern.VariablesOf))
                types.TryAdd(open, SqlType.Unknown);
            return ResolveLambdas(parameters, arguments, types) is { } lambdaTypes ? Build(name, parameters, arguments, types, lambdaTypes) : null;
        }

        public bool Fits(ValueList<SqlType> parameterTypes, SqlType returnType)
        {
            if (ParametersFor(parameterTypes.Count) is not { } parameters)
                return false;

            var types = new Dictionary<char, SqlType>();
            for (int at = 0; at < parameters.Length; at++)
                if (!(parameters[at] is TypePattern.LambdaOf lambda ? lambda.Result : parameters[at]).Unify(parameterTypes[at], types))
                    return false;
            for (int at = 0; at < parameters.Length; at++)
                if (parameters[at] is not TypePattern.LambdaOf { Result: not TypePattern.Concrete } && parameters[at].Substitute(types) is { } type && type != parameterTypes[at])
                    return false;
            return result.Substitute(types) is not { } bound || bound == returnType;
        }

        private TypePattern[]? ParametersFor(int count)
        {
            if (!isVariadic)
                return count == written.Count ? [.. written] : null;
            return count < written.Count - 1 ? null : [.. written.Take(written.Count - 1), .. Enumerable.Repeat(written[^1], count - written.Count + 1)];
        }

        private static ValueList<SqlType>?[]? ResolveLambdas(
            TypePattern[] patterns, IReadOnlyList<ArgumentType> arguments, Dictionary<char, SqlType> types)
        {
            var lambdaTypes = new ValueList<SqlType>?[arguments.Count];
            for (int at = 0; at < arguments.Count; at++)
            {
                if (patterns[at] is not TypePattern.LambdaOf lambda)
                    continue;
                if (lambda.Parameters.Count != arguments[at].LambdaArity)
                    return null;
                SqlType?[] parameters = [.. lambda.Parameters.Select(parameter => parameter.Substitute(types))];
                if (Array.Exists(parameters, parameter => parameter is null))
                    return null;
                lambdaTypes[at] = parameters.OfType<SqlType>().ToValueList();
                if (!lambda.Result.Unify(arguments[at].LambdaType!(lambdaTypes[at]!.Value), types))
                    return null;
            }

            return lambdaTypes;
        }

        private Match? Build(
            string name, TypePattern[] patterns, IReadOnlyList<ArgumentType> arguments, Dictionary<char, SqlType> types, ValueList<SqlType>?[] lambdaTypes)
        {
            var parameters = new SqlType[arguments.Count];
            int cost = 2;
            for (int at = 0; at < parameters.Length; at++)
            {
                if (patterns[at] is TypePattern.Anything)
                {
                    parameters[at] = arguments[at].IsUntypedLiteral ? SqlType.Varchar : arguments[at].Type;
                    cost += 6;
                    continue;
                }

                if (patterns[at].Substitute(types) is not { } type)
                    return null;
                parameters[at] = type;
                int one = arguments[at].LambdaArity is not null ? 0 : CostOf(arguments[at], type);
                if (one < 0)
                    return null;
                cost += one;
            }

            if (result.Substitute(types) is not { } bound)
                return null;
            bool hasLambdas = Array.Exists(lambdaTypes, lambda => lambda is not null);
            return new Match(
                new FunctionResolution(name, parameters.ToValueList(), bound)
                {
                    LambdaParameterTypes = hasLambdas ? lambdaTypes.ToValueList() : [],
                },
                cost);
        }
    }
}
