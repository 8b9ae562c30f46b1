using QueryEngine.Plan;

namespace QueryEngine.Optimizer.Decorrelation;

/// <summary>What a plan's shape says of its number of rows.</summary>
internal static class Cardinality
{
    /// <summary>Whether the plan gives one row, whatever the data.</summary>
    public static bool IsExactlyOne(PlanNode node) => node switch
    {
        AggregateNode aggregate => aggregate.HasGlobalRow,
        EnforceSingleRowNode => true,
        ProjectNode project => IsExactlyOne(project.Source),
        SortNode sort => IsExactlyOne(sort.Source),
        ValuesNode values => values.Rows.Count == 1,
        _ => false,
    };
}
