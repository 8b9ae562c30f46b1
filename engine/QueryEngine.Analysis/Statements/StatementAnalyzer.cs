using System.Runtime.CompilerServices;
using QueryEngine.Analysis.Changes;
using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Plan;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>Finds who analyzes a statement. One for each analysis.</summary>
internal sealed class StatementAnalyzer(EngineMetadata metadata, FunctionCatalog functions, QueryContext context, Parameters parameters)
{
    public EngineMetadata Metadata => metadata;

    public FunctionCatalog Functions => functions;

    public QueryContext Context => context;

    /// <summary>What the statement means.</summary>
    public async ValueTask<AnalyzedStatement> AnalyzeAsync(Tree.Statement statement, CancellationToken cancellationToken)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!metadata.Objects.IsEmpty)
            statement = new ObjectAnalyzer(this).WithTypes(statement);
        return statement switch
        {
            Tree.QueryStatement query => await QueryStatementAsync(query.Query, cancellationToken).ConfigureAwait(false),
            Tree.ExplainStatement explain => await ExplainAsync(explain, cancellationToken).ConfigureAwait(false),
            _ when ChangeAnalyzer.IsChange(statement) => await ChangeAsync(statement, cancellationToken).ConfigureAwait(false),
            Tree.CreateTableAsStatement create => await new TableFromQueryAnalyzer(this).AnalyzeAsync(create, cancellationToken).ConfigureAwait(false),
            Tree.CreateTableStatement or Tree.CreateSchemaStatement or Tree.CreateViewStatement or Tree.CreateIndexStatement
                or Tree.DropStatement or Tree.TruncateStatement or Tree.CreateCatalogStatement
                or Tree.InstallConnectorStatement or Tree.UninstallConnectorStatement =>
                await new DefinitionAnalyzer(this).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false),
            Tree.WithSessionStatement changed => await WithSessionAsync(changed, cancellationToken).ConfigureAwait(false),
            Tree.CreateFunctionStatement or Tree.DropFunctionStatement =>
                await new FunctionAnalyzer(this).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false),
            Tree.AlterTableStatement or Tree.RenameStatement or Tree.CommentStatement =>
                await new AlterAnalyzer(this).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false),
            Tree.ShowCatalogsStatement or Tree.ShowConnectorsStatement or Tree.ShowSchemasStatement or Tree.ShowTablesStatement or Tree.ShowColumnsStatement
                or Tree.ShowFunctionsStatement or Tree.ShowSessionStatement or Tree.ShowCreateStatement or Tree.ShowStatsStatement
                or Tree.ShowRolesStatement or Tree.ShowGrantsStatement or Tree.ShowVariableStatement or Tree.DescribeQueryStatement or Tree.DescribePreparedStatement =>
                await new ShowAnalyzer(this).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false),
            _ => await new SessionAnalyzer(this).AnalyzeAsync(statement, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>The same statements with other values for parameters.</summary>
    public StatementAnalyzer With(Parameters values) => new(metadata, functions, context, values);

    /// <summary>The plan of a query.</summary>
    public async ValueTask<AnalyzedQuery> QueryAsync(Tree.Query query, CancellationToken cancellationToken)
    {
        AnalysisContext analysis = await FetchAsync(query, cancellationToken).ConfigureAwait(false);
        QueryPlan plan = new QueryAnalyzer(analysis).Analyze(query, outer: null, CommonTables.None);
        return new AnalyzedQuery(Output(plan), analysis.Columns);
    }

    private async ValueTask<AnalyzedStatement> WithSessionAsync(Tree.WithSessionStatement changed, CancellationToken cancellationToken)
    {
        SessionProperties properties = context.Properties;
        foreach (Tree.PropertyNode property in changed.Properties)
        {
            string value = Constants().Text(property.Value!, "WITH SESSION");
            try
            {
                if (property.Name.Parts.Length > 1)
                    metadata.Catalogs.Get(TableCache.Name(property.Name.Parts[0]));
                properties = properties.With(string.Join('.', property.Name.Parts.Select(part => part.Folded)), value);
            }
            catch (QueryException error)
            {
                throw error.At(property.Position);
            }
        }

        var inner = new StatementAnalyzer(metadata, functions, context with { Properties = properties }, parameters);
        return new AnalyzedWithProperties(await inner.AnalyzeAsync(changed.Statement, cancellationToken).ConfigureAwait(false), properties);
    }

    private async ValueTask<AnalyzedStatement> QueryStatementAsync(Tree.Query query, CancellationToken cancellationToken)
    {
        AnalysisContext analysis = await FetchAsync(query, cancellationToken).ConfigureAwait(false);
        QueryPlan plan = new QueryAnalyzer(analysis).Analyze(query, outer: null, CommonTables.None, allowsChanges: true);
        return WithWrites(analysis, new AnalyzedQuery(Output(plan), analysis.Columns));
    }

    private async ValueTask<AnalyzedStatement> ChangeAsync(Tree.Statement statement, CancellationToken cancellationToken)
    {
        AnalysisContext analysis = await FetchAsync(statement, cancellationToken).ConfigureAwait(false);
        return WithWrites(analysis, new ChangeAnalyzer(analysis).Analyze(statement, CommonTables.None));
    }

    private static AnalyzedStatement WithWrites(AnalysisContext analysis, AnalyzedStatement main) =>
        analysis.Writes.Count == 0 ? main : new AnalyzedWithWrites(analysis.Writes.ToValueList(), main);

    /// <summary>The context of an analysis, with what the names in a tree mean.</summary>
    public async ValueTask<AnalysisContext> FetchAsync(Tree.SyntaxNode root, CancellationToken cancellationToken)
    {
        var tables = new TableCache(metadata);
        await tables.FetchAsync(root, context, cancellationToken).ConfigureAwait(false);
        return new AnalysisContext(context, functions, tables, parameters);
    }

    /// <summary>The context of statements that read nothing.</summary>
    public AnalysisContext Empty() => new(context, functions, new TableCache(metadata), parameters);

    /// <summary>Computes constants of statements that read nothing.</summary>
    public ConstantArguments Constants() => new(Empty());

    /// <summary>The root of a plan.</summary>
    public static OutputNode Output(QueryPlan plan) => new(
        plan.Node, plan.Outputs.Select(output => output.Column).ToValueList(), plan.Outputs.Select(output => output.Name).ToValueList());

    private async ValueTask<AnalyzedStatement> ExplainAsync(Tree.ExplainStatement explain, CancellationToken cancellationToken)
    {
        ExplainType type = ExplainType.Logical;
        ExplainFormat format = ExplainFormat.Text;
        foreach (Tree.PropertyNode option in explain.Options)
        {
            string value = option.Value is null ? string.Empty : Constants().Text(option.Value, "an option of EXPLAIN").ToUpperInvariant();
            switch (option.Name.Last.Folded.ToUpperInvariant(), value)
            {
                case ("TYPE", "LOGICAL"):
                    break;
                case ("TYPE", "DISTRIBUTED"):
                    type = ExplainType.Distributed;
                    break;
                case ("TYPE", "IO"):
                    type = ExplainType.Io;
                    break;
                case ("TYPE", "VALIDATE"):
                    type = ExplainType.Validate;
                    break;
                case ("FORMAT", "TEXT"):
                    break;
                case ("FORMAT", "JSON"):
                    format = ExplainFormat.Json;
                    break;
                case ("FORMAT", "GRAPHVIZ"):
                    format = ExplainFormat.Graphviz;
                    break;
                default:
                    throw QueryException.NotSupported(
                        $"EXPLAIN option {option.Name.Last.Value} {value}".TrimEnd(),
                        option.Position,
                        "There are TYPE LOGICAL, DISTRIBUTED, IO, VALIDATE and FORMAT TEXT, JSON, GRAPHVIZ.");
            }
        }

        AnalyzedStatement statement = await AnalyzeAsync(explain.Statement, cancellationToken).ConfigureAwait(false);
        return new AnalyzedExplain(statement, type, format, explain.IsAnalyze, explain.IsVerbose);
    }
}
