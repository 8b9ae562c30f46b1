using QueryEngine.Columnar;
using QueryEngine.Functions.Catalog;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar;

/// <summary>An array of one row.</summary>
internal readonly ref struct ArrayRow(ArrayVector vector, int row)
{
    /// <summary>The elements of all rows.</summary>
    public ColumnVector Elements { get; } = vector.Elements;

    /// <summary>The first element of this row.</summary>
    public int Start { get; } = vector.Offsets[row];

    /// <summary>The number of elements of this row.</summary>
    public int Length { get; } = vector.Offsets[row + 1] - vector.Offsets[row];

    /// <summary>The place after the last element.</summary>
    public int End => Start + Length;
}

/// <summary>One row of a call of a <see cref="RowOverload"/>: its arguments and where the result goes.</summary>
internal readonly ref struct RowCall(ReadOnlySpan<ColumnVector> arguments, int row, VectorBuilder result, FunctionContext context)
{
    private readonly ReadOnlySpan<ColumnVector> _arguments = arguments;

    /// <summary>The row.</summary>
    public int Row { get; } = row;

    /// <summary>Takes the result: exactly one value.</summary>
    public VectorBuilder Result { get; } = result;

    /// <summary>The context of the query.</summary>
    public FunctionContext Context { get; } = context;

    /// <summary>The number of arguments.</summary>
    public int Count => _arguments.Length;

    /// <summary>An argument, flat.</summary>
    public ColumnVector this[int argument] => _arguments[argument];

    public bool IsNull(int argument) => _arguments[argument].IsNull(Row);

    public ArrayRow Array(int argument) => new((ArrayVector)_arguments[argument], Row);

    public long Long(int argument) => ((FixedWidthVector<long>)_arguments[argument]).Values[Row];

    public int Int(int argument) => ((FixedWidthVector<int>)_arguments[argument]).Values[Row];

    public bool Bool(int argument) => ((FixedWidthVector<bool>)_arguments[argument]).Values[Row];

    public double Double(int argument) => ((FixedWidthVector<double>)_arguments[argument]).Values[Row];

    public ReadOnlySpan<byte> Bytes(int argument) => new BytesReader(_arguments[argument])[Row];

    public string Text(int argument) => System.Text.Encoding.UTF8.GetString(Bytes(argument));

    public void Append(long value) => ((FixedWidthBuilder<long>)Result).Append(value);

    public void Append(int value) => ((FixedWidthBuilder<int>)Result).Append(value);

    public void Append(Interval value) => ((FixedWidthBuilder<Int128>)Result).Append(value.Bits);

    public void Append(double value) => ((FixedWidthBuilder<double>)Result).Append(value);

    public void Append(bool value) => ((FixedWidthBuilder<bool>)Result).Append(value);

    public void Append(ReadOnlySpan<char> value) => ((BytesBuilder)Result).Append(value);

    public void Append(ReadOnlySpan<byte> value) => ((BytesBuilder)Result).Append(value);

    public void AppendNull() => Result.AppendNull();
}

/// <summary>A function of any types that works row by row: for nested values, where the work of a row outweighs the way to it.</summary>
internal abstract class RowOverload(string signature, bool isStrict = true) : PatternOverload(signature)
{
    /// <summary>Computes a row and appends one value.</summary>
    protected internal abstract void Invoke(in RowCall call);

    /// <inheritdoc/>
    protected override ScalarFunction Create(string name, ValueList<SqlType> parameterTypes, SqlType returnType) =>
        new RowFunction(name, parameterTypes, returnType, Invoke, isStrict);
}

/// <summary>Computes a row and appends one value.</summary>
internal delegate void RowBody(in RowCall call);

/// <summary>Runs a body for each row; a strict one only for rows without nulls.</summary>
internal sealed class RowFunction(string name, ValueList<SqlType> parameterTypes, SqlType returnType, RowBody body, bool isStrict)
    : VectorFunction(name, parameterTypes, returnType)
{
    /// <inheritdoc/>
    protected override bool IsStrict => isStrict;

    /// <inheritdoc/>
    protected override ColumnVector Compute(ReadOnlySpan<ColumnVector> arguments, int rowCount, FunctionContext context)
    {
        var flat = new ColumnVector[arguments.Length];
        try
        {
            for (int at = 0; at < flat.Length; at++)
                flat[at] = Gather.Flatten(arguments[at], context.Memory);

            using VectorBuilder builder = VectorBuilder.Create(ReturnType, context.Memory, rowCount);
            for (int row = 0; row < rowCount; row++)
            {
                if (isStrict && Array.Exists(flat, vector => vector.IsNull(row)))
                    builder.AppendNull();
                else
                    body(new RowCall(flat, row, builder, context));
            }

            return builder.Build();
        }
        finally
        {
            foreach (ColumnVector? vector in flat)
                vector?.Dispose();
        }
    }
}
