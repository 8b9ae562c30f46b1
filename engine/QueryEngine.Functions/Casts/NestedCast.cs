using QueryEngine.Columnar;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Casts;

/// <summary>Casts arrays, maps and rows of the same shape by their elements. TRY_CAST makes the whole value NULL when an element does not convert.</summary>
internal sealed class NestedCast(SqlType from, SqlType to, bool isTry) : VectorFunction(isTry ? "$try_cast" : "$cast", [from], to)
{
    private readonly ScalarFunction[] _elements = (from, to) switch
    {
        (ArrayType l, ArrayType r) => [CastFunctions.Bind(l.Element, r.Element, isTry: false)],
        (MapType l, MapType r) => [CastFunctions.Bind(l.Key, r.Key, isTry: false), CastFunctions.Bind(l.Value, r.Value, isTry: false)],
        (RowType l, RowType r) => [.. l.Fields.Zip(r.Fields, (left, right) => CastFunctions.Bind(left.Type, right.Type, isTry: false))],
        _ => throw new ArgumentException($"{from} and {to} have different shapes", nameof(to)),
    };

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        if (!isTry)
            return Cast(arguments[0], context);
        try
        {
            return Cast(arguments[0], context);
        }
        catch (QueryException)
        {
            return CastRowByRow(arguments[0], rowCount, context);
        }
    }

    private ColumnVector Cast(ColumnVector argument, FunctionContext context)
    {
        // Elements of null rows are dropped first, so that they cannot raise.
        int[] rows = [.. Enumerable.Range(0, argument.Length)];
        using ColumnVector flat = Gather.Take(argument, rows, context.Memory);
        flat.ValidityBuffer?.Retain();
        switch (flat)
        {
            case ArrayVector array:
                return new ArrayVector(ReturnType, array.Length, Offsets(array.Offsets, context), Convert(0, array.Elements, context), array.ValidityBuffer);
            case MapVector map:
                return new MapVector(
                    ReturnType, map.Length, Offsets(map.Offsets, context), Convert(0, map.Keys, context), Convert(1, map.Values, context), map.ValidityBuffer);
            default:
                var row = (RowVector)flat;
                var fields = new ColumnVector[row.Fields.Length];
                for (int column = 0; column < fields.Length; column++)
                    fields[column] = Convert(column, row.Fields[column], context);
                return new RowVector(ReturnType, row.Length, fields, row.ValidityBuffer);
        }
    }

    private ColumnVector Convert(int cast, ColumnVector elements, FunctionContext context) => _elements[cast].Invoke([elements], elements.Length, context);

    private ColumnVector CastRowByRow(ColumnVector argument, int rowCount, FunctionContext context)
    {
        using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
        for (int row = 0; row < rowCount; row++)
        {
            using ColumnVector one = argument.Slice(argument is ConstantVector ? 0 : row, 1);
            try
            {
                using ColumnVector cast = Cast(one, context);
                builder.AppendFrom(cast, 0);
            }
            catch (QueryException)
            {
                builder.AppendNull();
            }
        }

        return builder.Build();
    }

    private static NativeBuffer Offsets(ReadOnlySpan<int> offsets, FunctionContext context)
    {
        NativeBuffer copy = context.Memory.Allocate((long)offsets.Length * sizeof(int));
        offsets.CopyTo(copy.Span<int>(offsets.Length));
        return copy;
    }
}
