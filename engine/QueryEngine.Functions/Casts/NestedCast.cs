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
        ColumnVector[] children = flat switch
        {
            ArrayVector array => [array.Elements],
            MapVector map => [map.Keys, map.Values],
            _ => ((RowVector)flat).Fields.ToArray(),
        };
        ColumnVector[] cast = Convert(children, context);
        flat.ValidityBuffer?.Retain();
        return flat switch
        {
            ArrayVector array => new ArrayVector(ReturnType, flat.Length, Offsets(array.Offsets, context), cast[0], flat.ValidityBuffer),
            MapVector map => new MapVector(ReturnType, flat.Length, Offsets(map.Offsets, context), cast[0], cast[1], flat.ValidityBuffer),
            _ => new RowVector(ReturnType, flat.Length, cast, flat.ValidityBuffer),
        };
    }

    private ColumnVector[] Convert(ColumnVector[] children, FunctionContext context)
    {
        var cast = new ColumnVector[children.Length];
        try
        {
            for (int at = 0; at < cast.Length; at++)
                cast[at] = _elements[at].Invoke([children[at]], children[at].Length, context);
            return cast;
        }
        catch
        {
            foreach (ColumnVector? vector in cast)
                vector?.Dispose();
            throw;
        }
    }

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
