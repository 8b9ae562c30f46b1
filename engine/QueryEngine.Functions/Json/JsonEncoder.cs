using System.Globalization;
using System.Runtime.CompilerServices;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>
/// SQL values as JSON: as PostgreSQL's to_json does, or as Trino's CAST, where rows are arrays, members of maps have an order and doubles a point.
/// </summary>
internal sealed class JsonEncoder(FunctionContext context, bool hasIsoTimes, bool isCast = false)
{
    private readonly Func<DateTime, TimeSpan> _offset = instant =>
        TimeSpan.FromTicks(Zones.OffsetAt(Zones.Of(context.Session), (instant - DateTime.UnixEpoch).Ticks / 10) * 10);

    /// <summary>The JSON of a row of a vector.</summary>
    public JsonValue Encode(ColumnVector vector, int row) => Encode(vector.Type, vector.IsNull(row) ? null : vector.GetValue(row));

    /// <summary>The JSON of a boxed value.</summary>
    public JsonValue Encode(SqlType type, object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (value is null)
            return JsonValue.Null;
        return type switch
        {
            BooleanType or UnknownType => JsonValue.Boolean((bool)value),
            FloatType => isCast ? Point(SqlValueText.Format(type, value)) : Number(SqlValueText.Format(type, value)),
            NumberType when !((BigNumber)value).IsFinite => JsonValue.String(value.ToString()!),
            IntegerType or DecimalType or NumberType => JsonValue.Number(SqlValueText.Format(type, value)),
            JsonType => JsonText.Parse(System.Text.Encoding.UTF8.GetBytes((string)value), keepsText: true),
            ArrayType array => JsonValue.Array([.. ((ValueList<object?>)value).Select(item => Encode(array.Element, item))]),
            MapType map => JsonValue.Object([.. ((ValueList<KeyValuePair<object, object?>>)value).Select(entry =>
                new JsonMember(KeyOf(map.Key, entry.Key), Encode(map.Value, entry.Value))).OrderBy(member => isCast ? member.Key : string.Empty, StringComparer.Ordinal)]),
            RowType fields when isCast => JsonValue.Array([.. ((ValueList<object?>)value).Select((item, at) => Encode(fields.Fields[at].Type, item))]),
            RowType fields => JsonValue.Object([.. ((ValueList<object?>)value).Select((item, at) =>
                new JsonMember(fields.Fields[at].Name ?? $"f{at + 1}", Encode(fields.Fields[at].Type, item)))]),
            TimestampType or TimestampWithTimeZoneType => JsonValue.String(Time(type, value)),
            _ => JsonValue.String(SqlValueText.Format(type, value, _offset)),
        };
    }

    /// <summary>The name of a member that a value gives.</summary>
    public string KeyOf(SqlType type, object value) => SqlValueText.Format(type, value, _offset);

    private static JsonValue Number(string text) =>
        text is "NaN" or "Infinity" or "-Infinity" ? JsonValue.String(text) : JsonValue.Number(text);

    // 1.0 and 1.0E308.
    private static JsonValue Point(string text)
    {
        int e = text.IndexOf('e', StringComparison.Ordinal);
        if (text[^1] is 'N' or 'y' || text.Contains('.', StringComparison.Ordinal))
            return Number(text.Replace("e+", "E", StringComparison.Ordinal).Replace('e', 'E'));
        return JsonValue.Number(e < 0 ? text + ".0" : $"{text[..e]}.0E{text[(e + 1)..].TrimStart('+')}");
    }

    // 2014-05-28T12:22:35-07:00, as to_json does.
    private string Time(SqlType type, object value)
    {
        string text = SqlValueText.Format(type, value, _offset);
        if (!hasIsoTimes)
            return text;
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        if (blank < 0)
            return text; // infinity
        text = string.Concat(text.AsSpan(0, blank), "T", text.AsSpan(blank + 1));
        return type is TimestampWithTimeZoneType && text[^3] is '+' or '-' ? string.Create(CultureInfo.InvariantCulture, $"{text}:00") : text;
    }
}

/// <summary>JSON as SQL values: what CAST and json_populate_record do.</summary>
internal sealed class JsonDecoder(FunctionContext context)
{
    /// <summary>The boxed value of a type.</summary>
    /// <exception cref="QueryException">What the value is not a value of that type for.</exception>
    public object? Decode(JsonValue value, SqlType type)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (type)
        {
            case JsonType json:
                return json.IsNormal ? JsonText.Write(value.Normalize(), JsonStyle.Spaced) : JsonText.Write(value, JsonStyle.Compact);
            case var _ when value.Kind == JsonKind.Null:
                return null;
            case ArrayType array when value.Kind == JsonKind.Array:
                return value.Items.Select(item => Decode(item, array.Element)).ToValueList();
            case MapType map when value.Kind == JsonKind.Object:
                return value.Members.DistinctBy(member => member.Key).Select(member =>
                    new KeyValuePair<object, object?>(Parse(map.Key, member.Key), Decode(member.Value, map.Value))).ToValueList();
            case RowType row when value.Kind == JsonKind.Object:
                return row.Fields.Select(field => Member(value, field.Name) is { } member ? Decode(member, field.Type) : null).ToValueList();
            case RowType row when value.Kind == JsonKind.Array && value.Items.Count == row.Fields.Count:
                return value.Items.Zip(row.Fields, (item, field) => Decode(item, field.Type)).ToValueList();
            case VarcharType or CharType:
                return Parse(type, value.Kind == JsonKind.String ? value.Text : JsonText.Write(value, JsonStyle.Compact));
            case BooleanType when value.Kind == JsonKind.Number:
                return !value.AsNumber().Digits.IsZero;
            case IntegerType or DecimalType or NumberType or FloatType when value.Kind == JsonKind.Boolean:
                return Parse(type, value.Flag ? "1" : "0");
            case IntegerType when value.Kind == JsonKind.Number:
                return Parse(type, value.AsNumber().RoundTo(0).ToString());
            case not (ArrayType or MapType or RowType) when value.IsScalar:
                return Parse(type, value.Kind == JsonKind.Boolean ? value.Flag ? "true" : "false" : value.Text);
            case ArrayType or RowType or MapType when value.Kind == JsonKind.String:
                return Parse(type, value.Text);
            default:
                throw new QueryException(
                    ErrorCode.InvalidParameterValue, $"cannot cast jsonb {KindOf(value)} to type {type}");
        }
    }

    private static string KindOf(JsonValue value) => value.Kind switch
    {
        JsonKind.Null => "null",
        JsonKind.DateTime => "string",
        _ => value.Kind.ToString().ToLowerInvariant(),
    };

    private static JsonValue? Member(JsonValue value, string? name) => name is null ? null
        : value.Find(name) ?? value.Members.LastOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private object Parse(SqlType type, string text) => SqlValueParser.Parse(type, text, context.Session);
}
