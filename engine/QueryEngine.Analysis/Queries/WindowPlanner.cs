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
        if (use.Filter is not null)
            inputs = inputs.Append(use.Filter);
        return inputs.Concat(new[] { use.Frame.Start.Offset, use.Frame.End.Offset }.OfType<Expression>().Where(offset => offset is not ConstantExpression));
    }

    private static WindowUse Translate(WindowUse use, Func<Expression, Expression> translate) => use with
    {
        Arguments = use.Arguments.Select(translate).ToValueList(),
        PartitionBy = use.PartitionBy.Select(translate).ToValueList(),
        OrderBy = use.OrderBy.Select(key => key with { Expression = translate(key.Expression) }).ToValueList(),
        Filter = use.Filter is null ? null : translate(use.Filter),
        Frame = use.Frame with { Start = Translate(use.Frame.Start, translate), End = Translate(use.Frame.End, translate) },
    };

    private static FrameBound Translate(FrameBound bound, Func<Expression, Expression> translate) =>
        bound.Offset is null ? bound : bound with { Offset = translate(bound.Offset) };

    private static WindowCall CallOf(WindowUse use, Column output, Queue<Column> inputs)
    {
        ValueList<Expression> arguments = use.Arguments.Select(argument => argument is ConstantExpression ? argument : inputs.Dequeue().Ref()).ToValueList();
        Expression? filter = use.Filter is null ? null : inputs.Dequeue().Ref();
        return new WindowCall(output, use.Function, arguments, use.Type, use.Frame with { Start = Bound(use.Frame.Start), End = Bound(use.Frame.End) })
        {
            IsDistinct = use.IsDistinct,
            IgnoreNulls = use.IgnoreNulls,
            Filter = filter,
        };

        FrameBound Bound(FrameBound bound) => bound.Offset is null or ConstantExpression ? bound : bound with { Offset = inputs.Dequeue().Ref() };
    }
}
