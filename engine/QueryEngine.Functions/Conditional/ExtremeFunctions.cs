using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Conditional;

/// <summary>The greatest or least of its arguments, which get their common type; NULLs are skipped.</summary>
internal abstract class ExtremeOverload(int direction) : ScalarOverload
{
    /// <inheritdoc/>
    public override string Signature => "(T, ...) -> T";

    /// <inheritdoc/>
    public override Match? Resolve(string name, IReadOnlyList<ArgumentType> arguments)
    {
        if (arguments.Count == 0 || arguments.Any(argument => argument.LambdaArity is not null))
            return null;
        SqlType? type = Coercion.CommonType(arguments.Where(argument => !argument.IsUntypedLiteral).Select(argument => argument.Type));
        if (type is UnknownType && arguments.Any(argument => argument.IsUntypedLiteral))
            type = SqlType.Varchar;
        return type is null or MapType or JsonType or GeometryType or SketchType ? null
            : new Match(new FunctionResolution(name, Enumerable.Repeat(type, arguments.Count).ToValueList(), type), 0);
    }

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes.Count > 0 && parameterTypes.All(type => type == returnType) ? new ExtremeFunction(name, parameterTypes, returnType, direction) : null;
}

[ScalarFunction("greatest", "The greatest value; NULLs are skipped.")]
[Example("greatest(1, 3, NULL, 2)", "3")]
[Example("greatest('a', 'b')", "b")]
[Example("greatest(1, 2.5)", "2.5")]
internal sealed class GreatestOverload() : ExtremeOverload(1);

[ScalarFunction("least", "The least value; NULLs are skipped.")]
[Example("least(1, 3, NULL, 2)", "1")]
[Example("least(NULL, NULL)", "NULL")]
internal sealed class LeastOverload() : ExtremeOverload(-1);

/// <summary>Picks one of its arguments row by row.</summary>
internal sealed class ExtremeFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, int direction)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    protected override bool IsStrict => false;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            ColumnVector? best = null;
            foreach (ColumnVector argument in arguments)
                if (!argument.IsNull(row) && (best is null || RowComparer.Compare(argument, row, best, row) * direction > 0))
                    best = argument;
            if (best is null)
                builder.AppendNull();
            else
                builder.AppendFrom(best, row);
        }

        return builder.Build();
    }
}
