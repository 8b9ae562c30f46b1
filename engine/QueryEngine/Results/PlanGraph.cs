using System.Globalization;
using System.Text;
using QueryEngine.Plan;

namespace QueryEngine.Results;

/// <summary>Plans as a graph in the language of Graphviz, for EXPLAIN (FORMAT GRAPHVIZ): rows flow along the arrows.</summary>
internal static class PlanGraph
{
    /// <summary>The graph of some plans, one cluster each.</summary>
    public static string Write(IReadOnlyList<(string Name, PlanNode Root)> plans)
    {
        var text = new StringBuilder("digraph plan {\n  rankdir=BT;\n  node [shape=box];\n");
        int nodes = 0;
        for (int plan = 0; plan < plans.Count; plan++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{plan} {{\n    label={Quote(plans[plan].Name)};\n");
            Add(plans[plan].Root);
            text.Append("  }\n");
        }

        return text.Append("}\n").ToString();

        int Add(PlanNode node)
        {
            int number = nodes++;
            text.Append(CultureInfo.InvariantCulture, $"    n{number} [label={Quote(PlanText.Draw(node).Split('\n')[0])}];\n");
            foreach (PlanNode source in node.Sources)
            {
                int from = Add(source);
                text.Append(CultureInfo.InvariantCulture, $"    n{from} -> n{number};\n");
            }

            return number;
        }
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
