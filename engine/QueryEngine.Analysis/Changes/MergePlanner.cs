using QueryEngine.Analysis.Expressions;
using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>
/// Plans MERGE: source and table are joined, the first clause whose condition holds gets a row, and its number decides what becomes of it.
/// </summary>
internal sealed class MergePlanner(AnalysisContext context, CommonTables commonTables)
{
    /// <summary>What the statement does.</summary>
    public AnalyzedWrite Plan(Tree.MergeStatement merge)
    {
        WriteTarget target = WriteTarget.Find(context, merge.Table, merge.Alias, "MERGE");
        CheckReachable(merge);
        RelationPlan source = new RelationAnalyzer(context, null, commonTables).Analyze(merge.Source, lateral: null);
        var sourceBuilder = new PlanBuilder(context.Columns, source.Node);
        Column present = sourceBuilder.Compute(ConstantExpression.True);
        (RelationPlan rows, Column rowId) = target.Scan("MERGE", merge.Position);
        CheckNames(source, target, merge);

        ImmutableArray<Field> all = [.. source.Fields, .. rows.Fields];
        JoinNode joined = Join(merge, source with { Node = sourceBuilder.Node }, rows, all);
        var plan = new ChangePlan(context, target, joined, commonTables);
        Expression isMatched = Make.And(Make.Not(Make.IsNull(rowId.Ref())), Make.Not(Make.IsNull(present.Ref())));
        Column clause = Choose(plan, merge, isMatched, rowId, source.Fields, rows.Fields, all);

        if (merge.Clauses.Any(one => one.Match != Tree.MergeMatch.NotMatched))
        {
            // A row of the table must not be changed twice; rows without one are not counted.
            Column number = plan.Number([rowId], []);
            Column first = plan.Builder.Compute(Make.Or(Make.IsNull(rowId.Ref()), Make.Equal(number.Ref(), ChangePlan.One)));
            plan.Writer.Checks.Add(new WriteCheck(WriteCheckKind.Once, first, "MERGE", target.Name.ToString()));
        }

        return Finish(plan, merge, clause, rowId, rows, source.Fields, all);
    }

    private static void CheckReachable(Tree.MergeStatement merge)
    {
        var ended = new HashSet<Tree.MergeMatch>();
        foreach (Tree.MergeClause clause in merge.Clauses)
        {
            if (ended.Contains(clause.Match))
                throw new QueryException(ErrorCode.SyntaxError, "this clause of MERGE is never reached: one before it has no condition", clause.Position);
            if (clause.Condition is null)
                ended.Add(clause.Match);
            bool isInsert = clause.Action == Tree.MergeActionKind.Insert;
            if (clause.Action != Tree.MergeActionKind.DoNothing && isInsert != (clause.Match == Tree.MergeMatch.NotMatched))
                throw new QueryException(
                    ErrorCode.SyntaxError, isInsert ? "INSERT is for rows that are not matched" : "only a row that is there can be changed or deleted", clause.Position);
        }
    }

    private static void CheckNames(RelationPlan source, WriteTarget target, Tree.MergeStatement merge)
    {
        if (source.Fields.Any(field => field.Relation is { } relation && relation.Identity == target.Relation.Identity))
            throw new QueryException(
                ErrorCode.DuplicateAlias, $"table name '{target.Relation.Name}' is there more than once", merge.Source.Position, "Give one of them an alias.");
    }

    private JoinNode Join(Tree.MergeStatement merge, RelationPlan source, RelationPlan rows, ImmutableArray<Field> all)
    {
        var sink = new ExpressionSink("ON") { AllowsSubqueries = false };
        Expression condition = new ExpressionAnalyzer(context, new NameScope(null, all, commonTables), sink).AnalyzeCondition(merge.Condition);
        bool keepsSource = merge.Clauses.Any(clause => clause.Match == Tree.MergeMatch.NotMatched);
        bool keepsRows = merge.Clauses.Any(clause => clause.Match == Tree.MergeMatch.NotMatchedBySource);
        JoinKind kind = (keepsSource, keepsRows) switch
        {
            (true, true) => JoinKind.Full,
            (true, false) => JoinKind.Left,
            (false, true) => JoinKind.Right,
            _ => JoinKind.Inner,
        };
        return JoinAnalyzer.On(kind, source.Node, rows.Node, condition);
    }

    // The number of the clause that gets the row, from 1; rows that none gets, or one that does nothing, are left out.
    private Column Choose(
        ChangePlan plan,
        Tree.MergeStatement merge,
        Expression isMatched,
        Column rowId,
        ImmutableArray<Field> source,
        ImmutableArray<Field> rows,
        ImmutableArray<Field> all)
    {
        var branches = new List<Expression>();
        for (int at = 0; at < merge.Clauses.Length; at++)
        {
            Tree.MergeClause clause = merge.Clauses[at];
            (Expression reached, ImmutableArray<Field> fields) = clause.Match switch
            {
                Tree.MergeMatch.Matched => (isMatched, all),
                Tree.MergeMatch.NotMatched => (Make.IsNull(rowId.Ref()), source),
                _ => (Make.And(Make.Not(isMatched), Make.Not(Make.IsNull(rowId.Ref()))), rows),
            };
            if (clause.Condition is not null)
                reached = Make.And(reached, plan.Condition(clause.Condition, fields, "WHEN"));
            branches.Add(reached);
            branches.Add(new ConstantExpression(clause.Action == Tree.MergeActionKind.DoNothing ? 0 : at + 1, SqlType.Integer));
        }

        Expression chosen = new SpecialExpression(
            SpecialForm.Case, [.. branches, new ConstantExpression(0, SqlType.Integer)], SqlType.Integer);
        Column clauseNumber = plan.Builder.Compute(chosen);
        plan.Builder.Filter(Make.Compare(OperatorNames.Greater, clauseNumber.Ref(), new ConstantExpression(0, SqlType.Integer)));
        return clauseNumber;
    }

    private AnalyzedWrite Finish(
        ChangePlan plan,
        Tree.MergeStatement merge,
        Column clause,
        Column rowId,
        RelationPlan rows,
        ImmutableArray<Field> source,
        ImmutableArray<Field> all)
    {
        WriteTarget target = plan.Target;
        Dictionary<TableColumn, Expression>[] values = [.. merge.Clauses.Select(one => one.Action switch
        {
            Tree.MergeActionKind.Insert => Inserted(plan, one, source),
            Tree.MergeActionKind.Update => plan.Assign(one.Assignments, one.Match == Tree.MergeMatch.Matched ? all : rows.Fields, wide: true),
            _ => [],
        })];
        TableColumn[] columns = [.. target.Columns.Where(column => column.Generated is null)];
        Column[] merged = plan.Writer.Narrow(plan.Builder, [.. columns.Select(column => (column, ByClause(column)))]);
        var row = new Column[target.Columns.Length];
        for (int at = 0; at < columns.Length; at++)
            row[Array.IndexOf(target.Columns, columns[at])] = merged[at];
        plan.Writer.Generate(plan.Builder, row);

        Column kind = plan.Builder.Compute(KindByClause());
        plan.Writer.AddChecks(plan.Builder, row, target.Columns, Make.Equal(kind.Ref(), ChangePlan.Kind(RowChange.Delete)));
        ReturnedRows? returned = plan.Return(merge.Returning, [.. source, .. target.Fields(row)]);
        RowChange[] kinds = [.. merge.Clauses.Select(KindOf).OfType<RowChange>().Distinct()];
        return plan.Finish("MERGE", kind, rowId, target.Columns, row, returned, kinds);

        Expression ByClause(TableColumn column)
        {
            int place = Array.IndexOf(target.Columns, column);
            Expression old = plan.Writer.Prepare(new Operand(rows.Fields[place].Column.Ref(), default), column, wide: true);
            IEnumerable<Expression> branches = values.SelectMany((given, at) =>
                given.TryGetValue(column, out Expression? value) ? (Expression[])[IsClause(at), value] : []);
            return new SpecialExpression(SpecialForm.Case, [.. branches, old], RowWriter.Wide(column.Type)) is { Arguments.Count: > 1 } some ? some : old;
        }

        SpecialExpression KindByClause()
        {
            IEnumerable<Expression> branches = merge.Clauses.SelectMany((one, at) =>
                KindOf(one) is { } change ? (Expression[])[IsClause(at), ChangePlan.Kind(change)] : []);
            return new SpecialExpression(SpecialForm.Case, [.. branches, ConstantExpression.Null(SqlType.TinyInt)], SqlType.TinyInt);
        }

        CallExpression IsClause(int at) => Make.Equal(clause.Ref(), new ConstantExpression(at + 1, SqlType.Integer));
    }

    private static RowChange? KindOf(Tree.MergeClause clause) => clause.Action switch
    {
        Tree.MergeActionKind.Insert => RowChange.Insert,
        Tree.MergeActionKind.Update => RowChange.Update,
        Tree.MergeActionKind.Delete => RowChange.Delete,
        _ => null,
    };

    private static Dictionary<TableColumn, Expression> Inserted(ChangePlan plan, Tree.MergeClause clause, ImmutableArray<Field> source)
    {
        WriteTarget target = plan.Target;
        TableColumn[] columns = clause.Columns.Length > 0
            ? [.. clause.Columns.Select(target.Column)]
            : [.. target.Columns.Where(column => column.Generated is null)];
        if (clause.Values.Length > columns.Length || (clause.Columns.Length > 0 && clause.Values.Length != columns.Length))
            throw new QueryException(ErrorCode.SyntaxError, $"INSERT has {clause.Values.Length} values for {columns.Length} columns", clause.Position);
        var values = new Dictionary<TableColumn, Expression>();
        for (int at = 0; at < clause.Values.Length; at++)
        {
            Tree.Expression value = clause.Values[at] is Tree.DefaultExpression
                ? WriteTarget.DefaultOf(columns[at], clause.Values[at].Position)
                : clause.Values[at];
            if (columns[at].Generated is not null)
                throw ChangePlan.Generated(columns[at], value.Position);
            values[columns[at]] = plan.Writer.Prepare(plan.Analyze(value, source, "INSERT"), columns[at], wide: true);
        }

        foreach (TableColumn missing in target.Columns.Where(column => column.Generated is null && !values.ContainsKey(column)))
        {
            if (!target.Features.HasFlag(TableFeatures.Defaults) && missing.Default is null)
                throw QueryException.NotSupported($"MERGE where column '{missing.Name}' gets the source's default", clause.Position);
            values[missing] = plan.Writer.Prepare(plan.Analyze(WriteTarget.DefaultOf(missing, clause.Position), [], "DEFAULT"), missing, wide: true);
        }

        return values;
    }
}
