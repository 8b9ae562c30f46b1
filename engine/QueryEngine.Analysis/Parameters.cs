using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>A value given for a parameter: boxed, and its type; <see cref="SqlType.Unknown"/> for text that takes the type its place wants.</summary>
public sealed record ParameterValue(object? Value, SqlType Type);

/// <summary>The values of <c>?</c> and <c>$n</c>, from 1, and of <c>:name</c>.</summary>
public sealed record Parameters
{
    /// <summary>No values.</summary>
    public static readonly Parameters None = new();

    /// <summary>By position.</summary>
    public IReadOnlyList<ParameterValue> Positional { get; init; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, ParameterValue> Named { get; init; } = new Dictionary<string, ParameterValue>();
}
