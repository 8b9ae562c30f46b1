using System.Reflection;
using System.Runtime.CompilerServices;

namespace QueryEngine.Plan.Codec;

/// <summary>
/// The members of a record in the order in which they travel: the parameters of its primary constructor, then what else can be
/// initialized. What a base record's constructor gets from the derived one is left out.
/// </summary>
internal sealed class RecordShape
{
    // Forgets the records of a connector that is unloaded.
    private static readonly ConditionalWeakTable<Type, RecordShape> _shapes = [];

    private readonly ConstructorInfo? _constructor;
    private readonly int _parameterCount;

    private RecordShape(Type type)
    {
        Type = type;
        PropertyInfo[] properties = type.GetProperties(BindingFlags.Instance | BindingFlags.Public);
        _constructor = FindConstructor(type, properties);
        ParameterInfo[] parameters = _constructor?.GetParameters() ?? [];
        _parameterCount = parameters.Length;
        PropertyInfo[] positional = [.. parameters.Select(parameter => properties.First(property => IsFor(property, parameter)))];
        var inherited = new HashSet<string>();
        for (Type? parent = type.BaseType; parent is not null && RecordRegistry.IsRecord(parent); parent = parent.BaseType)
        {
            foreach (ConstructorInfo constructor in Constructors(parent))
                inherited.UnionWith(constructor.GetParameters().Select(parameter => parameter.Name!));
        }

        Members =
        [
            .. positional,
            .. properties
                .Where(property => property.SetMethod is { IsPublic: true } && !positional.Contains(property) && !inherited.Contains(property.Name))
                .OrderBy(property => property.Name, StringComparer.Ordinal),
        ];
    }

    public Type Type { get; }

    /// <summary>The members, in their order.</summary>
    public PropertyInfo[] Members { get; }

    /// <summary>The shape of a record or a record struct.</summary>
    public static RecordShape Of(Type type) => _shapes.GetValue(type, static type => new RecordShape(type));

    /// <summary>Makes a record of the values of its members.</summary>
    public object Create(object?[] values)
    {
        object record = _constructor?.Invoke(values[.._parameterCount])
            ?? (Type.IsValueType ? RuntimeHelpers.GetUninitializedObject(Type) : Activator.CreateInstance(Type, nonPublic: true)!);
        for (int member = _parameterCount; member < Members.Length; member++)
            Members[member].SetValue(record, values[member]);
        return record;
    }

    /// <summary>The constructor with the most parameters, all of which are properties; among equals the one of settable properties.</summary>
    private static ConstructorInfo? FindConstructor(Type type, PropertyInfo[] properties) =>
        Constructors(type)
            .Where(constructor => constructor.GetParameters() is { Length: > 0 } parameters
                && parameters.All(parameter => properties.Any(property => IsFor(property, parameter))))
            .OrderByDescending(constructor => constructor.GetParameters().Length)
            .ThenByDescending(constructor => constructor.GetParameters().Count(parameter => properties.Any(property => property.CanWrite && IsFor(property, parameter))))
            .FirstOrDefault();

    // The copy constructor of a record has one parameter, of the record's own type.
    private static IEnumerable<ConstructorInfo> Constructors(Type type) =>
        type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(constructor => constructor.GetParameters() is not [var only] || only.ParameterType != type);

    private static bool IsFor(PropertyInfo property, ParameterInfo parameter) =>
        property.PropertyType == parameter.ParameterType && string.Equals(property.Name, parameter.Name, StringComparison.OrdinalIgnoreCase);
}
