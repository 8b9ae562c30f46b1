using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>
/// Runs a part of the query once and keeps its rows until the query ends; every <see cref="SharedReadNode"/> of the body that names it reads them.
/// Both run in one task. Columns: the body's.
/// </summary>
public sealed record SharedNode(int ShareId, PlanNode Shared, PlanNode Body) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Shared, Body];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Body.Columns;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Shared = sources[0], Body = sources[1] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add("share", ShareId).Add("columns", $"({string.Join(", ", Shared.Columns)})");
}

/// <summary>The rows of the shared part of a <see cref="SharedNode"/> around it. Output column n is the shared part's column n of <paramref name="Read"/>.</summary>
public sealed record SharedReadNode(int ShareId, ValueList<Column> Outputs, ValueList<Column> Read) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text) =>
        text.Add("share", ShareId).Add("columns", $"({string.Join(", ", Outputs.Zip(Read, (output, read) => output == read ? $"{output}" : $"{output} := {read}"))})");
}
