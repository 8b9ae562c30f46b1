using QueryEngine.Functions;
using QueryEngine.Functions.Scalar;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Types;

/// <summary>
/// Computes constants while a statement is analyzed: literals that take a type, row counts of LIMIT, values of SET. It runs the functions that
/// the query would run.
/// </summary>
internal sealed class ConstantFolder(FunctionCatalog functions, QueryContext query)
{
    private readonly FunctionContext _context =
        new(MemoryContext.Unlimited, query.ToConnectorSession()) { Default = (query.Catalog, query.Schema) };

    /// <summary>Where to note what parameters become.</summary>
    public ParameterTypes? Types { get; init; }

    /// <summary>The value as another type.</summary>
    /// <exception cref="QueryException">What the cast raises.</exception>
    public ConstantExpression Cast(ConstantExpression value, SqlType target, bool isTry = false)
    {
        if (value.ValueType == target)
            return value;
        Types?.Note(value, target);
        if (value.Value is null)
            return ConstantExpression.Null(target);
        SqlType source = value.ValueType is UnknownType ? SqlType.Varchar : value.ValueType;
        if (source == target)
            return new ConstantExpression(value.Value, target);
        if (target.Kind == TypeKind.BigInt && Whole(value.Value) is { } whole)
            return new ConstantExpression(whole, target);
        return Invoke(functions.BindCast(source, target, isTry), [new ConstantExpression(value.Value, source)]);
    }

    /// <summary>The value of an expression of constants, casts and calls; null when it is more than that.</summary>
    public ConstantExpression? Evaluate(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant;
            case CastExpression cast:
                return Evaluate(cast.Operand) is { } operand ? Cast(operand, cast.Target, cast.IsTry) : null;
            case CallExpression call:
                ConstantExpression?[] arguments = [.. call.Arguments.Select(Evaluate)];
                if (arguments.Contains(null))
                    return null;
                ScalarFunction function = functions.BindScalar(call.Function, call.Arguments.Select(argument => argument.Type).ToValueList(), call.Type);
                return function is HigherOrderFunction || !function.IsDeterministic ? null : Invoke(function, arguments!);
            case SpecialExpression { Form: SpecialForm.Array or SpecialForm.Row } nested:
                ConstantExpression?[] items = [.. nested.Arguments.Select(Evaluate)];
                return items.Contains(null) ? null : new ConstantExpression(items.Select(item => item!.Value).ToValueList(), nested.Type);
            default:
                return null;
        }
    }

    // What long lists are made of needs no vector.
    private static long? Whole(object value) => value switch
    {
        sbyte number => number,
        short number => number,
        int number => number,
        _ => null,
    };

    private ConstantExpression Invoke(ScalarFunction function, ReadOnlySpan<ConstantExpression> arguments)
    {
        var vectors = new ColumnVector[arguments.Length];
        try
        {
            for (int at = 0; at < vectors.Length; at++)
                vectors[at] = VectorBuilder.FromBoxed(arguments[at].ValueType, [arguments[at].Value], MemoryContext.Unlimited);
            using ColumnVector result = function.Invoke(vectors, rowCount: 1, _context);
            return new ConstantExpression(result.GetValue(0), function.ReturnType);
        }
        finally
        {
            foreach (ColumnVector? vector in vectors)
                vector?.Dispose();
        }
    }
}
