using System.Collections.Immutable;
using QueryEngine.Spi;

namespace QueryEngine.Connectors.Memory;

/// <summary>The schemas and tables of a catalog at one time. Immutable; owns its versions of tables together with other roots that have them.</summary>
internal sealed class MemoryRoot : RefCounted
{
    private static readonly ImmutableSortedDictionary<string, MemoryTable> _noTables =
        ImmutableSortedDictionary.Create<string, MemoryTable>(StringComparer.Ordinal);

    private readonly ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MemoryTable>> _schemas;

    private MemoryRoot(ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, MemoryTable>> schemas)
    {
        _schemas = schemas;
        foreach (MemoryTable table in Tables)
            table.Retain();
    }

    public IEnumerable<string> Schemas => _schemas.Keys;

    /// <summary>All tables.</summary>
    public IEnumerable<MemoryTable> Tables => _schemas.Values.SelectMany(tables => tables.Values);

    /// <summary>A root of one empty schema.</summary>
    public static MemoryRoot Create(string schema) =>
        new(ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, MemoryTable>>(StringComparer.Ordinal).Add(schema, _noTables));

    public bool HasSchema(string schema) => _schemas.ContainsKey(schema);

    /// <summary>The tables of a schema by name; none when there is no such schema.</summary>
    public ImmutableSortedDictionary<string, MemoryTable> TablesOf(string schema) => _schemas.GetValueOrDefault(schema, _noTables);

    /// <summary>A table, or null.</summary>
    public MemoryTable? Find(SchemaTableName name) => TablesOf(name.Schema).GetValueOrDefault(name.Table);

    /// <summary>A root with a version of a table, which the caller still owns.</summary>
    public MemoryRoot With(SchemaTableName name, MemoryTable table) =>
        new(_schemas.SetItem(name.Schema, TablesOf(name.Schema).SetItem(name.Table, table)));

    /// <summary>A root without a table.</summary>
    public MemoryRoot Without(SchemaTableName name) => new(_schemas.SetItem(name.Schema, TablesOf(name.Schema).Remove(name.Table)));

    /// <summary>A root with one more empty schema.</summary>
    public MemoryRoot WithSchema(string schema) => new(_schemas.SetItem(schema, _noTables));

    /// <summary>A root without a schema and its tables.</summary>
    public MemoryRoot WithoutSchema(string schema) => new(_schemas.Remove(schema));

    /// <summary>
    /// This root with what changed from <paramref name="from"/> to <paramref name="to"/>; null when one of those tables has changed here too.
    /// </summary>
    public MemoryRoot? Merge(MemoryRoot from, MemoryRoot to)
    {
        var merged = _schemas;
        foreach (string schema in from._schemas.Keys.Union(to._schemas.Keys, StringComparer.Ordinal))
        {
            if (!to.HasSchema(schema))
                merged = merged.Remove(schema);
            else if (!from.HasSchema(schema) && !merged.ContainsKey(schema))
                merged = merged.Add(schema, _noTables);
            foreach (string table in from.TablesOf(schema).Keys.Union(to.TablesOf(schema).Keys, StringComparer.Ordinal))
            {
                MemoryTable? before = from.TablesOf(schema).GetValueOrDefault(table), after = to.TablesOf(schema).GetValueOrDefault(table);
                if (ReferenceEquals(before, after))
                    continue;
                if (!ReferenceEquals(TablesOf(schema).GetValueOrDefault(table), before))
                    return null;
                if (merged.TryGetValue(schema, out ImmutableSortedDictionary<string, MemoryTable>? tables))
                    merged = merged.SetItem(schema, after is null ? tables.Remove(table) : tables.SetItem(table, after));
            }
        }

        return new MemoryRoot(merged);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (MemoryTable table in Tables)
            table.Dispose();
    }
}
