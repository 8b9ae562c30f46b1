using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>A type with variables: <c>T</c>, <c>array(T)</c>, <c>map(K, V)</c>, <c>lambda(T, T -> U)</c>, or any concrete type.</summary>
internal abstract record TypePattern
{
    /// <summary>A type variable: one capital letter.</summary>
    public sealed record Variable(char Name) : TypePattern;

    /// <summary>A type without variables.</summary>
    public sealed record Concrete(SqlType Type) : TypePattern;

    /// <summary>An array of a pattern.</summary>
    public sealed record ArrayOf(TypePattern Element) : TypePattern;

    /// <summary>A map of patterns.</summary>
    public sealed record MapOf(TypePattern Key, TypePattern Value) : TypePattern;

    /// <summary>A lambda.</summary>
    public sealed record LambdaOf(ValueList<TypePattern> Parameters, TypePattern Result) : TypePattern;

    /// <summary>Reads <c>parameters -> result</c>; the separator of parameters is a comma at the outermost level.</summary>
    public static (ValueList<TypePattern> Parameters, TypePattern Result) ParseSignature(string text)
    {
        int arrow = text.LastIndexOf("->", StringComparison.Ordinal);
        return (SplitOutermost(text[..arrow]).Select(Parse).ToValueList(), Parse(text[(arrow + 2)..].Trim()));
    }

    /// <summary>The type of the pattern with its variables replaced; null when some have no type yet.</summary>
    public SqlType? Substitute(IReadOnlyDictionary<char, SqlType> types) => this switch
    {
        Variable variable => types.GetValueOrDefault(variable.Name),
        Concrete concrete => concrete.Type,
        ArrayOf array => array.Element.Substitute(types) is { } element ? SqlType.Array(element) : null,
        MapOf map => map.Key.Substitute(types) is { } key && map.Value.Substitute(types) is { } value ? SqlType.Map(key, value) : null,
        LambdaOf lambda => lambda.Result.Substitute(types),
        _ => null,
    };

    /// <summary>Learns the variables from an argument's type; false when the shapes differ or no common type exists.</summary>
    public bool Unify(SqlType type, Dictionary<char, SqlType> types)
    {
        if (type is UnknownType)
            return true;
        switch (this)
        {
            case Variable variable:
                SqlType? common = types.TryGetValue(variable.Name, out SqlType? known) ? Coercion.CommonType(known, type) : type;
                if (common is null)
                    return false;
                types[variable.Name] = common;
                return true;
            case ArrayOf array:
                if (type is not ArrayType arrayType)
                    return false;
                if (arrayType.Element is UnknownType && array.Element is Variable unknown)
                    types.TryAdd(unknown.Name, SqlType.Unknown);
                return array.Element.Unify(arrayType.Element, types);
            case MapOf map:
                return type is MapType mapType && map.Key.Unify(mapType.Key, types) && map.Value.Unify(mapType.Value, types);
            default:
                return true;
        }
    }

    private static TypePattern Parse(string text)
    {
        text = text.Trim();
        if (text.Length == 1 && char.IsAsciiLetterUpper(text[0]))
            return new Variable(text[0]);
        if (text.StartsWith("array(", StringComparison.Ordinal))
            return new ArrayOf(Parse(text[6..^1]));
        if (text.StartsWith("map(", StringComparison.Ordinal) && SplitOutermost(text[4..^1]).ToArray() is [var key, var value])
            return new MapOf(Parse(key), Parse(value));
        if (text.StartsWith("lambda(", StringComparison.Ordinal))
        {
            (ValueList<TypePattern> parameters, TypePattern result) = ParseSignature(text[7..^1]);
            return new LambdaOf(parameters, result);
        }

        return new Concrete(SqlTypeParser.Parse(text));
    }

    private static IEnumerable<string> SplitOutermost(string text)
    {
        int depth = 0, start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[at] == ',' && depth == 0)
            {
                yield return text[start..at].Trim();
                start = at + 1;
            }
        }

        if (text[start..].Trim().Length > 0)
            yield return text[start..].Trim();
    }
}

/// <summary>A family of signatures given by a pattern.</summary>
internal abstract class PatternOverload(string signature) : ScalarOverload
{
    private readonly ValueList<TypePattern> _parameters = TypePattern.ParseSignature(signature).Parameters;
    private readonly TypePattern _result = TypePattern.ParseSignature(signature).Result;

    /// <inheritdoc/>
    public override string Signature
    {
        get
        {
            int arrow = signature.LastIndexOf("->", StringComparison.Ordinal);
            return $"({signature[..arrow].Trim()}) -> {signature[(arrow + 2)..].Trim()}";
        }
    }

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != _parameters.Count)
            return null;

        var types = new Dictionary<char, SqlType>();
        for (int at = 0; at < arguments.Count; at++)
        {
            if ((_parameters[at] is TypePattern.LambdaOf) != (arguments[at].LambdaArity is not null))
                return null;
            if (arguments[at].LambdaArity is null && !arguments[at].IsUntypedLiteral && !_parameters[at].Unify(arguments[at].Type, types))
                return null;
        }

        // What only untyped literals or NULLs stand for is text.
        foreach (TypePattern.Variable variable in _parameters.OfType<TypePattern.Variable>())
            types.TryAdd(variable.Name, SqlType.Varchar);
        return ResolveLambdas(arguments, types) is { } lambdaTypes ? Build(name, arguments, types, lambdaTypes) : null;
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    {
        if (parameterTypes.Count != _parameters.Count)
            return null;

        var types = new Dictionary<char, SqlType>();
        for (int at = 0; at < _parameters.Count; at++)
            if (!(_parameters[at] is TypePattern.LambdaOf lambda ? lambda.Result : _parameters[at]).Unify(parameterTypes[at], types))
                return null;
        for (int at = 0; at < _parameters.Count; at++)
            if (_parameters[at] is not TypePattern.LambdaOf && _parameters[at].Substitute(types) is { } type && type != parameterTypes[at])
                return null;
        return _result.Substitute(types) is { } result && result != returnType ? null : Create(name, parameterTypes, returnType);
    }

    /// <summary>The function for types that fit the pattern.</summary>
    protected abstract ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType);

    private ValueList<SqlType>?[]? ResolveLambdas(IReadOnlyList<ArgumentType> arguments, Dictionary<char, SqlType> types)
    {
        var lambdaTypes = new ValueList<SqlType>?[arguments.Count];
        for (int at = 0; at < arguments.Count; at++)
        {
            if (_parameters[at] is not TypePattern.LambdaOf lambda)
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

    private Match? Build(string name, IReadOnlyList<ArgumentType> arguments, Dictionary<char, SqlType> types, ValueList<SqlType>?[] lambdaTypes)
    {
        var parameters = new SqlType[arguments.Count];
        int cost = 2;
        for (int at = 0; at < parameters.Length; at++)
        {
            if (_parameters[at].Substitute(types) is not { } type)
                return null;
            parameters[at] = type;
            int one = arguments[at].LambdaArity is not null ? 0 : CostOf(arguments[at], type);
            if (one < 0)
                return null;
            cost += one;
        }

        if (_result.Substitute(types) is not { } result)
            return null;
        bool hasLambdas = Array.Exists(lambdaTypes, lambda => lambda is not null);
        return new Match(
            new FunctionResolution(name, parameters.ToValueList(), result)
            {
                LambdaParameterTypes = hasLambdas ? lambdaTypes.ToValueList() : [],
            },
            cost);
    }
}
