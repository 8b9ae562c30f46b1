namespace QueryEngine.Cluster.Nodes;

/// <summary>
/// One life of a process of the cluster. A process that starts again has the same id and another incarnation: what was sent to its
/// last life never reaches the next.
/// </summary>
internal sealed record ClusterMember(string NodeId, string Incarnation, string Uri, int Threads)
{
    /// <inheritdoc/>
    public override string ToString() => $"{NodeId} ({Uri})";
}
