using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>Arguments and results of functions of JSON.</summary>
internal static class JsonRows
{
    /// <summary>An argument as a tree.</summary>
    public static JsonValue Json(this in RowCall call, int argument) =>
        JsonText.Parse(call.Bytes(argument), keepsText: call[argument].Type is JsonType { IsNormal: false });

    /// <summary>The elements of an argument of type array(varchar); null for NULLs.</summary>
    public static List<string?> Texts(this in RowCall call, int argument)
    {
        ArrayRow array = call.Array(argument);
        var texts = new List<string?>(array.Length);
        for (int at = array.Start; at < array.End; at++)
            texts.Add((string?)array.Elements.GetValue(at));
        return texts;
    }

    /// <summary>Ends the row with a value, or NULL.</summary>
    public static void Append(this in RowCall call, JsonValue? value, bool isNormalized = true)
    {
        if (value is null)
            call.AppendNull();
        else
            Append(call.Result, value, isNormalized);
    }

    /// <summary>Appends a value in the form of the builder's type.</summary>
    public static void Append(VectorBuilder builder, JsonValue value, bool isNormalized = true)
    {
        bool isNormal = builder.Type is JsonType { IsNormal: true };
        if (isNormal && !isNormalized)
            value = value.Normalize();
        ((BytesBuilder)builder).Append(isNormal ? JsonText.Write(value, JsonStyle.Spaced) : value.Source?.ToString() ?? JsonText.Write(value, JsonStyle.Compact));
    }

    /// <summary>Appends a value as text: a string without quotes, NULL for null.</summary>
    public static void AppendText(VectorBuilder builder, JsonValue value, JsonStyle style)
    {
        if (value.Kind == JsonKind.Null)
            builder.AppendNull();
        else
            ((BytesBuilder)builder).Append(TextOf(value, style));
    }

    /// <summary>A value as text: a string without quotes.</summary>
    public static string TextOf(JsonValue value, JsonStyle style) =>
        value.Kind is JsonKind.String or JsonKind.DateTime ? value.Text : value.Source?.ToString() ?? JsonText.Write(value, style);

    /// <summary>The error of a value of the wrong kind.</summary>
    public static QueryException Wrong(string what) => new(ErrorCode.InvalidParameterValue, what);
}
