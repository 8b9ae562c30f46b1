using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Arrays;

/// <summary>A function of an array and a lambda of its elements.</summary>
internal abstract class ElementLambdaOverload(string signature) : PatternOverload(signature)
{
    /// <inheritdoc/>
    protected override ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        new ElementLambdaFunction(name, parameterTypes, returnType, this);

    /// <summary>Makes the result of the arrays, none of them a dictionary or constant, and of the lambda's value of every element.</summary>
    protected internal abstract ColumnVector Combine(ArrayVector arrays, ColumnVector values, SqlType returnType, FunctionContext context);
}

/// <summary>Evaluates the lambda over the elements of all rows at once.</summary>
internal sealed class ElementLambdaFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, ElementLambdaOverload overload)
    : HigherOrderFunction
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => parameterTypes;

    /// <inheritdoc/>
    public override SqlType ReturnType => returnType;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, FunctionContext context)
    {
        // Taken row by row, so that the elements of null rows are gone and the offsets begin at 0.
        int[] rows = [.. Enumerable.Range(0, rowCount)];
        using ColumnVector taken = Gather.Take(arguments[0]!, rows, context.Memory);
        var arrays = (ArrayVector)taken;
        int[] outerRows = new int[arrays.Elements.Length];
        for (int row = 0; row < rowCount; row++)
            outerRows.AsSpan(arrays.Offsets[row]..arrays.Offsets[row + 1]).Fill(row);
        using ColumnVector values = lambdas[1]!.Invoke([arrays.Elements], outerRows);
        using ColumnVector flat = Gather.Flatten(values, context.Memory);
        return overload.Combine(arrays, flat, returnType, context);
    }
}

[ScalarFunction("transform", "The array of what the lambda gives for each element.", Aliases = ["list_transform", "array_transform", "list_apply"])]
[Example("transform(ARRAY[1, 2], x -> x + 1)", "[2, 3]")]
internal sealed class TransformOverload() : ElementLambdaOverload("array(T), lambda(T -> U) -> array(U)")
{
    protected internal override ColumnVector Combine(ArrayVector arrays, ColumnVector values, SqlType returnType, FunctionContext context)
    {
        NativeBuffer offsets = context.Memory.Allocate((arrays.Length + 1L) * sizeof(int));
        arrays.Offsets.CopyTo(offsets.Span<int>(arrays.Length + 1));
        arrays.ValidityBuffer?.Retain();
        values.Retain();
        return new ArrayVector(returnType, arrays.Length, offsets, values, arrays.ValidityBuffer);
    }
}

[ScalarFunction("filter", "The elements for which the lambda is true.", Aliases = ["list_filter", "array_filter"])]
[Example("filter(ARRAY[1, 2, 3], x -> x > 1)", "[2, 3]")]
internal sealed class FilterOverload() : ElementLambdaOverload("array(T), lambda(T -> boolean) -> array(T)")
{
    protected internal override ColumnVector Combine(ArrayVector arrays, ColumnVector values, SqlType returnType, FunctionContext context)
    {
        using var builder = new ArrayBuilder((ArrayType)returnType, context.Memory, arrays.Length);
        for (int row = 0; row < arrays.Length; row++)
        {
            if (arrays.IsNull(row))
            {
                builder.AppendNull();
                continue;
            }

            for (int at = arrays.Offsets[row]; at < arrays.Offsets[row + 1]; at++)
                if (values.GetValue(at) is true)
                    builder.Elements.AppendFrom(arrays.Elements, at);
            builder.EndRow();
        }

        return builder.Build();
    }
}

/// <summary>Whether the lambda decides for some or for all elements; NULL where a NULL leaves it open.</summary>
internal abstract class MatchOverload(bool stopsAt, bool resultWhenStopped) : ElementLambdaOverload("array(T), lambda(T -> boolean) -> boolean")
{
    protected internal override ColumnVector Combine(ArrayVector arrays, ColumnVector values, SqlType returnType, FunctionContext context)
    {
        using var builder = new FixedWidthBuilder<bool>(SqlType.Boolean, context.Memory, arrays.Length);
        for (int row = 0; row < arrays.Length; row++)
        {
            bool isStopped = false, hasNull = arrays.IsNull(row);
            for (int at = arrays.Offsets[row]; at < arrays.Offsets[row + 1]; at++)
            {
                object? value = values.GetValue(at);
                isStopped |= value is bool decided && decided == stopsAt;
                hasNull |= value is null;
            }

            if (isStopped)
                builder.Append(resultWhenStopped);
            else if (hasNull)
                builder.AppendNull();
            else
                builder.Append(!resultWhenStopped);
        }

        return builder.Build();
    }
}

[ScalarFunction("any_match", "Whether the lambda is true for some element.")]
[Example("any_match(ARRAY[1, 2], x -> x > 1)", "true")]
[Example("any_match(ARRAY[1, NULL], x -> x > 1)", "NULL")]
internal sealed class AnyMatchOverload() : MatchOverload(stopsAt: true, resultWhenStopped: true);

[ScalarFunction("all_match", "Whether the lambda is true for all elements.")]
[Example("all_match(ARRAY[1, 2], x -> x > 1)", "false")]
internal sealed class AllMatchOverload() : MatchOverload(stopsAt: false, resultWhenStopped: false);

[ScalarFunction("none_match", "Whether the lambda is true for no element.")]
[Example("none_match(ARRAY[1, 2], x -> x > 5)", "true")]
internal sealed class NoneMatchOverload() : MatchOverload(stopsAt: true, resultWhenStopped: false);

[ScalarFunction("reduce", "A state carried from element to element by the first lambda, then given to the second.")]
[Example("reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s)", "6")]
internal sealed class ReduceOverload() : PatternOverload("array(T), S, lambda(S, T -> S), lambda(S -> R) -> R")
{
    /// <inheritdoc/>
    protected override ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        new ReduceFunction(name, parameterTypes, returnType);
}

/// <summary>Steps through the elements of all rows side by side: one call of the lambda an element place, not an element.</summary>
internal sealed class ReduceFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType) : HigherOrderFunction
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override ValueList<SqlType> ParameterTypes => parameterTypes;

    /// <inheritdoc/>
    public override SqlType ReturnType => returnType;

    /// <inheritdoc/>
    public override ColumnVector Invoke(ReadOnlySpan<ColumnVector?> arguments, IReadOnlyList<ILambda?> lambdas, int rowCount, FunctionContext context)
    {
        int[] all = [.. Enumerable.Range(0, rowCount)];
        using ColumnVector taken = Gather.Take(arguments[0]!, all, context.Memory);
        var arrays = (ArrayVector)taken;
        ColumnVector state = Gather.Flatten(arguments[1]!, context.Memory);
        for (int step = 0; ; step++)
        {
            int[] rows = [.. all.Where(row => arrays.Offsets[row] + step < arrays.Offsets[row + 1])];
            if (rows.Length == 0)
                break;
            int[] places = [.. rows.Select(row => arrays.Offsets[row] + step)];
            using ColumnVector before = Gather.Take(state, rows, context.Memory);
            using ColumnVector elements = Gather.Take(arrays.Elements, places, context.Memory);
            using ColumnVector after = lambdas[2]!.Invoke([before, elements], rows);
            using ColumnVector old = state;
            state = Overwrite(old, after, rows, context);
        }

        using (state)
        using (ColumnVector results = lambdas[3]!.Invoke([state], all))
            return NullWhere(results, arrays, context);
    }

    private static ColumnVector Overwrite(ColumnVector state, ColumnVector after, int[] rows, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(state.Type, context.Memory, state.Length);
        int next = 0;
        for (int row = 0; row < state.Length; row++)
        {
            if (next < rows.Length && rows[next] == row)
                builder.AppendFrom(after, next++);
            else
                builder.AppendFrom(state, row);
        }

        return builder.Build();
    }

    private static ColumnVector NullWhere(ColumnVector results, ArrayVector arrays, FunctionContext context)
    {
        if (!arrays.MayHaveNulls)
        {
            results.Retain();
            return results;
        }

        using VectorBuilder builder = VectorBuilder.Create(results.Type, context.Memory, results.Length);
        for (int row = 0; row < results.Length; row++)
        {
            if (arrays.IsNull(row))
                builder.AppendNull();
            else
                builder.AppendFrom(results, row);
        }

        return builder.Build();
    }
}
