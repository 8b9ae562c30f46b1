using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>
/// A node of a plan: an immutable record. What every node must answer is abstract here, so a new node does not compile until it answers; what
/// only some passes ask lives with those passes. Collections are <see cref="ValueList{T}"/>, so plans compare by value.
/// </summary>
public abstract record PlanNode
{
    /// <summary>The inputs, left to right.</summary>
    public abstract ValueList<PlanNode> Sources { get; }

    /// <summary>The columns this node produces, in order.</summary>
    public abstract ValueList<Column> Columns { get; }

    /// <summary>This node over other inputs; as many as <see cref="Sources"/> has.</summary>
    public abstract PlanNode WithSources(ValueList<PlanNode> sources);

    /// <summary>Writes the node's own properties for EXPLAIN; the tree is drawn by the caller.</summary>
    public abstract void Describe(PlanText text);
}
