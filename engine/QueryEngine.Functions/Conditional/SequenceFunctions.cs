using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Conditional;

/// <summary>The sequences that functions of a query reach, by their names as written.</summary>
public interface ISequences
{
    /// <summary>Takes the next value.</summary>
    long Next(string name);

    /// <summary>The value that the session took last from a sequence.</summary>
    long Current(string name);

    /// <summary>The value that the session took last.</summary>
    long Last();

    /// <summary>Goes to a value.</summary>
    void Set(string name, long value, bool isCalled);
}

[ScalarFunction("nextval", "Takes the next value of a sequence.", IsVolatile = true)]
internal readonly struct NextValueFunction : IFunction<FunctionContext, Utf8, long>
{
    public static long Invoke(FunctionContext first, Utf8 second) => first.RequireSequences().Next(second.ToString());
}

[ScalarFunction("currval", "The value that nextval took last from a sequence in this session.", IsVolatile = true)]
internal readonly struct CurrentValueFunction : IFunction<FunctionContext, Utf8, long>
{
    public static long Invoke(FunctionContext first, Utf8 second) => first.RequireSequences().Current(second.ToString());
}

[ScalarFunction("lastval", "The value that nextval took last in this session, of whatever sequence.", IsVolatile = true)]
internal readonly struct LastValueFunction : IFunction<FunctionContext, long>
{
    public static long Invoke(FunctionContext first) => first.RequireSequences().Last();
}

[ScalarFunction("setval", "Sets a sequence to a value: nextval gives the one after it.", IsVolatile = true)]
internal readonly struct SetValueFunction : IFunction<FunctionContext, Utf8, long, long>
{
    public static long Invoke(FunctionContext first, Utf8 second, long third)
    {
        first.RequireSequences().Set(second.ToString(), third, isCalled: true);
        return third;
    }
}

[ScalarFunction("setval", "Sets a sequence to a value: nextval gives the one after it, or with false that itself.", IsVolatile = true)]
internal readonly struct SetValueCalledFunction : IFunction<FunctionContext, Utf8, long, bool, long>
{
    public static long Invoke(FunctionContext first, Utf8 second, long third, bool fourth)
    {
        first.RequireSequences().Set(second.ToString(), third, fourth);
        return third;
    }
}
