using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>Plans statements that change rows. Waits for nothing: what names mean was fetched before.</summary>
internal sealed class ChangeAnalyzer(AnalysisContext context)
{
    /// <summary>Whether a statement changes rows.</summary>
    public static bool IsChange(Tree.Statement statement) =>
        statement is Tree.InsertStatement or Tree.UpdateStatement or Tree.DeleteStatement or Tree.MergeStatement;

    /// <summary>What a statement does; <paramref name="commonTables"/> are those of a statement around it.</summary>
    public AnalyzedWrite Analyze(Tree.Statement statement, CommonTables commonTables)
    {
        switch (statement)
        {
            case Tree.InsertStatement insert:
                return new InsertPlanner(context, Declare(insert.With, commonTables)).Plan(insert);
            case Tree.UpdateStatement update:
                return Update(update, Declare(update.With, commonTables));
            case Tree.DeleteStatement delete:
                return Delete(delete, Declare(delete.With, commonTables));
            case Tree.MergeStatement merge:
                return new MergePlanner(context, Declare(merge.With, commonTables)).Plan(merge);
            default:
                throw QueryException.NotSupported("this statement in WITH", statement.Position);
        }
    }

    private CommonTables Declare(Tree.WithClause? with, CommonTables visible) =>
        with is null ? visible : new CommonTableAnalyzer(context).Declare(with, outer: null, visible, allowsChanges: true);

    private AnalyzedWrite Update(Tree.UpdateStatement update, CommonTables commonTables)
    {
        WriteTarget target = WriteTarget.Find(context, update.Table, update.Alias, "UPDATE");
        CurrentRow? current = update.CurrentOf is { } cursor ? CurrentRow.Find(context, target, cursor) : null;
        (ChangePlan plan, RelationPlan rows, ImmutableArray<Field> fields, Column rowId) =
            Read(target, update.From, update.Where, current, commonTables, "UPDATE", update.Position);
        Dictionary<TableColumn, Expression> assigned = plan.Assign(update.Assignments, fields);

        // As in PostgreSQL, a row that meets several rows of FROM is changed once.
        TableColumn[] columns = [.. assigned.Keys];
        Column[] values = plan.Writer.Narrow(plan.Builder, [.. columns.Select(column => (column, assigned[column]))]);
        if (update.From.Length > 0)
            plan.KeepOne([rowId]);

        Column[] row = [.. rows.Fields.Select(field => field.Column)];
        for (int at = 0; at < columns.Length; at++)
            row[Array.IndexOf(target.Columns, columns[at])] = values[at];
        plan.Writer.Generate(plan.Builder, row);
        TableColumn[] written = [.. target.Columns.Where(column => assigned.ContainsKey(column) || column.Generated is not null)];
        plan.Writer.AddChecks(plan.Builder, row, written);
        ReturnedRows? returned = plan.Return(update.Returning, [.. target.Fields(row), .. fields[rows.Fields.Length..]]);
        Column kind = plan.Builder.Compute(ChangePlan.Kind(RowChange.Update));
        AnalyzedWrite write = plan.Finish(
            "UPDATE", kind, rowId, written, written.Select(column => row[Array.IndexOf(target.Columns, column)]), returned, RowChange.Update);
        return write with { Leaves = current?.Change(assigned.Keys) };
    }

    private AnalyzedWrite Delete(Tree.DeleteStatement delete, CommonTables commonTables)
    {
        WriteTarget target = WriteTarget.Find(context, delete.Table, delete.Alias, "DELETE");
        CurrentRow? current = delete.CurrentOf is { } cursor ? CurrentRow.Find(context, target, cursor) : null;
        (ChangePlan plan, _, ImmutableArray<Field> fields, Column rowId) =
            Read(target, delete.Using, delete.Where, current, commonTables, "DELETE", delete.Position);
        if (delete.Using.Length > 0)
            plan.KeepOne([rowId]);
        ReturnedRows? returned = plan.Return(delete.Returning, fields);
        Column kind = plan.Builder.Compute(ChangePlan.Kind(RowChange.Delete));
        return plan.Finish("DELETE", kind, rowId, [], [], returned, RowChange.Delete) with { Leaves = current?.Delete() };
    }

    // The rows of the table, joined to others, for which the condition holds.
    private (ChangePlan Plan, RelationPlan Rows, ImmutableArray<Field> Fields, Column RowId) Read(
        WriteTarget target,
        ImmutableArray<Tree.Relation> others,
        Tree.Expression? where,
        CurrentRow? current,
        CommonTables commonTables,
        string statement,
        SourcePosition position)
    {
        (RelationPlan rows, Column rowId) = target.Scan(statement, position);
        RelationPlan joined = rows;
        if (others.Length > 0)
        {
            // The table that is changed stands outside of FROM: nothing there, LATERAL or not, sees its columns.
            RelationPlan from = new RelationAnalyzer(context, null, commonTables).AnalyzeFrom(others);
            JoinAnalyzer.CheckNames(rows, from, others[0]);
            joined = new RelationPlan(new JoinNode(JoinKind.Inner, rows.Node, from.Node, [], null), [.. rows.Fields, .. from.Fields]);
        }

        var plan = new ChangePlan(context, target, joined.Node, commonTables);
        if (where is not null)
        {
            Expression condition = plan.Condition(where, joined.Fields, "WHERE");
            plan.Builder.Filter(condition);
        }

        current?.Filter(plan, rows.Fields);
        return (plan, rows, joined.Fields, rowId);
    }
}
