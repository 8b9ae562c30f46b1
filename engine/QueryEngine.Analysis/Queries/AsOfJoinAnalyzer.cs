using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Plans ASOF joins: of the right rows that fulfil the condition, each left row meets the one that is nearest by its inequality.
/// <code>
/// l ASOF JOIN r ON l.k = r.k AND l.t &gt;= r.t  =>  l JOIN LATERAL (SELECT * FROM r WHERE l.k = r.k AND l.t &gt;= r.t ORDER BY r.t DESC LIMIT 1) ON TRUE
/// </code>
/// </summary>
internal sealed class AsOfJoinAnalyzer(AnalysisContext context, RelationAnalyzer relations, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The plan of the join.</summary>
    public RelationPlan Analyze(Tree.JoinRelation join, NameScope? lateral)
    {
        if (join.Kind is not (Tree.JoinKind.Inner or Tree.JoinKind.Left))
            throw QueryException.NotSupported($"ASOF {join.Kind.ToString().ToUpperInvariant()} JOIN", join.Position);
        RelationPlan left = relations.Analyze(join.Left, lateral), right = relations.Analyze(join.Right, lateral: null);
        JoinAnalyzer.CheckNames(left, right, join.Right);
        HashSet<Field> merged = [];
        Expression condition = join.Condition switch
        {
            Tree.JoinOn on => OnCondition(left, right, on),
            Tree.JoinUsing named => UsingCondition(left, right, named, merged),
            _ => throw new QueryException(ErrorCode.SyntaxError, "ASOF JOIN needs ON or USING", join.Position),
        };

        (Column nearest, bool isDescending, PlanNode matching) = Inequality(left, right, condition, join.Position);
        PlanNode first = new TopNNode(matching, 1, [new SortKey(nearest, isDescending, NullsFirst: false)], WithTies: false);
        ApplyKind kind = join.Kind == Tree.JoinKind.Left ? ApplyKind.Left : ApplyKind.Inner;

        // USING: the left column stands for both.
        IEnumerable<Field> fields = left.Fields.Concat(right.Fields.Select(field => merged.Contains(field) ? field with { IsQualifiedOnly = true } : field));
        return new RelationPlan(new ApplyNode(kind, left.Node, first), [.. fields]);
    }

    private Expression OnCondition(RelationPlan left, RelationPlan right, Tree.JoinOn on)
    {
        var sink = new ExpressionSink("ASOF JOIN ... ON") { AllowsSubqueries = false };
        var scope = new NameScope(outer, [.. left.Fields, .. right.Fields], commonTables);
        return new ExpressionAnalyzer(context, scope, sink).AnalyzeCondition(on.Expression);
    }

    // The last column is the inequality: left >= right.
    private Expression UsingCondition(RelationPlan left, RelationPlan right, Tree.JoinUsing named, HashSet<Field> merged)
    {
        var coercer = new Coercer(context.Constants);
        return Make.And(named.Columns.Select((name, at) =>
        {
            Field leftField = JoinAnalyzer.Find(left, name, "left"), rightField = JoinAnalyzer.Find(right, name, "right");
            merged.Add(rightField);
            Expression[] sides = coercer.Unify(
                [new Operand(leftField.Column.Ref(), name.Position), new Operand(rightField.Column.Ref(), name.Position)], $"USING ({name.Value})");
            return (Expression)Make.Compare(at == named.Columns.Length - 1 ? OperatorNames.GreaterOrEqual : OperatorNames.Equal, sides[0], sides[1]);
        }));
    }

    private (Column Nearest, bool IsDescending, PlanNode Matching) Inequality(
        RelationPlan left, RelationPlan right, Expression condition, SourcePosition position)
    {
        HashSet<Column> leftColumns = [.. left.Node.Columns], rightColumns = [.. right.Node.Columns];
        (Expression Key, bool IsDescending)[] found = [.. Make.Conjuncts(condition).Select(KeyOf).OfType<(Expression, bool)>()];
        if (found is not [var (key, isDescending)])
            throw new QueryException(
                ErrorCode.SyntaxError, $"ASOF JOIN needs one inequality of a left and a right value, not {found.Length}", position, "Write ON l.key = r.key AND l.time >= r.time.");
        var builder = new PlanBuilder(context.Columns, right.Node);
        Column nearest = builder.Compute(key);
        builder.Filter(condition);
        return (nearest, isDescending, builder.Node);

        // Behind the left value the nearest is the largest, before it the smallest.
        (Expression Key, bool IsDescending)? KeyOf(Expression conjunct)
        {
            if (conjunct is not CallExpression { Arguments: [var first, var second] } call)
                return null;
            bool isLess = call.Function is OperatorNames.Less or OperatorNames.LessOrEqual, isGreater = call.Function is OperatorNames.Greater or OperatorNames.GreaterOrEqual;
            if (!isLess && !isGreater)
                return null;
            if (IsOf(first, leftColumns) && IsOf(second, rightColumns))
                return (second, isGreater);
            return IsOf(first, rightColumns) && IsOf(second, leftColumns) ? (first, isLess) : null;
        }

        static bool IsOf(Expression expression, HashSet<Column> side) => expression.References().Any() && expression.References().All(side.Contains);
    }
}
