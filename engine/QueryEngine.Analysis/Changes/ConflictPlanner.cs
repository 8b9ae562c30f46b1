using QueryEngine.Analysis.Scopes;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>
/// Plans INSERT ... ON CONFLICT and INSERT OR REPLACE: the new rows are joined to the table by its keys. Of new rows with the same key the first one
/// counts.
/// </summary>
internal sealed class ConflictPlanner(ChangePlan plan, Column[] row, Column ordinal)
{
    /// <summary>What the statement does.</summary>
    public AnalyzedWrite Plan(Tree.InsertStatement insert)
    {
        WriteTarget target = plan.Target;
        if (insert.IsReplace)
            return Replace(insert);
        Tree.OnConflictClause clause = insert.OnConflict!;
        UniqueConstraint[] keys = KeysOf(clause);
        if (clause.Assignments.Length > 0)
        {
            if (keys.Length != 1)
                throw new QueryException(
                    ErrorCode.SyntaxError, "ON CONFLICT DO UPDATE needs the columns of a key", clause.Position, "Write ON CONFLICT (columns) DO UPDATE.");
            return Change(insert, keys[0], fields => plan.Assign(clause.Assignments, fields, wide: true), clause.Where, isOnce: true);
        }

        foreach (UniqueConstraint key in keys)
            LeaveOutKnown(key);
        foreach (UniqueConstraint key in keys)
            LeaveOutLater(key);
        plan.Writer.AddChecks(plan.Builder, row, target.Columns);
        ReturnedRows? returned = plan.Return(insert.Returning, target.Fields(row));
        return plan.Finish("INSERT", new InsertIntent(target.Name, target.Columns.Select(column => column.Handle).ToValueList()), row, returned);
    }

    private AnalyzedWrite Replace(Tree.InsertStatement insert)
    {
        WriteTarget target = plan.Target;
        UniqueConstraint[] keys = [.. target.Keys];
        switch (keys.Length)
        {
            case 0:
                plan.Writer.AddChecks(plan.Builder, row, target.Columns);
                ReturnedRows? returned = plan.Return(insert.Returning, target.Fields(row));
                return plan.Finish("INSERT", new InsertIntent(target.Name, target.Columns.Select(column => column.Handle).ToValueList()), row, returned);
            case 1:
                KeepLast(keys[0]);
                return Change(insert, keys[0], _ => NewValues(), where: null, isOnce: false);
            default:
                throw QueryException.NotSupported("INSERT OR REPLACE into a table with several keys", insert.Position, "Use ON CONFLICT (columns) DO UPDATE.");
        }
    }

    private Dictionary<TableColumn, Expression> NewValues()
    {
        var values = new Dictionary<TableColumn, Expression>();
        for (int at = 0; at < row.Length; at++)
        {
            TableColumn column = plan.Target.Columns[at];
            if (column.Generated is null)
                values.Add(column, plan.Writer.Prepare(new Types.Operand(row[at].Ref(), default), column, wide: true));
        }

        return values;
    }

    private UniqueConstraint[] KeysOf(Tree.OnConflictClause clause)
    {
        WriteTarget target = plan.Target;
        if (clause.Constraint is { } name)
        {
            return target.Keys.FirstOrDefault(key => name.Matches(key.Name)) is { } named
                ? [named]
                : throw new QueryException(
                    ErrorCode.UndefinedObject,
                    $"{target.Name} has no unique constraint '{name.Value}'",
                    name.Position,
                    Suggestion.DidYouMean(name.Value, target.Keys.Select(key => key.Name)));
        }

        if (clause.Columns.Length == 0)
            return [.. target.Keys];
        HashSet<string> columns = [.. clause.Columns.Select(column => target.Column(column).Name)];
        return target.Keys.FirstOrDefault(key => columns.SetEquals(key.Columns)) is { } found
            ? [found]
            : throw new QueryException(
                ErrorCode.InvalidColumnReference, $"{target.Name} has no unique constraint on ({string.Join(", ", columns)})", clause.Position);
    }

    // Rows whose key the table has.
    private void LeaveOutKnown(UniqueConstraint key)
    {
        (RelationPlan known, _) = plan.Target.Scan("INSERT ... ON CONFLICT", default);
        plan.Builder.Add(new JoinNode(JoinKind.Anti, plan.Builder.Node, known.Node, Criteria(key, known)));
    }

    // Rows whose key an earlier new row has.
    private void LeaveOutLater(UniqueConstraint key)
    {
        Column number = plan.Number(Columns(key), [new SortKey(ordinal, Descending: false, NullsFirst: false)]);
        plan.Builder.Filter(Make.Or([Make.Equal(number.Ref(), ChangePlan.One), .. Columns(key).Select(column => Make.IsNull(column.Ref()))]));
    }

    private void KeepLast(UniqueConstraint key)
    {
        Column number = plan.Number(Columns(key), [new SortKey(ordinal, Descending: true, NullsFirst: false)]);
        plan.Builder.Filter(Make.Or([Make.Equal(number.Ref(), ChangePlan.One), .. Columns(key).Select(column => Make.IsNull(column.Ref()))]));
    }

    private AnalyzedWrite Change(
        Tree.InsertStatement insert,
        UniqueConstraint key,
        Func<ImmutableArray<Field>, Dictionary<TableColumn, Expression>> assign,
        Tree.Expression? where,
        bool isOnce)
    {
        WriteTarget target = plan.Target;
        if (isOnce)
        {
            Column number = plan.Number(Columns(key), [new SortKey(ordinal, Descending: false, NullsFirst: false)]);
            Column first = plan.Builder.Compute(Make.Or([Make.Equal(number.Ref(), ChangePlan.One), .. Columns(key).Select(column => Make.IsNull(column.Ref()))]));
            plan.Writer.Checks.Add(new WriteCheck(WriteCheckKind.Once, first, "ON CONFLICT DO UPDATE", target.Name.ToString()));
        }

        (RelationPlan known, Column rowId) = target.Scan("INSERT ... ON CONFLICT", insert.Position);
        plan.Builder.Add(new JoinNode(JoinKind.Left, plan.Builder.Node, known.Node, Criteria(key, known)));
        Expression isNew = Make.IsNull(rowId.Ref());
        var excluded = new RelationName("excluded");
        ImmutableArray<Field> fields =
        [
            .. known.Fields,
            .. target.Columns.Select((column, at) => new Field(column.Name, row[at]) { Relation = excluded, IsQualifiedOnly = true }),
        ];
        if (where is not null)
            plan.Builder.Filter(Make.Or(isNew, plan.Condition(where, fields, "WHERE")));

        Dictionary<TableColumn, Expression> assigned = assign(fields);
        TableColumn[] columns = [.. target.Columns.Where(column => column.Generated is null)];
        Column[] merged = plan.Writer.Narrow(plan.Builder, [.. columns.Select(column => (column, Either(column)))]);
        var result = new Column[target.Columns.Length];
        for (int at = 0; at < columns.Length; at++)
            result[Array.IndexOf(target.Columns, columns[at])] = merged[at];
        plan.Writer.Generate(plan.Builder, result);
        plan.Writer.AddChecks(plan.Builder, result, target.Columns);
        ReturnedRows? returned = plan.Return(insert.Returning, target.Fields(result));
        Column kind = plan.Builder.Compute(new SpecialExpression(
            SpecialForm.Case, [isNew, ChangePlan.Kind(RowChange.Insert), ChangePlan.Kind(RowChange.Update)], SqlType.TinyInt));
        return plan.Finish("INSERT", kind, rowId, target.Columns, result, returned, RowChange.Insert, RowChange.Update);

        Expression Either(TableColumn column)
        {
            int at = Array.IndexOf(target.Columns, column);
            Expression fresh = Widened(row[at], column), old = assigned.GetValueOrDefault(column) ?? Widened(known.Fields[at].Column, column);
            return new SpecialExpression(SpecialForm.Case, [isNew, fresh, old], RowWriter.Wide(column.Type));
        }
    }

    private Expression Widened(Column value, TableColumn column) => plan.Writer.Prepare(new Types.Operand(value.Ref(), default), column, wide: true);

    private ValueList<Column> Columns(UniqueConstraint key) => key.Columns.Select(name => row[Place(name)]).ToValueList();

    private ValueList<JoinCriterion> Criteria(UniqueConstraint key, RelationPlan known) =>
        key.Columns.Select(name => new JoinCriterion(row[Place(name)], known.Fields[Place(name)].Column)).ToValueList();

    private int Place(string name) => Array.FindIndex(plan.Target.Columns, column => column.Name == name);
}
