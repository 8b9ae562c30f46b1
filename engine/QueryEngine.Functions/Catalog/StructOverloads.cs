using System.Reflection;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Catalog;

/// <summary>Makes overloads of <c>IFunction</c> structs.</summary>
internal static class StructOverloads
{
    private static readonly Type[] _adapters =
    [
        typeof(StructFunction<,,>), typeof(StructFunction<,,,,>), typeof(StructFunction<,,,,,,>),
        typeof(StructFunction<,,,,,,,,>), typeof(StructFunction<,,,,,,,,,,>), typeof(StructFunction<,,,,,,,,,,,,>),
    ];

    /// <summary>The overloads of a struct: one, or one for each type of its <see cref="ForTypesAttribute"/>.</summary>
    public static IEnumerable<ScalarOverload> Of(Type type, ScalarFunctionAttribute attribute)
    {
        if (!type.IsGenericTypeDefinition)
            return attribute.Signature is { } signatures
                ? signatures.Split('|').Select(signature => OfClosed(type, attribute, signature))
                : [OfClosed(type, attribute, signature: null)];

        Type[] closedOver = type.GetCustomAttribute<ForTypesAttribute>()?.Types
            ?? throw new InvalidOperationException($"{type.Name} is generic and does not say for which types");
        return closedOver.Select(argument => OfClosed(type.MakeGenericType(argument), attribute, attribute.Signature));
    }

    /// <summary>The function of a struct for types that its CLR types stand for.</summary>
    public static ScalarFunction Bind<TFunction>(string name, ValueList<SqlType> parameterTypes, SqlType returnType)
        where TFunction : struct => Create(typeof(TFunction), Contract(typeof(TFunction)), name, parameterTypes, returnType, isVolatile: false);

    private static FixedOverload OfClosed(Type type, ScalarFunctionAttribute attribute, string? signature)
    {
        Type[] types = Contract(type);
        (ValueList<SqlType> parameters, SqlType returnType) = signature is { } text
            ? ParseSignature(text)
            : (types[..^1].Select(ClrTypes.Default).OfType<SqlType>().ToValueList(), ClrTypes.Default(types[^1])!);
        return new FixedOverload(
            parameters, returnType, (name, parameterTypes, boundType) => Create(type, types, name, parameterTypes, boundType, attribute.IsVolatile));
    }

    private static ScalarFunction Create(
        Type type, Type[] types, string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    {
        Type[] arguments = types[..^1];
        Type adapter = _adapters[arguments.Length].MakeGenericType(
            [type, .. arguments, .. arguments.Select(ClrTypes.ReaderOf), types[^1], ClrTypes.WriterOf(types[^1])]);
        return (ScalarFunction)Activator.CreateInstance(adapter, name, parameterTypes, returnType, isVolatile)!;
    }

    private static Type[] Contract(Type type) =>
        type.GetInterfaces().Single(candidate => candidate.Name.StartsWith("IFunction`", StringComparison.Ordinal)).GetGenericArguments();

    // "json; varchar -> json"
    private static (ValueList<SqlType> Parameters, SqlType ReturnType) ParseSignature(string text)
    {
        string[] sides = text.Split("->", StringSplitOptions.TrimEntries);
        string[] parameters = sides[0].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (parameters.Select(SqlTypeParser.Parse).ToValueList(), SqlTypeParser.Parse(sides[1]));
    }
}
