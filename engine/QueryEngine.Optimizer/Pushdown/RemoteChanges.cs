using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Optimizer.Pushdown;

/// <summary>Changes of rows that a source may do whole: the plan of the rows is one scan, and the new values are expressions over its columns.</summary>
public static class RemoteChanges
{
    /// <summary>
    /// The scan of the rows and the new values of the columns, which are the last outputs of the plan; null where there is more to the plan than one scan.
    /// </summary>
    public static (TableScanNode Rows, ValueList<ColumnAssignment> Assignments)? Find(OutputNode plan, ValueList<ColumnHandle> columns)
    {
        var definitions = plan.Outputs.Select(output => (Expression)output.Ref()).ToList();
        PlanNode node = plan.Source;
        while (node is ProjectNode project)
        {
            Dictionary<Column, Expression> below = project.Assignments.DistinctBy(assignment => assignment.Column)
                .ToDictionary(assignment => assignment.Column, assignment => assignment.Expression);
            definitions = definitions.ConvertAll(definition => definition.Substitute(below));
            node = project.Source;
        }

        if (node is not TableScanNode { IsSuperset: false } scan)
            return null;
        Dictionary<Column, ColumnHandle> handles = PushIntoScans.Handles(scan);
        var assignments = new List<ColumnAssignment>();
        for (int column = 0; column < columns.Count; column++)
        {
            if (ConnectorExpressions.TryConvert(definitions[definitions.Count - columns.Count + column], handles) is not { } value)
                return null;
            assignments.Add(new ColumnAssignment(columns[column], value));
        }

        return (scan, assignments.ToValueList());
    }
}
