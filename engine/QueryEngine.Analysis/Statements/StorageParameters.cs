using System.Collections.Frozen;
using QueryEngine.Spi;

namespace QueryEngine.Analysis.Statements;

/// <summary>PostgreSQL's parameters of how a table or column is kept: they change no answer, so that tables kept here take and forget them.</summary>
internal static class StorageParameters
{
    private static readonly FrozenSet<string> _names = FrozenSet.ToFrozenSet(
        [
            "fillfactor", "parallel_workers", "toast_tuple_target", "user_catalog_table", "vacuum_index_cleanup", "vacuum_truncate",
            "vacuum_max_eager_freeze_failure_rate", "log_autovacuum_min_duration", "oids", "n_distinct", "n_distinct_inherited", "storage", "compression",
            "statistics", "security_barrier",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a property is one of them.</summary>
    public static bool Has(string name)
    {
        string plain = name.StartsWith("toast.", StringComparison.OrdinalIgnoreCase) ? name["toast.".Length..] : name;
        return _names.Contains(plain) || plain.StartsWith("autovacuum_", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The name of a property as written.</summary>
    public static string NameOf(Tree.PropertyNode property) => string.Join('.', property.Name.Parts.Select(part => part.Folded));

    /// <summary>Refuses what is none of them, or all where the source keeps its tables itself.</summary>
    public static void Check(Tree.SetStorageAction set, ISupportsDdl ddl)
    {
        if (!ddl.Features.HasFlag(TableFeatures.Rewrites))
            throw QueryException.NotSupported("a storage parameter of this catalog", set.Position);
        foreach (Tree.PropertyNode property in set.Properties)
            if (!Has(NameOf(property)))
                throw new QueryException(ErrorCode.InvalidProperty, $"there is no storage parameter '{NameOf(property)}'", property.Position);
    }
}
