using System.Runtime.CompilerServices;
using System.Text;

namespace QueryEngine.Plan;

/// <summary>
/// Draws plans for EXPLAIN and for golden tests: one line a node, two spaces a level, then the node's notes (remote SQL, why something was not
/// pushed) each on a line of its own.
/// </summary>
public sealed class PlanText
{
    private const string NodeSuffix = "Node";
    private readonly List<string> _properties = [];
    private readonly List<string> _notes = [];

    /// <summary>Draws the plan under <paramref name="root"/>. <paramref name="annotate"/> adds notes of its own to a node (rows, cost, time).</summary>
    public static string Draw(PlanNode root, Func<PlanNode, IEnumerable<string>>? annotate = null)
    {
        var drawing = new StringBuilder();
        Draw(root, depth: 0, drawing, annotate);
        return drawing.ToString();
    }

    /// <summary>Adds a property without a name.</summary>
    public PlanText Add(object value)
    {
        _properties.Add(value.ToString()!);
        return this;
    }

    /// <summary>Adds a property of the node being described.</summary>
    public PlanText Add(string name, object value)
    {
        _properties.Add($"{name}={value}");
        return this;
    }

    /// <summary>Adds a line below the node.</summary>
    public PlanText Note(string line)
    {
        _notes.Add(line);
        return this;
    }

    private static void Draw(PlanNode node, int depth, StringBuilder drawing, Func<PlanNode, IEnumerable<string>>? annotate)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var text = new PlanText();
        node.Describe(text);
        string name = node.GetType().Name;
        drawing.Append(' ', depth * 2).Append(name.AsSpan(0, name.Length - NodeSuffix.Length));
        if (text._properties.Count > 0)
            drawing.Append('[').AppendJoin(", ", text._properties).Append(']');
        drawing.Append('\n');
        foreach (string note in text._notes.Concat(annotate?.Invoke(node) ?? []))
            drawing.Append(' ', (depth * 2) + 4).Append("- ").Append(note).Append('\n');
        foreach (PlanNode source in node.Sources)
            Draw(source, depth + 1, drawing, annotate);
    }
}
