using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>The root of a query: the columns that the client gets, with their names, which may repeat. Columns may repeat too.</summary>
public sealed record OutputNode(PlanNode Source, ValueList<Column> Outputs, ValueList<string> Names) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) =>
        text.Add(string.Join(", ", Outputs.Zip(Names, (column, name) => column.Name == name ? $"{column}" : $"{name} := {column}")));
}

/// <summary>
/// Writes the source's rows, columns in the handle's order, through a sink of this task and gives one row a task: what the sink returned, as
/// varbinary, and the rows written, as bigint.
/// </summary>
public sealed record TableWriteNode(PlanNode Source, string Catalog, WriteHandle Handle, ValueList<Column> Written, Column Fragment, Column RowCount) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <summary>What each row must pass before it is written.</summary>
    public ValueList<WriteCheck> Checks { get; init; }

    /// <inheritdoc/>
    public override ValueList<Column> Columns => [Fragment, RowCount];

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(Catalog).Add("columns", $"({string.Join(", ", Written)})");
}

/// <summary>What a check of a written row is about.</summary>
public enum WriteCheckKind
{
    /// <summary>The value of a column that is NOT NULL: the checked column itself.</summary>
    NotNull,

    /// <summary>The length of a text: the checked column is false where it is too long.</summary>
    Length,

    /// <summary>A check constraint: the checked column is false where the row does not keep it.</summary>
    Condition,

    /// <summary>No row twice: the checked column is false for the second time.</summary>
    Once,
}

/// <summary>
/// A check of a written row. <paramref name="Subject"/> is the column or constraint, <paramref name="Place"/> the table, or for a length the type;
/// the value is shown where it is known.
/// </summary>
public sealed record WriteCheck(WriteCheckKind Kind, Column Checked, string Subject, string Place)
{
    /// <summary>What the message shows.</summary>
    public Column? Value { get; init; }

    /// <summary>The columns that it reads.</summary>
    public IEnumerable<Column> Reads() => Value is null ? [Checked] : [Checked, Value];
}

/// <summary>
/// The rows that a statement in WITH gave when it changed data. It stands in the plan of the statement around it until that has happened.
/// </summary>
public sealed record ChangedRowsNode(int StatementId, ValueList<Column> Outputs) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Outputs;

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this;

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add("statement", StatementId);
}

/// <summary>How rows go from the tasks of one fragment to those of the next.</summary>
public enum ExchangeKind
{
    /// <summary>All to one task.</summary>
    Gather,

    /// <summary>Each to the task of its keys' hash.</summary>
    Hash,

    /// <summary>Each to any task.</summary>
    RoundRobin,

    /// <summary>All to every task.</summary>
    Broadcast,
}

/// <summary>Where a plan is cut into fragments. The fragmenter replaces it by a <see cref="RemoteSourceNode"/>.</summary>
public sealed record ExchangeNode(PlanNode Source, ExchangeKind Kind, ValueList<Column> Keys) : PassThroughNode(Source)
{
    /// <summary>The order of each stream, to be kept by merging; empty when there is none.</summary>
    public ValueList<SortKey> MergeBy { get; init; }

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add(Kind.ToString().ToLowerInvariant());
        if (Keys.Count > 0)
            text.Add($"({string.Join(", ", Keys)})");
    }
}
