using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>
/// Common tables. Each is planned where it is declared, so that its errors show even when nothing uses it; that plan goes to the first use, and
/// every further use is planned anew, with columns of its own.
/// </summary>
internal sealed class CommonTableAnalyzer(AnalysisContext context)
{
    /// <summary>
    /// The tables visible after a WITH clause; statements that change data may stand only in that of a whole statement. Adds the tables to
    /// <paramref name="declared"/>, where some are to be computed once; null keeps each to be planned where it is used.
    /// </summary>
    public CommonTables Declare(
        Tree.WithClause with, NameScope? outer, CommonTables visible, bool allowsChanges = false, List<CommonTableDefinition>? declared = null)
    {
        // Statements that change data are planned on their own, without what surrounds the query.
        bool shares = declared is not null && outer is null && !with.Tables.Any(table => Changes.ChangeAnalyzer.IsChange(table.Statement));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Tree.CommonTable table in with.Tables)
        {
            if (!names.Add(table.Name.Folded))
                throw new QueryException(ErrorCode.DuplicateAlias, $"WITH has two tables named '{table.Name.Value}'", table.Name.Position);
            if (Changes.ChangeAnalyzer.IsChange(table.Statement))
            {
                if (!allowsChanges)
                    throw new QueryException(
                        ErrorCode.NotSupported, "a statement that changes data may stand only in WITH at the top of a statement", table.Statement.Position);
                visible = visible.With(Change(table, visible));
                continue;
            }

            var definition = new CommonTableDefinition(table, with.IsRecursive, visible, outer);
            QueryPlan plan = Plan(definition);
            if (shares && (table.IsMaterialized == true || PlanRewriter.HasVolatile(plan.Node, context.Functions)))
                definition = definition with { ShareId = context.NextShareId() };
            definition.FirstPlan = plan;
            visible = visible.With(definition);
            declared?.Add(definition);
        }

        return visible;
    }

    /// <summary>
    /// Refuses an aggregation over the last rows of a recursion. As in PostgreSQL only the query that reads them itself may not aggregate: one over a
    /// table made of them may.
    /// </summary>
    public static void CheckAggregation(Tree.QuerySpecification select, CommonTables visible)
    {
        if (select.From.Any(relation => ReadsRecursion(relation, visible)))
            throw new QueryException(ErrorCode.InvalidRecursion, "aggregate functions are not allowed over the rows of a recursion", select.Position);
    }

    private static bool ReadsRecursion(Tree.Relation relation, CommonTables visible) => relation switch
    {
        Tree.TableReference { Name.Parts: [var table] } => visible.Find(table) is WorkingTableEntry,
        Tree.AliasedRelation aliased => ReadsRecursion(aliased.Source, visible),
        Tree.JoinRelation join => ReadsRecursion(join.Left, visible) || ReadsRecursion(join.Right, visible),
        _ => false,
    };

    /// <summary>The rows of a common table.</summary>
    public QueryPlan Read(CommonTableEntry entry, SourcePosition position)
    {
        if (entry is WorkingTableEntry working)
            return working.Read(context.Columns);
        if (entry is ChangedRowsEntry changed)
            return changed.Read(context.Columns) ?? throw new QueryException(
                ErrorCode.NotSupported, $"table '{entry.Name}' gives no rows: its statement has no RETURNING", position);
        var definition = (CommonTableDefinition)entry;
        if (definition.ShareId is { } shareId)
            return ReadShared(definition, shareId);
        if (definition.FirstPlan is { } first)
        {
            definition.FirstPlan = null;
            return first;
        }

        context.CountRelation(position);
        return Plan(definition);
    }

    // It is run once, whether or not its rows are read.
    private ChangedRowsEntry Change(Tree.CommonTable table, CommonTables visible)
    {
        AnalyzedWrite write = new Changes.ChangeAnalyzer(context).Analyze(table.Statement, visible);
        int id = context.Writes.Count;
        context.Writes.Add(write);
        if (write.Returned is not { } returned)
            return new ChangedRowsEntry(table.Name.Folded, id, Template: null);
        var rows = new QueryPlan(write.Source, [.. returned.Outputs.Select((column, at) => new OutputColumn(returned.Names[at], column))]);
        return new ChangedRowsEntry(table.Name.Folded, id, Rename(rows, table).Outputs);
    }

    /// <summary>The query with the tables around it that it reads as shared parts.</summary>
    public static QueryPlan Share(QueryPlan query, List<CommonTableDefinition> declared)
    {
        // The last declared may read those before it, so it is the innermost.
        PlanNode node = query.Node;
        foreach (CommonTableDefinition definition in Enumerable.Reverse(declared))
            if (definition is { ShareId: { } shareId, IsRead: true })
                node = new SharedNode(shareId, definition.FirstPlan!.Node, node);
        return query with { Node = node };
    }

    private QueryPlan ReadShared(CommonTableDefinition definition, int shareId)
    {
        definition.IsRead = true;
        ImmutableArray<OutputColumn> shared = definition.FirstPlan!.Outputs;
        ImmutableArray<OutputColumn> outputs = [.. shared.Select(output => output with { Column = context.Columns.Like(output.Column) })];
        return new QueryPlan(
            new SharedReadNode(shareId, outputs.Select(output => output.Column).ToValueList(), shared.Select(output => output.Column).ToValueList()), outputs);
    }

    private QueryPlan Plan(CommonTableDefinition definition)
    {
        Tree.CommonTable table = definition.Table;
        if (table.Statement is not Tree.QueryStatement { Query: var query })
            throw QueryException.NotSupported("a statement that changes data in WITH", table.Statement.Position);
        if (definition.IsRecursive && Mentions(query, table.Name))
            return Recurse(definition, query);
        if ((table.Search?.Position ?? table.Cycle?.Position) is { } clause)
            throw new QueryException(ErrorCode.InvalidRecursion, $"SEARCH and CYCLE are for recursive tables, and '{table.Name.Value}' is none", clause);
        return Rename(new QueryAnalyzer(context).Analyze(query, definition.Outer, definition.Visible), table);
    }

    private QueryPlan Recurse(CommonTableDefinition definition, Tree.Query query)
    {
        Tree.CommonTable table = definition.Table;
        Tree.Query inner = query;
        while (inner is { Body: Tree.SubqueryBody nested, With: null, OrderBy.Length: 0, Limit: null, Offset: null })
            inner = nested.Query;
        if (inner.With is { } own)
            definition = definition with { Visible = Declare(own, definition.Outer, definition.Visible), FirstPlan = null };
        if (inner.Body is not Tree.SetOperation { Operator: Tree.SetOperator.Union } union || (inner.With is not null && Mentions(inner.With, table.Name)))
            throw new QueryException(
                ErrorCode.InvalidRecursion, $"recursive table '{table.Name.Value}' must be a first query UNION [ALL] a query that reads it", table.Position);
        if (inner.OrderBy.Length > 0 || inner.Limit is not null || inner.Offset is not null)
            throw QueryException.NotSupported("ORDER BY, LIMIT or OFFSET of a recursive query", inner.Position);

        if (table.Search is not null || table.Cycle is not null)
            union = RecursionRewriter.Rewrite(
                table, union, first => AnalyzeAll(union, [first], definition.Outer, definition.Visible).Outputs.Select(output => output.Name));
        ImmutableArray<Tree.QueryBody> anchors = [.. union.Inputs.TakeWhile(input => !Mentions(input, table.Name))];
        ImmutableArray<Tree.QueryBody> steps = [.. union.Inputs.Skip(anchors.Length)];
        if (anchors.Length == 0)
            throw new QueryException(
                ErrorCode.InvalidRecursion, $"recursive table '{table.Name.Value}' has no query that does not read it", union.Inputs[0].Position);

        QueryPlan anchor = Rename(AnalyzeAll(union, anchors, definition.Outer, definition.Visible), table);
        SqlType[] types = [.. anchor.Types];
        (int id, QueryPlan step) = Step(definition, union, steps, anchor);
        SqlType[] widened = [.. types.Select((type, at) => Widen(type, step.Outputs[at], union.Position))];
        if (!widened.SequenceEqual(types))
        {
            anchor = SetOperationAnalyzer.Coerce(context, anchor, widened);
            (id, step) = Step(definition, union, steps, anchor);
        }

        step = SetOperationAnalyzer.Coerce(context, step, widened);
        Column[] outputs = [.. anchor.Outputs.Select(output => context.Columns.New(output.Name, output.Column.Type))];
        var node = new RecursiveUnionNode(
            id,
            anchor.Node,
            step.Node,
            outputs.ToValueList(),
            anchor.Outputs.Select(output => output.Column).ToValueList(),
            step.Outputs.Select(output => output.Column).ToValueList(),
            IsDistinct: !union.IsAll);
        return new QueryPlan(node, [.. outputs.Select(output => new OutputColumn(output.Name, output))]);
    }

    private (int Id, QueryPlan Plan) Step(
        CommonTableDefinition definition, Tree.SetOperation union, ImmutableArray<Tree.QueryBody> steps, QueryPlan anchor)
    {
        int id = context.NextRecursionId();
        var working = new WorkingTableEntry(definition.Name, id, anchor.Outputs);
        QueryPlan step = AnalyzeAll(union, steps, definition.Outer, definition.Visible.With(working));
        if (step.Outputs.Length != anchor.Outputs.Length)
            throw new QueryException(
                ErrorCode.SyntaxError, $"the recursive query gives {step.Outputs.Length} columns, the first one {anchor.Outputs.Length}", steps[0].Position);
        return (id, step);
    }

    private QueryPlan AnalyzeAll(Tree.SetOperation union, ImmutableArray<Tree.QueryBody> bodies, NameScope? outer, CommonTables visible) =>
        bodies is [var only]
            ? new QueryAnalyzer(context).AnalyzeBody(only, outer, visible)
            : new SetOperationAnalyzer(context, outer, visible).Analyze(union with { IsAll = true, Inputs = bodies });

    // A decimal that grows with every round gets all digits at once.
    private static SqlType Widen(SqlType anchor, OutputColumn step, SourcePosition position)
    {
        if (step.IsUntypedText)
            return anchor is UnknownType ? SqlType.Varchar : anchor;
        SqlType common = Coercion.CommonType(anchor, step.Column.Type) ?? throw new QueryException(
            ErrorCode.TypeMismatch, $"recursive column '{step.Name}' is {anchor} at first and {step.Column.Type} later", position, "Cast the first one.");
        if (common == anchor)
            return anchor;
        return common switch
        {
            DecimalType number => SqlType.Decimal(DecimalType.MaxPrecision, number.Scale),
            VarcharType => SqlType.Varchar,
            _ => common,
        };
    }

    private static QueryPlan Rename(QueryPlan plan, Tree.CommonTable table)
    {
        if (table.Columns.Length > plan.Outputs.Length)
            throw new QueryException(
                ErrorCode.InvalidColumnReference,
                $"table '{table.Name.Value}' has {plan.Outputs.Length} columns, but {table.Columns.Length} names are given",
                table.Columns[plan.Outputs.Length].Position);
        return plan with
        {
            Outputs = [.. plan.Outputs.Select((output, at) => at < table.Columns.Length ? output with { Name = table.Columns[at].Folded } : output)],
        };
    }

    // A query that declares a table of the same name means that one.
    private static bool Mentions(Tree.SyntaxNode node, Tree.Identifier name) => SyntaxWalk.Descendants(
        node, below => below is not Tree.Query { With: { IsRecursive: false } with } || !with.Tables.Any(table => Hides(table, name))).Any(descendant =>
        descendant is Tree.TableReference { Name.Parts: [var table] } && table.Matches(name.Folded));

    private static bool Hides(Tree.CommonTable table, Tree.Identifier name) => table.Name.Matches(name.Folded) && !Mentions(table.Statement, name);
}
