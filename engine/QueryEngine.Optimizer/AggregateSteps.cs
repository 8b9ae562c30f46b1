using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer;

/// <summary>An aggregation in two steps, from rows to states and from states to results.</summary>
internal static class AggregateSteps
{
    /// <summary>Whether all functions have states that can be put together.</summary>
    public static bool CanSplit(AggregateNode aggregate) => aggregate.Aggregations.All(aggregation =>
        !aggregation.Call.IsDistinct && aggregation.Call.OrderBy.Count == 0 && TypesOfStates(aggregation.Call).Count > 0);

    /// <summary>The first step over the aggregation's source, and the calls of the last step, whose results are the aggregation's.</summary>
    public static (AggregateNode Partial, ValueList<Aggregation> Finals) Split(AggregateNode aggregate, ColumnAllocator columns)
    {
        var partials = new List<Aggregation>();
        var finals = new List<Aggregation>();
        foreach (Aggregation aggregation in aggregate.Aggregations)
        {
            ValueList<Column> states = TypesOfStates(aggregation.Call).Select(type => columns.New(aggregation.Output.Name, type)).ToValueList();
            partials.Add(new Aggregation(states, aggregation.Call));
            AggregateCall final = aggregation.Call with
            {
                Arguments = states.Select(state => (Expression)state.Ref()).ToValueList(),
                ParameterTypes = aggregation.Call.ParameterTypes,
                Filter = null,
            };
            finals.Add(new Aggregation(aggregation.Outputs, final));
        }

        return (aggregate with { Aggregations = partials.ToValueList(), Step = AggregateStep.Partial }, finals.ToValueList());
    }

    private static ValueList<SqlType> TypesOfStates(AggregateCall call) =>
        FunctionCatalog.BuiltIn.BindAggregate(call.Function, call.ParameterTypes).IntermediateTypes;
}
