using Microsoft.Extensions.Logging;

namespace QueryEngine.Rpc.Server;

/// <summary>What the layer logs.</summary>
internal static partial class RpcLog
{
    [LoggerMessage(1, LogLevel.Error, "Call {Method} failed; the client was told the id {ErrorId}")]
    public static partial void CallFailed(ILogger logger, Exception exception, string method, Guid errorId);
}
