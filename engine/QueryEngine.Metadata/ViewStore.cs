using System.Collections.Concurrent;
using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>A view: the text of its query and what its names meant when it was made.</summary>
public sealed record View(string Catalog, SchemaTableName Name, string Text)
{
    /// <summary>Names of its columns, where written; empty when they are the query's own.</summary>
    public ValueList<string> ColumnNames { get; init; }

    /// <summary>WITH CHECK OPTION: a row that is written through it would be one of its rows. No row is: a view cannot be written to.</summary>
    public bool IsChecked { get; init; }

    /// <summary>What is said about it.</summary>
    public string? Comment { get; init; }

    /// <summary>The catalog of names in the text that say none.</summary>
    public string DefaultCatalog { get; init; } = "memory";

    /// <summary>The schema of names in the text that say none.</summary>
    public string DefaultSchema { get; init; } = "default";
}

/// <summary>The views of an engine; they live as long as it does. Thread-safe.</summary>
public sealed class ViewStore
{
    private readonly ConcurrentDictionary<(string Catalog, SchemaTableName Name), View> _views = new();

    /// <summary>All views of a catalog.</summary>
    public IEnumerable<View> OfCatalog(string catalog) =>
        _views.Values.Where(view => view.Catalog == catalog).OrderBy(view => view.Name.ToString(), StringComparer.Ordinal);

    /// <summary>The view that is meant, or null.</summary>
    public View? Find(string catalog, RequestedName schema, RequestedName name)
    {
        View[] inSchema = [.. _views.Values.Where(view => view.Catalog == catalog && schema.Matches(view.Name.Schema))];
        return name.Choose(inSchema.Select(view => view.Name.Table)) is { } table
            ? inSchema.First(view => view.Name.Table == table)
            : null;
    }

    /// <summary>Makes a view; returns false when there is one already and <paramref name="replace"/> does not say to replace it.</summary>
    public bool Create(View view, bool replace)
    {
        if (!replace)
            return _views.TryAdd((view.Catalog, view.Name), view);
        _views[(view.Catalog, view.Name)] = view;
        return true;
    }

    /// <summary>Drops a view; returns whether there was one.</summary>
    public bool Drop(string catalog, SchemaTableName name) => _views.TryRemove((catalog, name), out _);
}
