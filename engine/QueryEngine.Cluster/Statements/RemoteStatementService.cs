using System.Runtime.CompilerServices;
using QueryEngine.Arrow;
using QueryEngine.Cluster.Wire;
using QueryEngine.Rpc;
using QueryEngine.Rpc.Client;
using QueryEngine.Rpc.Errors;
using QueryEngine.Spi;
using Messages = QueryEngine.Rpc.Statements;

namespace QueryEngine.Cluster.Statements;

/// <summary>Runs statements on a server, over gRPC. Thread-safe; keeps one connection.</summary>
public sealed class RemoteStatementService : IStatementService
{
    private readonly RpcChannel _channel;
    private readonly MemoryContext _memory;

    /// <summary>Makes a client of the server at <paramref name="address"/>, who may want a secret; connects at the first statement.</summary>
    public RemoteStatementService(Uri address, MemoryContext? memory = null, string? secret = null)
    {
        (_channel, _memory) = (new RpcChannel(address), memory ?? MemoryContext.Unlimited);
        if (secret is not null)
            _channel.Headers.Add(ClusterMethods.SecretHeader, secret);
    }

    /// <inheritdoc/>
    public async ValueTask<IStatementResult> ExecuteAsync(StatementRequest request, CancellationToken cancellationToken)
    {
        var result = new RemoteResult(_channel, StatementWire.ToMessage(request), _memory);
        try
        {
            await result.StartAsync(cancellationToken);
            return result;
        }
        catch
        {
            await result.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _channel.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class RemoteResult : IStatementResult
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ArrowDecoder _decoder;
        private readonly IAsyncEnumerator<FlightData> _messages;
        private readonly string _server;
        private Messages.StatementHeader? _header;
        private int _disposed;

        public RemoteResult(RpcChannel channel, Messages.ExecuteRequest request, MemoryContext memory)
        {
            _server = $"the server at {channel.Address}";
            _decoder = new ArrowDecoder(memory);
            _messages = channel.ServerStreamingAsync(StatementWire.Execute(memory), request, cancellationToken: _stop.Token).GetAsyncEnumerator(_stop.Token);
        }

        public string QueryId => _header?.QueryId ?? "";

        public ValueList<ResultColumn> Columns { get; private set; }

        public StatementEnd? End { get; private set; }

        public StatementProgress? Progress { get; private set; }

        /// <summary>Waits for the columns.</summary>
        public async ValueTask StartAsync(CancellationToken cancellationToken)
        {
            await using CancellationTokenRegistration registration = cancellationToken.Register(_stop.Cancel);
            while (_header is null)
            {
                if (!await MoveNextAsync(cancellationToken))
                    throw new QueryException(ErrorCode.ProtocolViolation, $"{_server} ended the call without a word");
                using FlightData data = _messages.Current;
                Take(data);
            }

            Columns = StatementWire.FromMessage(_header);
        }

        public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using CancellationTokenRegistration registration = cancellationToken.Register(_stop.Cancel);
            while (await MoveNextAsync(cancellationToken))
            {
                RecordBatch? batch;
                using (FlightData data = _messages.Current)
                    batch = Take(data);
                if (batch is not null)
                    yield return batch;
            }

            if (End is null)
                throw new QueryException(ErrorCode.ProtocolViolation, $"{_server} did not say how the statement ended");
        }

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;

            await _stop.CancelAsync();
            await _messages.DisposeAsync();
            _decoder.Dispose();
            _stop.Dispose();
        }

        private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await _messages.MoveNextAsync();
            }
            catch (RpcException exception)
            {
                throw RpcErrors.ToQueryException(exception, _server);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }

        private RecordBatch? Take(FlightData data)
        {
            if (!data.AppMetadata.IsEmpty)
            {
                Messages.StatementInfo info = Messages.StatementInfo.Parser.ParseFrom(data.AppMetadata.Span);
                switch (info.InfoCase)
                {
                    case Messages.StatementInfo.InfoOneofCase.Header:
                        _header = info.Header;
                        break;
                    case Messages.StatementInfo.InfoOneofCase.Progress:
                        Progress = StatementWire.FromMessage(info.Progress);
                        break;
                    case Messages.StatementInfo.InfoOneofCase.End:
                        End = StatementWire.FromMessage(info.End);
                        break;
                    case Messages.StatementInfo.InfoOneofCase.None:
                        break;
                }
            }

            return data.Message.Header.IsEmpty ? null : _decoder.Decode(data.Message);
        }
    }
}
