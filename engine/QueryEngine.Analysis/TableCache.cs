using System.Runtime.ExceptionServices;
using QueryEngine.Metadata;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Analysis;

/// <summary>
/// The tables and views that the names of a statement mean, fetched before the statement is analyzed. What goes wrong for a name is
/// kept until something really uses it, since it may be a common table's.
/// </summary>
internal sealed class TableCache(EngineMetadata metadata)
{
    private readonly Dictionary<(string Catalog, string Schema, string Name), Entry> _tables = [];
    private readonly Dictionary<string, Entry> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Catalog, string Query), Entry> _queries = [];
    private readonly Dictionary<View, Tree.Statement> _views = [];

    public EngineMetadata Metadata => metadata;

    /// <summary>Fetches what the names and paths in a tree mean, and what the views among them are made of.</summary>
    public async Task FetchAsync(Tree.SyntaxNode root, QueryContext context, CancellationToken cancellationToken)
    {
        foreach (Tree.SyntaxNode node in SyntaxWalk.Descendants(root))
        {
            switch (node)
            {
                case Tree.TableReference table:
                    await FetchAsync(table.Name, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.TableBody table:
                    await FetchAsync(table.Name, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.InsertStatement insert:
                    await FetchAsync(insert.Table, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.UpdateStatement update:
                    await FetchAsync(update.Table, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.DeleteStatement delete:
                    await FetchAsync(delete.Table, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.MergeStatement merge:
                    await FetchAsync(merge.Table, context, cancellationToken).ConfigureAwait(false);
                    break;
                case Tree.FileRelation file when !_paths.ContainsKey(file.Path):
                    _paths[file.Path] = await EntryAsync(async () =>
                        await metadata.FindPathAsync(context, file.Path, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                    break;
                case Tree.RemoteQueryRelation remote when !_queries.ContainsKey((remote.Name.Parts[0].Folded, remote.Query)):
                    _queries[(remote.Name.Parts[0].Folded, remote.Query)] = await EntryAsync(async () =>
                        await metadata.FindQueryAsync(context, Name(remote.Name.Parts[0]), remote.Query, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Fetches what one name means.</summary>
    public async Task FetchAsync(Tree.QualifiedName name, QueryContext context, CancellationToken cancellationToken)
    {
        var key = Key(name, context);
        if (_tables.ContainsKey(key))
            return;

        Entry entry = await EntryAsync(async () =>
            await metadata.FindToReadAsync(context, metadata.ResolveName(context, Names(name)), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        _tables[key] = entry;
        if (entry.Relation is ResolvedView { View: var view })
            await FetchAsync(ParseView(view), ContextOf(view, context), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The query of a view.</summary>
    public Tree.Statement ParseView(View view)
    {
        if (!_views.TryGetValue(view, out Tree.Statement? statement))
            _views.Add(view, statement = Sql.SqlParser.ParseStatement(view.Text));
        return statement;
    }

    /// <summary>The table or view of a name; null when there is none.</summary>
    /// <exception cref="QueryException">What went wrong when it was looked for.</exception>
    public ResolvedRelation? Find(Tree.QualifiedName name, QueryContext context) =>
        _tables.TryGetValue(Key(name, context), out Entry entry) ? entry.Get(name.Position) : null;

    /// <summary>The table of a path.</summary>
    /// <exception cref="QueryException">What went wrong when it was looked for.</exception>
    public ResolvedTable FindPath(Tree.FileRelation file) => (ResolvedTable)_paths[file.Path].Get(file.Position)!;

    /// <summary>The rows of a query in a source's own language.</summary>
    /// <exception cref="QueryException">What went wrong when it was asked for.</exception>
    public ResolvedTable FindQuery(Tree.RemoteQueryRelation remote) => (ResolvedTable)_queries[(remote.Name.Parts[0].Folded, remote.Query)].Get(remote.Position)!;

    /// <summary>The parts of a name as metadata wants them.</summary>
    public static ValueList<RequestedName> Names(Tree.QualifiedName name) => name.Parts.Select(Name).ToValueList();

    /// <summary>A part of a name as metadata wants it.</summary>
    public static RequestedName Name(Tree.Identifier part) => new(part.Value, part.IsQuoted);

    /// <summary>The context in which the text of a view is read.</summary>
    public static QueryContext ContextOf(View view, QueryContext context) =>
        context with { Catalog = view.DefaultCatalog, Schema = view.DefaultSchema };

    private static async Task<Entry> EntryAsync(Func<Task<ResolvedRelation?>> find)
    {
        try
        {
            return new Entry(await find().ConfigureAwait(false), Error: null);
        }
        catch (QueryException error)
        {
            return new Entry(Relation: null, error);
        }
    }

    // Quoted and unquoted spellings may mean different tables.
    private static (string Catalog, string Schema, string Name) Key(Tree.QualifiedName name, QueryContext context) =>
        (context.Catalog, context.Schema, string.Join('\0', name.Parts.Select(part => part.IsQuoted ? $"\"{part.Value}" : part.Value.ToLowerInvariant())));

    private readonly record struct Entry(ResolvedRelation? Relation, QueryException? Error)
    {
        public ResolvedRelation? Get(SourcePosition position)
        {
            if (Error is not null)
                ExceptionDispatchInfo.Throw(Error.At(position));
            return Relation;
        }
    }
}

/// <summary>Says that a table is not there; the entry point makes the error of it, which takes asking the source for suggestions.</summary>
internal sealed class TableNotFoundException(Tree.QualifiedName name, QueryContext context) : Exception
{
    public Tree.QualifiedName Name => name;

    public QueryContext Context => context;
}
