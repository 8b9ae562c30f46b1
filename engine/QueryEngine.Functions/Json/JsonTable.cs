using System.Globalization;
using QueryEngine.Functions.Arrays;
using QueryEngine.Functions.Catalog;
using QueryEngine.Functions.Json.Path;
using QueryEngine.Functions.Scalar;
using QueryEngine.Spi;

namespace QueryEngine.Functions.Json;

/// <summary>
/// JSON_TABLE: the rows of an input, each an array of the texts of its columns. The last argument describes the columns as JSON: an object with
/// <c>columns</c> (each with <c>kind</c> ordinality, exists, value or query, <c>path</c>, <c>empty</c> and <c>error</c>: an object with <c>default</c>, or
/// the word error) and <c>nested</c> (each such an object with a <c>path</c> of its own).
/// </summary>
[ScalarFunction("$json_table", "JSON_TABLE: its rows as arrays of texts.")]
internal sealed class JsonTableOverload() : RowOverload(
    "varchar, varchar, jsonb, jsonb -> array(array(varchar)) | json, varchar, jsonb, jsonb -> array(array(varchar)) | jsonb, varchar, jsonb, jsonb -> array(array(varchar))")
{
    protected internal override void Invoke(in RowCall call)
    {
        var table = new JsonTableRows(JsonPaths.VariablesOf(call.Json(2)));
        JsonValue columns = call.Json(3);
        JsonPath path = PathParser.Parse(call.Text(1));
        bool raises = columns.Find("error") is { Kind: JsonKind.String, Text: "error" };
        List<string?[]> rows;
        try
        {
            rows = table.Rows(columns, JsonText.Parse(call.Bytes(0)), path);
        }
        catch (QueryException error) when (!raises && !table.IsRaised && (PathEvaluator.IsSuppressible(error) || error.Code == ErrorCode.InvalidText))
        {
            rows = [];
        }

        var builder = (ArrayBuilder)ArrayBuilding.Elements(call);
        foreach (string?[] row in rows)
        {
            foreach (string? text in row)
            {
                if (text is null)
                    builder.Elements.AppendNull();
                else
                    ((BytesBuilder)builder.Elements).Append(text);
            }

            builder.EndRow();
        }

        ArrayBuilding.End(call);
    }
}

/// <summary>Makes the rows of JSON_TABLE.</summary>
internal sealed class JsonTableRows(Dictionary<string, JsonValue> variables)
{
    private readonly Dictionary<string, JsonPath> _paths = [];

    /// <summary>Whether a column raised what its ON ERROR told it to.</summary>
    public bool IsRaised { get; private set; }

    /// <summary>The rows of what a path gives; those of nested paths follow one another, each with the columns of its row.</summary>
    public List<string?[]> Rows(JsonValue columns, JsonValue value, JsonPath path)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        var rows = new List<string?[]>();
        int number = 0;
        foreach (JsonValue item in new PathEvaluator(path, value, variables).Evaluate())
        {
            number++;
            string?[] own = [.. columns.Find("columns")!.Items.Select(column => ValueOf(column, item, number))];
            List<JsonValue> nested = columns.Find("nested")!.Items;
            int[] widths = [.. nested.Select(WidthOf)];
            bool hasRows = false;
            for (int at = 0; at < nested.Count; at++)
            {
                foreach (string?[] inner in Rows(nested[at], item, PathOf(nested[at].Find("path")!.Text)))
                {
                    hasRows = true;
                    rows.Add([.. own, .. new string?[widths[..at].Sum()], .. inner, .. new string?[widths[(at + 1)..].Sum()]]);
                }
            }

            if (!hasRows)
                rows.Add([.. own, .. new string?[widths.Sum()]]);
        }

        return rows;
    }

    private static int WidthOf(JsonValue columns) => columns.Find("columns")!.Items.Count + columns.Find("nested")!.Items.Sum(WidthOf);

    private string? ValueOf(JsonValue column, JsonValue item, int number)
    {
        string kind = column.Find("kind")!.Text;
        if (kind == "ordinality")
            return number.ToString(CultureInfo.InvariantCulture);

        List<JsonValue> found;
        try
        {
            found = new PathEvaluator(PathOf(column.Find("path")!.Text), item, variables).Evaluate();
            if (kind == "value" && found is { Count: > 1 } or [{ IsScalar: false }])
                throw new QueryException(ErrorCode.JsonScalarRequired, "JSON path expression should return single scalar item");
            if (kind == "query" && found.Count > 1 && column.Find("wrap") is null)
                throw new QueryException(ErrorCode.JsonMoreThanOneItem, "JSON path expression should return single item without wrapper");
        }
        catch (QueryException error) when (PathEvaluator.IsSuppressible(error))
        {
            return Otherwise(column.Find("error")!, error, kind == "exists" ? "false" : null);
        }

        if (kind == "exists")
            return found.Count > 0 ? "true" : "false";
        if (found.Count == 0)
            return Otherwise(column.Find("empty")!, new QueryException(ErrorCode.NoJsonItem, "no SQL/JSON item found for specified path"), null);
        JsonValue value = column.Find("wrap") is null ? found[0] : JsonValue.Array(found);
        if (kind == "query")
            return JsonText.Write(value, JsonStyle.Spaced);
        return value.Kind == JsonKind.Null ? null : JsonRows.TextOf(value, JsonStyle.Spaced);
    }

    private string? Otherwise(JsonValue behavior, QueryException error, string? fallback)
    {
        if (behavior is { Kind: JsonKind.String, Text: "error" })
        {
            IsRaised = true;
            throw error;
        }

        return behavior.Kind == JsonKind.Object ? behavior.Find("default") is { Kind: JsonKind.String } text ? text.Text : null : fallback;
    }

    private JsonPath PathOf(string text)
    {
        if (!_paths.TryGetValue(text, out JsonPath? path))
            _paths.Add(text, path = PathParser.Parse(text));
        return path;
    }
}
