using QueryEngine.Arrow;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Wire;

/// <summary>The calls between the nodes of a cluster.</summary>
internal static class ClusterMethods
{
    /// <summary>The name of the header with the cluster's shared secret.</summary>
    public const string SecretHeader = "qe-cluster-secret";

    private const string Coordinator = "queryengine.cluster.Coordinator";
    private const string Worker = "queryengine.cluster.Worker";

    /// <summary>To the coordinator: a worker is there.</summary>
    public static readonly RpcMethod<NodeAnnouncement, AnnounceReply> Announce = RpcMethod.Proto<NodeAnnouncement, AnnounceReply>(Coordinator, "Announce");

    /// <summary>To the coordinator: more splits, please.</summary>
    public static readonly RpcMethod<SplitsRequest, SplitsReply> NextSplits = RpcMethod.Proto<SplitsRequest, SplitsReply>(Coordinator, "NextSplits");

    /// <summary>To the coordinator: the assemblies of a connector, please.</summary>
    public static readonly RpcMethod<PackageRequest, PackageReply> GetPackage = RpcMethod.Proto<PackageRequest, PackageReply>(Coordinator, "GetPackage");

    /// <summary>To a worker: run a task. The stream tells how far it is and ends when its output was taken; ending the call stops the task.</summary>
    public static readonly RpcMethod<RunTaskRequest, TaskUpdate> RunTask = RpcMethod.Proto<RunTaskRequest, TaskUpdate>(Worker, "RunTask");

    /// <summary>To a worker: stop a task; answers when it has ended.</summary>
    public static readonly RpcMethod<TaskKey, Done> CancelTask = RpcMethod.Proto<TaskKey, Done>(Worker, "CancelTask");

    /// <summary>To any node: a consumer wants nothing of a task's output.</summary>
    public static readonly RpcMethod<OutputRequest, Done> CloseOutput = RpcMethod.Proto<OutputRequest, Done>(Worker, "CloseOutput");

    /// <summary>To any node: the rows of a task for one consumer.</summary>
    public static RpcMethod<OutputRequest, FlightData> ReadOutput { get; } = ReadOutputInto(MemoryContext.Unlimited);

    /// <summary>The same, for a caller who counts the received bodies.</summary>
    public static RpcMethod<OutputRequest, FlightData> ReadOutputInto(MemoryContext memory) =>
        new(Worker, "ReadOutput", Marshallers.Proto<OutputRequest>(), Flight(memory));

    /// <summary>Flight data; received bodies are counted in <paramref name="memory"/>.</summary>
    public static Marshaller<FlightData> Flight(MemoryContext memory) =>
        new(data => data.Measure(), (data, writer) => data.Write(writer), sequence => FlightData.Read(sequence, memory));
}
