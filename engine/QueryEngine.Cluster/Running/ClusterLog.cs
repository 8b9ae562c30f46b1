using Microsoft.Extensions.Logging;

namespace QueryEngine.Cluster.Running;

/// <summary>What the cluster logs.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(101, LogLevel.Warning, "Cannot reach the coordinator at {Coordinator}, trying on: {Reason}")]
    public static partial void CoordinatorUnreachable(ILogger logger, Uri coordinator, string reason);

    [LoggerMessage(102, LogLevel.Information, "Worker {NodeId} is there: {Uri}")]
    public static partial void WorkerJoined(ILogger logger, string nodeId, string uri);

    [LoggerMessage(103, LogLevel.Warning, "Worker {NodeId} at {Uri} is lost: it {Reason}")]
    public static partial void WorkerLost(ILogger logger, string nodeId, string uri, string reason);
}
