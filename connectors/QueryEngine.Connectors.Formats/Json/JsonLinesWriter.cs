using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>
/// Writes batches as JSON lines: an object a row, with every column. Numbers are exact, binary is base 64, dates are ISO text, NaN and infinity are text.
/// Not thread-safe; the stream stays open.
/// </summary>
public sealed class JsonLinesWriter : IDisposable
{
    private const int FlushBytes = 1 << 18;

    private readonly Stream _output;
    private readonly JsonEncodedText[] _names;
    private readonly SqlType[] _types;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes);
    private readonly Utf8JsonWriter _json;

    /// <summary>Begins a file.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED for a type that JSON lines do not hold.</exception>
    public JsonLinesWriter(Stream output, IReadOnlyList<FormatColumn> columns)
    {
        foreach (FormatColumn column in columns)
            JsonLines.Check(column.Type);
        _output = output;
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _types = [.. columns.Select(column => column.Type)];
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Adds the rows of a batch. The caller keeps its ownership.</summary>
    public void Write(RecordBatch batch)
    {
        for (int row = 0; row < batch.RowCount; row++)
        {
            _json.WriteStartObject();
            for (int column = 0; column < _types.Length; column++)
            {
                _json.WritePropertyName(_names[column]);
                WriteValue(_types[column], batch[column].GetValue(row));
            }
            _json.WriteEndObject();
            _json.Flush();
            _json.Reset();
            _buffer.Write("\n"u8);
            if (_buffer.WrittenCount >= FlushBytes)
                Flush();
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Finish() => Flush();

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    private void WriteValue(SqlType type, object? value)
    {
        switch (type, value)
        {
            case (_, null):
                _json.WriteNullValue();
                break;
            case (ArrayType array, ValueList<object?> items):
                _json.WriteStartArray();
                foreach (object? item in items)
                    WriteValue(array.Element, item);
                _json.WriteEndArray();
                break;
            case (MapType map, ValueList<KeyValuePair<object, object?>> entries):
                _json.WriteStartObject();
                foreach ((object key, object? item) in entries)
                {
                    _json.WritePropertyName((string)key);
                    WriteValue(map.Value, item);
                }
                _json.WriteEndObject();
                break;
            case (RowType row, ValueList<object?> fields):
                _json.WriteStartObject();
                for (int field = 0; field < row.Fields.Count; field++)
                {
                    _json.WritePropertyName(row.Fields[field].Name!);
                    WriteValue(row.Fields[field].Type, fields[field]);
                }
                _json.WriteEndObject();
                break;
            case (_, bool truth):
                _json.WriteBooleanValue(truth);
                break;
            case (VarbinaryType, ValueList<byte> bytes):
                _json.WriteBase64StringValue(bytes.AsSpan());
                break;
            case (JsonType, string json):
                WriteJson(json);
                break;
            case (FloatType, double number) when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case (FloatType, float number) when float.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case (IntegerType or DecimalType, _):
                _json.WriteRawValue(SqlValueText.Format(type, value), skipInputValidation: true);
                break;
            case (NumberType, BigNumber { IsFinite: true }):
                _json.WriteRawValue(SqlValueText.Format(type, value), skipInputValidation: true);
                break;
            case (VarcharType or CharType, string text):
                _json.WriteStringValue(text);
                break;
            default:
                _json.WriteStringValue(SqlValueText.Format(type, value));
                break;
        }
    }

    // As it was written, but on one line.
    private void WriteJson(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            document.RootElement.WriteTo(_json);
        }
        catch (JsonException error)
        {
            throw new QueryException(ErrorCode.InvalidText, "a value of type json is not JSON: " + error.Message, inner: error);
        }
    }

    private void Flush()
    {
        _output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
