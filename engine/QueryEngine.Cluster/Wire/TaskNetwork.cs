using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using QueryEngine.Arrow;
using QueryEngine.Cluster.Scheduling;
using QueryEngine.Cluster.Tasks;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Cluster;
using QueryEngine.Spi;

namespace QueryEngine.Cluster.Wire;

/// <summary>
/// Reads the outputs of tasks: of this process straight from the host, without a copy; of others over gRPC as Arrow. Keeps a channel to each node.
/// </summary>
internal sealed class TaskNetwork(TaskHost host, string ownUri, string? secret) : ITaskNetwork, IDisposable
{
    private readonly ConcurrentDictionary<string, RpcChannel> _channels = new();

    /// <summary>The channel to a node.</summary>
    public RpcChannel ChannelTo(string uri) => _channels.GetOrAdd(uri, address =>
    {
        var channel = new RpcChannel(new Uri(address));
        if (secret is not null)
            channel.Headers.Add(ClusterMethods.SecretHeader, secret);
        return channel;
    });

    /// <inheritdoc/>
    public IAsyncEnumerable<RecordBatch> ReadOutputAsync(TaskPlace place, int partition, MemoryContext memory, CancellationToken cancellationToken) =>
        place.Node.Uri == ownUri
            ? host.ReadOutputAsync(place.Task, partition, cancellationToken)
            : ReadRemoteAsync(place, partition, memory, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask CloseOutputAsync(TaskPlace place, int partition, CancellationToken cancellationToken)
    {
        if (place.Node.Uri == ownUri)
        {
            host.CloseOutput(place.Task, partition);
            return;
        }

        var request = new OutputRequest { Task = WireConversion.ToKey(place.Task), Partition = partition };
        try
        {
            await ChannelTo(place.Node.Uri).UnaryAsync(ClusterMethods.CloseOutput, request, cancellationToken: cancellationToken);
        }
        catch (RpcException exception)
        {
            throw WireConversion.Translate(exception, place.Node.ToString(), "when an output was closed");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RpcChannel channel in _channels.Values)
            channel.Dispose();
        _channels.Clear();
    }

    private async IAsyncEnumerable<RecordBatch> ReadRemoteAsync(
        TaskPlace place, int partition, MemoryContext memory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new OutputRequest { Task = WireConversion.ToKey(place.Task), Partition = partition };
        using var decoder = new ArrowDecoder(memory);
        await using IAsyncEnumerator<FlightData> messages = ChannelTo(place.Node.Uri)
            .ServerStreamingAsync(ClusterMethods.ReadOutputInto(memory), request, cancellationToken: cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(messages, place))
        {
            RecordBatch? batch;
            using (FlightData data = messages.Current)
                batch = decoder.Decode(data.Message);
            if (batch is not null)
                yield return batch;
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<FlightData> messages, TaskPlace place)
    {
        try
        {
            return await messages.MoveNextAsync();
        }
        catch (RpcException exception)
        {
            throw WireConversion.Translate(exception, place.Node.ToString(), $"while task {place.Task} was read");
        }
    }
}
