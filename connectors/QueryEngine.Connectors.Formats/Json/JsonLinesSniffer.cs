using System.Text.Json;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Formats.Json;

/// <summary>What sniffing found: the columns, and the bytes of a row on average.</summary>
public sealed record JsonLinesShape(IReadOnlyList<FormatColumn> Columns, double AverageRowBytes);

/// <summary>Finds the columns of a file of JSON lines from its first lines: every name that some object has.</summary>
public static class JsonLinesSniffer
{
    private const int MostRows = 10_000;
    private const int SampleBytes = 4 << 20;

    /// <summary>Looks at the beginning of a file.</summary>
    /// <exception cref="QueryException">INVALID_DATA when it has no object or something else.</exception>
    public static JsonLinesShape Sniff(ByteSource source)
    {
        var names = new List<string>();
        var types = new Dictionary<string, SqlType?>(StringComparer.Ordinal);
        using var input = new JsonLineInput(source, 0, SampleBytes);
        int rows = 0;
        while (rows < MostRows && input.TryRead(out ReadOnlyMemory<byte> line))
        {
            rows++;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                foreach (JsonProperty property in document.RootElement.EnumerateObject())
                {
                    if (types.TryAdd(property.Name, null))
                        names.Add(property.Name);
                    types[property.Name] = Merge(types[property.Name], TypeOf(property.Value));
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}', line {rows}: not a JSON object: {error.Message}", inner: error);
            }
        }
        if (names.Count == 0)
            throw new QueryException(ErrorCode.InvalidData, $"file '{source.Name}' has no JSON object with a name in it");
        return new JsonLinesShape([.. names.Select(name => new FormatColumn(name, Finish(types[name])))], Math.Max(1, (double)input.Offset / rows));
    }

    // Null stands for "not known yet".
    private static SqlType? TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => SqlType.Boolean,
        JsonValueKind.Number => value.TryGetInt64(out _) ? SqlType.BigInt : SqlType.Double,
        JsonValueKind.String => SqlType.Varchar,
        JsonValueKind.Array => SqlType.Array(value.EnumerateArray().Aggregate((SqlType?)null, (merged, item) => Merge(merged, TypeOf(item))) ?? SqlType.Unknown),
        JsonValueKind.Object => SqlType.Row([.. value.EnumerateObject().DistinctBy(field => field.Name).Select(field => new RowField(field.Name, TypeOf(field.Value) ?? SqlType.Unknown))]),
        _ => null,
    };

    private static SqlType? Merge(SqlType? left, SqlType? right) => (left, right) switch
    {
        (null or UnknownType, _) => right ?? left,
        (_, null or UnknownType) => left,
        _ when left == right => left,
        ({ Kind: TypeKind.BigInt or TypeKind.Double }, { Kind: TypeKind.BigInt or TypeKind.Double }) => SqlType.Double,
        (ArrayType one, ArrayType other) => SqlType.Array(Merge(one.Element, other.Element)!),
        (RowType one, RowType other) => MergeRows(one, other),
        _ => SqlType.Json,
    };

    private static RowType MergeRows(RowType left, RowType right)
    {
        List<RowField> fields = [.. left.Fields];
        foreach (RowField field in right.Fields)
        {
            int place = fields.FindIndex(known => known.Name == field.Name);
            if (place < 0)
                fields.Add(field);
            else
                fields[place] = field with { Type = Merge(fields[place].Type, field.Type)! };
        }
        return SqlType.Row([.. fields]);
    }

    private static SqlType Finish(SqlType? type) => type switch
    {
        null or UnknownType => SqlType.Varchar,
        ArrayType array => SqlType.Array(Finish(array.Element)),
        RowType { Fields.Count: 0 } => SqlType.Json,
        RowType row => SqlType.Row([.. row.Fields.Select(field => field with { Type = Finish(field.Type) })]),
        _ => type,
    };
}
