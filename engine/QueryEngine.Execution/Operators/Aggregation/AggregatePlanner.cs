using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Execution.Spilling;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators.Aggregation;

/// <summary>Plans aggregations, each in one of three ways: states as rows come, all rows first, or partial.</summary>
internal sealed class AggregatePlanner : NodePlanner<AggregateNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(AggregateNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        AggregateNode needed = node with
        {
            Aggregations = node.Aggregations.Where(aggregation => aggregation.Outputs.Any(required.Contains)).ToValueList(),
        };
        var columns = new HashSet<Column>(needed.Keys);
        foreach (Plan.Aggregation aggregation in needed.Aggregations)
        {
            columns.UnionWith(aggregation.Call.Arguments.SelectMany(argument => argument.References()));
            columns.UnionWith(aggregation.Call.Filter?.References() ?? []);
            columns.UnionWith(aggregation.Call.OrderBy.Select(key => key.Column));
        }

        RowStream input = context.Plan(needed.Source, columns);
        OperatorStatistics statistics = context.Count(node, node.Step == AggregateStep.Partial ? "partial aggregate" : "aggregate");
        AggregateLayout layout = AggregateLayout.Create(needed, input, statistics, context);
        Column[] outputs = [.. needed.Columns];
        if (node.Step == AggregateStep.Partial)
        {
            if (!layout.IsIncremental)
                throw new InvalidOperationException("an aggregate that cannot be split has a partial step");
            return input.Then(outputs, statistics, _ => new PartialAggregateOperator(layout, NewInputs()));
        }

        Spiller spiller = context.NewSpiller(statistics);
        AggregateSink sink = layout.IsIncremental
            ? new IncrementalAggregateSink(layout, NewInputs, spiller, statistics)
            : new CollectingAggregateSink(layout, NewInputs, input.Layout, spiller, statistics);
        sink.EmptyGroupingSets = EmptyGroupingSets(needed);
        context.Close(input, sink);
        return new RowStream([context.Open(new AggregateSource(sink))], outputs);

        AggregateInputs NewInputs() => new(layout, context.Compiler(input.Layout));
    }

    // GROUP BY GROUPING SETS ((), ...) has a row for () even where there is no input.
    private static IReadOnlyList<object?[]> EmptyGroupingSets(AggregateNode node)
    {
        if (node.Source is not GroupIdNode grouping)
            return [];
        return
        [
            .. from set in Enumerable.Range(0, grouping.Sets.Count)
               where grouping.Sets[set].Count == 0
               select node.Keys.Select(key => key == grouping.GroupId ? BoxedId(key.Type, set) : null).ToArray(),
        ];
    }

    private static object BoxedId(SqlType type, int set) => type.Physical == PhysicalType.Int64 ? (long)set : set;
}

/// <summary>Groups what one driver sees and passes states on: whenever its table is full, and at the end.</summary>
internal sealed class PartialAggregateOperator(AggregateLayout layout, AggregateInputs inputs) : Operator
{
    private readonly AggregateTable _table = new(layout);

    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using (batch)
            _table.Add(batch, inputs);
        if (_table.Count > AggregateSink.MaxGroupsInCache)
            EmitStates();
    }

    /// <inheritdoc/>
    public override void Finish() => EmitStates();

    /// <inheritdoc/>
    protected override void Release()
    {
        _table.Dispose();
        inputs.Dispose();
    }

    private void EmitStates()
    {
        for (int first = 0; first < _table.Count; first += RecordBatch.MaxRows)
            Emit(_table.BuildStates(first, Math.Min(RecordBatch.MaxRows, _table.Count - first)));
        _table.Clear();
    }
}
