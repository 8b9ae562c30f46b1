using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>Something that is defined by its name and a text: a domain, a type, a collation. Domains and types have the text of the type that they stand for.</summary>
public sealed record DefinedObject(string Kind, string Catalog, SchemaTableName Name, string Definition);

/// <summary>Objects that are no relations and no functions; they live as long as the engine. Thread-safe.</summary>
public sealed class ObjectStore
{
    private readonly Lock _gate = new();
    private readonly List<DefinedObject> _objects = [];

    /// <summary>Whether there are none, so that nobody needs to look.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _objects.Count == 0;
        }
    }

    /// <summary>The object that is meant, or null.</summary>
    public DefinedObject? Find(string kind, TargetName name)
    {
        lock (_gate)
            return _objects.Find(one => one.Kind == kind && one.Catalog == name.Catalog.Name && name.Schema.Matches(one.Name.Schema) && name.Name.Matches(one.Name.Table));
    }

    /// <summary>Names of one kind, for suggestions.</summary>
    public IReadOnlyList<string> Names(string kind)
    {
        lock (_gate)
            return [.. _objects.Where(one => one.Kind == kind).Select(one => one.Name.Table)];
    }

    /// <summary>CREATE.</summary>
    /// <exception cref="QueryException">DUPLICATE_OBJECT.</exception>
    public void Create(DefinedObject made)
    {
        lock (_gate)
        {
            if (_objects.Exists(one => one.Kind == made.Kind && one.Catalog == made.Catalog && one.Name == made.Name))
                throw new QueryException(ErrorCode.DuplicateObject, $"{made.Kind} '{made.Name.Table}' already exists");
            _objects.Add(made);
        }
    }

    /// <summary>DROP.</summary>
    public void Drop(DefinedObject dropped)
    {
        lock (_gate)
            _objects.Remove(dropped);
    }
}
