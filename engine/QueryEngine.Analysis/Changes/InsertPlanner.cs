using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Analysis.Types;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Changes;

/// <summary>Plans INSERT.</summary>
internal sealed class InsertPlanner(AnalysisContext context, CommonTables commonTables)
{
    /// <summary>What the statement does.</summary>
    public AnalyzedWrite Plan(Tree.InsertStatement insert)
    {
        WriteTarget target = WriteTarget.Find(context, insert.Table, insert.Alias, "INSERT");
        var writer = new RowWriter(context, target);
        (QueryPlan source, TableColumn[] columns) = Source(insert, target, writer);
        var plan = new ChangePlan(context, target, source.Node, commonTables);
        Column? ordinal = insert.OnConflict is null && !insert.IsReplace ? null : Number(plan);

        // From here on each row has a value for every column that the engine knows of.
        var values = new List<(TableColumn Column, Expression Value)>();
        for (int at = 0; at < columns.Length; at++)
        {
            if (insert.OverridesIdentity == false && columns[at].Identity != IdentityKind.None)
                continue;
            var operand = new Operand(source.Outputs[at].Column.Ref(), insert.Source?.Position ?? insert.Position);
            RowWriter.CheckAssignable(context.Functions, operand.Type, source.Outputs[at].IsUntypedText, columns[at], operand.Position);
            values.Add((columns[at], operand.Type == columns[at].Type ? operand.Expression : Assigned(operand, columns[at])));
        }

        bool needsAll = ordinal is not null || insert.Returning.Length > 0 || target.Checks.Any() || target.Columns.Any(column => column.Generated is not null);
        foreach (TableColumn missing in target.Columns.Except(values.Select(value => value.Column).ToArray()).Where(column => column.Generated is null && IsNeeded(column, target, needsAll, insert)))
            values.Add((missing, plan.Writer.Prepare(plan.Analyze(WriteTarget.DefaultOf(missing, insert.Position), [], "DEFAULT"), missing)));
        Column[] narrowed = plan.Writer.Narrow(plan.Builder, values);
        if (!needsAll)
        {
            TableColumn[] given = [.. values.Select(value => value.Column)];
            foreach ((TableColumn column, Column value) in given.Zip(narrowed).Where(entry => !entry.First.IsNullable))
                plan.Writer.Checks.Add(new WriteCheck(WriteCheckKind.NotNull, value, column.Name, target.Name.ToString()));
            return plan.Finish("INSERT", Intent(target, given, insert.IsOverwrite), narrowed, returned: null);
        }

        var row = new Column[target.Columns.Length];
        for (int at = 0; at < narrowed.Length; at++)
            row[Array.IndexOf(target.Columns, values[at].Column)] = narrowed[at];
        plan.Writer.Generate(plan.Builder, row);
        if (ordinal is not null)
            return new ConflictPlanner(plan, row, ordinal).Plan(insert);

        plan.Writer.AddChecks(plan.Builder, row, target.Columns);
        ReturnedRows? returned = plan.Return(insert.Returning, target.Fields(row));
        return plan.Finish("INSERT", Intent(target, target.Columns, insert.IsOverwrite), row, returned);
    }

    private static InsertIntent Intent(WriteTarget target, IEnumerable<TableColumn> columns, bool isOverwrite) =>
        new(target.Name, columns.Select(column => column.Handle).ToValueList(), isOverwrite);

    private static Expression Assigned(Operand value, TableColumn column)
    {
        SqlType type = value.Type.IsText && column.Type.IsText ? RowWriter.Wide(column.Type) : column.Type;
        if (type == column.Type && RowWriter.Wide(type) != type && value.Type is not UnknownType)
            type = RowWriter.Wide(type);
        return value.Type == type ? value.Expression : new CastExpression(value.Expression, type);
    }

    // What has no default that we know of is left to the source.
    private static bool IsNeeded(TableColumn column, WriteTarget target, bool needsAll, Tree.InsertStatement insert)
    {
        if (column.Default is not null)
            return true;
        if (!target.Features.HasFlag(TableFeatures.Defaults))
            return needsAll ? throw QueryException.NotSupported($"RETURNING or ON CONFLICT where column '{column.Name}' gets the source's default", insert.Position) : false;
        return needsAll || (column.IsNullable
            ? false
            : throw new QueryException(
                ErrorCode.NotNullViolation, $"column '{column.Name}' of {target.Name.Table} must not be null and has no default", insert.Position));
    }

    private Column Number(ChangePlan plan)
    {
        Column ordinal = context.Columns.New("ordinal", SqlType.BigInt);
        plan.Builder.Add(new AssignUniqueIdNode(plan.Builder.Node, ordinal));
        return ordinal;
    }

    // The rows that are written, and the columns that they are for.
    private (QueryPlan Source, TableColumn[] Columns) Source(Tree.InsertStatement insert, WriteTarget target, RowWriter writer)
    {
        TableColumn[] columns = insert.Columns.Length == 0 ? [] : [.. Distinct(insert.Columns, target)];
        if (insert.Source is not { } query)
            return (new QueryPlan(ValuesNode.OneRow, []), []);

        bool isValues = query is { Body: Tree.ValuesBody, OrderBy.Length: 0, Limit: null, Offset: null };
        CommonTables tables = query.With is null || !isValues
            ? commonTables
            : new CommonTableAnalyzer(context).Declare(query.With, outer: null, commonTables, allowsChanges: true);
        QueryPlan plan;
        if (isValues && !insert.IsByName)
        {
            var values = (Tree.ValuesBody)query.Body;
            int width = values.Rows[0] is Tree.RowConstructor first ? first.Items.Length : 1;
            columns = Fitting(columns, insert, target, width, query.Position);
            plan = new ValuesAnalyzer(context, null, tables).Analyze(
                WithDefaults(values, columns), (at, operands) => Stored(operands, columns[at], writer));
            CheckGenerated(columns, values, insert);
            return (plan, columns);
        }

        plan = new QueryAnalyzer(context).Analyze(query, outer: null, commonTables, allowsChanges: true);
        if (insert.IsByName)
            columns = [.. plan.Outputs.Select(output => target.Column(new Tree.Identifier(output.Name, IsQuoted: false) { Position = query.Position }))];
        columns = Fitting(columns, insert, target, plan.Outputs.Length, query.Position);
        CheckGenerated(columns, values: null, insert);
        return (plan, columns);
    }

    private static IEnumerable<TableColumn> Distinct(ImmutableArray<Tree.Identifier> names, WriteTarget target)
    {
        var seen = new HashSet<TableColumn>();
        foreach (Tree.Identifier name in names)
        {
            TableColumn column = target.Column(name);
            if (!seen.Add(column))
                throw new QueryException(ErrorCode.DuplicateColumn, $"column '{name.Value}' is there more than once", name.Position);
            yield return column;
        }
    }

    // As in PostgreSQL, fewer values than columns fill the first ones; generated columns do not count where there is no value for them.
    private static TableColumn[] Fitting(TableColumn[] columns, Tree.InsertStatement insert, WriteTarget target, int width, SourcePosition position)
    {
        bool isListed = insert.Columns.Length > 0 || insert.IsByName;
        if (!isListed)
            columns = width >= target.Columns.Length ? target.Columns : [.. target.Columns.Where(column => column.Generated is null)];
        if (width > columns.Length || (width < columns.Length && isListed))
            throw new QueryException(ErrorCode.SyntaxError, $"INSERT has {width} values for {columns.Length} columns", Odd() ?? position);
        return columns[..width];

        // The column without a value, or the value without a column.
        SourcePosition? Odd() => width < insert.Columns.Length ? insert.Columns[width].Position
            : insert.Source is { Body: Tree.ValuesBody { Rows: [Tree.RowConstructor row, ..] } } && row.Items.Length > columns.Length ? row.Items[columns.Length].Position
            : null;
    }

    private static void CheckGenerated(TableColumn[] columns, Tree.ValuesBody? values, Tree.InsertStatement insert)
    {
        for (int at = 0; at < columns.Length; at++)
        {
            bool isAlways = columns[at].Identity == IdentityKind.Always && insert.OverridesIdentity is null;
            if (columns[at].Generated is null && !isAlways)
                continue;
            bool isDefault = values?.Rows.All(row => row is Tree.DefaultExpression
                || (row is Tree.RowConstructor constructor && at < constructor.Items.Length && constructor.Items[at] is Tree.DefaultExpression)) == true;
            if (isDefault && isAlways)
                continue;
            throw isDefault
                ? QueryException.NotSupported($"DEFAULT for generated column '{columns[at].Name}'", values!.Position, "Leave the column out.")
                : ChangePlan.Generated(columns[at], values?.Position ?? default);
        }
    }

    private static Tree.ValuesBody WithDefaults(Tree.ValuesBody values, TableColumn[] columns) => values with
    {
        Rows = [.. values.Rows.Select(row => row switch
        {
            Tree.DefaultExpression => WriteTarget.DefaultOf(columns[0], row.Position),
            Tree.RowConstructor constructor => constructor with
            {
                Items = [.. constructor.Items.Select((item, at) =>
                    item is Tree.DefaultExpression && at < columns.Length ? WriteTarget.DefaultOf(columns[at], item.Position) : item)],
            },
            _ => row,
        })],
    };

    // Values become what the table stores here and now; where lengths have to be checked later, all of the column is plain text.
    private Expression[] Stored(Operand[] operands, TableColumn column, RowWriter writer)
    {
        foreach (Operand operand in operands)
            if (operand.Expression is ConstantExpression { Value: null } && !column.IsNullable && context.Parameters.Types is null)
                throw new QueryException(ErrorCode.NotNullViolation, $"NULL for column '{column.Name}', which is NOT NULL", operand.Position);
        Expression[] stored = [.. operands.Select(operand => writer.Prepare(operand, column))];
        return stored.All(value => value.Type == column.Type)
            ? stored
            : [.. operands.Select(operand => writer.Prepare(operand, column, wide: true))];
    }
}
