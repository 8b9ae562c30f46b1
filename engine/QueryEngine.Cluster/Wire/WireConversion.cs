using QueryEngine.Cluster.Nodes;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Rpc.Errors;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Wire;

/// <summary>The cluster's own records as messages and back.</summary>
internal static class WireConversion
{
    public static TaskKey ToKey(TaskId id) => new() { Query = id.Query, Stage = id.Stage, Partition = id.Partition, Attempt = id.Attempt };

    public static TaskId ToId(TaskKey key) => new(key.Query, key.Stage, key.Partition, key.Attempt);

    public static TaskInput ToInput(StageInput input)
    {
        var message = new TaskInput { Fragment = input.Fragment };
        message.Tasks.AddRange(input.Tasks.Select(place =>
            new TaskLocation { Task = ToKey(place.Task), NodeId = place.Node.NodeId, Uri = place.Node.Uri }));
        return message;
    }

    /// <summary>An input as a worker sees it: readers need the other nodes' addresses, and not their incarnations.</summary>
    public static StageInput FromInput(TaskInput input) => new(
        input.Fragment,
        [.. input.Tasks.Select(location => new TaskPlace(ToId(location.Task), new ClusterMember(location.NodeId, "", location.Uri, Threads: 0)))]);

    public static TaskSession ToSession(ConnectorSession session, (string Catalog, string Schema) names) => new()
    {
        QueryId = session.QueryId,
        User = session.User,
        TimeZone = session.TimeZone,
        StartTimeTicks = session.StartTime.UtcTicks,
        DefaultCatalog = names.Catalog,
        DefaultSchema = names.Schema,
    };

    public static ConnectorSession FromSession(TaskSession session) => new(session.QueryId, session.User)
    {
        TimeZone = session.TimeZone,
        StartTime = new DateTimeOffset(session.StartTimeTicks, TimeSpan.Zero),
    };

    /// <summary>What a failed call to a node means for the query: the node's own error, or that the node is gone.</summary>
    public static QueryException Translate(RpcException exception, string node, string what)
    {
        bool isNodesOwn = exception.Trailers.Get("qe-error-name") is not null;
        bool isGone = exception.Status is RpcStatusCode.Unavailable or RpcStatusCode.Internal or RpcStatusCode.Cancelled or RpcStatusCode.DeadlineExceeded;
        return !isNodesOwn && isGone
            ? new QueryException(ErrorCode.WorkerFailed, $"worker {node} failed {what}: {exception.Detail}", inner: exception)
            : RpcErrors.ToQueryException(exception, $"worker {node}");
    }
}
