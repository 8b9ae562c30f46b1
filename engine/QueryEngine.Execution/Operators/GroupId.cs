using QueryEngine.Columnar;
using QueryEngine.Execution.Columns;
using QueryEngine.Execution.Pipelines;
using QueryEngine.Execution.Planning;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Execution.Operators;

/// <summary>Plans grouping sets.</summary>
internal sealed class GroupIdPlanner : NodePlanner<GroupIdNode>
{
    /// <inheritdoc/>
    protected override RowStream Plan(GroupIdNode node, IReadOnlySet<Column> required, PlanningContext context)
    {
        int[] keys = [.. Enumerable.Range(0, node.Keys.Count).Where(key => required.Contains(node.Keys[key].Output))];
        HashSet<Column> needed = [.. node.Source.Columns.Where(required.Contains), .. keys.Select(key => node.Keys[key].Input)];
        RowStream input = context.Plan(node.Source, needed);
        OperatorStatistics statistics = context.Count(node, "grouping sets");
        int[] inputs = input.PlacesOf(keys.Select(key => node.Keys[key].Input));
        Column[] layout = [.. input.Layout, .. keys.Select(key => node.Keys[key].Output), node.GroupId];
        return input.Then(layout, statistics, _ => new GroupIdOperator(node, keys, inputs, statistics.Memory!));
    }
}

/// <summary>Gives each batch once for every set, keys that are not in the set NULL.</summary>
internal sealed class GroupIdOperator(GroupIdNode node, int[] keys, int[] inputs, MemoryContext memory) : Operator
{
    /// <inheritdoc/>
    public override void Process(RecordBatch batch)
    {
        using RecordBatch owned = batch;
        for (int set = 0; set < node.Sets.Count; set++)
        {
            var added = new ColumnVector[keys.Length + 1];
            for (int key = 0; key < keys.Length; key++)
            {
                ColumnVector input = batch[inputs[key]];
                bool isInSet = node.Sets[set].Contains(keys[key]);
                if (isInSet)
                    input.Retain();
                added[key] = isInSet ? input : Gather.Nulls(input.Type, batch.RowCount, memory);
            }

            object id = node.GroupId.Type.Physical == PhysicalType.Int64 ? (long)set : set;
            added[^1] = VectorBuilder.Constant(node.GroupId.Type, id, batch.RowCount, memory);
            Emit(batch.With(added));
        }
    }
}
