using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using QueryEngine.Connectors.Formats.Text;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>Reads JSON values as boxed values of SQL types.</summary>
internal static unsafe class JsonValues
{
    /// <summary>The value under the reader, which is left on its last token.</summary>
    /// <exception cref="FormatException">The value is not of the type.</exception>
    public static object? Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, SqlType type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (type.Kind == TypeKind.Json)
            return Raw(ref reader, line);
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        return type switch
        {
            ArrayType array => ReadArray(ref reader, line, array),
            RowType row => ReadRow(ref reader, line, row),
            MapType map => ReadMap(ref reader, line, map),
            { IsText: true } => ReadText(ref reader, line, type),
            BooleanType when reader.TokenType is JsonTokenType.True or JsonTokenType.False => reader.GetBoolean(),
            VarbinaryType when reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out byte[]? bytes) => ValueList.Create<byte>(bytes),
            _ when reader.TokenType is JsonTokenType.Number or JsonTokenType.String => Parse(Scalar(ref reader), type) ?? throw Wrong(ref reader, line, type),
            _ => throw Wrong(ref reader, line, type),
        };
    }

    private static ValueList<object?> ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, ArrayType array)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(ref reader, line, array);
        var items = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(Read(ref reader, line, array.Element));
        return items.ToValueList();
    }

    private static ValueList<object?> ReadRow(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, RowType row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(ref reader, line, row);
        object?[] fields = new object?[row.Fields.Count];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int place = 0;
            while (place < fields.Length && !reader.ValueTextEquals(row.Fields[place].Name))
                place++;
            reader.Read();
            if (place < fields.Length)
                fields[place] = Read(ref reader, line, row.Fields[place].Type);
            else
                reader.Skip();
        }
        return fields.ToValueList();
    }

    private static ValueList<KeyValuePair<object, object?>> ReadMap(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, MapType map)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(ref reader, line, map);
        var entries = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            entries[key] = Read(ref reader, line, map.Value);
        }
        return entries.Select(entry => new KeyValuePair<object, object?>(entry.Key, entry.Value)).ToValueList();
    }

    // What is not text is shown as it stands.
    private static string ReadText(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, SqlType type)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Raw(ref reader, line);
        return type.Kind == TypeKind.Char ? text.TrimEnd(' ') : text;
    }

    private static string Raw(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(line[start..(int)reader.BytesConsumed]);
    }

    private static string Scalar(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);

    private static object? Parse(string text, SqlType type)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(text) + NativeScratch.Padding]; // parsers may read past the end
        int length = Encoding.UTF8.GetBytes(text, utf8);
        fixed (byte* bytes = utf8)
        {
            switch (type)
            {
                case IntegerType when TextParsers.TryParseLong(bytes, length, out long number):
                    return Narrow(number, type.Kind);
                case FloatType { Kind: TypeKind.Real } when float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float real):
                    return real;
                case FloatType { Kind: TypeKind.Double } when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number):
                    return number;
                case DecimalType { IsShort: true } number when TextParsers.TryParseDecimal(bytes, length, number.Scale, out long value):
                    return value;
                case DecimalType { IsShort: false } number when TextParsers.TryParseWideDecimal(bytes, length, number.Scale, out Int128 value):
                    return value;
                case NumberType when BigNumberText.TryParse(text, out BigNumber number, out _):
                    return number;
                case DateType when TextParsers.TryParseDate(bytes, length, out int days):
                    return days;
                case TimestampType when TextParsers.TryParseTimestamp(bytes, length, out long micros, out bool hasZone) && !hasZone:
                    return micros;
                case TimestampWithTimeZoneType when TextParsers.TryParseTimestamp(bytes, length, out long instant, out _):
                    return instant;
                case UuidType when Guid.TryParse(text, out Guid uuid):
                    return BinaryPrimitives.ReadUInt128BigEndian(uuid.ToByteArray(bigEndian: true));
                default:
                    return null;
            }
        }
    }

    private static object? Narrow(long number, TypeKind kind) => kind switch
    {
        TypeKind.TinyInt when number is >= sbyte.MinValue and <= sbyte.MaxValue => (sbyte)number,
        TypeKind.SmallInt when number is >= short.MinValue and <= short.MaxValue => (short)number,
        TypeKind.Integer when number is >= int.MinValue and <= int.MaxValue => (int)number,
        TypeKind.BigInt => number,
        _ => null,
    };

    private static FormatException Wrong(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, SqlType type)
    {
        string text = Raw(ref reader, line);
        return new FormatException($"{(text.Length > 60 ? text[..60] + "..." : text)} is not of type {type}");
    }
}
