using System.Globalization;
using QueryEngine.Functions.Casts;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json.Path;

/// <content>Methods.</content>
internal sealed partial class PathEvaluator
{
    private void ExecuteMethod(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found, bool unwraps)
    {
        switch (item.Name)
        {
            case "type":
                Next(item, JsonValue.String(value.Kind == JsonKind.DateTime ? value.Time!.TypeName : value.Kind.ToString().ToLowerInvariant()), current, found);
                return;
            case "size":
                if (value.Kind != JsonKind.Array && !_isLax)
                {
                    if (!_ignoresStructure)
                        throw new QueryException(ErrorCode.JsonArrayNotFound, "jsonpath item method .size() can only be applied to an array");
                    return;
                }

                int size = value.Kind == JsonKind.Array ? value.Items.Count : 1;
                Next(item, JsonValue.Number(size.ToString(CultureInfo.InvariantCulture)), current, found);
                return;
        }

        if (unwraps && value.Kind == JsonKind.Array)
        {
            Unwrap(item, value, current, found);
            return;
        }

        if (item.Name == "keyvalue")
            ExecuteKeyValue(item, value, current, found);
        else
            Next(item, Convert(item, value), current, found);
    }

    private void ExecuteKeyValue(PathItem item, JsonValue value, JsonValue current, List<JsonValue> found)
    {
        if (value.Kind != JsonKind.Object)
            throw new QueryException(ErrorCode.JsonObjectNotFound, "jsonpath item method .keyvalue() can only be applied to an object");
        foreach (JsonMember member in value.Members)
            Next(
                item,
                JsonValue.Object(
                [
                    new JsonMember("id", JsonValue.Number("0")), new JsonMember("key", JsonValue.String(member.Key)), new JsonMember("value", member.Value),
                ]),
                current,
                found);
    }

    private static JsonValue Convert(PathItem item, JsonValue value)
    {
        switch (item.Name)
        {
            case "abs" or "floor" or "ceiling":
                if (value.Kind != JsonKind.Number)
                    throw NonNumeric(item, "can only be applied to a numeric value");
                JsonNumber number = value.AsNumber();
                return JsonValue.Number(item.Name switch { "abs" => number.Abs(), "floor" => number.Floor(), _ => number.Ceiling() });
            case "double":
                return ToDouble(item, value);
            case "number" or "decimal":
                return ToNumber(item, value);
            case "bigint":
                return ToInteger(item, value, long.MinValue, long.MaxValue);
            case "integer":
                return ToInteger(item, value, int.MinValue, int.MaxValue);
            case "boolean":
                return ToBoolean(item, value);
            case "string":
                return value.IsScalar && value.Kind != JsonKind.Null
                    ? JsonValue.String(JsonRows.TextOf(value, JsonStyle.Spaced))
                    : throw NonNumeric(item, "can only be applied to a boolean, string, numeric, or datetime value");
            default:
                return ToTime(item, value);
        }
    }

    private static JsonValue ToDouble(PathItem item, JsonValue value)
    {
        if (value.Kind is not (JsonKind.Number or JsonKind.String))
            throw NonNumeric(item, "can only be applied to a string or numeric value");
        bool isNumber = double.TryParse(value.Text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
        if (!isNumber || !double.IsFinite(number))
            throw NonNumeric(item, $"argument \"{value.Text}\" is invalid for type double precision");
        return JsonValue.Number(JsonNumber.Of(number));
    }

    private static JsonValue ToNumber(PathItem item, JsonValue value)
    {
        if (value.Kind is not (JsonKind.Number or JsonKind.String))
            throw NonNumeric(item, "can only be applied to a string or numeric value");
        if (!JsonNumber.TryParse(value.Text, out JsonNumber number))
            throw NonNumeric(item, $"argument \"{value.Text}\" is invalid for type numeric");
        if (item.Arguments.Length == 0)
            return JsonValue.Number(number);

        int precision = ArgumentOf(item, 0), scale = item.Arguments.Length > 1 ? ArgumentOf(item, 1) : 0;
        number = scale >= 0 ? number.RoundTo(scale) : number;
        if (number.Truncate() is var whole && System.Numerics.BigInteger.Abs(whole) >= System.Numerics.BigInteger.Pow(10, Math.Max(0, precision - scale)))
            throw NonNumeric(item, $"argument \"{value.Text}\" is invalid for type numeric");
        return JsonValue.Number(number);
    }

    private static int ArgumentOf(PathItem item, int at) =>
        item.Arguments[at].Value is { Kind: JsonKind.Number } value && int.TryParse(value.Text, CultureInfo.InvariantCulture, out int number)
            ? number : throw NonNumeric(item, "has an argument that is no whole number");

    private static JsonValue ToInteger(PathItem item, JsonValue value, long least, long most)
    {
        if (value.Kind is not (JsonKind.Number or JsonKind.String))
            throw NonNumeric(item, "can only be applied to a string or numeric value");
        bool isNumber = JsonNumber.TryParse(value.Text, out JsonNumber number) && (value.Kind == JsonKind.Number || number.Scale == 0);
        number = isNumber ? number.RoundTo(0) : default;
        return isNumber && number.Digits >= least && number.Digits <= most
            ? JsonValue.Number(number)
            : throw NonNumeric(item, $"argument \"{value.Text}\" is invalid for type {item.Name}");
    }

    private static JsonValue ToBoolean(PathItem item, JsonValue value)
    {
        switch (value.Kind)
        {
            case JsonKind.Boolean:
                return value;
            case JsonKind.Number when value.AsNumber() is var number && number.Floor().CompareTo(number) == 0:
                return JsonValue.Boolean(!number.Digits.IsZero);
            case JsonKind.String when ValueText.TryParseBoolean(System.Text.Encoding.UTF8.GetBytes(value.Text), out bool truth):
                return JsonValue.Boolean(truth);
            case JsonKind.Number or JsonKind.String:
                throw NonNumeric(item, $"argument \"{value.Text}\" is invalid for type boolean");
            default:
                throw NonNumeric(item, "can only be applied to a boolean, string, or numeric value");
        }
    }

    private static JsonValue ToTime(PathItem item, JsonValue value)
    {
        if (value.Kind == JsonKind.DateTime && item.Name == "datetime")
            return value;
        if (value.Kind != JsonKind.String && value.Kind != JsonKind.DateTime)
            throw new QueryException(ErrorCode.InvalidJsonDateTime, $"jsonpath item method .{item.Name}() can only be applied to a string");
        if (item.Name == "datetime" && item.Arguments.Length > 0)
            throw QueryException.NotSupported("a template of datetime() in a JSON path");
        PathTime? time = value.Time ?? PathTime.TryParse(value.Text);
        PathTime? wanted = item.Name switch
        {
            "date" => time?.As(SqlType.Date),
            "time" => time?.As(SqlType.Time),
            "timestamp" => time?.As(SqlType.Timestamp),
            "timestamp_tz" => time?.As(SqlType.TimestampWithTimeZone),
            "time_tz" => throw QueryException.NotSupported("time_tz() in a JSON path"),
            _ => time,
        };
        return wanted is null
            ? throw new QueryException(ErrorCode.InvalidJsonDateTime, $"{item.Name} format is not recognized: \"{value.Text}\"")
            : JsonValue.DateTime(wanted);
    }

    private static QueryException NonNumeric(PathItem item, string what) =>
        new(ErrorCode.NonNumericJsonItem, $"jsonpath item method .{item.Name}() {what}");
}
