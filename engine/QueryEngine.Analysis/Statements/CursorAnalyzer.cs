using QueryEngine.Analysis.Changes;
using QueryEngine.Analysis.Scopes;
using QueryEngine.Functions;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>DECLARE CURSOR and FETCH.</summary>
internal sealed class CursorAnalyzer(StatementAnalyzer statements)
{
    private static readonly Tree.Identifier _fetched = new("$fetched", IsQuoted: true);

    /// <summary>DECLARE: the query, and what is to be known of its rows so that they can be changed.</summary>
    public async ValueTask<AnalyzedStatement> DeclareAsync(Tree.DeclareCursorStatement declare, CancellationToken cancellationToken)
    {
        (AnalyzedQuery Query, CursorTable Table)? rows = declare.Use == Tree.CursorUse.ReadOnly || declare.IsInsensitive
            ? null
            : await RowsOfTableAsync(declare, cancellationToken).ConfigureAwait(false);
        AnalyzedQuery query = rows?.Query ?? await statements.QueryAsync(declare.Query, cancellationToken).ConfigureAwait(false);
        if (rows is null && declare.Use == Tree.CursorUse.Update)
            throw QueryException.NotSupported("FOR UPDATE of what is not the rows of one table", declare.Query.Position);
        return new AnalyzedDeclareCursor(declare.Name.Folded, declare.ToString(), query, declare.IsScroll == false, declare.IsHold) { Table = rows?.Table };
    }

    /// <summary>FETCH and MOVE.</summary>
    public async ValueTask<AnalyzedStatement> FetchAsync(Tree.FetchStatement fetch, CancellationToken cancellationToken)
    {
        var plain = new AnalyzedFetch(fetch.Name.Folded, fetch.Direction, fetch.Count, fetch.IsMove);
        if (fetch.Into is not { } table)
            return plain;
        SessionState state = statements.Metadata.States.Find(statements.Context) ?? throw SessionState.NoCursor(plain.Name);
        Cursor cursor = state.Cursor(plain.Name);
        var query = new Tree.Query(new Tree.TableBody(new Tree.QualifiedName([_fetched]))) { Position = fetch.Position };
        var insert = new Tree.InsertStatement(table, [], query) { Position = fetch.Position };
        AnalysisContext analysis = await statements.FetchAsync(insert, cancellationToken).ConfigureAwait(false);
        ImmutableArray<OutputColumn> columns = [.. cursor.Names.Zip(cursor.Types, (name, type) => new OutputColumn(name, analysis.Columns.New(name, type)))];
        CommonTables fetched = CommonTables.None.With(new ChangedRowsEntry(_fetched.Value, 0, columns));
        return plain with { Into = new ChangeAnalyzer(analysis).Analyze(insert, fetched) };
    }

    /// <summary>Whether a query gives one row for each of some rows of a table or view.</summary>
    public static bool IsOfOneTable(Tree.Query query, FunctionCatalog functions) =>
        query is { With: null, Limit: null, Offset: null, Body: Tree.QuerySpecification { IsDistinct: false, GroupBy: null, Having: null, From: [Tree.TableReference or Tree.AliasedRelation { Source: Tree.TableReference }] } select }
        && !select.Items.OfType<Tree.SelectExpression>().Any(item => item.Expression is Tree.FunctionCall call && functions.IsAggregate(call.Name.Last.Folded));

    // SELECT ... FROM table ..., which has one row for each of the table's: the columns that tell those apart are read along with it.
    private async ValueTask<(AnalyzedQuery Query, CursorTable Table)?> RowsOfTableAsync(Tree.DeclareCursorStatement declare, CancellationToken cancellationToken)
    {
        Tree.Query query = declare.Query;
        if (query is not { With: null, Body: Tree.QuerySpecification { IsDistinct: false, GroupBy: null, Having: null, From: [var from] } select }
            || query.OrderBy.Any(item => item.Expression is Tree.AllColumnsExpression))
            return null;
        Tree.Identifier? alias = null;
        if (from is Tree.AliasedRelation { Columns.Length: 0 } aliased)
            (alias, from) = (aliased.Alias, aliased.Source);
        if (from is not Tree.TableReference { Version: null } reference)
            return null;
        (TargetName _, ResolvedRelation? relation) = await new Targets(statements).FindAsync(reference.Name, cancellationToken).ConfigureAwait(false);
        if (relation is not ResolvedTable table || table.Catalog.Connector.As<ISupportsRowChanges>() is null)
            return null;

        TableColumn[] visible = [.. table.Schema.Columns.Where(column => !column.IsHidden)];
        foreach (Tree.Identifier column in declare.Columns)
            TableChanges.Find(table.Schema.Columns, column, table.Schema.Name);
        bool isKey = table.Schema.PrimaryKey.Count > 0;
        TableColumn[] identity = isKey
            ? [.. table.Schema.PrimaryKey.Select(name => visible.First(column => column.Name == name))]
            : visible;
        Tree.Identifier[] owner = alias is null ? [.. reference.Name.Parts] : [alias];
        IEnumerable<Tree.SelectItem> added = identity.Select((column, at) => new Tree.SelectExpression(
            new Tree.ColumnReference(new Tree.QualifiedName([.. owner, new Tree.Identifier(column.Name, IsQuoted: true)]) { Position = reference.Position }) { Position = reference.Position },
            new Tree.Identifier($"$row_{at}", IsQuoted: true)));
        try
        {
            AnalyzedQuery rows = await statements.QueryAsync(query with { Body = select with { Items = [.. select.Items, .. added] } }, cancellationToken).ConfigureAwait(false);
            var changeable = declare.Columns.Select(name => TableChanges.Find(table.Schema.Columns, name, table.Schema.Name).Name).ToValueList();
            return (rows, new CursorTable(table.Catalog.Name, table.Schema.Name, identity.Select(column => column.Name).ToValueList(), isKey, changeable));
        }
        catch (QueryException)
        {
            // An aggregate without GROUP BY, or an error that the query as it is shows better.
            return null;
        }
    }
}
