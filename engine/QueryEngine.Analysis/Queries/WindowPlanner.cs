using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Puts window functions on top of a plan: one node for all that share partition and order.</summary>
internal static class WindowPlanner
{
    /// <summary>Adds the nodes.</summary>
    public static void AddTo(PlanBuilder builder, WindowCollector collector, Func<Expression, Expression> translate)
    {
        builder.Apply(collector.Subqueries);
        var groups = collector.Windows
            .Select(window => (Use: Translate(window.Use, translate), window.Output))
            .GroupBy(window => (window.Use.PartitionBy, window.Use.OrderBy));
        foreach (var group in groups)
        {
            (ValueList<Expression> partition, ValueList<SortExpression> order) = group.Key;
            Column[] computed = builder.Compute([
                .. partition,
                .. order.Select(key => key.Expression),
                .. group.SelectMany(window => Inputs(window.Use)),
            ]);
            var inputs = new Queue<Column>(computed[(partition.Count + order.Count)..]);
            ValueList<SortKey> keys = order
                .Select((key, at) => new SortKey(computed[partition.Count + at], key.Descending, key.NullsFirst)).ToValueList();
            builder.Add(new WindowNode(
                builder.Node,
                computed[..partition.Count].Distinct().ToValueList(),
                keys,
                group.Select(window => CallOf(window.Use, window.Output, inputs)).ToValueList()));
        }
    }

    private static IEnumerable<Expression> Inputs(WindowUse use)
    {
        IEnumerable<Expression> inputs = use.Arguments.Where(argument => argument is not ConstantExpression);
        return use.Filter is null ? inputs : inputs.Append(use.Filter);
    }

    private static WindowUse Translate(WindowUse use, Func<Expression, Expression> translate) => use with
    {
        Arguments = use.Arguments.Select(translate).ToValueList(),
        PartitionBy = use.PartitionBy.Select(translate).ToValueList(),
        OrderBy = use.OrderBy.Select(key => key with { Expression = translate(key.Expression) }).ToValueList(),
        Filter = use.Filter is null ? null : translate(use.Filter),
    };

    private static WindowCall CallOf(WindowUse use, Column output, Queue<Column> inputs) => new(
        output,
        use.Function,
        use.Arguments.Select(argument => argument is ConstantExpression ? argument : inputs.Dequeue().Ref()).ToValueList(),
        use.Type,
        use.Frame)
    {
        IsDistinct = use.IsDistinct,
        IgnoreNulls = use.IgnoreNulls,
        Filter = use.Filter is null ? null : inputs.Dequeue().Ref(),
    };
}
