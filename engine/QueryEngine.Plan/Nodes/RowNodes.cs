using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>A node with one input whose columns it passes on.</summary>
public abstract record PassThroughNode(PlanNode Source) : PlanNode
{
    /// <inheritdoc/>
    public sealed override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Source.Columns;

    /// <inheritdoc/>
    public sealed override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };
}

/// <summary>Keeps the rows for which the predicate is true.</summary>
public sealed record FilterNode(PlanNode Source, Expression Predicate) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(Predicate);
}

/// <summary>Computes a column.</summary>
public sealed record Assignment(Column Column, Expression Expression)
{
    /// <summary>Whether the column is just passed on.</summary>
    public bool IsIdentity => Expression is ColumnExpression source && source.Column == Column;

    /// <inheritdoc/>
    public override string ToString() => IsIdentity ? Column.ToString() : $"{Column} := {Expression}";
}

/// <summary>Computes the output columns from the input's; drops the others.</summary>
public sealed record ProjectNode(PlanNode Source, ValueList<Assignment> Assignments) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Assignments.Select(assignment => assignment.Column).ToValueList();

    /// <summary>A projection that only chooses and orders columns.</summary>
    public static ProjectNode Choose(PlanNode source, IEnumerable<Column> columns) =>
        new(source, columns.Select(column => new Assignment(column, column.Ref())).ToValueList());

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(string.Join(", ", Assignments));
}

/// <summary>Skips rows, then passes on at most <paramref name="Count"/> (null: all). Keeps the order of its source.</summary>
public sealed record LimitNode(PlanNode Source, long? Count, long Offset = 0) : PassThroughNode(Source)
{
    /// <summary>A limit that each worker applies for itself, below the one that decides.</summary>
    public bool IsPartial { get; init; }

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        if (IsPartial)
            text.Add("partial");
        if (Count is { } count)
            text.Add("count", count);
        if (Offset > 0)
            text.Add("offset", Offset);
    }
}

/// <summary>A key of an order.</summary>
public sealed record SortKey(Column Column, bool Descending, bool NullsFirst)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Column} {(Descending ? "desc" : "asc")} nulls {(NullsFirst ? "first" : "last")}";
}

/// <summary>Orders all rows. Ties come in any order.</summary>
public sealed record SortNode(PlanNode Source, ValueList<SortKey> Keys) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(string.Join(", ", Keys));
}

/// <summary>The first <paramref name="Count"/> rows in an order, in that order; with ties when <paramref name="WithTies"/>.</summary>
public sealed record TopNNode(PlanNode Source, long Count, ValueList<SortKey> Keys, bool WithTies = false) : PassThroughNode(Source)
{
    /// <summary>A top-n that each worker applies for itself, below the one that decides.</summary>
    public bool IsPartial { get; init; }

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        if (IsPartial)
            text.Add("partial");
        text.Add("count", Count).Add(string.Join(", ", Keys));
        if (WithTies)
            text.Add("with ties");
    }
}

/// <summary>Exactly one row: NULLs where the source has none; CARDINALITY_VIOLATION where it has more.</summary>
public sealed record EnforceSingleRowNode(PlanNode Source) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
    }
}

/// <summary>Adds a bigint that is different in each row of the whole query.</summary>
public sealed record AssignUniqueIdNode(PlanNode Source, Column Id) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override ValueList<Column> Columns => Source.Columns.Add(Id);

    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(Id);
}

/// <summary>Keeps each row with a probability, by row (Bernoulli) or by batch (System).</summary>
public sealed record SampleNode(PlanNode Source, double Fraction, bool BySystem) : PassThroughNode(Source)
{
    /// <inheritdoc/>
    public override void Describe(PlanText text) => text.Add(BySystem ? "system" : "bernoulli").Add("fraction", Fraction);
}

/// <summary>
/// Each row once for every element of its arrays (side by side, the shorter ones filled with NULLs); a map gives two columns.
/// Passes on <paramref name="Replicated"/> columns of the source. Outer: a row without elements comes once, with NULLs.
/// </summary>
public sealed record UnnestNode(
    PlanNode Source, ValueList<Column> Replicated, ValueList<UnnestItem> Items, Column? Ordinality, bool IsOuter) : PlanNode
{
    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Source];

    /// <inheritdoc/>
    public override ValueList<Column> Columns
    {
        get
        {
            IEnumerable<Column> columns = Replicated.Concat(Items.SelectMany(item => item.Outputs));
            return (Ordinality is null ? columns : columns.Append(Ordinality)).ToValueList();
        }
    }

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Source = sources[0] };

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add(string.Join(", ", Items));
        if (Ordinality is not null)
            text.Add("ordinality", Ordinality);
        if (IsOuter)
            text.Add("outer");
    }
}

/// <summary>An array or map column of the source and the columns of its elements; an array of rows gives a column a field.</summary>
public sealed record UnnestItem(Column Collection, ValueList<Column> Outputs)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Collection} -> ({string.Join(", ", Outputs)})";
}
