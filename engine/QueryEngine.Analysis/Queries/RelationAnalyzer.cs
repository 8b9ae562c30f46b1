using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Queries;

/// <summary>Plans what stands in FROM.</summary>
internal sealed class RelationAnalyzer(AnalysisContext context, NameScope? outer, CommonTables commonTables)
{
    /// <summary>The relations of FROM, crossed; one row without columns for none.</summary>
    public RelationPlan AnalyzeFrom(ImmutableArray<Tree.Relation> relations)
    {
        if (relations.IsEmpty)
            return new RelationPlan(ValuesNode.OneRow, []);
        RelationPlan plan = Analyze(relations[0], lateral: null);
        var joins = new JoinAnalyzer(context, this, outer, commonTables);
        foreach (Tree.Relation relation in relations.AsSpan()[1..])
            plan = joins.Join(plan, relation, Tree.JoinKind.Cross, condition: null, lateral: null);
        return plan;
    }

    /// <summary>
    /// The plan of a relation; <paramref name="lateral"/> are the columns of relations before it, for those that may see them.
    /// </summary>
    public RelationPlan Analyze(Tree.Relation relation, NameScope? lateral)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        context.CountRelation(relation.Position);
        switch (relation)
        {
            case Tree.TableReference table:
                return AnalyzeTable(table);
            case Tree.FileRelation file:
                return Scan(context.Tables.FindPath(file), new RelationName(Path.GetFileNameWithoutExtension(file.Path)), file.Position);
            case Tree.RemoteQueryRelation remote:
                return Scan(context.Tables.FindQuery(remote), new RelationName("query"), remote.Position);
            case Tree.SubqueryRelation subquery:
                return RelationPlan.Of(
                    new QueryAnalyzer(context).Analyze(subquery.Query, subquery.IsLateral ? lateral ?? outer : outer, commonTables), name: null);
            case Tree.AliasedRelation aliased:
                return AnalyzeAliased(aliased, lateral);
            case Tree.JoinRelation join:
                return new JoinAnalyzer(context, this, outer, commonTables).Analyze(join, lateral);
            case Tree.UnnestRelation or Tree.TableFunctionRelation:
                return new UnnestAnalyzer(context, outer, commonTables).Analyze(left: null, UnnestSource.Of(relation, context.Functions), isOuter: false, lateral);
            case Tree.SampledRelation sampled:
                return AnalyzeSample(sampled, lateral);
            case Tree.PivotRelation pivot:
                return Analyze(PivotRewriter.Rewrite(pivot, [.. Analyze(pivot.Source, lateral).Star]), lateral);
            case Tree.UnpivotRelation unpivot:
                return new UnpivotAnalyzer(context, outer, commonTables).Analyze(unpivot, Analyze(unpivot.Source, lateral));
            case Tree.MatchRecognizeRelation match:
                return new MatchRecognizeAnalyzer(context, outer, commonTables).Analyze(match, Analyze(match.Source, lateral));
            case Tree.JsonTableRelation table:
                return Analyze(RecordFunctions.Rewrite(table), lateral);
            default:
                throw QueryException.NotSupported("this relation", relation.Position);
        }
    }

    /// <summary>The relation under another name, and its columns too where names are given.</summary>
    public static RelationPlan Rename(RelationPlan plan, Tree.AliasedRelation aliased)
    {
        if (aliased.ColumnTypes.Length > 0)
            throw QueryException.NotSupported("an alias with types of columns", aliased.Position);
        var name = new RelationName(aliased.Alias.Folded);
        Field[] visible = [.. plan.Star];
        if (aliased.Columns.Length > visible.Length)
            throw new QueryException(
                ErrorCode.InvalidColumnReference,
                $"'{aliased.Alias.Value}' has {visible.Length} columns, but {aliased.Columns.Length} names are given",
                aliased.Columns[visible.Length].Position);

        // PostgreSQL: the one column of a function takes the alias too.
        int own = aliased.Source switch
        {
            Tree.TableFunctionRelation function => visible.Length - (function.WithOrdinality ? 1 : 0),
            Tree.UnnestRelation unnest => visible.Length - (unnest.WithOrdinality ? 1 : 0),
            _ => 0,
        };
        IEnumerable<Field> renamed = visible.Select((field, at) => field with
        {
            Name = at < aliased.Columns.Length ? aliased.Columns[at].Folded : own == 1 && at == 0 ? aliased.Alias.Folded : field.Name,
            Relation = name,
        });
        // DuckDB: the name of the function stays another name of its column.
        IEnumerable<Field> original = own == 1 && visible[0].Name is { } ownName && aliased.Columns.Length == 0 && !aliased.Alias.Matches(ownName)
            ? [visible[0] with { Relation = name, IsHidden = true }]
            : [];
        IEnumerable<Field> hidden = plan.Fields.Where(field => field.IsHidden).Select(field => field with { Relation = name });
        return plan with { Fields = [.. renamed, .. original, .. hidden] };
    }

    private RelationPlan AnalyzeAliased(Tree.AliasedRelation aliased, NameScope? lateral) => RecordFunctions.TryRewrite(aliased) is { } rewritten
        ? Analyze(rewritten, lateral)
        : Rename(Analyze(aliased.Source, lateral), aliased);

    private RelationPlan AnalyzeTable(Tree.TableReference table)
    {
        if (table.Name.Parts is [var name] && commonTables.Find(name) is { } entry)
            return RelationPlan.Of(new CommonTableAnalyzer(context).Read(entry, table.Position), new RelationName(name.Folded));
        if (table.Version is not null)
            throw QueryException.NotSupported("reading a table as of a version", table.Version.Position);

        switch (context.Tables.Find(table.Name, context.Query))
        {
            case ResolvedTable resolved:
                SchemaTableName found = resolved.Schema.Name;
                return Scan(resolved, new RelationName(found.Table, found.Schema, resolved.Catalog.Name), table.Position);
            case ResolvedView { View: var view }:
                return AnalyzeView(view, table);
            default:
                return AnalyzeSequence(table) ?? throw new TableNotFoundException(table.Name, context.Query);
        }
    }

    // As in PostgreSQL, a sequence is a table of one row.
    private RelationPlan? AnalyzeSequence(Tree.TableReference table)
    {
        EngineMetadata metadata = context.Tables.Metadata;
        if (metadata.Sequences.Find(metadata.ResolveName(context.Query, TableCache.Names(table.Name))) is not { } sequence)
            return null;
        SequenceDefinition definition = sequence.Definition;
        (long value, bool isCalled) = sequence.State;
        Column[] columns = [context.Columns.New("last_value", SqlType.BigInt), context.Columns.New("log_cnt", SqlType.BigInt), context.Columns.New("is_called", SqlType.Boolean)];
        ValueList<Expression> row = [new ConstantExpression(value, SqlType.BigInt), new ConstantExpression(0L, SqlType.BigInt), new ConstantExpression(isCalled, SqlType.Boolean)];
        var name = new RelationName(definition.Name.Table, definition.Name.Schema, definition.Catalog);
        return new RelationPlan(new ValuesNode(columns.ToValueList(), [row]), [.. columns.Select(column => new Field(column.Name, column) { Relation = name })]);
    }

    /// <summary>A scan of all columns of a table.</summary>
    public RelationPlan Scan(ResolvedTable table, RelationName name, SourcePosition position)
    {
        if (table.Schema.IsUnbounded)
            throw QueryException.NotSupported("reading a table that never ends", position);
        ScanColumn[] columns = [.. table.Schema.Columns.Select(column => new ScanColumn(context.Columns.New(column.Name, column.Type), column.Handle))];
        var scan = new TableScanNode(table.Catalog.Name, table.Schema.Name, table.Handle, columns.ToValueList());
        TableKey? key = table.Schema.PrimaryKey.Count == 0
            ? null
            : new TableKey([.. columns.Where((_, at) => table.Schema.PrimaryKey.Contains(table.Schema.Columns[at].Name)).Select(column => column.Column)]);
        return new RelationPlan(
            scan,
            [.. table.Schema.Columns.Select((column, at) => new Field(column.Name, columns[at].Column) { Relation = name, IsHidden = column.IsHidden, TableKey = key })]);
    }

    // The text of a view means what it meant when the view was made.
    private RelationPlan AnalyzeView(View view, Tree.TableReference table)
    {
        if (context.Views.Contains(view))
            throw new QueryException(ErrorCode.InvalidRecursion, $"view '{view.Name}' reads itself", table.Position);
        QueryContext around = context.Query;
        context.Views.Push(view);
        context.Query = TableCache.ContextOf(view, around);
        try
        {
            var statement = (Tree.QueryStatement)context.Tables.ParseView(view);
            QueryPlan plan = new QueryAnalyzer(context).Analyze(statement.Query, outer: null, CommonTables.None);
            IEnumerable<OutputColumn> outputs = plan.Outputs.Select((output, at) =>
                at < view.ColumnNames.Count ? output with { Name = view.ColumnNames[at] } : output);
            return RelationPlan.Of(plan with { Outputs = [.. outputs] }, new RelationName(view.Name.Table, view.Name.Schema, view.Catalog));
        }
        catch (QueryException error)
        {
            // Places in the view's text are no places in the statement.
            throw new QueryException(error.Code, $"in view '{view.Name}': {error.Message}", table.Position, error.Hint, error);
        }
        finally
        {
            context.Query = around;
            context.Views.Pop();
        }
    }

    private RelationPlan AnalyzeSample(Tree.SampledRelation sampled, NameScope? lateral)
    {
        RelationPlan source = Analyze(sampled.Source, lateral);
        var analyzer = new Expressions.ExpressionAnalyzer(
            context, new NameScope(null, [], CommonTables.None), new Expressions.ExpressionSink("TABLESAMPLE") { AllowsSubqueries = false });
        Expression percentage = analyzer.Analyze(sampled.Percentage);
        if (!percentage.Type.IsNumeric)
            throw new QueryException(ErrorCode.TypeMismatch, $"a sample is a percentage, not {percentage.Type}", sampled.Percentage.Position);
        if (context.Constants.Evaluate(percentage) is not { Value: not null } constant)
            throw QueryException.NotSupported("a sample of a size that is not constant", sampled.Percentage.Position);
        double percent = (double)context.Constants.Cast(constant, SqlType.Double).Value!;
        if (percent is not (>= 0 and <= 100))
            throw new QueryException(ErrorCode.InvalidParameterValue, $"a sample is 0 to 100 percent, not {percent}", sampled.Percentage.Position);
        if (sampled.Seed is { } seed)
            return source with { Node = new RepeatableSample(context).Of(source, percent / 100, Seed(seed, analyzer)) };
        return source with { Node = new SampleNode(source.Node, percent / 100, sampled.Method == Tree.SampleMethod.System) };
    }

    private string Seed(Tree.Expression written, Expressions.ExpressionAnalyzer analyzer)
    {
        Expression seed = analyzer.Analyze(written);
        if (!seed.Type.IsNumeric)
            throw new QueryException(ErrorCode.TypeMismatch, $"REPEATABLE takes a number, not {seed.Type}", written.Position);
        return context.Constants.Evaluate(seed) is { Value: not null } constant
            ? (string)context.Constants.Cast(constant, SqlType.Varchar).Value!
            : throw new QueryException(ErrorCode.InvalidParameterValue, "REPEATABLE takes a constant that is not NULL", written.Position);
    }
}
