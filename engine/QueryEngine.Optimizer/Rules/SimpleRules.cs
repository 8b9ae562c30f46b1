using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// Turns a limit over a limit into one.
/// <code>
/// Limit[count=3, offset=1]
///   Limit[count=5, offset=2]    =>    Limit[count=3, offset=3]
/// </code>
/// Does not fire when the sum of the offsets would not fit a bigint.
/// </summary>
internal sealed class MergeLimits : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode outer, OptimizerContext context)
    {
        if (outer.Source is not LimitNode inner || inner.Offset > long.MaxValue - outer.Offset)
            return null;

        long? innerRowsLeft = inner.Count is { } rows ? Math.Max(0, rows - outer.Offset) : null;
        long? count = (outer.Count, innerRowsLeft) switch
        {
            (null, var left) => left,
            (var most, null) => most,
            var (most, left) => Math.Min(most.Value, left.Value),
        };
        return new LimitNode(inner.Source, count, inner.Offset + outer.Offset);
    }
}

/// <summary>
/// Limit over Sort  =>  TopN, with the offset left above it. Does not fire where the two numbers are too many rows to keep in a heap.
/// </summary>
internal sealed class CreateTopN : Rule<LimitNode>
{
    private const long MaxRows = 1_000_000;

    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context)
    {
        if (limit.Source is not SortNode sort || limit.Count is not { } count || limit.Offset > MaxRows || count > MaxRows - limit.Offset)
            return null;

        var topN = new TopNNode(sort.Source, count + limit.Offset, sort.Keys);
        return limit.Offset == 0 ? topN : new LimitNode(topN, null, limit.Offset);
    }
}

/// <summary>Limit over Project  =>  Project over Limit, so that the limit meets what it can stop.</summary>
internal sealed class PushLimitThroughProject : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context) =>
        limit.Source is ProjectNode project ? project with { Source = limit with { Source = project.Source } } : null;
}

/// <summary>TopN over a projection that only chooses or renames its keys  =>  Project over TopN.</summary>
internal sealed class PushTopNThroughProject : Rule<TopNNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(TopNNode topN, OptimizerContext context)
    {
        if (topN.Source is not ProjectNode project)
            return null;

        var definitions = project.Assignments.DistinctBy(assignment => assignment.Column)
            .ToDictionary(assignment => assignment.Column, assignment => assignment.Expression);
        if (!topN.Keys.All(key => definitions[key.Column] is ColumnExpression))
            return null;
        ValueList<SortKey> keys = topN.Keys.Select(key => key with { Column = ((ColumnExpression)definitions[key.Column]).Column }).ToValueList();
        return project with { Source = topN with { Source = project.Source, Keys = keys } };
    }
}

/// <summary>A limit of no rows is no rows; a limit without count and offset is nothing.</summary>
internal sealed class RemoveTrivialLimit : Rule<LimitNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(LimitNode limit, OptimizerContext context) => limit switch
    {
        { Count: 0 } => new ValuesNode(limit.Columns, []),
        { Count: null, Offset: 0 } => limit.Source,
        _ => null,
    };
}

/// <summary>A filter that is never true is no rows; one that always is, nothing.</summary>
internal sealed class RemoveTrivialFilter : Rule<FilterNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(FilterNode filter, OptimizerContext context) => filter.Predicate switch
    {
        ConstantExpression { Value: true } => filter.Source,
        ConstantExpression => new ValuesNode(filter.Columns, []),
        _ => null,
    };
}

/// <summary>No rows in, no rows out.</summary>
internal sealed class RemoveEmptyInputs : Rule
{
    /// <inheritdoc/>
    public override PlanNode? Apply(PlanNode node, OptimizerContext context) => node switch
    {
        ProjectNode or FilterNode or SortNode or TopNNode or LimitNode or WindowNode or AssignUniqueIdNode when IsEmpty(node.Sources[0]) => Empty(node),
        UnnestNode unnest when IsEmpty(unnest.Source) => Empty(node),
        AggregateNode { HasGlobalRow: false } aggregate when IsEmpty(aggregate.Source) => Empty(node),
        JoinNode { Kind: JoinKind.Inner } join when IsEmpty(join.Left) || IsEmpty(join.Right) => Empty(node),
        JoinNode { Kind: JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.Mark } join when IsEmpty(join.Left) => Empty(node),
        JoinNode { Kind: JoinKind.Semi } join when IsEmpty(join.Right) => Empty(node),
        JoinNode { Kind: JoinKind.Anti } join when IsEmpty(join.Right) => join.Left,
        JoinNode { Kind: JoinKind.Mark } join when IsEmpty(join.Right) => Padded(join.Left, [join.Mark!], ConstantExpression.False),
        JoinNode { Kind: JoinKind.Left or JoinKind.Full } join when IsEmpty(join.Right) => Padded(join.Left, join.Right.Columns, null),
        JoinNode { Kind: JoinKind.Right } join when IsEmpty(join.Right) => Empty(node),
        JoinNode { Kind: JoinKind.Right or JoinKind.Full } join when IsEmpty(join.Left) => Padded(join.Right, join.Left.Columns, null).Only(join.Columns),
        UnionNode union when union.Inputs.Any(IsEmpty) => WithoutEmpty(union),
        _ => null,
    };

    // The rows of the side that is there, with NULLs (or what a mark is) for the other.
    private static ProjectNode Padded(PlanNode node, IEnumerable<Column> missing, ConstantExpression? value) => new(
        node,
        [
            .. node.Columns.Distinct().Select(column => new Assignment(column, column.Ref())),
            .. missing.Distinct().Select(column => new Assignment(column, value ?? ConstantExpression.Null(column.Type))),
        ]);

    private static bool IsEmpty(PlanNode node) => node is ValuesNode { Rows.Count: 0 };

    private static ValuesNode Empty(PlanNode node) => new(node.Columns, []);

    private static PlanNode WithoutEmpty(UnionNode union)
    {
        int[] kept = [.. Enumerable.Range(0, union.Inputs.Count).Where(input => !IsEmpty(union.Inputs[input]))];
        return kept.Length == 0 ? Empty(union) : union with
        {
            Inputs = kept.Select(input => union.Inputs[input]).ToValueList(),
            Mapping = kept.Select(input => union.Mapping[input]).ToValueList(),
        };
    }
}

/// <summary>A union of one input is a projection; a union right below a union is part of it.</summary>
internal sealed class MergeUnions : Rule<UnionNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(UnionNode union, OptimizerContext context)
    {
        if (union.Inputs.Count == 1)
            return new ProjectNode(
                union.Inputs[0], union.Outputs.Zip(union.Mapping[0], (output, column) => new Assignment(output, column.Ref())).ToValueList());
        if (!union.Inputs.Any(input => input is UnionNode))
            return null;

        var inputs = new List<PlanNode>();
        var mapping = new List<ValueList<Column>>();
        for (int index = 0; index < union.Inputs.Count; index++)
        {
            if (union.Inputs[index] is not UnionNode inner)
            {
                inputs.Add(union.Inputs[index]);
                mapping.Add(union.Mapping[index]);
                continue;
            }

            inputs.AddRange(inner.Inputs);
            foreach (ValueList<Column> columns in inner.Mapping)
                mapping.Add(union.Mapping[index].Select(column => columns[inner.Outputs.ToList().IndexOf(column)]).ToValueList());
        }

        return new UnionNode(inputs.ToValueList(), union.Outputs, mapping.ToValueList());
    }
}

/// <summary>
/// A projection over a projection becomes one. Does not fire where an expression of any cost would be computed twice, or a random one at all.
/// </summary>
internal sealed class MergeProjects : Rule<ProjectNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(ProjectNode outer, OptimizerContext context)
    {
        if (outer.Source is not ProjectNode inner)
            return null;

        var definitions = inner.Assignments.DistinctBy(assignment => assignment.Column)
            .ToDictionary(assignment => assignment.Column, assignment => assignment.Expression);
        var uses = outer.Assignments.SelectMany(assignment => assignment.Expression.References()).CountBy(column => column).ToDictionary();
        if (definitions.Any(pair => pair.Value is not (ColumnExpression or ConstantExpression)
            && (uses.GetValueOrDefault(pair.Key) > 1 || !context.Constants.IsDeterministic(pair.Value) || pair.Value.Children.Any(child => child is LambdaExpression))))
            return null;
        return new ProjectNode(
            inner.Source, outer.Assignments.Select(assignment => assignment with { Expression = assignment.Expression.Substitute(definitions) }).ToValueList());
    }
}

/// <summary>A projection that changes nothing goes.</summary>
internal sealed class RemoveIdentityProject : Rule<ProjectNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(ProjectNode project, OptimizerContext context) =>
        project.Assignments.All(assignment => assignment.IsIdentity) && project.Columns == project.Source.Columns ? project.Source : null;
}

/// <summary>An order that an aggregation, a join or another order above makes meaningless goes. Order-sensitive aggregates have their own keys.</summary>
internal sealed class RemoveMeaninglessSort : Rule
{
    /// <inheritdoc/>
    public override PlanNode? Apply(PlanNode node, OptimizerContext context)
    {
        if (node is not (AggregateNode or JoinNode or SortNode or TopNNode or UnionNode or WindowNode { OrderBy.Count: > 0 }))
            return null;

        PlanNode mapped = node.MapSources(source => source is SortNode sort ? sort.Source : source);
        return ReferenceEquals(mapped, node) ? null : mapped;
    }
}

/// <summary>DISTINCT inside an aggregate that does not mind duplicates (min, max, bool_and) goes.</summary>
internal sealed class RemoveNeedlessDistinct : Rule<AggregateNode>
{
    /// <inheritdoc/>
    protected override PlanNode? Rewrite(AggregateNode aggregate, OptimizerContext context)
    {
        if (!aggregate.Aggregations.Any(IsNeedless))
            return null;
        return aggregate with
        {
            Aggregations = aggregate.Aggregations
                .Select(aggregation => IsNeedless(aggregation) ? aggregation with { Call = aggregation.Call with { IsDistinct = false } } : aggregation).ToValueList(),
        };
    }

    private static bool IsNeedless(Aggregation aggregation) =>
        aggregation.Call is { IsDistinct: true, Function: "min" or "max" or "bool_and" or "bool_or" or "any_value" or "every" };
}
