using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using QueryEngine.Connectors.AdoNet;
using QueryEngine.Connectors.Odbc.Native;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Odbc.Reading;

/// <summary>A column whose values have a length: text of either width, or bytes.</summary>
internal abstract unsafe class OdbcBytesColumn(string name, short cType, int width, bool isLong) : OdbcColumn(name, cType, width)
{
    private const int Part = 64 * 1024;

    /// <summary>Bytes behind a value that end it.</summary>
    private readonly int _terminator = cType switch
    {
        OdbcLibrary.CWideChar => 2,
        OdbcLibrary.CChar => 1,
        _ => 0,
    };

    /// <inheritdoc/>
    public override bool IsLong => isLong;

    /// <inheritdoc/>
    public override void Ask(OdbcStatement statement, int column)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Part);
        int filled = 0;
        try
        {
            while (true)
            {
                nint length;
                bool isWhole;
                int room = Math.Min(buffer.Length - filled, int.MaxValue / 2) & ~1;
                fixed (byte* bytes = buffer)
                    isWhole = statement.GetData(column, CType, bytes + filled, room, out length);
                if (length == OdbcLibrary.NullData)
                {
                    AppendNull();
                    return;
                }

                if (isWhole)
                {
                    AppendValue(buffer.AsSpan(0, filled + (int)length));
                    return;
                }

                filled += room - _terminator;
                byte[] larger = ArrayPool<byte>.Shared.Rent(checked(buffer.Length * 2));
                buffer.AsSpan(0, filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override void Append(byte* value, nint length)
    {
        if (length < 0 || length > Width - _terminator)
            throw Invalid($"a value of {length} bytes", $"one of at most {Width - _terminator}, as the driver says");
        AppendValue(new ReadOnlySpan<byte>(value, (int)length));
    }

    /// <summary>Appends the bytes that the driver gave.</summary>
    protected abstract void AppendValue(ReadOnlySpan<byte> value);
}

/// <summary>Text. Of char(n) without its trailing blanks.</summary>
internal sealed class OdbcTextColumn(string name, bool isUtf8, bool isChar, int width, bool isLong, BytesBuilder builder)
    : OdbcBytesColumn(name, isUtf8 ? OdbcLibrary.CChar : OdbcLibrary.CWideChar, width, isLong)
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void AppendValue(ReadOnlySpan<byte> value)
    {
        if (isUtf8)
        {
            if (!Utf8.IsValid(value))
                throw Invalid("bytes", "text in UTF-8");
            builder.Append(isChar ? value.TrimEnd((byte)' ') : value);
            return;
        }

        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(value);
        builder.Append(isChar ? text.TrimEnd(' ') : text);
    }
}

/// <summary>Bytes.</summary>
internal sealed class OdbcBinaryColumn(string name, int width, bool isLong, BytesBuilder builder) : OdbcBytesColumn(name, OdbcLibrary.CBinary, width, isLong)
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override void AppendValue(ReadOnlySpan<byte> value) => builder.Append(value);
}

/// <summary>Values that come as short text of ASCII and are parsed: decimals, times, uuids.</summary>
internal abstract unsafe class OdbcParsedColumn(string name, int width, string expected) : OdbcColumn(name, OdbcLibrary.CChar, width)
{
    /// <inheritdoc/>
    protected override void Append(byte* value, nint length)
    {
        var text = new ReadOnlySpan<byte>(value, (int)Math.Clamp(length, 0, Width - 1));
        if (length < 0 || length > Width - 1 || !TryAppend(text.Trim((byte)' ')))
            throw Invalid($"'{System.Text.Encoding.UTF8.GetString(text)}'", expected);
    }

    /// <summary>Parses and appends; false when it is no value of the type.</summary>
    protected abstract bool TryAppend(ReadOnlySpan<byte> text);
}

/// <summary>Decimals, from their digits: no floating point, no <see cref="decimal"/>.</summary>
internal sealed class OdbcDecimalColumn : OdbcParsedColumn
{
    private const int Longest = 96;
    private readonly DecimalType _type;
    private readonly Int128 _limit = 1;
    private readonly FixedWidthBuilder<long>? _short;
    private readonly FixedWidthBuilder<Int128>? _long;

    public OdbcDecimalColumn(string name, DecimalType type, VectorBuilder builder)
        : base(name, Longest, $"a {type}")
    {
        _type = type;
        for (int digit = 0; digit < type.Precision; digit++)
            _limit *= 10;
        (_short, _long) = (builder as FixedWidthBuilder<long>, builder as FixedWidthBuilder<Int128>);
    }

    /// <inheritdoc/>
    protected override void AppendNull() => (_short ?? (VectorBuilder)_long!).AppendNull();

    /// <inheritdoc/>
    protected override bool TryAppend(ReadOnlySpan<byte> text)
    {
        if (SqlDecimals.Parse(text, _type.Scale) is not { } value || value >= _limit || value <= -_limit)
            return false;
        if (_short is not null)
            _short.Append((long)value);
        else
            _long!.Append(value);
        return true;
    }
}

/// <summary>Times of day in microseconds, from their text, which keeps the fraction.</summary>
internal sealed class OdbcTimeColumn(string name, FixedWidthBuilder<long> builder) : OdbcParsedColumn(name, 32, "a time from 00:00:00 to 23:59:59")
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override bool TryAppend(ReadOnlySpan<byte> text)
    {
        if (SqlDates.ParseTime(text) is not { } time)
            return false;
        builder.Append(time);
        return true;
    }
}

/// <summary>UUIDs, from their text.</summary>
internal sealed class OdbcUuidColumn(string name, FixedWidthBuilder<UInt128> builder) : OdbcParsedColumn(name, 48, "a uuid")
{
    /// <inheritdoc/>
    protected override void AppendNull() => builder.AppendNull();

    /// <inheritdoc/>
    protected override bool TryAppend(ReadOnlySpan<byte> text)
    {
        if (!Guid.TryParse(System.Text.Encoding.ASCII.GetString(text), out Guid uuid))
            return false;
        builder.Append(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(uuid.ToByteArray(bigEndian: true)));
        return true;
    }
}
