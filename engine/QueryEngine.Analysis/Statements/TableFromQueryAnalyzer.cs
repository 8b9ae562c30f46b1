using QueryEngine.Analysis.Queries;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Metadata;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>CREATE TABLE AS: a query, and its columns as those of a table.</summary>
internal sealed class TableFromQueryAnalyzer(StatementAnalyzer statements)
{
    private readonly Targets _targets = new(statements);

    /// <summary>What the statement means.</summary>
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
        if (create.Columns.Length > plan.Outputs.Length)
            throw new QueryException(
                ErrorCode.SyntaxError, $"the query has {plan.Outputs.Length} columns, but {create.Columns.Length} names are given", create.Columns[0].Position);

        // A column of NULLs alone becomes text, as in PostgreSQL.
        plan = SetOperationAnalyzer.Coerce(analysis, plan, [.. plan.Types.Select(type => type is UnknownType ? SqlType.Varchar : type)]);
        ColumnHandle[] columns = [.. plan.Outputs.Select((output, at) =>
            new ColumnHandle(at < create.Columns.Length ? create.Columns[at].Folded : output.Name, output.Column.Type))];
        if (columns.GroupBy(column => column.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new QueryException(
                ErrorCode.DuplicateColumn, $"column '{twice.Key}' is there more than once", create.Query.Position, "Give the columns of the query different names.");

        ValueList<TableProperty> properties = DefinitionAnalyzer.PropertiesOf(statements, target.Catalog, create.Properties);
        if (create.WithNoData)
        {
            await Targets.RequireAsync<ISupportsDdl>(target.Catalog, "CREATE TABLE", create.Position, cancellationToken).ConfigureAwait(false);
            var definition = new TableDefinition(name, columns.Select(column => new TableColumn(column)).ToValueList()) { Properties = properties };
            return new CreateTableCommand(target.Catalog.Name, definition, existing is ResolvedTable replaced ? replaced.Schema.Name : null);
        }

        await Targets.RequireAsync<ISupportsWrites>(target.Catalog, "CREATE TABLE AS", create.Position, cancellationToken).ConfigureAwait(false);
        var intent = new CreateTableIntent(name, columns.ToValueList(), Replace: existing is not null, properties);
        return new AnalyzedWrite(target.Catalog.Name, intent, StatementAnalyzer.Output(plan), analysis.Columns) { Words = "CREATE TABLE AS" };
    }
}
