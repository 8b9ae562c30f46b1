using QueryEngine.Connectors.Formats.Text;

namespace QueryEngine.Connectors.Formats.Csv;

/// <summary>Parses the text of one value; a struct, so that the loop around it has no call in it.</summary>
internal unsafe interface IFieldParser<T>
{
    /// <summary>Parses; <paramref name="scale"/> is that of a decimal type.</summary>
    static abstract bool TryParse(byte* text, int length, int scale, out T value);
}

internal readonly unsafe struct LongField : IFieldParser<long>
{
    public static bool TryParse(byte* text, int length, int scale, out long value) => TextParsers.TryParseLong(text, length, out value);
}

internal readonly unsafe struct NarrowField<T> : IFieldParser<T>
    where T : unmanaged, System.Numerics.IBinaryInteger<T>, System.Numerics.IMinMaxValue<T>
{
    public static bool TryParse(byte* text, int length, int scale, out T value)
    {
        bool isNumber = TextParsers.TryParseLong(text, length, out long number);
        value = T.CreateTruncating(number);
        return isNumber && long.CreateTruncating(value) == number;
    }
}

internal readonly unsafe struct RealField : IFieldParser<float>
{
    public static bool TryParse(byte* text, int length, int scale, out float value)
    {
        // Not by way of a double: rounding twice can miss the nearest one.
        if (float.TryParse(new ReadOnlySpan<byte>(text, length), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out value))
            return true;
        bool isNumber = TextParsers.TryParseDouble(text, length, out double number);
        value = (float)number;
        return isNumber;
    }
}

internal readonly unsafe struct UuidField : IFieldParser<UInt128>
{
    public static bool TryParse(byte* text, int length, int scale, out UInt128 value)
    {
        bool isUuid = System.Buffers.Text.Utf8Parser.TryParse(new ReadOnlySpan<byte>(text, length), out Guid uuid, out int read, 'D') && read == length;
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return isUuid;
    }
}

internal readonly unsafe struct DecimalField : IFieldParser<long>
{
    public static bool TryParse(byte* text, int length, int scale, out long value) => TextParsers.TryParseDecimal(text, length, scale, out value);
}

internal readonly unsafe struct WideDecimalField : IFieldParser<Int128>
{
    public static bool TryParse(byte* text, int length, int scale, out Int128 value) =>
        TextParsers.TryParseWideDecimal(text, length, scale, out value);
}

internal readonly unsafe struct DoubleField : IFieldParser<double>
{
    public static bool TryParse(byte* text, int length, int scale, out double value) => TextParsers.TryParseDouble(text, length, out value);
}

internal readonly unsafe struct DateField : IFieldParser<int>
{
    public static bool TryParse(byte* text, int length, int scale, out int value) => TextParsers.TryParseDate(text, length, out value);
}

internal readonly unsafe struct TimestampField : IFieldParser<long>
{
    public static bool TryParse(byte* text, int length, int scale, out long value) =>
        TextParsers.TryParseTimestamp(text, length, out value, out bool hasZone) && !hasZone;
}

internal readonly unsafe struct InstantField : IFieldParser<long>
{
    public static bool TryParse(byte* text, int length, int scale, out long value) =>
        TextParsers.TryParseTimestamp(text, length, out value, out _);
}

internal readonly unsafe struct BooleanField : IFieldParser<bool>
{
    public static bool TryParse(byte* text, int length, int scale, out bool value) => TextParsers.TryParseBoolean(text, length, out value);
}
