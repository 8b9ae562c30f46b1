using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>INSERT and CREATE TABLE AS: a query, and its columns as those of a table.</summary>
internal sealed class InsertAnalyzer(StatementAnalyzer statements)
{
    private readonly Targets _targets = new(statements);

    /// <summary>CREATE TABLE AS.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.CreateTableAsStatement create, CancellationToken cancellationToken)
    {
        DefinitionAnalyzer.CheckReplace(create.OrReplace, create.IfNotExists, create.Position);
        (TargetName target, ResolvedRelation? existing) = await _targets.FindAsync(create.Name, cancellationToken).ConfigureAwait(false);
        if (existing is not null && create.IfNotExists)
            return new NothingCommand("CREATE TABLE AS");
        if (existing is not null && !(create.OrReplace && existing is ResolvedTable))
            throw Targets.Exists(existing, create.Name);
        SchemaTableName name = await _targets.NameNewAsync(target, create.Name, cancellationToken).ConfigureAwait(false);

        AnalysisContext analysis = await statements.FetchAsync(create.Query, cancellationToken).ConfigureAwait(false);
        QueryPlan plan = new QueryAnalyzer(analysis).Analyze(create.Query, outer: null, CommonTables.None);
        if (create.Columns.Length > 0 && create.Columns.Length != plan.Outputs.Length)
            throw new QueryException(
                ErrorCode.SyntaxError, $"the query has {plan.Outputs.Length} columns, but {create.Columns.Length} names are given", create.Columns[0].Position);

        // A column of NULLs alone becomes text, as in PostgreSQL.
        plan = SetOperationAnalyzer.Coerce(analysis, plan, [.. plan.Types.Select(type => type is UnknownType ? SqlType.Varchar : type)]);
        ColumnHandle[] columns = [.. plan.Outputs.Select((output, at) =>
            new ColumnHandle(create.Columns.Length > 0 ? create.Columns[at].Folded : output.Name, output.Column.Type))];
        if (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new QueryException(
                ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there more than once", create.Query.Position, "Give the columns of the query different names.");

        ValueList<TableProperty> properties = DefinitionAnalyzer.PropertiesOf(statements, create.Properties);
        if (create.WithNoData)
        {
            await Targets.RequireAsync<ISupportsDdl>(target.Catalog, "CREATE TABLE", create.Position, cancellationToken).ConfigureAwait(false);
            var definition = new TableDefinition(name, columns.Select(column => new TableColumn(column)).ToValueList()) { Properties = properties };
            return new CreateTableCommand(target.Catalog.Name, definition, existing is ResolvedTable replaced ? replaced.Schema.Name : null);
        }

        await Targets.RequireAsync<ISupportsWrites>(target.Catalog, "CREATE TABLE AS", create.Position, cancellationToken).ConfigureAwait(false);
        var intent = new CreateTableIntent(name, columns.ToValueList(), Replace: existing is not null, properties);
        return new AnalyzedWrite(target.Catalog.Name, intent, StatementAnalyzer.Output(plan), analysis.Columns);
    }

    /// <summary>INSERT.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.InsertStatement insert, CancellationToken cancellationToken)
    {
        if (insert.OnConflict is not null)
            throw QueryException.NotSupported("ON CONFLICT", insert.OnConflict.Position);
        if (insert.Returning.Length > 0)
            throw QueryException.NotSupported("RETURNING", insert.Returning[0].Position);
        ResolvedTable table = await _targets.GetTableAsync(insert.Table, cancellationToken).ConfigureAwait(false);
        await Targets.RequireAsync<ISupportsWrites>(table.Catalog, "INSERT", insert.Position, cancellationToken).ConfigureAwait(false);

        TableColumn[] all = [.. table.Schema.Columns.Where(column => !column.IsHidden)];
        TableColumn[] columns = insert.Columns.Length == 0 ? all : [.. ColumnsOf(insert.Columns, all, insert.Table)];
        if (insert.Source is null)
            columns = [];
        if (all.Except(columns).FirstOrDefault(column => !column.IsNullable) is { } missing && (insert.Columns.Length > 0 || insert.Source is null))
            throw new QueryException(
                ErrorCode.NotNullViolation, $"column '{missing.Name}' of {table.Schema.Name.Table} must not be null and has no default", insert.Position);

        Tree.Query source = insert.Source is null ? NullsFor(all, insert.Position) : WithClause(insert);
        if (insert.Source is null)
            columns = all;
        AnalysisContext analysis = await statements.FetchAsync(source, cancellationToken).ConfigureAwait(false);
        QueryPlan plan = new QueryAnalyzer(analysis).Analyze(WithoutDefaults(source), outer: null, CommonTables.None);
        if (insert.IsByName)
            columns = [.. plan.Outputs.Select(output => ColumnOf(new Tree.Identifier(output.Name, IsQuoted: false) { Position = source.Position }, all, insert.Table))];
        if (plan.Outputs.Length > columns.Length || (plan.Outputs.Length < columns.Length && insert.Columns.Length > 0))
            throw new QueryException(
                ErrorCode.SyntaxError, $"INSERT has {plan.Outputs.Length} values for {columns.Length} columns", source.Position);

        // As in PostgreSQL, fewer values than columns fill the first ones.
        columns = columns[..plan.Outputs.Length];
        plan = new AssignmentCoercer(statements.Functions, analysis).Assign(plan, columns, source.Position);
        var intent = new InsertIntent(table.Schema.Name, columns.Select(column => column.Handle).ToValueList(), insert.IsOverwrite);
        return new AnalyzedWrite(table.Catalog.Name, intent, StatementAnalyzer.Output(plan), analysis.Columns);
    }

    private static IEnumerable<TableColumn> ColumnsOf(ImmutableArray<Tree.Identifier> names, TableColumn[] all, Tree.QualifiedName table)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Tree.Identifier name in names)
        {
            TableColumn column = ColumnOf(name, all, table);
            if (!seen.Add(column.Name))
                throw new QueryException(ErrorCode.DuplicateColumn, $"column '{name.Value}' is there more than once", name.Position);
            yield return column;
        }
    }

    private static TableColumn ColumnOf(Tree.Identifier name, TableColumn[] all, Tree.QualifiedName table) =>
        Array.Find(all, column => name.Matches(column.Name)) ?? throw new QueryException(
            ErrorCode.UndefinedColumn,
            $"column '{name.Value}' does not exist in {table.Last.Value}",
            name.Position,
            Suggestion.DidYouMean(name.Value, all.Select(column => column.Name)));

    private static Tree.Query WithClause(Tree.InsertStatement insert)
    {
        if (insert.With is null)
            return insert.Source!;
        return insert.Source!.With is null
            ? insert.Source with { With = insert.With }
            : throw QueryException.NotSupported("WITH both before INSERT and before its query", insert.Source.With.Position);
    }

    private static Tree.Query NullsFor(TableColumn[] columns, SourcePosition position) => new(
        new Tree.ValuesBody([new Tree.RowConstructor([.. columns.Select(_ => new Tree.NullLiteral { Position = position })]) { Position = position }])
        {
            Position = position,
        })
    {
        Position = position,
    };

    // Columns have no defaults other than NULL.
    private static Tree.Query WithoutDefaults(Tree.Query query)
    {
        if (query.Body is not Tree.ValuesBody values || !values.Rows.Any(HasDefault))
            return query;
        return query with
        {
            Body = values with
            {
                Rows = [.. values.Rows.Select(row => row switch
            {
                Tree.DefaultExpression => NullAt(row),
                Tree.RowConstructor constructor => constructor with { Items = [.. constructor.Items.Select(item => item is Tree.DefaultExpression ? NullAt(item) : item)] },
                _ => row,
            })]
            },
        };

        static bool HasDefault(Tree.Expression row) =>
            row is Tree.DefaultExpression || (row is Tree.RowConstructor constructor && constructor.Items.Any(item => item is Tree.DefaultExpression));

        static Tree.Expression NullAt(Tree.Expression item) => new Tree.NullLiteral { Position = item.Position };
    }
}

/// <summary>Turns the columns of a query into those of a table, as assignment allows: more than what happens silently, less than CAST.</summary>
internal sealed class AssignmentCoercer(FunctionCatalog functions, AnalysisContext context)
{
    /// <summary>The query with the types of the columns.</summary>
    /// <exception cref="QueryException">TYPE_MISMATCH; and what literals cannot be.</exception>
    public QueryPlan Assign(QueryPlan plan, TableColumn[] columns, SourcePosition position)
    {
        for (int at = 0; at < columns.Length; at++)
            Check(plan.Outputs[at], columns[at], position);
        if (plan.Node is ValuesNode values && values.Outputs.SequenceEqual(plan.Outputs.Select(output => output.Column)))
            return AssignValues(plan, values, columns, position);

        var builder = new PlanBuilder(context.Columns, plan.Node);
        Column[] outputs = builder.Compute(plan.Outputs.Select((output, at) => Assigned(output.Column.Ref(), columns[at].Type)));
        return new QueryPlan(builder.Node, [.. outputs.Select((column, at) => new OutputColumn(columns[at].Name, column))]);
    }

    // Literals become what the table stores here and now.
    private QueryPlan AssignValues(QueryPlan plan, ValuesNode values, TableColumn[] columns, SourcePosition position)
    {
        Column[] outputs = [.. columns.Select(column => context.Columns.New(column.Name, column.Type))];
        var rows = new ValueList<Expression>[values.Rows.Count];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = values.Rows[row].Select((value, at) => Stored(value, columns[at], position)).ToValueList();
        return plan with
        {
            Node = new ValuesNode(outputs.ToValueList(), rows.ToValueList()),
            Outputs = [.. outputs.Select((column, at) => new OutputColumn(columns[at].Name, column))],
        };
    }

    private Expression Stored(Expression value, TableColumn column, SourcePosition position)
    {
        if (value is not ConstantExpression constant)
            return Assigned(value, column.Type);
        if (constant.Value is null && !column.IsNullable)
            throw new QueryException(ErrorCode.NotNullViolation, $"column '{column.Name}' must not be null", position);
        if (constant.Value is string text && LengthOf(column.Type) is { } length && text.TrimEnd(' ').EnumerateRunes().Count() > length)
            throw new QueryException(
                ErrorCode.StringTooLong, $"value of {text.EnumerateRunes().Count()} characters is too long for column '{column.Name}' of type {column.Type}", position);
        try
        {
            return context.Constants.Cast(constant, column.Type);
        }
        catch (QueryException error)
        {
            throw error.At(position);
        }
    }

    private static Expression Assigned(Expression value, SqlType type) => value.Type == type ? value : new CastExpression(value, type);

    private static int? LengthOf(SqlType type) => type switch
    {
        VarcharType varchar => varchar.Length,
        CharType character => character.Length,
        _ => null,
    };

    private void Check(OutputColumn output, TableColumn column, SourcePosition position)
    {
        SqlType from = output.Column.Type, to = column.Type;
        bool fits = from == to
            || from is UnknownType
            || Coercion.CanCoerce(from, to)
            || ((output.IsUntypedText || (from.IsNumeric && to.IsNumeric) || to.IsText || (IsMoment(from) && IsMoment(to))) && functions.CanCast(from, to));
        if (!fits)
            throw new QueryException(
                ErrorCode.TypeMismatch, $"column '{column.Name}' is of type {to}, but the value is of type {from}", position, "Cast the value.");
    }

    private static bool IsMoment(SqlType type) => type.Kind is TypeKind.Date or TypeKind.Timestamp or TypeKind.TimestampWithTimeZone;
}
