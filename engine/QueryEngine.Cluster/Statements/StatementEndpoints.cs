using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Routing;
using QueryEngine.Arrow;
using QueryEngine.Cluster.Wire;
using QueryEngine.Rpc.Server;
using QueryEngine.Spi;
using Messages = QueryEngine.Rpc.Statements;

namespace QueryEngine.Cluster.Statements;

/// <summary>Serves statements over gRPC. A client that ends its call, or goes away, cancels its statement.</summary>
public static class StatementEndpoints
{
    private static readonly TimeSpan _progressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Maps the call that <see cref="RemoteStatementService"/> makes. Received and sent bodies are counted in <paramref name="memory"/>. With a
    /// secret, clients that do not send it are refused.
    /// </summary>
    public static void MapStatements(this IEndpointRouteBuilder endpoints, IStatementService service, MemoryContext? memory = null, string? secret = null)
    {
        MemoryContext counted = memory ?? MemoryContext.Unlimited;
        endpoints.MapServerStreaming(
            StatementWire.Execute(counted),
            (request, context) =>
            {
                TaskEndpoints.CheckSecret(context, secret);
                return ExecuteAsync(service, request, counted, context.CancellationToken);
            });
    }

    private static async IAsyncEnumerable<FlightData> ExecuteAsync(
        IStatementService service, Messages.ExecuteRequest request, MemoryContext memory, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StatementRequest statement = StatementWire.FromMessage(request);
        await using IStatementResult result = await service.ExecuteAsync(statement, cancellationToken);
        yield return StatementWire.ToFlight(StatementWire.ToMessage(result.QueryId, result.Columns));

        ArrowSchema schema = new(result.Columns.Select(column => new ArrowField(column.Name, column.Type)).ToValueList());
        using var encoder = new ArrowEncoder(schema, memory);
        await using IAsyncEnumerator<RecordBatch> batches = result.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        Task<bool> next = batches.MoveNextAsync().AsTask();
        try
        {
            while (true)
            {
                while (await Task.WhenAny(next, Task.Delay(_progressInterval, CancellationToken.None)) != next)
                {
                    if (result.Progress is { } progress && !cancellationToken.IsCancellationRequested)
                        yield return StatementWire.ToFlight(StatementWire.ToMessage(progress));
                }

                if (!await next)
                    break;

                IReadOnlyList<ArrowMessage> messages;
                using (RecordBatch batch = batches.Current)
                    messages = encoder.Encode(batch);
                foreach (ArrowMessage message in messages)
                    yield return new FlightData(message);
                next = batches.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // A client may go away between two batches: the sequence must rest before it is disposed of.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        yield return StatementWire.ToFlight(StatementWire.ToMessage(result.End ?? new StatementEnd(null, null, statement.Settings)));
    }
}
