using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Plans joins of every kind; a right side that reads the left one becomes an apply.</summary>
internal sealed class JoinAnalyzer(AnalysisContext context, RelationAnalyzer relations, NameScope? outer, CommonTables commonTables)
{
    private readonly Coercer _coercer = new(context.Constants);

    /// <summary>The plan of a join as written.</summary>
    public RelationPlan Analyze(Tree.JoinRelation join, NameScope? lateral)
    {
        if (join.IsAsOf)
            return new AsOfJoinAnalyzer(context, relations, outer, commonTables).Analyze(join, lateral);
        return Join(relations.Analyze(join.Left, lateral), join.Right, join.Kind, join.Condition, lateral);
    }

    /// <summary>Joins a relation to what is planned.</summary>
    public RelationPlan Join(RelationPlan left, Tree.Relation relation, Tree.JoinKind kind, Tree.JoinCondition? condition, NameScope? lateral)
    {
        if (UnnestSource.TryOf(relation, context.Functions) is var (source, alias) && IsAlways(condition) && kind is Tree.JoinKind.Cross or Tree.JoinKind.Inner or Tree.JoinKind.Left)
        {
            RelationPlan unnested = new UnnestAnalyzer(context, outer, commonTables).Analyze(left, source, kind == Tree.JoinKind.Left, lateral);
            if (alias is null)
                return unnested;
            var added = unnested with { Fields = unnested.Fields[left.Fields.Length..] };
            return unnested with { Fields = [.. left.Fields, .. RelationAnalyzer.Rename(added, alias).Fields] };
        }

        var leftScope = new NameScope(lateral ?? outer, left.Fields, commonTables);
        RelationPlan right = relations.Analyze(relation, leftScope);
        CheckNames(left, right, relation);
        bool isLateral = leftScope.Correlated.Count > 0;
        if (isLateral && kind is not (Tree.JoinKind.Inner or Tree.JoinKind.Cross or Tree.JoinKind.Left))
            throw new QueryException(ErrorCode.InvalidColumnReference, "only INNER, CROSS and LEFT joins may be lateral", relation.Position);
        return condition switch
        {
            Tree.JoinUsing named => JoinUsing(left, right, kind, named.Columns, isLateral, named.Alias),
            Tree.NaturalJoin natural => JoinUsing(left, right, kind, CommonNames(left, right, natural.Position), isLateral),
            Tree.JoinOn on when isLateral => JoinLateral(left, right, kind, on),
            Tree.JoinOn on => JoinOn(left, right, kind, on.Expression),
            _ when isLateral => new RelationPlan(new ApplyNode(ApplyKind.Inner, left.Node, right.Node), [.. left.Fields, .. right.Fields]),
            _ => Combine(left, right, kind == Tree.JoinKind.Cross ? JoinKind.Inner : KindOf(kind), [], filter: null),
        };
    }

    private static bool IsAlways(Tree.JoinCondition? condition) =>
        condition is null or Tree.JoinOn { Expression: Tree.BooleanLiteral { Value: true } };

    private static JoinKind KindOf(Tree.JoinKind kind) => kind switch
    {
        Tree.JoinKind.Left => JoinKind.Left,
        Tree.JoinKind.Right => JoinKind.Right,
        Tree.JoinKind.Full => JoinKind.Full,
        Tree.JoinKind.Semi => JoinKind.Semi,
        Tree.JoinKind.Anti => JoinKind.Anti,
        _ => JoinKind.Inner,
    };

    private static RelationPlan Combine(RelationPlan left, RelationPlan right, JoinKind kind, ValueList<JoinCriterion> criteria, Expression? filter) => new(
        new JoinNode(kind, left.Node, right.Node, criteria, filter),
        kind is JoinKind.Semi or JoinKind.Anti ? left.Fields : [.. left.Fields, .. right.Fields]);

    /// <summary>Refuses two relations of one name. Two tables of one name are fine when their schemas tell them apart.</summary>
    public static void CheckNames(RelationPlan left, RelationPlan right, Tree.Relation relation)
    {
        HashSet<(string?, string?, string)> names = [.. left.Fields.Select(field => field.Relation).OfType<RelationName>().Select(name => name.Identity)];
        if (right.Fields.Select(field => field.Relation).OfType<RelationName>().FirstOrDefault(name => names.Contains(name.Identity)) is { } twice)
            throw new QueryException(
                ErrorCode.DuplicateAlias, $"table name '{twice.Name}' is there more than once", relation.Position, "Give one of them an alias.");
    }

    // A condition without subqueries stays at the join, where it may become a hash join; one with them filters the right side's rows.
    private RelationPlan JoinLateral(RelationPlan left, RelationPlan right, Tree.JoinKind kind, Tree.JoinOn on)
    {
        ImmutableArray<Field> fields = [.. left.Fields, .. right.Fields];
        var sink = new ExpressionSink("JOIN ... ON");
        Expression condition = new ExpressionAnalyzer(context, new NameScope(outer, fields, commonTables), sink).AnalyzeCondition(on.Expression);
        ApplyKind apply = kind == Tree.JoinKind.Left ? ApplyKind.Left : ApplyKind.Inner;
        return sink.Subqueries.Count == 0
            ? new RelationPlan(new ApplyNode(apply, left.Node, right.Node) { Comparison = condition == ConstantExpression.True ? null : condition }, fields)
            : new RelationPlan(new ApplyNode(apply, left.Node, Filtered(right.Node, sink.Subqueries, condition)), fields);
    }

    private PlanNode Filtered(PlanNode node, List<SubqueryUse> subqueries, Expression condition)
    {
        var builder = new PlanBuilder(context.Columns, node);
        builder.Filter(condition, subqueries);
        return builder.Node;
    }

    private RelationPlan JoinOn(RelationPlan left, RelationPlan right, Tree.JoinKind kind, Tree.Expression on)
    {
        var scope = new NameScope(outer, [.. left.Fields, .. right.Fields], commonTables);
        var sink = new ExpressionSink("JOIN ... ON");
        Expression condition = new ExpressionAnalyzer(context, scope, sink).AnalyzeCondition(on);
        JoinKind joinKind = KindOf(kind);
        if (sink.Subqueries.Count > 0)
        {
            if (joinKind == JoinKind.Inner)
            {
                RelationPlan crossed = Combine(left, right, JoinKind.Inner, [], filter: null);
                return crossed with { Node = Filtered(crossed.Node, sink.Subqueries, condition) };
            }

            if (ApplyToSides(left, right, sink.Subqueries) is not var (newLeft, newRight))
                return ApplyToPairs(left, right, joinKind, sink.Subqueries, condition, on);
            (left, right) = (newLeft, newRight);
        }

        JoinNode joined = On(joinKind, left.Node, right.Node, condition);
        return Combine(left, right, joinKind, joined.Criteria, joined.Filter);
    }

    /// <summary>A join on a condition over both sides; equalities become criteria.</summary>
    public static JoinNode On(JoinKind kind, PlanNode left, PlanNode right, Expression condition)
    {
        HashSet<Column> leftColumns = [.. left.Columns], rightColumns = [.. right.Columns];
        var criteria = new List<JoinCriterion>();
        var rest = new List<Expression>();
        foreach (Expression conjunct in Make.Conjuncts(condition))
        {
            if (Criterion(conjunct, leftColumns, rightColumns) is { } criterion)
                criteria.Add(criterion);
            else
                rest.Add(conjunct);
        }

        return new JoinNode(kind, left, right, criteria.ToValueList(), rest.Count == 0 ? null : Make.And(rest));
    }

    // In an outer join the condition decides about matches, so that a subquery in it must be known before: on the side that it reads, if it is only one.
    private (RelationPlan Left, RelationPlan Right)? ApplyToSides(RelationPlan left, RelationPlan right, List<SubqueryUse> subqueries)
    {
        var leftBuilder = new PlanBuilder(context.Columns, left.Node);
        var rightBuilder = new PlanBuilder(context.Columns, right.Node);
        foreach (SubqueryUse subquery in subqueries)
        {
            HashSet<Column> read = PlanRewriter.References(subquery.Subquery);
            read.UnionWith(subquery.Comparison?.References() ?? []);
            bool readsLeft = read.Overlaps(leftBuilder.Node.Columns), readsRight = read.Overlaps(rightBuilder.Node.Columns);
            if (readsLeft && readsRight)
                return null;
            (readsLeft ? leftBuilder : rightBuilder).Apply([subquery]);
        }

        return (left with { Node = leftBuilder.Node }, right with { Node = rightBuilder.Node });
    }

    // l LEFT JOIN r ON c  =>  l LEFT JOIN LATERAL (SELECT * FROM r WHERE c) ON TRUE
    private RelationPlan ApplyToPairs(
        RelationPlan left, RelationPlan right, JoinKind kind, List<SubqueryUse> subqueries, Expression condition, Tree.Expression on)
    {
        if (kind == JoinKind.Full)
            return FullOfPairs(left, right, subqueries, condition, on);
        if (kind is JoinKind.Left or JoinKind.Right)
        {
            (RelationPlan kept, RelationPlan padded) = kind == JoinKind.Left ? (left, right) : (right, left);
            return new RelationPlan(
                new ApplyNode(ApplyKind.Left, kept.Node, Filtered(padded.Node, subqueries, condition)), [.. left.Fields, .. right.Fields]);
        }

        Column match = context.Columns.New("match", SqlType.Boolean);
        var apply = new ApplyNode(ApplyKind.Exists, left.Node, Filtered(right.Node, subqueries, condition)) { Mark = match };
        return left with { Node = new FilterNode(apply, kind == JoinKind.Semi ? match.Ref() : Make.Not(match.Ref())) };
    }

    // l FULL JOIN r ON c  =>  (l LEFT JOIN r ON c) UNION ALL (SELECT NULL, r.* FROM r WHERE NOT EXISTS (SELECT FROM l WHERE c))
    private RelationPlan FullOfPairs(RelationPlan left, RelationPlan right, List<SubqueryUse> subqueries, Expression condition, Tree.Expression on)
    {
        if (PlanRewriter.HasVolatile(left.Node, context.Functions) || PlanRewriter.HasVolatile(right.Node, context.Functions))
            throw QueryException.NotSupported("a subquery in ON of a full join of random rows that reads both sides", on.Position);
        var matched = new ApplyNode(ApplyKind.Left, left.Node, Filtered(right.Node, subqueries, condition));
        Column match = context.Columns.New("match", SqlType.Boolean);
        var found = new ApplyNode(ApplyKind.Exists, right.Node, Filtered(left.Node, subqueries, condition)) { Mark = match };
        Field[] fields = [.. left.Fields, .. right.Fields];
        Column[] columns = [.. fields.Select(field => field.Column).Distinct()];
        HashSet<Column> leftColumns = [.. left.Fields.Select(field => field.Column)];
        var unmatched = new PlanBuilder(context.Columns, new FilterNode(found, Make.Not(match.Ref())));
        Column[] padded = unmatched.Compute(columns.Select(column =>
            leftColumns.Contains(column) ? ConstantExpression.Null(column.Type) : (Expression)column.Ref()));
        Column[] outputs = [.. columns.Select(context.Columns.Like)];
        var union = new UnionNode([matched, unmatched.Node], outputs.ToValueList(), [columns.ToValueList(), padded.ToValueList()]);
        return new RelationPlan(union, [.. fields.Select(field => field with { Column = outputs[Array.IndexOf(columns, field.Column)] })]);
    }

    private static JoinCriterion? Criterion(Expression conjunct, HashSet<Column> left, HashSet<Column> right) => conjunct switch
    {
        CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression l, ColumnExpression r] } when left.Contains(l.Column) && right.Contains(r.Column) =>
            new JoinCriterion(l.Column, r.Column),
        CallExpression { Function: OperatorNames.Equal, Arguments: [ColumnExpression r, ColumnExpression l] } when left.Contains(l.Column) && right.Contains(r.Column) =>
            new JoinCriterion(l.Column, r.Column),
        _ => null,
    };

    private static ImmutableArray<Tree.Identifier> CommonNames(RelationPlan left, RelationPlan right, SourcePosition position)
    {
        HashSet<string> rightNames = [.. right.Star.Select(field => field.Name).OfType<string>()];
        return [.. left.Star.Select(field => field.Name).OfType<string>().Distinct(StringComparer.Ordinal).Where(rightNames.Contains)
            .Select(name => new Tree.Identifier(name, IsQuoted: true) { Position = position })];
    }

    /// <summary>Merged columns come first and have no table of their own; the sides' columns stay behind their tables' names.</summary>
    private RelationPlan JoinUsing(
        RelationPlan left, RelationPlan right, Tree.JoinKind kind, ImmutableArray<Tree.Identifier> names, bool isLateral, Tree.Identifier? alias = null)
    {
        names = [.. names.DistinctBy(name => name.Folded)];
        var leftBuilder = new PlanBuilder(context.Columns, left.Node);
        var rightBuilder = new PlanBuilder(context.Columns, right.Node);
        var criteria = new List<JoinCriterion>();
        var sources = new List<(Expression Left, Expression Right)>();
        HashSet<Field> merged = [];
        foreach (Tree.Identifier name in names)
        {
            Field leftField = Find(left, name, "left"), rightField = Find(right, name, "right");
            merged.Add(leftField);
            merged.Add(rightField);
            Operand[] sides = [new(leftField.Column.Ref(), name.Position), new(rightField.Column.Ref(), name.Position)];
            Expression[] unified = _coercer.Unify(sides, $"USING ({name.Value})");
            sources.Add((unified[0], unified[1]));
            criteria.Add(new JoinCriterion(leftBuilder.Compute(unified[0]), rightBuilder.Compute(unified[1])));
        }

        JoinKind joinKind = KindOf(kind);
        PlanNode join = isLateral
            ? new ApplyNode(joinKind == JoinKind.Left ? ApplyKind.Left : ApplyKind.Inner, leftBuilder.Node, rightBuilder.Node)
            {
                Comparison = criteria.Count == 0 ? null : Make.And(criteria.Select(criterion => Make.Equal(criterion.Left.Ref(), criterion.Right.Ref()))),
            }
            : new JoinNode(joinKind, leftBuilder.Node, rightBuilder.Node, criteria.ToValueList());
        if (joinKind is JoinKind.Semi or JoinKind.Anti)
            return new RelationPlan(join, left.Fields);

        var builder = new PlanBuilder(context.Columns, join);
        Column[] columns = builder.Compute(criteria.Select(criterion => Merged(joinKind, criterion.Left.Ref(), criterion.Right.Ref())));
        for (int at = 0; at < columns.Length; at++)
            context.MergedColumns[columns[at]] = Merged(joinKind, sources[at].Left, sources[at].Right);
        Field[] first = [.. names.Select((name, at) => new Field(Find(left, name, "left").Name, columns[at]))];
        IEnumerable<Field> rest = left.Fields.Concat(right.Fields).Select(field => merged.Contains(field) ? field with { IsQualifiedOnly = true } : field);
        if (alias is null)
            return new RelationPlan(builder.Node, [.. first, .. rest]);

        // USING (...) AS alias: the merged columns, and nothing else, by that name too.
        var relation = new RelationName(alias.Folded);
        IEnumerable<Field> aliased = first.Select(field => field with { Relation = relation, IsQualifiedOnly = true });
        return new RelationPlan(builder.Node, [.. first, .. rest, .. aliased]);
    }

    private static Expression Merged(JoinKind kind, Expression left, Expression right) => kind switch
    {
        JoinKind.Right => right,
        JoinKind.Full => new SpecialExpression(SpecialForm.Coalesce, [left, right], left.Type),
        _ => left,
    };

    /// <summary>The column of a side that USING means.</summary>
    public static Field Find(RelationPlan side, Tree.Identifier name, string which)
    {
        Field[] found = [.. NameScope.Meant(side.Fields.Where(field => !field.IsQualifiedOnly), name)];
        return found switch
        {
            [var only] => only,
            [] => throw new QueryException(
                ErrorCode.UndefinedColumn,
                $"column '{name.Value}' of USING does not exist in the {which} side",
                name.Position,
                Suggestion.DidYouMean(name.Value, side.Star.Select(field => field.Name).OfType<string>())),
            _ => throw new QueryException(
                ErrorCode.AmbiguousColumn, $"column '{name.Value}' of USING is there more than once in the {which} side", name.Position),
        };
    }
}
