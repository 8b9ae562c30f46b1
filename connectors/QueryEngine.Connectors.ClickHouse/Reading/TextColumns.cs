using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.ClickHouse.Reading;

/// <summary>Texts behind their lengths.</summary>
internal sealed class TextColumn(SqlType target, string where) : NativeColumn
{
    private readonly bool _isText = !target.IsBinary;

    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        using var builder = new BytesBuilder(target, block.Memory, rows);
        while (builder.Count < rows)
        {
            int needed = Append(block.Input, builder, rows, nulls);
            if (needed > 0)
                await block.Input.EnsureAsync(needed, block.Cancellation);
        }

        return builder.Build();
    }

    /// <summary>An error about bytes that are no text.</summary>
    public static QueryException NoText(string where) => new(
        ErrorCode.InvalidData, $"{where} holds bytes that are no UTF-8", "The catalog's property string-mapping = 'varbinary' reads String as bytes.");

    // Takes what is there; how many bytes must be there for the next one, or 0 when all rows are read.
    private int Append(NativeInput input, BytesBuilder builder, int rows, byte[]? nulls)
    {
        while (builder.Count < rows)
        {
            int before = input.Available.Length;
            if (!input.TryReadNumber(out int length))
                return before + 1;
            ReadOnlySpan<byte> available = input.Available;
            if (available.Length < length)
            {
                input.Advance(available.Length - before); // the length is read again, with what it is the length of
                return before - available.Length + length;
            }

            ReadOnlySpan<byte> text = available[..length];
            if (nulls is not null && nulls[builder.Count] != 0)
                builder.AppendNull();
            else if (_isText && !Utf8.IsValid(text))
                throw NoText(where);
            else
                builder.Append(text);
            input.Advance(length);
        }

        return 0;
    }
}

/// <summary>Texts of one length, filled up with zeros.</summary>
internal sealed class FixedTextColumn(SqlType target, string where, int length) : NativeColumn
{
    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        using var builder = new BytesBuilder(target, block.Memory, rows);
        for (int row = 0; row < rows; row++)
        {
            await block.Input.EnsureAsync(length, block.Cancellation);
            Append(block.Input.Available[..length], builder, nulls is not null && nulls[row] != 0);
            block.Input.Advance(length);
        }

        return builder.Build();
    }

    private void Append(ReadOnlySpan<byte> text, BytesBuilder builder, bool isNull)
    {
        if (isNull)
            builder.AppendNull();
        else if (target.IsBinary)
            builder.Append(text);
        else if (text.TrimEnd((byte)0) is var trimmed && Utf8.IsValid(trimmed))
            builder.Append(trimmed);
        else
            throw TextColumn.NoText(where);
    }
}

/// <summary>Numbers of texts that the type names.</summary>
internal sealed class EnumColumn<T>(SqlType target, string where, ClickHouseType type) : NativeColumn
    where T : unmanaged, IBinaryInteger<T>
{
    private readonly Dictionary<int, byte[]> _texts = type.Values().ToDictionary(value => value.Number, value => Encoding.UTF8.GetBytes(value.Text));
    private byte[] _raw = [];

    public override async ValueTask<ColumnVector> ReadAsync(BlockContext block, int rows, byte[]? nulls)
    {
        int bytes = checked(rows * Unsafe.SizeOf<T>());
        if (_raw.Length < bytes)
            _raw = new byte[bytes];
        await block.Input.CopyToAsync(_raw.AsMemory(0, bytes), block.Cancellation);
        using var builder = new BytesBuilder(target, block.Memory, rows);
        Append(builder, rows, nulls);
        return builder.Build();
    }

    private void Append(BytesBuilder builder, int rows, byte[]? nulls)
    {
        ReadOnlySpan<T> numbers = MemoryMarshal.Cast<byte, T>(_raw);
        for (int row = 0; row < rows; row++)
        {
            if (nulls is not null && nulls[row] != 0)
                builder.AppendNull();
            else
                builder.Append(_texts.TryGetValue(int.CreateTruncating(numbers[row]), out byte[]? text)
                    ? text : throw new QueryException(ErrorCode.InvalidData, $"{where} holds {numbers[row]}, which its type does not name"));
        }
    }
}
