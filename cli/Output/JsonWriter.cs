using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using QueryEngine.Cluster.Statements;
using QueryEngine.Spi;

namespace QueryEngine.Cli.Output;

/// <summary>
/// JSON: an array of objects, or an object a line. A number is a JSON number where every reader that uses doubles reads it exactly, else
/// text: whole numbers beyond 9007199254740991, decimals of more than 15 significant digits, NaN and infinities. Arrays and rows are
/// arrays and objects, maps are objects, json is embedded; other types are SQL text. Repeated names of columns get <c>_2</c>, <c>_3</c>.
/// </summary>
internal sealed class JsonWriter(Utf8Output output, CellText text, bool asLines) : ResultWriter, IDisposable
{
    private const long LargestExact = 9_007_199_254_740_991;
    private const int ExactDigits = 15;

    private readonly Utf8JsonWriter _json = new(
        output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private JsonEncodedText[] _names = [];
    private bool _hasRows;

    /// <inheritdoc/>
    public override void Begin(ValueList<ResultColumn> columns) => _names = DistinctNames(columns.Select(column => column.Name));

    /// <inheritdoc/>
    public override void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (!asLines)
                output.Write(_hasRows ? ",\n " : "[");
            _hasRows = true;
            _json.Reset();
            _json.WriteStartObject();
            for (int column = 0; column < _names.Length; column++)
            {
                _json.WritePropertyName(_names[column]);
                WriteValue(batch[column].Type, batch[column].GetValue(row));
            }

            _json.WriteEndObject();
            _json.Flush();
            if (asLines)
                output.EndLine();
        }
    }

    /// <inheritdoc/>
    public override void End(string summary)
    {
        if (!asLines)
            output.Write(_hasRows ? "]\n" : "[]\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private static JsonEncodedText[] DistinctNames(IEnumerable<string> names)
    {
        var distinct = new List<JsonEncodedText>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in names)
        {
            string unique = name;
            for (int number = 2; !taken.Add(unique); number++)
                unique = string.Create(CultureInfo.InvariantCulture, $"{name}_{number}");
            distinct.Add(JsonEncodedText.Encode(unique, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        }

        return [.. distinct];
    }

    private void WriteValue(SqlType type, object? value)
    {
        switch (type, value)
        {
            case (_, null):
                _json.WriteNullValue();
                break;
            case (_, bool boolean):
                _json.WriteBooleanValue(boolean);
                break;
            case (DecimalType decimalType, _):
                WriteDecimal(decimalType, value);
                break;
            case (IntegerType, long and (> LargestExact or < -LargestExact)):
                _json.WriteStringValue(text.Text(type, value));
                break;
            case (IntegerType, _):
                _json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case (FloatType, _):
                WriteFloat(type, value);
                break;
            case (ArrayType array, ValueList<object?> items):
                _json.WriteStartArray();
                foreach (object? item in items)
                    WriteValue(array.Element, item);
                _json.WriteEndArray();
                break;
            case (RowType row, ValueList<object?> items):
                WriteRow(row, items);
                break;
            case (MapType map, ValueList<KeyValuePair<object, object?>> entries):
                _json.WriteStartObject();
                foreach (KeyValuePair<object, object?> entry in entries)
                {
                    _json.WritePropertyName(text.Text(map.Key, entry.Key));
                    WriteValue(map.Value, entry.Value);
                }

                _json.WriteEndObject();
                break;
            case (JsonType, string json):
                WriteJson(json);
                break;
            default:
                _json.WriteStringValue(text.Text(type, value));
                break;
        }
    }

    private void WriteDecimal(DecimalType type, object value)
    {
        string digits = text.Text(type, value);
        Int128 unscaled = value is long narrow ? narrow : (Int128)value;
        if (Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).Length <= ExactDigits)
            _json.WriteRawValue(digits, skipInputValidation: true);
        else
            _json.WriteStringValue(digits);
    }

    private void WriteFloat(SqlType type, object value)
    {
        if (value is double number && double.IsFinite(number))
            _json.WriteNumberValue(number);
        else if (value is float single && float.IsFinite(single))
            _json.WriteNumberValue(single);
        else
            _json.WriteStringValue(text.Text(type, value));
    }

    private void WriteRow(RowType row, ValueList<object?> items)
    {
        JsonEncodedText[] names = DistinctNames(row.Fields.Select((field, at) => field.Name ?? $"field{at}"));
        _json.WriteStartObject();
        for (int field = 0; field < names.Length; field++)
        {
            _json.WritePropertyName(names[field]);
            WriteValue(row.Fields[field].Type, items[field]);
        }

        _json.WriteEndObject();
    }

    private void WriteJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            document.WriteTo(_json);
        }
        catch (JsonException)
        {
            _json.WriteStringValue(json);
        }
    }
}
