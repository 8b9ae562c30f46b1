using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Routing;
using QueryEngine.Arrow;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Wire;

/// <summary>What every node serves: the outputs of its tasks.</summary>
internal sealed class TaskEndpoints(TaskHost host, string? secret)
{
    /// <summary>Maps the calls.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapServerStreaming(ClusterMethods.ReadOutput, (request, context) =>
        {
            CheckSecret(context);
            return ReadOutputAsync(request, context.CancellationToken);
        });
        endpoints.MapUnary(ClusterMethods.CloseOutput, (request, context) =>
        {
            CheckSecret(context);
            host.CloseOutput(WireConversion.ToId(request.Task), request.Partition);
            return Task.FromResult(new Done());
        });
    }

    /// <summary>Refuses who does not know the cluster's secret.</summary>
    public void CheckSecret(RpcServerContext context) => CheckSecret(context, secret);

    /// <summary>Refuses who does not know the secret; without one everybody may call.</summary>
    public static void CheckSecret(RpcServerContext context, string? secret)
    {
        if (secret is null)
            return;

        byte[] given = Encoding.UTF8.GetBytes(context.RequestHeaders.Get(ClusterMethods.SecretHeader) ?? "");
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(secret)))
            throw new RpcException(RpcStatusCode.Unauthenticated, "the shared secret is missing or wrong");
    }

    private async IAsyncEnumerable<FlightData> ReadOutputAsync(OutputRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TaskId id = WireConversion.ToId(request.Task);
        TaskSpec spec = host.SpecOf(id);
        ArrowSchema schema = new(spec.Fragment.Root.Columns.Select(column => new ArrowField(column.Name, column.Type)).ToValueList());
        using var encoder = new ArrowEncoder(schema, spec.Memory);
        await foreach (RecordBatch batch in host.ReadOutputAsync(id, request.Partition, cancellationToken))
        {
            IReadOnlyList<ArrowMessage> messages;
            using (batch)
                messages = encoder.Encode(batch);
            foreach (ArrowMessage message in messages)
                yield return new FlightData(message);
        }
    }
}
