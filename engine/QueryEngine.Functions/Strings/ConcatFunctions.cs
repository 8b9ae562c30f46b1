using QueryEngine.Columnar;
using QueryEngine.Functions.Casts;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Strings;

/// <summary><c>||</c> on text and binary; one operand may be of any other type, which is shown as text. NULL when an operand is.</summary>
[ScalarFunction("$concat", "The left value followed by the right one; NULL when one of them is.")]
[Example("'a' || 'b'", "ab")]
[Example("'a' || 1", "a1")]
[Example("'a' || NULL", "NULL")]
internal sealed class ConcatOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(varchar, varchar) -> varchar";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count != 2)
            return null;
        if (arguments.Any(argument => argument.Type is VarbinaryType) && arguments.All(argument => argument.Type is VarbinaryType or UnknownType || argument.IsUntypedLiteral))
            return new Match(new FunctionResolution(name, [SqlType.Varbinary, SqlType.Varbinary], SqlType.Varbinary), 0);
        if (arguments.Any(argument => argument.Type is JsonType { IsNormal: true }) && arguments.Any(argument => argument.IsUntypedLiteral))
            return null;
        if (arguments.Any(argument => argument.Type is ArrayType or MapType)
            || !arguments.Any(argument => argument.Type.IsText || argument.IsUntypedLiteral || argument.Type is UnknownType))
            return null;

        SqlType[] parameters = [.. arguments.Select(argument =>
            argument.IsUntypedLiteral || argument.Type.IsText || argument.Type is UnknownType ? SqlType.Varchar : argument.Type)];
        return new Match(new FunctionResolution(name, parameters.ToValueList(), SqlType.Varchar), 0);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        returnType.Physical == PhysicalType.Bytes && returnType is not TextSearchType && parameterTypes.Count == 2 && parameterTypes.All(type => type is not ArrayType)
            ? new ConcatFunction(name, parameterTypes, returnType, isStrict: true) : null;
}

[ScalarFunction("concat", "All values as text, one after the other; NULLs are skipped.")]
[Example("concat('a', NULL, 1, true)", "a1true")]
[Example("concat('', NULL)", "")]
internal sealed class ConcatAllOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(any, ...) -> varchar";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count == 0 || arguments.Any(argument => argument.Type is ArrayType || argument.LambdaArity is not null))
            return null;
        ValueList<SqlType> parameters = arguments.Select(argument => argument.IsUntypedLiteral || argument.Type is UnknownType or CharType ? SqlType.Varchar : argument.Type).ToValueList();
        SqlType result = parameters.All(type => type is VarbinaryType) ? SqlType.Varbinary : SqlType.Varchar;
        return new Match(new FunctionResolution(name, parameters, result), 1);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        returnType.Physical == PhysicalType.Bytes ? new ConcatFunction(name, parameterTypes, returnType, isStrict: false) : null;
}

[ScalarFunction("concat_ws", "The values after the first, as text, with the first between them; NULLs among them are skipped.")]
[Example("concat_ws(', ', 'a', NULL, 'b')", "a, b")]
[Example("concat_ws(NULL, 'a', 'b')", "NULL")]
internal sealed class ConcatWithSeparatorOverload : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(varchar, any, ...) -> varchar";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count == 0 || arguments.Any(argument => argument.Type is ArrayType || argument.LambdaArity is not null))
            return null;
        SqlType[] parameters = [.. arguments.Select((argument, at) =>
            at == 0 || argument.IsUntypedLiteral || argument.Type is UnknownType or CharType ? SqlType.Varchar : argument.Type)];
        return CostOf(arguments[0], SqlType.Varchar) < 0 ? null : new Match(new FunctionResolution(name, parameters.ToValueList(), SqlType.Varchar), 1);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        returnType is VarcharType && parameterTypes is [VarcharType, ..] ? new ConcatFunction(name, parameterTypes, returnType, isStrict: false) { HasSeparator = true } : null;
}

/// <summary>Joins text; other types are formatted first.</summary>
internal sealed class ConcatFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isStrict)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <summary>Whether the first argument stands between the others.</summary>
    public bool HasSeparator { get; init; }

    /// <inheritdoc/>
    protected override bool IsStrict => isStrict;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var text = new ColumnVector[arguments.Length];
        for (int at = 0; at < text.Length; at++)
            text[at] = AsText(arguments[at], rowCount, context);
        try
        {
            using var output = new TextOutput(ReturnType, context.Memory, rowCount);
            for (int row = 0; row < rowCount; row++)
                output.End(WriteRow(text, row, output));
            return output.Build();
        }
        finally
        {
            foreach (ColumnVector vector in text)
                vector.Dispose();
        }
    }

    private static ColumnVector AsText(ColumnVector argument, int rowCount, FunctionContext context)
    {
        if (argument.Type.Physical == PhysicalType.Bytes && argument.Type is not CharType)
        {
            argument.Retain();
            return argument;
        }

        return CastFunctions.Bind(argument.Type, SqlType.Varchar, isTry: false).Invoke([argument], rowCount, context);
    }

    private Text WriteRow(ColumnVector[] text, int row, TextOutput output)
    {
        if ((isStrict && Array.Exists(text, vector => vector.IsNull(row))) || (HasSeparator && text[0].IsNull(row)))
            return Text.Null;

        bool isFirst = true;
        for (int at = HasSeparator ? 1 : 0; at < text.Length; at++)
        {
            if (text[at].IsNull(row))
                continue;
            if (HasSeparator && !isFirst)
                output.Write(new BytesReader(text[0])[row]);
            output.Write(new BytesReader(text[at])[row]);
            isFirst = false;
        }

        return Text.Written;
    }
}
