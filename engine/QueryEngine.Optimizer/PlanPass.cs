using System.Runtime.CompilerServices;
using QueryEngine.Plan;

namespace QueryEngine.Optimizer;

/// <summary>One step of the optimizer: a plan to an equivalent plan. Holds no state; the pipeline shares one instance.</summary>
internal abstract class PlanPass
{
    /// <summary>The equivalent plan; the same instance when there is nothing to do.</summary>
    public abstract PlanNode Apply(PlanNode plan, OptimizerContext context);
}

/// <summary>Rewrites one node to an equivalent one. Rules hold no state.</summary>
internal abstract class Rule
{
    /// <summary>The equivalent plan, or null when the rule has nothing to do here.</summary>
    public abstract PlanNode? Apply(PlanNode node, OptimizerContext context);
}

/// <summary>A rule that fires on one kind of node.</summary>
internal abstract class Rule<TNode> : Rule
    where TNode : PlanNode
{
    /// <inheritdoc/>
    public sealed override PlanNode? Apply(PlanNode node, OptimizerContext context) => node is TNode match ? Rewrite(match, context) : null;

    /// <summary>The equivalent plan, or null when the rule has nothing to do here.</summary>
    protected abstract PlanNode? Rewrite(TNode node, OptimizerContext context);
}

/// <summary>Applies rules to every node, children first, until none fires.</summary>
internal sealed class RulePass(params Rule[] rules) : PlanPass
{
    /// <summary>The names of its rules.</summary>
    public IEnumerable<string> RuleNames => rules.Select(rule => rule.GetType().Name);

    // A rule set that never comes to rest is a bug; a plan never needs near so many steps.
    private const int MaxFiringsPerNode = 100;

    /// <inheritdoc/>
    public override PlanNode Apply(PlanNode plan, OptimizerContext context)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        context.Cancellation.ThrowIfCancellationRequested();
        PlanNode node = plan.MapSources(source => Apply(source, context));
        for (int firing = 0; firing < MaxFiringsPerNode; firing++)
        {
            PlanNode? rewritten = null;
            foreach (Rule rule in rules)
            {
                rewritten = rule.Apply(node, context);
                if (rewritten is null)
                    continue;
                context.Trace?.Invoke(rule.GetType().Name, rewritten);
                break;
            }

            if (rewritten is null)
                return node;
            node = rewritten.MapSources(source => Apply(source, context));
        }

        return node;
    }
}
