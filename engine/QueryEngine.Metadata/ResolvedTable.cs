using QueryEngine.Metadata.Catalogs;
using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>What a name in FROM turned out to be.</summary>
public abstract record ResolvedRelation;

/// <summary>A table of a catalog, ready to be scanned.</summary>
public sealed record ResolvedTable(Catalog Catalog, TableHandle Handle, TableSchema Schema) : ResolvedRelation;

/// <summary>A view.</summary>
public sealed record ResolvedView(View View) : ResolvedRelation;

/// <summary>A catalog and the names of a schema and an object in it, as requested; the object need not exist.</summary>
public sealed record TargetName(Catalog Catalog, RequestedName Schema, RequestedName Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Catalog.Name}.{Schema}.{Name}";
}
