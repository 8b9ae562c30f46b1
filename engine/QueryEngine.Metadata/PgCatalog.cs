using System.Collections.Frozen;
using QueryEngine.Metadata.Sessions;
using QueryEngine.Spi;

namespace QueryEngine.Metadata;

/// <summary>
/// PostgreSQL's views for people to look into: <c>pg_tables</c>, <c>pg_views</c> and the like, of every catalog, made of its
/// <c>information_schema</c>. Their names mean them without a schema too.
/// </summary>
internal static class PgCatalog
{
    /// <summary>The schema.</summary>
    public const string Schema = "pg_catalog";

    private static readonly FrozenDictionary<string, string> _views = new Dictionary<string, string>
    {
        ["pg_tables"] = """
            SELECT table_schema AS schemaname, table_name AS tablename, current_user AS tableowner, CAST(NULL AS varchar) AS tablespace,
                false AS hasindexes, false AS hasrules, false AS hastriggers, false AS rowsecurity
            FROM tables WHERE table_type = 'BASE TABLE'
            """,
        ["pg_views"] = """
            SELECT table_schema AS schemaname, table_name AS viewname, current_user AS viewowner, view_definition AS definition FROM views
            """,
        ["pg_matviews"] = """
            SELECT table_schema AS schemaname, table_name AS matviewname, current_user AS matviewowner, CAST(NULL AS varchar) AS tablespace,
                false AS hasindexes, true AS ispopulated, view_definition AS definition
            FROM views WHERE false
            """,
        ["pg_indexes"] = """
            SELECT table_schema AS schemaname, table_name AS tablename, CAST(NULL AS varchar) AS indexname, CAST(NULL AS varchar) AS tablespace,
                CAST(NULL AS varchar) AS indexdef
            FROM tables WHERE false
            """,
        ["pg_sequences"] = """
            SELECT sequence_schema AS schemaname, sequence_name AS sequencename, current_user AS sequenceowner, data_type,
                CAST(start_value AS bigint) AS start_value, CAST(minimum_value AS bigint) AS min_value, CAST(maximum_value AS bigint) AS max_value,
                CAST(increment AS bigint) AS increment_by, cycle_option = 'YES' AS cycle, 1 AS cache_size
            FROM sequences
            """,
        ["pg_timezone_names"] = "SELECT name, abbrev, utc_offset, is_dst FROM pg_timezone_names()",
        ["pg_user"] = "SELECT current_user AS usename, true AS usecreatedb, true AS usesuper",
        ["pg_stat_activity"] = """
            SELECT catalog AS datname, "user" AS usename, source AS application_name, created AS query_start,
                CASE WHEN ended IS NULL THEN 'active' ELSE 'idle' END AS state, query
            FROM system.runtime.queries
            """,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The view of a name that says this schema or none; null when it is not one of them.</summary>
    public static View? Find(QueryContext context, TargetName name)
    {
        bool isHere = name.Schema.Matches(Schema) || name.Schema.Text == context.Schema;
        return isHere && name.Name.Choose(_views.Keys) is { } found
            ? new View(name.Catalog.Name, new SchemaTableName(Schema, found), _views[found])
            {
                DefaultCatalog = name.Catalog.Name,
                DefaultSchema = EngineMetadata.InformationSchema,
            }
            : null;
    }
}
