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
