using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>What a frame counts.</summary>
public enum FrameUnit
{
    Rows,
    Range,
    Groups,
}

/// <summary>Where a frame begins or ends.</summary>
public enum FrameBoundKind
{
    UnboundedPreceding,
    Preceding,
    CurrentRow,
    Following,
    UnboundedFollowing,
}

/// <summary>Rows near the current one that a frame leaves out.</summary>
public enum FrameExclusion
{
    NoOthers,
    CurrentRow,
    Group,
    Ties,
}

/// <summary>A bound; Preceding and Following have an offset, a column or a constant.</summary>
public sealed record FrameBound(FrameBoundKind Kind, Expression? Offset = null)
{
    /// <inheritdoc/>
    public override string ToString() => Offset is null ? Kind.ToString() : $"{Offset} {Kind}";
}

/// <summary>The frame of a window function.</summary>
public sealed record WindowFrame(FrameUnit Unit, FrameBound Start, FrameBound End, FrameExclusion Exclusion = FrameExclusion.NoOthers)
{
    /// <summary>RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW.</summary>
    public static readonly WindowFrame Default = new(FrameUnit.Range, new(FrameBoundKind.UnboundedPreceding), new(FrameBoundKind.CurrentRow));

    /// <inheritdoc/>
    public override string ToString() => $"{Unit} {Start}..{End}";
}

/// <summary>A window or aggregate function over columns of the source.</summary>
public sealed record WindowCall(Column Output, string Function, ValueList<Expression> Arguments, SqlType Type, WindowFrame Frame)
{
    /// <summary>Whether each distinct argument counts once.</summary>
    public bool IsDistinct { get; init; }

    /// <summary>Whether NULLs are passed over (IGNORE NULLS).</summary>
    public bool IgnoreNulls { get; init; }

    /// <summary>A boolean column: rows for which it is not true are left out.</summary>
    public Expression? Filter { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Output} := {Function}({string.Join(", ", Arguments)})";
}

/// <summary>Adds window functions that share a partition and an order. Columns: the source's, then the outputs.</summary>
public sealed record WindowNode(PlanNode Source, ValueList<Column> PartitionBy, ValueList<SortKey> OrderBy, ValueList<WindowCall> Calls) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override ValueList<Column> Columns => [.. Source.Columns, .. Calls.Select(call => call.Output)];

    /// <inheritdoc/>
    public override void Describe(PlanText text) =>
        text.Add("partition", $"({string.Join(", ", PartitionBy)})").Add("order", $"({string.Join(", ", OrderBy)})").Add(string.Join(", ", Calls));
}
