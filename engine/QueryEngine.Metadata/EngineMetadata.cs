using System.Runtime.CompilerServices;
using QueryEngine.Metadata.Catalogs;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>
/// The metadata of all catalogs behind one door: finds what names and paths mean, lists and describes. Names without catalog or schema get the
/// session's. The schema <c>information_schema</c> of every catalog is answered by the catalog that has it. Thread-safe.
/// </summary>
public sealed class EngineMetadata(CatalogManager catalogs, ViewStore views, TimeProvider? time = null)
{
    /// <summary>The schema that every catalog has.</summary>
    public const string InformationSchema = "information_schema";

    /// <summary>The catalog that answers it.</summary>
    public const string SystemCatalog = "system";

    /// <summary>The catalog of file paths.</summary>
    public const string FilesCatalog = "files";

    /// <summary>Names that a source may list for a suggestion.</summary>
    private const int MaxCandidates = 10_000;

    /// <summary>The catalogs.</summary>
    public CatalogManager Catalogs => catalogs;

    /// <summary>The roles.</summary>
    public RoleStore Roles { get; } = new();

    /// <summary>Domains, types and the like.</summary>
    public ObjectStore Objects { get; } = new();

    /// <summary>The sequences.</summary>
    public SequenceStore Sequences { get; } = new();

    /// <summary>What is kept for sessions.</summary>
    public SessionStates States { get; } = new(time ?? TimeProvider.System);

    /// <summary>The functions that are written in SQL.</summary>
    public FunctionStore Functions { get; } = new();

    /// <summary>The transactions of sessions.</summary>
    public TransactionManager Transactions { get; } = new(catalogs, time ?? TimeProvider.System);

    /// <summary>The views.</summary>
    public ViewStore Views => views;

    /// <summary>What a name of one to three parts means, outermost part first; the object itself need not exist.</summary>
    /// <exception cref="QueryException">CATALOG_NOT_FOUND or INVALID_NAME.</exception>
    public TargetName ResolveName(QueryContext context, ValueList<RequestedName> parts) => parts.Count switch
    {
        1 => new TargetName(catalogs.Get(context.Catalog), new RequestedName(context.Schema, IsExact: true), parts[0]),
        2 when parts[0].Text == UrlCatalogs.NamePart => catalogs.Urls.Open(parts[1].Text, context.QueryId),
        2 => new TargetName(catalogs.Get(context.Catalog), parts[0], parts[1]),
        3 => new TargetName(catalogs.Get(parts[0]), parts[1], parts[2]),
        _ => throw new QueryException(ErrorCode.InvalidName, $"'{string.Join('.', parts)}' has too many parts", "A name is [[catalog.]schema.]name."),
    };

    /// <summary>The catalog and schema that a name of one or two parts means; the schema need not exist.</summary>
    public (Catalog Catalog, RequestedName Schema) ResolveSchema(QueryContext context, ValueList<RequestedName> parts) => parts.Count switch
    {
        0 => (catalogs.Get(context.Catalog), new RequestedName(context.Schema, IsExact: true)),
        1 => (catalogs.Get(context.Catalog), parts[0]),
        2 => (catalogs.Get(parts[0]), parts[1]),
        _ => throw new QueryException(ErrorCode.InvalidName, $"'{string.Join('.', parts)}' has too many parts", "A schema is [catalog.]schema."),
    };

    /// <summary>The table or view of a name, or null when there is none.</summary>
    public async ValueTask<ResolvedRelation?> FindAsync(QueryContext context, TargetName name, CancellationToken cancellationToken)
    {
        if (views.Find(name.Catalog.Name, name.Schema, name.Name) is { } view)
            return new ResolvedView(view);

        if (name.Schema.Matches(InformationSchema) && await FindInformationTableAsync(context, name, cancellationToken).ConfigureAwait(false) is { } system)
            return system;

        ConnectorSession session = context.ToConnectorSession(name.Catalog.Name);
        TableHandle? handle = await name.Catalog.AskAsync(
            (connector, token) => connector.Metadata.FindTableAsync(session, name.Schema, name.Name, token), cancellationToken).ConfigureAwait(false);
        if (handle is not null)
            return await DescribeReadableAsync(context, name.Catalog, handle, cancellationToken).ConfigureAwait(false);
        return name.Schema.Matches(SystemCatalog) ? await FindSystemTableAsync(context, name, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>What a name in a query means: as <see cref="FindAsync"/>, and where that finds nothing one of PostgreSQL's views.</summary>
    public async ValueTask<ResolvedRelation?> FindToReadAsync(QueryContext context, TargetName name, CancellationToken cancellationToken) =>
        await FindAsync(context, name, cancellationToken).ConfigureAwait(false) ?? (PgCatalog.Find(context, name) is { } view ? new ResolvedView(view) : null);

    private async ValueTask<ResolvedTable> DescribeReadableAsync(QueryContext context, Catalog catalog, TableHandle handle, CancellationToken cancellationToken)
    {
        ResolvedTable table = await DescribeAsync(context, catalog, handle, cancellationToken).ConfigureAwait(false);
        if ((await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false)).As<ISupportsAccessControl>() is { } access)
            await access.CheckAccessAsync(context.ToConnectorSession(catalog.Name), new AccessRequest(AccessKind.Read, table.Schema.Name), cancellationToken).ConfigureAwait(false);
        return table;
    }

    /// <summary>The error for a name that <see cref="FindAsync"/> did not find: says which part is missing, with a suggestion.</summary>
    public async ValueTask<QueryException> NotFoundAsync(QueryContext context, TargetName name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> schemas = await ListSchemasAsync(context, name.Catalog, cancellationToken).ConfigureAwait(false);
        string? schema = name.Schema.Choose(schemas);
        if (schema is null)
            return new QueryException(
                ErrorCode.UndefinedSchema,
                $"schema '{name.Schema}' does not exist in catalog {name.Catalog.Name}",
                Suggestion.DidYouMean(name.Schema.Text, schemas));

        if (Sequences.Find(name) is not null)
            return new QueryException(ErrorCode.WrongObjectType, $"'{name.Name}' is a sequence, not a table");
        var candidates = new List<string>();
        await foreach (SchemaTableName table in ListTablesAsync(context, name.Catalog, schema, cancellationToken).ConfigureAwait(false))
        {
            candidates.Add(table.Table);
            if (candidates.Count == MaxCandidates)
                break;
        }

        return new QueryException(
            ErrorCode.UndefinedTable,
            $"table '{name.Name}' does not exist in {name.Catalog.Name}.{schema}",
            Suggestion.DidYouMean(name.Name.Text, candidates));
    }

    /// <summary>The table of a path, glob or URL.</summary>
    /// <exception cref="QueryException">FILE_NOT_FOUND when no catalog takes it.</exception>
    public async ValueTask<ResolvedTable> FindPathAsync(QueryContext context, string path, CancellationToken cancellationToken)
    {
        if (catalogs.Find(FilesCatalog) is { } catalog)
        {
            IConnector connector = await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
            if (connector.As<ISupportsPaths>() is { } paths
                && await paths.FindPathAsync(context.ToConnectorSession(catalog.Name), path, cancellationToken).ConfigureAwait(false) is { } handle)
                return await DescribeAsync(context, catalog, handle, cancellationToken).ConfigureAwait(false);
        }

        throw new QueryException(ErrorCode.FileNotFound, $"nothing can be read at '{path}'");
    }

    /// <summary>The rows of a query in the own language of a catalog's source.</summary>
    public async ValueTask<ResolvedTable> FindQueryAsync(QueryContext context, RequestedName catalogName, string query, CancellationToken cancellationToken)
    {
        Catalog catalog = catalogs.Find(catalogName)
            ?? throw new QueryException(ErrorCode.UndefinedCatalog, $"catalog '{catalogName}' does not exist");
        IConnector connector = await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        if (connector.As<ISupportsRemoteQueries>() is not { } queries)
            throw QueryException.NotSupported($"a query in the own language of catalog '{catalog.Name}'");
        TableHandle handle = await queries.FindQueryAsync(context.ToConnectorSession(catalog.Name), query, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(context, catalog, handle, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The schemas of a catalog, <c>information_schema</c> included.</summary>
    public async ValueTask<IReadOnlyList<string>> ListSchemasAsync(QueryContext context, Catalog catalog, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> schemas = await catalog.AskAsync(
            (connector, token) => connector.Metadata.ListSchemasAsync(context.ToConnectorSession(catalog.Name), token), cancellationToken).ConfigureAwait(false);
        return [.. schemas.Append(InformationSchema).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The tables and views of a schema, or of all schemas of a catalog (then without <c>information_schema</c>).</summary>
    public async IAsyncEnumerable<SchemaTableName> ListTablesAsync(
        QueryContext context, Catalog catalog, string? schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (schema == InformationSchema && await FindInformationSchemaAsync(cancellationToken).ConfigureAwait(false) is { } found)
        {
            foreach (string table in found.Schema.InformationTables)
                yield return new SchemaTableName(InformationSchema, table);
            yield break;
        }

        foreach (View view in views.OfCatalog(catalog.Name))
            if (schema is null || view.Name.Schema == schema)
                yield return view.Name;
        ConnectorSession session = context.ToConnectorSession(catalog.Name);
        List<SchemaTableName> tables = await catalog.AskAsync(
            (connector, token) => TablesOfAsync(connector.Metadata, session, schema, token), cancellationToken).ConfigureAwait(false);
        foreach (SchemaTableName table in tables)
            yield return table;
    }

    /// <summary>The columns of a table of a catalog.</summary>
    public async ValueTask<ResolvedTable> DescribeAsync(
        QueryContext context, Catalog catalog, TableHandle handle, CancellationToken cancellationToken)
    {
        TableSchema schema = await catalog.AskAsync(
            (connector, token) => connector.Metadata.DescribeAsync(context.ToConnectorSession(catalog.Name), handle, token), cancellationToken).ConfigureAwait(false);
        return new ResolvedTable(catalog, handle, schema);
    }

    private static async ValueTask<List<SchemaTableName>> TablesOfAsync(
        IConnectorMetadata metadata, ConnectorSession session, string? schema, CancellationToken cancellationToken)
    {
        var tables = new List<SchemaTableName>();
        await foreach (SchemaTableName table in metadata.ListTablesAsync(session, schema, cancellationToken).ConfigureAwait(false))
            tables.Add(table);
        return tables;
    }

    // system.catalogs is short for system.metadata.catalogs, where the session's catalog has no such table.
    private async ValueTask<ResolvedRelation?> FindSystemTableAsync(QueryContext context, TargetName name, CancellationToken cancellationToken)
    {
        if (catalogs.Find(SystemCatalog) is not { } system)
            return null;
        ConnectorSession session = context.ToConnectorSession(system.Name);
        IConnector connector = await system.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        foreach (string schema in (string[])["metadata", "runtime"])
            if (await connector.Metadata.FindTableAsync(session, new RequestedName(schema), name.Name, cancellationToken).ConfigureAwait(false) is { } handle)
                return await DescribeAsync(context, system, handle, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<ResolvedTable?> FindInformationTableAsync(QueryContext context, TargetName name, CancellationToken cancellationToken)
    {
        if (await FindInformationSchemaAsync(cancellationToken).ConfigureAwait(false) is not var (catalog, schema))
            return null;
        TableHandle? handle = await schema.FindInformationTableAsync(
            context.ToConnectorSession(catalog.Name), name.Catalog.Name, name.Name, cancellationToken).ConfigureAwait(false);
        return handle is null ? null : await DescribeAsync(context, catalog, handle, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<(Catalog Catalog, ISupportsInformationSchema Schema)?> FindInformationSchemaAsync(CancellationToken cancellationToken)
    {
        if (catalogs.Find(SystemCatalog) is not { } catalog)
            return null;
        IConnector connector = await catalog.GetConnectorAsync(cancellationToken).ConfigureAwait(false);
        return connector.As<ISupportsInformationSchema>() is { } schema ? (catalog, schema) : null;
    }
}
