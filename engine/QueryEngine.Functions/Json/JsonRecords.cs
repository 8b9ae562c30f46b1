using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

[ScalarFunction("json_populate_record", "A row with the fields that an object names replaced; the other fields stay.", Aliases = ["jsonb_populate_record"])]
[Example("json_populate_record(ROW(1, 2), '{\"f1\": 5}')", "{field0: 5, field1: 2}")]
internal sealed class JsonPopulateRecordOverload() : RowOverload("T, json -> T | T, jsonb -> T", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(1))
            call.Result.AppendFrom(call[0], call.Row);
        else
            JsonRecords.Append(call, call.Result, call.Json(1), "json_populate_record");
    }
}

[ScalarFunction("json_populate_recordset", "A row for each object of an array, each with the fields that it names replaced.", Aliases = ["jsonb_populate_recordset"])]
[Example("json_populate_recordset(ROW(1, 2), '[{\"f1\": 5}, {}]')", "[{field0: 5, field1: 2}, {field0: 1, field1: 2}]")]
internal sealed class JsonPopulateRecordsetOverload() : RowOverload("T, json -> array(T) | T, jsonb -> array(T)", isStrict: false)
{
    protected internal override void Invoke(in RowCall call)
    {
        if (call.IsNull(1))
        {
            call.AppendNull();
            return;
        }

        JsonValue value = call.Json(1);
        if (value.Kind != JsonKind.Array)
            throw JsonRows.Wrong("cannot call json_populate_recordset on " + (value.IsScalar ? "a scalar" : "an object"));
        foreach (JsonValue item in value.Items)
            JsonRecords.Append(call, ArrayBuilding.Elements(call), item, "json_populate_recordset");
        ArrayBuilding.End(call);
    }
}

/// <summary>Rows of JSON.</summary>
internal static class JsonRecords
{
    /// <summary>Appends the row of the first argument with the members of an object in it.</summary>
    public static void Append(in RowCall call, VectorBuilder builder, JsonValue value, string function)
    {
        if (call[0].Type is not RowType type)
            throw new QueryException(ErrorCode.TypeMismatch, $"first argument of {function} must be a row type");
        if (value.Kind != JsonKind.Object)
            throw JsonRows.Wrong($"argument of {function} must be an array of objects");
        var decoder = new JsonDecoder(call.Context);
        var old = (ValueList<object?>?)call[0].GetValue(call.Row);
        var fields = new object?[type.Fields.Count];
        for (int at = 0; at < fields.Length; at++)
            fields[at] = value.Find(type.Fields[at].Name ?? $"f{at + 1}") is { } member ? decoder.Decode(member, type.Fields[at].Type) : old?[at];
        builder.AppendBoxed(fields.ToValueList());
    }
}
