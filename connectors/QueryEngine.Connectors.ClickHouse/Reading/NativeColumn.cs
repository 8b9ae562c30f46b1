using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>What columns of one block share.</summary>
internal sealed record BlockContext(NativeInput Input, MemoryContext Memory, CancellationToken Cancellation);

/// <summary>Reads the values of a column of a block as a vector.</summary>
internal abstract class NativeColumn
{
    /// <summary>A reader of a type of the source as ours; <paramref name="where"/> says in errors whose values they are.</summary>
    public static NativeColumn Create(ClickHouseType wire, SqlType target, string where)
    {
        switch (wire.Name, target)
        {
            case ("Nullable", _):
                return new NullableColumn(Create(wire.WithoutNull, target, where));
            case ("Nothing", _):
                return new NothingColumn(target);
            case ("UInt8" or "Bool", BooleanType):
                return new ConvertedColumn<byte, bool>(target, where, static (value, _) => value != 0);
            case ("Int8", _):
                return NumberColumns.Create<sbyte>(target, where);
            case ("Int16", _):
                return NumberColumns.Create<short>(target, where);
            case ("Int32", _):
                return NumberColumns.Create<int>(target, where);
            case ("Int64", _):
                return NumberColumns.Create<long>(target, where);
            case ("UInt8" or "Bool", _):
                return NumberColumns.Create<byte>(target, where);
            case ("UInt16", _):
                return NumberColumns.Create<ushort>(target, where);
            case ("UInt32", _):
                return NumberColumns.Create<uint>(target, where);
            case ("UInt64", _):
                return NumberColumns.Create<ulong>(target, where);
            case ("Float32", { Kind: TypeKind.Real }):
                return new CopiedColumn<float>(target);
            case ("Float32", { Kind: TypeKind.Double }):
                return new ConvertedColumn<float, double>(target, where, static (value, _) => value);
            case ("Float64", { Kind: TypeKind.Double }):
                return new CopiedColumn<double>(target);
            case ("Decimal", DecimalType number) when number.Scale == wire.Number(1):
                return wire.Number(0) switch
                {
                    <= 9 => NumberColumns.CreateDecimal<int>(number, where),
                    <= 18 => NumberColumns.CreateDecimal<long>(number, where),
                    _ => NumberColumns.CreateDecimal<Int128>(number, where),
                };
            case ("Date", { Kind: TypeKind.Date }):
                return new ConvertedColumn<ushort, int>(target, where, static (value, _) => value);
            case ("Date32", { Kind: TypeKind.Date }):
                return new CopiedColumn<int>(target);
            case ("Date", { Kind: TypeKind.Timestamp }):
                return TimeColumns.Create<ushort>(target, where, unitsPerDay: 1);
            case ("DateTime", { Kind: TypeKind.Timestamp or TypeKind.TimestampWithTimeZone }):
                return TimeColumns.Create<uint>(target, where, TimeColumns.SecondsPerDay);
            case ("DateTime64", { Kind: TypeKind.Timestamp or TypeKind.TimestampWithTimeZone }):
                return TimeColumns.Create<long>(target, where, TimeColumns.SecondsPerDay * TimeColumns.PowerOfTen(wire.Number(0)));
            case ("UUID", { Kind: TypeKind.Uuid }):
                return new ConvertedColumn<UInt128, UInt128>(target, where, static (value, _) => (value << 64) | (value >> 64)); // the halves are in order, their bytes are not
            case ("String", { Kind: TypeKind.Varchar or TypeKind.Char or TypeKind.Varbinary or TypeKind.Json }):
                return new TextColumn(target, where);
            case ("FixedString", { Kind: TypeKind.Varchar or TypeKind.Varbinary }):
                return new FixedTextColumn(target, where, wire.Number(0));
            case ("Enum8", { Kind: TypeKind.Varchar }):
                return new EnumColumn<sbyte>(target, where, wire);
            case ("Enum16", { Kind: TypeKind.Varchar }):
                return new EnumColumn<short>(target, where, wire);
            case ("Array", ArrayType array):
                return new ArrayColumn(array, Create(ClickHouseType.Parse(wire.Arguments[0]), array.Element, where), where);
            case ("Map", MapType map):
                return new MapColumn(map, Create(ClickHouseType.Parse(wire.Arguments[0]), map.Key, where), Create(ClickHouseType.Parse(wire.Arguments[1]), map.Value, where), where);
            case ("Tuple", RowType row) when row.Fields.Count == wire.Arguments.Count:
                return new RowColumn(row, [.. wire.Members().Zip(row.Fields, (member, ours) => Create(member.Type, ours.Type, where))]);
            default:
                throw new QueryException(ErrorCode.ProtocolViolation, $"{where} came as {wire.Text} where {target} was asked for");
        }
    }

    /// <summary>The next values; where <paramref name="nulls"/> is not 0 the value has no meaning.</summary>
    public abstract ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls);

    /// <summary>The bitmap of rows that are not null; null where none is.</summary>
    protected static NativeBuffer? Validity(byte[]? nulls, int rows, MemoryContext memory)
    {
        if (nulls is null || !nulls.AsSpan(0, rows).ContainsAnyExcept((byte)0))
            return null;
        NativeBuffer validity = memory.AllocateCleared(Spi.Validity.BytesFor(rows));
        Span<byte> bits = validity.Bytes;
        for (int row = 0; row < rows; row++)
            if (nulls[row] == 0)
                bits[row >> 3] |= (byte)(1 << (row & 7));
        return validity;
    }
}

/// <summary>A byte a row says which are null; their values follow all the same.</summary>
internal sealed class NullableColumn(NativeColumn inner) : NativeColumn
{
    private byte[] _nulls = [];

    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        if (_nulls.Length < rows)
            _nulls = new byte[rows];
        await block.Input.CopyToAsync(_nulls.AsMemory(0, rows), block.Cancellation);
        return await inner.ReadAsync(block, rows, _nulls);
    }
}

/// <summary>NULL in every row.</summary>
internal sealed class NothingColumn(SqlType target) : NativeColumn
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        await block.Input.CopyToAsync(new byte[rows], block.Cancellation);
        using VectorBuilder builder = VectorBuilder.Create(target, block.Memory, rows);
        for (int row = 0; row < rows; row++)
            builder.AppendNull();
        return builder.Build();
    }
}

/// <summary>Values that are the same in both.</summary>
internal sealed class CopiedColumn<T>(SqlType target) : NativeColumn
    where T : unmanaged
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        long bytes = (long)rows * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        NativeBuffer values = block.Memory.Allocate(bytes);
        try
        {
            await block.Input.CopyToAsync(values, bytes, block.Cancellation);
            return new FixedWidthVector<T>(target, rows, values, Validity(nulls, rows, block.Memory));
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }
}

/// <summary>Values that are computed one by one.</summary>
internal sealed class ConvertedColumn<TFrom, TTo>(SqlType target, string where, Func<TFrom, string, TTo> convert) : NativeColumn
    where TFrom : unmanaged
    where TTo : unmanaged
{
    private byte[] _raw = [];

    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        int bytes = checked(rows * System.Runtime.CompilerServices.Unsafe.SizeOf<TFrom>());
        if (_raw.Length < bytes)
            _raw = new byte[bytes];
        await block.Input.CopyToAsync(_raw.AsMemory(0, bytes), block.Cancellation);
        return Convert(block.Memory, rows, nulls);
    }

    private FixedWidthVector<TTo> Convert(MemoryContext memory, int rows, byte[]? nulls)
    {
        NativeBuffer values = memory.AllocateCleared((long)rows * System.Runtime.CompilerServices.Unsafe.SizeOf<TTo>());
        try
        {
            ReadOnlySpan<TFrom> from = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, TFrom>(_raw);
            Span<TTo> to = values.Span<TTo>(rows);
            for (int row = 0; row < rows; row++)
                if (nulls is null || nulls[row] == 0)
                    to[row] = convert(from[row], where);
            return new FixedWidthVector<TTo>(target, rows, values, Validity(nulls, rows, memory));
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }
}
