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

/// <summary>An interval year to month.</summary>
internal readonly record struct SqlMonths(int Months);

/// <summary>An interval day to second, in microseconds.</summary>
internal readonly record struct SqlDuration(long Micros);

/// <summary>How a text function ends.</summary>
internal enum Text
{
    /// <summary>The result is NULL; what was written is dropped.</summary>
    Null,

    /// <summary>The result is what was written.</summary>
    Written,
}

/// <summary>Takes the bytes of a text result.</summary>
internal sealed class TextOutput(SqlType type, MemoryContext memory, int rowCount) : IDisposable
{
    private readonly BytesBuilder _builder = new(type, memory, rowCount);
    private int _written;

    /// <summary>Bytes written for this row.</summary>
    public int Length => _written;

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
    public Span<byte> Room(int bytes) => _builder.Reserve(checked(_written + bytes))[_written..];

    /// <summary>Counts bytes written into <see cref="Room"/>.</summary>
    public Text Advance(int bytes)
    {
        _written += bytes;
        return Text.Written;
    }

    /// <summary>Ends a row.</summary>
    public void End(Text result)
    {
        if (result == Text.Null)
            _builder.AppendNull();
        else
            _builder.Commit(_written);
        _written = 0;
    }

    /// <summary>The rows.</summary>
    public ColumnVector Build() => _builder.Build();

    /// <inheritdoc/>
    public void Dispose() => _builder.Dispose();
}
