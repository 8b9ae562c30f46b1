using QueryEngine.Spi;

namespace QueryEngine.Plan;

/// <summary>The kinds of join. Left is the probe side, right the build side, but where <see cref="JoinNode.BuildsLeft"/> says otherwise.</summary>
public enum JoinKind
{
    /// <summary>Matching pairs. Without criteria: every pair that the filter lets pass.</summary>
    Inner,

    /// <summary>And left rows without a match, with NULLs.</summary>
    Left,

    /// <summary>And right rows without a match, with NULLs.</summary>
    Right,

    /// <summary>And both.</summary>
    Full,

    /// <summary>Left rows with a match, once. Columns: the left's.</summary>
    Semi,

    /// <summary>Left rows without a match. Columns: the left's.</summary>
    Anti,

    /// <summary>
    /// Every left row once, and whether it has a match. Columns: the left's and <see cref="JoinNode.Mark"/>. Null-aware: NULL where there is
    /// no match but a NULL on either side could be one (IN), else false (EXISTS).
    /// </summary>
    Mark,
}

/// <summary>left = right.</summary>
public sealed record JoinCriterion(Column Left, Column Right)
{
    /// <summary>Whether two NULLs are equal: IS NOT DISTINCT FROM.</summary>
    public bool IsNullSafe { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Left} {(IsNullSafe ? "<=>" : "=")} {Right}";
}

/// <summary>How the two sides of a join meet on a cluster.</summary>
public enum JoinDistribution
{
    /// <summary>Not decided yet.</summary>
    Undecided,

    /// <summary>Both sides by hash of the criteria.</summary>
    Partitioned,

    /// <summary>The right side goes to every worker.</summary>
    Broadcast,
}

/// <summary>Joins two inputs. A pair matches when all criteria hold and the filter, over the columns of both, is true.</summary>
public sealed record JoinNode(JoinKind Kind, PlanNode Left, PlanNode Right, ValueList<JoinCriterion> Criteria, Expression? Filter = null) : PlanNode
{
    /// <summary>The boolean column of a Mark join.</summary>
    public Column? Mark { get; init; }

    /// <summary>Whether a Mark join answers NULL as IN does.</summary>
    public bool IsNullAware { get; init; }

    /// <summary>Whether a Semi or Anti join builds its left side, and the right side probes: where the left one looks much smaller.</summary>
    public bool BuildsLeft { get; init; }

    /// <summary>How the sides meet on a cluster.</summary>
    public JoinDistribution Distribution { get; init; }

    /// <summary>The columns of the built side by which rows of the other side's scan are asked for.</summary>
    public LookupKeys? Lookup { get; init; }

    /// <summary>Dynamic filters that the build side produces: filter id and the column of it whose values it collects.</summary>
    public ValueList<DynamicFilterTarget> DynamicFilters { get; init; }

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Left, Right];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Kind switch
    {
        JoinKind.Semi or JoinKind.Anti => Left.Columns,
        JoinKind.Mark => Left.Columns.Add(Mark!),
        _ => [.. Left.Columns, .. Right.Columns],
    };

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Left = sources[0], Right = sources[1] };

    /// <summary>The join with its sides exchanged, Left being Right then and Right Left: the same rows, with columns in another order.</summary>
    public JoinNode Turned() => this with
    {
        Kind = Kind switch
        {
            JoinKind.Left => JoinKind.Right,
            JoinKind.Right => JoinKind.Left,
            _ => Kind,
        },
        Left = Right,
        Right = Left,
        Criteria = Criteria.Select(criterion => criterion with { Left = criterion.Right, Right = criterion.Left }).ToValueList(),
    };

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add(Criteria.Count == 0 && Kind == JoinKind.Inner && Filter is null ? "cross" : Kind.ToString().ToLowerInvariant());
        if (Criteria.Count > 0)
            text.Add(string.Join(" AND ", Criteria));
        if (Filter is not null)
            text.Add("filter", Filter);
        if (Mark is not null)
            text.Add(IsNullAware ? "null-aware mark" : "mark", Mark);
        if (BuildsLeft)
            text.Add("builds left");
        if (Distribution != JoinDistribution.Undecided)
            text.Add(Distribution.ToString().ToLowerInvariant());
        if (Lookup is not null)
            text.Note($"lookup {Lookup.Id} of ({string.Join(", ", Lookup.Columns)})");
        foreach (DynamicFilterTarget filter in DynamicFilters)
            text.Note($"dynamic filter {filter.FilterId} from {filter.Column}");
    }
}

/// <summary>What an <see cref="ApplyNode"/> does with the subquery's rows.</summary>
public enum ApplyKind
{
    /// <summary>Pairs of an outer row and the subquery's rows for it: CROSS JOIN LATERAL.</summary>
    Inner,

    /// <summary>And outer rows for which it has none, with NULLs: LEFT JOIN LATERAL.</summary>
    Left,

    /// <summary>Every outer row once with the subquery's one row, NULLs when there is none; an error when there are more.</summary>
    Scalar,

    /// <summary>Every outer row once, and whether the subquery has a row. Columns: the outer's and the mark.</summary>
    Exists,

    /// <summary>
    /// Every outer row once, and whether <see cref="ApplyNode.Comparison"/> holds for any (all, when <see cref="ApplyNode.IsAll"/>) of the subquery's
    /// rows, with SQL's three values. IN is = ANY. Columns: the outer's and the mark.
    /// </summary>
    Quantified,
}

/// <summary>
/// Evaluates the subquery for each outer row; the subquery may read the outer's columns. Only analysis makes it, and decorrelation replaces
/// every one by joins: nothing executes it.
/// </summary>
public sealed record ApplyNode(ApplyKind Kind, PlanNode Outer, PlanNode Subquery) : PlanNode
{
    /// <summary>The boolean column of Exists and Quantified.</summary>
    public Column? Mark { get; init; }

    /// <summary>The condition of a lateral join, over both sides; of Quantified: the comparison of outer expressions and subquery columns.</summary>
    public Expression? Comparison { get; init; }

    /// <summary>Whether Quantified is ALL instead of ANY.</summary>
    public bool IsAll { get; init; }

    /// <inheritdoc/>
    public override ValueList<PlanNode> Sources => [Outer, Subquery];

    /// <inheritdoc/>
    public override ValueList<Column> Columns => Mark is null ? [.. Outer.Columns, .. Subquery.Columns] : Outer.Columns.Add(Mark);

    /// <inheritdoc/>
    public override PlanNode WithSources(ValueList<PlanNode> sources) => this with { Outer = sources[0], Subquery = sources[1] };

    /// <inheritdoc/>
    public override void Describe(PlanText text)
    {
        text.Add(Kind.ToString().ToLowerInvariant());
        if (Comparison is not null)
            text.Add(IsAll ? "all" : "any", Comparison);
    }
}
