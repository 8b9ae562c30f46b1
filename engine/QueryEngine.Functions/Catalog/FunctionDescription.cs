namespace QueryEngine.Functions;

/// <summary>What kind of function a name is.</summary>
public enum FunctionKind
{
    Scalar,
    Aggregate,
    Window,
}

/// <summary>A function as SHOW FUNCTIONS lists it.</summary>
public sealed record FunctionDescription(string Name, FunctionKind Kind, string Signature, string Description)
{
    /// <summary>Whether equal arguments give equal results within one query.</summary>
    public bool IsDeterministic { get; init; } = true;
}
