using System.Collections.Frozen;
using System.Reflection;
using QueryEngine.Spi;

namespace QueryEngine.Plan.Codec;

/// <summary>The closed set of records of Spi and Plan, by name.</summary>
internal static class RecordRegistry
{
    private static readonly FrozenDictionary<string, Type> _types = Collect();

    /// <summary>The record of that name, or null.</summary>
    public static Type? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>Whether a type is in the set.</summary>
    public static bool Contains(Type type) => _types.GetValueOrDefault(type.Name) == type;

    /// <summary>Whether a type is a record class.</summary>
    public static bool IsRecord(Type type) =>
        type.IsClass && type.GetProperty("EqualityContract", BindingFlags.Instance | BindingFlags.NonPublic) is not null;

    private static FrozenDictionary<string, Type> Collect()
    {
        IEnumerable<Type> types = typeof(PlanNode).Assembly.GetTypes().Concat(typeof(SqlType).Assembly.GetTypes());
        return types
            .Where(type => type is { IsPublic: true, IsAbstract: false, IsGenericType: false } && IsRecord(type) && !type.IsAssignableTo(typeof(SqlType)))
            .ToFrozenDictionary(type => type.Name);
    }
}
