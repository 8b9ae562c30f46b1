using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>The part of <see cref="PushPredicates"/> that knows joins: what each kind lets through to which side.</summary>
internal sealed class JoinPredicates(OptimizerContext context, Func<PlanNode, IReadOnlyList<Expression>, PlanNode> push)
{
    /// <summary>The join with the conditions, over its columns, applied at or below it.</summary>
    public PlanNode Push(JoinNode join, IReadOnlyList<Expression> conditions)
    {
        if (Unmatched(join, ref conditions) is { } unmatched)
            return push(unmatched, conditions);

        JoinNode original = join;
        join = Narrow(Marks(join, ref conditions), conditions);
        PlanNode pushed = Push(join.Kind, join, conditions);
        if (original.Mark is not { } mark || join.Mark is not null)
            return pushed;

        // The mark is what the condition says of it, should something above still read it.
        Expression known = join.Kind == JoinKind.Semi ? ConstantExpression.True : ConstantExpression.False;
        return new ProjectNode(
            pushed, original.Columns.Select(column => new Assignment(column, column == mark ? known : column.Ref())).ToValueList());
    }

    private PlanNode Push(JoinKind kind, JoinNode join, IReadOnlyList<Expression> conditions)
    {
        return kind switch
        {
            JoinKind.Inner => PushInner(join, conditions),
            JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.Mark => PushLeft(join, conditions),
            JoinKind.Right => PushRight(join, conditions),
            JoinKind.Full => PushFull(join, conditions),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    // where mark  =>  semi join;  where not mark  =>  anti join, unless NULL is not false (NOT IN)
    private static JoinNode Marks(JoinNode join, ref IReadOnlyList<Expression> conditions)
    {
        if (join.Kind != JoinKind.Mark)
            return join;

        Expression mark = join.Mark!.Ref();
        Expression notMark = Expressions.Not(mark);
        bool isSemi = conditions.Contains(mark);
        bool isAnti = !join.IsNullAware && conditions.Contains(notMark);
        Expression[] others = [.. conditions.Where(condition => !condition.Equals(mark) && !condition.Equals(notMark))];
        if (!(isSemi ^ isAnti) || others.Any(condition => condition.References().Contains(join.Mark)))
            return join;

        conditions = others;
        return join with { Kind = isSemi ? JoinKind.Semi : JoinKind.Anti, Mark = null, IsNullAware = false };
    }

    // left join where b.key is null  =>  anti join, and nulls for b: a row with a match has the key.
    private static ProjectNode? Unmatched(JoinNode join, ref IReadOnlyList<Expression> conditions)
    {
        if (join.Kind is not (JoinKind.Left or JoinKind.Right))
            return null;

        JoinNode left = join.Kind == JoinKind.Right ? join.Turned() : join;
        Expression[] missing = [.. left.Criteria.Where(criterion => !criterion.IsNullSafe).Select(criterion => Expressions.IsNull(criterion.Right.Ref()))];
        if (!conditions.Any(missing.Contains))
            return null;

        conditions = [.. conditions.Except(missing)];
        HashSet<Column> kept = left.Left.ColumnSet();
        return new ProjectNode(
            left with { Kind = JoinKind.Anti },
            join.Columns.Select(column => new Assignment(column, kept.Contains(column) ? column.Ref() : ConstantExpression.Null(column.Type))).ToValueList());
    }

    // A condition that no padded row can satisfy makes the padding useless.
    private JoinNode Narrow(JoinNode join, IReadOnlyList<Expression> conditions)
    {
        if (join.Kind is not (JoinKind.Left or JoinKind.Right or JoinKind.Full))
            return join;

        bool rejectsPaddedRight = conditions.Any(condition => RejectsNulls(condition, join.Right.ColumnSet()));
        bool rejectsPaddedLeft = conditions.Any(condition => RejectsNulls(condition, join.Left.ColumnSet()));
        return (join.Kind, rejectsPaddedLeft, rejectsPaddedRight) switch
        {
            (JoinKind.Left, _, true) or (JoinKind.Right, true, _) or (JoinKind.Full, true, true) => join with { Kind = JoinKind.Inner },
            (JoinKind.Full, true, false) => join with { Kind = JoinKind.Left },
            (JoinKind.Full, false, true) => join with { Kind = JoinKind.Right },
            _ => join,
        };
    }

    /// <summary>Whether the condition is false or NULL on every row whose columns of this side are all NULL.</summary>
    private bool RejectsNulls(Expression condition, HashSet<Column> side)
    {
        if (!condition.ReadsAny(side))
            return false;

        Expression onPadding = SimplifyExpressions.Simplify(
            condition.Rewrite(node => node is ColumnExpression column && side.Contains(column.Column) ? ConstantExpression.Null(column.Type) : null), context);
        return onPadding is ConstantExpression { Value: null or false };
    }

    private PlanNode PushInner(JoinNode join, IReadOnlyList<Expression> conditions)
    {
        // Criteria are conditions like any other until both sides are known.
        IEnumerable<Expression> all = conditions.Concat(Expressions.Conjuncts(join.Filter ?? ConstantExpression.True)).Concat(join.Criteria.Select(AsCondition));
        HashSet<Column> left = join.Left.ColumnSet();
        HashSet<Column> right = join.Right.ColumnSet();
        List<Expression> known = [.. all.Distinct()];
        known.AddRange(Inferred(known).Where(condition => !known.Contains(condition)).ToArray());
        var forLeft = new List<Expression>();
        var forRight = new List<Expression>();
        var between = new List<Expression>();
        foreach (Expression condition in known)
        {
            if (!context.Constants.IsDeterministic(condition))
                between.Add(condition);
            else if (condition.ReadsOnly(left))
                forLeft.Add(condition);
            else if (condition.ReadsOnly(right))
                forRight.Add(condition);
            else
                between.Add(condition);
        }

        foreach (Expression condition in between)
        {
            forLeft.AddRange(OneSided(condition, left));
            forRight.AddRange(OneSided(condition, right));
        }

        return JoinConditions.Build(JoinKind.Inner, push(join.Left, forLeft), push(join.Right, forRight), [], between, context.Columns).Only(join.Columns);
    }

    // Left, semi, anti and mark: what reads only the left goes left; of ON, what reads only the right goes right.
    private PlanNode PushLeft(JoinNode join, IReadOnlyList<Expression> conditions)
    {
        HashSet<Column> left = join.Left.ColumnSet();
        HashSet<Column> right = join.Right.ColumnSet();
        ILookup<bool, Expression> byLeft = conditions.ToLookup(condition => condition.ReadsOnly(left) && context.Constants.IsDeterministic(condition));
        Expression[] on = [.. Expressions.Conjuncts(join.Filter ?? ConstantExpression.True)];
        Expression[] forRight = [.. on.Where(condition => condition.ReadsOnly(right) && condition.References().Any())];

        // What is known of a left column is known of every right column that has to equal it.
        Expression[] onCriteria = [.. join.Criteria.Where(criterion => !criterion.IsNullSafe).Select(AsCondition)];
        IEnumerable<Expression> carried = join.IsNullAware
            ? []
            : Inferred([.. byLeft[true], .. onCriteria]).Where(condition => condition.ReadsOnly(right));
        JoinNode pushed = JoinConditions.Build(
            join.Kind,
            push(join.Left, [.. byLeft[true]]),
            push(join.Right, [.. forRight, .. carried]),
            join.Criteria,
            on.Except(forRight),
            context.Columns) with
        { Mark = join.Mark, IsNullAware = join.IsNullAware };
        return pushed.Only(join.Columns).Where(byLeft[false]);
    }

    private PlanNode PushRight(JoinNode join, IReadOnlyList<Expression> conditions) => PushLeft(join.Turned(), conditions).Only(join.Columns);

    private PlanNode PushFull(JoinNode join, IReadOnlyList<Expression> conditions)
    {
        Expression[] on = [.. Expressions.Conjuncts(join.Filter ?? ConstantExpression.True)];
        PlanNode pushed = JoinConditions.Build(JoinKind.Full, push(join.Left, []), push(join.Right, []), join.Criteria, on, context.Columns).Only(join.Columns);
        return pushed.Where(conditions);
    }

    private static Expression AsCondition(JoinCriterion criterion) => criterion.IsNullSafe
        ? Expressions.Not(new SpecialExpression(SpecialForm.IsDistinctFrom, [criterion.Left.Ref(), criterion.Right.Ref()], SqlType.Boolean))
        : Expressions.Equal(criterion.Left.Ref(), criterion.Right.Ref());

    // a = b and a < 5  =>  b < 5; a = b and b = c  =>  a = c is left to the join order, which sees the classes itself.
    private IEnumerable<Expression> Inferred(IReadOnlyList<Expression> conditions)
    {
        var classes = new ColumnClasses();
        foreach (Expression condition in conditions)
            if (condition is CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression l, ColumnExpression r] })
                classes.Unite(l.Column, r.Column);
        foreach (Expression condition in conditions)
        {
            Column[] columns = [.. condition.References().Distinct()];
            if (columns.Length != 1 || !context.Constants.IsDeterministic(condition))
                continue;
            foreach (Column equal in classes.Others(columns[0]))
                yield return condition.Substitute(new Dictionary<Column, Expression> { [columns[0]] = equal.Ref() });
        }
    }

    // (l.a = 1 AND r.b = 2) OR (l.a = 3 AND r.b = 4)  lets only  l.a = 1 OR l.a = 3  pass.
    private static IEnumerable<Expression> OneSided(Expression condition, HashSet<Column> side)
    {
        if (condition is not SpecialExpression { Form: SpecialForm.Or } or || or.Arguments.Count > 64)
            yield break;

        var terms = new List<Expression>();
        foreach (Expression term in or.Arguments)
        {
            Expression[] onSide = [.. Expressions.Conjuncts(term).Where(conjunct => conjunct.ReadsOnly(side) && conjunct.References().Any())];
            if (onSide.Length == 0)
                yield break;
            terms.Add(Expressions.And(onSide));
        }

        yield return Expressions.Or(terms.Distinct());
    }
}

/// <summary>Columns known to be equal.</summary>
internal sealed class ColumnClasses
{
    private readonly Dictionary<Column, HashSet<Column>> _classes = [];

    /// <summary>Makes two classes one.</summary>
    public void Unite(Column left, Column right)
    {
        HashSet<Column> united = Class(left);
        HashSet<Column> other = Class(right);
        if (ReferenceEquals(united, other))
            return;

        united.UnionWith(other);
        foreach (Column column in other)
            _classes[column] = united;
    }

    /// <summary>The columns equal to this one, without itself.</summary>
    public IEnumerable<Column> Others(Column column) =>
        _classes.TryGetValue(column, out HashSet<Column>? members) ? members.Where(member => member != column && member.Type == column.Type) : [];

    private HashSet<Column> Class(Column column)
    {
        if (!_classes.TryGetValue(column, out HashSet<Column>? members))
            _classes[column] = members = [column];
        return members;
    }
}
