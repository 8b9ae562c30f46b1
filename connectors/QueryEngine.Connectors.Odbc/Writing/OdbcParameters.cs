using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Connectors.Odbc.Reading;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Writing;

/// <summary>
/// Parameters of a statement as columns of values: a block of many rows is bound and run at once. Values go in binary; decimals, times and
/// uuids as text.
/// </summary>
internal sealed unsafe class OdbcParameters : IDisposable
{
    private const long MostBytes = 8 << 20;

    private readonly OdbcStatement _statement;
    private readonly SqlType[] _types;
    private readonly bool _isUtf8;
    private readonly int _most;
    private readonly Block[] _blocks;

    public OdbcParameters(OdbcStatement statement, SqlType[] types, int rows, bool isUtf8)
    {
        (_statement, _types, _isUtf8) = (statement, types, isUtf8);
        _most = rows > 1 && statement.TrySet(OdbcLibrary.AttributeParameterSetSize, rows) ? rows : 1;
        _blocks = new Block[types.Length];
    }

    /// <summary>The most rows that the driver takes at once.</summary>
    public int MostRows => _most;

    /// <summary>Binds one row of boxed values.</summary>
    public void Set(object?[] values)
    {
        for (int column = 0; column < _types.Length; column++)
        {
            byte[]? bytes = Encode(_types[column], values[column]);
            Reserve(column, rows: 1, Math.Max(1, bytes?.Length ?? 1));
            Put(column, 0, bytes);
        }
    }

    /// <summary>Runs the prepared statement for all rows of a batch, many at once: fewer where values are long.</summary>
    public void Execute(RecordBatch batch, CancellationToken cancellationToken)
    {
        if (_types.Length == 0)
        {
            for (int row = 0; row < batch.RowCount; row++)
                _statement.Execute();
            return;
        }

        int rows = (int)Math.Clamp(MostBytes / Math.Max(1, LongestRow(batch)), 1, _most);
        for (int first = 0; first < batch.RowCount; first += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Set(batch, first, Math.Min(rows, batch.RowCount - first));
            _statement.Execute();
        }
    }

    private void Set(RecordBatch batch, int first, int count)
    {
        if (_most > 1)
            _statement.TrySet(OdbcLibrary.AttributeParameterSetSize, count);
        for (int column = 0; column < _types.Length; column++)
            SetColumn(column, batch[column], first, count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Block block in _blocks)
        {
            NativeMemory.Free(block.Values);
            NativeMemory.Free(block.Lengths);
        }
    }

    private long LongestRow(RecordBatch batch)
    {
        long longest = 0;
        for (int column = 0; column < _types.Length; column++)
        {
            int width = FixedWidth(_types[column]);
            long most = Math.Max(width, 64);
            if (width == 0 && batch[column].Type.Physical == PhysicalType.Bytes)
                for (int row = 0; row < batch.RowCount; row++)
                    most = Math.Max(most, batch[column].IsNull(row) ? 0 : BytesOf(batch[column], row) * 2L);
            longest += most;
        }

        return longest;
    }

    private static int BytesOf(ColumnVector vector, int row) => vector switch
    {
        BytesVector bytes => bytes[row].Length,
        DictionaryVector dictionary => BytesOf(dictionary.Dictionary, dictionary.Indices[row]),
        ConstantVector constant => BytesOf(constant.Value, 0),
        _ => 0,
    };

    private void SetColumn(int column, ColumnVector vector, int first, int count)
    {
        SqlType type = _types[column];
        if (FixedWidth(type) is > 0 and var width)
        {
            Reserve(column, count, width);
            for (int row = 0; row < count; row++)
                PutFixed(column, row, type, vector, first + row);
            return;
        }

        var values = new byte[count][];
        int longest = 1;
        for (int row = 0; row < count; row++)
        {
            values[row] = Encode(type, vector.GetValue(first + row))!;
            longest = Math.Max(longest, values[row]?.Length ?? 0);
        }

        Reserve(column, count, longest);
        for (int row = 0; row < count; row++)
            Put(column, row, values[row]);
    }

    private void PutFixed(int column, int row, SqlType type, ColumnVector vector, int from)
    {
        if (vector.IsNull(from))
            Put(column, row, null);
        else
            Put(column, row, Encode(type, vector.GetValue(from)));
    }

    private void Put(int column, int row, byte[]? value)
    {
        Block block = _blocks[column];
        block.Lengths[row] = value?.Length ?? OdbcLibrary.NullData;
        value?.CopyTo(new Span<byte>(block.Values + ((long)row * block.Width), block.Width));
    }

    private void Reserve(int column, int rows, int width)
    {
        ref Block block = ref _blocks[column];
        if (block.Values is null || block.Width < width || block.Rows < rows)
        {
            NativeMemory.Free(block.Values);
            NativeMemory.Free(block.Lengths);
            width = Math.Max(width, block.Width);
            rows = Math.Max(rows, block.Rows);
            block = new Block
            {
                Values = (byte*)NativeMemory.AllocZeroed((nuint)rows, (nuint)width),
                Lengths = (nint*)NativeMemory.AllocZeroed((nuint)rows, (nuint)sizeof(nint)),
                Width = width,
                Rows = rows,
            };
        }

        (short cType, short sqlType, long size, int digits) = Describe(_types[column], block.Width);
        _statement.BindParameter(column + 1, cType, sqlType, size, digits, block.Values, block.Width, block.Lengths);
    }

    private (short CType, short SqlType, long Size, int Digits) Describe(SqlType type, int width)
    {
        short text = _isUtf8 ? OdbcLibrary.CChar : OdbcLibrary.CWideChar;
        long characters = Math.Max(1, _isUtf8 ? width : width / 2);
        switch (type.Kind)
        {
            case TypeKind.Boolean or TypeKind.TinyInt: return (OdbcLibrary.CTinyInt, OdbcLibrary.SqlTinyInt, 3, 0);
            case TypeKind.SmallInt: return (OdbcLibrary.CShort, OdbcLibrary.SqlSmallInt, 5, 0);
            case TypeKind.Integer: return (OdbcLibrary.CInteger, OdbcLibrary.SqlInteger, 10, 0);
            case TypeKind.BigInt: return (OdbcLibrary.CBigInt, OdbcLibrary.SqlBigInt, 19, 0);
            case TypeKind.Real or TypeKind.Double: return (OdbcLibrary.CDouble, OdbcLibrary.SqlDouble, 15, 0);
            case TypeKind.Decimal when type is DecimalType number: return (OdbcLibrary.CChar, OdbcLibrary.SqlDecimal, number.Precision, number.Scale);
            case TypeKind.Date: return (OdbcLibrary.CDate, OdbcLibrary.SqlDate, 10, 0);
            case TypeKind.Timestamp or TypeKind.TimestampWithTimeZone: return (OdbcLibrary.CTimestamp, OdbcLibrary.SqlTimestamp, 26, 6);
            case TypeKind.Time or TypeKind.Uuid: return (OdbcLibrary.CChar, OdbcLibrary.SqlVarchar, Math.Max(1, width), 0);
            case TypeKind.Varbinary:
                return (OdbcLibrary.CBinary, width > 8000 ? OdbcLibrary.SqlLongVarbinary : OdbcLibrary.SqlVarbinary, width, 0);
            default:
                return (text, (characters > 4000, _isUtf8) switch
                {
                    (false, true) => OdbcLibrary.SqlVarchar,
                    (true, true) => OdbcLibrary.SqlLongVarchar,
                    (false, false) => OdbcLibrary.SqlWideVarchar,
                    (true, false) => OdbcLibrary.SqlWideLongVarchar,
                }, characters, 0);
        }
    }

    private static int FixedWidth(SqlType type) => type.Kind switch
    {
        TypeKind.Boolean or TypeKind.TinyInt => 1,
        TypeKind.SmallInt => 2,
        TypeKind.Integer => 4,
        TypeKind.BigInt or TypeKind.Real or TypeKind.Double => 8,
        TypeKind.Date => sizeof(OdbcDate),
        TypeKind.Timestamp or TypeKind.TimestampWithTimeZone => sizeof(OdbcTimestamp),
        _ => 0,
    };

    private byte[]? Encode(SqlType type, object? value) => value switch
    {
        null => null,
        bool truth => [truth ? (byte)1 : (byte)0],
        sbyte number => [(byte)number],
        short number => BitConverter.GetBytes(number),
        float number => BitConverter.GetBytes((double)number),
        double number => BitConverter.GetBytes(number),
        int days when type.Kind == TypeKind.Date => ToBytes(OdbcDate.FromDays(days) ?? throw OutOfRange(type)),
        int number => BitConverter.GetBytes(number),
        long microseconds when type.Kind is TypeKind.Timestamp or TypeKind.TimestampWithTimeZone =>
            ToBytes(OdbcTimestamp.FromMicroseconds(microseconds) ?? throw OutOfRange(type)),
        long number when type.Kind == TypeKind.BigInt => BitConverter.GetBytes(number),
        string text => _isUtf8 ? Encoding.UTF8.GetBytes(text) : Encoding.Unicode.GetBytes(text),
        ValueList<byte> bytes => bytes.AsSpan().ToArray(),
        _ when type.Kind is TypeKind.Decimal or TypeKind.Time or TypeKind.Uuid => Encoding.ASCII.GetBytes(SqlValueText.Format(type, value)),
        _ => throw QueryException.NotSupported($"writing {type} by ODBC"),
    };

    private static byte[] ToBytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static QueryException OutOfRange(SqlType type) =>
        new(ErrorCode.DateTimeOverflow, string.Create(CultureInfo.InvariantCulture, $"a {type} outside the years 1 to 9999 cannot be sent by ODBC"));

    private struct Block
    {
        public byte* Values;
        public nint* Lengths;
        public int Width;
        public int Rows;
    }
}
