using QueryEngine.Columnar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>Runs an <c>IFunction</c> struct over vectors; the loops are closed over the struct, so that its method is inlined into them.</summary>
internal abstract class StructFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    public sealed override bool IsDeterministic => !isVolatile;
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<TResult>
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke());
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, T1, R1, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<T1, TResult>
    where T1 : allows ref struct
    where R1 : struct, IReader<R1, T1>, allows ref struct
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var invocation = new Invocation(arguments, context, writer.Output);
            int next = 0;
            R1 first = R1.Open(invocation, ref next);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke(first[row]));
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, T1, T2, R1, R2, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<T1, T2, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where R1 : struct, IReader<R1, T1>, allows ref struct
    where R2 : struct, IReader<R2, T2>, allows ref struct
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var invocation = new Invocation(arguments, context, writer.Output);
            int next = 0;
            R1 first = R1.Open(invocation, ref next);
            R2 second = R2.Open(invocation, ref next);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke(first[row], second[row]));
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, T1, T2, T3, R1, R2, R3, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<T1, T2, T3, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
    where R1 : struct, IReader<R1, T1>, allows ref struct
    where R2 : struct, IReader<R2, T2>, allows ref struct
    where R3 : struct, IReader<R3, T3>, allows ref struct
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var invocation = new Invocation(arguments, context, writer.Output);
            int next = 0;
            R1 first = R1.Open(invocation, ref next);
            R2 second = R2.Open(invocation, ref next);
            R3 third = R3.Open(invocation, ref next);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke(first[row], second[row], third[row]));
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, T1, T2, T3, T4, R1, R2, R3, R4, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<T1, T2, T3, T4, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
    where T4 : allows ref struct
    where R1 : struct, IReader<R1, T1>, allows ref struct
    where R2 : struct, IReader<R2, T2>, allows ref struct
    where R3 : struct, IReader<R3, T3>, allows ref struct
    where R4 : struct, IReader<R4, T4>, allows ref struct
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var invocation = new Invocation(arguments, context, writer.Output);
            int next = 0;
            R1 first = R1.Open(invocation, ref next);
            R2 second = R2.Open(invocation, ref next);
            R3 third = R3.Open(invocation, ref next);
            R4 fourth = R4.Open(invocation, ref next);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke(first[row], second[row], third[row], fourth[row]));
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}

/// <inheritdoc/>
internal sealed class StructFunction<TFunction, T1, T2, T3, T4, T5, R1, R2, R3, R4, R5, TResult, TWriter>(string name, ValueList<SqlType> parameterTypes, SqlType returnType, bool isVolatile)
    : StructFunction(name, parameterTypes, returnType, isVolatile)
    where TFunction : struct, IFunction<T1, T2, T3, T4, T5, TResult>
    where T1 : allows ref struct
    where T2 : allows ref struct
    where T3 : allows ref struct
    where T4 : allows ref struct
    where T5 : allows ref struct
    where R1 : struct, IReader<R1, T1>, allows ref struct
    where R2 : struct, IReader<R2, T2>, allows ref struct
    where R3 : struct, IReader<R3, T3>, allows ref struct
    where R4 : struct, IReader<R4, T4>, allows ref struct
    where R5 : struct, IReader<R5, T5>, allows ref struct
    where TWriter : struct, IWriter<TWriter, TResult>, allows ref struct
{
    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        TWriter writer = TWriter.Create(ReturnType, rowCount, context.Memory);
        NativeBuffer? validity = ValidityBitmap.And(arguments, rowCount, context.Memory);
        try
        {
            var invocation = new Invocation(arguments, context, writer.Output);
            int next = 0;
            R1 first = R1.Open(invocation, ref next);
            R2 second = R2.Open(invocation, ref next);
            R3 third = R3.Open(invocation, ref next);
            R4 fourth = R4.Open(invocation, ref next);
            R5 fifth = R5.Open(invocation, ref next);
            var valid = new Validity(validity is null ? default : validity.Span<byte>(Validity.BytesFor(rowCount)));
            for (int row = 0; row < rowCount; row++)
            {
                if (valid[row])
                    writer.Write(row, TFunction.Invoke(first[row], second[row], third[row], fourth[row], fifth[row]));
                else
                    writer.WriteNull(row);
            }
        }
        catch
        {
            validity?.Dispose();
            writer.Abandon();
            throw;
        }

        return writer.Build(validity);
    }
}
