using System.Numerics;
using QueryEngine.Columnar;
using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Functions.Scalar.Adapters;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Trino;

[ScalarFunction("$trino_eq", "Whether numbers are equal; NaN is equal to nothing.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoEqual<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first == second;
}

[ScalarFunction("$trino_ne", "Whether numbers differ; NaN differs from all.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoNotEqual<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first != second;
}

[ScalarFunction("$trino_lt", "Whether a number is less than another; never where one is NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoLess<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first < second;
}

[ScalarFunction("$trino_le", "Whether a number is at most another; never where one is NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoLessOrEqual<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first <= second;
}

[ScalarFunction("$trino_gt", "Whether a number is greater than another; never where one is NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoGreater<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first > second;
}

[ScalarFunction("$trino_ge", "Whether a number is at least another; never where one is NaN.")]
[ForTypes(typeof(float), typeof(double))]
internal readonly struct TrinoGreaterOrEqual<T> : IFunction<T, T, bool>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static bool Invoke(T first, T second) => first >= second;
}

[ScalarFunction("$trino_eq", "Whether arrays are equal; unknown where a NULL decides.")]
internal sealed class TrinoArraysEqual() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (RowComparer.IsKnownEqual(call[0], call.Row, call[1], call.Row) is { } isEqual)
            call.Append(isEqual);
        else
            call.AppendNull();
    }
}

[ScalarFunction("$trino_ne", "Whether arrays differ; unknown where a NULL decides.")]
internal sealed class TrinoArraysDiffer() : RowOverload("array(T), array(T) -> boolean")
{
    protected internal override void Invoke(in RowCall call)
    {
        if (RowComparer.IsKnownEqual(call[0], call.Row, call[1], call.Row) is { } isEqual)
            call.Append(!isEqual);
        else
            call.AppendNull();
    }
}

[ScalarFunction("$trino_array_position", "The place of the first element that is a value; 0 when there is none.")]
internal sealed class TrinoArrayPosition() : RowOverload("array(T), T -> bigint")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        int at = array.Start;
        while (at < array.End && (array.Elements.IsNull(at) || !ArraySets.KnownEqual(array.Elements, at, call[1], call.Row)))
            at++;
        call.Append(at == array.End ? 0L : at - array.Start + 1);
    }
}

[ScalarFunction("$trino_subscript", "The element at a place; an error outside of the array.")]
internal sealed class TrinoSubscript() : RowOverload("array(T), bigint -> T")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        long place = call.Long(1);
        if (place < 1 || place > array.Length)
            throw new QueryException(ErrorCode.ArraySubscript, $"place {place} is outside of an array of {array.Length} elements", "element_at gives NULL instead.");
        call.Result.AppendFrom(array.Elements, array.Start + (int)place - 1);
    }
}

/// <summary>The greatest or least element that is not NaN; NULL when some element is.</summary>
internal abstract class TrinoArrayExtreme(int direction) : RowOverload("array(real) -> real | array(double) -> double")
{
    protected internal override void Invoke(in RowCall call)
    {
        ArrayRow array = call.Array(0);
        int best = -1;
        for (int at = array.Start; at < array.End; at++)
        {
            if (array.Elements.IsNull(at))
            {
                call.AppendNull();
                return;
            }

            if (best < 0 || TrinoNumbers.Precedes(array.Elements, at, array.Elements, best, direction))
                best = at;
        }

        if (best < 0)
            call.AppendNull();
        else
            call.Result.AppendFrom(array.Elements, best);
    }
}

[ScalarFunction("$trino_array_max", "The greatest element; NaN only where all are.")]
internal sealed class TrinoArrayMax() : TrinoArrayExtreme(1);

[ScalarFunction("$trino_array_min", "The least element; NaN only where all are.")]
internal sealed class TrinoArrayMin() : TrinoArrayExtreme(-1);

/// <summary>The greatest or least of its arguments; NULL when one is, NaN when all are.</summary>
internal abstract class TrinoExtremeOverload(int direction) : Conditional.ExtremeOverload(direction)
{
    private readonly int _direction = direction;

    /// <inheritdoc/>
    public override ScalarFunction? Bind(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        parameterTypes.Count > 0 && parameterTypes.All(type => type == returnType) ? new TrinoExtremeFunction(name, parameterTypes, returnType, _direction) : null;
}

[ScalarFunction("$trino_greatest", "The greatest value; NULL when one is.")]
internal sealed class TrinoGreatestOverload() : TrinoExtremeOverload(1);

[ScalarFunction("$trino_least", "The least value; NULL when one is.")]
internal sealed class TrinoLeastOverload() : TrinoExtremeOverload(-1);

/// <summary>Picks one of its arguments row by row.</summary>
internal sealed class TrinoExtremeFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, int direction)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            ColumnVector best = arguments[0];
            foreach (ColumnVector argument in arguments[1..])
                if (!best.IsNull(row) && (argument.IsNull(row) || TrinoNumbers.Precedes(argument, row, best, row, direction)))
                    best = argument;
            if (best.IsNull(row))
                builder.AppendNull();
            else
                builder.AppendFrom(best, row);
        }

        return builder.Build();
    }
}

/// <summary>Orders numbers with NaN behind all others, whichever way.</summary>
internal static class TrinoNumbers
{
    /// <summary>Whether the left value is the better one of two that are not NULL.</summary>
    public static bool Precedes(ColumnVector left, int leftRow, ColumnVector right, int rightRow, int direction)
    {
        bool leftIsNaN = IsNaN(left, leftRow), rightIsNaN = IsNaN(right, rightRow);
        return leftIsNaN || rightIsNaN ? rightIsNaN && !leftIsNaN : RowComparer.Compare(left, leftRow, right, rightRow) * direction > 0;
    }

    private static bool IsNaN(ColumnVector vector, int row) => vector.Type is FloatType && vector.GetValue(row) is double.NaN or float.NaN;
}
