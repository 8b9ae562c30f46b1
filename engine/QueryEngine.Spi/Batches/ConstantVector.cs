namespace QueryEngine.Spi;

/// <summary>One value, or NULL, for every row.</summary>
public sealed class ConstantVector : ColumnVector
{
    /// <summary>Takes over one ownership of <paramref name="value"/>, a flat vector of one row.</summary>
    public ConstantVector(ColumnVector value, int length)
        : base(value.Type, length, value.IsNull(0) ? AllNull(length) : null) => Value = value;

    /// <summary>The value: a flat vector of one row.</summary>
    public ColumnVector Value { get; }

    /// <summary>Whether every row is null.</summary>
    public bool IsNullConstant => MayHaveNulls;

    /// <inheritdoc/>
    public override long SizeInBytes => Value.SizeInBytes;

    /// <inheritdoc/>
    public override ColumnVector Slice(int start, int length)
    {
        CheckSlice(start, length);
        return new ConstantVector(Share(Value), length);
    }

    /// <inheritdoc/>
    public override ColumnVector WithType(SqlType type) => new ConstantVector(Value.WithType(type), Length);

    /// <inheritdoc/>
    protected override object GetNonNull(int row) => Value.GetValue(0)!;

    /// <inheritdoc/>
    protected override void Release()
    {
        base.Release();
        Value.Dispose();
    }

    private static NativeBuffer AllNull(int length) => MemoryContext.Unlimited.AllocateCleared(Validity.BytesFor(length));
}
