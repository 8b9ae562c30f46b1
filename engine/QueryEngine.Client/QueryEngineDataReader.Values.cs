using QueryEngine.Spi;

namespace QueryEngine.Client;

/// <summary>The values of the current row.</summary>
public sealed partial class QueryEngineDataReader
{
    /// <inheritdoc/>
    public override bool IsDBNull(int ordinal) => Vector(ordinal).IsNull(_row);

    /// <inheritdoc/>
    public override object GetValue(int ordinal)
    {
        ColumnVector vector = Vector(ordinal);
        return vector.GetValue(_row) is { } value ? _values.ToClr(vector.Type, value) : DBNull.Value;
    }

    /// <inheritdoc/>
    public override int GetValues(object[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        int count = Math.Min(values.Length, FieldCount);
        for (int column = 0; column < count; column++)
            values[column] = GetValue(column);
        return count;
    }

    /// <summary>
    /// The value as a type of the caller's choice: .NET's numbers where nothing is lost, string for the exact text of any type, Int128 and
    /// BigInteger for whole numbers, DateOnly, TimeOnly, DateTime, DateTimeOffset, TimeSpan, Guid, enums, arrays and lists. NULL only
    /// for types that can be null.
    /// </summary>
    public override T GetFieldValue<T>(int ordinal)
    {
        ColumnVector vector = Vector(ordinal);
        if (vector.IsNull(_row))
            return ForNull<T>(ordinal);

        (ColumnVector flat, int row) = vector switch
        {
            ConstantVector constant => (constant.Value, 0),
            DictionaryVector dictionary => (dictionary.Dictionary, dictionary.Indices[_row]),
            _ => (vector, _row),
        };
        if (typeof(T) == typeof(long) && flat.Type.Kind == TypeKind.BigInt)
            return (T)(object)((FixedWidthVector<long>)flat).Values[row];
        if (typeof(T) == typeof(int) && flat.Type.Kind == TypeKind.Integer)
            return (T)(object)((FixedWidthVector<int>)flat).Values[row];
        if (typeof(T) == typeof(double) && flat.Type.Kind == TypeKind.Double)
            return (T)(object)((FixedWidthVector<double>)flat).Values[row];
        return _values.Convert<T>(vector.Type, flat.GetValue(row)!);
    }

    /// <inheritdoc/>
    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    /// <inheritdoc/>
    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    /// <inheritdoc/>
    public override char GetChar(int ordinal) => GetFieldValue<char>(ordinal);

    /// <inheritdoc/>
    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    /// <inheritdoc/>
    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    /// <inheritdoc/>
    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    /// <inheritdoc/>
    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    /// <inheritdoc/>
    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    /// <inheritdoc/>
    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    /// <inheritdoc/>
    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    /// <inheritdoc/>
    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    /// <summary>The exact text of a value of any type.</summary>
    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    /// <inheritdoc/>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        Copy<byte>(GetFieldValue<byte[]>(ordinal), dataOffset, buffer, bufferOffset, length);

    /// <inheritdoc/>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Copy(GetFieldValue<string>(ordinal).AsSpan(), dataOffset, buffer, bufferOffset, length);

    private static long Copy<T>(ReadOnlySpan<T> source, long offset, T[]? target, int targetOffset, int length)
    {
        if (target is null)
            return source.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= source.Length)
            return 0;
        int count = (int)Math.Min(length, source.Length - offset);
        source.Slice((int)offset, count).CopyTo(target.AsSpan(targetOffset));
        return count;
    }

    private T ForNull<T>(int ordinal)
    {
        if (typeof(T) == typeof(object) || typeof(T) == typeof(DBNull))
            return (T)(object)DBNull.Value;
        return default(T) is null && Nullable.GetUnderlyingType(typeof(T)) is not null
            ? default!
            : throw new InvalidCastException($"column '{GetName(ordinal)}' is NULL");
    }

    private ColumnVector Vector(int ordinal)
    {
        _ = Column(ordinal);
        return _batch is { } batch && _row >= 0
            ? batch[ordinal]
            : throw new InvalidOperationException("the reader is on no row; call Read first");
    }
}
