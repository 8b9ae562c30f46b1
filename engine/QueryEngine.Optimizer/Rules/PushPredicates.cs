using System.Runtime.CompilerServices;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Rules;

/// <summary>
/// Moves conditions as far down as they may go, in one walk: through projections, into joins (as criteria where they compare the sides), below
/// grouping by their columns, into every input of a union. On the way outer joins that cannot keep their padded rows become inner ones, and marks
/// that a filter only asks for truth become semi and anti joins.
/// </summary>
internal sealed class PushPredicates : PlanPass
{
    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context) => new Walk(context).Push(plan, []);

    private sealed class Walk(OptimizerContext context)
    {
        /// <summary>The node with the conditions, over its columns, applied at or below it.</summary>
        public PlanNode Push(PlanNode node, IReadOnlyList<Expression> conditions)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            return node switch
            {
                FilterNode filter => Push(filter.Source, [.. conditions, .. Conjuncts(filter.Predicate)]),
                ProjectNode project => PushProject(project, conditions),
                JoinNode join => new JoinPredicates(context, this.Push).Push(join, conditions),
                AggregateNode aggregate => PushAggregate(aggregate, conditions),
                UnionNode union => PushUnion(union, conditions),
                WindowNode window => PushBelow(window, conditions, [.. window.PartitionBy]),
                GroupIdNode groups => PushBelow(groups, conditions, [.. groups.Source.Columns]),
                UnnestNode unnest => PushBelow(unnest, conditions, [.. unnest.Replicated]),
                AssignUniqueIdNode unique => PushBelow(unique, conditions, [.. unique.Source.Columns]),
                SortNode sort => sort with { Source = Push(sort.Source, conditions) },
                SharedNode shared => shared with { Shared = Push(shared.Shared, []), Body = Push(shared.Body, conditions) },
                ValuesNode or TableScanNode or RemoteSourceNode or WorkingTableNode or SharedReadNode => node.Where(conditions),
                _ => node.MapSources(source => Push(source, [])).Where(conditions),
            };
        }

        private IEnumerable<Expression> Conjuncts(Expression predicate) =>
            Expressions.Conjuncts(SimplifyExpressions.Simplify(predicate, context)).Select(TruthOnly);

        // A filter keeps rows for which a condition is true: false and unknown are the same to it.
        private static Expression TruthOnly(Expression conjunct)
        {
            if (conjunct is ConstantExpression { Value: null })
                return ConstantExpression.False;
            if (conjunct is SpecialExpression { Form: SpecialForm.Or } or && or.Arguments.Contains(ConstantExpression.Null(SqlType.Boolean)))
                return Expressions.Or(or.Arguments.Where(term => term is not ConstantExpression { Value: null }));
            if (conjunct is not SpecialExpression { Form: SpecialForm.Case } @case)
                return conjunct;

            var conditions = new List<Expression>();
            for (int branch = 0; branch + 1 < @case.Arguments.Count; branch += 2)
            {
                switch (@case.Arguments[branch + 1])
                {
                    case ConstantExpression { Value: true } when conditions.Count == branch / 2:
                        conditions.Add(@case.Arguments[branch]);
                        break;
                    case ConstantExpression { Value: null or false }:
                        break;
                    default:
                        return conjunct;
                }
            }

            return @case.Arguments[^1] is ConstantExpression { Value: null or false } && conditions.Count > 0 ? Expressions.Or(conditions) : conjunct;
        }

        private PlanNode PushProject(ProjectNode project, IReadOnlyList<Expression> conditions)
        {
            var definitions = project.Assignments.DistinctBy(assignment => assignment.Column)
                .ToDictionary(assignment => assignment.Column, assignment => assignment.Expression);
            HashSet<Column> unstable = [.. definitions.Where(pair => !context.Constants.IsDeterministic(pair.Value)).Select(pair => pair.Key)];
            ILookup<bool, Expression> movable = conditions.ToLookup(condition => !condition.ReadsAny(unstable));
            Expression[] below = [.. movable[true].SelectMany(condition => Conjuncts(condition.Substitute(definitions)))];
            PlanNode pushed = project with { Source = Push(project.Source, below) };
            return pushed.Where(movable[false]);
        }

        // HAVING on grouping columns is WHERE, unless a group exists without rows.
        private PlanNode PushAggregate(AggregateNode aggregate, IReadOnlyList<Expression> conditions)
        {
            if (aggregate.HasGlobalRow)
                return (aggregate with { Source = Push(aggregate.Source, []) }).Where(conditions);
            return PushBelow(aggregate, conditions, [.. aggregate.Keys]);
        }

        private PlanNode PushBelow(PlanNode node, IReadOnlyList<Expression> conditions, HashSet<Column> readable)
        {
            ILookup<bool, Expression> movable = conditions.ToLookup(
                condition => condition.ReadsOnly(readable) && condition.References().Any() && context.Constants.IsDeterministic(condition));
            return node.WithSources([Push(node.Sources[0], [.. movable[true]])]).Where(movable[false]);
        }

        private UnionNode PushUnion(UnionNode union, IReadOnlyList<Expression> conditions)
        {
            IEnumerable<PlanNode> inputs = union.Inputs.Select((input, index) =>
            {
                var definitions = union.Outputs.Zip(union.Mapping[index], (output, column) => (output, column))
                    .ToDictionary(pair => pair.output, pair => (Expression)pair.column.Ref());
                return Push(input, [.. conditions.Select(condition => condition.Substitute(definitions))]);
            });
            return union with { Inputs = inputs.ToValueList() };
        }
    }
}
