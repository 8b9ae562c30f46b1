using System.Text.Json;
using System.Text.Json.Nodes;
using QueryEngine.Plan;

namespace QueryEngine.Results;

/// <summary>A plan as JSON, for EXPLAIN (FORMAT JSON).</summary>
internal static class PlanJson
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    /// <summary>The plan with its estimates.</summary>
    public static string Write(PlanNode plan, Func<PlanNode, double> rows) => Node(plan, rows).ToJsonString(_indented);

    /// <summary>The fragments, each with its plan.</summary>
    public static string WriteFragments(IEnumerable<PlanFragment> fragments, Func<PlanNode, double> rows) => new JsonArray([.. fragments.Select(fragment => (JsonNode)new JsonObject
    {
        ["fragment"] = fragment.Id,
        ["kind"] = fragment.Kind.ToString().ToLowerInvariant(),
        ["output"] = fragment.OutputKind.ToString().ToLowerInvariant(),
        ["outputKeys"] = new JsonArray([.. fragment.OutputKeys.Select(key => (JsonNode)key.Name)]),
        ["plan"] = Node(fragment.Root, rows),
    })]).ToJsonString(_indented);

    /// <summary>The tables that are read and the one that is written.</summary>
    public static string WriteTables(IReadOnlyList<TableScanNode> scans, string? written, Func<PlanNode, double> rows) => new JsonObject
    {
        ["reads"] = new JsonArray([.. scans.Select(scan => (JsonNode)new JsonObject
        {
            ["catalog"] = scan.Catalog,
            ["schema"] = scan.Table.Schema,
            ["table"] = scan.Table.Table,
            ["columns"] = new JsonArray([.. scan.Scanned.Select(column => (JsonNode)column.Handle.Name)]),
            ["estimatedRows"] = double.IsFinite(rows(scan)) ? Math.Round(rows(scan)) : null,
        })]),
        ["writes"] = written,
    }.ToJsonString(_indented);

    private static JsonObject Node(PlanNode node, Func<PlanNode, double> rows)
    {
        string[] lines = PlanText.Draw(node).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new JsonObject
        {
            ["node"] = node.GetType().Name[..^"Node".Length],
            ["description"] = lines[0],
            ["notes"] = new JsonArray([.. NotesOf(lines)]),
            ["columns"] = new JsonArray([.. node.Columns.Select(column => (JsonNode)$"{column.Name} {column.Type}")]),
            ["estimatedRows"] = double.IsFinite(rows(node)) ? Math.Round(rows(node)) : null,
            ["sources"] = new JsonArray([.. node.Sources.Select(source => (JsonNode)Node(source, rows))]),
        };
    }

    // A node is drawn with all below it; its own lines come first, its notes marked by a dash.

    private static IEnumerable<JsonNode> NotesOf(string[] lines) =>
        lines.Skip(1).TakeWhile(line => line.TrimStart().StartsWith("- ", StringComparison.Ordinal)).Select(line => (JsonNode)line.TrimStart()[2..]);
}
