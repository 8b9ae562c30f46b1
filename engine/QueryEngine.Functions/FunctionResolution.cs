using QueryEngine.Spi;

namespace QueryEngine.Functions;

/// <summary>What analysis knows of an argument when it looks for a function.</summary>
public sealed record ArgumentType(SqlType Type)
{
    /// <summary>Whether it is an untyped text literal, which takes whatever type the function wants.</summary>
    public bool IsUntypedLiteral { get; init; }

    /// <summary>The number of parameters of a lambda; null when the argument is none. Its body's type is asked for through <see cref="LambdaType"/>.</summary>
    public int? LambdaArity { get; init; }

    /// <summary>Types the body of a lambda once its parameter types are known.</summary>
    public Func<ValueList<SqlType>, SqlType>? LambdaType { get; init; }

    /// <summary>An ordinary argument.</summary>
    public static ArgumentType Of(SqlType type) => new(type);
}

/// <summary>The signature that a call resolved to: cast the arguments to these types and the result has that one.</summary>
public sealed record FunctionResolution(string Name, ValueList<SqlType> ParameterTypes, SqlType ReturnType)
{
    /// <summary>For lambda arguments the types of their parameters; null for others. Empty when no argument is a lambda.</summary>
    public ValueList<ValueList<SqlType>?> LambdaParameterTypes { get; init; }
}
