namespace QueryEngine.Connectors.System;

/// <summary><c>system.runtime</c>: nodes, queries, tasks.</summary>
internal static class RuntimeTables
{
    private const string Schema = "runtime";

    public static IEnumerable<SystemTable> Create(ISystemData data) =>
    [
        SystemTable.Of(
            Schema,
            "nodes",
            "node_id varchar, uri varchar, role varchar, state varchar, version varchar, threads integer, " +
            "memory_limit bigint, memory_used bigint, last_seen timestamp(6) with time zone",
            () => data.GetNodes().Select(node => new object?[]
            {
                node.NodeId, node.Uri, node.Role, node.State, node.Version, node.Threads, node.MemoryLimit, node.MemoryUsed,
                Instant(node.LastSeen),
            })),
        SystemTable.Of(
            Schema,
            "queries",
            "query_id varchar, state varchar, user varchar, query varchar, created timestamp(6) with time zone, " +
            "ended timestamp(6) with time zone, elapsed_ms bigint, catalog varchar, schema varchar, source varchar, " +
            "output_rows bigint, peak_memory bigint, error_name varchar, error_message varchar",
            () => data.GetQueries().Select(query => new object?[]
            {
                query.QueryId, query.State, query.User, query.Text, Instant(query.Created), Instant(query.Ended),
                (long?)(query.Ended - query.Created)?.TotalMilliseconds, query.Catalog, query.Schema, query.Source,
                query.OutputRows, query.PeakMemory, query.ErrorName, query.ErrorMessage,
            })),
        SystemTable.Of(
            Schema,
            "tasks",
            "query_id varchar, stage_id integer, task_id varchar, attempt integer, node_id varchar, state varchar, " +
            "partition integer, splits bigint, output_rows bigint, output_bytes bigint, " +
            "created timestamp(6) with time zone, ended timestamp(6) with time zone",
            () => data.GetTasks().Select(task => new object?[]
            {
                task.QueryId, task.StageId, task.TaskId, task.Attempt, task.NodeId, task.State, task.Partition, task.Splits,
                task.OutputRows, task.OutputBytes, Instant(task.Created), Instant(task.Ended),
            })),
    ];

    /// <summary>Microseconds since 1970, as timestamps are held.</summary>
    public static long? Instant(DateTimeOffset? time) =>
        (time - DateTimeOffset.UnixEpoch)?.Ticks / TimeSpan.TicksPerMicrosecond;
}
