using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using QueryEngine.Functions.Aggregates;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Windows;
using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>All functions by name. Names are matched without regard to case. Thread-safe.</summary>
public sealed class FunctionCatalog
{
    private readonly FrozenDictionary<string, Lazy<ScalarOverload[]>> _scalars;
    private readonly FrozenDictionary<string, Lazy<AggregateOverload[]>> _aggregates;
    private readonly ConcurrentDictionary<(string, ValueList<SqlType>, SqlType), ScalarFunction> _boundScalars = new();
    private readonly ConcurrentDictionary<(SqlType, SqlType, bool), ScalarFunction> _boundCasts = new();
    private readonly Lazy<IReadOnlyList<FunctionDescription>> _descriptions;

    private FunctionCatalog(Assembly assembly)
    {
        // Overloads are made when their name is first asked for: most programs use few of the functions, and all of them wait for the first one.
        var scalars = new Dictionary<string, List<Func<IEnumerable<ScalarOverload>>>>();
        var aggregates = new Dictionary<string, List<Func<IEnumerable<AggregateOverload>>>>();
        foreach (FunctionIndex.Entry entry in FunctionIndex.Read(assembly).OrderBy(entry => entry.TypeName, StringComparer.Ordinal))
        {
            if (entry.IsAggregate)
                Add(aggregates, entry.Name, () => [(AggregateOverload)Activator.CreateInstance(TypeOf(entry))!]);
            else
                Add(scalars, entry.Name, () => OverloadsOf(TypeOf(entry), TypeOf(entry).GetCustomAttribute<ScalarFunctionAttribute>(inherit: false)!));
        }

        Type TypeOf(FunctionIndex.Entry entry) => assembly.GetType(entry.TypeName, throwOnError: true)!;

        _scalars = Freeze(scalars);
        _aggregates = Freeze(aggregates);
        _descriptions = new(() => Describe(assembly));
    }

    /// <summary>The functions that every engine has.</summary>
    public static FunctionCatalog BuiltIn { get; } = new(typeof(FunctionCatalog).Assembly);

    /// <summary>All functions but operators, by name, one entry a signature: SHOW FUNCTIONS.</summary>
    public IReadOnlyList<FunctionDescription> Functions => _descriptions.Value;

    /// <summary>Whether a scalar function has that name.</summary>
    public bool IsScalar(string name) => _scalars.ContainsKey(Normalize(name));

    /// <summary>Whether an aggregate function has that name.</summary>
    public bool IsAggregate(string name) => _aggregates.ContainsKey(Normalize(name));

    /// <summary>Whether a function that is a window function only has that name; aggregates are window functions too, with OVER.</summary>
    public bool IsWindow(string name) => WindowFunctions.Contains(Normalize(name));

    /// <summary>The signature that a call of a scalar function means.</summary>
    /// <exception cref="QueryException">FUNCTION_NOT_FOUND, with the signatures that there are.</exception>
    public FunctionResolution ResolveScalar(string name, IReadOnlyList<ArgumentType> arguments) =>
        TryResolveScalar(name, arguments) ?? throw NotFound(name, arguments, _scalars, overload => overload.Signature);

    /// <summary>As <see cref="ResolveScalar"/>, but null when no signature fits.</summary>
    public FunctionResolution? TryResolveScalar(string name, IReadOnlyList<ArgumentType> arguments)
    {
        name = Normalize(name);
        if (!_scalars.TryGetValue(name, out Lazy<ScalarOverload[]>? entry))
            return null;
        ScalarOverload[] overloads = entry.Value;

        // As in PostgreSQL, an untyped literal beside one other operand is first tried as of that operand's type.
        if (name[0] == '$' && arguments.Count == 2 && arguments[0].IsUntypedLiteral != arguments[1].IsUntypedLiteral)
        {
            SqlType other = arguments[arguments[0].IsUntypedLiteral ? 1 : 0].Type;
            if (other is not UnknownType && Best(name, overloads, [ArgumentType.Of(other), ArgumentType.Of(other)]) is { Cost: 0 } same)
                return same.Resolution;
        }

        return Best(name, overloads, arguments)?.Resolution;
    }

    /// <summary>The function for types that <see cref="ResolveScalar"/> gave.</summary>
    public ScalarFunction BindScalar(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
    {
        name = Normalize(name);
        return _boundScalars.GetOrAdd((name, parameterTypes, returnType), static (key, catalog) =>
        {
            (string function, ValueList<SqlType> types, SqlType result) = key;
            foreach (ScalarOverload overload in catalog._scalars.GetValueOrDefault(function)?.Value ?? [])
                if (overload.Bind(function, types, result) is { } bound)
                    return bound;
            throw catalog.NotFound(function, [.. types.Select(ArgumentType.Of)], catalog._scalars, overload => overload.Signature);
        }, this);
    }

    /// <summary>The signature that a call of an aggregate function means. <c>count(*)</c> is <c>count</c> without arguments.</summary>
    /// <exception cref="QueryException">FUNCTION_NOT_FOUND, with the signatures that there are.</exception>
    public FunctionResolution ResolveAggregate(string name, IReadOnlyList<ArgumentType> arguments)
    {
        name = Normalize(name);
        ValueList<SqlType> types = arguments.Select(argument => argument.IsUntypedLiteral ? SqlType.Varchar : argument.Type).ToValueList();
        foreach (AggregateOverload overload in _aggregates.GetValueOrDefault(name)?.Value ?? [])
            if (overload.Resolve(types) is { } parameters && overload.Bind(name, parameters) is { } function)
                return new FunctionResolution(name, parameters, function.ReturnType);
        throw NotFound(name, arguments, _aggregates, overload => overload.Signature);
    }

    /// <summary>The function for types that <see cref="ResolveAggregate"/> gave.</summary>
    public AggregateFunction BindAggregate(string name, ValueList<SqlType> parameterTypes)
    {
        name = Normalize(name);
        foreach (AggregateOverload overload in _aggregates.GetValueOrDefault(name)?.Value ?? [])
            if (overload.Bind(name, parameterTypes) is { } function)
                return function;
        throw NotFound(name, [.. parameterTypes.Select(ArgumentType.Of)], _aggregates, overload => overload.Signature);
    }

    /// <summary>The signature that a call of a window function means: a ranking or value function, or an aggregate.</summary>
    /// <exception cref="QueryException">FUNCTION_NOT_FOUND.</exception>
    public FunctionResolution ResolveWindow(string name, IReadOnlyList<ArgumentType> arguments)
    {
        name = Normalize(name);
        if (WindowFunctions.Contains(name))
            return WindowFunctions.Resolve(name, arguments)
                ?? throw new QueryException(
                    ErrorCode.UndefinedFunction, $"function {Call(name, arguments)} does not exist", $"There is {WindowFunctions.Signature(name)}.");
        return ResolveAggregate(name, arguments);
    }

    /// <summary>Whether CAST from one type to the other exists.</summary>
    public bool CanCast(SqlType from, SqlType to) => CastFunctions.Exists(from, to);

    /// <summary>CAST, or TRY_CAST, which gives NULL where CAST raises.</summary>
    /// <exception cref="QueryException">CANNOT_CAST.</exception>
    public ScalarFunction BindCast(SqlType from, SqlType to, bool isTry = false) =>
        _boundCasts.GetOrAdd((from, to, isTry), static key => CastFunctions.Bind(key.Item1, key.Item2, key.Item3));

    private static ScalarOverload.Match? Best(string name, ScalarOverload[] overloads, IReadOnlyList<ArgumentType> arguments)
    {
        ScalarOverload.Match? best = null;
        foreach (ScalarOverload overload in overloads)
        {
            if (overload.Resolve(name, arguments) is { } match && (best is null || match.Cost < best.Cost))
                best = match;
        }

        return best;
    }

    private QueryException NotFound<T>(
        string name, IReadOnlyList<ArgumentType> arguments, FrozenDictionary<string, Lazy<T[]>> functions, Func<T, string> signature)
    {
        string message = name[0] == '$' && arguments.Count is 1 or 2
            ? $"operator {OperatorText.Of(name)} does not exist for {string.Join(" and ", arguments.Select(argument => argument.Type))}"
            : $"function {Call(name, arguments)} does not exist";
        if (functions.TryGetValue(Normalize(name), out Lazy<T[]>? overloads))
            return new QueryException(
                ErrorCode.UndefinedFunction, message, $"There is {string.Join(", ", overloads.Value.Take(8).Select(one => name + signature(one)))}.");

        IEnumerable<string> names = _scalars.Keys.Concat(_aggregates.Keys).Concat(WindowFunctions.Names).Where(candidate => candidate[0] != '$');
        return new QueryException(ErrorCode.UndefinedFunction, message, Suggestion.DidYouMean(Normalize(name), names));
    }

    private static string Call(string name, IReadOnlyList<ArgumentType> arguments) =>
        $"{name}({string.Join(", ", arguments.Select(argument => argument.Type))})";

    private List<FunctionDescription> Describe(Assembly assembly)
    {
        var descriptions = new List<FunctionDescription>();
        foreach (Type type in assembly.GetTypes())
        {
            if (type.GetCustomAttribute<ScalarFunctionAttribute>() is { } scalar && scalar.Name[0] != '$')
            {
                ScalarOverload[] overloads = [.. OverloadsOf(type, scalar)];
                foreach (string name in (string[])[scalar.Name, .. scalar.Aliases])
                    descriptions.AddRange(overloads.Select(overload => new FunctionDescription(
                        name, FunctionKind.Scalar, name + overload.Signature, scalar.Description)
                    { IsDeterministic = !scalar.IsVolatile }));
            }

            if (type.GetCustomAttribute<AggregateFunctionAttribute>() is { } aggregate && aggregate.Name[0] != '$')
                foreach (string name in (string[])[aggregate.Name, .. aggregate.Aliases])
                    descriptions.Add(new(name, FunctionKind.Aggregate, name + ((AggregateOverload)Activator.CreateInstance(type)!).Signature, aggregate.Description));
        }

        descriptions.AddRange(WindowFunctions.Names.Select(name =>
            new FunctionDescription(name, FunctionKind.Window, WindowFunctions.Signature(name), WindowFunctions.Description(name))));
        return [.. descriptions.OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Signature, StringComparer.Ordinal)];
    }

    internal static IEnumerable<ScalarOverload> OverloadsOf(Type type, ScalarFunctionAttribute attribute) =>
        type.IsValueType ? StructOverloads.Of(type, attribute) : [(ScalarOverload)Activator.CreateInstance(type)!];

    private static void Add<T>(Dictionary<string, List<T>> functions, string name, T overloads)
    {
        if (!functions.TryGetValue(name, out List<T>? list))
            functions[name] = list = [];
        list.Add(overloads);
    }

    private static FrozenDictionary<string, Lazy<T[]>> Freeze<T>(Dictionary<string, List<Func<IEnumerable<T>>>> functions) =>
        functions.ToFrozenDictionary(entry => entry.Key, entry => new Lazy<T[]>(() => [.. entry.Value.SelectMany(make => make())]));

    private static string Normalize(string name) => name.ToLowerInvariant();
}
