using System.Runtime.InteropServices;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>Where each row of a column of lists ends, then the elements of all.</summary>
internal static class NestedOffsets
{
    /// <summary>Offsets from 0 on, and the number of elements.</summary>
    public static async ValueTask<(NativeBuffer Offsets, int Count)> ReadAsync(BlockContext block, int rows, string where)
    {
        var raw = new byte[checked(rows * sizeof(ulong))];
        await block.Input.CopyToAsync(raw, block.Cancellation);
        return Convert(raw, block.Memory, rows, where);
    }

    private static (NativeBuffer Offsets, int Count) Convert(byte[] raw, MemoryContext memory, int rows, string where)
    {
        ReadOnlySpan<ulong> ends = MemoryMarshal.Cast<byte, ulong>(raw);
        if (rows > 0 && ends[^1] > int.MaxValue)
            throw new QueryException(ErrorCode.StatementTooComplex, $"{where} has more than {int.MaxValue} elements in a block");
        NativeBuffer offsets = memory.AllocateCleared((long)(rows + 1) * sizeof(int));
        Span<int> ours = offsets.Span<int>(rows + 1);
        for (int row = 0; row < rows; row++)
            ours[row + 1] = (int)Math.Max(ends[row], (ulong)ours[row]);
        return (offsets, ours[rows]);
    }
}

/// <summary>Arrays.</summary>
internal sealed class ArrayColumn(ArrayType target, NativeColumn element, string where) : NativeColumn
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        (NativeBuffer offsets, int count) = await NestedOffsets.ReadAsync(block, rows, where);
        try
        {
            return new ArrayVector(target, rows, offsets, await element.ReadAsync(block, count, nulls: null), Validity(nulls, rows, block.Memory));
        }
        catch
        {
            offsets.Dispose();
            throw;
        }
    }
}

/// <summary>Maps: keys of all rows, then values.</summary>
internal sealed class MapColumn(MapType target, NativeColumn key, NativeColumn value, string where) : NativeColumn
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        (NativeBuffer offsets, int count) = await NestedOffsets.ReadAsync(block, rows, where);
        ColumnVector? keys = null;
        try
        {
            keys = await key.ReadAsync(block, count, nulls: null);
            return new MapVector(target, rows, offsets, keys, await value.ReadAsync(block, count, nulls: null), Validity(nulls, rows, block.Memory));
        }
        catch
        {
            offsets.Dispose();
            keys?.Dispose();
            throw;
        }
    }
}

/// <summary>Tuples: the values of each member one after the other.</summary>
internal sealed class RowColumn(RowType target, NativeColumn[] members) : NativeColumn
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        var read = new List<ColumnVector>();
        try
        {
            foreach (NativeColumn member in members)
                read.Add(await member.ReadAsync(block, rows, nulls: null));
            return new RowVector(target, rows, CollectionsMarshal.AsSpan(read), Validity(nulls, rows, block.Memory));
        }
        catch
        {
            foreach (ColumnVector vector in read)
                vector.Dispose();
            throw;
        }
    }
}
