namespace QueryEngine.Functions.Catalog;

/// <summary>
/// Makes a type a scalar function, found by the catalog without being listed anywhere: a struct that implements one of the
/// <c>IFunction</c> interfaces, or a <see cref="ScalarOverload"/>. Several types with one name are its overloads.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class ScalarFunctionAttribute(string name, string description) : Attribute
{
    /// <summary>The name in SQL, in lower case; <c>$</c> begins the name of an operator.</summary>
    public string Name => name;

    /// <summary>What it computes, in one sentence.</summary>
    public string Description => description;

    /// <summary>Other names for the same.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>The signature where the CLR types do not tell it: <c>json; varchar -> json</c>; several with <c>|</c> between them.</summary>
    public string? Signature { get; init; }

    /// <summary>Whether equal arguments may give different results in one query.</summary>
    public bool IsVolatile { get; init; }
}

/// <summary>The closed types that an open generic function is made for.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class ForTypesAttribute(params Type[] types) : Attribute
{
    /// <summary>The type arguments, one function each.</summary>
    public Type[] Types => types;
}

/// <summary>Makes a class an aggregate function.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class AggregateFunctionAttribute(string name, string description) : Attribute
{
    /// <summary>The name in SQL, in lower case.</summary>
    public string Name => name;

    /// <summary>What it computes, in one sentence.</summary>
    public string Description => description;

    /// <summary>Other names for the same.</summary>
    public string[] Aliases { get; init; } = [];
}

/// <summary>A call and the text of its result, run by the tests.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true)]
internal sealed class ExampleAttribute(string call, string result) : Attribute
{
    /// <summary>The call, as SQL.</summary>
    public string Call => call;

    /// <summary>The result as text; NULL, or an error's SQLSTATE after <c>error</c>.</summary>
    public string Result => result;
}
