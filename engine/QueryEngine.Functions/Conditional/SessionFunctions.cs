using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;

namespace QueryEngine.Functions.Conditional;

[ScalarFunction("current_user", "The user of the session.", Aliases = ["user", "session_user", "system_user", "current_role"])]
[Example("current_user()", "tester")]
internal readonly struct CurrentUserFunction : IFunction<FunctionContext, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, TextOutput second) => second.Write(first.Session.User);
}

[ScalarFunction("current_catalog", "The catalog of the session.", Aliases = ["current_database"])]
[Example("current_catalog()", "memory")]
internal readonly struct CurrentCatalogFunction : IFunction<FunctionContext, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, TextOutput second) => second.Write(first.Default.Catalog);
}

[ScalarFunction("current_schema", "The schema of the session.")]
[Example("current_schema()", "default")]
internal readonly struct CurrentSchemaFunction : IFunction<FunctionContext, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, TextOutput second) => second.Write(first.Default.Schema);
}

[ScalarFunction("current_path", "Where names without a schema are looked for: the catalog and schema of the session.")]
[Example("current_path()", "memory.default")]
internal readonly struct CurrentPathFunction : IFunction<FunctionContext, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, TextOutput second) => second.Write($"{first.Default.Catalog}.{first.Default.Schema}");
}

[ScalarFunction("version", "The name and version of the engine.")]
internal readonly struct VersionFunction : IFunction<TextOutput, Text>
{
    public static Text Invoke(TextOutput first) => first.Write($"QueryEngine {typeof(VersionFunction).Assembly.GetName().Version}");
}

[ScalarFunction("pg_sleep", "Waits for a number of seconds.", IsVolatile = true)]
[Example("pg_sleep(0.001)", "")]
internal readonly struct SleepFunction : IFunction<FunctionContext, double, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, double second, TextOutput third)
    {
        TimeSpan time = second > 0 ? TimeSpan.FromSeconds(Math.Min(second, int.MaxValue / 1000)) : TimeSpan.Zero;
        if (first.Cancellation.WaitHandle.WaitOne(time))
            throw new OperationCanceledException(first.Cancellation);
        return third.Write("");
    }
}

[ScalarFunction("sleep_ms", "Waits for a number of milliseconds.", IsVolatile = true)]
[Example("sleep_ms(1)", "")]
internal readonly struct SleepMillisecondsFunction : IFunction<FunctionContext, long, TextOutput, Text>
{
    public static Text Invoke(FunctionContext first, long second, TextOutput third) => SleepFunction.Invoke(first, second / 1000.0, third);
}

[ScalarFunction("uuid", "A random UUID.", Aliases = ["gen_random_uuid", "uuidv4"], IsVolatile = true)]
[Example("length(CAST(uuid() AS varchar))", "36")]
internal readonly struct UuidFunction : IFunction<UInt128>
{
    public static UInt128 Invoke()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}

[ScalarFunction("typeof", "The name of a value's type.", Aliases = ["pg_typeof"])]
[Example("typeof(1)", "integer")]
[Example("typeof(1.50)", "decimal(3,2)")]
internal sealed class TypeofOverload() : RowOverload("T -> varchar", isStrict: false)
{
    protected internal override void Invoke(in RowCall call) => call.Append(call[0].Type.ToString().AsSpan());
}
