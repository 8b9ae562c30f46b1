using System.Text;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Scalar.Adapters;

/// <summary>A text (or binary) argument: UTF-8 bytes.</summary>
internal readonly ref struct Utf8(ReadOnlySpan<byte> bytes)
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The text as UTF-16.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}

/// <summary>A date: days since 1970-01-01.</summary>
internal readonly record struct SqlDate(int Days);

/// <summary>A timestamp without a zone, in microseconds since 1970-01-01.</summary>
internal readonly record struct SqlTimestamp(long Micros);

/// <summary>An instant, in microseconds since 1970-01-01 UTC.</summary>
internal readonly record struct SqlInstant(long Micros);

/// <summary>A time of day, in microseconds.</summary>
internal readonly record struct SqlTime(long Micros);

/// <summary>How a text function ends.</summary>
internal enum Text
{
    /// <summary>The result is NULL; what was written is dropped.</summary>
    Null,

    /// <summary>The result is what was written.</summary>
    Written,
}

/// <summary>Takes the bytes of a text result, row after row, straight into the buffers of the vector.</summary>
internal sealed class TextOutput : IDisposable
{
    private readonly SqlType _type;
    private readonly MemoryContext _memory;
    private readonly int _rowCount;
    private NativeBuffer? _offsets;
    private NativeBuffer? _data;
    private NativeBuffer? _validity;
    private int _row;
    private int _start;
    private int _end;

    /// <summary>Makes room for that many rows.</summary>
    public TextOutput(SqlType type, MemoryContext memory, int rowCount)
    {
        (_type, _memory, _rowCount) = (type, memory, rowCount);
        _offsets = memory.Allocate((rowCount + 1L) * sizeof(int));
        _offsets.Span<int>(1)[0] = 0;
        _data = memory.Allocate(rowCount * 8L);
    }

    /// <summary>Bytes written for this row.</summary>
    public int Length => _end - _start;

    /// <summary>Adds bytes.</summary>
    public Text Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        return Advance(bytes.Length);
    }

    /// <summary>Adds one byte.</summary>
    public Text Write(byte value) => Write([value]);

    /// <summary>Adds text.</summary>
    public Text Write(ReadOnlySpan<char> text)
    {
        Span<byte> room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        return Advance(Encoding.UTF8.GetBytes(text, room));
    }

    /// <summary>Adds text.</summary>
    public Text Write(string text) => Write(text.AsSpan());

    /// <summary>Room for more bytes, to be filled before <see cref="Advance"/>.</summary>
    public Span<byte> Room(int bytes)
    {
        if (_data!.Capacity - _end < bytes)
            Grow(bytes);
        return _data.Bytes.Slice(_end, bytes);
    }

    /// <summary>Counts bytes written into <see cref="Room"/>.</summary>
    public Text Advance(int bytes)
    {
        _end += bytes;
        return Text.Written;
    }

    /// <summary>Ends a row.</summary>
    public void End(Text result)
    {
        if (result == Text.Null)
            EndNull();
        _start = _end;
        _offsets!.Span<int>(++_row, 1)[0] = _end;
    }

    /// <summary>The rows.</summary>
    public ColumnVector Build()
    {
        var vector = new BytesVector(_type, _row, _offsets!, _data!, _validity);
        (_offsets, _data, _validity) = (null, null, null);
        return vector;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _offsets?.Dispose();
        _data?.Dispose();
        _validity?.Dispose();
        (_offsets, _data, _validity) = (null, null, null);
    }

    private void EndNull()
    {
        _end = _start;
        if (_validity is null)
        {
            _validity = _memory.Allocate(Validity.BytesFor(_rowCount));
            _validity.Span<byte>(Validity.BytesFor(_rowCount)).Fill(0xFF);
        }

        _validity.Span<byte>(Validity.BytesFor(_rowCount))[_row >> 3] &= (byte)~(1 << (_row & 7));
    }

    private void Grow(int bytes)
    {
        long needed = (long)_end + bytes;
        if (needed > int.MaxValue)
            throw new QueryException(ErrorCode.StatementTooComplex, $"a column of one batch has more than {int.MaxValue} bytes");
        NativeBuffer larger = _memory.Allocate(Math.Max(needed, Math.Min(int.MaxValue, _data!.Capacity * 2)));
        _data.Bytes[.._end].CopyTo(larger.Bytes);
        _data.Dispose();
        _data = larger;
    }
}
