using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Puts an aggregation on top of a plan.</summary>
internal sealed class AggregationPlanner(AnalysisContext context, Grouping grouping, AggregateCollector collector)
{
    /// <summary>Adds the aggregation; the result translates expressions over its input.</summary>
    public GroupedTranslator Aggregate(PlanBuilder builder)
    {
        builder.Apply(grouping.Subqueries);
        builder.Unnest(grouping.Unnests);
        builder.Apply(collector.InputSubqueries);
        HashSet<Column> input = [.. builder.Node.Columns];

        Column[] computed = builder.Compute(grouping.Keys.Concat(collector.Aggregates.SelectMany(aggregate => aggregate.Use.Inputs)));
        Column[] keys = computed[..grouping.Keys.Count];
        var arguments = new Queue<Column>(computed[keys.Length..]);
        ValueList<Aggregation> aggregations = collector.Aggregates
            .Select(aggregate => new Aggregation(aggregate.Output, CallOf(aggregate.Use, arguments))).ToValueList();

        if (grouping.Sets is [var only])
        {
            // HAVING alone makes one group of all rows, however many: there is nothing to read them for.
            builder.Add(only.Length == 0 && aggregations.Count == 0 ? ValuesNode.OneRow : new AggregateNode(builder.Node, only.Select(key => keys[key]).Distinct().ToValueList(), aggregations));
            return Translator(keys, input, setId: null);
        }

        Column setId = context.Columns.New("grouping_set", SqlType.BigInt);
        Column[] outputs = [.. keys.Select(context.Columns.Like)];
        builder.Add(new GroupIdNode(
            builder.Node,
            keys.Zip(outputs, (key, output) => new GroupIdKey(key, output)).ToValueList(),
            grouping.Sets.Select(set => set.ToValueList()).ToValueList(),
            setId));
        builder.Add(new AggregateNode(builder.Node, [.. outputs, setId], aggregations));
        AddGrandTotals(builder, setId, aggregations);
        return Translator(outputs, input, setId);
    }

    // The empty set gives a row even when there are no rows: an outer join with the empty sets puts it there, and counts are then 0.
    private void AddGrandTotals(PlanBuilder builder, Column setId, ValueList<Aggregation> aggregations)
    {
        ValueList<ValueList<Expression>> empty = grouping.Sets.Index().Where(set => set.Item.Length == 0)
            .Select(set => (ValueList<Expression>)[new ConstantExpression((long)set.Index, SqlType.BigInt)]).ToValueList();
        if (empty.Count == 0)
            return;

        Column total = context.Columns.New("empty_set", SqlType.BigInt);
        var join = new JoinNode(JoinKind.Full, builder.Node, new ValuesNode([total], empty), [new JoinCriterion(setId, total)]);
        Dictionary<Column, Expression> mended = aggregations.Where(aggregation => aggregation.Call.IsZeroWhenEmpty).ToDictionary(
            aggregation => aggregation.Output,
            aggregation => Coalesce(aggregation.Output, new ConstantExpression(0L, aggregation.Output.Type)));
        mended.Add(setId, Coalesce(setId, total.Ref()));
        builder.Add(new ProjectNode(
            join, builder.Node.Columns.Select(column => new Assignment(column, mended.GetValueOrDefault(column, column.Ref()))).ToValueList()));

        static Expression Coalesce(Column column, Expression otherwise) =>
            new SpecialExpression(SpecialForm.Coalesce, [column.Ref(), otherwise], column.Type);
    }

    private GroupedTranslator Translator(Column[] outputs, HashSet<Column> input, Column? setId)
    {
        var translations = new Dictionary<Expression, Expression>();
        for (int key = 0; key < outputs.Length; key++)
            translations[grouping.Keys[key]] = outputs[key].Ref();
        foreach (GroupingUse use in collector.Groupings)
            translations[use.Output.Ref()] = GroupingOf(use, setId);
        return new GroupedTranslator(translations, input, context.MergedColumns);
    }

    private static AggregateCall CallOf(AggregateUse use, Queue<Column> computed) =>
        new(use.Function, use.Arguments.Select(argument => argument is ConstantExpression ? argument : computed.Dequeue().Ref()).ToValueList(), use.Type)
        {
            ParameterTypes = use.ParameterTypes,
            IsDistinct = use.IsDistinct,
            OrderBy = use.OrderBy.Select(key => new SortKey(computed.Dequeue(), key.Descending, key.NullsFirst)).ToValueList(),
            Filter = use.Filter is null ? null : computed.Dequeue().Ref(),
        };

    // A bit for each argument, 1 where the set of the row has not that key; the last argument is the lowest bit.
    private Expression GroupingOf(GroupingUse use, Column? setId)
    {
        int[] keys = [.. use.Arguments.Select(KeyOf)];
        int[] masks = [.. grouping.Sets.Select(set => keys.Aggregate(0, (mask, key) => (mask << 1) | (set.Contains(key) ? 0 : 1)))];
        if (setId is null || masks.Distinct().Count() == 1)
            return new ConstantExpression(masks[0], SqlType.Integer);

        var branches = new List<Expression>();
        for (int set = 0; set < masks.Length - 1; set++)
        {
            branches.Add(Make.Equal(setId.Ref(), new ConstantExpression((long)set, SqlType.BigInt)));
            branches.Add(new ConstantExpression(masks[set], SqlType.Integer));
        }

        return new SpecialExpression(SpecialForm.Case, [.. branches, new ConstantExpression(masks[^1], SqlType.Integer)], SqlType.Integer);
    }

    private int KeyOf(Operand argument) => grouping.Find(argument.Expression) is >= 0 and var key
        ? key
        : throw new QueryException(ErrorCode.GroupingError, "an argument of grouping is not a key of GROUP BY", argument.Position);
}
