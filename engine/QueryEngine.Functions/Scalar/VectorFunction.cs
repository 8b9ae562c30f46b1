using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar;

/// <summary>
/// A strict function that computes vector by vector, and sees encodings simplified: constants are computed once, a dictionary that is no larger
/// than its rows is computed once and mapped through, other dictionaries of fixed width become flat.
/// </summary>
internal abstract class VectorFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType) : ScalarFunction
{
    /// <inheritdoc/>
    public sealed override string Name => name;

    /// <inheritdoc/>
    public sealed override ValueList<SqlType> ParameterTypes => parameterTypes;

    /// <inheritdoc/>
    public sealed override SqlType ReturnType => returnType;

    /// <summary>Whether a null argument makes the result null without a call. Others see nulls in their arguments.</summary>
    protected virtual bool IsStrict => true;

    /// <inheritdoc/>
    public sealed override ColumnVector Invoke(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        if (rowCount == 0)
            return VectorBuilder.Create(ReturnType, context.Memory, 1).Build();

        int varying = -1;
        int varyingCount = 0;
        for (int at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] is not ConstantVector constant)
                (varying, varyingCount) = (at, varyingCount + 1);
            else if (IsStrict && constant.IsNullConstant)
                return Gather.Nulls(ReturnType, rowCount, context.Memory);
        }

        if (IsDeterministic && varyingCount == 0)
            return InvokeOnConstants(arguments, rowCount, context);
        if (IsDeterministic && varyingCount == 1 && arguments[varying] is DictionaryVector dictionary && dictionary.Dictionary.Length <= rowCount
            && (IsStrict || !dictionary.MayHaveNulls))
        {
            try
            {
                return InvokeOnDictionary(arguments, varying, dictionary, context);
            }
            catch (QueryException)
            {
                // The value that raised may belong to no row: filtered dictionaries keep all their values. Only the rows decide.
            }
        }

        return InvokeOnRows(arguments, rowCount, context);
    }

    /// <summary>
    /// Computes the rows of arguments that are flat or constant; text may also be a dictionary. The result is flat, or a retained argument.
    /// </summary>
    protected abstract ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context);

    private ConstantVector InvokeOnConstants(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var values = new ColumnVector[arguments.Length];
        for (int at = 0; at < values.Length; at++)
            values[at] = ((ConstantVector)arguments[at]).Value;
        return new ConstantVector(Compute(values, 1, context), rowCount);
    }

    private ColumnVector InvokeOnDictionary(ReadOnlySpan<ColumnVector> arguments, int varying, DictionaryVector dictionary, FunctionContext context)
    {
        ColumnVector values = dictionary.Dictionary;
        var sized = new ColumnVector[arguments.Length];
        ColumnVector results;
        try
        {
            for (int at = 0; at < sized.Length; at++)
                if (at != varying)
                    sized[at] = arguments[at].Slice(0, values.Length);
            sized[varying] = values;
            results = Compute(sized, values.Length, context);
        }
        finally
        {
            for (int at = 0; at < sized.Length; at++)
                if (at != varying)
                    sized[at]?.Dispose();
        }

        using (results)
        {
            // Text stays a dictionary, so that later hashing and comparing stay cheap; numbers are as cheap flat.
            using ColumnVector mapped = DictionaryVector.Select(results, dictionary.Indices, context.Memory);
            using ColumnVector masked = Mask(mapped, dictionary, context.Memory);
            if (ReturnType.Physical >= PhysicalType.Bytes)
            {
                masked.Retain();
                return masked;
            }

            return Gather.Flatten(masked, context.Memory);
        }
    }

    // The rows that are null in the argument are null in the result, whatever its dictionary's first value gave.
    private static ColumnVector Mask(ColumnVector mapped, DictionaryVector argument, MemoryContext memory)
    {
        if (!argument.MayHaveNulls)
        {
            mapped.Retain();
            return mapped;
        }

        var result = (DictionaryVector)mapped;
        NativeBuffer? validity = ValidityBitmap.And([mapped, argument], mapped.Length, memory);
        NativeBuffer indices = memory.Allocate((long)mapped.Length * sizeof(int));
        result.Indices.CopyTo(indices.Span<int>(mapped.Length));
        result.Dictionary.Retain();
        return new DictionaryVector(result.Dictionary, mapped.Length, indices, validity);
    }

    private ColumnVector InvokeOnRows(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var flat = new ColumnVector[arguments.Length];
        try
        {
            for (int at = 0; at < flat.Length; at++)
            {
                if (arguments[at] is DictionaryVector dictionary && dictionary.Type.Physical != PhysicalType.Bytes)
                {
                    flat[at] = Gather.Flatten(dictionary, context.Memory);
                }
                else
                {
                    flat[at] = arguments[at];
                    flat[at].Retain();
                }
            }

            return Compute(flat, rowCount, context);
        }
        finally
        {
            foreach (ColumnVector? vector in flat)
                vector?.Dispose();
        }
    }
}
