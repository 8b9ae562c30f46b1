namespace QueryEngine.Spi;

/// <summary>The kinds of operation that a source may take over.</summary>
[Flags]
public enum PushdownKinds
{
    None = 0,
    Filter = 1,
    Projection = 2,
    Limit = 4,
    TopN = 8,
    Aggregation = 16,
    Join = 32,
    Sample = 64,
    Window = 128,
    Union = 256,
}

/// <summary>An operation offered to a source. The set is open: a connector refuses what it does not know.</summary>
public abstract record PushdownOperation
{
    /// <summary>The kind, for messages and for the declared capabilities.</summary>
    public abstract PushdownKinds Kind { get; }
}

/// <summary>
/// Keep the rows for which every conjunct is true. <see cref="Domain"/> says the same of single columns as far as ranges and value lists can.
/// The answer names the conjuncts that the engine must still check in <see cref="PushdownAccepted.Residual"/>.
/// </summary>
public sealed record PushFilter(ValueList<ConnectorExpression> Conjuncts) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Filter;

    /// <summary>What the conjuncts say of single columns; a superset of what they let pass.</summary>
    public TupleDomain Domain => TupleDomain.FromConjuncts(Conjuncts);
}

/// <summary>Compute these expressions; accepted ones become the handle's columns, as <see cref="PushdownAccepted.Outputs"/> in this order.</summary>
public sealed record PushProjection(ValueList<ConnectorExpression> Expressions) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Projection;
}

/// <summary>Give at most so many rows, any ones.</summary>
public sealed record PushLimit(long Count) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Limit;
}

/// <summary>Give the first rows in an order.</summary>
public sealed record PushTopN(long Count, ValueList<ConnectorSortKey> Keys) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.TopN;
}

/// <summary>Group and aggregate. Outputs: the groups' columns, then the aggregates. No aggregates at all is DISTINCT.</summary>
public sealed record PushAggregation(ValueList<ColumnHandle> GroupBy, ValueList<ConnectorAggregate> Aggregates) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Aggregation;
}

/// <summary>
/// Join with another table of the same catalog. The conjuncts speak of <see cref="ConnectorJoinColumn"/>s. Outputs: the left handle's columns given,
/// then the right's, but for Semi and Anti.
/// </summary>
public sealed record PushJoin(
    ConnectorJoinKind JoinKind,
    TableHandle Right,
    ValueList<ColumnHandle> LeftColumns,
    ValueList<ColumnHandle> RightColumns,
    ValueList<ConnectorExpression> Conjuncts) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Join;
}

/// <summary>
/// Compute functions of windows that share a partition and an order. Outputs: one column a call; the handle's columns stay. Offered where an operation
/// above it leaves rows at the source.
/// </summary>
public sealed record PushWindow(
    ValueList<ColumnHandle> PartitionBy, ValueList<ConnectorSortKey> OrderBy, ValueList<ConnectorWindowCall> Calls) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Window;
}

/// <summary>A call of a window or aggregate function: the engine's function name, arguments, result type, and the frame where the function has one.</summary>
public sealed record ConnectorWindowCall(string Function, ValueList<ConnectorExpression> Arguments, SqlType Type, ConnectorFrame? Frame);

/// <summary>
/// The rows that a function sees, told from the current row: 0 is the row itself (in Range: all rows of its rank), a negative number so many rows before, null no
/// bound. In Range there are no other numbers than 0.
/// </summary>
public sealed record ConnectorFrame(ConnectorFrameUnit Unit, long? Start, long? End);

/// <summary>What a frame counts.</summary>
public enum ConnectorFrameUnit
{
    Rows,
    Range,
}

/// <summary>
/// The rows of the handle and those of other handles of the same catalog (UNION ALL). Every input has as many columns, of equal types; outputs: a column
/// for each place. Offered where an operation above it leaves rows at the source.
/// </summary>
public sealed record PushUnion(ValueList<ColumnHandle> Columns, ValueList<ConnectorUnionInput> Others) : PushdownOperation
{
    /// <inheritdoc/>
    public override PushdownKinds Kind => PushdownKinds.Union;
}

/// <summary>A further input of a union, with its columns in the order of the places.</summary>
public sealed record ConnectorUnionInput(TableHandle Table, ValueList<ColumnHandle> Columns);

/// <summary>The joins that can be pushed.</summary>
public enum ConnectorJoinKind
{
    Inner,
    Left,
    Right,
    Full,
    Semi,
    Anti,
}

/// <summary>A key of an order.</summary>
public sealed record ConnectorSortKey(ColumnHandle Column, bool Descending, bool NullsFirst);

/// <summary>An aggregate call: the engine's function name, arguments, result type.</summary>
public sealed record ConnectorAggregate(string Function, ValueList<ConnectorExpression> Arguments, SqlType Type, bool IsDistinct = false);

/// <summary>What a source says to an operation.</summary>
public abstract record PushdownAnswer;

/// <summary>The source does not take it; the reason is shown by EXPLAIN: <c>text is compared by the source's collation</c>.</summary>
public sealed record PushdownRefused(string Reason) : PushdownAnswer;

/// <summary>
/// The source takes it, wholly (Exact) or so that it gives more rows than asked (Superset: the engine does the operation again). Over a
/// superset no limit, top-n, aggregation or join is offered.
/// </summary>
public sealed record PushdownAccepted(TableHandle Handle, Guarantee Guarantee = Guarantee.Exact) : PushdownAnswer
{
    /// <summary>Of a filter: the conjuncts that the engine must still check. Ignored for a Superset, where it checks all.</summary>
    public ValueList<ConnectorExpression> Residual { get; init; }

    /// <summary>Why there is a residual or a superset, for EXPLAIN.</summary>
    public string? Reason { get; init; }

    /// <summary>The columns that stand for the operation's outputs (projection, aggregation, join).</summary>
    public ValueList<ColumnHandle> Outputs { get; init; }
}

/// <summary>How well the source does what was pushed.</summary>
public enum Guarantee
{
    /// <summary>Just what was asked.</summary>
    Exact,

    /// <summary>At least the rows asked for.</summary>
    Superset,
}
