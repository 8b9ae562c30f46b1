using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>A value given for a parameter: boxed, and its type; <see cref="SqlType.Unknown"/> for text that takes the type its place wants.</summary>
public sealed record ParameterValue(object? Value, SqlType Type);

/// <summary>The types that parameters without a value take where they stand.</summary>
internal sealed class ParameterTypes
{
    private readonly Dictionary<ConstantExpression, int> _places = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, SqlType> _types = [];

    /// <summary>The constant that stands for a parameter, known by its reference.</summary>
    public ConstantExpression Stand(int place)
    {
        var constant = new ConstantExpression(null, SqlType.Unknown);
        _places.Add(constant, place);
        return constant;
    }

    /// <summary>A constant is made to be of a type; the first one counts.</summary>
    public void Note(ConstantExpression constant, SqlType type)
    {
        if (type is not UnknownType && _places.TryGetValue(constant, out int place))
            _types.TryAdd(place, type);
    }

    /// <summary>The type of a parameter; null when nothing tells it.</summary>
    public SqlType? Find(int place) => _types.GetValueOrDefault(place);
}

/// <summary>The values of <c>?</c> and <c>$n</c>, from 1, and of <c>:name</c>.</summary>
public sealed record Parameters
{
    /// <summary>No values.</summary>
    public static readonly Parameters None = new();

    /// <summary>By position.</summary>
    public IReadOnlyList<ParameterValue> Positional { get; init; } = [];

    /// <summary>Where the types are noted that parameters take from their places; null where nobody asks.</summary>
    internal ParameterTypes? Types { get; init; }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, ParameterValue> Named { get; init; } = new Dictionary<string, ParameterValue>();
}
