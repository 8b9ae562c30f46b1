using QueryEngine.Metadata;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>Finds the objects that statements are about, and says where in the statement a name is wrong.</summary>
internal sealed class Targets(StatementAnalyzer statements)
{
    /// <summary>What stands behind a name, or null; the name itself too.</summary>
    public async ValueTask<(TargetName Name, ResolvedRelation? Relation)> FindAsync(Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        try
        {
            TargetName target = statements.Metadata.ResolveName(statements.Context, TableCache.Names(name));
            return (target, await statements.Metadata.FindAsync(statements.Context, target, cancellationToken).ConfigureAwait(false));
        }
        catch (QueryException error)
        {
            throw error.At(name.Position);
        }
    }

    /// <summary>The table of a name.</summary>
    /// <exception cref="QueryException">TABLE_NOT_FOUND with a suggestion, or WRONG_OBJECT_TYPE for a view.</exception>
    public async ValueTask<ResolvedTable> GetTableAsync(Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        (TargetName target, ResolvedRelation? relation) = await FindAsync(name, cancellationToken).ConfigureAwait(false);
        return relation switch
        {
            ResolvedTable table => table,
            ResolvedView => throw new QueryException(ErrorCode.WrongObjectType, $"'{name.Last.Value}' is a view, not a table", name.Position),
            _ => throw await NotFoundAsync(target, name, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>The error for a name without an object.</summary>
    public async ValueTask<QueryException> NotFoundAsync(TargetName target, Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        QueryException error = await statements.Metadata.NotFoundAsync(statements.Context, target, cancellationToken).ConfigureAwait(false);
        return error.At(name.Position);
    }

    /// <summary>The full name of an object to be made: its schema must be there.</summary>
    /// <exception cref="QueryException">SCHEMA_NOT_FOUND.</exception>
    public async ValueTask<SchemaTableName> NameNewAsync(TargetName target, Tree.QualifiedName name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> schemas = await statements.Metadata.ListSchemasAsync(statements.Context, target.Catalog, cancellationToken).ConfigureAwait(false);
        string schema = target.Schema.Choose(schemas) ?? throw new QueryException(
            ErrorCode.UndefinedSchema,
            $"schema '{target.Schema}' does not exist in catalog {target.Catalog.Name}",
            name.Position,
            Suggestion.DidYouMean(target.Schema.Text, schemas));
        return new SchemaTableName(schema, name.Last.Folded);
    }

    /// <summary>A capability of a catalog's connector.</summary>
    /// <exception cref="QueryException">NOT_SUPPORTED.</exception>
    public static async ValueTask<T> RequireAsync<T>(Catalog catalog, string what, SourcePosition position, CancellationToken cancellationToken)
        where T : class
    {
        IConnector connector = await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        return connector.As<T>() ?? throw QueryException.NotSupported($"{what} in catalog {catalog.Name} (connector {catalog.ConnectorName})", position);
    }

    /// <summary>The error for a name that is taken.</summary>
    public static QueryException Exists(ResolvedRelation relation, Tree.QualifiedName name) => new(
        ErrorCode.DuplicateTable, $"{(relation is ResolvedView ? "view" : "table")} '{name.Last.Value}' already exists", name.Position);
}
